//! `inline`: the meaning of each code, in brackets after it: `6206(The UserSig has expired)`.
//!
//! The brackets have no mark of their own; `strip` recognizes them by the code and the meaning. If
//! it would not find exactly the brackets that were inserted into a line, the line gets brackets at
//! its end instead, as `append` writes them.

use std::ops::Range;

use super::format::role;
use super::highlight::{can_be_tagged, write_styled};
use super::{Append, Line, LineContext, Render};
use crate::detect::{Confidence, ResolvedFinding};
use crate::syntax::{INSERTION_LIMIT, MEANING_SEPARATOR, UNKNOWN_MEANING, find_meanings};
use crate::terminal::Styles;
use crate::terminal::ansi::SgrTracker;

/// Writes `6206(The UserSig has expired)`, once for each code of the line.
///
/// Several meanings follow each other, a doubtful code has a question mark, and a code that is in
/// no catalog is `unknown to imerr`. For human readers: a JSON line is not JSON any more.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    append: Append,
}

/// The most codes of a line that are explained.
const CODES_LIMIT: usize = 256;

impl Render for Inline {
    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        let start = out.len();
        if line.text.len() <= INSERTION_LIMIT {
            let inserted = self.write_with_meanings(line, out);
            if find_meanings(&out[start..], line.catalog) == inserted {
                return out.extend_from_slice(line.end);
            }
            out.truncate(start);
        }
        self.append.render_line(line, context, out);
    }

    /// Writes brackets as `append` does: only the end of a very long line can be changed.
    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        self.append.long_line_end(line, out);
    }
}

impl Inline {
    /// Uses the colors of `styles`.
    pub fn new(styles: Styles) -> Self {
        Self { append: Append::new(styles) }
    }

    /// Writes the line with the meanings of its codes, and returns their ranges in it.
    fn write_with_meanings(&self, line: &Line<'_>, out: &mut Vec<u8>) -> Vec<Range<usize>> {
        let start = out.len();
        let mut findings = line.distinct_findings();
        findings.truncate(CODES_LIMIT);
        findings.sort_by_key(|finding| finding.end);
        let is_taggable = can_be_tagged(line.text);
        let mut tracker = SgrTracker::new(line.text);
        let mut written = 0;
        let mut inserted = Vec::with_capacity(findings.len());
        for finding in &findings {
            out.extend_from_slice(&line.text[written..finding.end]);
            written = finding.end;
            let bracket_start = out.len() - start;
            if is_taggable
                && let Some(style) = self.append.styles.style(role(finding))
                && let Some(state) = tracker.state_at(finding.end)
            {
                write_styled(state, style, out, |out| write_bracket(finding, out));
            } else {
                write_bracket(finding, out);
            }
            inserted.push(bracket_start..out.len() - start);
        }
        out.extend_from_slice(&line.text[written..]);
        inserted
    }
}

fn write_bracket(finding: &ResolvedFinding<'_>, out: &mut Vec<u8>) {
    out.push(b'(');
    if finding.meanings.is_unknown() {
        out.extend_from_slice(UNKNOWN_MEANING.as_bytes());
    }
    for (rank, entry) in finding.entries().enumerate() {
        if rank > 0 {
            out.extend_from_slice(MEANING_SEPARATOR);
        }
        out.extend_from_slice(entry.phrase().as_bytes());
    }
    if finding.confidence == Confidence::Low {
        out.push(b'?');
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;
    use crate::testutil::render;

    #[test]
    fn the_meaning_follows_the_code() {
        let rows = [
            ("imsdk code:6206, x", "imsdk code:6206(The UserSig has expired), x\r\n"),
            (
                "imsdk code:6206 code:6206 x",
                "imsdk code:6206(The UserSig has expired) code:6206 x\r\n",
            ),
            ("imsdk onError(6206)", "imsdk onError(6206(The UserSig has expired))\r\n"),
            (
                "imsdk ERR_USER_SIG_EXPIRED",
                "imsdk ERR_USER_SIG_EXPIRED(The UserSig has expired)\r\n",
            ),
            ("imsdk error_code:6707", "imsdk error_code:6707(unknown to imerr)\r\n"),
            ("ret: 6206", "ret: 6206(The UserSig has expired?)\r\n"),
        ];
        for (line, wanted) in rows {
            assert_eq!(render(&Inline::default(), line.as_bytes(), b"\r\n"), wanted);
        }
    }

    #[test]
    fn the_line_keeps_its_own_colors() {
        let inline = Inline::new(Styles::colored(Theme::dark()));
        let wanted =
            "\x1b[1mimsdk code:6206\x1b[0000;31m(The UserSig has expired)\x1b[0000;1m, x\n";
        assert_eq!(render(&inline, b"\x1b[1mimsdk code:6206, x", b"\n"), wanted);
    }
}
