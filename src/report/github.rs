//! `github`: workflow commands, which GitHub Actions shows as annotations.
//!
//! One annotation stands for one code: GitHub keeps [`Github::LIMIT`] errors, warnings and notices of a step each, and drops
//! all others without a word. Values are escaped as the runner takes them back, `%` first. The runner hands columns on
//! without looking at them, and GitHub does not say what they count; these are code points.

use std::io::{self, Write};

use super::issue::{Issue, Level, issues};
use super::{Report, ReportData};

/// `::error file=a.log,line=12,...,title=6206 x412::MEANING -> REMEDY (first and last place).` for each code, worst first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

impl Github {
    /// The most annotations of a kind that GitHub keeps of a step.
    pub const LIMIT: usize = 10;
}

impl Report for Github {
    fn write(&self, overview: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let issues = issues(overview, Self::LIMIT, ": see the job summary");
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

/// A writer for a log that must not command the runner: between the two lines that it puts around the log, GitHub runs no
/// command.
///
/// The second line is written by [`StopCommands::finish`]; without it the rest of the step runs no commands either.
#[derive(Debug)]
pub struct StopCommands<W> {
    out: W,
    token: String,
    is_at_line_start: bool,
}

impl<W: Write> StopCommands<W> {
    /// Stops commands in `out`. The log can only start them again if it holds `token`, so that has to be random, and made
    /// for this run. Fails with [`io::ErrorKind::InvalidInput`] unless it is 16 or more letters and digits of ASCII.
    pub fn new(mut out: W, token: &str) -> io::Result<Self> {
        if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a token is 16 or more letters and digits of ASCII",
            ));
        }
        writeln!(out, "::stop-commands::{token}")?;
        Ok(Self { out, token: token.to_string(), is_at_line_start: true })
    }

    /// Lets commands run again, on a line of its own, and returns what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.is_at_line_start {
            writeln!(self.out)?;
        }
        writeln!(self.out, "::{}::", self.token)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for StopCommands<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        if let Some(last) = bytes[..count].last() {
            self.is_at_line_start = *last == b'\n';
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::super::hostile;
    use super::super::sample::Run;
    use super::*;
    use crate::testutil::fragments;

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
        let run =
            Run::over(&[("logs/a,b:c%.log", "x\n 错误 imsdk code:6206\nimsdk code:6206\n")], 0);
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
        let line =
            Run::over(&[("stdin".to_string(), b"imsdk code:6206".to_vec())], 0).document(&Github);
        assert!(line.starts_with("::error title=6206 x1::"), "{line}");
    }

    #[test]
    fn no_more_is_written_than_github_keeps() {
        let log: String = (120_001..120_015).map(|code| format!("imsdk code:{code}\n")).collect();
        let text = Run::over(&[("a.log".to_string(), log.into_bytes())], 0).document(&Github);
        assert_eq!(text.lines().count(), Github::LIMIT, "{text}");
        assert!(
            text.ends_with(" And 4 more codes with 4 findings: see the job summary.\n"),
            "{text}"
        );
    }

    #[test]
    fn a_log_is_enclosed_whether_it_ends_its_last_line_or_not() {
        let rows = [
            ("", ""),
            ("::error::x\n", "::error::x\n"),
            ("::error::x", "::error::x\n"),
            ("\n", "\n"),
            ("a\nb", "a\nb\n"),
        ];
        for (log, inside) in rows {
            let mut out =
                StopCommands::new(Vec::new(), "0123456789abcdef").expect("a Vec takes all bytes");
            out.write_all(log.as_bytes()).expect("a Vec takes all bytes");
            let wanted =
                format!("::stop-commands::0123456789abcdef\n{inside}::0123456789abcdef::\n");
            assert_eq!(
                String::from_utf8(out.finish().expect("a Vec takes all bytes")),
                Ok(wanted),
                "{log:?}"
            );
        }
    }

    #[test]
    fn a_token_that_could_be_guessed_or_parsed_is_refused() {
        for token in [
            "",
            "error",
            "0123456789abcde",
            "0123456789abcdef::",
            "0123456789abcdef\n::x",
            "0123456789 abcdef",
        ] {
            let refused =
                StopCommands::new(Vec::new(), token).map(|_| ()).map_err(|error| error.kind());
            assert_eq!(refused, Err(io::ErrorKind::InvalidInput), "{token:?}");
        }
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn only_our_commands_come_out(run in hostile::run()) {
            let text = run.document(&Github);
            let overview = run.overview();
            let rows = overview.ledger.codes.rows();
            // The runner ends lines at CR and LF.
            let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.is_empty()).collect();
            prop_assert_eq!(lines.len(), rows.len());
            for line in lines {
                let Some((name, properties, message)) = parsed(line) else { panic!("no command: {line:?}") };
                prop_assert!(["error", "warning", "notice"].contains(&name.as_str()));
                let code = properties["title"].split(' ').next().and_then(|code| code.parse().ok());
                let row = rows.iter().find(|row| Some(row.key.code) == code).expect("the title tells a code that was seen");
                let file = overview.file(&row.first);
                prop_assert_eq!(properties.get("file").map_or("", String::as_str), file);
                prop_assert!(properties.keys().all(|key| ["file", "line", "endLine", "col", "endColumn", "title"].contains(&key.as_str())));
                prop_assert!(!message.contains(['\n', '\r']));
            }
        }
    }
}
