//! Reading a whole number: all its digits and its sign, and nothing that only looks like a number.

use super::lookup::PrefixSet;
use crate::catalog::{CodeRange, Text};

/// Numbers with more digits are no codes.
const MAX_DIGITS: usize = CodeRange::MAX_DIGITS as usize;

/// A number in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Where it begins, at the sign if it has one.
    pub start: usize,
    /// Where it ends, after its last digit.
    pub end: usize,
    pub value: i64,
}

/// What may and what may not follow a number.
#[derive(Clone, Copy)]
pub(super) struct Boundaries<'r> {
    /// Letters that may touch it.
    pub right_edges: &'r [Text],
    /// Words that make it an amount when they follow after a space.
    pub units: &'r [Text],
    /// The first bytes of those words.
    pub unit_starts: &'r PrefixSet,
}

/// Reads the number that begins at `start` with a digit or with `-`: all its digits.
///
/// None when no number begins there. What is in front of it is for the caller to check, and what
/// follows it for [`is_whole`].
pub(super) fn read(text: &[u8], start: usize) -> Option<Number> {
    let is_negative = text.get(start) == Some(&b'-');
    let first = start + usize::from(is_negative);
    let (mut end, mut value) = (first, 0);
    while let Some(digit @ b'0'..=b'9') = text.get(end) {
        if end - first == MAX_DIGITS {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
        end += 1;
    }
    let digits = end - first;
    let has_leading_zero = digits > 1 && text[first] == b'0';
    if digits == 0 || has_leading_zero {
        return None;
    }
    let value = if is_negative { -value } else { value };
    Some(Number { start, end, value })
}

/// Whether the number is no part of something else: of a longer word, a fraction, a date, a time or
/// an address.
///
/// Costs more than to look the number up, and few numbers are codes: so look it up first.
pub(super) fn is_whole(text: &[u8], number: Number, boundaries: Boundaries<'_>) -> bool {
    let digits = number.end - number.start - usize::from(text[number.start] == b'-');
    may_be_followed_by(&text[number.end..], digits, boundaries)
}

/// Whether a number with this count of digits is whole when `rest` follows it.
fn may_be_followed_by(rest: &[u8], digits: usize, boundaries: Boundaries<'_>) -> bool {
    let Some(&first) = rest.first() else { return true };
    let second = rest.get(1).copied().unwrap_or(b' ');
    match first {
        b'_' => false,
        b'a'..=b'z' | b'A'..=b'Z' => {
            boundaries.right_edges.iter().any(|edge| starts_with(rest, edge.as_bytes()))
        }
        b'.' => !second.is_ascii_digit() && !second.is_ascii_lowercase(),
        // A part of a date or an article number has a digit or a capital: 6206-2RS.
        b'-' => !second.is_ascii_digit() && !second.is_ascii_uppercase(),
        b':' | b'#' => !second.is_ascii_digit(),
        // Parts of a date or a path are shorter than the codes of a list such as 6014/6206.
        b'/' => {
            let has_four_digits = rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_digit);
            !second.is_ascii_digit() || has_four_digits
        }
        b',' => digits > 3 || !is_thousands_group(&rest[1..]),
        b'%' => rest.len() > 2 && rest[1..3].iter().all(u8::is_ascii_hexdigit),
        b' ' => {
            !boundaries.unit_starts.may_begin(second)
                || !boundaries
                    .units
                    .iter()
                    .any(|unit| starts_with_word(&rest[1..], unit.as_bytes()))
        }
        _ => true,
    }
}

fn is_thousands_group(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count() == 3
}

fn starts_with_word(rest: &[u8], word: &[u8]) -> bool {
    starts_with(rest, word) && !rest.get(word.len()).is_some_and(u8::is_ascii_alphanumeric)
}

/// As the function of slices, but quicker where the first byte decides.
fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.first() == prefix.first() && text.starts_with(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        let rules = crate::rules::built_in();
        let boundaries = Boundaries {
            right_edges: &rules.right_edges,
            units: &rules.units,
            unit_starts: &PrefixSet::new(&rules.units),
        };
        let rows: [(&str, Option<i64>); 42] = [
            ("6206/70001", Some(6206)),
            ("6206#6206: *1", None),
            ("6206", Some(6206)),
            ("6206|msg", Some(6206)),
            ("6206, msg", Some(6206)),
            ("6206,700", Some(6206)),
            ("6206}", Some(6206)),
            ("6206;", Some(6206)),
            ("6206；", Some(6206)),
            ("6206含义", Some(6206)),
            ("6206 ", Some(6206)),
            ("6206\r", Some(6206)),
            ("6206\n", Some(6206)),
            ("6206.", Some(6206)),
            ("6206.Log in", Some(6206)),
            ("6206des>", Some(6206)),
            ("6206: expired", Some(6206)),
            ("6206%2C", Some(6206)),
            ("6206 - x", Some(6206)),
            ("-10003,", Some(-10003)),
            ("0", Some(0)),
            ("6206/", Some(6206)),
            ("62065", Some(62065)),
            ("0x1F45", None),
            ("06206", None),
            ("6206.5", None),
            ("6206.log", None),
            ("6206-2RS", None),
            ("2020-01-21", None),
            ("6206_1", None),
            ("6206ms", None),
            ("6206 ms", None),
            ("6206 bytes", None),
            ("10:30", None),
            ("2020/01", None),
            ("6,206", None),
            ("50%", None),
            ("60141129560e3", None),
            ("12345678901", None),
            ("-", None),
            ("", None),
            ("x", None),
        ];
        for (text, wanted) in rows {
            let bytes = text.as_bytes();
            let whole = read(bytes, 0).filter(|number| is_whole(bytes, *number, boundaries));
            assert_eq!(whole.map(|number| number.value), wanted, "{text:?}");
        }
    }

    #[test]
    fn the_sign_belongs_to_the_span() {
        assert_eq!(read(b"code:-10003|", 5), Some(Number { start: 5, end: 11, value: -10003 }));
    }
}
