//! The lines that `below` writes: knowing them again.
//!
//! Each begins with blanks and a tab as no program writes them; by them and by its form it is known without its neighbors. So
//! blocks can be taken out line by line, wherever the pieces of a file end, and annotating anew replaces them. Seven blanks and
//! a tab are as wide as eight blanks, also where tabs are narrower than usual.

use std::ops::Range;

use crate::terminal::LINK;
use crate::terminal::ansi::{sequence_len, sgr_parameters};
use crate::terminal::is_annotation_text;

/// The end of a line of the log that has none, but must not run into what comes next.
pub(crate) const ADDED_LINE_END: &[u8] = b"       \t \t\n";
/// What each line of a block begins with, or ends in if it has carets further left.
pub(crate) const MARK: &[u8] = b"       \t";
/// The columns of [`MARK`] at the start of a line.
pub(crate) const MARK_WIDTH: usize = 8;
/// What a line of the log ends in that has a line end only because a block follows. Holds [`MARK`].
pub(crate) const ADDED_LINE_END_MARK: &[u8] = b"       \t \t";

/// What stands between the mark and a field of a block.
pub(crate) const FIELD: &str = "= ";
/// What stands there before more of it.
pub(crate) const MORE: &str = "  ";
/// What stands there before an excerpt of the line above, and the carets below it.
pub(crate) const EXCERPT: &str = "| ";

/// Whether this, without its line end, is a line of a block: a field, more of one, an excerpt, or carets.
pub(crate) fn is_below_line(line: &[u8]) -> bool {
    if !line.first().is_some_and(|first| matches!(first, b' ' | b'^' | 0x1b))
        || memchr::memmem::find(line, MARK).is_none()
    {
        return false;
    }
    let plain = uncolored(line);
    match (plain.strip_prefix(MARK), plain.strip_suffix(MARK)) {
        (Some(rest), _) => {
            let text =
                rest.strip_prefix(FIELD.as_bytes()).or_else(|| rest.strip_prefix(MORE.as_bytes()));
            let excerpt = rest.strip_prefix(EXCERPT.as_bytes());
            text.is_some_and(is_text) || excerpt.is_some_and(is_excerpt) || are_carets(rest)
        }
        (None, Some(rest)) => {
            let before = rest.iter().take_while(|byte| **byte == b' ').count();
            before < MARK_WIDTH && rest.get(before) == Some(&b'^') && are_carets(rest)
        }
        (None, None) => false,
    }
}

/// Whether this can be what a field says, or a part of it.
fn is_text(text: &[u8]) -> bool {
    !text.starts_with(b" ") && is_excerpt(text)
}

/// Whether this can be an excerpt of a line.
fn is_excerpt(text: &[u8]) -> bool {
    text.last().is_some_and(|last| *last != b' ') && is_annotation_text(text)
}

/// Whether these are carets, behind which a code may be told in a few words.
fn are_carets(line: &[u8]) -> bool {
    let length = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'^')).count();
    let (carets, label) = line.split_at(length);
    carets.contains(&b'^') && if label.is_empty() { carets.ends_with(b"^") } else { is_text(label) }
}

/// The length of what a line itself says that has a line end only because a block follows.
pub(crate) fn added_line_end(line: &[u8]) -> Option<usize> {
    line.strip_suffix(ADDED_LINE_END_MARK).map(<[u8]>::len)
}

/// The lines of blocks in `lines` of `bytes`, with their ends.
pub(crate) fn find_below_lines(
    bytes: &[u8],
    lines: Range<usize>,
) -> impl Iterator<Item = Range<usize>> {
    let mut at = lines.start;
    std::iter::from_fn(move || {
        while let Some(found) = memchr::memmem::find(&bytes[at..lines.end], MARK) {
            let hit = at + found;
            let start =
                memchr::memrchr(b'\n', &bytes[at..hit]).map_or(at, |newline| at + newline + 1);
            let end = memchr::memchr(b'\n', &bytes[hit..lines.end])
                .map_or(lines.end, |newline| hit + newline + 1);
            at = end;
            let line = &bytes[start..end];
            let text = line
                .strip_suffix(b"\n")
                .map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text));
            if is_below_line(text) {
                return Some(start..end);
            }
        }
        None
    })
}

