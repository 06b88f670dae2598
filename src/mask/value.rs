//! The value after a key: quoted, escaped, in a list, or bare.

use std::ops::Range;

/// A value in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'l> {
    /// Where it is, without its quotes.
    pub range: Range<usize>,
    /// Whether quotes or brackets show where it ends.
    pub is_quoted: bool,
    /// Its text.
    pub text: &'l str,
}

/// Ends a bare value.
fn ends_bare(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '\\' | '|' | ',' | ';' | '&' | '}' | ']' | ')')
        || matches!(c, '<' | '>' | '，' | '。' | '；' | '、' | '）' | '】' | '」' | '？')
}

/// The values at `start`. `with_blanks` is for names, which may have several words.
pub(super) fn values(line: &str, start: usize, with_blanks: bool) -> Vec<Value<'_>> {
    let start = start + (line[start..].len() - line[start..].trim_start_matches([' ', '\t']).len());
    let rest = &line[start..];
    if let Some(close) = rest.chars().next().and_then(closing_bracket) {
        let open = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest.find(close).unwrap_or(rest.len());
        return list(line, start + open..start + end);
    }
    one(line, start..line.len(), with_blanks).into_iter().collect()
}

fn closing_bracket(open: char) -> Option<char> {
    Some(match open {
        '[' => ']',
        '<' => '>',
        '(' => ')',
        '【' => '】',
        '「' => '」',
        '（' => '）',
        _ => return None,
    })
}

/// The values of a list. One that begins with a brace has keys of its own.
fn list(line: &str, range: Range<usize>) -> Vec<Value<'_>> {
    let mut values = Vec::new();
    let mut position = range.start;
    while position < range.end {
        let rest = &line[position..range.end];
        let first = rest.chars().next().unwrap_or(' ');
        if first == '{' {
            break;
        }
        if first == ',' || first.is_whitespace() || matches!(first, '，' | '、' | '|') {
            position += first.len_utf8();
            continue;
        }
        let Some(mut value) = one(line, position..range.end, false) else {
            position += first.len_utf8();
            continue;
        };
        value.is_quoted = true;
        position = value.range.end.max(position + first.len_utf8());
        // The closing quote.
        position += quote(&line[position..range.end]).len();
        values.push(value);
    }
    values
}

/// The value at the beginning of `range`.
fn one(line: &str, range: Range<usize>, with_blanks: bool) -> Option<Value<'_>> {
    let rest = &line[range.clone()];
    let mark = quote(rest);
    if !mark.is_empty() {
        let start = range.start + mark.len();
        let end = start + closing_quote(&line[start..range.end], mark);
        let text = &line[start..end];
        return (!text.is_empty()).then_some(Value { range: start..end, is_quoted: true, text });
    }
    let mut end = rest.find(ends_bare).unwrap_or(rest.len());
    if with_blanks {
        end = words_end(rest, end);
    }
    let text = rest[..end].trim_end_matches(['.', ':', '!', '…']);
    let range = range.start..range.start + text.len();
    (!text.is_empty()).then_some(Value { range, is_quoted: false, text })
}

/// The end of a name of several words in a line whose fields `|` separates.
fn words_end(rest: &str, first_word: usize) -> usize {
    const LIMIT: usize = 60;
    let Some(end) = rest.find('|') else { return first_word };
    let text = &rest[..end];
    let is_name = text.len() <= LIMIT && !text.contains([':', '=', ',', '"', '{']);
    if is_name { text.trim_end().len() } else { first_word }
}

/// The quote at the beginning, with its backslashes; empty if there is none.
pub(super) fn quote(text: &str) -> &str {
    let slashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    match text[slashes..].chars().next() {
        Some(mark @ ('"' | '\'' | '“' | '”' | '‘' | '’')) => {
            &text[..slashes + mark.len_utf8()]
        }
        _ => "",
    }
}

/// The position of the quote that closes what `mark` opened; the end if there is none, since the
/// line may be cut.
fn closing_quote(text: &str, mark: &str) -> usize {
    let close = mark.replace('“', "”").replace('‘', "’");
    let mut from = 0;
    while let Some(at) = text[from..].find(&close) {
        let at = from + at;
        // One with more backslashes is a part of the value.
        if !text[..at].ends_with('\\') {
            return at;
        }
        from = at + close.len();
    }
    text.len()
}

/// A value without the escapes of JSON and URLs, so that it is the same however it is written.
pub(super) fn decoded(text: &str) -> String {
    let text = without_json_escapes(text);
    without_percents(&text).unwrap_or(text)
}

fn without_json_escapes(text: &str) -> String {
    if !text.contains("\\u") {
        return text.to_string();
    }
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_slashes = rest.trim_start_matches('\\');
        let unit = after_slashes.strip_prefix('u').filter(|_| rest.starts_with('\\'));
        let unit = unit.and_then(|digits| digits.get(..4));
        if let Some(unit) = unit.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            units.push(unit);
            rest = &after_slashes[5..];
            continue;
        }
        units.extend(first.encode_utf16(&mut [0; 2]).iter());
        rest = &rest[first.len_utf8()..];
    }
    String::from_utf16_lossy(&units)
}

/// None if there are none, or if they are no text.
fn without_percents(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut has_some = false;
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                has_some = true;
                bytes.push(byte);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok().filter(|_| has_some)
}
