//! `append`: the line as it is, then one bracket for each code in front of the line end.

use super::format::{page, role};
use super::highlight::{write_highlighted, write_styled};
use super::{Line, LineContext, Render};
use crate::catalog::{Entry, Lang};
use crate::detect::{Confidence, ResolvedFinding};
use crate::syntax::{ANNOTATION_LIMIT, BRACKET};
use crate::terminal::ansi::SgrState;
use crate::terminal::{Role, Styles};

/// Writes ` [imerr 6206 sdk/account error: MEANING -> REMEDY]` after the line.
///
/// With colors, the code, the severity and the arrow of each bracket have a color, the rest of it
/// is dim, and the codes in the line are highlighted. The line keeps its own colors. Of a very long
/// line only the brackets are written, without colors.
#[derive(Clone, Debug, Default)]
pub struct Append {
    pub(super) styles: Styles,
}

impl Render for Append {
    fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
        let state = write_highlighted(line, &self.styles, out);
        self.write_brackets(line, state.as_ref(), out);
        out.extend_from_slice(line.end);
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        self.write_brackets(line, None, out);
    }
}

impl Append {
    /// Uses the colors and links of `styles`.
    pub fn new(styles: Styles) -> Self {
        Self { styles }
    }

    /// Writes a bracket for each code. `state` has the colors at the end of the line if tagged
    /// sequences can be used.
    fn write_brackets(&self, line: &Line<'_>, state: Option<&SgrState<'_>>, out: &mut Vec<u8>) {
        if let [finding] = *line.findings {
            let finding = ResolvedFinding { finding, catalog: line.catalog };
            return self.write_bracket(&finding, state, out);
        }
        let start = out.len();
        let findings = line.distinct_findings();
        for (index, finding) in findings.iter().enumerate() {
            let bracket_start = out.len();
            self.write_bracket(finding, state, out);
            // `strip` keeps no more than the limit of a long line's end. Leave room for the count.
            if out.len() - start > ANNOTATION_LIMIT - 64 {
                out.truncate(bracket_start);
                let count = findings.len() - index;
                let rest = format!(" [imerr {} and {count} more codes on this line]", finding.code);
                return out.extend_from_slice(rest.as_bytes());
            }
        }
    }

    /// Writes a blank and a bracket.
    fn write_bracket(
        &self,
        finding: &ResolvedFinding<'_>,
        state: Option<&SgrState<'_>>,
        out: &mut Vec<u8>,
    ) {
        out.push(b' ');
        match state {
            Some(state) => self.write_colored_bracket(finding, state, out),
            None => self.write_plain_bracket(finding, out),
        }
    }

    fn write_colored_bracket(
        &self,
        finding: &ResolvedFinding<'_>,
        state: &SgrState<'_>,
        out: &mut Vec<u8>,
    ) {
        let pen = Pen { styles: &self.styles, state };
        pen.write(Role::Detail, BRACKET, out);
        let mut code = Vec::new();
        pen.write(role(finding), finding.code.to_string().as_bytes(), &mut code);
        self.styles.write_link(&code, || page(finding), out);
        let mut before = String::new();
        if finding.confidence == Confidence::Low {
            before.push('?');
        }
        if finding.entries.is_unknown() {
            pen.write(role(finding), (before + " unknown").as_bytes(), out);
            pen.write(Role::Detail, format!(": {}", finding.meaning()).as_bytes(), out);
            pen.write(Role::Fix, b" ->", out);
            return pen.write(Role::Detail, format!(" {}]", finding.remedy()).as_bytes(), out);
        }
        if finding.entries.is_ambiguous() {
            before.push_str(" ambiguous:");
        }
        for (rank, entry) in finding.entries().enumerate() {
            before.push_str(if rank == 0 { " " } else { " | or " });
            before.push_str(&format!("{}/{} ", entry.system, entry.category));
            pen.write(Role::Detail, before.as_bytes(), out);
            pen.write(Role::of(Some(entry.severity)), entry.severity.as_str().as_bytes(), out);
            let texts = entry.texts(finding.catalog.lang());
            pen.write(Role::Detail, format!(": {}", texts.meaning).as_bytes(), out);
            pen.write(Role::Fix, b" ->", out);
            before = format!(" {}", texts.remedy);
        }
        before.push(']');
        pen.write(Role::Detail, before.as_bytes(), out);
    }

    fn write_plain_bracket(&self, finding: &ResolvedFinding<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(BRACKET);
        let mut digits = itoa::Buffer::new();
        self.styles.write_link(digits.format(finding.code).as_bytes(), || page(finding), out);
        if finding.confidence == Confidence::Low {
            out.push(b'?');
        }
        if finding.entries.is_unknown() {
            out.extend_from_slice(b" unknown: ");
            out.extend_from_slice(finding.meaning().as_bytes());
            out.extend_from_slice(b" -> ");
            out.extend_from_slice(finding.remedy().as_bytes());
        } else if finding.entries.is_ambiguous() {
            out.extend_from_slice(b" ambiguous:");
        }
        for (rank, entry) in finding.entries().enumerate() {
            out.extend_from_slice(if rank == 0 { b" " } else { b" | or " });
            write_description(entry, finding.catalog.lang(), out);
        }
        out.push(b']');
    }
}

/// Writes text in the styles of roles, after a line that ends in the colors of `state`.
struct Pen<'p> {
    styles: &'p Styles,
    state: &'p SgrState<'p>,
}

