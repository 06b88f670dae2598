//! `teamcity`: service messages, which TeamCity shows in the log of a build.
//!
//! Whether a build fails is for a gate to say. So this writes no `buildProblem`, which fails the
//! build, and no message of status `ERROR`, which fails it where the failure condition for logged
//! error messages is on: errors are of status `WARNING` like warnings, and their text says what
//! they are. Infos are `NORMAL`. There is one message for each code.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::model::{Issue, Level, issues};
use crate::report::{Report, ReportData};

/// `##teamcity[message text='6206 x412 error: MEANING -> REMEDY (first and last place).'
/// status='WARNING']` for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Teamcity;

impl Report for Teamcity {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        issues(data, usize::MAX, "")
            .iter()
            .try_for_each(|issue| writeln!(out, "{}", message(issue)))
    }
}

fn message(issue: &Issue<'_>) -> String {
    let status = match issue.level {
        Level::Error | Level::Warning => "WARNING",
        Level::Info => "NORMAL",
    };
    let text = format!("{} x{} {}: {}", issue.code, issue.count, issue.severity, issue.message);
    format!("##teamcity[message text='{}' status='{status}']", value(&text))
}

/// `text` as a value: in ASCII, with one escape for each UTF-16 unit of what is not, since TeamCity
/// reads into Java strings.
fn value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => value.push_str("|n"),
            '\r' => value.push_str("|r"),
            '|' | '\'' | '[' | ']' => value.extend(['|', c]),
            ' '..='~' => value.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(value, "|0x{unit:04X}").expect("a String takes all text");
                }
            }
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testutil::{TestRun, fragments, hostile};

    #[test]
    fn values_are_escaped() {
        let rows = [
            ("plain -> text", "plain -> text"),
            ("|'[]\n\r", "|||'|[|]|n|r"),
            ("##teamcity[x 'y']", "##teamcity|[x |'y|'|]"),
            ("错\t\u{85}", "|0x9519|0x0009|0x0085"),
            ("\u{1f600}", "|0xD83D|0xDE00"),
        ];
        for (text, wanted) in rows {
            assert_eq!(value(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn nothing_fails_the_build() {
        let text = TestRun::from_logs(
            &[("日.log".to_string(), b"imsdk code:6206\nimsdk error_code:-10113\n".to_vec())],
            0,
        )
        .document(&Teamcity);
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with(
                "##teamcity[message text='6206 x1 error: The UserSig has expired. -> "
            ),
            "{text}"
        );
        assert!(lines[0].ends_with(" (|0x65E5.log:1).' status='WARNING']"), "{text}");
        assert!(lines[1].starts_with("##teamcity[message text='-10113 x1 warning: "), "{text}");
        assert!(
            !text.contains("buildProblem")
                && !text.contains("status='ERROR'")
                && !text.contains("status='FAILURE'"),
            "{text}"
        );
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn only_our_messages_come_out(run in hostile::run()) {
            let text = run.document(&Teamcity);
            prop_assert!(text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')));
            prop_assert_eq!(text.lines().count(), run.stats.codes.rows().len());
            for line in text.lines() {
                prop_assert_eq!(line.matches("##teamcity[").count(), 1);
                let inner = line.strip_prefix("##teamcity[message text='").and_then(|rest| rest.strip_suffix("']"));
                let (text, status) = inner.and_then(|inner| inner.split_once("' status='")).expect("a message has two values");
                prop_assert!(["WARNING", "NORMAL"].contains(&status));
                // Without what a bar escapes, nothing is left that would end the value.
                let mut rest = text.chars();
                while let Some(c) = rest.next() {
                    prop_assert!(!matches!(c, '\'' | '[' | ']'), "{}", text);
                    prop_assert!(c != '|' || rest.next().is_some(), "{}", text);
                }
            }
        }
    }
}
