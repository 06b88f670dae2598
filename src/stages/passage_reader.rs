//! Reads the passages of findings from blocks. A passage may begin in the block before and end in
//! the block after.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use crate::input::{Block, Part, split_terminator};
use crate::stats::{CodeKey, Occurrence, Passage, Passages, Quote};

/// Adds passages of the findings in blocks of any number of files to [`Passages`].
#[derive(Debug, Default)]
pub struct PassageReader {
    files: HashMap<usize, OpenFile>,
}

/// What is kept of a file between its blocks.
#[derive(Debug, Default)]
struct OpenFile {
    /// The file generation of the last block.
    generation: u64,
    /// The offset of the last block, which has completed the passages before it.
    block: Option<u64>,
    /// The last lines before the block.
    before: VecDeque<String>,
    /// The passages that lack lines after them.
    open: Vec<OpenPassage>,
    /// The offset of the last line with codes, and its codes so far.
    last_line: (Option<u64>, Vec<CodeKey>),
}

#[derive(Debug)]
struct OpenPassage {
    key: CodeKey,
    line: u64,
    missing: usize,
}

/// A line and one of its codes.
#[derive(Clone, Copy)]
struct LineWithCode<'o> {
    key: CodeKey,
    /// All codes of the line.
    occurrences: &'o [Occurrence],
}

impl PassageReader {
    /// Adds the passages of `occurrences`, which are the next ones in `block`, in order.
    pub fn read(&mut self, block: &Block, occurrences: &[Occurrence], passages: &mut Passages) {
        let file = self.begin_block(block, passages);
        let mut others = Vec::new();
        for line in file.lines_with_codes(occurrences) {
            let Some(code) = passages.entry(line.key) else { continue };
            code.lines += 1;
            if code.first.len() < Passages::FIRST {
                code.push(file.passage(block, line));
            } else {
                others.push(line);
            }
        }
        for line in last_of_each_code(&others) {
            if let Some(code) = passages.entry(line.key) {
                code.push(file.passage(block, line));
            }
        }
    }

    /// Goes on to the end of `block`.
    pub fn end_block(&mut self, block: &Block, passages: &mut Passages) {
        let file = self.begin_block(block, passages);
        let bytes = block.bytes();
        match block.part {
            Part::Lines => {
                for line in lines_before(bytes, bytes.len()) {
                    file.add_line_before(quote_start(&bytes[line]));
                }
            }
            Part::LongStart => file.add_line_before(quote_start(bytes)),
            Part::LongMiddle | Part::LongEnd => {}
        }
    }

    /// Forgets all files. Their further blocks are taken as the first ones.
    pub fn clear(&mut self) {
        self.files.clear();
    }

    /// Completes the passages that go on in `block`, and returns what is known of its file.
    fn begin_block(&mut self, block: &Block, passages: &mut Passages) -> &mut OpenFile {
        let file = self.files.entry(block.file).or_default();
        if file.generation != block.generation {
            *file = OpenFile { generation: block.generation, ..OpenFile::default() };
        }
        if file.block.replace(block.offset) != Some(block.offset) {
            file.complete_passages(block, passages);
        }
        file
    }
}

impl OpenFile {
    fn add_line_before(&mut self, line: String) {
        if self.before.len() == Passages::CONTEXT {
            self.before.pop_front();
        }
        self.before.push_back(line);
    }

    /// The lines of `occurrences`, once for each of their codes. The first occurrences may be in
    /// the line of the last call.
    fn lines_with_codes<'o>(&mut self, occurrences: &'o [Occurrence]) -> Vec<LineWithCode<'o>> {
        let mut lines = Vec::new();
        for occurrences in occurrences.chunk_by(|one, next| one.line_offset == next.line_offset) {
            let offset = Some(occurrences[0].line_offset);
            if self.last_line.0 != offset {
                self.last_line = (offset, Vec::new());
            }
            for Occurrence { key, .. } in occurrences {
                if !self.last_line.1.contains(key) {
                    self.last_line.1.push(*key);
                    lines.push(LineWithCode { key: *key, occurrences });
                }
            }
        }
        lines
    }

    fn passage(&mut self, block: &Block, line: LineWithCode<'_>) -> Passage {
        let Occurrence { line: number, time, line_offset, .. } = line.occurrences[0];
        let bytes = block.bytes();
        let start = (line_offset - block.offset) as usize;
        let end = line_end(bytes, start);
        let in_block: Vec<String> =
            lines_before(bytes, start).into_iter().map(|line| quote_start(&bytes[line])).collect();
        let left_out = (self.before.len() + in_block.len()).saturating_sub(Passages::CONTEXT);
        let before = self.before.iter().skip(left_out).cloned().chain(in_block).collect();
        let after = if block.part == Part::Lines { lines_after(bytes, end) } else { Vec::new() };
        let missing = Passages::CONTEXT - after.len();
        if missing > 0 {
            self.open.push(OpenPassage { key: line.key, line: number, missing });
        }
        let text = quote(&bytes[start..end], line);
        Passage { file: block.file, line: number, time, before, text, after }
    }

    /// Adds the first lines of `block` to the passages that lack them.
    fn complete_passages(&mut self, block: &Block, passages: &mut Passages) {
        if self.open.is_empty() {
            return;
        }
        let lines = match block.part {
            Part::Lines => lines_after(block.bytes(), 0),
            Part::LongStart => vec![quote_start(block.bytes())],
            Part::LongMiddle | Part::LongEnd => return,
        };
        for open in &mut self.open {
            let code = passages.entry(open.key);
            let Some(passage) = code.and_then(|code| code.find_last(block.file, open.line)) else {
                // Later ones have taken its place.
                open.missing = 0;
                continue;
            };
            let added = lines.len().min(open.missing);
            passage.after.extend_from_slice(&lines[..added]);
            open.missing -= added;
        }
        self.open.retain(|open| open.missing > 0);
    }
}

