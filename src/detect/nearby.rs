//! The text near a number, and whether it fits the meaning of an entry.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::candidate::Candidate;
use super::identifier::MAX_LENGTH;
use super::json_escapes;
use crate::catalog::Entry;
use crate::rules::Rules;

/// The text that fits an entry: its hints, and after the number its names.
pub(super) struct FittingText {
    hints: Box<[Finder<'static>]>,
    names: Box<[Finder<'static>]>,
}

impl FittingText {
    pub fn new(entry: &Entry) -> Self {
        let hints = entry.hints.iter().map(|hint| Finder::new(hint.as_bytes()).into_owned());
        let names = entry.names.iter().map(|name| Finder::new(name.as_bytes()).into_owned());
        Self { hints: hints.collect(), names: names.collect() }
    }
}

/// The text on both sides of a number.
pub(super) struct Nearby<'l> {
    /// In lower case.
    bytes: [u8; NEARBY_LIMIT],
    length: usize,
    /// What follows the number, as it is.
    after: &'l [u8],
}

/// Numbers are shorter than identifiers, and so are names.
const NEARBY_LIMIT: usize = 2 * Rules::PATTERN_REACH + MAX_LENGTH;

impl<'l> Nearby<'l> {
    pub fn new(line: &'l [u8], candidate: &Candidate) -> Self {
        let from = candidate.start.saturating_sub(Rules::PATTERN_REACH);
        let to = line.len().min(candidate.end + Rules::PATTERN_REACH);
        let mut text = Cow::Borrowed(&line[from..to]);
        if candidate.has_escaped_key(line) {
            text = Cow::Owned(json_escapes::decode(&text));
        }
        let after = &line[candidate.end..to];
        let mut nearby = Self { bytes: [0; NEARBY_LIMIT], length: text.len(), after };
        for (byte, original) in nearby.bytes.iter_mut().zip(text.as_ref()) {
            *byte = original.to_ascii_lowercase();
        }
        nearby
    }

    pub fn fits(&self, text: &FittingText) -> bool {
        let nearby = &self.bytes[..self.length];
        text.hints.iter().any(|hint| hint.find(nearby).is_some())
            || text.names.iter().any(|name| name.find(self.after).is_some())
    }
}
