//! Passages: lines with codes and the lines around them, for documents that quote the log.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::CodeKey;
use crate::timestamp::LocalTimestamp;

/// The first and the last passages of each code.
///
/// Memory is bounded: by the number of codes, of passages, of lines around a line, and by the
/// length of a line.
#[derive(Clone, Debug, Default)]
pub struct Passages {
    codes: Vec<CodePassages>,
    indexes: HashMap<CodeKey, usize>,
}

/// Passages of one code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodePassages {
    /// The code and its meanings.
    pub key: CodeKey,
    /// The passages of the first lines with the code, at most [`Passages::FIRST`].
    pub first: Vec<Passage>,
    /// The passages of its last lines that are not in `first`, at most [`Passages::LAST`].
    pub last: VecDeque<Passage>,
    /// The number of lines with the code.
    pub lines: u64,
}

/// A line with a code, and the lines around it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage {
    /// The file, as an index into the list of inputs.
    pub file: usize,
    /// The number of the line, from 1.
    pub line: u64,
    /// The time of the line, if it is known.
    pub time: Option<LocalTimestamp>,
    /// The lines before it, at most [`Passages::CONTEXT`].
    pub before: Vec<String>,
    /// The line.
    pub text: Quote,
    /// The lines after it, at most [`Passages::CONTEXT`].
    pub after: Vec<String>,
}

/// A line without its terminator, of which at most [`Passages::LINE_LIMIT`] bytes are quoted. An
/// ellipsis stands for the rest, and U+FFFD for bytes that are not UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quote {
    /// The text.
    pub text: String,
    /// Where the code is in `text`, in bytes.
    pub codes: Vec<Range<usize>>,
}

impl Passages {
    /// The most first passages of a code.
    pub const FIRST: usize = 20;
    /// The most last passages of a code.
    pub const LAST: usize = 5;
    /// The most lines before and after a line with a code.
    pub const CONTEXT: usize = 2;
    /// The most bytes of a line.
    pub const LINE_LIMIT: usize = 2000;
    /// The most codes: those that are found first.
    pub const CODES: usize = 250;

    /// The passages of a code, if there was room for it.
    pub fn of(&self, key: &CodeKey) -> Option<&CodePassages> {
        self.indexes.get(key).map(|&index| &self.codes[index])
    }

    /// The passages of a code, which has none yet if it is new; None if there is no room for it.
    pub(crate) fn entry(&mut self, key: CodeKey) -> Option<&mut CodePassages> {
        if let Some(&index) = self.indexes.get(&key) {
            return Some(&mut self.codes[index]);
        }
        if self.codes.len() == Self::CODES {
            return None;
        }
        let (first, last) = (Vec::new(), VecDeque::new());
        self.indexes.insert(key, self.codes.len());
        self.codes.push(CodePassages { key, first, last, lines: 0 });
        self.codes.last_mut()
    }

    /// Adds the passages of `later` inputs. Both sides number the files alike.
    pub fn merge(&mut self, later: Self) {
        for code in later.codes {
            let Some(earlier) = self.entry(code.key) else { continue };
            earlier.lines += code.lines;
            for passage in code.first.into_iter().chain(code.last) {
                earlier.push(passage);
            }
        }
    }

    /// Replaces the index of each file by its place in `places`.
    pub(super) fn renumber_files(&mut self, places: &[usize]) {
        for code in &mut self.codes {
            for passage in code.first.iter_mut().chain(&mut code.last) {
                passage.file = places[passage.file];
            }
        }
    }
}

impl CodePassages {
    /// Adds the next passage. Those between the first and the last ones may be left out.
    pub(crate) fn push(&mut self, passage: Passage) {
        if self.first.len() < Passages::FIRST {
            self.first.push(passage);
            return;
        }
        if self.last.len() == Passages::LAST {
            self.last.pop_front();
        }
        self.last.push_back(passage);
    }

    /// The newest passage of this line, if it is still there.
    pub(crate) fn find_last(&mut self, file: usize, line: u64) -> Option<&mut Passage> {
        let mut newest_first = self.last.iter_mut().rev().chain(self.first.iter_mut().rev());
        newest_first.find(|passage| passage.file == file && passage.line == line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn merged_inputs_equal_inputs_read_in_one_go() {
        let log = |lines: usize| "imsdk code:6206\nx\nimsdk code:6208\n".repeat(lines);
        for counts in [[3, 4, 5], [15, 10, 1], [30, 2, 40], [0, 21, 3]] {
            let logs = counts.map(|lines| ("a.log", log(lines)));
            let whole = TestRun::with_passages(&logs, 65_536).stats;
            let mut merged = Passages::default();
            for file in 0..logs.len() {
                // The files keep their numbers.
                let mut alone = logs.clone();
                for (other, log) in alone.iter_mut().enumerate() {
                    if other != file {
                        log.1.clear();
                    }
                }
                merged.merge(TestRun::with_passages(&alone, 65_536).stats.passages);
            }
            for row in &whole.codes.rows {
                assert_eq!(merged.of(&row.key), whole.passages.of(&row.key), "{counts:?}");
            }
        }
    }

    #[test]
    fn the_codes_that_are_found_first_have_passages() {
        let log: String = (120_001..120_301).map(|code| format!("imsdk code:{code}\n")).collect();
        let stats = TestRun::with_passages(&[("a.log", log)], 65_536).stats;
        let have: Vec<bool> =
            stats.codes.rows.iter().map(|row| stats.passages.of(&row.key).is_some()).collect();
        let wanted = [[true].repeat(Passages::CODES), [false].repeat(50)].concat();
        assert_eq!(have, wanted);
    }
}
