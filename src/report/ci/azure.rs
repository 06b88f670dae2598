//! `azure`: logging commands, which Azure Pipelines shows as issues of the task.
//!
//! The agent keeps 10 errors and 10 warnings of a task, so there is one issue per code. It has no
//! level below a warning: codes of severity info are left out. Issues do not change the result of
//! the task. `task.complete` would, but only a gate may do that.
//!
//! A percent sign is written as `%AZP25`, which agents decode since 2021; no agent decodes `%25`.
//! The agent passes columns on without reading them; these are code points.

use std::io::{self, Write};

use crate::catalog::Severity;
use crate::report::model::{Issue, issues};
use crate::report::{Report, ReportData};

/// `##vso[task.logissue type=error;sourcepath=a.log;linenumber=12;columnnumber=5;code=6206;]6206
/// ERR_USER_SIG_EXPIRED x412: ...` for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Azure;

/// The most issues of a type that the agent keeps for a task.
const LIMIT: usize = 10;

impl Report for Azure {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        for issue in issues(data, LIMIT, "") {
            let kind = match issue.severity {
                Severity::Fatal | Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => continue,
            };
            write_command(kind, &issue, out)?;
        }
        Ok(())
    }
}

fn write_command(kind: &str, issue: &Issue<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (code, first) = (issue.row.key.code, &issue.row.first);
    write!(out, "##vso[task.logissue type={kind};")?;
    if let Some(file) = &issue.file {
        let (file, line, column) = (escape_property(file), first.line, first.column);
        write!(out, "sourcepath={file};linenumber={line};columnnumber={column};")?;
    }
    let text = escape_message(&format!("{}: {}", issue.title, issue.message));
    writeln!(out, "code={code};]{text}")
}

fn escape_message(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::testutil::{TestRun, fragments, hostile};

    /// Name, properties and message of a command, read as the agent reads them.
    fn parsed(line: &str) -> Option<(String, HashMap<String, String>, String)> {
        fn unescaped(text: &str) -> String {
            let pairs = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];
            pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
        }
        let (_, command) = line.split_once("##vso[")?;
        let (info, message) = command.split_once(']')?;
        let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = properties.split(';').filter_map(|pair| pair.split_once('='));
        Some((
            name.to_string(),
            pairs.map(|(key, value)| (key.to_string(), unescaped(value))).collect(),
            unescaped(message),
        ))
    }

    #[test]
    fn a_command_has_location_code_count_and_message() {
        let line =
            TestRun::from_logs(&[("a;b]c%.log", "\n错误 imsdk code:6206\n")], 0).document(&Azure);
        let beginning = "##vso[task.logissue \
            type=error;sourcepath=a%3Bb%5Dc%AZP25.log;linenumber=2;columnnumber=15;code=6206;]6206 ERR_USER_SIG_EXPIRED x1: The UserSig";
        assert!(line.starts_with(beginning), "{line}");
        assert!(line.ends_with(" (a;b]c%AZP25.log:2).\n"), "{line}");
    }

    #[test]
    fn the_result_is_not_changed_and_the_limit_is_kept() {
        let log: String = (120_001..120_015).map(|code| format!("imsdk code:{code}\n")).collect();
        let text =
            TestRun::from_logs(&[("stdin".to_string(), log.into_bytes())], 0).document(&Azure);
        assert_eq!(text.matches("##vso[task.logissue type=").count(), LIMIT, "{text}");
        assert_eq!(text.matches("##vso[").count(), LIMIT, "{text}");
        assert!(
            !text.contains("sourcepath") && text.ends_with(" And 4 more codes with 4 findings.\n"),
            "{text}"
        );
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn hostile_logs_add_no_command(run in hostile::run()) {
            let text = run.document(&Azure);
            let data = run.data();
            for line in text.split(['\n', '\r']).filter(|line| !line.is_empty()) {
                let Some((name, properties, _)) = parsed(line) else { panic!("no command: \
                    {line:?}") };
                prop_assert_eq!(name, "task.logissue");
                let mut rows = data.stats.codes.rows.iter();
                let row = rows.find(|row| row.key.code.to_string() == properties["code"]);
                let file = data.file(row.expect("the code was seen").first.file);
                prop_assert_eq!(properties.get("sourcepath").map_or("", String::as_str), file);
                prop_assert!(["error", "warning"].contains(&properties["type"].as_str()));
                prop_assert!(properties.keys().all(|key| PROPERTIES.contains(&key.as_str())));
            }
        }
    }

    const PROPERTIES: [&str; 5] = ["type", "sourcepath", "linenumber", "columnnumber", "code"];
}
