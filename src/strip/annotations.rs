//! Finds the annotations that earlier runs left in a line, whatever their format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::{below_lines, brackets, logfmt};
use crate::catalog::Catalog;
use crate::syntax::{
    SCHEMA_MEMBERS, find_meanings, json_member_start, tagged_sequences, without_tagged_suffix,
};

/// The annotation at the end of `line`, as the range to remove.
///
/// It is a run of brackets, a run of `imerr_` pairs, or the member `key` at the end of a JSON
/// object together with what a [schema](crate::format::LogSchema) adds after it. `line` has no line
/// end. The last [`ANNOTATION_LIMIT`](super::ANNOTATION_LIMIT) bytes of a line are enough to find
/// it.
pub fn find_annotation(line: &[u8], key: &str) -> Option<Range<usize>> {
    let start = match line.trim_ascii_end() {
        [object @ .., b'}'] => return Some(find_member(object, key)?..object.len()),
        trimmed if trimmed.len() < line.len() => return None,
        [.., b'"'] => logfmt::find(line)?,
        // A color ends with the letter.
        [.., b']' | b'm'] => brackets::find(line)?,
        _ => return None,
    };
    Some(start..line.len())
}

/// Where the member `key` at the end of a JSON object begins, with the comma in front of it.
/// `object` lacks its closing brace.
fn find_member(object: &[u8], key: &str) -> Option<usize> {
    let member_start = json_member_start(key);
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
}

impl PriorAnnotations {
    /// Finds the annotations in `line`, which has no line end. `key` is the key of the member in
    /// JSON lines. Meanings inside the line are compared with those of `catalog`.
    ///
    /// Of a very long line only the [annotation at its end](find_annotation) can be found.
    pub fn find(line: &[u8], key: &str, catalog: &Catalog) -> Self {
        let added_line_end = below_lines::added_line_end(line);
        let length = added_line_end.unwrap_or(line.len());
        let mut ranges = ranges_within(&line[..length], key, catalog);
        match ranges.last_mut() {
            Some(last) if last.end == length => last.end = line.len(),
            _ if added_line_end.is_some() => ranges.push(length..line.len()),
            _ => {}
        }
        Self { ranges, added_line_end }
    }

    /// Whether an added line end is all that was inserted.
    pub fn is_only_added_line_end(&self) -> bool {
        matches!(self.ranges.as_slice(), [only] if self.added_line_end == Some(only.start))
    }

    /// The original line. It is borrowed if nothing was inserted except at its end.
    pub fn original<'l>(&self, line: &'l [u8]) -> Cow<'l, [u8]> {
        match self.ranges.as_slice() {
            [] => Cow::Borrowed(line),
            [suffix] if suffix.end == line.len() => Cow::Borrowed(&line[..suffix.start]),
            ranges => {
                let mut original = Vec::with_capacity(line.len());
                let mut copied = 0;
                for range in ranges {
                    original.extend_from_slice(&line[copied..range.start]);
                    copied = range.end;
                }
                original.extend_from_slice(&line[copied..]);
                Cow::Owned(original)
            }
        }
    }
}

/// The ranges of all annotations in `line`, which has no added line end.
fn ranges_within(line: &[u8], key: &str, catalog: &Catalog) -> Vec<Range<usize>> {
    let Some(annotation) = find_annotation(line, key) else {
        return find_meanings(line, catalog);
    };
    let mut ranges = Vec::new();
    // Codes are highlighted only in lines whose annotation is tagged as well.
    if without_tagged_suffix(&line[..annotation.end]).is_some() {
        ranges.extend(tagged_sequences(&line[..annotation.start]));
    }
    ranges.push(annotation);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::DEFAULT_KEY;

    #[test]
    fn annotations_at_the_end_are_found() {
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
    fn highlights_are_removed_only_with_a_tagged_bracket() {
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
            let original =
                PriorAnnotations::find(line.as_bytes(), DEFAULT_KEY, &crate::catalog::built_in())
                    .original(line.as_bytes())
                    .into_owned();
            assert_eq!(String::from_utf8_lossy(&original), wanted, "{line:?}");
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
