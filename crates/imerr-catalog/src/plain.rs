//! Reads catalogs that are written plainly and hold no mistake, many times faster than any TOML can be read: 10,000 entries
//! in a few milliseconds.
//!
//! Plain means one field a line, as in the built-in catalogs: `name = value`, with strings without escapes in double or single
//! quotes, whole numbers, `true`, `false`, and arrays on one line, whatever the blanks, comments and line ends. Everything else,
//! and every mistake, is left to the reader of TOML, which tells what is wrong: this one never says more than that reader would.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use super::characters::{fault, joins};
use super::entry::{CodeRange, Entry, Text};
use super::source::Span;
use super::sourced::SourcedEntry;
use super::validate::{is_address, is_date, is_name, is_slug};

/// What may stand between the parts of a line.
const BLANKS: [char; 2] = [' ', '\t'];

/// How many bytes an entry takes in a file, more or less.
const USUAL_LENGTH: usize = 300;

/// The entries of the catalog `text` of the file `path`, if it is plain and without mistake.
pub fn read_plain(path: &str, text: &str) -> Option<Vec<SourcedEntry>> {
    let mut head = Head::default();
    let mut draft: Option<Draft<'_>> = None;
    let path: Arc<str> = Arc::from(path);
    let mut entries: Vec<SourcedEntry> = Vec::with_capacity(text.len() / USUAL_LENGTH);
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for (number, end) in ends.enumerate() {
        let line = &text[start..end];
        // Ahead of a newline alone a carriage return is a part of the line end.
        let line = if end < text.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        start = end + 1;
        let rest = line.trim_start_matches(BLANKS);
        match rest.as_bytes() {
            [] | [b'#', ..] if is_end(rest) => {}
            [b'[', ..] => {
                if rest.strip_prefix("[[entry]]").is_none_or(|rest| !is_end(rest)) {
                    return None;
                }
                if let Some(draft) = draft.replace(Draft::default()) {
                    push(&mut entries, draft, &head, &path)?;
                }
            }
            _ => {
                let field = Field::read(line, number + 1)?;
                match (&mut draft, field) {
                    (Some(draft), field) => draft.set(field)?,
                    (None, Field { name, value: Value::Text(text), .. }) => head.set(name, text)?,
                    (None, _) => return None,
                }
            }
        }
    }
    if let Some(draft) = draft {
        push(&mut entries, draft, &head, &path)?;
    }
    head.system.is_some_and(is_slug).then_some(entries)
}

/// What stands at the top and belongs to all entries.
#[derive(Default)]
struct Head<'t> {
    system: Option<&'t str>,
    page: Option<&'t str>,
    as_of: Option<&'t str>,
}

impl<'t> Head<'t> {
    fn set(&mut self, name: &str, text: &'t str) -> Option<()> {
        let field = match name {
            "system" => &mut self.system,
            "page" if is_address(text) => &mut self.page,
            "as_of" if is_date(text) => &mut self.as_of,
            _ => return None,
        };
        field.replace(text).is_none().then_some(())
    }
}

fn push(
    entries: &mut Vec<SourcedEntry>,
    draft: Draft<'_>,
    head: &Head<'_>,
    path: &Arc<str>,
) -> Option<()> {
    let mut sourced = draft.finish(head.system?, path)?;
    let owned = |text: &str| Cow::Owned(text.to_string());
    (sourced.entry.page, sourced.entry.as_of) = (head.page.map(owned), head.as_of.map(owned));
    let is_ascending =
        entries.last().is_none_or(|before| before.entry.codes.last < sourced.entry.codes.first);
    is_ascending.then(|| entries.push(sourced))
}

/// Whether nothing but blanks and a comment is left of a line.
fn is_end(rest: &str) -> bool {
    let rest = rest.trim_start_matches(BLANKS);
    let is_control = |byte: u8| byte < b' ' && byte != b'\t' || byte == 0x7f;
    rest.is_empty() || (rest.starts_with('#') && !rest.bytes().any(is_control))
}

/// A line `name = value`.
struct Field<'t> {
    name: &'t str,
    value: Value<'t>,
    place: Span,
}

