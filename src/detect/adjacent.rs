//! Which bytes the pattern of a rule allows beside its number, and which it needs farther away:
//! most numbers are ruled out by these, without compiling or running the regular expression.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::pattern::GROUP;

/// The bytes in front of the number of a pattern and after it.
pub(super) struct AdjacentBytes {
    /// None if there may be any byte, or none.
    before: Option<ByteSet>,
    /// The same.
    after: Option<ByteSet>,
}

/// Sets of bytes: each match has a byte of every set in front of its number, or after it. In front
/// of the number of `?code=6206` are `?` or `&`, and `=`.
pub(super) struct RequiredBytes {
    before: Vec<ByteSet>,
    after: Vec<ByteSet>,
}

#[derive(Clone)]
pub(super) struct ByteSet([bool; 256]);

/// What text can begin or end with.
#[derive(Clone)]
struct Edge {
    bytes: ByteSet,
    can_be_empty: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

impl AdjacentBytes {
    /// Reads the syntax tree of a pattern.
    pub fn new(pattern: &Hir) -> Self {
        let any = Edge { bytes: ByteSet([true; 256]), can_be_empty: true };
        let Some((before, mut after)) = bytes_beside_group(pattern, any.clone(), any) else {
            return Self { before: None, after: None };
        };
        // Only then the group ends where the number does.
        if !group(pattern).is_some_and(is_number)
            || (b'0'..=b'9').any(|digit| after.bytes.has(digit))
        {
            after.can_be_empty = true;
        }
        let required = |edge: Edge| (!edge.can_be_empty).then_some(edge.bytes);
        Self { before: required(before), after: required(after) }
    }

    /// The only byte that can be in front of the number; None if there are several, or none.
    pub fn only_before(&self) -> Option<u8> {
        let before = self.before.as_ref()?;
        let mut bytes = (0..=u8::MAX).filter(|&byte| before.has(byte));
        let first = bytes.next()?;
        bytes.next().is_none().then_some(first)
    }

    /// Whether the pattern can match with its number at `start`, where the number ends at `end`.
    #[inline]
    pub fn fits(&self, text: &[u8], start: usize, end: usize) -> bool {
        let (before, after) = (start.checked_sub(1).map(|before| text[before]), text.get(end));
        // A pattern may take a hyphen and more digits for a part of its number.
        allows(self.before.as_ref(), before)
            && (after == Some(&b'-') || allows(self.after.as_ref(), after.copied()))
    }
}

/// Without a set, everything is allowed, even nothing.
#[inline]
fn allows(set: Option<&ByteSet>, byte: Option<u8>) -> bool {
    set.is_none_or(|set| byte.is_some_and(|byte| set.has(byte)))
}

impl RequiredBytes {
    /// Reads the syntax tree of a pattern. Only patterns that are a sequence with the group in
    /// it need anything.
    pub fn new(pattern: &Hir) -> Self {
        let parts = pattern.kind().subs();
        let place = parts.iter().position(is_group);
        match place.filter(|_| matches!(pattern.kind(), HirKind::Concat(_))) {
            Some(place) => {
                Self { before: needed(&parts[..place]), after: needed(&parts[place + 1..]) }
            }
            None => Self { before: Vec::new(), after: Vec::new() },
        }
    }

