//! Recognizes the lines that `below` inserts.
//!
//! Each line is recognized by its marks and its form alone, without its neighbors. So blocks can be
//! removed line by line, wherever the input is split, and annotating a log again replaces them.
//!
//! Annotating a line of the log must not turn it into a recognized one. It cannot: a recognized
//! line ends with [`BELOW_END`], and what is written at the end of a line never ends with white
//! space.

use std::ops::Range;

use crate::input::split_terminator;
use crate::syntax::{ADDED_LINE_END_MARK, BELOW_END, BELOW_MARK, BELOW_MARK_WIDTH};
use crate::terminal::ansi::{sequence_len, sgr_parameters};
use crate::terminal::{LINK, is_annotation_text};

/// Whether `line`, without its line end, was inserted by `below`: text, an excerpt, or carets.
pub(crate) fn is_below_line(line: &[u8]) -> bool {
    let Some(line) = line.strip_suffix(BELOW_END) else { return false };
    let may_begin = matches!(line.first(), Some(b' ' | b'^' | 0x1b));
    if !may_begin || memchr::memmem::find(line, BELOW_MARK).is_none() {
        return false;
    }
    let plain = without_styles(line);
    if let Some(rest) = plain.strip_prefix(BELOW_MARK) {
        is_marked_text(rest)
    } else if let Some(carets) = plain.strip_suffix(BELOW_MARK) {
        // The mark follows the text only if it had no room in front of the first caret.
        let indent = carets.iter().take_while(|byte| **byte == b' ').count();
        indent < BELOW_MARK_WIDTH && carets.get(indent) == Some(&b'^') && are_carets(carets)
    } else {
        false
    }
}

/// Whether `text` can follow the mark at the beginning of a line: carets, or text after blanks and
/// the tabs of the line above.
fn is_marked_text(text: &[u8]) -> bool {
    let indent = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    is_text(&text[indent..]) || are_carets(text)
}

/// Whether `text` is printable and ends with text.
fn is_text(text: &[u8]) -> bool {
    text.last().is_some_and(|last| *last != b' ') && is_annotation_text(text)
}

/// Whether `line` consists of carets and perhaps text after them.
fn are_carets(line: &[u8]) -> bool {
    let length = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'^')).count();
    let (carets, text) = line.split_at(length);
    match text {
        [] => carets.ends_with(b"^"),
        _ => carets.contains(&b'^') && is_text(text),
    }
}

/// Where the mark of an added line end begins in `line`, if it ends with one. The original line
/// ends there.
pub(crate) fn added_line_end(line: &[u8]) -> Option<usize> {
    line.strip_suffix(ADDED_LINE_END_MARK).map(<[u8]>::len)
}

/// The lines in `range` of `bytes` that `below` inserted, with their line ends, in order.
pub(crate) fn find_below_lines(
    bytes: &[u8],
    range: Range<usize>,
) -> impl Iterator<Item = Range<usize>> {
    let mut next = range.start;
    std::iter::from_fn(move || {
        while let Some(offset) = memchr::memmem::find(&bytes[next..range.end], BELOW_MARK) {
            let line = line_around(bytes, next..range.end, next + offset);
            next = line.end;
            if is_below_line(split_terminator(&bytes[line.clone()]).0) {
                return Some(line);
            }
        }
        None
    })
}

/// The line around `position`, with its line end. `range` begins at the start of a line.
pub(super) fn line_around(bytes: &[u8], range: Range<usize>, position: usize) -> Range<usize> {
    let newline_before = memchr::memrchr(b'\n', &bytes[range.start..position]);
    let newline_after = memchr::memchr(b'\n', &bytes[position..range.end]);
    let start = newline_before.map_or(range.start, |offset| range.start + offset + 1);
    let end = newline_after.map_or(range.end, |offset| position + offset + 1);
    start..end
}