enum Value<'t> {
    Text(&'t str),
    Number(i64),
    Flag(bool),
    Texts(Vec<&'t str>),
    /// Each with where it stands.
    Numbers(Vec<(i64, Span)>),
}

/// A line that is read from its beginning, so that what is left of it tells how far.
#[derive(Clone, Copy)]
struct Line {
    number: usize,
    length: usize,
}

impl Line {
    /// Where that stands which begins `text`, the last part of the line, and ends before `left`. The line is ASCII up to there.
    fn place(self, text: &str, left: &str) -> Span {
        Span {
            line: self.number,
            column: 1 + self.length - text.len(),
            length: text.len() - left.len(),
        }
    }
}

impl<'t> Field<'t> {
    fn read(line: &'t str, number: usize) -> Option<Self> {
        let (name, rest) = line.split_once('=')?;
        let (name, rest) = (name.trim_matches(BLANKS), rest.trim_start_matches(BLANKS));
        let line = Line { number, length: line.len() };
        let (value, left) = Value::read(rest, line)?;
        is_end(left).then(|| Self { name, value, place: line.place(rest, left) })
    }
}

impl<'t> Value<'t> {
    /// The value at the beginning of `text`, and what is left behind it.
    fn read(text: &'t str, line: Line) -> Option<(Self, &'t str)> {
        let placed =
            |text| number(text).map(|(number, left)| ((number, line.place(text, left)), left));
        match text.as_bytes().first()? {
            b'"' | b'\'' => string(text).map(|(text, left)| (Self::Text(text), left)),
            b'-' | b'0'..=b'9' => number(text).map(|(number, left)| (Self::Number(number), left)),
            b'[' => match text[1..].trim_start_matches(BLANKS).as_bytes().first()? {
                b'"' | b'\'' => array(text, string).map(|(texts, left)| (Self::Texts(texts), left)),
                _ => array(text, placed).map(|(numbers, left)| (Self::Numbers(numbers), left)),
            },
            _ => match text.strip_prefix("true") {
                Some(left) => Some((Self::Flag(true), left)),
                None => text.strip_prefix("false").map(|left| (Self::Flag(false), left)),
            },
        }
    }
}

/// A string that holds something, and no escape.
fn string(text: &str) -> Option<(&str, &str)> {
    let (quote, rest) = text
        .as_bytes()
        .first()
        .filter(|quote| b"\"'".contains(quote))
        .map(|&quote| (quote, &text[1..]))?;
    // A backslash begins an escape in double quotes; in single ones it stands for itself.
    let end = memchr::memchr2(quote, if quote == b'"' { b'\\' } else { quote }, rest.as_bytes())?;
    (end > 0 && rest.as_bytes()[end] == quote).then(|| (&rest[..end], &rest[end + 1..]))
}

/// A decimal number without separators, leading zeros and fractions.
fn number(text: &str) -> Option<(i64, &str)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (number, left) = text.split_at(text.len() - digits.len() + length);
    let is_plain = length == 1 || !digits.starts_with('0');
    let is_whole =
        left.bytes().next().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b',' | b']' | b'#'));
    (is_plain && is_whole).then_some((number.parse().ok()?, left))
}

