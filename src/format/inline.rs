//! `inline`: what a code means, in brackets right behind it: `6206(The UserSig has expired)`.
//!
//! What is put in has no mark but itself: a bracket is ours when it stands behind a code and says what the catalog says of that
//! code, word by word. What could not be told from the log's own bytes is not put in; such a line gets brackets at its end,
//! as `append` writes them.

use std::ops::Range;

use super::highlight::{
    Spelling, WHOLE_LIMIT, signed_length, spelling, without_signed, write_styled,
};
use super::{Append, Line, Render, distinct, severity};
use crate::catalog::{Catalog, Entry};
use crate::detect::{Confidence, Finding};
use crate::terminal::ansi::SgrTracker;
use crate::terminal::{Role, Styles};

/// `6206(The UserSig has expired)` in place, once for each code.
///
/// Several meanings stand one behind the other, a doubtful finding has a question mark, and a code that no catalog holds is
/// `unknown to imerr`. For people: a line of JSON is none any more.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    styles: Styles,
    append: Append,
}

/// What parts the meanings of an ambiguous code.
const OR: &[u8] = b"; or ";
/// What is said of a code that no catalog holds.
const UNKNOWN: &str = "unknown to imerr";
/// How many codes of a line are explained.
const CODES_LIMIT: usize = 256;

impl Render for Inline {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        let start = out.len();
        let count = match line.text.len() {
            0..=WHOLE_LIMIT => self.put(line, catalog, out),
            _ => 0,
        };
        if count == 0 || find(&out[start..], catalog).len() != count {
            out.truncate(start);
            return self.append.render_line(line, catalog, out);
        }
        out.extend_from_slice(line.end);
    }

    /// Brackets as `append` writes them: of a very long line only the end can still be changed.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.append.long_line_end(line, catalog, out);
    }
}

impl Inline {
    /// With colors as `styles` has them.
    pub fn new(styles: Styles) -> Self {
        Self { append: Append::with_styles(styles.clone()), styles }
    }

    /// Writes the line with what is put in, and returns how often something is.
    fn put(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) -> usize {
        let mut findings = distinct(line.findings);
        findings.truncate(CODES_LIMIT);
        findings.sort_by_key(|finding| finding.end);
        let signs = spelling(line.text) == Spelling::Signed;
        let mut walk = SgrTracker::new(line.text);
        let mut written = 0;
        for finding in &findings {
            out.extend_from_slice(&line.text[written..finding.end]);
            written = finding.end;
            let style = self.styles.style(Role::of(severity(finding, catalog))).filter(|_| signs);
            match style.zip(walk.to(finding.end)) {
                Some((style, attributes)) => {
                    write_styled(attributes, style, out, |out| bracket(finding, catalog, out))
                }
                None => bracket(finding, catalog, out),
            }
        }
        out.extend_from_slice(&line.text[written..]);
        findings.len()
    }
}

fn bracket(finding: &Finding, catalog: &Catalog, out: &mut Vec<u8>) {
    out.push(b'(');
    if finding.meanings.is_unknown() {
        out.extend_from_slice(UNKNOWN.as_bytes());
    }
    for (rank, &place) in finding.meanings.ids().iter().enumerate() {
        out.extend_from_slice(if rank == 0 { b"" } else { OR });
        out.extend_from_slice(catalog.entry(place).phrase().as_bytes());
    }
    out.extend_from_slice(if finding.confidence == Confidence::Low { b"?)" } else { b")" });
}

/// What is put into `line`, in order.
pub(crate) fn find(line: &[u8], catalog: &Catalog) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for open in memchr::memchr_iter(b'(', line) {
        let is_inside = found.last().is_some_and(|last| open < last.end);
        found.extend(addition(line, open, catalog).filter(|_| !is_inside));
    }
    found
}

/// Where the next bracket opens that may have been put in, cheap to tell.
pub(crate) fn next(text: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'(', &text[from..])
        .map(|open| from + open)
        .find(|&open| may_open(text, open))
}

fn may_open(text: &[u8], open: usize) -> bool {
    let is_of_code = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let may_begin = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    open > 0 && is_of_code(&text[open - 1]) && text.get(open + 1).is_some_and(may_begin)
}

/// What opens at `open`, with its colors, if it was put in.
fn addition(line: &[u8], open: usize, catalog: &Catalog) -> Option<Range<usize>> {
    if !may_open(line, open) {
        return None;
    }
    let uncolored = without_signed(&line[..open]);
    let code = uncolored.unwrap_or(&line[..open]);
    let text = &line[open + 1..];
    let length = if let Some(rest) = text.strip_prefix(UNKNOWN.as_bytes()) {
        code.last().filter(|byte| byte.is_ascii_digit())?;
        UNKNOWN.len() + closing(rest)?
    } else {
        said(text, &entries(code, catalog))?
    };
    let end = open + 1 + length;
    let color = if uncolored.is_some() { signed_length(&line[end..])? } else { 0 };
    Some(code.len()..end + color)
}

