//! Reading a number whole: its maximal run of digits with its sign, and nothing that only looks like one.

use crate::catalog::CodeRange;

/// Longer runs of digits are no codes.
const DIGITS_LIMIT: usize = CodeRange::DIGITS as usize;

/// A number in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Where it begins, at the sign if it has one.
    pub start: usize,
    /// Where its last digit ends.
    pub end: usize,
    pub value: i64,
}

/// What may and what may not follow a number.
#[derive(Clone, Copy)]
pub(super) struct Edges<'r> {
    /// Letters that may touch it.
    pub right_edges: &'r [crate::catalog::Text],
    /// Words that make it an amount when they follow after a blank.
    pub units: &'r [crate::catalog::Text],
}

/// Reads the number that begins at `start` with a digit or with `-`.
///
/// None when no number begins there or when it is part of something else: of a longer word, a fraction, a date, a
/// time or an address. The caller answers for what stands before it.
pub(super) fn read(text: &[u8], start: usize, edges: Edges<'_>) -> Option<Number> {
    let negative = text.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let digits = text[first.min(text.len())..]
        .iter()
        .take(DIGITS_LIMIT + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let leading_zero = digits > 1 && text[first] == b'0';
    if digits == 0
        || digits > DIGITS_LIMIT
        || leading_zero
        || !ends_well(&text[first + digits..], digits, edges)
    {
        return None;
    }
    let end = first + digits;
    let size = text[first..end].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some(Number { start, end, value: if negative { -size } else { size } })
}

/// Whether a number of `digits` digits is whole when `rest` follows it.
fn ends_well(rest: &[u8], digits: usize, edges: Edges<'_>) -> bool {
    let second = rest.get(1).copied().unwrap_or(b' ');
    match rest.first() {
        None => true,
        Some(b'_') => false,
        Some(letter) if letter.is_ascii_alphabetic() => {
            edges.right_edges.iter().any(|edge| rest.starts_with(edge.as_bytes()))
        }
        Some(b'.') => !second.is_ascii_digit() && !second.is_ascii_lowercase(),
        Some(b'-') => !second.is_ascii_alphanumeric(),
        Some(b':' | b'#') => !second.is_ascii_digit(),
        // Parts of a date or a path are shorter than the codes of a list such as 6014/6206.
        Some(b'/') => {
            !second.is_ascii_digit()
                || rest[1..].iter().take(4).all(u8::is_ascii_digit) && rest.len() > 4
        }
        Some(b',') => !(digits <= 3 && is_thousands_group(&rest[1..])),
        Some(b'%') => rest.len() > 2 && rest[1..3].iter().all(u8::is_ascii_hexdigit),
        Some(b' ') => !edges.units.iter().any(|unit| starts_with_word(&rest[1..], unit.as_bytes())),
        Some(_) => true,
    }
}

fn is_thousands_group(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count() == 3
}

fn starts_with_word(rest: &[u8], word: &[u8]) -> bool {
    rest.strip_prefix(word).is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_whole_or_not_at_all() {
        let rules = crate::rules::built_in();
        let edges = Edges { right_edges: &rules.right_edges, units: &rules.units };
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
            assert_eq!(
                read(text.as_bytes(), 0, edges).map(|number| number.value),
                wanted,
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_sign_belongs_to_the_span() {
        let edges = Edges { right_edges: &[], units: &[] };
        assert_eq!(
            read(b"code:-10003|", 5, edges),
            Some(Number { start: 5, end: 11, value: -10003 })
        );
    }
}
