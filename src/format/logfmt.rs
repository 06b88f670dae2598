//! `logfmt`: the line as it is, then `key=value` pairs before the line end.
//!
//! Many readers of logfmt keep only the last of several equal keys, so the pairs stand there once: those of the code of the
//! worst severity, and `imerr_codes` with all codes where a line holds several. The order of the pairs is fixed; by it they
//! are told from pairs of the log when they are taken out again.

use std::fmt::Write as _;

use super::{Line, Render, distinct, worst};
use crate::catalog::Catalog;
use crate::detect::Finding;
use crate::strip::ANNOTATION_LIMIT;
use crate::terminal::is_annotation_text;

/// ` imerr_code=6206 imerr_system=sdk imerr_category=account imerr_severity=error imerr_confidence=high imerr_meaning="..."
/// imerr_remedy="..."` behind the line.
///
/// Several codes stand in `imerr_codes=6206,70001` behind the first pair. An unknown code has no `imerr_system` to
/// `imerr_severity`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Logfmt;

impl Render for Logfmt {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        out.extend_from_slice(line.text);
        self.long_line_end(line, catalog, out);
        out.extend_from_slice(line.end);
    }

    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        out.extend_from_slice(pairs(line.findings, catalog).as_bytes());
    }
}

/// Room for the pairs of one code: four meanings and remedies in characters of four bytes.
const ONE_CODE: usize = 16 << 10;

fn pairs(findings: &[Finding], catalog: &Catalog) -> String {
    let finding = worst(findings, catalog);
    let mut pairs = format!(" imerr_code={}", finding.code);
    push_codes(&mut pairs, &distinct(findings));
    if let Some(&place) = finding.meanings.ids().first() {
        let entry = catalog.entry(place);
        let (system, category, severity) = (&entry.system, &entry.category, entry.severity);
        write!(pairs, " imerr_system={system} imerr_category={category} imerr_severity={severity}")
            .expect("a String takes all text");
    }
    pairs += " imerr_confidence=";
    pairs += finding.confidence.as_str();
    push_quoted(&mut pairs, " imerr_meaning=", &finding.meanings.meaning(catalog));
    push_quoted(&mut pairs, " imerr_remedy=", &finding.meanings.remedy(catalog));
    pairs
}

/// Writes the codes of a line that holds several, as far as whoever takes annotations out again holds the line's end.
fn push_codes(pairs: &mut String, findings: &[Finding]) {
    for (place, finding) in findings.iter().enumerate().filter(|_| findings.len() > 1) {
        if pairs.len() > ANNOTATION_LIMIT - ONE_CODE {
            return;
        }
        *pairs += if place == 0 { " imerr_codes=" } else { "," };
        *pairs += &finding.code.to_string();
    }
}

fn push_quoted(pairs: &mut String, key: &str, value: &str) {
    *pairs += key;
    pairs.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            pairs.push('\\');
        }
        pairs.push(c);
    }
    pairs.push('"');
}

/// Where the pairs at the end of `line` begin, with the blank before them, if they are ours: all of them, in order, up to
/// the very end.
pub(crate) fn start(line: &[u8]) -> Option<usize> {
    const FIRST: &[u8] = b" imerr_code=";
    // Every line without pairs ends otherwise, nearly.
    if line.last() != Some(&b'"') {
        return None;
    }
    let start = memchr::memmem::rfind(line, FIRST)?;
    let rest = without(&line[start + FIRST.len()..], is_of_code)?;
    let codes = |text| without(text, |byte| is_of_code(byte) || byte == b',');
    let rest = rest.strip_prefix(b" imerr_codes=").map_or(Some(rest), codes)?;
    let rest = match rest.strip_prefix(b" imerr_system=") {
        Some(system) => {
            let category = word(system)?.strip_prefix(b" imerr_category=")?;
            word(word(category)?.strip_prefix(b" imerr_severity=")?)?
        }
        None => rest,
    };
    let meaning =
        word(rest.strip_prefix(b" imerr_confidence=")?)?.strip_prefix(b" imerr_meaning=")?;
    let remedy = quoted(meaning)?.strip_prefix(b" imerr_remedy=")?;
    quoted(remedy)?.is_empty().then_some(start)
}

fn is_of_code(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'-'
}

