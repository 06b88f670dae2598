//! `github`: workflow commands, which GitHub Actions shows as annotations.
//!
//! One annotation stands for one code: GitHub keeps [`Github::LIMIT`] errors, warnings and notices
//! of a step each, and drops all others without a word. Values are escaped as the runner takes them
//! back, `%` first. The runner hands columns on without looking at them, and GitHub does not say
//! what they count; these are code points.

use std::io::{self, Write};

use crate::report::model::{Issue, Level, issues};
use crate::report::{Report, ReportData};

/// `::error file=a.log,line=12,...,title=6206 x412::MEANING -> REMEDY (first and last place).` for
/// each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

impl Github {
    /// The most annotations of a kind that GitHub keeps of a step.
    pub const LIMIT: usize = 10;
}

impl Report for Github {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let issues = issues(data, Self::LIMIT, ": see the job summary");
        issues.iter().try_for_each(|issue| writeln!(out, "{}", command(issue)))
    }
}

fn command(issue: &Issue<'_>) -> String {
    let name = match issue.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = issue.place;
    let file = issue.file.map_or(String::new(), |name| {
        let (line, column, end) = (place.line, place.column, place.end_column);
        format!("file={},line={line},endLine={line},col={column},endColumn={end},", property(name))
    });
    let title = property(&format!("{} x{}", issue.code, issue.count));
    format!("::{name} {file}title={title}::{}", data(&issue.message))
}

/// `text` as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::testutil::{TestRun, fragments, hostile};

    /// Name, properties and message of a command, read as the runner reads them.
    fn parsed(line: &str) -> Option<(String, HashMap<String, String>, String)> {
        let unescaped = |text: &str, pairs: &[(&str, &str)]| {
            pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
        };
        let (command, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, properties) = command.split_once(' ').unwrap_or((command, ""));
        let properties = properties.trim().split(',').filter_map(|pair| pair.split_once('=')).map(
            |(key, value)| {
                let pairs =
                    [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
                (key.to_string(), unescaped(value, &pairs))
            },
        );
        Some((
            name.to_string(),
            properties.collect(),
            unescaped(message, &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]),
        ))
    }

    #[test]
    fn a_command_tells_place_code_count_and_words() {
        let run = TestRun::from_logs(
            &[("logs/a,b:c%.log", "x\n 错误 imsdk code:6206\nimsdk code:6206\n")],
            0,
        );
        let line = run.document(&Github);
        assert!(
            line.starts_with("::error file=logs/a%2Cb%3Ac%25.log,line=2,endLine=2,col=16,endColumn=20,title=6206 x2::The UserSig has expired. -> "),
            "{line}"
        );
        assert!(
            line.ends_with(" (first logs/a,b:c%25.log:2, last logs/a,b:c%25.log:3).\n"),
            "{line}"
        );
    }

    #[test]
    fn standard_input_has_no_file_and_no_place() {
        let line = TestRun::from_logs(&[("stdin".to_string(), b"imsdk code:6206".to_vec())], 0)
            .document(&Github);
        assert!(line.starts_with("::error title=6206 x1::"), "{line}");
    }

    #[test]
    fn no_more_is_written_than_github_keeps() {
        let log: String = (120_001..120_015).map(|code| format!("imsdk code:{code}\n")).collect();
        let text =
            TestRun::from_logs(&[("a.log".to_string(), log.into_bytes())], 0).document(&Github);
        assert_eq!(text.lines().count(), Github::LIMIT, "{text}");
        assert!(
            text.ends_with(" And 4 more codes with 4 findings: see the job summary.\n"),
            "{text}"
        );
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn only_our_commands_come_out(run in hostile::run()) {
            let text = run.document(&Github);
            let data = run.data();
            let rows = data.stats.codes.rows();
            // The runner ends lines at CR and LF.
            let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.is_empty()).collect();
            prop_assert_eq!(lines.len(), rows.len());
            for line in lines {
                let Some((name, properties, message)) = parsed(line) else { panic!("no command: {line:?}") };
                prop_assert!(["error", "warning", "notice"].contains(&name.as_str()));
                let code = properties["title"].split(' ').next().and_then(|code| code.parse().ok());
                let row = rows.iter().find(|row| Some(row.key.code) == code).expect("the title tells a code that was seen");
                let file = data.file(&row.first);
                prop_assert_eq!(properties.get("file").map_or("", String::as_str), file);
                prop_assert!(properties.keys().all(|key| ["file", "line", "endLine", "col", "endColumn", "title"].contains(&key.as_str())));
                prop_assert!(!message.contains(['\n', '\r']));
            }
        }
    }
}
