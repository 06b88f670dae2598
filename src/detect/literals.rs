//! Finding the literals of the markers in a line.
//!
//! Each literal is found by a window: three or four of its bytes in a row. A table says for each
//! position of the line whether a window can be there, and few positions pass. An automaton of all
//! literals would cost about as much per byte, but takes longer to build than most inputs take to
//! read.

use super::identifier::{self, is_identifier_byte};
use super::markers::MarkerSet;
use crate::catalog::Text;
use crate::rules::{Marker, Rules};

/// The literals of all markers.
pub(super) struct Literals {
    /// For each hash of three bytes, which windows begin with them: the sum of their
    /// [marks](Window::mark). Most positions of a line read nothing else.
    marks: Box<[u8; SLOTS]>,
    /// The index of the first literal of each bucket, and at the end the number of literals.
    starts: Box<[u16; BUCKETS + 1]>,
    /// Sorted by the buckets of their windows.
    literals: Vec<Literal>,
}

/// Many more than literals, so that most positions of a line hit an empty one.
const SLOT_BITS: u32 = 14;
const SLOTS: usize = 1 << SLOT_BITS;
const BUCKET_BITS: u32 = 11;
const BUCKETS: usize = 1 << BUCKET_BITS;

/// The mark of a window of three bytes.
const THREE: u8 = 1 << 4;

/// A list of literals of a marker, by where they may match.
#[derive(Clone, Copy)]
enum List {
    /// A whole identifier.
    Words,
    /// At the beginning of an identifier.
    Starts,
    /// Anywhere.
    Parts,
}

/// A literal of a marker, and the window by which it is found.
#[derive(Clone, Copy)]
struct Literal {
    window: Window,
    /// Where the window begins in the text.
    offset: u8,
    /// The first byte of the text.
    first: u8,
    has_digits: bool,
    /// The index of the marker that the literal belongs to.
    marker: u8,
    list: List,
    /// The index in the list.
    index: u16,
}

/// The bytes by which a literal is found: four, or three of a short literal and a 0.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Window(u32);

impl Literals {
    pub fn new(markers: &[Marker]) -> Self {
        let literals = literals(markers);
        let mut marks = Box::new([0; SLOTS]);
        let mut starts = Box::new([0; BUCKETS + 1]);
        for Literal { window, .. } in &literals {
            marks[window.slot()] |= window.mark();
            starts[window.bucket() + 1] += 1;
        }
        for bucket in 0..BUCKETS {
            starts[bucket + 1] += starts[bucket];
        }
        let mut sorted = literals.clone();
        let mut next = starts.clone();
        for literal in literals {
            let place = &mut next[literal.window.bucket()];
            sorted[usize::from(*place)] = literal;
            *place += 1;
        }
        Self { marks, starts, literals: sorted }
    }

    /// The markers with a literal in `line`. `markers` is the list that the table was made of.
    /// Costs one pass over the line.
    pub fn find(&self, markers: &[Marker], line: &[u8]) -> MarkerSet {
        let mut search = Search { literals: self, markers, line, found: 0 };
        let mut at = 0;
        while let Some(bytes) = line[at..].first_chunk() {
            let window = Window::of_four(*bytes);
            let marks = self.marks[window.slot()];
            if marks != 0 && marks & (window.fourth_mark() | THREE) != 0 {
                search.match_at(at, window, marks);
            }
            at += 1;
        }
        if let Some(bytes) = line.last_chunk() {
            search.match_bucket(at, Window::of_three(*bytes));
        }
        search.found
    }

    /// The literals in `bucket`.
    #[inline]
    fn in_bucket(&self, bucket: usize) -> &[Literal] {
        &self.literals[usize::from(self.starts[bucket])..usize::from(self.starts[bucket + 1])]
    }
}

/// The search in one line.
struct Search<'l> {
    literals: &'l Literals,
    markers: &'l [Marker],
    line: &'l [u8],
    found: MarkerSet,
}

impl Search<'_> {
    /// Adds the markers with a literal whose window is at `at`, where `four` is. `marks` are those
    /// of the windows that begin with its first three bytes.
    ///
    /// Few positions of a line get here, and the loop over all positions is faster without it.
    #[cold]
    #[inline(never)]
    fn match_at(&mut self, at: usize, four: Window, marks: u8) {
        if marks & four.fourth_mark() != 0 {
            self.match_bucket(at, four);
        }
        if marks & THREE != 0 {
            self.match_bucket(at, four.without_fourth());
        }
    }

    #[inline]
    fn match_bucket(&mut self, at: usize, window: Window) {
        for literal in self.literals.in_bucket(window.bucket()) {
            let start = at.wrapping_sub(usize::from(literal.offset));
            if literal.window == window && self.line.get(start) == Some(&literal.first) {
                self.match_literal(*literal, start);
            }
        }
    }

    /// Adds the marker of the literal if it matches at `start`.
    #[inline(never)]
    fn match_literal(&mut self, literal: Literal, start: usize) {
        let marker = 1 << literal.marker;
        if self.found & marker == 0 && literal.matches(self.markers, self.line, start) {
            self.found |= marker;
        }
    }
}

impl Literal {
    fn text(self, markers: &[Marker]) -> &[u8] {
        let marker = &markers[usize::from(self.marker)];
        let list = match self.list {
            List::Words => &marker.words,
            List::Starts => &marker.starts,
            List::Parts => &marker.parts,
        };
        list[usize::from(self.index)].as_bytes()
    }

