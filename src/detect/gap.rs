//! Reading what parts a key from its number: `:`, ` = `, `":"`, `：`, `%22%3A`, color codes of the log, ...

/// The longest gap, in bytes without the backslashes of escaped quotes, which double with each level of JSON in JSON. Real
/// ones are shorter; a bound keeps the cost of each trigger small.
const LIMIT: usize = 40;

/// How a number hangs on the key before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// By a sign such as `:` or `=`.
    Sign,
    /// By blanks, quotes, brackets or a comma only.
    Bare,
}

/// What one piece of a gap says.
enum Piece {
    Sign(usize),
    Bare(usize),
}

/// Multi-byte pieces that hang a number on its key.
const SIGNS: [&str; 12] =
    ["：", "＝", "（", "->", "!=", "为", "是", "為", "%3A", "%3a", "%3D", "%3d"];
/// Multi-byte pieces that only stand between.
const FILLERS: [&str; 16] = [
    "，", "“", "”", "「", "【", "%22", "%20", "%5B", "%5b", "&quot;", "&#34;", "x22", "u0022",
    "is ", "was ", "int(",
];

/// Reads the gap from `start`, the end of a key, to the number behind it.
///
/// Returns where the number begins, at its sign, and how it hangs on the key; None when no number follows. The gap may
/// be empty: then the number touches the key. A `-` is a sign when it touches the digits and something parts it
/// from the key; a dash between blanks is part of the gap.
pub(super) fn read(text: &[u8], start: usize) -> Option<(usize, Gap)> {
    let mut end = start + LIMIT;
    let mut gap = Gap::Bare;
    let mut at = start;
    while at < text.len().min(end) {
        let rest = &text[at..];
        end += usize::from(rest[0] == b'\\');
        match rest[0] {
            b'0'..=b'9' => return Some((at, gap)),
            b'-' if at > start && rest.get(1).is_some_and(u8::is_ascii_digit) => {
                return Some((at, gap));
            }
            _ => {}
        }
        match piece(rest)? {
            Piece::Sign(length) => {
                gap = Gap::Sign;
                at += length;
            }
            Piece::Bare(length) => at += length,
        }
    }
    None
}

#[inline]
fn piece(rest: &[u8]) -> Option<Piece> {
    match rest[0] {
        b':' | b'=' | b'>' | b'(' | b'|' => Some(Piece::Sign(1)),
        b'<' => Some(Piece::Bare(tag(rest).unwrap_or(1))),
        // In a path it parts folders; before a quote or its code it escapes.
        b'\\' => matches!(rest.get(1), Some(b'\\' | b'"' | b'\'' | b'x' | b'u'))
            .then_some(Piece::Bare(1)),
        b' ' | b'\t' | b'"' | b'\'' | b'`' | b'[' | b']' | b')' | b'*' | b',' => {
            Some(Piece::Bare(1))
        }
        b'-' if rest.starts_with(b"- ") => Some(Piece::Bare(2)),
        0x1b => color_code(rest).map(Piece::Bare),
        _ => None
            .or_else(|| longest(&SIGNS, rest).map(Piece::Sign))
            .or_else(|| longest(&FILLERS, rest).map(Piece::Bare)),
    }
}

fn longest(pieces: &[&str], rest: &[u8]) -> Option<usize> {
    pieces.iter().find(|piece| rest.starts_with(piece.as_bytes())).map(|piece| piece.len())
}

/// The length of a closing tag such as `</b>`.
fn tag(rest: &[u8]) -> Option<usize> {
    let name = rest.strip_prefix(b"</")?;
    let length = name.iter().take(LIMIT).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    (name.get(length) == Some(&b'>')).then_some(length + 3)
}

/// The length of the SGR sequence (`ESC [ ... m`) that `rest` begins with.
fn color_code(rest: &[u8]) -> Option<usize> {
    let parameters = rest.strip_prefix(b"\x1b[")?;
    let length = parameters
        .iter()
        .take(LIMIT)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';')
        .count();
    (parameters.get(length) == Some(&b'm')).then_some(length + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_lead_to_the_number_and_tell_how_it_hangs() {
        let (sign, bare) = (Gap::Sign, Gap::Bare);
        let rows: [(&str, Option<(usize, Gap)>); 38] = [
            ("</b>: 6", Some((6, sign))),
            (">6</b>", Some((1, sign))),
            ("\\x22:6", Some((5, sign))),
            ("&#34;:6", Some((6, sign))),
            ("\"]=> int(6", Some((9, sign))),
            (":6", Some((1, sign))),
            (": 6", Some((2, sign))),
            ("=6", Some((1, sign))),
            (" = 6", Some((3, sign))),
            (" 6", Some((1, bare))),
            ("\":6", Some((2, sign))),
            ("\": \"6", Some((4, sign))),
            ("\\\":6", Some((3, sign))),
            ("\\\\\\\":\\\\\\\"6", Some((9, sign))),
            ("' => 6", Some((5, sign))),
            (">6", Some((1, sign))),
            ("(6", Some((1, sign))),
            ("：6", Some((3, sign))),
            ("（6", Some((3, sign))),
            ("为6", Some((3, sign))),
            ("%22%3A6", Some((6, sign))),
            ("\u{1b}[0m: \u{1b}[31m6", Some((11, sign))),
            (" is 6", Some((4, bare))),
            (":-10003", Some((1, sign))),
            (" -10003", Some((1, bare))),
            (" - 6", Some((3, bare))),
            ("] 6", Some((2, bare))),
            ("6", Some((0, bare))),
            ("-6", None),
            (": x6", None),
            (":\n6", None),
            ("", None),
            (": ", None),
            (" of 6", None),
            ("\\6", None),
            ("\\\\6", None),
            (&format!("{0}\":{0}\"6", "\\".repeat(63)), Some((129, sign))),
            (&format!(":{}6", " ".repeat(60)), None),
        ];
        for (text, wanted) in rows {
            assert_eq!(read(text.as_bytes(), 0), wanted, "{text:?}");
        }
    }
}
