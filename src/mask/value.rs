//! The value after a key: quoted, escaped, in a list, or bare.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// How far a value without quotes goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Up to a blank or another sign that ends a value.
    Word,
    /// It may be a name of several words.
    Words,
    /// As a word, but a password may have any signs in it.
    Secret,
    /// It is in the escapes of URLs.
    Percent,
}

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

/// The values at `start`.
pub(super) fn values(line: &str, start: usize, extent: Extent) -> Vec<Value<'_>> {
    if extent == Extent::Percent {
        return percent_values(line, start);
    }
    let start = start + (line[start..].len() - line[start..].trim_start_matches([' ', '\t']).len());
    let wrapper = wrapper(&line[start..]);
    let start = start + wrapper.unwrap_or(0);
    let rest = &line[start..];
    let first = rest.chars().next();
    let close = if wrapper.is_some() && first == Some('{') {
        Some('}')
    } else {
        first.and_then(closing_bracket)
    };
    if let Some(close) = close {
        let open = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest.find(close).unwrap_or(rest.len());
        return list(line, start + open..start + end);
    }
    one(line, start..line.len(), extent).into_iter().collect()
}

/// The length of what languages write in front of a text or of the bracket around it: `@"..."`,
/// `b'...'`, `Optional("...")`, `{"...", "..."}`. None if there is none, or in front of an object.
fn wrapper(rest: &str) -> Option<usize> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        let form = r#"^(?:@[(\[]?|[bBuUrR]|(?:Optional|Some|String|Just|Ok)\(|\[\]string\{|\{ ?)(?:\\*["'])"#;
        Regex::new(form).expect("the form is constant")
    });
    let found = FORM.find(rest)?;
    let before = found.as_str().trim_end_matches(['"', '\'', '\\']).len();
    let mark = &found.as_str()[before..];
    let text = &rest[found.end()..];
    let end = closing_quote(text, mark) + mark.len();
    let is_object = text.get(end..).is_some_and(|after| after.trim_start().starts_with(':'));
    let is_bracket = |c: char| matches!(c, '(' | '{' | '[' | ' ');
    (!is_object).then(|| rest[..before].trim_end_matches(is_bracket).len())
}

/// The values in the escapes of URLs: one, or those of a list.
fn percent_values(line: &str, start: usize) -> Vec<Value<'_>> {
    static BEGIN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\+|%20|%5[Bb]|%5[Cc]|%22|%27|%2[Cc])*").expect("it is constant")
    });
    static END: LazyLock<Regex> = LazyLock::new(|| {
        let end = r#"%22|%26|%27|%2[Cc]|%5[CcDd]|%7[Dd]|%0[AaDd]|[& \t\r\n|"'<>;,]"#;
        Regex::new(end).expect("it is constant")
    });
    let mut values = Vec::new();
    let mut position = start;
    let is_list = ["%5B", "%5b", "%22%5B"].iter().any(|begin| line[start..].starts_with(begin));
    loop {
        position += BEGIN.find(&line[position..]).map_or(0, |found| found.end());
        let rest = &line[position..];
        let end = END.find(rest).map_or(rest.len(), |found| found.start());
        let range = position..position + end;
        if end > 0 {
            values.push(Value { range, is_quoted: true, text: &rest[..end] });
        }
        position += end;
        let rest = &line[position..];
        let goes_on = ["%22%2C", "%2C", "%22%2c", "%2c"].iter().any(|next| rest.starts_with(next));
        if !is_list || !goes_on || end == 0 {
            return values;
        }
    }
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
        let Some(mut value) = one(line, position..range.end, Extent::Word) else {
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
pub(super) fn one(line: &str, range: Range<usize>, extent: Extent) -> Option<Value<'_>> {
    let rest = &line[range.clone()];
    let mark = quote(rest);
    if !mark.is_empty() {
        let start = range.start + mark.len();
        let end = start + closing_quote(&line[start..range.end], mark);
        let text = &line[start..end];
        return (!text.is_empty()).then_some(Value { range: start..end, is_quoted: true, text });
    }
    let mut end = match extent {
        Extent::Secret => secret_end(rest),
        _ => rest.find(ends_bare).unwrap_or(rest.len()),
    };
    if extent == Extent::Words {
        end = words_end(rest, end);
    }
    let text = rest[..end].trim_end_matches(['.', ':', '!', '…']);
    let range = range.start..range.start + text.len();
    (!text.is_empty()).then_some(Value { range, is_quoted: false, text })
}

/// The end of a password, which may have any sign that does not end the field of a line.
fn secret_end(rest: &str) -> usize {
    static NEXT_KEY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^\\*["']?[A-Za-z_][A-Za-z0-9_.-]*\\*["']?[=:]"#).expect("it is constant")
    });
    for (at, c) in rest.char_indices().filter(|(_, c)| ends_bare(*c)) {
        let after = &rest[at + c.len_utf8()..];
        let is_inside = after.starts_with(|c: char| c.is_ascii_graphic())
            && match c {
                ',' | ';' | '&' => !NEXT_KEY.is_match(after) && !is_plain_word(after),
                ')' | ']' | '}' => {
                    !after.starts_with([',', ';', ')', ']', '}', '|', '"', '\'', ':', '.'])
                }
                '<' => !after.starts_with('/'),
                '>' => true,
                _ => false,
            };
        if !is_inside {
            return at;
        }
    }
    rest.len()
}

/// Whether a word of letters follows, such as `code` in `password=x,code 6206`.
fn is_plain_word(text: &str) -> bool {
    let end = text.find(|c: char| c.is_whitespace() || c == '|').unwrap_or(text.len());
    text[..end].bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The end of a name of several words: in a line whose fields `|` separates, or of words with
/// capitals up to a comma or the next key.
fn words_end(rest: &str, first_word: usize) -> usize {
    const LIMIT: usize = 60;
    static CAPITALS: LazyLock<Regex> = LazyLock::new(|| {
        let word = r"[A-Z\u{C0}-\u{DE}][a-z\u{DF}-\u{24F}'-]*";
        let after = "[,;，；)]|$| +[A-Za-z_][A-Za-z0-9_]*[=:]";
        let form = format!("^(?P<name>{word}(?: {word}){{1,3}})(?:{after})");
        Regex::new(&form).expect("it is constant")
    });
    if let Some(name) = CAPITALS.captures(rest).and_then(|found| found.name("name")) {
        return name.len();
    }
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
pub(super) fn closing_quote(text: &str, mark: &str) -> usize {
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
