//! `append`: the line as it is, then one bracket for each code before the line end.

use std::sync::OnceLock;

use super::mark::ANNOTATION_LIMIT;
use super::{Line, Render, distinct};
use crate::catalog::{Catalog, Entry, Severity};
use crate::detect::{Confidence, Finding};

/// ` [imerr 6206 sdk/account error: MEANING -> REMEDY]` behind the line, in ASCII.
#[derive(Clone, Debug, Default)]
pub struct Append {
    color: bool,
    /// What is said of each entry, made when it is first needed: joining the parts again for each line takes most of the
    /// time of a log full of codes.
    descriptions: OnceLock<Descriptions>,
}

/// By the place of the entry.
type Descriptions = Box<[OnceLock<Box<[u8]>>]>;

const RESET: &[u8] = b"\x1b[0m";

impl Render for Append {
    fn line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        out.extend_from_slice(line.text);
        self.long_line_end(line, catalog, out);
        out.extend_from_slice(line.end);
    }

    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        if let [finding] = line.findings {
            return self.bracket(finding, catalog, out);
        }
        let start = out.len();
        let findings = distinct(line.findings);
        for (place, finding) in findings.iter().enumerate() {
            let before = out.len();
            self.bracket(finding, catalog, out);
            // Whoever takes annotations out again holds only so much of a line's end.
            if out.len() - start > ANNOTATION_LIMIT - 64 {
                out.truncate(before);
                let left = findings.len() - place;
                return out.extend_from_slice(format!(" [imerr {} and {left} more codes on this line]", finding.code).as_bytes());
            }
        }
    }
}

impl Append {
    /// With `color`, brackets are colored by severity. A renderer goes with one catalog.
    pub fn new(color: bool) -> Self {
        Self { color, descriptions: OnceLock::new() }
    }

    /// `sdk/account error: MEANING -> REMEDY`
    fn description(&self, place: u32, catalog: &Catalog) -> &[u8] {
        let all = self.descriptions.get_or_init(|| catalog.entries().iter().map(|_| OnceLock::new()).collect());
        all[place as usize].get_or_init(|| describe(catalog.entry(place)))
    }

    fn bracket(&self, finding: &Finding, catalog: &Catalog, out: &mut Vec<u8>) {
        let entries = || finding.meanings.places().iter().map(|&place| catalog.entry(place));
        out.push(b' ');
        if self.color {
            out.extend_from_slice(color(entries().map(|entry| entry.severity).max()));
        }
        out.extend_from_slice(b"[imerr ");
        out.extend_from_slice(itoa(finding.code, &mut [0; 20]));
        if finding.confidence == Confidence::Low {
            out.push(b'?');
        }
        match finding.meanings.places() {
            [] => out.extend_from_slice(
                b" unknown: No catalog holds this code. -> Go by the text beside it, and quote both to support.",
            ),
            [_] => {
                out.push(b' ');
                out.extend_from_slice(self.description(finding.meanings.places()[0], catalog));
            }
            _ => {
                out.extend_from_slice(b" ambiguous: ");
                for (rank, &place) in finding.meanings.places().iter().enumerate() {
                    out.extend_from_slice(if rank == 0 { b"" } else { b" | or " });
                    out.extend_from_slice(self.description(place, catalog));
                }
            }
        }
        out.push(b']');
        if self.color {
            out.extend_from_slice(RESET);
        }
    }
}

fn describe(entry: &Entry) -> Box<[u8]> {
    let Entry { system, category, severity, meaning, remedy, .. } = entry;
    format!("{system}/{category} {severity}: {meaning} -> {remedy}").into_bytes().into()
}

fn color(severity: Option<Severity>) -> &'static [u8] {
    match severity {
        None => b"\x1b[35m",
        Some(Severity::Info) => b"\x1b[36m",
        Some(Severity::Warning) => b"\x1b[33m",
        Some(Severity::Error) => b"\x1b[31m",
        Some(Severity::Fatal) => b"\x1b[1;31m",
    }
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
    use crate::detect::{Detector, Finding};

    fn rendered(line: &str, color: bool) -> String {
        let mut detector = Detector::built_in().with_unknown(true);
        let mut findings: Vec<Finding> = Vec::new();
        detector.detect(line.as_bytes(), &mut findings);
        let line = Line { file: "-", number: 1, offset: 0, text: line.as_bytes(), end: b"\r\n", findings: &findings };
        let mut out = Vec::new();
        Append::new(color).line(&line, detector.catalog(), &mut out);
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
    fn color_encloses_the_bracket() {
        let line = rendered("imsdk code:6206", true);
        assert!(line.contains(" \u{1b}[31m[imerr 6206 ") && line.ends_with("]\u{1b}[0m\r\n"), "{line:?}");
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
