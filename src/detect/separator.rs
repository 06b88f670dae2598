//! Reading what separates a key from its number: `:`, ` = `, `":"`, `：`, `%22%3A`, color codes of
//! the log, ...

/// The longest separator, in bytes. Backslashes do not count: those of escaped quotes double with
/// each level of JSON in JSON. Real separators are shorter; the limit bounds the cost of each
/// trigger.
const LIMIT: usize = 40;

/// What is between a key and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// A sign such as `:` or `=`.
    Sign,
    /// Only spaces, quotes, brackets or commas.
    Bare,
}

/// Signs of several bytes.
const SIGNS: [&str; 21] = [
    "：", "＝", "（", "->", "!=", "为", "是", "為", "%3A", "%3a", "%3D", "%3d", "uff1a", "uFF1A",
    "uff1d", "uFF1D", "uff08", "uFF08", "u4e3a", "u4E3A", "u662f",
];
/// Fillers of several bytes, which say nothing about the number.
const FILLERS: [&str; 22] = [
    "，", "..", "--", "uff0c", "uFF0C", "u3010", "u201c", "“", "”", "「", "【", "%22", "%20",
    "%5B", "%5b", "&quot;", "&#34;", "x22", "u0022", "is ", "was ", "int(",
];

/// The first bytes of [`SIGNS`] and [`FILLERS`].
const FIRST_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut index = 0;
    while index < SIGNS.len() {
        table[SIGNS[index].as_bytes()[0] as usize] = true;
        index += 1;
    }
    index = 0;
    while index < FILLERS.len() {
        table[FILLERS[index].as_bytes()[0] as usize] = true;
        index += 1;
    }
    table
};

/// Reads the separator from `start`, the end of a key, to the number after it.
///
/// Returns where the number begins, at its sign, and the kind of separator; None when no number
/// follows. An empty separator is a bare one. A `-` is the sign of the number when it touches the
/// digits and something separates it from the key; a dash between spaces is part of the separator.
pub(super) fn read(text: &[u8], start: usize) -> Option<(usize, Separator)> {
    let mut end = start + LIMIT;
    let mut separator = Separator::Bare;
    let mut at = start;
    while at < text.len().min(end) {
        let rest = &text[at..];
        match rest[0] {
            b'0'..=b'9' => return Some((at, separator)),
            b'-' if at > start && rest.get(1).is_some_and(u8::is_ascii_digit) => {
                return Some((at, separator));
            }
            b'\\' => end += 1,
            _ => {}
        }
        let (kind, length) = piece(rest)?;
        if kind == Separator::Sign {
            separator = Separator::Sign;
        }
        at += length;
    }
    None
}

/// The kind and length of the piece of a separator that `rest` begins with.
#[inline]
fn piece(rest: &[u8]) -> Option<(Separator, usize)> {
    match rest[0] {
        b':' | b'=' | b'>' | b'(' | b'|' => Some((Separator::Sign, 1)),
        b'<' => Some((Separator::Bare, closing_tag(rest).unwrap_or(1))),
        // In a path it separates folders; in front of a quote or its code it is an escape.
        b'\\' => matches!(rest.get(1), Some(b'\\' | b'"' | b'\'' | b'x' | b'u'))
            .then_some((Separator::Bare, 1)),
        b' ' | b'\t' | b'"' | b'\'' | b'`' | b'[' | b']' | b')' | b'*' | b',' => {
            Some((Separator::Bare, 1))
        }
        b'-' if rest.starts_with(b"- ") => Some((Separator::Bare, 2)),
        0x1b => Some((Separator::Bare, color_code(rest)?)),
        _ => long_piece(rest),
    }
}

fn long_piece(rest: &[u8]) -> Option<(Separator, usize)> {
    // Most keys without a number are followed by a letter that begins none of them.
    if !FIRST_BYTES[usize::from(rest[0])] {
        return None;
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes())) {
        return Some((Separator::Sign, sign.len()));
    }
    let filler = FILLERS.iter().find(|filler| rest.starts_with(filler.as_bytes()))?;
    Some((Separator::Bare, filler.len()))
}

/// The length of a closing tag such as `</b>`.
fn closing_tag(rest: &[u8]) -> Option<usize> {
    let name = rest.strip_prefix(b"</")?;
    let length = name.iter().take(LIMIT).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    (name.get(length) == Some(&b'>')).then_some(length + 3)
}

/// The length of the SGR sequence (`ESC [ ... m`) that `rest` begins with.
fn color_code(rest: &[u8]) -> Option<usize> {
    let parameters = rest.strip_prefix(b"\x1b[")?;
    let mut length = 0;
    while length < LIMIT && matches!(parameters.get(length), Some(b'0'..=b'9' | b';')) {
        length += 1;
    }
    (parameters.get(length) == Some(&b'm')).then_some(length + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_lead_to_the_number() {
        let (sign, bare) = (Separator::Sign, Separator::Bare);
        let rows: [(&str, Option<(usize, Separator)>); 38] = [
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
