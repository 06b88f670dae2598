//! `append`: the line as it is, then one bracket for each code before the line end.

use std::sync::OnceLock;

use super::highlight::{Spelling, highlighted, spelling, write_styled};
use super::{Line, Render, distinct, page, severity};
use crate::catalog::{Catalog, Entry, EntryId};
use crate::detect::{Confidence, Finding};
use crate::strip::ANNOTATION_LIMIT;
use crate::terminal::ansi::SgrState;
use crate::terminal::{Role, Styles, Theme};

/// ` [imerr 6206 sdk/account error: MEANING -> REMEDY]` behind the line.
///
/// With colors, brackets have that of their severity, and the codes in the line are highlighted; what the line's own colors
/// are goes on behind both. A very long line is not held whole, and only gets its brackets.
#[derive(Clone, Debug, Default)]
pub struct Append {
    styles: Styles,
    /// What is said of each entry, made when it is first needed: joining the parts again for each line takes most of the
    /// time of a log full of codes.
    descriptions: OnceLock<Descriptions>,
}

/// By the place of the entry.
type Descriptions = Box<[OnceLock<Box<[u8]>>]>;

const RESET: &[u8] = b"\x1b[0m";

impl Render for Append {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        let signs = self.styles.theme().is_some() && spelling(line.text) == Spelling::Signed;
        let dress = signs
            .then(|| highlighted(line.text, line.findings, &self.styles, catalog, out))
            .flatten();
        if dress.is_none() {
            out.extend_from_slice(line.text);
        }
        self.brackets(line.findings, dress.as_ref(), catalog, out);
        out.extend_from_slice(line.end);
    }

    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.brackets(line.findings, None, catalog, out);
    }
}

impl Append {
    /// With `color`, in the colors for a dark background. A renderer goes with one catalog.
    pub fn new(color: bool) -> Self {
        Self::with_styles(if color { Styles::colored(Theme::dark()) } else { Styles::none() })
    }

    /// With colors and links as `styles` has them.
    pub fn with_styles(styles: Styles) -> Self {
        Self { styles, descriptions: OnceLock::new() }
    }

    /// Writes a bracket for each code. `dress` tells how the line goes on, if it was given highlights.
    fn brackets(
        &self,
        findings: &[Finding],
        dress: Option<&SgrState<'_>>,
        catalog: &Catalog,
        out: &mut Vec<u8>,
    ) {
        if let [finding] = findings {
            return self.bracket(finding, dress, catalog, out);
        }
        let start = out.len();
        let findings = distinct(findings);
        for (place, finding) in findings.iter().enumerate() {
            let before = out.len();
            self.bracket(finding, dress, catalog, out);
            // Whoever takes annotations out again holds only so much of a line's end.
            if out.len() - start > ANNOTATION_LIMIT - 64 {
                out.truncate(before);
                let left = findings.len() - place;
                return out.extend_from_slice(
                    format!(" [imerr {} and {left} more codes on this line]", finding.code)
                        .as_bytes(),
                );
            }
        }
    }

    /// `sdk/account error: MEANING -> REMEDY`
    fn description(&self, place: EntryId, catalog: &Catalog) -> &[u8] {
        let all = self
            .descriptions
            .get_or_init(|| catalog.entries().iter().map(|_| OnceLock::new()).collect());
        all[place.index()].get_or_init(|| describe(catalog.entry(place)))
    }

    /// Writes a blank and a bracket.
    fn bracket(
        &self,
        finding: &Finding,
        dress: Option<&SgrState<'_>>,
        catalog: &Catalog,
        out: &mut Vec<u8>,
    ) {
        out.push(b' ');
        let Some(theme) = self.styles.theme() else { return self.bare(finding, catalog, out) };
        let style = theme.style(Role::of(severity(finding, catalog)));
        match dress {
            Some(attributes) => {
                write_styled(attributes, style, out, |out| self.bare(finding, catalog, out))
            }
            None => {
                out.extend_from_slice(b"\x1b[");
                out.extend_from_slice(style.on().as_bytes());
                out.push(b'm');
                self.bare(finding, catalog, out);
                out.extend_from_slice(RESET);
            }
        }
    }