/// The last lines of each code that can be kept. To copy no others saves nearly all of the time
/// where codes are frequent.
fn last_of_each_code<'o>(lines: &[LineWithCode<'o>]) -> Vec<LineWithCode<'o>> {
    let mut counts: HashMap<CodeKey, usize> = HashMap::new();
    let mut last = Vec::new();
    for line in lines.iter().rev() {
        let count = counts.entry(line.key).or_default();
        *count += 1;
        if *count <= Passages::LAST {
            last.push(*line);
        }
    }
    last.reverse();
    last
}

/// The end of the line that starts at `start`, after its line feed.
fn line_end(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |newline| start + newline + 1)
}

/// The lines before the one that starts at `end`, at most [`Passages::CONTEXT`].
fn lines_before(bytes: &[u8], end: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut end = end;
    while end > 0 && lines.len() < Passages::CONTEXT {
        let start = memchr::memrchr(b'\n', &bytes[..end - 1]).map_or(0, |newline| newline + 1);
        lines.push(start..end);
        end = start;
    }
    lines.reverse();
    lines
}

/// The lines from `start` on, at most [`Passages::CONTEXT`].
fn lines_after(bytes: &[u8], start: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut start = start;
    while start < bytes.len() && lines.len() < Passages::CONTEXT {
        let end = line_end(bytes, start);
        lines.push(quote_start(&bytes[start..end]));
        start = end;
    }
    lines
}

/// The beginning of a line.
fn quote_start(line: &[u8]) -> String {
    let (text, _) = split_terminator(line);
    quote_around(text, &[]).text
}

/// The line, or of a long one the part around its first code.
fn quote(line: &[u8], found: LineWithCode<'_>) -> Quote {
    let (text, _) = split_terminator(line);
    let mut columns = ColumnReader { text, offset: 0, column: 1 };
    let mut codes = Vec::new();
    for occurrence in found.occurrences.iter().filter(|one| one.key == found.key) {
        let start = columns.offset_of(occurrence.column);
        codes.push(start..columns.offset_of(occurrence.end_column));
    }
    quote_around(text, &codes)
}

fn quote_around(text: &[u8], codes: &[Range<usize>]) -> Quote {
    let quoted = quoted_range(text, codes.first().map_or(0, |code| code.start));
    let mut quote = Quote::default();
    if quoted.start > 0 {
        quote.text.push('…');
    }
    let mut position = quoted.start;
    for code in codes {
        if code.start < position || code.end > quoted.end {
            continue;
        }
        quote.text += &String::from_utf8_lossy(&text[position..code.start]);
        let start = quote.text.len();
        quote.text += &String::from_utf8_lossy(&text[code.clone()]);
        quote.codes.push(start..quote.text.len());
        position = code.end;
    }
    quote.text += &String::from_utf8_lossy(&text[position..quoted.end]);
    if quoted.end < text.len() {
        quote.text.push('…');
    }
    quote
}

/// The part of a line that is quoted: its beginning, unless `focus` is not within it. It starts and
/// ends between characters.
fn quoted_range(text: &[u8], focus: usize) -> Range<usize> {
    let limit = Passages::LINE_LIMIT;
    let mut start = 0;
    if text.len() > limit && focus > limit * 3 / 4 {
        start = focus - limit / 4;
    }
    let mut end = text.len().min(start + limit);
    let is_inside_character = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    while start > 0 && start < end && is_inside_character(start) {
        start += 1;
    }
    while end > start && is_inside_character(end) {
        end -= 1;
    }
    start..end
}

/// Converts columns to offsets in bytes, counting on from the previous column.
struct ColumnReader<'t> {
    text: &'t [u8],
    offset: usize,
    column: u64,
}

impl ColumnReader<'_> {
    /// The offset of a column in code points, from 1. A byte that is not UTF-8 counts as one.
    fn offset_of(&mut self, column: u64) -> usize {
        while self.column < column && self.offset < self.text.len() {
            self.offset += character_length(&self.text[self.offset..]);
            self.column += 1;
        }
        self.offset
    }
}