/// An array on one line, of one or more items.
fn array<'t, T>(
    text: &'t str,
    item: impl Fn(&'t str) -> Option<(T, &'t str)>,
) -> Option<(Vec<T>, &'t str)> {
    let mut items = Vec::new();
    let mut rest = text.strip_prefix('[')?.trim_start_matches(BLANKS);
    loop {
        let (one, left) = item(rest)?;
        items.push(one);
        rest = left.trim_start_matches(BLANKS);
        if let Some(left) = rest.strip_prefix(']') {
            return Some((items, left));
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(BLANKS);
    }
}

/// An entry of which some fields are read.
#[derive(Default)]
struct Draft<'t> {
    codes: Option<(CodeRange, Span)>,
    names: Option<Vec<&'t str>>,
    name_only: Option<bool>,
    same_cause_as: Option<(i64, Span)>,
    see: Option<Vec<(i64, Span)>>,
    texts: [Option<&'t str>; TEXTS.len()],
}

/// The fields that are strings.
const TEXTS: [&str; 11] = [
    "category",
    "kind",
    "severity",
    "meaning",
    "remedy",
    "retry",
    "status",
    "passes_on",
    "cause",
    "since",
    "note",
];

impl<'t> Draft<'t> {
    /// Takes a field, unless it is not plain, unknown or there already.
    fn set(&mut self, Field { name, value, place }: Field<'t>) -> Option<()> {
        fn once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
            slot.replace(value).is_none().then_some(())
        }
        match (name, value) {
            ("code", Value::Number(code)) => once(&mut self.codes, (CodeRange::one(code), place)),
            ("range", Value::Numbers(bounds)) => match bounds.as_slice() {
                &[(first, _), (last, _)] if first < last => {
                    once(&mut self.codes, (CodeRange { first, last }, place))
                }
                _ => None,
            },
            ("names", Value::Texts(names)) => once(&mut self.names, names),
            ("name_only", Value::Flag(flag)) => once(&mut self.name_only, flag),
            ("same_cause_as", Value::Number(code)) => once(&mut self.same_cause_as, (code, place)),
            ("see", Value::Numbers(codes)) => once(&mut self.see, codes),
            (name, Value::Text(text)) => {
                once(&mut self.texts[TEXTS.iter().position(|one| *one == name)?], text)
            }
            _ => None,
        }
    }

    /// The entry, if nothing is missing and nothing wrong.
    fn finish(self, system: &str, path: &Arc<str>) -> Option<SourcedEntry> {
        let (codes, place) = self.codes.filter(|(codes, _)| codes.are_possible())?;
        let [
            category,
            kind,
            severity,
            meaning,
            remedy,
            retry,
            status,
            passes_on,
            cause,
            since,
            note,
        ] = self.texts;
        let name_only = self.name_only.unwrap_or(false);
        let names = self.names.unwrap_or_default();
        if name_only && names.is_empty() {
            return None;
        }
        let names = names.into_iter().map(|name| ascii(name).filter(|name| is_name(name)));
        let optional = |one: Option<&str>| match one {
            None => Some(None),
            Some(one) => prose(one, Entry::TEXT_LIMIT).map(Some),
        };
        let optional_word = |one: Option<&str>| match one {
            None => Some(None),
            Some(one) => ascii(one).map(Some),
        };
        let (see, places) = self.see.unwrap_or_default().into_iter().unzip();
        let entry = Entry {
            page: None,
            as_of: None,
            system: Cow::Owned(system.to_string()),
            codes,
            names: names.collect::<Option<Vec<Text>>>()?.into(),
            name_only,
            passes_on: optional_word(passes_on)?,
            category: category.filter(|category| is_slug(category))?.to_string().into(),
            kind: word(kind)?,
            severity: word(severity)?,
            meaning: prose(meaning?, Entry::MEANING_LIMIT)?,
            cause: optional(cause)?,
            remedy: prose(remedy?, Entry::TEXT_LIMIT)?,
            retry: word(retry)?,
            status: word(status)?,
            since: optional_word(since)?,
            note: optional(note)?,
            same_cause_as: self.same_cause_as.map(|(code, _)| code),
            see: Cow::Owned(see),
        };
        let same_cause_as = self.same_cause_as.map(|(_, place)| place);
        Some(SourcedEntry { entry, path: Arc::clone(path), place, see: places, same_cause_as })
    }
}

fn word<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

/// The text for programs, if an entry can hold it.
fn ascii(text: &str) -> Option<Text> {
    let is_good = text.len() <= Entry::TEXT_LIMIT && is_ascii(text) && text.trim() == text;
    is_good.then(|| Cow::Owned(text.to_string()))
}

/// The text for people, if an entry can hold it.
fn prose(text: &str, limit: usize) -> Option<Text> {
    let length = || text.chars().try_fold(0, |length, c| fault(c).is_none().then_some(length + 1));
    let is_good = match is_ascii(text) {
        true => text.len() <= limit,
        false => length().is_some_and(|length| length <= limit) && !text.starts_with(joins),
    };
    (is_good && text.trim() == text).then(|| Cow::Owned(text.to_string()))
}

