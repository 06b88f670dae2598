//! A log passed on to an agent that takes commands from anywhere in a line, without its commands.
//!
//! Azure Pipelines looks for `##vso[` anywhere in a line, and TeamCity for `##teamcity[`; unlike GitHub neither has a way to
//! stop commands for a while that the log itself could not end. Both compare case, so only these spellings are broken. Azure
//! Pipelines still warns of a line that holds `##vso`, as it does where no bracket follows; it does not run it.

use std::io::{self, Write};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What commands begin with. The bracket is the last byte, so that a blank can go before it.
const COMMANDS: [&str; 2] = ["##vso[", "##teamcity["];

/// The most bytes of a beginning that is not whole.
const CARRIED: usize = COMMANDS[1].len() - 1;

static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // Leftmost matches are searched with vectors.
    let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(COMMANDS);
    builder.expect("two short literals make an automaton")
});

/// A writer that writes one blank before the bracket of every `##vso[` and `##teamcity[`, however the bytes are split into
/// writes, and passes everything else on as it comes.
///
/// Nothing is held back. Runs without a command pass in one write.
#[derive(Debug)]
pub struct CommandFilter<W> {
    out: W,
    /// The last bytes that were written.
    written: [u8; CARRIED],
}

impl<W: Write> CommandFilter<W> {
    /// Writes to `out`, at the beginning of a line.
    pub fn new(out: W) -> Self {
        Self { out, written: [b'\n'; CARRIED] }
    }

    /// What is written to.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Ends the last line, if its end is missing, and returns what was written to: an agent takes a whole line for its command, and
    /// does not show what stands before it.
    pub fn finish(mut self) -> io::Result<W> {
        if self.written[CARRIED - 1] != b'\n' {
            self.out.write_all(b"\n")?;
        }
        Ok(self.out)
    }

    /// The place of the bracket of the first command in `bytes`, or that `bytes` completes.
    fn bracket(&self, bytes: &[u8]) -> Option<usize> {
        let head = &bytes[..bytes.len().min(CARRIED)];
        let mut seam = [0; 2 * CARRIED];
        seam[..CARRIED].copy_from_slice(&self.written);
        seam[CARRIED..][..head.len()].copy_from_slice(head);
        // What was written before holds no whole command.
        let across =
            SEARCH.find(&seam[..CARRIED + head.len()]).map(|found| found.end() - 1 - CARRIED);
        across.or_else(|| SEARCH.find(bytes).map(|found| found.end() - 1))
    }

    /// Remembers that `bytes` were written.
    fn remember(&mut self, bytes: &[u8]) {
        let last = &bytes[bytes.len().saturating_sub(CARRIED)..];
        self.written.copy_within(last.len().., 0);
        self.written[CARRIED - last.len()..].copy_from_slice(last);
    }
}

impl<W: Write> Write for CommandFilter<W> {
    /// Writes up to the next bracket that needs a blank before it, so that what is counted as written is exact.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = match self.bracket(bytes) {
            None => bytes.len(),
            Some(0) => {
                self.out.write_all(b" ")?;
                self.remember(b" ");
                self.bracket(bytes).unwrap_or(bytes.len())
            }
            Some(bracket) => bracket,
        };
        let count = self.out.write(&bytes[..end])?;
        self.remember(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn defused(pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = CommandFilter::new(Vec::new());
        for piece in pieces {
            out.write_all(piece).expect("a Vec takes all bytes");
        }
        out.into_inner()
    }

    fn naive(text: &str) -> String {
        text.replace("##vso[", "##vso [").replace("##teamcity[", "##teamcity [")
    }

    #[test]
    fn commands_are_broken_wherever_they_stand() {
        let rows = [
            ("", ""),
            (
                "plain [line] # ## ### ##vso ##teamcity\n",
                "plain [line] # ## ### ##vso ##teamcity\n",
            ),
            ("##vso[task.complete]", "##vso [task.complete]"),
            (
                "x ##teamcity[buildStop] ##vso[y]##vso[z]\n",
                "x ##teamcity [buildStop] ##vso [y]##vso [z]\n",
            ),
            ("###vso[", "###vso ["),
            ("##vs##vso[", "##vs##vso ["),
            ("##team##teamcity[##vso[", "##team##teamcity [##vso ["),
            ("##VSO[ ##vso [ # #vso[ ##\nvso[", "##VSO[ ##vso [ # #vso[ ##\nvso["),
        ];
        for (text, wanted) in rows {
            assert_eq!(String::from_utf8_lossy(&defused(&[text.as_bytes()])), wanted, "{text:?}");
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(
                String::from_utf8_lossy(&defused(&bytes)),
                wanted,
                "{text:?}, one byte at a time"
            );
        }
    }

    #[test]
    fn what_follows_begins_a_line() {
        for (log, wanted) in
            [("", ""), ("a\n", "a\n"), ("a\nb", "a\nb\n"), ("\n", "\n"), ("##vso[", "##vso [\n")]
        {
            let mut out = CommandFilter::new(Vec::new());
            out.write_all(log.as_bytes()).expect("a Vec takes all bytes");
            assert_eq!(
                String::from_utf8(out.finish().expect("a Vec takes all bytes")).as_deref(),
                Ok(wanted),
                "{log:?}"
            );
        }
    }

    #[test]
    fn a_write_that_fails_or_takes_less_is_taken_up_again() {
        /// Takes one byte at a time, and is interrupted before each.
        #[derive(Default)]
        struct Grudging(Vec<u8>, bool);
        impl Write for Grudging {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.1 = !self.1;
                if self.1 {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                self.0.extend(&bytes[..bytes.len().min(1)]);
                Ok(bytes.len().min(1))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut out = CommandFilter::new(Grudging::default());
        out.write_all(b"a ##vso[b ##teamcity[c").expect("an interrupt is no failure");
        assert_eq!(out.into_inner().0, b"a ##vso [b ##teamcity [c");
    }

    #[test]
    fn a_block_full_of_commands_takes_no_search_of_the_rest_for_each() {
        let block = b"##vso[".repeat(100_000);
        assert_eq!(defused(&[&block]).len(), block.len() + 100_000);
    }

    proptest! {
        #[test]
        fn it_is_replacing_whatever_the_split(
            pieces in proptest::collection::vec(proptest::sample::select(
                &["#", "##", "##v", "##vs", "vso", "[", "##vso[", "##team", "city[", "##teamcity[", " ", "\n", "x", "错"][..]), 0..40),
            cuts in proptest::collection::vec(0usize..200, 0..20),
        ) {
            let text = pieces.concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (text.len() + 1)).chain([0, text.len()]).collect();
            cuts.sort();
            let split: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            let out = String::from_utf8(defused(&split)).expect("a blank breaks no character");
            prop_assert_eq!(&out, &naive(&text));
            prop_assert!(!out.contains("##vso[") && !out.contains("##teamcity["));
        }
    }
}