    fn bare(&self, finding: &Finding, catalog: &Catalog, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[imerr ");
        self.styles.write_link(itoa(finding.code, &mut [0; 20]), || page(finding, catalog), out);
        if finding.confidence == Confidence::Low {
            out.push(b'?');
        }
        match finding.meanings.ids() {
            [] => out.extend_from_slice(
                b" unknown: No catalog holds this code. -> Go by the text beside it, and quote both to support.",
            ),
            [_] => {
                out.push(b' ');
                out.extend_from_slice(self.description(finding.meanings.ids()[0], catalog));
            }
            _ => {
                out.extend_from_slice(b" ambiguous: ");
                for (rank, &place) in finding.meanings.ids().iter().enumerate() {
                    out.extend_from_slice(if rank == 0 { b"" } else { b" | or " });
                    out.extend_from_slice(self.description(place, catalog));
                }
            }
        }
        out.push(b']');
    }
}

fn describe(entry: &Entry) -> Box<[u8]> {
    let Entry { system, category, severity, meaning, remedy, .. } = entry;
    format!("{system}/{category} {severity}: {meaning} -> {remedy}").into_bytes().into()
}

/// The digits of `number`, with its sign.
fn itoa(number: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    fn rendered(line: &str, color: bool) -> String {
        rendered_by(&Append::new(color), line)
    }

    fn rendered_by(append: &Append, line: &str) -> String {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, line.as_bytes());
        let line = Line {
            file: "stdin",
            number: 1,
            offset: 0,
            text: line.as_bytes(),
            end: b"\r\n",
            findings: &findings,
        };
        let mut out = Vec::new();
        append.render_line(&line, detector.catalog(), &mut out);
        String::from_utf8(out).expect("the line is UTF-8")
    }

    #[test]
    fn the_bracket_stands_before_the_line_end() {
        let line = rendered("imsdk code:6206", false);
        assert!(line.starts_with("imsdk code:6206 [imerr 6206 sdk/account error: "), "{line}");
        assert!(line.ends_with("]\r\n"), "{line}");
    }

    #[test]
    fn each_code_is_told_once() {
        let line = rendered("imsdk code:6206 error_code:6206 error_code:70001", false);
        assert_eq!(line.matches("[imerr 6206 ").count(), 1, "{line}");
        assert_eq!(line.matches("[imerr 70001 ").count(), 1, "{line}");
    }

    #[test]
    fn unknown_and_doubtful_codes_have_words_of_their_own() {
        assert!(rendered("imsdk error_code:6707", false).contains("[imerr 6707 unknown: "));
        assert!(rendered("ret: 6206", false).contains("[imerr 6206? sdk/account"));
    }

    #[test]
    fn color_encloses_code_and_bracket() {
        let line = rendered("imsdk code:6206, x", true);
        assert!(
            line.starts_with(
                "imsdk code:\u{1b}[00031;1;4m6206\u{1b}[00039;22;24m, x \u{1b}[00031m[imerr 6206 "
            ),
            "{line:?}"
        );
        assert!(line.ends_with("]\u{1b}[00039m\r\n"), "{line:?}");
    }

    #[test]
    fn the_colors_of_the_line_go_on_behind_ours() {
        let line = rendered("\x1b[33;4mimsdk code:6206, \x1b[1mx", true);
        let code = "code:\u{1b}[0000;31;1;4m6206\u{1b}[0000;4;33m, \u{1b}[1mx ";
        assert!(line.contains(&format!("{code}\u{1b}[0000;31m[imerr 6206 ")), "{line:?}");
        assert!(line.ends_with("]\u{1b}[0000;1;4;33m\r\n"), "{line:?}");
    }

    #[test]
    fn nothing_is_put_where_it_could_not_be_told_from_the_log() {
        for text in
            ["\x1b[0001mimsdk code:6206", "\x1b]0;imsdk code:6206", "\u{9b}1mimsdk code:6206"]
        {
            let line = rendered(text, true);
            assert!(
                line.starts_with(&format!("{text} \u{1b}[31m[imerr 6206 "))
                    && line.ends_with("]\u{1b}[0m\r\n"),
                "{line:?}"
            );
        }
    }

    #[test]
    fn a_code_leads_to_its_page() {
        let styles = Styles::none().with_links(true);
        let line = rendered_by(&Append::with_styles(styles), "imsdk code:6206");
        let page = crate::catalog::built_in()
            .entries_for_code(6206)
            .next()
            .and_then(|entry| entry.page.clone())
            .expect("there is a page");
        let wanted = format!(
            "imsdk code:6206 [imerr \u{1b}]8;;{page}\u{1b}\\6206\u{1b}]8;;\u{1b}\\ sdk/account error: "
        );
        assert!(line.starts_with(&wanted), "{line:?}");
    }

    #[test]
    fn numbers_are_written_with_all_their_digits() {
        for number in [0, 7, -7, 10, -10003, 130_000, i64::MAX, i64::MIN] {
            assert_eq!(itoa(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }

    #[test]
    fn a_line_full_of_codes_gets_a_bounded_annotation() {
        let line: String = (120_001..121_000).map(|code| format!("imsdk code:{code} ")).collect();
        let rendered = rendered(&line, false);
        assert!(rendered.len() - line.len() <= ANNOTATION_LIMIT);
        assert!(rendered.ends_with(" more codes on this line]\r\n"));
    }
}
