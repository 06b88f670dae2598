//! `azure`: logging commands, which Azure Pipelines shows as issues of the task.
//!
//! The agent keeps [`Azure::LIMIT`] errors and as many warnings of a task, so one issue stands for
//! one code. It knows no level below a warning: codes that are only infos are left out. Issues do
//! not change the result of the task; `task.complete` would, which only a gate may do, so it is not
//! written. Values are escaped as the agent takes them back: `%` as `%AZP25`, which agents take
//! since 2021 (older ones show it as it is; none takes `%25`). The agent hands columns on without
//! looking at them; these are code points.

use std::io::{self, Write};

use crate::report::model::{Issue, Level, issues};
use crate::report::{Report, ReportData};

/// `##vso[task.logissue type=error;sourcepath=a.log;linenumber=12;columnnumber=5;code=6206;]6206
/// x412: ...` for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Azure;

impl Azure {
    /// The most issues of a kind that the agent keeps of a task.
    pub const LIMIT: usize = 10;
}

impl Report for Azure {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        issues(data, Self::LIMIT, "")
            .iter()
            .filter_map(command)
            .try_for_each(|command| writeln!(out, "{command}"))
    }
}

fn command(issue: &Issue<'_>) -> Option<String> {
    let kind = match issue.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => return None,
    };
    let (code, place) = (issue.code, issue.place);
    let place = issue.file.map_or(String::new(), |name| {
        format!(
            "sourcepath={};linenumber={};columnnumber={};",
            property(name),
            place.line,
            place.column
        )
    });
    Some(format!(
        "##vso[task.logissue type={kind};{place}code={code};]{code} x{}: {}",
        issue.count,
        data(&issue.message)
    ))
}

/// `text` as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::testutil::{TestRun, fragments, hostile};

    /// Name, properties and message of a command, read as the agent reads them.
    fn parsed(line: &str) -> Option<(String, HashMap<String, String>, String)> {
        let unescaped = |text: &str| {
            let pairs = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];
            pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
        };
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
    fn a_command_tells_place_code_count_and_words() {
        let line =
            TestRun::from_logs(&[("a;b]c%.log", "\n错误 imsdk code:6206\n")], 0).document(&Azure);
        let beginning = "##vso[task.logissue type=error;sourcepath=a%3Bb%5Dc%AZP25.log;linenumber=2;columnnumber=15;code=6206;]6206 x1: The UserSig";
        assert!(line.starts_with(beginning), "{line}");
        assert!(line.ends_with(" (a;b]c%AZP25.log:2).\n"), "{line}");
    }

    #[test]
    fn nothing_changes_the_result_and_no_more_is_written_than_is_kept() {
        let log: String = (120_001..120_015).map(|code| format!("imsdk code:{code}\n")).collect();
        let text =
            TestRun::from_logs(&[("stdin".to_string(), log.into_bytes())], 0).document(&Azure);
        assert_eq!(text.matches("##vso[task.logissue type=").count(), Azure::LIMIT, "{text}");
        assert_eq!(text.matches("##vso[").count(), Azure::LIMIT, "{text}");
        assert!(
            !text.contains("sourcepath") && text.ends_with(" And 4 more codes with 4 findings.\n"),
            "{text}"
        );
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn only_our_commands_come_out(run in hostile::run()) {
            let text = run.document(&Azure);
            let data = run.data();
            for line in text.split(['\n', '\r']).filter(|line| !line.is_empty()) {
                let Some((name, properties, _)) = parsed(line) else { panic!("no command: {line:?}") };
                prop_assert_eq!(name, "task.logissue");
                let row = data.stats.codes.rows().iter().find(|row| row.key.code.to_string() == properties["code"]);
                let row = row.expect("the code was seen");
                prop_assert_eq!(properties.get("sourcepath").map_or("", String::as_str), data.file(&row.first));
                prop_assert!(["error", "warning"].contains(&properties["type"].as_str()));
                prop_assert!(properties.keys().all(|key| ["type", "sourcepath", "linenumber", "columnnumber", "code"].contains(&key.as_str())));
            }
        }
    }
}