fn without_styles(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = memchr::memchr(0x1b, rest) {
        plain.extend_from_slice(&rest[..escape]);
        rest = &rest[escape..];
        let is_style = sgr_parameters(rest).is_some() || rest.starts_with(LINK);
        match sequence_len(rest) {
            Some(length) if is_style => rest = &rest[length..],
            _ => break,
        }
    }
    plain.extend_from_slice(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(line: &str) -> Vec<u8> {
        [line.as_bytes(), BELOW_END].concat()
    }

    #[test]
    fn lines_with_the_mark_at_the_beginning_are_recognized() {
        let mark = std::str::from_utf8(BELOW_MARK).expect("the mark is ASCII");
        let rows = [
            ("error 6206 (sdk/account): The UserSig has expired.", true),
            ("     again.", true),
            ("  \t    again.", true),
            ("\t  ^^^^  ^^", true),
            ("  ^^^^ error 6206 (see line 5)", true),
            ("  \t  ^^^^ error 6206 (see line 5)", true),
            ("\x1b[31m^^^^\x1b[39m\x1b[0;31m", true),
            ("\x1b]8;;https://a\x1b\\\x1b[31merror 6206\x1b[39m\x1b]8;;\x1b\\: x", true),
            ("fix: h\u{e9} 购物车正被另一台设备修改。", true),
            ("  ^^^^ error 880000 (my-app/cart): x^2 is no number, 错误。", true),
            ("| ...login failed, code: 6206, desc...", true),
            ("|   code: \x1b[31m6206\x1b[39m", true),
            ("|           ^^^^ error 6206 (see line 5)", true),
            ("x ^^^^", true),
            ("x ", false),
            (" ", false),
            ("| x\ty", false),
            ("fix: h\u{85}", false),
            ("fix: h\u{202e}", false),
            ("a\tb", false),
            ("\x1b[2Jx", false),
            ("^^^^ ", false),
            ("^^^^       \t \t", false),
            ("", false),
        ];
        for (text, wanted) in rows {
            assert_eq!(is_below_line(&ended(&format!("{mark}{text}"))), wanted, "{text:?}");
            for other in [text.to_string(), format!(" {mark}{text}"), format!("        {text}")] {
                assert!(!is_below_line(&ended(&other)), "{other:?}");
            }
            for end in ["", " ", "\t", " \t", "\t ", " \t  ", "  \t "] {
                let line = format!("{mark}{}{end}", text.trim_end());
                assert!(!is_below_line(line.as_bytes()), "{line:?}");
            }
        }
    }

    #[test]
    fn carets_with_the_mark_at_the_end_are_recognized() {
        let mark = std::str::from_utf8(BELOW_MARK).expect("the mark is ASCII");
        let rows = [
            ("^^^^", true),
            ("       ^^^^  \t^^", true),
            ("  \x1b[31m^^^^\x1b[39m error 6206 (see line 5)", true),
            ("  ^^^^ x\ty", false),
            ("  x", false),
            ("        ^^^^", false),
            ("\t^^^^", false),
            ("^^^^ ", false),
            ("x ^^^^", false),
            ("", false),
        ];
        for (text, wanted) in rows {
            assert_eq!(is_below_line(&ended(&format!("{text}{mark}"))), wanted, "{text:?}");
            for other in [text.to_string(), format!("{text}{mark} ")] {
                assert!(!is_below_line(&ended(&other)), "{other:?}");
            }
            assert!(!is_below_line(format!("{text}{mark}").as_bytes()), "{text:?}");
        }
        // After the mark, the colors of the line above are restored.
        assert!(is_below_line(&ended("\x1b[0m  ^^^^       \t\x1b[0;31m")));
    }

    #[test]
    fn lines_that_are_not_utf_8_are_not_recognized() {
        for text in [&b"= \xb4\xed"[..], b"  \xe9\x94", b"  ^^^^ a/b error: \xff"] {
            let line = [BELOW_MARK, text, BELOW_END].concat();
            assert!(!is_below_line(&line), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn lines_are_found_with_their_line_ends() {
        let log =
            b"a       \t \t \n       \t= x \t \r\n^       \t \t \n       \t  b\n       \t= y \t ";
        let found: Vec<&[u8]> =
            find_below_lines(log, 0..log.len()).map(|line| &log[line]).collect();
        let wanted = [&b"       \t= x \t \r\n"[..], b"^       \t \t \n", b"       \t= y \t "];
        assert_eq!(found, wanted);
    }
}
