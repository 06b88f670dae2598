//! Writers that break the commands of CI systems in a text.
//!
//! Azure Pipelines runs `##vso[` and TeamCity runs `##teamcity[` from anywhere in a line. Azure
//! Pipelines formats its log by `##[group]` and the like, and GitHub runs its older form
//! `##[command]`. A text can undo every way to switch these commands off. All systems compare case,
//! so only these spellings are broken. Azure Pipelines still warns about a line with `##vso` but
//! does not run it.

use std::io::{self, Write};

use memchr::memmem;

use crate::report::{Report, ReportData};
use crate::terminal::CI_COMMANDS;

/// The length of the longest command without its bracket.
const LOOKBEHIND: usize = "##teamcity".len();

/// A writer that inserts a blank in front of the bracket of every `##[`, `##vso[` and
/// `##teamcity[`, also if several writes make up a command.
///
/// It buffers nothing, and writes bytes without a command in one piece.
#[derive(Debug)]
pub struct CommandFilter<W> {
    out: W,
    written: [u8; LOOKBEHIND],
}

impl<W: Write> CommandFilter<W> {
    /// Writes to `out`, at the beginning of a line.
    pub fn new(out: W) -> Self {
        Self { out, written: [b'\n'; LOOKBEHIND] }
    }

    /// Terminates the last line if it is not terminated, and returns the inner writer. An agent
    /// does not show text in front of a command, so a command of ours must begin a line.
    pub fn finish(mut self) -> io::Result<W> {
        if self.written[LOOKBEHIND - 1] != b'\n' {
            self.out.write_all(b"\n")?;
        }
        Ok(self.out)
    }

    /// The position in `bytes` of the bracket of the first command, which may begin in the bytes
    /// written before.
    fn find_bracket(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr_iter(b'[', bytes).find(|&open| {
            let mut before = self.written;
            push_last(&mut before, &bytes[..open]);
            CI_COMMANDS
                .iter()
                .any(|command| before.ends_with(command.trim_end_matches('[').as_bytes()))
        })
    }
}

/// Appends `bytes` to the last bytes that were written.
fn push_last(written: &mut [u8; LOOKBEHIND], bytes: &[u8]) {
    let last = &bytes[bytes.len().saturating_sub(LOOKBEHIND)..];
    written.copy_within(last.len().., 0);
    written[LOOKBEHIND - last.len()..].copy_from_slice(last);
}

