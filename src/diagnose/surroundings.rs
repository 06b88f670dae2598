//! The lines around signals, and lines that name versions: what a bundle quotes of a log.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::bytes::Regex;

use crate::input::{Block, Part, split_terminator};

/// Lines of a log that help to understand a diagnosis.
///
/// Memory is bounded: by the length of a line, by the number of lines around another one, and by
/// [`Surroundings::BYTES`] in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Surroundings {
    passages: HashMap<(usize, u64), SurroundedLine>,
    /// The first different lines that name a version of the IM SDK, at most
    /// [`Surroundings::VERSIONS`], each with its file and number.
    pub versions: Vec<(usize, u64, Arc<str>)>,
    bytes: usize,
}

/// A line and those around it, each without its line end. Of a long one, the beginning is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurroundedLine {
    /// The lines before it, at most [`Surroundings::CONTEXT`].
    pub before: Vec<Arc<str>>,
    /// The line.
    pub text: Arc<str>,
    /// The lines after it, at most [`Surroundings::CONTEXT`].
    pub after: Vec<Arc<str>>,
}

impl Surroundings {
    /// The most lines before and after a line.
    pub const CONTEXT: usize = 2;
    /// The most bytes of a line.
    pub const LINE_LIMIT: usize = 4000;
    /// The most bytes of all lines. Later signals have no surroundings.
    pub const BYTES: usize = 8 << 20;
    /// The most lines with versions.
    pub const VERSIONS: usize = 20;

    /// The line at a place with those around it; None if it was not kept.
    pub fn of(&self, file: usize, line: u64) -> Option<&SurroundedLine> {
        self.passages.get(&(file, line))
    }

    /// Replaces the index of each file by its place in `places`.
    #[doc(hidden)]
    pub fn renumber_files(&mut self, places: &[usize]) {
        let passages = std::mem::take(&mut self.passages);
        for ((file, line), passage) in passages {
            self.passages.insert((places[file], line), passage);
        }
        for (file, ..) in &mut self.versions {
            *file = places[*file];
        }
        self.versions.sort();
    }
}

/// How SDKs and apps name the version of the IM SDK.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"SDK ?[Vv]ersion",
        "sdk_?version",
        r"(?:Chat|TIM)\.VERSION",
        // As package managers and Gradle write it.
        r"im_electron_sdk@|@tencentcloud/(?:lite-)?chat@|imsdk-plus:[0-9]",
    ];
    Regex::new(&forms.join("|")).expect("the forms are constant")
});

/// Reads the surroundings of signals from the blocks of a run, in order.
#[derive(Debug, Default)]
pub(super) struct SurroundingsReader {
    pub kept: Surroundings,
    /// The file of the last block, and its generation.
    file: Option<(usize, u64)>,
    /// The last lines before the next block.
    before: VecDeque<Arc<str>>,
    /// The lines that lack some after them.
    open: Vec<u64>,
}

impl SurroundingsReader {
    /// Reads a block of which the lines at `signals`, as number and offset in the block, are kept.
    pub fn read(&mut self, block: &Block, signals: &[(u64, usize)]) {
        let file = (block.file, block.generation);
        if self.file != Some(file) {
            self.file = Some(file);
            self.before.clear();
            self.open.clear();
        }
        self.complete(block);
        if matches!(block.part, Part::Lines | Part::LongStart) {
            for &(line, start) in signals {
                self.add(block, line, start);
            }
            self.add_versions(block);
            self.end(block);
        }
    }

