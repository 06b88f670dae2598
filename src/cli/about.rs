//! The short help, and the version with the codes that are known.

use std::collections::BTreeMap;
use std::io::{self, Write};

use imerr::catalog::{Entry, Lang};
use imerr::custom::CustomBuilder;
use imerr::terminal::{Role, Styles};

use super::exit_status::Outcome;
use super::language::{self, Messages};

/// The most important options, on one screen. `--help` prints all.
const SHORT_HELP: &str = "\
Finds Tencent Cloud IM (Chat) error codes in logs and explains them.

Usage: imerr-annotate [OPTIONS] [FILE]...
       imerr-annotate [OPTIONS] -- COMMAND [ARG]...
       tail -f app.log | imerr-annotate

Output   --format below|inline|json|csv|..., --strip (undo it), -o DIR
Input    -g GLOB (in folders), -f, --tail NUM (follow), --since, --until TIME
Lines    --only (with codes), and as in grep: -v -A -B -C -m -n -H -c -l -q
Codes    --code 6206,70001-70020, --severity LIST, --kind '!network', --unknown
Reports  --summary, --report KIND=FILE (html, sarif, ...), --fail-on LIST
Other    --catalog FILE (add codes), --lang en|zh, --color WHEN, --theme THEME
Masking  diagnose --bundle out.zip FILE (to send: names and secrets masked)

Commands, as in 'imerr-annotate explain 6206':
  stats         count the codes           mcp            answer AI agents
  diagnose      what went wrong first     check-catalog  check your own codes
  explain       what a code means         new-catalog    start your own codes
  search        find codes by words       config         what its file sets
  list          all codes                 completions    for your shell
  export        codes for other programs  man            the manual
  explain-line  why a number is a code    help           options of a command
--help prints all options, 'imerr-annotate help COMMAND' those of a command.
";

/// The short help in Chinese.
const SHORT_HELP_ZH: &str = "\
在日志中找出腾讯云即时通信 IM 的错误码，并给出含义和处理建议。

用法：imerr-annotate [OPTIONS] [FILE]...
      imerr-annotate [OPTIONS] -- COMMAND [ARG]...
      tail -f app.log | imerr-annotate

输出    --format below|inline|json|csv|...、--strip（去掉标注）、-o DIR
输入    -g GLOB（目录中）、-f、--tail NUM（持续跟踪）、--since、--until TIME
行      --only（含错误码的行），以及与 grep 相同的 -v -A -B -C -m -n -H -c -l -q
错误码  --code 6206,70001-70020、--severity LIST、--kind '!network'、--unknown
报告    --summary、--report KIND=FILE（html、sarif 等）、--fail-on LIST
其他    --catalog FILE（添加错误码）、--lang en|zh、--color WHEN、--theme THEME
脱敏    diagnose --bundle out.zip FILE（用于发给他人，名字和密钥已脱敏）

命令，如 imerr-annotate explain 6206：
  stats         统计错误码                mcp            供 AI 智能体查询
  diagnose      最先出了什么问题          check-catalog  检查自己的错误码
  explain       查询错误码的含义          new-catalog    自己的错误码模板
  search        按词语查找错误码          config         配置文件的内容
  list          列出全部错误码            completions    shell 的补全脚本
  export        导出给其他程序            man            手册
  explain-line  数字为何算错误码          help           某个命令的选项
--help 显示全部选项，imerr-annotate help COMMAND 显示某个命令的选项。
";

pub fn short_help(lang: Lang, styles: &Styles, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match lang {
        Lang::En => SHORT_HELP,
        Lang::Zh => SHORT_HELP_ZH,
    };
    for line in text.lines() {
        let (heading, rest) = line.split_at(heading_len(line));
        let heading =
            if heading.is_empty() { String::new() } else { styles.paint(Role::Title, heading) };
        writeln!(out, "{heading}{rest}")?;
    }
    Ok(Outcome::Done)
}

/// The length of a heading at the beginning of a line: it ends at a gap or with a colon.
fn heading_len(line: &str) -> usize {
    if line.starts_with([' ', '-']) {
        return 0;
    }
    let after_colon = || {
        line.find([':', '：']).map(|at| at + line[at..].chars().next().map_or(0, char::len_utf8))
    };
    line.find("  ").or_else(after_colon).unwrap_or(0)
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
            let commands = definition.get_subcommands().chain([&definition]);
            let mut options = commands.flat_map(clap::Command::get_arguments);
            let is_known = options.any(|arg| match word.strip_prefix("--") {
                Some(long) => arg.get_long() == Some(long),
                None => arg.get_short().map(|short| format!("-{short}")).as_deref() == Some(word),
            });
            assert!(is_known || word == "--", "{word}");
        }
        let known: Vec<&str> = definition.get_subcommands().map(clap::Command::get_name).collect();
        for text in [SHORT_HELP, SHORT_HELP_ZH] {
            let rows: Vec<&str> = text.lines().skip(15).take(known.len() / 2).collect();
            // A row is `NAME  WORDS  NAME  WORDS`.
            let cell = |row: &&'static str, at: usize| {
                row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).nth(at)
            };
            let left = rows.iter().filter_map(|row| cell(row, 0));
            let right = rows.iter().filter_map(|row| cell(row, 2));
            assert_eq!(left.chain(right).collect::<Vec<_>>(), known);
        }
    }

    #[test]
    fn headings_end_at_a_gap_or_with_a_colon() {
        let rows = [
            ("Usage: imerr-annotate [FILE]...", "Usage:"),
            ("       tail -f app.log", ""),
            ("Lines    --only, as in grep: -v", "Lines"),
            ("命令，如 explain：", "命令，如 explain："),
            ("--help prints all options", ""),
            ("Finds codes.", ""),
        ];
        for (line, wanted) in rows {
            assert_eq!(&line[..heading_len(line)], wanted);
        }
    }
}