/// The length of the first character; 1 if the first byte is not UTF-8.
fn character_length(text: &[u8]) -> usize {
    let length = match text[0] {
        0..0x80 => return 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    };
    let is_valid = text.get(..length).is_some_and(|first| std::str::from_utf8(first).is_ok());
    if is_valid { length } else { 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::CodePassages;
    use crate::testutil::TestRun;
    use crate::testutil::fragments::{config, line};

    /// The passages of a code: numbers and texts of the lines, with brackets around the code.
    fn passages(log: &str, code: i64, piece: usize) -> Vec<String> {
        let run = TestRun::with_passages(&[("a.log", log)], piece);
        let keys = run.stats.codes.rows.iter().map(|row| row.key);
        let key = keys.into_iter().find(|key| key.code == code).expect("the code is in the log");
        let passages = run.stats.passages.of(&key).expect("there is room");
        let mut shown = vec![format!("lines {}", passages.lines)];
        for passage in passages.first.iter().chain(&passages.last) {
            let mut text = passage.text.text.clone();
            for code in passage.text.codes.iter().rev() {
                text.insert(code.end, ']');
                text.insert(code.start, '[');
            }
            let (before, after) = (passage.before.join("/"), passage.after.join("/"));
            shown.push(format!("{}: {before} {{{text}}} {after}", passage.line));
        }
        shown
    }

    #[test]
    fn a_passage_has_two_lines_before_and_after() {
        let rows: [(&str, &[&str]); 5] = [
            ("imsdk code:6206", &["lines 1", "1:  {imsdk code:[6206]} "]),
            (
                "a\nb\r\nc\nimsdk code:6206\r\nd\ne\nf\n",
                &["lines 1", "4: b/c {imsdk code:[6206]} d/e"],
            ),
            (
                "imsdk code:6206 code:6208 code:6206\n\nimsdk code:6206\n",
                &[
                    "lines 2",
                    "1:  {imsdk code:[6206] code:6208 code:[6206]} /imsdk code:6206",
                    "3: imsdk code:6206 code:6208 code:6206/ {imsdk code:[6206]} ",
                ],
            ),
            ("错\u{1f600} imsdk code:6206\n", &["lines 1", "1:  {错\u{1f600} imsdk code:[6206]} "]),
            ("x\nimsdk code:6206\ny\nz\n", &["lines 1", "2: x {imsdk code:[6206]} y/z"]),
        ];
        for (log, wanted) in rows {
            for piece in [1, 2, 5, 17, 65_536] {
                assert_eq!(passages(log, 6206, piece), wanted, "{log:?} {piece}");
            }
        }
    }

    #[test]
    fn the_first_and_the_last_lines_are_kept() {
        let log: String = (1..=1000).map(|line| format!("{line} imsdk code:6206\n")).collect();
        for piece in [100, 65_536] {
            let passages = passages(&log, 6206, piece);
            let numbers: Vec<&str> =
                passages.iter().skip(1).filter_map(|text| text.split(':').next()).collect();
            let wanted: Vec<String> =
                (1..=20).chain(996..=1000).map(|line| line.to_string()).collect();
            assert_eq!(
                (numbers, passages[0].as_str()),
                (wanted.iter().map(String::as_str).collect(), "lines 1000")
            );
            assert!(passages[24].contains(": 997 imsdk code:6206/998 "), "{}", passages[24]);
        }
    }

    #[test]
    fn long_lines_are_cut_around_their_code() {
        let (short, long, endless) = ("错".repeat(600), "错".repeat(6000), "x".repeat(3 << 20));
        let rows = [
            (format!("{short} imsdk code:6206"), false, false),
            (format!("imsdk code:6206 {long}"), false, true),
            (format!("{long} imsdk code:6206"), true, false),
            (format!("{long} imsdk code:6206 {long}"), true, true),
            (format!("imsdk code:6206 {endless}"), false, true),
        ];
        for (line, is_cut_before, is_cut_after) in rows {
            let log = format!("{long}\nb\n{line}\na\n{long}\n");
            let shown = passages(&log, 6206, 65_536).remove(1);
            let (before, rest) = shown.split_once(" {").expect("the line");
            let (text, after) = rest.split_once("} ").expect("the line");
            assert!(
                text.contains("code:[6206]") && text.len() < Passages::LINE_LIMIT + 10,
                "{text}"
            );
            assert_eq!((text.starts_with('…'), text.ends_with('…')), (is_cut_before, is_cut_after));
            assert!(before.starts_with("3: 错错") && before.ends_with("错…/b"), "{before}");
            assert!(after.starts_with("a/错错") && after.ends_with("错…"), "{after}");
            assert!(!shown.contains('\u{fffd}'), "{shown}");
        }
    }

    fn passages_read_by(piece: usize, log: &[u8]) -> Vec<Option<CodePassages>> {
        let run = TestRun::with_passages(&[("a.log", log)], piece);
        let rows = run.stats.codes.rows.iter();
        rows.map(|row| run.stats.passages.of(&row.key).cloned()).collect()
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn blocks_change_no_passage(lines in proptest::collection::vec(line(), 0..40)) {
            let log = lines.join(&b"\n"[..]);
            let whole = passages_read_by(1 << 20, &log);
            for piece in [1, 50] {
                prop_assert_eq!(&passages_read_by(piece, &log), &whole);
            }
        }
    }
}
