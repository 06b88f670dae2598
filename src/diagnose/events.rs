//! Finding events: literals that a log writes where something happens that has no code.

use std::io;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

use super::CauseSet;
use crate::input::{Block, Part};
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, EventOccurrence};

/// Finds the events of a [`CauseSet`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EventSearch(Arc<Anchors>);

/// A part of a literal. Literals share some, so that there are fewer, and the parts are rare in
/// logs. Half as many patterns are searched twice as fast, and each match costs some 20 ns.
type Anchor = [u8; 4];

#[derive(Debug)]
struct Anchors {
    searcher: Searcher,
    /// For each anchor, the literals that contain it.
    literals: Vec<Vec<Literal>>,
}

/// A literal that contains an anchor.
#[derive(Debug)]
struct Literal {
    text: Box<[u8]>,
    /// Where the anchor is in the literal.
    offset: usize,
    event: u32,
}

#[derive(Debug)]
enum Searcher {
    /// The packed (SIMD) search runs at several GB/s; not every processor has it.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    Nothing,
}

impl Searcher {
    fn new(anchors: &[Anchor]) -> Self {
        if anchors.is_empty() {
            return Self::Nothing;
        }
        let packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(anchors)
            .build();
        if let Some(searcher) = packed {
            return Self::Packed(searcher);
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(anchors);
        Self::Automaton(automaton.expect("a few short literals make a small automaton"))
    }

    /// The position and the index of the first anchor from `from` on.
    #[inline]
    fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span::from(from..text.len());
        let found = match self {
            Self::Packed(searcher) => searcher.find_in(text, span),
            Self::Automaton(automaton) => automaton.find(Input::new(text).span(span)),
            Self::Nothing => None,
        }?;
        Some((found.start(), found.pattern().as_usize()))
    }
}

impl Anchors {
    fn new(causes: &CauseSet) -> Self {
        let mut literals: Vec<(u32, &[u8])> = Vec::new();
        for (index, event) in causes.events().iter().enumerate() {
            literals.extend(event.any.iter().map(|literal| (index as u32, literal.as_bytes())));
        }
        let anchors = anchors(literals.iter().map(|(_, text)| *text).collect());
        let mut with_anchor = Vec::new();
        for anchor in &anchors {
            let mut having = Vec::new();
            for (event, text) in &literals {
                for (offset, window) in text.windows(anchor.len()).enumerate() {
                    if window == anchor {
                        having.push(Literal { text: (*text).into(), offset, event: *event });
                    }
                }
            }
            with_anchor.push(having);
        }
        Self { searcher: Searcher::new(&anchors), literals: with_anchor }
    }
}

/// Few and rare anchors of which each literal contains one.
fn anchors(mut literals: Vec<&[u8]>) -> Vec<Anchor> {
    let mut chosen = Vec::new();
    while !literals.is_empty() {
        let mut best: Option<(i32, Anchor)> = None;
        for window in literals.iter().flat_map(|literal| literal.windows(size_of::<Anchor>())) {
            let anchor: Anchor = window.try_into().expect("windows have the size of an anchor");
            let count = literals.iter().filter(|one| contains(one, &anchor)).count() as i32;
            let score = 2 * count - anchor.iter().map(|byte| commonness(*byte)).sum::<i32>();
            best = best.max(Some((score, anchor)));
        }
        let Some((_, anchor)) = best else { break };
        literals.retain(|literal| !contains(literal, &anchor));
        chosen.push(anchor);
    }
    chosen
}

fn contains(literal: &[u8], anchor: &Anchor) -> bool {
    literal.windows(anchor.len()).any(|window| window == anchor)
}

/// How common a byte is in logs, roughly.
fn commonness(byte: u8) -> i32 {
    match byte {
        b'e' | b'a' | b'i' | b'o' | b'n' | b't' | b'r' | b's' | b' ' | b'.' | b'0'..=b'9' => 4,
        b'a'..=b'z' | b':' | b'-' | b'/' | b'_' | b',' => 3,
        b'A'..=b'Z' => 2,
        _ => 1,
    }
}

