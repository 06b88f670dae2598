//! A cheap test of a shape at a trigger, derived from its regular expression: where its number must
//! be and what is beside it. It saves most searches with the regular expression.

use std::ops::Range;

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassBytesRange, Hir, HirKind};

use super::adjacent::{AdjacentBytes, ByteSet, all_bytes, group, is_group};
use super::pattern::parse;
use super::prefilter::Hit;
use crate::rules::Shape;

pub(super) struct Precheck {
    /// How many digits the number has at least; 1 or more.
    pub digits: usize,
    /// The bytes beside the number.
    pub adjacent: AdjacentBytes,
    /// The byte that each match has in front of its number, if it is the same in all.
    pub required: Option<u8>,
    window: Window,
}

/// Where the number is, seen from the trigger.
enum Window {
    /// Each match begins with a trigger and has at most `longest` bytes, all of which are in
    /// `within`.
    After { longest: usize, within: Box<ByteSet> },
    /// Each match ends with a trigger. Between the number and the end of the trigger are only
    /// `between`, at most `longest`, and none of them is a digit.
    Before { longest: usize, between: Box<ByteSet> },
    /// Anywhere on the line.
    Line,
}

impl Precheck {
    pub fn new(shape: &Shape) -> Self {
        let hir = parse(&shape.pattern);
        let digits = group(&hir).map_or(0, least_digits).max(1);
        let adjacent = AdjacentBytes::new(&hir);
        let required = adjacent.only_before();
        Self { digits, adjacent, required, window: Window::new(&hir, shape) }
    }

    /// The part of `text` in which the number of a match is that has its trigger at `hit`. Empty if
    /// there is no such match. None if the number can be anywhere on the line.
    #[inline]
    pub fn range(&self, text: &[u8], hit: Hit) -> Option<Range<usize>> {
        match &self.window {
            Window::After { longest, within } => {
                let last = text.len().min(hit.end + longest);
                let mut end = hit.end;
                while end < last && within.has(text[end]) {
                    end += 1;
                }
                // The byte in front of the word may be the sign of a number in a trigger.
                Some(hit.start.saturating_sub(1)..end)
            }
            Window::Before { longest, between } => {
                // The trigger of the shape begins where the hit begins, or inside it.
                let first = hit.end.saturating_sub(*longest);
                let mut end = hit.end;
                while end > first && between.has(text[end - 1]) {
                    end -= 1;
                }
                let after_number = end > 0 && text[end - 1].is_ascii_digit();
                let start = if after_number { end.saturating_sub(self.digits) } else { end };
                Some(start..end)
            }
            Window::Line => None,
        }
    }
}

impl Window {
    fn new(hir: &Hir, shape: &Shape) -> Self {
        let Some(longest) = hir.properties().maximum_len() else { return Self::Line };
        if begins_with_trigger(hir, shape) {
            return Self::After { longest, within: all_bytes(hir).into() };
        }
        match bytes_after_group(hir) {
            Some(between) if ends_with_trigger(hir, shape) => {
                Self::Before { longest, between: between.into() }
            }
            _ => Self::Line,
        }
    }
}

fn begins_with_trigger(hir: &Hir, shape: &Shape) -> bool {
    let prefixes = Extractor::new().extract(hir);
    let is_trigger =
        |prefix: &[u8]| shape.triggers.iter().any(|trigger| prefix.starts_with(trigger.as_bytes()));
    prefixes
        .literals()
        .is_some_and(|literals| literals.iter().all(|literal| is_trigger(literal.as_bytes())))
}

fn ends_with_trigger(hir: &Hir, shape: &Shape) -> bool {
    let suffixes = Extractor::new().kind(ExtractKind::Suffix).extract(hir);
    let is_trigger =
        |suffix: &[u8]| shape.triggers.iter().any(|trigger| suffix.ends_with(trigger.as_bytes()));
    suffixes
        .literals()
        .is_some_and(|literals| literals.iter().all(|literal| is_trigger(literal.as_bytes())))
}

/// The bytes that a match can have between its number and its end. None if a digit can be one of
/// them, or if the group is not a part of the pattern that each match has once.
fn bytes_after_group(hir: &Hir) -> Option<ByteSet> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let place = parts.iter().position(is_group)?;
    let mut bytes = ByteSet::empty();
    for part in &parts[place + 1..] {
        bytes.add(&all_bytes(part));
    }
    (!(b'0'..=b'9').any(|digit| bytes.has(digit))).then_some(bytes)
}