impl<W: Write> Write for CommandFilter<W> {
    /// Writes up to the next bracket that needs a blank, so that the returned count is exact.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut bracket = self.find_bracket(bytes);
        if bracket == Some(0) {
            self.out.write_all(b" ")?;
            push_last(&mut self.written, b" ");
            bracket = self.find_bracket(bytes);
        }
        let count = self.out.write(&bytes[..bracket.unwrap_or(bytes.len())])?;
        push_last(&mut self.written, &bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A writer for JSON that writes the second of two number signs as `\u0023`. No command is left,
/// and a parser reads the same data.
///
/// In JSON, a number sign occurs only inside strings, and never after a backslash that would escape
/// the new one.
#[derive(Debug)]
pub struct JsonCommandFilter<W> {
    out: W,
    after_number_sign: bool,
}

impl<W: Write> JsonCommandFilter<W> {
    /// Writes JSON to `out`.
    pub fn new(out: W) -> Self {
        Self { out, after_number_sign: false }
    }
}

impl<W: Write> Write for JsonCommandFilter<W> {
    /// Writes up to the second of two number signs, so that the returned count is exact.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.after_number_sign && bytes.first() == Some(&b'#') {
            self.out.write_all(b"\\u0023")?;
            self.after_number_sign = false;
            return Ok(1);
        }
        let end = memmem::find(bytes, b"##").map_or(bytes.len(), |first| first + 1);
        let count = self.out.write(&bytes[..end])?;
        if let Some(last) = bytes[..count].last() {
            self.after_number_sign = *last == b'#';
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A report whose output contains no commands of CI systems.
#[derive(Debug)]
pub struct FilteredReport {
    report: Box<dyn Report>,
    is_json: bool,
}

impl FilteredReport {
    /// Filters `report`: by a [`JsonCommandFilter`] if it writes JSON, otherwise by a
    /// [`CommandFilter`].
    pub fn new(report: Box<dyn Report>, is_json: bool) -> Self {
        Self { report, is_json }
    }
}

impl Report for FilteredReport {
    fn occurrences(&self) -> usize {
        self.report.occurrences()
    }

    fn needs_excerpts(&self) -> bool {
        self.report.needs_excerpts()
    }

    fn needs_passages(&self) -> bool {
        self.report.needs_passages()
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.is_json {
            self.report.write(data, &mut JsonCommandFilter::new(out))
        } else {
            self.report.write(data, &mut CommandFilter::new(out))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filtered(pieces: &[&[u8]]) -> String {
        let mut out = CommandFilter::new(Vec::new());
        for piece in pieces {
            out.write_all(piece).expect("a Vec takes all bytes");
        }
        String::from_utf8(out.out).expect("a blank breaks no character")
    }

    fn filtered_json(pieces: &[&[u8]]) -> String {
        let mut out = JsonCommandFilter::new(Vec::new());
        for piece in pieces {
            out.write_all(piece).expect("a Vec takes all bytes");
        }
        String::from_utf8(out.out).expect("an escape breaks no character")
    }

    fn naive(text: &str) -> String {
        let mut text = text.to_string();
        for command in CI_COMMANDS {
            text = text.replace(command, &command.replace('[', " ["));
        }
        text
    }

    #[test]
    fn the_lookbehind_is_the_longest_command_without_its_bracket() {
        assert_eq!(CI_COMMANDS.map(str::len).into_iter().max(), Some(LOOKBEHIND + 1));
    }

    #[test]
    fn commands_are_broken_anywhere() {
        let rows = [
            ("", ""),
            (
                "plain [line] # ## ### ##vso ##teamcity\n",
                "plain [line] # ## ### ##vso ##teamcity\n",
            ),
            ("##vso[task.complete]", "##vso [task.complete]"),
            ("##[group]a\n##[error]b ###[c", "## [group]a\n## [error]b ### [c"),
            (
                "x ##teamcity[buildStop] ##vso[y]##vso[z]\n",
                "x ##teamcity [buildStop] ##vso [y]##vso [z]\n",
            ),
            ("###vso[", "###vso ["),
            ("##vs##vso[", "##vs##vso ["),
            ("##team##teamcity[##vso[", "##team##teamcity [##vso ["),
            ("##VSO[ ##vso [ # #vso[ # #[ ##\nvso[", "##VSO[ ##vso [ # #vso[ # #[ ##\nvso["),
        ];
        for (text, wanted) in rows {
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(filtered(&[text.as_bytes()]), wanted, "{text:?}");
            assert_eq!(filtered(&bytes), wanted, "{text:?}, one byte at a time");
        }
    }

    #[test]
    fn an_unterminated_line_is_terminated() {
        let rows =
            [("", ""), ("a\n", "a\n"), ("a\nb", "a\nb\n"), ("\n", "\n"), ("##vso[", "##vso [\n")];
        for (log, wanted) in rows {
            let mut out = CommandFilter::new(Vec::new());
            out.write_all(log.as_bytes()).expect("a Vec takes all bytes");
            let written = out.finish().expect("a Vec takes all bytes");
            assert_eq!(String::from_utf8_lossy(&written), wanted, "{log:?}");
        }
    }

    /// Takes one byte at a time, and is interrupted before each.
    #[derive(Default)]
    struct SlowWriter {
        written: Vec<u8>,
        is_interrupted: bool,
    }

    impl Write for SlowWriter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.is_interrupted = !self.is_interrupted;
            if self.is_interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.written.extend(&bytes[..bytes.len().min(1)]);
            Ok(bytes.len().min(1))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn interrupted_and_short_writes_are_continued() {
        let mut out = CommandFilter::new(SlowWriter::default());
        out.write_all(b"a ##vso[b ##teamcity[c").expect("an interrupt is no failure");
        assert_eq!(out.out.written, b"a ##vso [b ##teamcity [c");
        let mut out = JsonCommandFilter::new(SlowWriter::default());
        out.write_all(b"\"a ##vso[b ###[\"").expect("an interrupt is no failure");
        assert_eq!(out.out.written, b"\"a #\\u0023vso[b #\\u0023#[\"");
    }

    #[test]
    fn a_block_full_of_commands_is_not_searched_to_its_end_for_each() {
        let block = b"##vso[".repeat(100_000);
        assert_eq!(filtered(&[&block]).len(), block.len() + 100_000);
    }

    proptest! {
        #[test]
        fn splitting_the_text_changes_nothing(
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40),
            cuts in proptest::collection::vec(0usize..200, 0..20),
        ) {
            let text = pieces.concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort();
            let mut split = Vec::new();
            for cut in cuts.windows(2) {
                split.push(&text.as_bytes()[cut[0]..cut[1]]);
            }
            let out = filtered(&split);
            prop_assert_eq!(&out, &naive(&text));
            prop_assert!(CI_COMMANDS.iter().all(|command| !out.contains(command)));
            let json = serde_json::to_string(&text).expect("a text is JSON");
            let mut json_split = vec![&b"\""[..]];
            json_split.extend(serde_pieces(&json, &cuts));
            let out = filtered_json(&json_split);
            prop_assert!(!out.contains("##"), "{}", out);
            prop_assert_eq!(serde_json::from_str::<String>(&out).expect("still JSON"), text);
        }
    }

    #[rustfmt::skip]
    const PIECES: [&str; 15] = [
        "#", "##", "##v", "##vs", "vso", "[", "##[", "##vso[", "##team", "city[", "##teamcity[",
        " ", "\n", "x", "错",
    ];

    /// `json` without its first byte, cut at `cuts` as far as they are inside.
    fn serde_pieces<'j>(json: &'j str, cuts: &[usize]) -> Vec<&'j [u8]> {
        let bytes = &json.as_bytes()[1..];
        let mut pieces = Vec::new();
        let mut start = 0;
        for &cut in cuts.iter().filter(|&&cut| cut <= bytes.len()) {
            pieces.push(&bytes[start..cut]);
            start = cut;
        }
        pieces.push(&bytes[start..]);
        pieces
    }
}
