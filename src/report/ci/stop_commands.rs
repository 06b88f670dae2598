//! Keeps GitHub Actions from running commands of a log.

use std::io::{self, Write};

/// A writer for a log that must not command the runner: between the two lines that it puts around
/// the log, GitHub runs no command.
///
/// The second line is written by [`StopCommands::finish`]; without it the rest of the step runs no
/// commands either.
#[derive(Debug)]
pub struct StopCommands<W> {
    out: W,
    token: String,
    is_at_line_start: bool,
}

impl<W: Write> StopCommands<W> {
    /// Stops commands in `out`. The log can only start them again if it holds `token`, so that has
    /// to be random, and made for this run. Fails with [`io::ErrorKind::InvalidInput`] unless it is
    /// 16 or more letters and digits of ASCII.
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
    use super::*;

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
}
