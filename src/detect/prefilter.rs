//! Searching for triggers: the few literals without which no code is found.
//!
//! The packed (SIMD) search runs over whole blocks at several GB/s. It supports at most 64
//! literals, and not every processor; an automaton replaces it elsewhere.

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

use crate::catalog::Text;

/// A trigger in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The position of its first letter or digit; the beginning of the trigger if that is not
    /// ASCII.
    pub start: usize,
    pub end: usize,
    /// The index of the trigger.
    pub trigger: usize,
}

pub(super) struct Prefilter {
    searcher: Searcher,
    /// For each trigger, how many bytes are in front of its first letter or digit.
    leads: Vec<usize>,
}

enum Searcher {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    Nothing,
}

impl Prefilter {
    pub(super) fn new(triggers: &[Text]) -> Self {
        let leads = triggers.iter().map(|trigger| lead(trigger)).collect();
        Self { searcher: Searcher::new(triggers), leads }
    }

    /// The first trigger that begins at `from` or after it. Of several that begin at one position,
    /// the first in the list.
    #[inline]
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<Hit> {
        let span = Span::from(from..text.len());
        let found = match &self.searcher {
            Searcher::Packed(searcher) => searcher.find_in(text, span),
            Searcher::Automaton(automaton) => automaton.find(Input::new(text).span(span)),
            Searcher::Nothing => None,
        }?;
        let trigger = found.pattern().as_usize();
        Some(Hit { start: found.start() + self.leads[trigger], end: found.end(), trigger })
    }
}

/// How many bytes are in front of the first letter or digit.
fn lead(trigger: &str) -> usize {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    trigger.bytes().position(is_letter).unwrap_or(0)
}

impl Searcher {
    fn new(triggers: &[Text]) -> Self {
        if triggers.is_empty() {
            return Self::Nothing;
        }
        let bytes = triggers.iter().map(|trigger| trigger.as_bytes());
        let packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(bytes.clone())
            .build();
        if let Some(searcher) = packed {
            return Self::Packed(searcher);
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(bytes);
        Self::Automaton(automaton.expect("a few short literals make a small automaton"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_found_from_a_position_on() {
        let prefilter = Prefilter::new(&[Text::from("error"), Text::from("err"), Text::from("码")]);
        let text = "err error 码".as_bytes();
        assert_eq!(prefilter.find(text, 0), Some(Hit { start: 0, end: 3, trigger: 1 }));
        assert_eq!(prefilter.find(text, 1), Some(Hit { start: 4, end: 9, trigger: 0 }));
        assert_eq!(prefilter.find(text, 9), Some(Hit { start: 10, end: 13, trigger: 2 }));
        assert_eq!(prefilter.find(text, 11), None);
        let quoted = Prefilter::new(&[Text::from("\"ret\"")]);
        assert_eq!(quoted.find(b"{\"ret\":1}", 0), Some(Hit { start: 2, end: 6, trigger: 0 }));
        assert_eq!(Prefilter::new(&[]).find(text, 0), None);
    }
}