impl EventSearch {
    /// A search for the events of `causes`.
    pub fn new(causes: &CauseSet) -> Self {
        Self(Arc::new(Anchors::new(causes)))
    }

    /// Appends the events in `text`, of which the first line is number `line` and at `offset` in
    /// its file. An event counts once on a line.
    fn find_all(&self, text: &[u8], line: u64, offset: u64, found: &mut Vec<EventOccurrence>) {
        let mut counter = LineCounter { counted_to: 0, line };
        let first = found.len();
        let mut from = 0;
        while let Some((at, anchor)) = self.0.searcher.find(text, from) {
            // An anchor may begin within another one.
            from = at + 1;
            for literal in &self.0.literals[anchor] {
                if !literal.is_at(text, at) {
                    continue;
                }
                let (line, start) = counter.line_of(text, at - literal.offset);
                let line_offset = offset + start as u64;
                let of_line = found[first..].iter().rev();
                let mut of_line = of_line.take_while(|one| one.line_offset == line_offset);
                if !of_line.any(|one| one.event == literal.event) {
                    found.push(EventOccurrence { event: literal.event, line, line_offset });
                }
            }
        }
    }
}

/// Counts the lines of a text up to a position.
struct LineCounter {
    counted_to: usize,
    line: u64,
}

impl LineCounter {
    /// The number of the line at `position`, and where the line starts. A position may be in front
    /// of the last one on the same line.
    fn line_of(&mut self, text: &[u8], position: usize) -> (u64, usize) {
        let lines = &text[self.counted_to.min(position)..position];
        self.line += memchr::memchr_iter(b'\n', lines).count() as u64;
        self.counted_to = self.counted_to.max(position);
        let start = memchr::memrchr(b'\n', &text[..position]).map_or(0, |newline| newline + 1);
        (self.line, start)
    }
}

impl Literal {
    /// Whether the literal is in `text` with its anchor at `at`.
    #[inline]
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let Some(start) = at.checked_sub(self.offset) else { return false };
        // One byte refutes most of them: comparing all takes a call.
        text[start] == self.text[0] && text[start..].starts_with(&self.text)
    }
}

/// A stage around another one, which finds events as well.
#[derive(Clone)]
pub struct EventStage<S> {
    /// The other stage.
    pub stage: S,
    search: Option<EventSearch>,
}

impl<S> EventStage<S> {
    /// Without a search, nothing but the other stage is run.
    pub fn new(stage: S, search: Option<EventSearch>) -> Self {
        Self { stage, search }
    }
}

impl<S: Stage> Stage for EventStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let mut outcome = self.stage.block(block, out)?;
        if let Some(search) = &self.search
            && matches!(block.part, Part::Lines | Part::LongStart)
        {
            search.find_all(block.bytes(), block.line, block.offset, &mut outcome.events);
        }
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.stage.needs_order()
    }
}

#[cfg(test)]
mod tests {
    use imerr_catalog::read_causes;

    use super::*;

    #[test]
    fn an_event_counts_once_on_a_line() {
        let file = "[[event]]\nname = \"in\"\nany = [\"logged in\", \"in again\"]\n\
                    [[event]]\nname = \"out\"\nany = [\"logged out\"]\n";
        let mut causes = CauseSet::default();
        causes.add(read_causes("c.toml", file).expect("the events are good"));
        let mut found = Vec::new();
        assert!(anchors(vec![&b"logged in"[..], b"logged out"]).len() <= 2);
        let text = b"logged in again\n\nx logged out, logged in, logged out\nlogged ou";
        EventSearch::new(&causes).find_all(text, 7, 100, &mut found);
        let found: Vec<_> =
            found.iter().map(|one| (one.event, one.line, one.line_offset)).collect();
        assert_eq!(found, [(0, 7, 100), (1, 9, 117), (0, 9, 117)]);
    }
}