/// `text` without the word that it begins with.
fn word(text: &[u8]) -> Option<&[u8]> {
    without(text, |byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// `text` without the run of such bytes that it begins with, if it does.
fn without(text: &[u8], is_part: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let length = text.iter().take_while(|&&byte| is_part(byte)).count();
    (length > 0).then(|| &text[length..])
}

/// `text` without the quoted value that it begins with, if a catalog can say that.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    let (mut at, mut is_ascii) = (1, true);
    text.first().filter(|&&byte| byte == b'"')?;
    loop {
        match text.get(at)? {
            b'"' => return (is_ascii || is_annotation_text(&text[1..at])).then(|| &text[at + 1..]),
            b'\\' if matches!(text.get(at + 1)?, b'"' | b'\\') => at += 2,
            b'\\' => return None,
            b' '..=b'~' => at += 1,
            0x80.. => (at, is_ascii) = (at + 1, false),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::detect::Detector;

    fn rendered(line: &str) -> String {
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
        Logfmt.render_line(&line, detector.catalog(), &mut out);
        String::from_utf8(out).expect("the line is UTF-8")
    }

    /// The pairs of a line, read as logfmt is.
    fn read(line: &str) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::new();
        let mut rest = line.trim_end();
        while let Some((before, behind)) = rest.split_once('=') {
            let key = before.rsplit(' ').next().unwrap_or_default();
            let end = match behind.strip_prefix('"') {
                Some(_) => {
                    behind.len() - quoted(behind.as_bytes()).expect("quotes are closed").len()
                }
                None => behind.find(' ').unwrap_or(behind.len()),
            };
            assert_eq!(
                pairs.insert(key.to_string(), behind[..end].to_string()),
                None,
                "{key} stands there twice: {line}"
            );
            rest = &behind[end..];
        }
        pairs
    }

    #[test]
    fn the_pairs_stand_before_the_line_end() {
        let line = rendered("level=error imsdk code=6206");
        let pairs = " imerr_code=6206 imerr_system=sdk imerr_category=account imerr_severity=error imerr_confidence=high imerr_meaning=\"The UserSig has expired.\" imerr_remedy=\"";
        assert!(line.starts_with(&format!("level=error imsdk code=6206{pairs}")), "{line}");
        assert!(line.ends_with("\"\r\n"), "{line}");
        assert_eq!(read(&line)["code"], "6206");
    }

    #[test]
    fn of_several_codes_the_worst_is_told() {
        let pairs = read(&rendered(
            "imsdk error_code:-10113 error_code:6206 error_code:6707 error_code:6206",
        ));
        assert_eq!(
            (pairs["imerr_code"].as_str(), pairs["imerr_codes"].as_str()),
            ("6206", "-10113,6206,6707")
        );
        assert_eq!(pairs["imerr_severity"], "error");
    }

    #[test]
    fn an_unknown_code_has_words_of_its_own() {
        let pairs = read(&rendered("imsdk error_code:6707"));
        assert_eq!(
            (&*pairs["imerr_code"], &*pairs["imerr_meaning"]),
            ("6707", "\"No catalog holds this code.\"")
        );
        assert!(!pairs.contains_key("imerr_system") && !pairs.contains_key("imerr_severity"));
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        let mut pairs = String::new();
        push_quoted(&mut pairs, " k=", r#"a "b" \c"#);
        assert_eq!(pairs, r#" k="a \"b\" \\c""#);
        assert_eq!(quoted(&pairs.as_bytes()[3..]), Some(&b""[..]));
    }

    #[test]
    fn a_line_full_of_codes_gets_bounded_pairs() {
        let line: String = (120_001..130_000).map(|code| format!("imsdk code:{code} ")).collect();
        let rendered = rendered(&line);
        assert!(rendered.len() - line.len() <= ANNOTATION_LIMIT);
        assert_eq!(start(rendered.trim_end_matches("\r\n").as_bytes()), Some(line.len()));
    }

    #[test]
    fn only_a_whole_run_at_the_end_is_ours() {
        let ours = r#" imerr_code=-6 imerr_codes=-6,7 imerr_system=sdk imerr_category=a-b imerr_severity=error imerr_confidence=low imerr_meaning="a" imerr_remedy="b""#;
        let unknown = r#" imerr_code=6 imerr_confidence=high imerr_meaning="a" imerr_remedy="b""#;
        for ours in [ours, unknown] {
            assert_eq!(start(format!("x=1{ours}").as_bytes()), Some(3), "{ours}");
            assert_eq!(start(format!("{ours}{ours}").as_bytes()), Some(ours.len()), "{ours}");
            assert_eq!(start(format!("x{ours} ").as_bytes()), None, "{ours}");
            assert_eq!(start(format!("x{ours} y=\"1\"").as_bytes()), None, "{ours}");
            // Not one byte of it can be missing, but for letters, digits and commas of values.
            for at in 0..ours.len() {
                let less = [&ours[..at], &ours[at + 1..]].concat();
                let is_of_value = ours.as_bytes()[..at].iter().rposition(|&byte| byte == b' ')
                    < ours[..at].rfind('=');
                assert!(is_of_value || start(less.as_bytes()).is_none(), "{less}");
            }
        }
        let told = |meaning: &str| {
            start(
                format!(
                    r#" imerr_code=6 imerr_confidence=low imerr_meaning={meaning} imerr_remedy="b""#
                )
                .as_bytes(),
            )
        };
        assert_eq!([r#""""#, r#""a \"b\" \\""#].map(told), [Some(0), Some(0)]);
        assert_eq!(told("\"错误：\\\"é\\\" 😀\""), Some(0));
        assert_eq!(
            [r#""a" b""#, r#""a \b""#, r#""a"#, r#"a"#, "\"错\u{85}\""].map(told),
            [None; 5]
        );
        for line in [
            "",
            "\"",
            " imerr_code=\"",
            " imerr_code=6\"",
            " imerr_code=6 imerr_meaning=\"a\" imerr_remedy=\"b\"",
        ] {
            assert_eq!(start(line.as_bytes()), None, "{line}");
        }
    }
}
