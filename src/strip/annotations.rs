//! The annotations that earlier runs left in a line: finding them, so that they can be left alone or taken out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::below_lines;
use crate::catalog::Catalog;
use crate::format::highlight::{signed, without_signed};
use crate::format::{LogSchema, inline, logfmt};
use crate::terminal::is_annotation_text;
use crate::terminal::{LINK, LINK_END, STRING_END};

/// The longest annotation that is written on one line, in bytes.
pub const ANNOTATION_LIMIT: usize = 64 << 10;

/// The key of the member that is added to JSON lines, unless another is chosen.
pub const DEFAULT_KEY: &str = "imerr";

/// The annotation that `line` bears, where the member of JSON lines has the key `key`, by the bytes to take out for the line as it was. `line` has no line end.
///
/// It is either the run of brackets or of `imerr_` pairs at the end of the line, or the `imerr` member at the end of a JSON
/// object with what a [schema](crate::format::LogSchema) adds behind it. The end of a very long line is enough to see it.
pub fn find_annotation(line: &[u8], key: &str) -> Option<Range<usize>> {
    match line.iter().rposition(|byte| !byte.is_ascii_whitespace()) {
        Some(last) if line[last] == b'}' => {
            json_member(&line[..last], key).map(|start| start..last)
        }
        _ => brackets(line).or_else(|| logfmt::start(line).map(|start| start..line.len())),
    }
}

/// What earlier runs have put into a line and behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriorAnnotations {
    /// In order, apart from each other.
    ranges: Vec<Range<usize>>,
    /// Whether the only one is an annotation behind what the line itself says.
    is_behind: bool,
    /// Where the line ends that has a line end only because something else follows: that is one of them too.
    ended: Option<usize>,
}

impl PriorAnnotations {
    /// Those of `line`, which has no line end; the member of JSON lines has the key `key`, and meanings put into lines are those
    /// of `catalog`.
    ///
    /// A very long line that is not there as a whole bears none but the annotation at its end.
    pub fn find(line: &[u8], key: &str, catalog: &Catalog) -> Self {
        let Some(length) = below_lines::added_line_end(line) else {
            return Self::within(line, key, catalog);
        };
        let mut ranges = Self::within(&line[..length], key, catalog).ranges;
        match ranges.last_mut().filter(|last| last.end == length) {
            Some(last) => last.end = line.len(),
            None => ranges.push(length..line.len()),
        }
        Self { is_behind: ranges.len() == 1, ranges, ended: Some(length) }
    }

    fn within(line: &[u8], key: &str, catalog: &Catalog) -> Self {
        let Some(annotation) = find_annotation(line, key) else {
            return Self { ranges: inline::find(line, catalog), ..Self::default() };
        };
        let mut ranges = Vec::new();
        if without_signed(&line[..annotation.end]).is_some() {
            ranges.extend(signed(&line[..annotation.start]));
        }
        ranges.push(annotation);
        Self { is_behind: ranges.len() == 1, ranges, ended: None }
    }

    /// Whether the end of the line was put there as well, where the log has none.
    pub fn has_added_line_end(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether there is nothing but a line end that a block below the line asked for.
    pub fn is_only_added_line_end(&self) -> bool {
        matches!(self.ranges.as_slice(), [behind] if self.ended == Some(behind.start))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The bytes to take out for the line as it was, in order.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// What `line` itself says: the line as it was, but for the brace behind a member of JSON.
    pub fn original<'l>(&self, line: &'l [u8]) -> Cow<'l, [u8]> {
        match self.ranges.as_slice() {
            [] => Cow::Borrowed(line),
            [behind] if self.is_behind => Cow::Borrowed(&line[..behind.start]),
            ranges => {
                let starts = std::iter::once(0).chain(ranges.iter().map(|range| range.end));
                let ends =
                    ranges.iter().map(|range| range.start).chain(std::iter::once(line.len()));
                Cow::Owned(
                    starts.zip(ends).flat_map(|(start, end)| &line[start..end]).copied().collect(),
                )
            }
        }
    }
}

/// Where the brackets at the end of `line` begin.
fn brackets(line: &[u8]) -> Option<Range<usize>> {
    let mut start = line.len();
    while let Some(next) = bracket(&line[..start]) {
        start = next;
    }
    (start < line.len()).then_some(start..line.len())
}

/// Where the bracket at the very end of `line` begins, with the blank before it.
fn bracket(line: &[u8]) -> Option<usize> {
    let (plain, signed) = (line.strip_suffix(b"\x1b[0m"), without_signed(line));
    let inner = signed.or(plain).unwrap_or(line).strip_suffix(b"]")?;
    let open = memchr::memmem::rfind(inner, OPEN)?;
    if !is_ours(&inner[open + OPEN.len()..]) {
        return None;
    }
    let before = match (signed, plain) {
        (Some(_), _) => without_signed(&line[..open])?,
        (None, Some(_)) => without_color(&line[..open])?,
        (None, None) => &line[..open],
    };
    before.strip_suffix(b" ").map(<[u8]>::len)
}

