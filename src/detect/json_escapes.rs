//! Characters in JSON escapes, such as `\u9519`.

/// JSON within JSON doubles the backslashes. The limit bounds the cost of a line of backslashes.
const MAX_BACKSLASHES: usize = 64;

/// Where `words` ends if it is written at `start` in JSON escapes; None if it is not. Each
/// character has one backslash, or several in JSON within JSON.
pub(super) fn end_of(words: &str, text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for unit in words.encode_utf16() {
        let (found, end) = read(text, at)?;
        if found != unit {
            return None;
        }
        at = end;
    }
    Some(at)
}

/// Where the escape begins that ends at `end`, in front of the backslashes of another one.
pub(super) fn start_before(text: &[u8], end: usize) -> Option<usize> {
    let mut end = end;
    for _ in 0..MAX_BACKSLASHES {
        if end == 0 || text[end - 1] != b'\\' {
            break;
        }
        end -= 1;
    }
    let start = end.checked_sub(r"\u0000".len())?;
    text[start..].starts_with(br"\u").then_some(start)
}

/// `text` with the escaped characters outside ASCII decoded. Surrogates and all other escapes stay
/// as they are.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escape = read(text, at);
        let character = escape.and_then(|(unit, end)| Some((char::from_u32(unit.into())?, end)));
        match character {
            Some((character, end)) if !character.is_ascii() => {
                let mut bytes = [0; 4];
                decoded.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
                at = end;
            }
            _ => {
                decoded.push(text[at]);
                at += 1;
            }
        }
    }
    decoded
}

/// The UTF-16 unit that is escaped at `start`, and where its escape ends.
fn read(text: &[u8], start: usize) -> Option<(u16, usize)> {
    let mut at = start;
    while text.get(at) == Some(&b'\\') && at - start < MAX_BACKSLASHES {
        at += 1;
    }
    if at == start || text.get(at) != Some(&b'u') {
        return None;
    }
    let mut unit = 0;
    for &digit in text.get(at + 1..at + 5)? {
        unit = unit << 4 | char::from(digit).to_digit(16)? as u16;
    }
    Some((unit, at + 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_both_cases_and_with_doubled_backslashes() {
        let rows = [
            (r"\u9519\u8bef:", Some(12)),
            (r"\u9519\u8BEF:", Some(12)),
            (r"\\u9519\\u8bef:", Some(14)),
            (r"\u9519\u8bee:", None),
            (r"\u9519 \u8bef", None),
            (r"\u9519\u8b", None),
            ("错误", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(end_of("错误", text.as_bytes(), 0), wanted, "{text}");
        }
    }

    #[test]
    fn the_escape_before_another_one_is_found() {
        let rows = [
            (r"\u62a5\u9519", 6, Some(0)),
            (r"x\\u62a5\\u9519", 9, Some(2)),
            (r"u62a5\u9519", 5, None),
            (r"\u9519", 0, None),
        ];
        for (text, end, wanted) in rows {
            assert_eq!(start_before(text.as_bytes(), end), wanted, "{text}");
        }
    }

    #[test]
    fn characters_outside_ascii_are_decoded() {
        let rows = [
            (r"a\u9519\u8BEF\u7801:6", "a错误码:6"),
            (r"\\u9519", "错"),
            (r"\u0041\n\ud83d", r"\u0041\n\ud83d"),
            (r"\u95", r"\u95"),
        ];
        for (text, wanted) in rows {
            assert_eq!(String::from_utf8_lossy(&decode(text.as_bytes())), wanted, "{text}");
        }
    }
}
