//! `github`: workflow commands, which GitHub Actions shows as annotations.
//!
//! GitHub keeps 10 errors, 10 warnings and 10 notices of a step and silently drops all others, so
//! there is one annotation per code. The runner passes columns on without reading them, and GitHub
//! does not document their unit; these are code points.

use std::io::{self, Write};

use crate::catalog::Severity;
use crate::report::model::{Issue, issues};
use crate::report::{Report, ReportData};

/// `::error file=a.log,line=12,...,title=6206 ERR_USER_SIG_EXPIRED x412::MEANING -> REMEDY`, with
/// the first and the last location at the end, for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

/// The most annotations of a type that GitHub keeps for a step.
const LIMIT: usize = 10;

impl Report for Github {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        for issue in issues(data, LIMIT, ": see the job summary") {
            write_command(&issue, out)?;
        }
        Ok(())
    }
}

fn write_command(issue: &Issue<'_>, out: &mut dyn Write) -> io::Result<()> {
    let kind = match issue.severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    write!(out, "::{kind} ")?;
    if let Some(file) = &issue.file {
        let (line, first) = (issue.row.first.line, &issue.row.first);
        write!(out, "file={},line={line},endLine={line},", escape_property(file))?;
        write!(out, "col={},endColumn={},", first.column, first.end_column)?;
    }
    let title = escape_property(&issue.title);
    writeln!(out, "title={title}::{}", escape_message(&issue.message))
}

fn escape_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::testutil::{TestRun, fragments, hostile};

    /// Name, properties and message of a command, read as the runner reads them.
    fn parsed(line: &str) -> Option<(String, HashMap<String, String>, String)> {
        fn unescaped(text: &str, pairs: &[(&str, &str)]) -> String {
            pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
        }
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
    fn a_command_has_location_code_count_and_message() {
        let run = TestRun::from_logs(
            &[("logs/a,b:c%.log", "x\n 错误 imsdk code:6206\nimsdk code:6206\n")],
            0,
        );
        let line = run.document(&Github);
        assert!(
            line.starts_with(
                "::error \
                file=logs/a%2Cb%3Ac%25.log,line=2,endLine=2,col=16,endColumn=20,title=6206 \
                ERR_USER_SIG_EXPIRED x2::The UserSig has expired. -> "
            ),
            "{line}"
        );
        assert!(
            line.ends_with(" (first logs/a,b:c%25.log:2, last logs/a,b:c%25.log:3).\n"),
            "{line}"
        );
    }

    #[test]
    fn standard_input_has_no_location() {
        let line = TestRun::from_logs(&[("stdin".to_string(), b"imsdk code:6206".to_vec())], 0)
            .document(&Github);
        assert!(line.starts_with("::error title=6206 ERR_USER_SIG_EXPIRED x1::"), "{line}");
    }

    #[test]
    fn the_limit_is_kept() {
        let log: String = (120_001..120_015).map(|code| format!("imsdk code:{code}\n")).collect();
        let text =
            TestRun::from_logs(&[("a.log".to_string(), log.into_bytes())], 0).document(&Github);
        assert_eq!(text.lines().count(), LIMIT, "{text}");
        assert!(
            text.ends_with(" And 4 more codes with 4 findings: see the job summary.\n"),
            "{text}"
        );
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn hostile_logs_add_no_command(run in hostile::run()) {
            let text = run.document(&Github);
            let data = run.data();
            let rows = &data.stats.codes.rows;
            // The runner ends lines at CR and LF.
            let mut lines: Vec<&str> = text.split(['\n', '\r']).collect();
            lines.retain(|line| !line.is_empty());
            prop_assert_eq!(lines.len(), rows.len());
            for line in lines {
                let Some((name, properties, message)) = parsed(line) else { panic!("no command: \
                    {line:?}") };
                prop_assert!(["error", "warning", "notice"].contains(&name.as_str()));
                let code = properties["title"].split(' ').next().and_then(|code| code.parse().ok());
                let row = rows.iter().find(|row| Some(row.key.code) == code).expect("the title \
                    has a code that was found");
                let file = data.file(row.first.file);
                prop_assert_eq!(properties.get("file").map_or("", String::as_str), file);
                prop_assert!(properties.keys().all(|key| PROPERTIES.contains(&key.as_str())));
                prop_assert!(!message.contains(['\n', '\r']));
            }
        }
    }

    const PROPERTIES: [&str; 6] = ["file", "line", "endLine", "col", "endColumn", "title"];
}