    fn add(&mut self, block: &Block, line: u64, start: usize) {
        let key = (block.file, line);
        if self.kept.bytes >= Surroundings::BYTES || self.kept.passages.contains_key(&key) {
            return;
        }
        let bytes = block.bytes();
        let end = line_end(bytes, start);
        let in_block = lines_before(bytes, start);
        let from_before = Surroundings::CONTEXT.saturating_sub(in_block.len());
        let left_out = self.before.len().saturating_sub(from_before);
        let mut before: Vec<Arc<str>> = self.before.iter().skip(left_out).cloned().collect();
        before.extend(in_block.into_iter().map(|line| beginning(&bytes[line])));
        let after = match block.part {
            Part::Lines => lines_after(bytes, end, Surroundings::CONTEXT),
            _ => Vec::new(),
        };
        if after.len() < Surroundings::CONTEXT {
            self.open.push(line);
        }
        let text = beginning(&bytes[start..end]);
        let lines = before.iter().chain(&after);
        self.kept.bytes += text.len() + lines.map(|line| line.len()).sum::<usize>();
        self.kept.passages.insert(key, SurroundedLine { before, text, after });
    }

    /// Adds the first lines of `block` to those that lack some after them.
    fn complete(&mut self, block: &Block) {
        if self.open.is_empty() {
            return;
        }
        let lines = match block.part {
            Part::Lines => lines_after(block.bytes(), 0, Surroundings::CONTEXT),
            Part::LongStart => vec![beginning(block.bytes())],
            Part::LongMiddle | Part::LongEnd => return,
        };
        let kept = &mut self.kept;
        self.open.retain(|line| {
            let Some(passage) = kept.passages.get_mut(&(block.file, *line)) else { return false };
            let missing = Surroundings::CONTEXT - passage.after.len();
            for line in lines.iter().take(missing) {
                kept.bytes += line.len();
                passage.after.push(Arc::clone(line));
            }
            passage.after.len() < Surroundings::CONTEXT
        });
    }

    fn add_versions(&mut self, block: &Block) {
        let bytes = block.bytes();
        let mut from = 0;
        let mut line = block.line;
        let mut counted_to = 0;
        while self.kept.versions.len() < Surroundings::VERSIONS
            && let Some(found) = VERSION.find_at(bytes, from)
        {
            let start = line_start(bytes, found.start());
            line += memchr::memchr_iter(b'\n', &bytes[counted_to..start]).count() as u64;
            counted_to = start;
            from = line_end(bytes, found.end());
            let text = beginning(&bytes[start..from]);
            if !self.kept.versions.iter().any(|(.., other)| *other == text) {
                self.kept.versions.push((block.file, line, text));
            }
        }
    }

    fn end(&mut self, block: &Block) {
        let bytes = block.bytes();
        if block.part != Part::Lines {
            self.push_before(beginning(bytes));
            return;
        }
        for line in lines_before(bytes, bytes.len()) {
            self.push_before(beginning(&bytes[line]));
        }
    }

    fn push_before(&mut self, line: Arc<str>) {
        if self.before.len() == Surroundings::CONTEXT {
            self.before.pop_front();
        }
        self.before.push_back(line);
    }
}

fn line_start(bytes: &[u8], position: usize) -> usize {
    memchr::memrchr(b'\n', &bytes[..position]).map_or(0, |newline| newline + 1)
}

/// The end of the line at `position`, after its line feed.
fn line_end(bytes: &[u8], position: usize) -> usize {
    let end = memchr::memchr(b'\n', &bytes[position..]);
    end.map_or(bytes.len(), |newline| position + newline + 1)
}

/// The lines before the one that starts at `end`.
fn lines_before(bytes: &[u8], end: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut end = end;
    while end > 0 && lines.len() < Surroundings::CONTEXT {
        let start = line_start(bytes, end - 1);
        lines.push(start..end);
        end = start;
    }
    lines.reverse();
    lines
}

/// The first `count` lines from `start` on.
fn lines_after(bytes: &[u8], start: usize, count: usize) -> Vec<Arc<str>> {
    let mut lines = Vec::new();
    let mut start = start;
    while start < bytes.len() && lines.len() < count {
        let end = line_end(bytes, start);
        lines.push(beginning(&bytes[start..end]));
        start = end;
    }
    lines
}