    /// Whether the literal matches at `start`, with the boundaries that its list asks for.
    fn matches(self, markers: &[Marker], line: &[u8], start: usize) -> bool {
        let text = self.text(markers);
        let end = start + text.len();
        let Some(bytes) = line.get(start..end) else { return false };
        let is_here = if self.has_digits { matches_digits(bytes, text) } else { bytes == text };
        if !is_here {
            return false;
        }
        match self.list {
            List::Words => starts_word(line, start) && ends_word(line, end),
            List::Starts => starts_word(line, start),
            List::Parts => true,
        }
    }
}

/// Whether no word continues across `start`.
fn starts_word(line: &[u8], start: usize) -> bool {
    !is_identifier_byte(line[start]) || identifier::begins_at(line, start)
}

/// Whether no word continues across `end`.
fn ends_word(line: &[u8], end: usize) -> bool {
    let next = line.get(end).copied().unwrap_or(b' ');
    !(is_identifier_byte(line[end - 1]) && is_identifier_byte(next))
}

/// Whether `bytes` are `text`, in which `#` stands for a digit.
fn matches_digits(bytes: &[u8], text: &[u8]) -> bool {
    let mut pairs = bytes.iter().zip(text);
    pairs.all(|(byte, wanted)| byte == wanted || (*wanted == b'#' && byte.is_ascii_digit()))
}

impl Window {
    /// The window at `offset` of a literal, whose first three bytes contain no `#`.
    fn new(text: &[u8], offset: usize, has_digits: bool) -> Option<Self> {
        let four = text[offset..].first_chunk();
        if let Some(bytes) = four.filter(|bytes| !has_digits || !bytes.contains(&b'#')) {
            return Some(Self::of_four(*bytes));
        }
        text.first_chunk().filter(|_| offset == 0).map(|bytes| Self::of_three(*bytes))
    }

    #[inline]
    fn of_four(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    #[inline]
    fn of_three([first, second, third]: [u8; 3]) -> Self {
        Self::of_four([first, second, third, 0])
    }

    #[inline]
    fn without_fourth(self) -> Self {
        Self(self.0 & 0xff_ffff)
    }

    fn has_three_bytes(self) -> bool {
        // No literal contains a 0.
        self == self.without_fourth()
    }

    /// One of five bits: [`THREE`], or that of the fourth byte.
    fn mark(self) -> u8 {
        if self.has_three_bytes() { THREE } else { self.fourth_mark() }
    }

    /// One of four bits, by the last bits of the fourth byte: they differ in most letters that may
    /// follow the same three bytes.
    #[inline]
    fn fourth_mark(self) -> u8 {
        1 << (self.0 >> 24 & 3)
    }

    /// The slot of the first three bytes.
    #[inline]
    fn slot(self) -> usize {
        ((self.0 << 8).wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)) as usize
    }

    #[inline]
    fn bucket(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b1) >> (32 - BUCKET_BITS)) as usize
    }
}

/// All literals, in the order of the markers.
fn literals(markers: &[Marker]) -> Vec<Literal> {
    let trigrams = TrigramCounts::new(markers);
    let mut literals = Vec::with_capacity(lists(markers).map(|(_, _, texts)| texts.len()).sum());
    for (marker, list, texts) in lists(markers) {
        for (index, text) in texts.iter().enumerate() {
            let has_digits = text.contains('#');
            let (offset, window) = trigrams.rarest_window(text.as_bytes(), has_digits);
            literals.push(Literal {
                window,
                offset: offset as u8,
                first: text.as_bytes()[0],
                has_digits,
                marker: marker as u8,
                list,
                index: index as u16,
            });
        }
    }
    literals
}

/// The lists of literals of the markers, with the index of the marker.
fn lists(markers: &[Marker]) -> impl Iterator<Item = (usize, List, &[Text])> {
    markers.iter().enumerate().flat_map(|(index, marker)| {
        [
            (index, List::Words, marker.words.as_ref()),
            (index, List::Starts, marker.starts.as_ref()),
            (index, List::Parts, marker.parts.as_ref()),
        ]
    })
}

/// How often three bytes in a row occur in all literals, by their hash.
struct TrigramCounts(Box<[u16; SLOTS]>);

impl TrigramCounts {
    fn new(markers: &[Marker]) -> Self {
        let mut counts = Box::new([0; SLOTS]);
        for text in lists(markers).flat_map(|(_, _, texts)| texts) {
            for three in text.as_bytes().windows(3) {
                let window = Window::of_three([three[0], three[1], three[2]]);
                let count: &mut u16 = &mut counts[window.slot()];
                *count = count.saturating_add(1);
            }
        }
        Self(counts)
    }

    /// The window of `text` that is rarest in the literals, and where it begins. What many of them
    /// have in common is common in logs too: `code` in `code=`, `rver` in `MessageServer`.
    fn rarest_window(&self, text: &[u8], has_digits: bool) -> (usize, Window) {
        let last = (text.len() - Rules::MARKER_LITERAL_MIN).min(MAX_OFFSET);
        let windows =
            (0..=last).filter_map(|offset| Some((offset, Window::new(text, offset, has_digits)?)));
        let rarest = windows.min_by_key(|(_, window)| self.count(*window));
        rarest.expect("the first three bytes of a literal are a window")
    }

    /// How often the trigrams of a window occur.
    fn count(&self, window: Window) -> u32 {
        let first = u32::from(self.0[window.slot()]);
        let last = Window(window.0 >> 8);
        if window.has_three_bytes() { 2 * first } else { first + u32::from(self.0[last.slot()]) }
    }
}

/// The offset of a window is one byte.
const MAX_OFFSET: usize = u8::MAX as usize;