    /// Whether `text` has what the pattern needs beside a number at `start..end`. Reads the text
    /// once for each set at most.
    #[inline]
    pub fn are_in(&self, text: &[u8], start: usize, end: usize) -> bool {
        // A pattern may take a part of the number, so its digits count for both sides.
        have_bytes_in(&self.before, &text[..end]) && have_bytes_in(&self.after, &text[start..])
    }
}

/// Whether `text` has a byte of each set.
#[inline]
fn have_bytes_in(sets: &[ByteSet], text: &[u8]) -> bool {
    sets.iter().all(|set| text.iter().any(|&byte| set.has(byte)))
}

/// The bytes of each part that no match is without.
fn needed(parts: &[Hir]) -> Vec<ByteSet> {
    let is_needed = |part: &&Hir| part.properties().minimum_len().is_some_and(|length| length > 0);
    parts.iter().filter(is_needed).map(all_bytes).collect()
}

/// What the group `code` in `pattern` consists of.
pub(super) fn group(pattern: &Hir) -> Option<&Hir> {
    match pattern.kind() {
        HirKind::Capture(capture) if is_group(pattern) => Some(&capture.sub),
        kind => kind.subs().iter().find_map(group),
    }
}

/// Whether `pattern` is the group `code`.
pub(super) fn is_group(pattern: &Hir) -> bool {
    let HirKind::Capture(capture) = pattern.kind() else { return false };
    capture.name.as_deref() == Some(GROUP)
}

/// Whether `pattern` matches only digits and signs.
fn is_number(pattern: &Hir) -> bool {
    let bytes = all_bytes(pattern);
    (0..=u8::MAX).all(|byte| !bytes.has(byte) || matches!(byte, b'0'..=b'9' | b'-'))
}

/// All bytes in the texts that `pattern` matches.
pub(super) fn all_bytes(pattern: &Hir) -> ByteSet {
    let subs = pattern.kind().subs();
    if subs.is_empty() {
        let mut bytes = Edge::of(pattern, Side::First).bytes;
        if let HirKind::Literal(literal) = pattern.kind() {
            literal.0.iter().for_each(|&byte| bytes.insert(byte));
        }
        return bytes;
    }
    let mut bytes = ByteSet::empty();
    subs.iter().for_each(|sub| bytes.add(&all_bytes(sub)));
    bytes
}

/// What can be beside the group in `pattern`, which has `before` and `after` beside it. None if it
/// has no group, or one that is repeated.
fn bytes_beside_group(pattern: &Hir, before: Edge, after: Edge) -> Option<(Edge, Edge)> {
    match pattern.kind() {
        HirKind::Capture(_) if is_group(pattern) => Some((before, after)),
        HirKind::Capture(capture) => bytes_beside_group(&capture.sub, before, after),
        HirKind::Alternation(subs) => {
            subs.iter().find_map(|sub| bytes_beside_group(sub, before.clone(), after.clone()))
        }
        HirKind::Concat(subs) => {
            let place = subs.iter().position(group_is_in)?;
            let before = Edge::of_all(subs[..place].iter().rev(), Side::Last).or(&before);
            let after = Edge::of_all(subs[place + 1..].iter(), Side::First).or(&after);
            bytes_beside_group(&subs[place], before, after)
        }
        _ => None,
    }
}

fn group_is_in(pattern: &Hir) -> bool {
    group(pattern).is_some()
}

impl Edge {
    fn empty() -> Self {
        Self { bytes: ByteSet::empty(), can_be_empty: true }
    }

    fn of(pattern: &Hir, side: Side) -> Self {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::empty(),
            HirKind::Literal(literal) => {
                let byte = if side == Side::First { literal.0.first() } else { literal.0.last() };
                let mut bytes = ByteSet::empty();
                byte.into_iter().for_each(|&byte| bytes.insert(byte));
                Self { bytes, can_be_empty: byte.is_none() }
            }
            HirKind::Class(class) => Self { bytes: ByteSet::of_class(class), can_be_empty: false },
            HirKind::Repetition(repetition) => {
                let edge = Self::of(&repetition.sub, side);
                Self { can_be_empty: edge.can_be_empty || repetition.min == 0, ..edge }
            }
            HirKind::Capture(capture) => Self::of(&capture.sub, side),
            HirKind::Concat(subs) if side == Side::First => Self::of_all(subs.iter(), side),
            HirKind::Concat(subs) => Self::of_all(subs.iter().rev(), side),
            HirKind::Alternation(subs) => {
                let mut all = Self { bytes: ByteSet::empty(), can_be_empty: false };
                for edge in subs.iter().map(|sub| Self::of(sub, side)) {
                    all.bytes.add(&edge.bytes);
                    all.can_be_empty |= edge.can_be_empty;
                }
                all
            }
        }
    }

    /// The edge of patterns in a row, from the side on.
    fn of_all<'h>(patterns: impl Iterator<Item = &'h Hir>, side: Side) -> Self {
        let mut all = Self::empty();
        for pattern in patterns {
            all = all.or(&Self::of(pattern, side));
            if !all.can_be_empty {
                break;
            }
        }
        all
    }

    /// This edge, with `next` where it is empty.
    fn or(mut self, next: &Self) -> Self {
        if self.can_be_empty {
            self.bytes.add(&next.bytes);
            self.can_be_empty = next.can_be_empty;
        }
        self
    }
}