/// The beginning of a line. It is cut between words, since a part of a telephone number cannot be
/// recognized any more, and would not be masked.
fn beginning(line: &[u8]) -> Arc<str> {
    let (text, _) = split_terminator(line);
    if text.len() <= Surroundings::LINE_LIMIT {
        return String::from_utf8_lossy(text).into();
    }
    let kept = &text[..Surroundings::LINE_LIMIT];
    let is_between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'|' | b',' | b';' | b'&');
    let end = kept.iter().rposition(is_between).map_or(0, |last| last + 1);
    format!("{}…", String::from_utf8_lossy(&kept[..end])).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Feed, FileError, Input};
    use crate::pipeline::{Interrupt, Observer, run};
    use crate::stats::BlockOutcome;

    /// Keeps the surroundings of each line with an `x`.
    #[derive(Default)]
    struct Lines(SurroundingsReader);

    impl Observer for Lines {
        fn file_failed(&mut self, _: &Input, _: &FileError) {}

        fn block_done(&mut self, block: &Block, _: BlockOutcome) {
            let mut signals = Vec::new();
            let mut start = 0;
            for (number, line) in (block.line..).zip(block.bytes().split_inclusive(|b| *b == b'\n'))
            {
                if line.starts_with(b"x") {
                    signals.push((number, start));
                }
                start += line.len();
            }
            self.0.read(block, &signals);
        }
    }

    struct Pieces<'t>(&'t [u8], usize);

    impl std::io::Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let size = self.1.min(buffer.len());
            std::io::Read::read(&mut self.0, &mut buffer[..size])
        }
    }

    fn surroundings(log: &str, piece: usize) -> Surroundings {
        let log: &'static [u8] = log.to_string().into_bytes().leak();
        let mut feed = Feed::from_reader(Pieces(log, piece));
        let mut lines = Lines::default();
        let annotator = crate::Annotator::new(crate::Detector::built_in(), None);
        let (mut stage, interrupt) = (annotator, Interrupt::default());
        run(&mut feed, &mut stage, &mut std::io::sink(), &mut lines, &interrupt).expect("a sink");
        lines.0.kept
    }

    #[test]
    fn a_line_has_two_lines_on_each_side() {
        let log = "a\r\nb\nc\nx1\nd\nx2\ne\nf\ng\n";
        for piece in [1, 3, 1000] {
            let kept = surroundings(log, piece);
            assert_eq!(
                [shown(&kept, 4), shown(&kept, 6)],
                ["b,c [x1] d,x2", "x1,d [x2] e,f"],
                "{piece}"
            );
            assert!(kept.of(0, 1).is_none());
        }
    }

    fn shown(kept: &Surroundings, line: u64) -> String {
        let one = kept.of(0, line).expect("it was kept");
        format!("{} [{}] {}", one.before.join(","), one.text, one.after.join(","))
    }

    #[test]
    fn lines_with_versions_are_kept_once() {
        let log = "TIM: ======  SDK Version: 8.0.5903\nx\nInitSDK|sdk_version:8.0.5903|a\n\
                   TIM: ======  SDK Version: 8.0.5903\nChat TencentCloudChat.VERSION:3.6.6\n\
                   version: 1\n";
        for piece in [1, 1000] {
            let kept = surroundings(log, piece).versions;
            let lines: Vec<u64> = kept.iter().map(|(_, line, _)| *line).collect();
            assert_eq!(lines, [1, 3, 5], "{piece}");
        }
    }

    #[test]
    fn long_lines_are_cut_between_words() {
        let log = format!("x {}13800138000 end\n", "word ".repeat(799));
        let kept = surroundings(&log, 1 << 20);
        let text = &kept.of(0, 1).expect("it was kept").text;
        assert!(text.ends_with("word …") && text.len() <= Surroundings::LINE_LIMIT + 3, "{text}");
        assert_eq!(&*beginning("x".repeat(5000).as_bytes()), "…");
    }
}
