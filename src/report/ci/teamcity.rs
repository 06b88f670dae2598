//! `teamcity`: service messages, which TeamCity shows in the log of a build.
//!
//! Only a gate decides whether a build fails. `buildProblem` fails the build, and so does a message
//! of status `ERROR` if the failure condition for logged error messages is on. Errors therefore
//! have the status `WARNING`, and their text has their severity. Infos have the status `NORMAL`.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::catalog::Severity;
use crate::report::model::issues;
use crate::report::{Report, ReportData};

/// `##teamcity[message text='6206 ERR_USER_SIG_EXPIRED x412 error: MEANING -> REMEDY (first and last
/// location).' status='WARNING']` for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Teamcity;

impl Report for Teamcity {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        for issue in issues(data, usize::MAX, "") {
            let severity = issue.severity;
            let status = if severity == Severity::Info { "NORMAL" } else { "WARNING" };
            let text = escape(&format!("{} {severity}: {}", issue.title, issue.message));
            writeln!(out, "##teamcity[message text='{text}' status='{status}']")?;
        }
        Ok(())
    }
}

/// Escapes `text` to printable ASCII. TeamCity reads values into Java strings, so every UTF-16 unit
/// of another character has an escape.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("|n"),
            '\r' => escaped.push_str("|r"),
            '|' | '\'' | '[' | ']' => escaped.extend(['|', c]),
            ' '..='~' => escaped.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(escaped, "|0x{unit:04X}").expect("a String takes all text");
                }
            }
        }
    }
    escaped
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
            assert_eq!(escape(text), wanted, "{text:?}");
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
                "##teamcity[message text='6206 ERR_USER_SIG_EXPIRED x1 error: The UserSig has expired. -> "
            ),
            "{text}"
        );
        assert!(lines[0].ends_with(" (|0x65E5.log:1).' status='WARNING']"), "{text}");
        assert!(
            lines[1]
                .starts_with("##teamcity[message text='-10113 ERR_SVR_SSO_FREQ_LIMIT x1 warning: "),
            "{text}"
        );
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
        fn hostile_logs_add_no_message(run in hostile::run()) {
            let text = run.document(&Teamcity);
            prop_assert!(text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')));
            prop_assert_eq!(text.lines().count(), run.stats.codes.rows.len());
            for line in text.lines() {
                prop_assert_eq!(line.matches("##teamcity[").count(), 1);
                let inner = line.strip_prefix("##teamcity[message \
                    text='").and_then(|rest| rest.strip_suffix("']"));
                let (text, status) = inner.and_then(|inner| inner.split_once("' \
                    status='")).expect("a message has two values");
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
