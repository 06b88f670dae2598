//! `inline`: the meaning of each code, in brackets after it: `6206(The UserSig has expired)`.
//!
//! The brackets have no mark of their own; `strip` recognizes them by the code and the meaning. If
//! it would not find exactly the brackets that were inserted into a line, the line gets brackets at
//! its end instead, as `append` writes them.

use std::ops::Range;

use super::format::role;
use super::highlight::{colors_at_end, write_styled};
use super::{Append, Line, LineContext, Render};
use crate::detect::{Confidence, ResolvedFinding};
use crate::language;
use crate::syntax::{INSERTION_LIMIT, find_meanings};
use crate::terminal::ansi::SgrTracker;
use crate::terminal::{Role, Styles};

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
            let inserted = self.write_with_meanings(line, false, out);
            if find_meanings(&out[start..], line.catalog) == inserted {
                if colors_at_end(line.text, &self.append.styles).is_some() {
                    out.truncate(start);
                    self.write_with_meanings(line, true, out);
                }
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

    /// Writes the line with the meanings of its codes, and returns their ranges in it. If it is
    /// `colored`, the codes are highlighted.
    fn write_with_meanings(
        &self,
        line: &Line<'_>,
        colored: bool,
        out: &mut Vec<u8>,
    ) -> Vec<Range<usize>> {
        let start = out.len();
        let styles = &self.append.styles;
        let mut explained = line.distinct_findings();
        explained.truncate(CODES_LIMIT);
        let mut tracker = SgrTracker::new(line.text);
        let mut written = 0;
        let mut inserted = Vec::with_capacity(explained.len());
        for finding in line.findings() {
            if finding.start < written {
                continue;
            }
            out.extend_from_slice(&line.text[written..finding.start]);
            written = finding.end;
            let code = &line.text[finding.start..finding.end];
            let state = if colored { tracker.state_at(finding.start) } else { None };
            match (state, styles.code_style(role(&finding))) {
                (Some(state), Some(style)) => {
                    write_styled(state, &style, out, |out| out.extend_from_slice(code));
                }
                _ => out.extend_from_slice(code),
            }
            if !explained.iter().any(|one| one.start == finding.start) {
                continue;
            }
            let bracket_start = out.len() - start;
            match (state, styles.style(Role::Detail)) {
                (Some(state), Some(style)) => {
                    write_styled(state, style, out, |out| write_bracket(&finding, out));
                }
                _ => write_bracket(&finding, out),
            }
            inserted.push(bracket_start..out.len() - start);
        }
        out.extend_from_slice(&line.text[written..]);
        inserted
    }
}

fn write_bracket(finding: &ResolvedFinding<'_>, out: &mut Vec<u8>) {
    let lang = finding.catalog.lang();
    let words = language::of(lang);
    out.push(b'(');
    if finding.entries.is_unknown() {
        out.extend_from_slice(words.unknown_inline().as_bytes());
    }
    for (rank, entry) in finding.entries().enumerate() {
        if rank > 0 {
            out.extend_from_slice(words.inline_separator().as_bytes());
        }
        out.extend_from_slice(entry.texts(lang).phrase().as_bytes());
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
        let wanted = "\x1b[1mimsdk code:\x1b[0000;1;38;5;203;4m6206\x1b[0000;1m\
             \x1b[0000;2m(The UserSig has expired)\x1b[0000;1m, x\n";
        assert_eq!(render(&inline, b"\x1b[1mimsdk code:6206, x", b"\n"), wanted);
    }
}