impl Pen<'_> {
    fn write(&self, role: Role, text: &[u8], out: &mut Vec<u8>) {
        match self.styles.style(role) {
            Some(style) => {
                write_styled(self.state, style, out, |out| out.extend_from_slice(text));
            }
            None => out.extend_from_slice(text),
        }
    }
}

/// Writes `sdk/account error: MEANING -> REMEDY`.
///
/// Not an array of parts in a loop: that costs 7 % of the time of a log with a code on each line.
#[inline]
fn write_description(entry: &Entry, lang: Lang, out: &mut Vec<u8>) {
    let texts = entry.texts(lang);
    out.extend_from_slice(entry.system.as_bytes());
    out.push(b'/');
    out.extend_from_slice(entry.category.as_bytes());
    out.push(b' ');
    out.extend_from_slice(entry.severity.as_str().as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(texts.meaning.as_bytes());
    out.extend_from_slice(b" -> ");
    out.extend_from_slice(texts.remedy.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::syntax::{inserted_styles, without};
    use crate::terminal::Theme;
    use crate::testutil::render;

    fn rendered(line: &str, color: bool) -> String {
        let styles = if color { Styles::colored(Theme::dark()) } else { Styles::default() };
        render(&Append::new(styles), line.as_bytes(), b"\r\n")
    }

    #[test]
    fn the_bracket_is_in_front_of_the_line_end() {
        let line = rendered("imsdk code:6206", false);
        assert!(line.starts_with("imsdk code:6206 [imerr 6206 sdk/account error: "), "{line}");
        assert!(line.ends_with("]\r\n"), "{line}");
    }

    #[test]
    fn each_code_has_one_bracket() {
        let line = rendered("imsdk code:6206 error_code:6206 error_code:70001", false);
        assert_eq!(line.matches("[imerr 6206 ").count(), 1, "{line}");
        assert_eq!(line.matches("[imerr 70001 ").count(), 1, "{line}");
    }

    #[test]
    fn unknown_and_doubtful_codes_are_marked() {
        let unknown = " [imerr 6707 unknown: No catalog holds this code. -> Go by the text beside \
            it, and quote both to support.]\r\n";
        assert!(rendered("imsdk error_code:6707", false).ends_with(unknown));
        assert!(rendered("ret: 6206", false).contains("[imerr 6206? sdk/account"));
    }

    #[test]
    fn code_and_bracket_are_colored() {
        let line = rendered("imsdk code:6206, x", true);
        let bracket = [
            "imsdk code:\u{1b}[0001;38;5;203;4m6206\u{1b}[00022;39;24m, x \u{1b}[0002m[imerr \u{1b}[00022m",
            "\u{1b}[0001;38;5;203m6206\u{1b}[00022;39m\u{1b}[0002m sdk/account \u{1b}[00022m",
            "\u{1b}[0001;38;5;203merror\u{1b}[00022;39m\u{1b}[0002m: The UserSig has expired.\u{1b}[00022m",
            "\u{1b}[00038;5;114m ->\u{1b}[00039m\u{1b}[0002m Get a new",
        ];
        assert!(line.starts_with(&bracket.concat()), "{line:?}");
        assert!(line.ends_with("]\u{1b}[00022m\r\n"), "{line:?}");
    }

    #[test]
    fn the_colors_of_a_bracket_add_no_text() {
        for text in ["imsdk code:6206, x", "imsdk error_code:6707", "ret: 6206", "code:2001"] {
            let colored = rendered(text, true);
            let styles = inserted_styles(colored.as_bytes());
            assert!(styles.len() > 8, "{colored:?}");
            let plain = without(colored.as_bytes(), &styles);
            assert_eq!(String::from_utf8_lossy(&plain), rendered(text, false));
        }
    }

    #[test]
    fn the_line_keeps_its_own_colors() {
        let line = rendered("\x1b[33;4mimsdk code:6206, \x1b[1mx", true);
        let code = "code:\u{1b}[0000;1;38;5;203;4m6206\u{1b}[0000;4;33m, \u{1b}[1mx ";
        assert!(line.contains(&format!("{code}\u{1b}[0000;2m[imerr ")), "{line:?}");
        assert!(line.ends_with("]\u{1b}[0000;1;4;33m\r\n"), "{line:?}");
    }

    #[test]
    fn nothing_is_inserted_that_strip_could_not_distinguish() {
        for text in
            ["\x1b[0001mimsdk code:6206", "\x1b]0;imsdk code:6206", "\u{9b}1mimsdk code:6206"]
        {
            assert_eq!(rendered(text, true), rendered(text, false));
        }
    }

    #[test]
    fn a_code_links_to_its_page() {
        let append = Append::new(Styles::default().with_links(true));
        let line = render(&append, b"imsdk code:6206", b"\n");
        let catalog = catalog::built_in();
        let entry = catalog.entries_for_code(6206).next().expect("the code is known");
        let page = entry.page.as_deref().expect("the code has a page");
        let wanted = format!(
            "imsdk code:6206 [imerr \u{1b}]8;;{page}\u{1b}\\6206\u{1b}]8;;\u{1b}\\ sdk/account \
                error: "
        );
        assert!(line.starts_with(&wanted), "{line:?}");
    }

    #[test]
    fn a_line_full_of_codes_gets_a_bounded_annotation() {
        let line: String = (120_001..121_000).map(|code| format!("imsdk code:{code} ")).collect();
        let rendered = rendered(&line, false);
        assert!(rendered.len() - line.len() <= ANNOTATION_LIMIT);
        assert!(rendered.ends_with(" more codes on this line]\r\n"));
    }
}
