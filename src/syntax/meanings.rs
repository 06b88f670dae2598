//! Recognizes the meanings that `inline` writes after codes: `6206(The UserSig has expired)`.
//!
//! They have no mark of their own. A bracket is ours if it follows a code and contains exactly what
//! the catalog says about that code.

use std::ops::Range;

use crate::catalog::{Catalog, Entry, Lang};
use crate::language;

/// The longest name that is recognized in front of a bracket, in bytes.
const NAME_LIMIT: usize = 100;

/// Escape sequences in front of a name are shorter than this.
const ESCAPE_LIMIT: usize = 32;

/// The brackets in `line` that `inline` wrote, in order.
pub(crate) fn find_meanings(line: &[u8], catalog: &Catalog) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let Some(last_closing) = memchr::memrchr(b')', line) else { return found };
    for open in memchr::memchr_iter(b'(', &line[..last_closing]) {
        if found.last().is_some_and(|last| open < last.end) {
            continue;
        }
        found.extend(bracket_at(line, open, catalog));
    }
    found
}

/// The position of the next bracket at or after `from` that may be ours. Cheap: looks only at the
/// bytes beside it.
pub(crate) fn next_meaning_candidate(text: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'(', &text[from..])
        .map(|offset| from + offset)
        .find(|&open| is_candidate(text, open))
}

fn is_candidate(text: &[u8], open: usize) -> bool {
    // In front of the bracket is the end of a code or of a name.
    let follows_code = open > 0 && is_name_byte(&text[open - 1]);
    let meaning_starts = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    follows_code && text.get(open + 1).is_some_and(meaning_starts)
}

/// The bracket that opens at `open`, if it is ours.
fn bracket_at(line: &[u8], open: usize, catalog: &Catalog) -> Option<Range<usize>> {
    if !is_candidate(line, open) {
        return None;
    }
    let code = &line[..open];
    let text = &line[open + 1..];
    let length = match unknown_len(code, text) {
        Some(length) => length,
        None => meanings_len(text, &entries_for(code, catalog))?,
    };
    Some(open..open + 1 + length)
}

/// The length of the words about an unknown code at the start of `text`, with the closing bracket.
fn unknown_len(code: &[u8], text: &[u8]) -> Option<usize> {
    if !code.last().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    for &lang in Lang::ALL {
        let words = language::of(lang).unknown_inline().as_bytes();
        if let Some(rest) = text.strip_prefix(words) {
            return Some(words.len() + closing_len(rest)?);
        }
    }
    None
}

/// The length of the closing bracket at the start of `text`. A question mark marks a doubtful code.
fn closing_len(text: &[u8]) -> Option<usize> {
    match text {
        [b')', ..] => Some(1),
        [b'?', b')', ..] => Some(2),
        _ => None,
    }
}

/// The length of the meanings of `entries` at the start of `text`, with the closing bracket.
fn meanings_len(text: &[u8], entries: &[&Entry]) -> Option<usize> {
    Lang::ALL.iter().find_map(|&lang| meanings_len_in(lang, text, entries))
}

/// As [`meanings_len`], of meanings in one language.
fn meanings_len_in(lang: Lang, text: &[u8], entries: &[&Entry]) -> Option<usize> {
    let separator = language::of(lang).inline_separator().as_bytes();
    let mut length = 0;
    loop {
        length += meaning_len(lang, separator, &text[length..], entries)?;
        if let Some(closing) = closing_len(&text[length..]) {
            return Some(length + closing);
        }
        length += separator.len();
    }
}

/// The length of the one meaning of `entries` at the start of `text`, after which a separator or a
/// closing bracket follows.
fn meaning_len(lang: Lang, separator: &[u8], text: &[u8], entries: &[&Entry]) -> Option<usize> {
    for entry in entries {
        let phrase = entry.texts(lang).phrase().as_bytes();
        let Some(rest) = text.strip_prefix(phrase) else { continue };
        if closing_len(rest).is_some() || rest.starts_with(separator) {
            return Some(phrase.len());
        }
    }
    None
}

/// The entries that the code at the end of `text` can stand for. The code is a number, with or
/// without sign, or a name.
fn entries_for<'c>(text: &[u8], catalog: &'c Catalog) -> Vec<&'c Entry> {
    let mut entries = Vec::new();
    let digits = suffix(text, u8::is_ascii_digit);
    if let Some(number) = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()) {
        let number: i64 = number;
        entries.extend(catalog.entries_for_code(number));
        entries.extend(catalog.entries_for_code(-number));
    }
    let name = suffix(text, is_name_byte);
    // No name consists of digits.
    if name.len() == digits.len() {
        return entries;
    }
    // The letters in front of the name may be the end of an escape sequence, so the name may begin
    // at any of them.
    let before = &text[..text.len() - name.len()];
    let nearby = &before[before.len().saturating_sub(ESCAPE_LIMIT)..];
    let may_be_escaped = nearby.contains(&0x1b) || nearby.last() == Some(&b'\\');
    let starts = if may_be_escaped { name.len().min(ESCAPE_LIMIT) } else { 1 };
    for start in 0..starts {
        entries.extend(catalog.ids_for_name(&name[start..]).map(|id| catalog.entry(id)));
    }
    entries
}

/// The longest end of `text` of at most [`NAME_LIMIT`] bytes that are all `part` of a code.
fn suffix(text: &[u8], part: fn(&u8) -> bool) -> &[u8] {
    let length = text.iter().rev().take(NAME_LIMIT).take_while(|byte| part(byte)).count();
    &text[text.len() - length..]
}

fn is_name_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_meaning_of_the_catalog_is_recognized() {
        let catalog = catalog::built_in();
        let langs = Lang::ALL.iter();
        for (entry, lang) in
            catalog.entries().iter().flat_map(|one| langs.clone().map(move |&lang| (one, lang)))
        {
            let (code, phrase) = (entry.codes.last, entry.texts(lang).phrase());
            for text in [format!("{code}({phrase})"), format!("x-{code}({phrase}?),")] {
                let open = text.find('(').expect("a bracket opens");
                let close = text.rfind(')').expect("a bracket closes");
                let annotation = open..close + 1;
                assert_eq!(find_meanings(text.as_bytes(), &catalog), [annotation], "{text}");
            }
            for name in entry.names.iter() {
                let text = format!("\u{1b}[31m{name}({phrase})");
                assert_eq!(find_meanings(text.as_bytes(), &catalog).len(), 1, "{text}");
            }
        }
    }

    #[test]
    fn brackets_of_the_log_are_not_recognized() {
        let rows = [
            ("6206(The UserSig has expired)", 1),
            ("6206(The UserSig has expired.)", 0),
            ("6206(The UserSig has expired", 0),
            ("6206 (The UserSig has expired)", 0),
            ("6207(The UserSig has expired)", 0),
            ("(The UserSig has expired)", 0),
            ("onError(6206)", 0),
            ("6707(unknown to imerr)", 1),
            ("6707(imerr 未收录)", 1),
            ("6707(imerr 未收录?)", 1),
            ("x(unknown to imerr)", 0),
            ("6206\x1b[31m(The UserSig has expired)\x1b[39m", 0),
        ];
        for (line, wanted) in rows {
            assert_eq!(
                find_meanings(line.as_bytes(), &catalog::built_in()).len(),
                wanted,
                "{line:?}"
            );
        }
    }
}