const OPEN: &[u8] = b"[imerr ";

/// Whether this is what stands inside a bracket behind `imerr`: a code, and something said about it.
fn is_ours(inner: &[u8]) -> bool {
    let Some(code) = unlinked(inner) else { return false };
    let digits = code.strip_prefix(b"-").unwrap_or(code);
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let said = digits[length..].strip_prefix(LINK_END).unwrap_or(&digits[length..]);
    let said = said.strip_prefix(b"?").unwrap_or(said);
    length > 0 && said.first() == Some(&b' ') && is_said(said)
}

/// Whether this can be said about a code. Only what an own catalog says is not ASCII; the label before it, up to a colon, is.
fn is_said(said: &[u8]) -> bool {
    let label = memchr::memmem::find(said, b": ").unwrap_or(said.len());
    said[..label].is_ascii()
        && memchr::memchr2(b'[', b']', said).is_none()
        && is_annotation_text(said)
}

/// `inner` without the beginning of a link.
fn unlinked(inner: &[u8]) -> Option<&[u8]> {
    let Some(address) = inner.strip_prefix(LINK) else { return Some(inner) };
    let length = address.iter().take_while(|byte| byte.is_ascii_graphic()).count();
    address[length..].strip_prefix(STRING_END)
}

/// `line` without the color code `ESC [ ... m` at its end.
fn without_color(line: &[u8]) -> Option<&[u8]> {
    let inner = line.strip_suffix(b"m")?;
    let digits =
        inner.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    inner[..inner.len() - digits].strip_suffix(b"\x1b[")
}

/// `,"KEY":`, what the member begins with.
pub(crate) fn member_start(key: &str) -> String {
    format!(",{}:", Value::from(key))
}

/// Where the member `key` at the end of the object begins, of which `inside` is all but the closing brace.
fn json_member(inside: &[u8], key: &str) -> Option<usize> {
    let before = member_start(key);
    let start = memchr::memmem::rfind(inside, before.as_bytes())?;
    let value = &inside[start + before.len()..];
    let code = value.strip_prefix(b"[").unwrap_or(value).strip_prefix(b"{\"code\":")?;
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    (code[digits..].starts_with(b",\"known\":") && is_addition(&inside[start + 1..], key))
        .then_some(start)
}

