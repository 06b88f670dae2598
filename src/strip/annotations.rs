//! Finds the annotations that earlier runs left in a line, whatever their format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::{below_lines, brackets, logfmt};
use crate::catalog::Catalog;
use crate::syntax::{SCHEMA_MEMBERS, find_meanings, inserted_styles, json_member_start, without};

/// The annotation at the end of `line`, as the range to remove.
///
/// It is a run of brackets, a run of `imerr_` pairs, or the member `key` at the end of a JSON
/// object together with what a [schema](crate::format::LogSchema) adds after it. `line` has no line
/// end and no colors of an annotation. The last [`ANNOTATION_LIMIT`](super::ANNOTATION_LIMIT) bytes
/// of a line are enough to find it.
pub fn find_annotation(line: &[u8], key: &str) -> Option<Range<usize>> {
    let start = match line.trim_ascii_end() {
        [object @ .., b'}'] => return Some(find_member(object, key)?..object.len()),
        trimmed if trimmed.len() < line.len() => return None,
        [.., b'"'] => logfmt::find(line)?,
        [.., b']'] => brackets::find(line)?,
        _ => return None,
    };
    Some(start..line.len())
}

/// Where the member `key` at the end of a JSON object begins, with the comma in front of it.
/// `object` lacks its closing brace.
fn find_member(object: &[u8], key: &str) -> Option<usize> {
    let member_start = json_member_start(key);
    // Few objects have the member, and the search from the end is slower.
    memchr::memmem::find(object, member_start.as_bytes())?;
    let start = memchr::memmem::rfind(object, member_start.as_bytes())?;
    let value = &object[start + member_start.len()..];
    let code = value.strip_prefix(b"[").unwrap_or(value).strip_prefix(b"{\"code\":")?;
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let is_ours = code[digits..].starts_with(b",\"known\":")
        && are_annotation_members(&object[start + 1..], key);
    is_ours.then_some(start)
}

/// Whether `members` are members of a JSON object, `key` and those that a log schema adds.
fn are_annotation_members(members: &[u8], key: &str) -> bool {
    let object = [b"{", members, b"}"].concat();
    // serde_json does not check whether an ignored value is UTF-8.
    let Ok(object) = std::str::from_utf8(&object) else { return false };
    let Ok(members) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(object) else {
        return false;
    };
    members.keys().all(|name| name == key || SCHEMA_MEMBERS.contains(&name.as_str()))
}

/// The annotations that earlier runs inserted into one line.
#[derive(Debug)]
pub(crate) struct PriorAnnotations {
    /// The ranges to remove, in order and disjoint.
    pub ranges: Vec<Range<usize>>,
    /// Where the original line ends if it had no line end; the last range begins there or before.
    pub added_line_end: Option<usize>,
    /// Whether text about a code was inserted, not only colors or a line end.
    pub has_text: bool,
}

impl PriorAnnotations {
    /// Finds the annotations in `line`, which has no line end. `key` is the key of the member in
    /// JSON lines. Meanings inside the line are compared with those of `catalog`.
    ///
    /// Of a very long line only the [annotation at its end](find_annotation) can be found.
    pub fn find(line: &[u8], key: &str, catalog: &Catalog) -> Self {
        if !may_have_annotations(line) {
            return Self { ranges: Vec::new(), added_line_end: None, has_text: false };
        }
        let added_line_end = below_lines::added_line_end(line);
        let length = added_line_end.unwrap_or(line.len());
        let (mut ranges, has_text) = ranges_within(&line[..length], key, catalog);
        match ranges.last_mut() {
            Some(last) if last.end == length => last.end = line.len(),
            _ if added_line_end.is_some() => ranges.push(length..line.len()),
            _ => {}
        }
        Self { ranges, added_line_end, has_text }
    }

    /// The original line. It is borrowed if nothing was inserted except at its end.
    pub fn original<'l>(&self, line: &'l [u8]) -> Cow<'l, [u8]> {
        match self.ranges.as_slice() {
            [] => Cow::Borrowed(line),
            [suffix] if suffix.end == line.len() => Cow::Borrowed(&line[..suffix.start]),
            ranges => Cow::Owned(without(line, ranges)),
        }
    }
}

/// A quick test: annotations end with one of a few bytes at the end of a line, or have a bracket or
/// an escape character.
fn may_have_annotations(line: &[u8]) -> bool {
    let Some(last) = line.last() else { return false };
    matches!(last, b'}' | b']' | b'"')
        || last.is_ascii_whitespace()
        || memchr::memchr2(b')', 0x1b, line).is_some()
}

/// The ranges of all annotations and their colors in `line`, which has no added line end, and
/// whether there is more than colors.
fn ranges_within(line: &[u8], key: &str, catalog: &Catalog) -> (Vec<Range<usize>>, bool) {
    let styles = inserted_styles(line);
    if styles.is_empty() {
        let texts = texts_within(line, key, catalog);
        let has_text = !texts.is_empty();
        return (texts, has_text);
    }
    let texts = texts_within(&without(line, &styles), key, catalog);
    let has_text = !texts.is_empty();
    (with_styles(styles, &texts), has_text)
}

/// The ranges of all annotations in `line`, which has no colors of annotations.
fn texts_within(line: &[u8], key: &str, catalog: &Catalog) -> Vec<Range<usize>> {
    match find_annotation(line, key) {
        Some(annotation) => vec![annotation],
        None => find_meanings(line, catalog),
    }
}