/// `text` without colors and links.
fn uncolored(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = memchr::memchr(0x1b, rest) {
        plain.extend_from_slice(&rest[..escape]);
        rest = &rest[escape..];
        let is_ours = sgr_parameters(rest).is_some() || rest.starts_with(LINK);
        match sequence_len(rest).filter(|_| is_ours) {
            Some(length) => rest = &rest[length..],
            None => break,
        }
    }
    plain.extend_from_slice(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_blocks_are_told_from_those_of_the_log() {
        let mark = std::str::from_utf8(MARK).expect("the mark is ASCII");
        let rows = [
            ("= help: Log in again.", true),
            ("  again.", true),
            ("\t  ^^^^  ^^", true),
            ("  ^^^^ sdk/account error: The UserSig has expired.", true),
            ("\x1b[31m^^^^\x1b[39m\x1b[0;31m", true),
            ("= \x1b[36msee\x1b[39m: x \x1b]8;;https://a\x1b\\6206\x1b]8;;\x1b\\", true),
            ("= h\u{e9} 购物车正被另一台设备修改。", true),
            ("  请在 1 秒后重试！", true),
            ("  ^^^^ my-app/cart warning: x^2 is no number, 错误。", true),
            ("| ...login failed, code: 6206, desc...", true),
            ("|   code: \x1b[31m6206\x1b[39m", true),
            ("|           ^^^^ sdk/account error: The UserSig has expired.", true),
            ("| x ", false),
            ("| x\ty", false),
            ("|", false),
            ("| ", false),
            ("= ", false),
            ("=  help: x", false),
            ("= help: x ", false),
            ("    again.", false),
            (" again.", false),
            ("= h\u{85}", false),
            ("= h\u{202e}", false),
            ("错 ^^^^", false),
            ("= a\tb", false),
            ("= \x1b[2Jx", false),
            ("x ^^^^", false),
            ("^^^^ ", false),
            ("^^^^       \t \t", false),
            ("", false),
        ];
        for (text, wanted) in rows {
            assert_eq!(is_below_line(format!("{mark}{text}").as_bytes()), wanted, "{text:?}");
            assert!(
                !is_below_line(text.as_bytes())
                    && !is_below_line(format!(" {mark}{text}").as_bytes()),
                "{text:?}"
            );
            assert!(!is_below_line(format!("        {text}").as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn carets_further_left_have_the_mark_behind_them() {
        let mark = std::str::from_utf8(MARK).expect("the mark is ASCII");
        let rows = [
            ("^^^^", true),
            ("       ^^^^  \t^^", true),
            ("  \x1b[31m^^^^\x1b[39m sdk/account error: The UserSig has expired.", true),
            ("        ^^^^", false),
            ("\t^^^^", false),
            ("^^^^ ", false),
            ("x ^^^^", false),
            ("", false),
        ];
        for (text, wanted) in rows {
            assert_eq!(is_below_line(format!("{text}{mark}").as_bytes()), wanted, "{text:?}");
            assert!(
                !is_below_line(text.as_bytes())
                    && !is_below_line(format!("{text}{mark} ").as_bytes()),
                "{text:?}"
            );
        }
        // The colors of the line above go on behind the mark.
        assert!(is_below_line(b"\x1b[0m  ^^^^       \t\x1b[0;31m"));
    }

    #[test]
    fn what_is_not_utf_8_is_no_line_of_a_block() {
        for text in [&b"= \xb4\xed"[..], b"  \xe9\x94", b"  ^^^^ a/b error: \xff"] {
            assert!(!is_below_line(&[MARK, text].concat()), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn they_are_found_among_others_with_their_ends() {
        let log = b"a       \t\n       \t= x\r\n^       \t\nb\n       \t= y";
        let found: Vec<&[u8]> =
            find_below_lines(log, 0..log.len()).map(|line| &log[line]).collect();
        assert_eq!(found, [&b"       \t= x\r\n"[..], b"^       \t\n", b"       \t= y"]);
    }
}