/// How many digits `hir` matches at least.
fn least_digits(hir: &Hir) -> usize {
    let is_digits =
        |range: &ClassBytesRange| range.start().is_ascii_digit() && range.end().is_ascii_digit();
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| byte.is_ascii_digit()).count(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().all(is_digits).into(),
        HirKind::Repetition(repetition) => {
            least_digits(&repetition.sub).saturating_mul(repetition.min as usize)
        }
        HirKind::Concat(subs) => subs.iter().map(least_digits).sum(),
        HirKind::Alternation(subs) => subs.iter().map(least_digits).min().unwrap_or_default(),
        HirKind::Capture(capture) => least_digits(&capture.sub),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Text;

    fn precheck(trigger: &'static str, pattern: &str) -> Precheck {
        let triggers = vec![Text::from(trigger)].into();
        let pattern = pattern.to_string().into();
        Precheck::new(&Shape { name: "s".into(), triggers, pattern, weight: 0 })
    }

    #[test]
    fn a_pattern_shows_where_its_number_is() {
        let rows = [
            ("x", r"x (?P<code>-?\d{4,6})", (4, Some(9))),
            ("x ", r"\bx (?P<code>\d{4,6})\b", (4, Some(8))),
            ("y", r"x y(?P<code>\d{4})", (4, None)),
            ("x", r"(x|y)(?P<code>\d{4})", (4, None)),
            ("x", r"xy?(z(?P<code>\d+)|z)", (1, None)),
            ("x", r"x(?P<code>-\d{3}|12\d{3})", (3, Some(6))),
            ("x", r"x(?P<code>1(2|3)[0-9]?)", (1, Some(4))),
            ("x", r"x(?P<code>[-0-9]{4})", (1, Some(5))),
            ("x", r"x(?P<code>\d*)", (1, None)),
            ("x", r"[^x]x(?P<code>\d)", (1, None)),
        ];
        for (trigger, pattern, wanted) in rows {
            let precheck = precheck(trigger, pattern);
            let longest = match precheck.window {
                Window::After { longest, .. } => Some(longest),
                _ => None,
            };
            assert_eq!((precheck.digits, longest), wanted, "{pattern}");
        }
    }

    #[test]
    fn a_number_after_the_trigger_is_searched_up_to_a_byte_that_no_match_has() {
        // The pattern, a text, and the part of it where the last digits of the number can be.
        let rows = [
            (r"err [a-z ]{1,20}: (?P<code>\d{4})", "err of x: 6206 y", "err of x: 6206 y"),
            (r"err [a-z ]{1,20}: (?P<code>\d{4})", "err of *v1: 6206", "err of "),
            (r"err [a-z ]{1,9}: (?P<code>\d{4})", "err of\n6206", "err of"),
            (r"err [a-z ]{1,9}: (?P<code>\d{4})", "err", "err"),
            (r"err [^;]{1,9}: (?P<code>\d{4})", "err of 7: 6206; 6207", "err of 7: 6206"),
            (r"err(?: \(|: )(?P<code>-?\d{4})\b", "err: -6206 x", "err: -6206 "),
        ];
        for (pattern, text, wanted) in rows {
            let hit = Hit { start: 0, end: 3, trigger: 0 };
            let range = precheck("err", pattern).range(text.as_bytes(), hit);
            assert_eq!(range.map(|range| &text[range]), Some(wanted), "{pattern} {text}");
        }
    }

    #[test]
    fn a_number_before_the_trigger_is_searched_only_there() {
        // The pattern, a text, and the part of it where the last digits of the number can be.
        let rows = [
            (r"(?P<code>\d{4})[a-z ]{1,9} err", "6206 old err", Some("6206")),
            (r"(?P<code>\d{4})[a-z ]{1,9} err", "a line, 6206 old err", Some("6206")),
            (r"(?P<code>\d{4})[a-z ]{1,9} err\b", "6206 [err", Some("")),
            (r"(?P<code>\d{4})[a-z ]{1,4} err", "6206 so far away err", Some("")),
            (r"(?P<code>\d{4})[a-z ]{1,9} err", "err", Some("")),
            (r"(?P<code>\d{4})[ :]err", "6206:err", Some("6206")),
            (r"(?P<code>\d{4}).err", "6206:err", None),
            (r"(?P<code>\d{4}) .*err", "6206 err", None),
            (r"(?P<code>\d{4}) (err|bad)", "6206 err", None),
            (r"((?P<code>\d{4}) )?err", "6206 err", None),
        ];
        for (pattern, text, wanted) in rows {
            let start = text.find("err").expect(text);
            let hit = Hit { start, end: start + 3, trigger: 0 };
            let range = precheck("err", pattern).range(text.as_bytes(), hit);
            assert_eq!(range.map(|range| &text[range]), wanted, "{pattern} {text}");
        }
    }
}
