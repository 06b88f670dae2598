//! The bytes that formats write and by which `strip` recognizes them.

use std::ops::Range;

use crate::terminal::ansi::sgr_parameters;

/// The longest annotation at the end of a line, in bytes. `strip` keeps no more than that of the
/// end of a very long line.
pub const ANNOTATION_LIMIT: usize = 64 << 10;

/// The key of the member that `json` adds to JSON lines, unless the user chooses another one.
pub const DEFAULT_KEY: &str = "imerr";

/// The longest line that an annotation is written into rather than after, in bytes. With everything
/// that is inserted, the line is still read back in one piece.
pub(crate) const INSERTION_LIMIT: usize = 256 << 10;

/// The beginning of an annotation of `append`, after a blank.
pub(crate) const BRACKET: &[u8] = b"[imerr ";

/// The beginning of a tagged SGR sequence, which is one that we inserted into a line.
///
/// The first parameter has three leading zeros, as in `ESC[0001;31m`. Terminals read that as
/// `ESC[1;31m`. No program writes it, so it distinguishes our sequences from those of the log.
pub(crate) const TAGGED_SGR: &[u8] = b"\x1b[000";

/// The beginning of each line that `below` inserts. A line whose carets leave no room for it at the
/// beginning has it after its text.
///
/// Seven blanks and a tab are as wide as eight blanks, also where tab stops are less than eight
/// columns apart.
pub(crate) const BELOW_MARK: &[u8] = b"       \t";
/// The width of [`BELOW_MARK`] at the beginning of a line.
pub(crate) const BELOW_MARK_WIDTH: usize = 8;
/// The end of each line that `below` inserts.
///
/// A log may have lines that begin with [`BELOW_MARK`], such as a stack trace that `nl` numbered.
/// Only a line with both marks was inserted. No format ends a line that it annotates with white
/// space, so annotating never makes such a line of a line of the log.
///
/// A terminal gets the marks too: what it shows is often recorded, as by `script`, `docker run -t`
/// and CI jobs. Without marks, the codes of blocks would be findings in such a record.
pub(crate) const BELOW_END: &[u8] = b" \t ";
/// The most columns of [`BELOW_END`] where tab stops are eight columns apart.
pub(crate) const BELOW_END_WIDTH: usize = 10;
/// The text between the mark and an excerpt of the line above, or the carets below an excerpt.
pub(crate) const EXCERPT: &str = "| ";
/// The end of a line that had no line end in the log, in front of the line end that was added.
/// Contains [`BELOW_MARK`].
pub(crate) const ADDED_LINE_END_MARK: &[u8] = b"       \t \t";
/// A line end with its mark, for a last line without a line end that other output follows.
pub(crate) const ADDED_LINE_END: &[u8] = b"       \t \t\n";

/// The names of the members that `json` adds besides its own, in all log schemas.
pub(crate) const SCHEMA_MEMBERS: [&str; 9] = [
    "error.code",
    "error.type",
    "error.message",
    "tencent.im.error.code",
    "tencent.im.error.name",
    "tencent.im.error.system",
    "tencent.im.error.category",
    "tencent.im.error.message",
    "tencent.im.error.remedy",
];

/// `,"KEY":`, the beginning of the member that `json` adds.
pub(crate) fn json_member_start(key: &str) -> String {
    format!(",{}:", serde_json::Value::from(key))
}

/// The parameters of a tagged sequence begin with this.
const TAG: &[u8] = b"000";

/// The parameters that end a style.
const STYLE_ENDS: [&[u8]; 7] = [b"22", b"23", b"24", b"27", b"29", b"39", b"49"];

/// The tagged sequences in `line`, in order, if all are in pairs as formats write them: one begins
/// a style, and the next one ends it after text. Otherwise none, since they are the log's own.
pub(crate) fn inserted_styles(line: &[u8]) -> Vec<Range<usize>> {
    let mut styles: Vec<Range<usize>> = Vec::new();
    // Most lines have no escape character. Preparing the search for several bytes costs more than
    // this.
    if memchr::memchr(0x1b, line).is_none() {
        return styles;
    }
    let mut next = 0;
    while let Some(offset) = memchr::memmem::find(&line[next..], TAGGED_SGR) {
        let start = next + offset;
        let Some(parameters) = tagged_parameters(&line[start..]) else { return Vec::new() };
        let is_end = styles.len() % 2 == 1;
        let is_after_text = start > next && !line[next..start].contains(&0x1b);
        if is_end && !(is_after_text && ends_style(parameters)) {
            return Vec::new();
        }
        next = start + b"\x1b[".len() + TAG.len() + parameters.len() + b"m".len();
        styles.push(start..next);
    }
    if styles.len() % 2 == 1 { Vec::new() } else { styles }
}

/// The parameters after the tag of the tagged sequence at the start of `text`.
fn tagged_parameters(text: &[u8]) -> Option<&[u8]> {
    sgr_parameters(text)?.strip_prefix(TAG)
}

/// Whether a sequence returns to the colors of the line: it resets all and sets them again, or
/// resets what a style sets.
fn ends_style(parameters: &[u8]) -> bool {
    parameters.starts_with(b"0")
        || parameters.split(|byte| *byte == b';').all(|one| STYLE_ENDS.contains(&one))
}

/// `text` without these ranges, which are in order.
pub(crate) fn without(text: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut rest = Vec::with_capacity(text.len());
    let mut copied = 0;
    for range in ranges {
        rest.extend_from_slice(&text[copied..range.start]);
        copied = range.end;
    }
    rest.extend_from_slice(&text[copied..]);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserted_styles_are_in_pairs() {
        let rows = [
            ("code:\x1b[00031;1m6206\x1b[00039;22m x", "code:6206 x"),
            ("\x1b[0000;31m6206\x1b[0000;4;33m, \x1b[00032m7\x1b[00039m", "6206, 7"),
            ("\x1b[31m6206\x1b[39m", "\x1b[31m6206\x1b[39m"),
            ("\x1b[00031m6206", "\x1b[00031m6206"),
            ("\x1b[0001m6206\x1b[0001m", "\x1b[0001m6206\x1b[0001m"),
            ("\x1b[00031m\x1b[00039m", "\x1b[00031m\x1b[00039m"),
            ("\x1b[00031ma\x1b[1mb\x1b[00039m", "\x1b[00031ma\x1b[1mb\x1b[00039m"),
            ("\x1b[00031ma\x1b[00039m \x1b[000", "\x1b[00031ma\x1b[00039m \x1b[000"),
            ("\x1b[000mx\x1b[000m", "\x1b[000mx\x1b[000m"),
            ("", ""),
        ];
        for (line, wanted) in rows {
            let plain = without(line.as_bytes(), &inserted_styles(line.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&plain), wanted, "{line:?}");
        }
    }
}
