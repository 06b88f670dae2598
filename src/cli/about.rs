//! The short help, and the version with the codes that are known.

use std::collections::BTreeMap;
use std::io::{self, Write};

use imerr::catalog::Entry;
use imerr::custom::CustomBuilder;

use super::exit_status::Outcome;

/// The most important options, on one screen. `--help` prints all.
const SHORT_HELP: &str = "\
Finds Tencent Cloud IM (Chat) error codes in logs and explains them.

Usage: imerr-annotate [OPTIONS] [FILE]...
       imerr-annotate [OPTIONS] -- COMMAND [ARG]...
       imerr-annotate stats|explain|search|... [...]

Output   --format below|inline|json|csv|..., --strip (undo it), -o DIR
Input    -g GLOB (in directories), -f and --tail NUM (follow)
Lines    --only (those with codes), -v (without), -A, -B, -C NUM (around them)
         -n (numbers), -H (names), -m NUM (at most), -c, -l, -q (as in grep)
         --since, --until TIME
Codes    --code 6206,70001-70020, --severity, --kind, --system LIST, --unknown,
         --kind '!network' (all but these), --catalog FILE (add codes)
Reports  --summary, --report KIND=FILE (sarif, junit, ...), --fail-on SEVERITY
Style    --color WHEN, --theme THEME

Commands: stats, explain, search, list, explain-line, check-catalog,
          new-catalog, config, completions, man, help

  tail -f app.log | imerr-annotate
  imerr-annotate explain 6206

--help prints all options, 'imerr-annotate help COMMAND' those of a command.
";

pub fn short_help(out: &mut dyn Write) -> io::Result<Outcome> {
    out.write_all(SHORT_HELP.as_bytes())?;
    Ok(Outcome::Done)
}

/// Prints the version, and the number and date of the codes of each system.
pub fn version(out: &mut dyn Write) -> io::Result<Outcome> {
    writeln!(out, "imerr-annotate {}", env!("CARGO_PKG_VERSION"))?;
    let catalog = imerr::catalog::built_in();
    writeln!(out, "{} codes and ranges of codes:", catalog.entries().len())?;
    systems(catalog.entries().iter(), "", out)?;
    for name in CustomBuilder::optional() {
        let mut builder = CustomBuilder::default();
        builder.add_optional(name);
        // The build checked the optional catalogs.
        let Ok(loaded) = builder.finish() else { continue };
        let is_new =
            |entry: &&Entry| !catalog.entries().iter().any(|one| one.system == entry.system);
        let entries = loaded.detector.catalog().entries().iter().filter(is_new);
        systems(entries, &format!("--also {name}"), out)?;
    }
    Ok(Outcome::Done)
}

/// Prints the number of entries of each system, and the date of the vendor's list that they follow.
fn systems<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    option: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut systems: BTreeMap<&str, (usize, Option<&str>)> = BTreeMap::new();
    for entry in entries {
        let (count, as_of) = systems.entry(entry.system.as_ref()).or_default();
        *count += 1;
        *as_of = entry.as_of.as_deref();
    }
    for (system, (count, as_of)) in systems {
        let date = as_of.map(|date| format!("as of {date}  ")).unwrap_or_default();
        writeln!(out, "{}", format!("  {system:<10} {count:>4}  {date}{option}").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::args::Args;
    use super::*;

    #[test]
    fn the_short_help_fits_one_screen_and_names_what_there_is() {
        assert!(
            SHORT_HELP.lines().count() <= 23 && SHORT_HELP.lines().all(|line| line.len() <= 80)
        );
        let mut definition = Args::definition();
        definition.build();
        let words = SHORT_HELP
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .filter(|word| word.starts_with('-'));
        for word in words.filter(|word| word.len() > 1) {
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
