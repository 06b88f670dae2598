//! Keeps GitHub Actions from running commands of a log.

use std::io::{self, Write};

/// A writer that encloses a log in two lines between which GitHub runs no commands.
///
/// [`StopCommands::finish`] writes the second line. Without it, the rest of the step runs no
/// commands either.
#[derive(Debug)]
pub struct StopCommands<W> {
    out: W,
    token: String,
    is_at_line_start: bool,
}

impl<W: Write> StopCommands<W> {
    /// Writes the first line to `out`.
    ///
    /// A log that contains `token` can run commands again, so the token must be random and new for
    /// this run. Fails with [`io::ErrorKind::InvalidInput`] unless it is 16 or more letters and
    /// digits of ASCII.
    pub fn new(mut out: W, token: &str) -> io::Result<Self> {
        if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "a token is 16 or more letters and digits of ASCII";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        writeln!(out, "::stop-commands::{token}")?;
        Ok(Self { out, token: token.to_string(), is_at_line_start: true })
    }

    /// Lets GitHub run commands again, and returns the inner writer.
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
    fn a_log_is_enclosed_with_and_without_a_last_line_end() {
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
    fn a_short_or_unusual_token_is_refused() {
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