/// `styles` and `texts` as ranges of a line. The ranges of `texts` are those in the line without
/// `styles`, and not empty.
fn with_styles(styles: Vec<Range<usize>>, texts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut all = Vec::with_capacity(styles.len() + texts.len());
    for text in texts {
        all.push(styled_position(&styles, text.start)..styled_position(&styles, text.end - 1) + 1);
    }
    all.extend(styles);
    all.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for range in all {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The position in a line with `styles` of a byte of the line without them.
fn styled_position(styles: &[Range<usize>], plain: usize) -> usize {
    let mut position = plain;
    for style in styles {
        if style.start > position {
            break;
        }
        position += style.len();
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::DEFAULT_KEY;

    #[test]
    fn annotations_at_the_end_are_found() {
        let rows: [(&str, Option<&str>); 33] = [
            ("code:6206 [imerr 6206 sdk/account error: A. -> B.]", Some("code:6206")),
            ("code:6206 [imerr 6206? sdk/account error: A. -> B.]", Some("code:6206")),
            ("x [imerr 6206 a: b] [imerr -10003 c: d]", Some("x")),
            (" [imerr 6206 a: b]", Some("")),
            ("[imerr 6206 a: b]", None),
            ("x [imerr 6206]", None),
            ("x [imerr a: b]", None),
            ("x [imerr 6206 a: b] ", None),
            ("x [imerr 6206 a [b]]", None),
            ("x [other 6206 a: b]", None),
            ("x [INFO]", None),
            ("x [imerr \x1b]8;;https://a/b\x1b\\6206\x1b]8;;\x1b\\? a: b]", Some("x")),
            ("x [imerr \x1b]8;;https://a b\x1b\\6206\x1b]8;;\x1b\\ a: b]", None),
            ("x [imerr \x1b]8;;https://a\x1b\\\x1b]8;;\x1b\\ a: b]", None),
            ("x [imerr 6206 a: \x1b[31mb]", None),
            ("错 [imerr 6206 a: 购物车正被修改。 -> 请重试！] [imerr 7? c: é😀]", Some("错")),
            ("x [imerr 6206 a: 错（一）【二】]", Some("x")),
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
    fn an_annotation_is_utf_8() {
        for line in [
            &b"x [imerr 6206 a: \xb4\xed\xce\xf3]"[..],
            b"x [imerr 6206 a: \xe9\x94]",
            b"{\"a\":6,\"imerr\":{\"code\":6,\"known\":true,\"meaning\":\"\xb4\xed\"}}",
            b"x=1 imerr_code=7 imerr_confidence=high imerr_meaning=\"\xb4\xed\" imerr_remedy=\"b\"",
        ] {
            assert_eq!(find_annotation(line, DEFAULT_KEY), None, "{}", line.escape_ascii());
        }
        // The line in front of it may have any bytes.
        assert_eq!(
            find_annotation(
                &[&b"\xb4\xed"[..], " [imerr 6206 a: 错]".as_bytes()].concat(),
                DEFAULT_KEY
            ),
            Some(2..22)
        );
    }

    #[test]
    fn colors_of_annotations_are_removed() {
        let rows = [
            ("code:\x1b[00031m6206\x1b[00039m", "code:6206"),
            (
                "a \x1b[0002m[imerr \x1b[00022m\x1b[00031m6206\x1b[00039m\x1b[0002m a: b]\x1b[00022m",
                "a",
            ),
            ("6\x1b[00031m206\x1b[00039m \x1b[00031m[imerr 6206 a: b]\x1b[00039m", "6206"),
            ("\x1b[32mcode:\x1b[0000;31m6206\x1b[0000;32m, x", "\x1b[32mcode:6206, x"),
            (
                "\x1b[00031m6206\x1b[00039m\x1b[00031m(The UserSig has expired)\x1b[00039m, x",
                "6206, x",
            ),
            (
                "{\"a\":\x1b[00031m6\x1b[00039m\x1b[00031m,\"imerr\":\x1b[00039m\x1b[0002m{\"code\":6,\
                 \"known\":true}\x1b[00022m}",
                "{\"a\":6}",
            ),
            ("x \x1b[31m[imerr 6206 a: b]\x1b[0m", "x \x1b[31m[imerr 6206 a: b]\x1b[0m"),
            ("x \x1b[00031m[imerr 6206 a: b]", "x \x1b[00031m[imerr 6206 a: b]"),
        ];
        for (line, wanted) in rows {
            for end in ["", "       \t \t"] {
                let line = format!("{line}{end}");
                let found = PriorAnnotations::find(
                    line.as_bytes(),
                    DEFAULT_KEY,
                    &crate::catalog::built_in(),
                );
                let original = found.original(line.as_bytes()).into_owned();
                assert_eq!(String::from_utf8_lossy(&original), wanted, "{line:?}");
            }
        }
    }

    #[test]
    fn a_member_of_another_key_is_found_by_that_key() {
        let line = b"{\"a\":1,\"x \\\"y\":{\"code\":6,\"known\":false}}";
        assert_eq!(find_annotation(line, "x \"y"), Some(6..line.len() - 1));
        assert_eq!(find_annotation(line, DEFAULT_KEY), None);
        let unannotated = b"{\"a\":1,\"error\":{\"code\":6}}";
        assert_eq!(find_annotation(unannotated, "error"), None);
    }
}
