//! Known values where no key names them.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::vocabulary::Vocabulary;
use super::{MaskKind, Span};

/// A search for all known values.
#[derive(Clone, Debug)]
pub(super) struct BareValues {
    search: Option<AhoCorasick>,
    /// For each pattern, the kind and the value. A value has several patterns: as it is, in
    /// hexadecimal as the SDK writes user IDs, and with the escapes of URLs and of JSON.
    patterns: Vec<(MaskKind, String)>,
}

impl BareValues {
    pub fn new(numbers: &HashMap<String, (MaskKind, u64)>, vocabulary: &Vocabulary) -> Self {
        let mut values: Vec<(&String, MaskKind)> = Vec::new();
        for (value, (kind, _)) in numbers {
            if is_distinct(*kind, value, vocabulary) {
                values.push((value, *kind));
            }
        }
        // So that of two values with one spelling, the same one wins in every run.
        values.sort();
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for (value, kind) in values {
            for text in spellings(value) {
                texts.push(text);
                patterns.push((kind, value.clone()));
            }
        }
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts);
        // It fails only with gigabytes of values.
        Self { search: search.ok().filter(|_| !texts.is_empty()), patterns }
    }

    /// The values in a line that are words of their own.
    pub fn find(&self, line: &str) -> Vec<Span> {
        let Some(search) = &self.search else { return Vec::new() };
        let mut spans = Vec::new();
        for found in search.find_iter(line) {
            let (kind, value) = &self.patterns[found.pattern().as_usize()];
            let range = found.range();
            if is_word(line, range.start, range.end) {
                spans.push(Span { range, kind: *kind, value: value.clone(), quote: String::new() });
            }
        }
        spans
    }
}

/// Whether a value differs from codes, times and the words of messages.
fn is_distinct(kind: MaskKind, value: &str, vocabulary: &Vocabulary) -> bool {
    const SHORTEST: usize = 3;
    const SHORTEST_NUMBER: usize = 7;
    // People write `error code: 6206` as well.
    let letters: String = value.chars().filter(|c| !c.is_ascii_digit()).collect();
    if kind == MaskKind::Text && vocabulary.has_all_words(&letters) {
        return false;
    }
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = if is_number { SHORTEST_NUMBER } else { SHORTEST };
    value.len() >= shortest && !vocabulary.has(value)
}

fn spellings(value: &str) -> Vec<String> {
    let mut spellings = vec![value.to_string()];
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    // Shorter ones may be anything.
    if hex.len() >= 8 {
        spellings.extend([hex.to_ascii_uppercase(), hex]);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if !value.bytes().all(is_plain) {
        let mut percents = String::new();
        for byte in value.bytes() {
            if is_plain(byte) {
                percents.push(char::from(byte));
            } else {
                percents += &format!("%{byte:02X}");
            }
        }
        spellings.extend([percents.to_ascii_lowercase(), percents]);
    }
    if !value.is_ascii() {
        let mut escaped = String::new();
        for unit in value.encode_utf16() {
            match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
                Some(c) => escaped.push(c),
                None => escaped += &format!("\\u{unit:04x}"),
            }
        }
        spellings.push(escaped);
    }
    spellings.sort();
    spellings.dedup();
    spellings
}

/// Whether no letter or digit continues the word. The Web SDK writes `C2C` in front of user IDs,
/// and Chinese has no blanks.
fn is_word(line: &str, start: usize, end: usize) -> bool {
    let continues = |c: char| c.is_ascii_alphanumeric();
    let (before, word, after) = (&line[..start], &line[start..end], &line[end..]);
    let continues_at_end = word.ends_with(continues) && after.starts_with(continues);
    let continues_at_start = word.starts_with(continues) && before.ends_with(continues);
    !continues_at_end && (!continues_at_start || before.ends_with("C2C") || before.ends_with("c2c"))
}