impl ByteSet {
    pub fn empty() -> Self {
        Self([false; 256])
    }

    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte)] = true;
    }

    fn of_class(class: &Class) -> Self {
        // A class of characters is rare in patterns, which match bytes.
        let Class::Bytes(class) = class else { return Self([true; 256]) };
        let mut set = Self::empty();
        for range in class.ranges() {
            set.0[usize::from(range.start())..=usize::from(range.end())].fill(true);
        }
        set
    }

    #[inline]
    pub fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    pub fn add(&mut self, other: &Self) {
        for (byte, other) in self.0.iter_mut().zip(other.0) {
            *byte |= other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::pattern::{compile, parse};

    #[test]
    fn the_bytes_beside_a_number_rule_texts_out() {
        let rows = [
            (r"x (?P<code>-?\d+),", "x 6206,", true),
            (r"x (?P<code>-?\d+),", "x 6206;", false),
            (r"x (?P<code>-?\d+),", "x:6206,", false),
            (r"x (?P<code>-?\d+),", "6206,", false),
            (r"x (?P<code>-?\d+),", "x 6206", false),
            (r"(?P<code>\d+)(?: ?\}|,)", "6206 }", true),
            (r"(?P<code>\d+)(?: ?\}|,)", "6206,", true),
            (r"(?P<code>\d+)(?: ?\}|,)", "6206.", false),
            (r"[:=] ?(?P<code>\d+)", ": 6206", true),
            (r"[:=] ?(?P<code>\d+)", "-6206", false),
            (r"(?:^|;)(?P<code>\d+)\b", "6206", true),
            (r"(?:^|;)(?P<code>\d+)\b", ":6206", true),
            (r"x(?P<code>\d{2})06", "x6206", true),
            (r"x(?P<code>[-\d]+),", "x6206-7,", true),
            (r"(?:x(?P<code>\d+),)+", "y6206", true),
        ];
        for (pattern, text, wanted) in rows {
            let start = text.find("6206").expect(text);
            let adjacent = AdjacentBytes::new(&parse(pattern));
            assert_eq!(
                adjacent.fits(text.as_bytes(), start, start + 4),
                wanted,
                "{pattern} {text}"
            );
            let is_match = compile(pattern).expect(pattern).is_match(text.as_bytes());
            assert!(wanted || !is_match, "{pattern} {text}");
        }
    }

    #[test]
    fn the_bytes_that_a_pattern_needs_rule_texts_out() {
        let rows = [
            (r#"[?&]\w*=(?P<code>-?\d+)"#, "?code=6206", true),
            (r#"[?&]\w*=(?P<code>-?\d+)"#, "&a=1&code=6206", true),
            (r#"[?&]\w*=(?P<code>-?\d+)"#, "errCode=6206?", false),
            (r"(?P<code>\d+),?\s+(?:#|;|--) ", "x = 6206, # expired", true),
            (r"(?P<code>\d+),?\s+(?:#|;|--) ", "x = 6206, expired", false),
            (r"(?P<code>\d+),?\s+(?:#|;|--) ", "# x = 6206, expired", false),
            (r"^\s*(?:#|--) .*?(?P<code>-?\d+)", "# code 6206", true),
            (r"^\s*(?:#|--) .*?(?P<code>-?\d+)", "the code 6206 # x", false),
            (r"(?:x|y)?(?P<code>\d+)", "6206", true),
            (r"(?P<code>\d{2})06", "6206", true),
            (r"(?P<code>-?\d+)", "6206", true),
            (r"x(?P<code>\d+)|y", "6206", true),
        ];
        for (pattern, text, wanted) in rows {
            let start = text.find("6206").expect(text);
            let required = RequiredBytes::new(&parse(pattern));
            assert_eq!(
                required.are_in(text.as_bytes(), start, start + 4),
                wanted,
                "{pattern} {text}"
            );
            let is_match = compile(pattern).expect(pattern).is_match(text.as_bytes());
            assert!(wanted || !is_match, "{pattern} {text}");
        }
    }
}
