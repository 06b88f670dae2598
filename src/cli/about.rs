//! The short help, and the version with the codes that are known.

use std::collections::BTreeMap;
use std::io::{self, Write};

use imerr::catalog::{Entry, Lang};
use imerr::custom::CustomBuilder;

use super::exit_status::Outcome;
use super::language::{self, Messages};

/// The most important options, on one screen. `--help` prints all.
const SHORT_HELP: &str = "\
Finds Tencent Cloud IM (Chat) error codes in logs and explains them.

Usage: imerr-annotate [OPTIONS] [FILE]...
       imerr-annotate [OPTIONS] -- COMMAND [ARG]...
       imerr-annotate stats|diagnose|explain|... [...]

Output   --format below|inline|json|csv|..., --strip (undo it), -o DIR
Input    -g GLOB (in directories), -f and --tail NUM (follow)
Lines    --only (those with codes), -v (without), -A, -B, -C NUM (around them)
         -n (numbers), -H (names), -m NUM (at most), -c, -l, -q (as in grep)
         --since, --until TIME
Codes    --code 6206,70001-70020, --severity, --kind, --system LIST, --unknown,
         --kind '!network' (all but these), --catalog FILE (add codes)
Reports  --summary, --report KIND=FILE (html, sarif, ...), --fail-on LIST
Style    --lang en|zh, --color WHEN, --theme THEME

Commands: stats, diagnose, explain, search, list, export, explain-line,
          mcp, check-catalog, new-catalog, config, completions, man, help

  tail -f app.log | imerr-annotate
  imerr-annotate explain 6206

--help prints all options, 'imerr-annotate help COMMAND' those of a command.
";

/// The short help in Chinese.
const SHORT_HELP_ZH: &str = "\
在日志中找出腾讯云即时通信 IM 的错误码，并给出含义和处理建议。

用法：imerr-annotate [OPTIONS] [FILE]...
      imerr-annotate [OPTIONS] -- COMMAND [ARG]...
      imerr-annotate stats|diagnose|explain|... [...]

输出    --format below|inline|json|csv|...、--strip（去掉标注）、-o DIR
输入    -g GLOB（目录中的文件）、-f 和 --tail NUM（持续跟踪）
行      --only（含错误码的行）、-v（不含的行）、-A、-B、-C NUM（前后各几行）
        -n（行号）、-H（文件名）、-m NUM（最多几行）、-c、-l、-q（同 grep）
        --since、--until TIME
错误码  --code 6206,70001-70020、--severity、--kind、--system LIST、--unknown、
        --kind '!network'（排除）、--catalog FILE（添加错误码）
报告    --summary、--report KIND=FILE（html、sarif 等）、--fail-on LIST
外观    --lang en|zh、--color WHEN、--theme THEME

命令：stats, diagnose, explain, search, list, export, explain-line,
      mcp, check-catalog, new-catalog, config, completions, man, help

  tail -f app.log | imerr-annotate
  imerr-annotate explain 6206

--help 显示全部选项，imerr-annotate help COMMAND 显示某个命令的选项（英文）。
";

pub fn short_help(lang: Lang, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match lang {
        Lang::En => SHORT_HELP,
        Lang::Zh => SHORT_HELP_ZH,
    };
    out.write_all(text.as_bytes())?;
    Ok(Outcome::Done)
}

/// Prints the version alone.
pub fn short_version(out: &mut dyn Write) -> io::Result<Outcome> {
    writeln!(out, "imerr-annotate {}", env!("CARGO_PKG_VERSION"))?;
    Ok(Outcome::Done)
}

/// Prints the version, and the number and date of the codes of each system.
pub fn version(lang: Lang, out: &mut dyn Write) -> io::Result<Outcome> {
    short_version(out)?;
    let catalog = imerr::catalog::built_in();
    let words = language::of(lang);
    writeln!(out, "{}", words.codes_and_ranges(catalog.entries().len()))?;
    systems(catalog.entries().iter(), "", words, out)?;
    for name in CustomBuilder::optional() {
        let mut builder = CustomBuilder::default();
        builder.add_optional(name);
        // The build checked the optional catalogs.
        let Ok(loaded) = builder.finish() else { continue };
        let has_system = |system: &str| catalog.entries().iter().any(|one| one.system == system);
        let entries = loaded.detector.catalog().entries().iter();
        let entries = entries.filter(|entry| !has_system(&entry.system));
        systems(entries, &format!("--also {name}"), words, out)?;
    }
    Ok(Outcome::Done)
}

/// Prints the number of entries of each system, and the date of the vendor's list that they follow.
fn systems<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    option: &str,
    words: &dyn Messages,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut systems: BTreeMap<&str, (usize, Option<&str>)> = BTreeMap::new();
    for entry in entries {
        let (count, as_of) = systems.entry(entry.system.as_ref()).or_default();
        *count += 1;
        *as_of = entry.as_of.as_deref();
    }
    for (system, (count, as_of)) in systems {
        let date = as_of.map(|date| format!("{}  ", words.as_of(date))).unwrap_or_default();
        writeln!(out, "{}", format!("  {system:<10} {count:>4}  {date}{option}").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::args::Args;
    use super::*;
    use imerr::terminal::width;

    /// The options that a help text names.
    fn words_of(help: &str) -> Vec<&str> {
        let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.filter(|word| word.starts_with('-') && word.len() > 1).collect()
    }

    #[test]
    fn the_short_help_fits_one_screen_and_names_what_there_is() {
        for text in [SHORT_HELP, SHORT_HELP_ZH] {
            assert!(text.lines().count() <= 23, "{}", text.lines().count());
            assert!(text.lines().all(|line| width(line) <= 80));
        }
        assert_eq!(words_of(SHORT_HELP), words_of(SHORT_HELP_ZH));
        let mut definition = Args::definition();
        definition.build();
        for word in words_of(SHORT_HELP) {
            let is_known = definition.get_arguments().any(|arg| match word.strip_prefix("--") {
                Some(long) => arg.get_long() == Some(long),
                None => arg.get_short().map(|short| format!("-{short}")).as_deref() == Some(word),
            });
            assert!(is_known || word == "--", "{word}");
        }
        let commands = SHORT_HELP
            .split("Commands: ")
            .nth(1)
            .and_then(|rest| rest.split("\n\n").next())
            .unwrap_or_default();
        let named: Vec<&str> =
            commands.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect();
        let known: Vec<&str> = definition.get_subcommands().map(clap::Command::get_name).collect();
        assert_eq!(named, known);
    }
}