/// Whether these are members of an object, `key` and what a schema adds.
fn is_addition(members: &[u8], key: &str) -> bool {
    let object = [b"{", members, b"}"].concat();
    // Of what is not kept, nobody else looks whether it is UTF-8.
    let names = std::str::from_utf8(&object)
        .ok()
        .and_then(|object| serde_json::from_str::<BTreeMap<String, IgnoredAny>>(object).ok());
    names.is_some_and(|names| names.keys().all(|name| name == key || LogSchema::has(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_annotations_are_told_from_brackets_of_the_log() {
        let rows: [(&str, Option<&str>); 38] = [
            ("code:6206 [imerr 6206 sdk/account error: A. -> B.]", Some("code:6206")),
            ("code:6206 [imerr 6206? sdk/account error: A. -> B.]", Some("code:6206")),
            ("x [imerr 6206 a: b] [imerr -10003 c: d]", Some("x")),
            ("x \x1b[31m[imerr 6206 a: b]\x1b[0m", Some("x")),
            ("x \x1b[31m[imerr 6206 a: b]\x1b[0m \x1b[1;31m[imerr 7 c: d]\x1b[0m", Some("x")),
            (" [imerr 6206 a: b]", Some("")),
            ("[imerr 6206 a: b]", None),
            ("x [imerr 6206]", None),
            ("x [imerr a: b]", None),
            ("x [imerr 6206 a: b] ", None),
            ("x [imerr 6206 a [b]]", None),
            ("x [other 6206 a: b]", None),
            ("x [INFO]", None),
            ("x \x1b[00031m[imerr 6206 a: b]\x1b[00039m", Some("x")),
            ("x \x1b[0000;31m[imerr 6206 a: b]\x1b[0000;38:5:1m [imerr 7 c: d]", Some("x")),
            ("x \x1b[31m[imerr 6206 a: b]\x1b[00039m", None),
            ("x [imerr \x1b]8;;https://a/b\x1b\\6206\x1b]8;;\x1b\\? a: b]", Some("x")),
            ("x [imerr \x1b]8;;https://a b\x1b\\6206\x1b]8;;\x1b\\ a: b]", None),
            ("x [imerr \x1b]8;;https://a\x1b\\\x1b]8;;\x1b\\ a: b]", None),
            ("x [imerr 6206 a: \x1b[31mb]", None),
            ("错 [imerr 6206 a: 购物车正被修改。 -> 请重试！] [imerr 7? c: é😀]", Some("错")),
            ("x \x1b[00031m[imerr 6206 a: 错（一）【二】]\x1b[00039m", Some("x")),
            ("x [imerr 6206 错: 错]", None),
            ("x [imerr 6206 错误]", None),
            ("x [imerr 6206 a: 错\u{9b}]", None),
            ("x [imerr 6206 a: 错\u{202e}]", None),
            (
                "{\"code\":6206,\"imerr\":{\"code\":6206,\"known\":true,\"meaning\":\"错\"}}",
                Some("{\"code\":6206}"),
            ),
            ("{\"code\":6206,\"imerr\":{\"code\":6206,\"known\":true}}", Some("{\"code\":6206}")),
            ("{\"code\":6206,\"imerr\":[{\"code\":-1,\"known\":true}]} ", Some("{\"code\":6206} ")),
            (
                "{\"a\":6,\"imerr\":{\"code\":6,\"known\":true},\"error.code\":\"6\"}",
                Some("{\"a\":6}"),
            ),
            ("{\"a\":6,\"imerr\":{\"code\":6,\"known\":true},\"error.kode\":\"6\"}", None),
            ("{\"a\":6,\"imerr\":{\"code\":6,\"known\":true},\"error.code\":\"6}", None),
            ("{\"code\":6206,\"imerr\":5}", None),
            ("{\"code\":6206,\"imerr\":{\"code\":6206}}", None),
            ("{\"code\":6206,\"imerr\":{\"code\":6206,\"known\":true},\"x\":1}", None),
            (
                "x=1 imerr_code=7 imerr_confidence=high imerr_meaning=\"a\" imerr_remedy=\"b\"",
                Some("x=1"),
            ),
            ("x=1 imerr_code=7 imerr_meaning=\"a\" imerr_remedy=\"b\"", None),
            ("", None),
        ];
        for (line, wanted) in rows {
            let without = find_annotation(line.as_bytes(), DEFAULT_KEY)
                .map(|range| [&line[..range.start], &line[range.end..]].concat());
            assert_eq!(without.as_deref(), wanted, "{line:?}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_no_annotation() {
        for line in [
            &b"x [imerr 6206 a: \xb4\xed\xce\xf3]"[..],
            b"x [imerr 6206 a: \xe9\x94]",
            b"{\"a\":6,\"imerr\":{\"code\":6,\"known\":true,\"meaning\":\"\xb4\xed\"}}",
            b"x=1 imerr_code=7 imerr_confidence=high imerr_meaning=\"\xb4\xed\" imerr_remedy=\"b\"",
        ] {
            assert_eq!(find_annotation(line, DEFAULT_KEY), None, "{}", line.escape_ascii());
        }
        // What stands before it may be anything.
        assert_eq!(
            find_annotation(
                &[&b"\xb4\xed"[..], " [imerr 6206 a: 错]".as_bytes()].concat(),
                DEFAULT_KEY
            ),
            Some(2..22)
        );
    }

    #[test]
    fn highlights_are_ours_in_a_line_with_a_signed_bracket() {
        let highlighted = "\x1b[32mcode:\x1b[0000;31m6206\x1b[0000;32m, \x1b[000";
        let rows = [
            (
                format!("{highlighted} \x1b[00031m[imerr 6206 a: b]\x1b[00039m"),
                "\x1b[32mcode:6206, \x1b[000".to_string(),
            ),
            (format!("{highlighted} \x1b[31m[imerr 6206 a: b]\x1b[0m"), highlighted.to_string()),
            (highlighted.to_string(), highlighted.to_string()),
        ];
        for (line, wanted) in rows {
            let own =
                PriorAnnotations::find(line.as_bytes(), DEFAULT_KEY, &crate::catalog::built_in())
                    .original(line.as_bytes())
                    .into_owned();
            assert_eq!(String::from_utf8_lossy(&own), wanted, "{line:?}");
        }
    }

    #[test]
    fn a_member_of_another_key_is_known_by_that_key() {
        let line = b"{\"a\":1,\"x \\\"y\":{\"code\":6,\"known\":false}}";
        assert_eq!(find_annotation(line, "x \"y"), Some(6..line.len() - 1));
        assert_eq!(find_annotation(line, DEFAULT_KEY), None);
        let own = b"{\"a\":1,\"error\":{\"code\":6}}";
        assert_eq!(find_annotation(own, "error"), None);
    }
}