fn is_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read::catalog_of;
    use crate::source::{Diagnostic, Source};

    const FILES: [&str; 4] = [
        include_str!("../../../patterns/catalogs/tencent-im/sdk.toml"),
        include_str!("../../../patterns/catalogs/tencent-im/server.toml"),
        include_str!("../../../patterns/catalogs/tencent-im/web.toml"),
        include_str!("../../../src/cli/commands/new_catalog.toml"),
    ];

    fn slowly(text: &str) -> Result<Vec<SourcedEntry>, Vec<Diagnostic>> {
        let source = Source::new("c.toml", text);
        let entries = catalog_of(&source, &source.parse());
        let problems = source.into_problems();
        if problems.is_empty() { Ok(entries) } else { Err(problems) }
    }

    #[test]
    fn plain_files_are_read_as_the_reader_of_toml_reads_them() {
        for text in FILES.map(|text| text.replace("\"NAME\"", "\"my-app\"")) {
            let plain = read_plain("c.toml", &text).unwrap_or_else(|| panic!("not plain: {text}"));
            assert_eq!(Ok(plain), slowly(&text));
        }
    }

    const GOOD: &str = "system = \"app\" # x\npage = \"https://a.b/c\"\nas_of = \"2025-12-17\"\n\n[[entry]]\ncode = 1\nnames = [\"A_B\", \"C\"]\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\n\
                        meaning = \"M.\"\nremedy = \"R.\"\nretry = \"never\"\nstatus = \"current\"\nsee = [1, -2]\nsame_cause_as = 1\n\n[[entry]]\nrange = [3, 5]\ncategory = \"c\"\n\
                        kind = \"auth\"\nseverity = \"error\"\nmeaning = \"错。\"\nremedy = \"R.\"\nretry = \"never\"\nstatus = \"current\"\n";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_plainly_is_right(
            at in 0..GOOD.chars().count(),
            length in 0..12usize,
            (from, to) in proptest::sample::select(vec![("", ""), ("\n", "\r\n"), ("\"", "'"), (" = ", "\t="), ("\n", " # '\"=\n")]),
            put in proptest::sample::select(vec![
                "", " ", "\"", "\\", "[", "]", "0", "-", ",", "#", "\n", "\r", "\t", "=", "code = 2\n", "see = []\n", "x = 1\n", "é", "\\n", "\"\"\"", "1_0",
                "0x1", "1.5", "[[entry]]\n", "system = \"b\"\n", "'", "true", "99999999999999999999", "99999999999", "name_only = true\n", "note = \"n\"\n", ".", "\u{7f}", "错", "\u{301}", "\u{200b}", "\u{feff}", "'''", "a'b", "\r\n", "since = \"é\"\n", "cause = \"é\"\n", "\u{3000}",
            ]),
        ) {
            let behind = GOOD.chars().skip(at + length);
            let text: String = GOOD.chars().take(at).chain(put.chars()).chain(behind).collect();
            let text = if from.is_empty() { text } else { text.replace(from, to) };
            if let Some(plain) = read_plain("c.toml", &text) {
                prop_assert_eq!(Ok(plain), slowly(&text), "{}", text);
            }
        }
    }

    #[test]
    fn blanks_comments_quotes_and_line_ends_are_plain_in_any_form() {
        let forms: [(&str, &str); 9] = [
            ("", ""),
            ("\n", "\r\n"),
            ("\n", " # a \"comment\" = 错\n"),
            ("\n", "\t#\tx\n"),
            ("\n", "\n \t"),
            (" = ", "="),
            (" = ", "  \t= \t "),
            ("\"", "'"),
            (", ", "\t,\t"),
        ];
        for (from, to) in forms {
            let text = if from.is_empty() { GOOD.to_string() } else { GOOD.replace(from, to) };
            let plain = read_plain("c.toml", &text).unwrap_or_else(|| panic!("not plain: {text}"));
            assert_eq!((plain.len(), Ok(plain)), (2, slowly(&text)), "{text}");
        }
    }
}