/// The length of the closing bracket at the start of `text`.
fn closing(text: &[u8]) -> Option<usize> {
    match text {
        [b')', ..] => Some(1),
        [b'?', b')', ..] => Some(2),
        _ => None,
    }
}

/// The length of what `text` begins with, if it says meanings of `entries` and closes.
fn said(text: &[u8], entries: &[&Entry]) -> Option<usize> {
    let mut at = 0;
    loop {
        let goes_on = |rest: &[u8]| closing(rest).is_some() || rest.starts_with(OR);
        let length = entries.iter().find_map(|entry| {
            let phrase = entry.phrase().as_bytes();
            text[at..].strip_prefix(phrase).filter(|rest| goes_on(rest)).map(|_| phrase.len())
        })?;
        at += length;
        match closing(&text[at..]) {
            Some(closing) => return Some(at + closing),
            None => at += OR.len(),
        }
    }
}

/// The entries that the code at the end of `text` can stand for: a number, with or without a sign, or a name.
fn entries<'c>(text: &[u8], catalog: &'c Catalog) -> Vec<&'c Entry> {
    let run = |is_part: fn(&u8) -> bool| {
        let length = text.iter().rev().take(NAME_LIMIT).take_while(|byte| is_part(byte)).count();
        &text[text.len() - length..]
    };
    let number = std::str::from_utf8(run(u8::is_ascii_digit))
        .ok()
        .and_then(|digits| digits.parse::<i64>().ok());
    let numbers = number.into_iter().flat_map(|number| [number, -number]);
    let mut entries: Vec<&Entry> =
        numbers.flat_map(|number| catalog.entries_for_code(number)).collect();
    // A name may end in digits, and an escape of the log stand right before it.
    let name = run(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    for start in 0..name.len() {
        entries.extend(catalog.ids_for_name(&name[start..]).map(|id| catalog.entry(id)));
    }
    entries
}

/// The longest name that is looked for, in bytes.
const NAME_LIMIT: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::terminal::Theme;

    fn rendered(inline: &Inline, line: &str) -> String {
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
        inline.render_line(&line, detector.catalog(), &mut out);
        String::from_utf8(out).expect("the line is UTF-8")
    }

    #[test]
    fn the_meaning_stands_behind_the_code() {
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
            assert_eq!(rendered(&Inline::default(), line), wanted);
        }
    }

    #[test]
    fn colors_of_the_line_go_on() {
        let inline = Inline::new(Styles::colored(Theme::dark()));
        let wanted =
            "\x1b[1mimsdk code:6206\x1b[0000;31m(The UserSig has expired)\x1b[0000;1m, x\r\n";
        assert_eq!(rendered(&inline, "\x1b[1mimsdk code:6206, x"), wanted);
    }

    #[test]
    fn every_meaning_is_found_again() {
        let catalog = crate::catalog::built_in();
        for entry in catalog.entries() {
            let code = entry.codes.last;
            for text in
                [format!("{code}({})", entry.phrase()), format!("x-{code}({}?),", entry.phrase())]
            {
                let range = text.find('(').expect("a bracket opens")
                    ..text.rfind(')').expect("a bracket closes") + 1;
                assert_eq!(find(text.as_bytes(), &catalog), [range], "{text}");
            }
            for name in entry.names.iter() {
                let text = format!("\u{1b}[31m{name}({})", entry.phrase());
                assert_eq!(find(text.as_bytes(), &catalog).len(), 1, "{text}");
            }
        }
    }

    #[test]
    fn other_brackets_are_those_of_the_log() {
        let rows = [
            ("6206(The UserSig has expired)", 1),
            ("6206(The UserSig has expired.)", 0),
            ("6206(The UserSig has expired", 0),
            ("6206 (The UserSig has expired)", 0),
            ("6207(The UserSig has expired)", 0),
            ("(The UserSig has expired)", 0),
            ("onError(6206)", 0),
            ("6707(unknown to imerr)", 1),
            ("x(unknown to imerr)", 0),
            ("6206\x1b[00031m(The UserSig has expired)\x1b[00039m", 1),
            ("6206\x1b[00031m(The UserSig has expired)", 0),
            ("6206\x1b[31m(The UserSig has expired)\x1b[39m", 0),
        ];
        for (line, wanted) in rows {
            assert_eq!(
                find(line.as_bytes(), &crate::catalog::built_in()).len(),
                wanted,
                "{line:?}"
            );
        }
    }
}
