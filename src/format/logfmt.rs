//! `logfmt`: the line as it is, then `key=value` pairs in front of the line end.
//!
//! Many readers of logfmt keep only the last of several equal keys, so each key is written once.
//! The pairs describe the code of the worst severity; `imerr_codes` lists all codes of the line if
//! there are several. `strip` recognizes the pairs by their fixed order.

use std::fmt::Write as _;

use super::{Line, LineContext, Render};
use crate::detect::ResolvedFinding;
use crate::syntax::ANNOTATION_LIMIT;

/// Writes ` imerr_code=6206 imerr_system=sdk imerr_category=account imerr_severity=error
/// imerr_confidence=high imerr_meaning="..." imerr_remedy="..."` after the line.
///
/// If the line has several codes, `imerr_codes=6206,70001` follows the first pair. An unknown code
/// has no `imerr_system`, `imerr_category` and `imerr_severity`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Logfmt;

/// Room for the pairs of one code: four meanings and remedies in characters of four bytes.
const ONE_CODE_LIMIT: usize = 16 << 10;

impl Render for Logfmt {
    fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
        out.extend_from_slice(line.text);
        self.long_line_end(line, out);
        out.extend_from_slice(line.end);
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(pairs(line).as_bytes());
    }
}

fn pairs(line: &Line<'_>) -> String {
    let finding = line.worst_finding();
    let mut pairs = format!(" imerr_code={}", finding.code);
    let findings = line.distinct_findings();
    if findings.len() > 1 {
        push_codes(&mut pairs, &findings);
    }
    if let Some(entry) = finding.entry() {
        let (system, category, severity) = (&entry.system, &entry.category, entry.severity);
        write!(pairs, " imerr_system={system} imerr_category={category} imerr_severity={severity}")
            .expect("a String takes all text");
    }
    pairs.push_str(" imerr_confidence=");
    pairs.push_str(finding.confidence.as_str());
    push_quoted(&mut pairs, " imerr_meaning=", &finding.meaning());
    push_quoted(&mut pairs, " imerr_remedy=", &finding.remedy());
    pairs
}

/// Writes all codes of a line, as many as fit into an annotation.
fn push_codes(pairs: &mut String, findings: &[ResolvedFinding<'_>]) {
    for (index, finding) in findings.iter().enumerate() {
        if pairs.len() > ANNOTATION_LIMIT - ONE_CODE_LIMIT {
            return;
        }
        pairs.push_str(if index == 0 { " imerr_codes=" } else { "," });
        pairs.push_str(&finding.code.to_string());
    }
}

fn push_quoted(pairs: &mut String, key: &str, value: &str) {
    pairs.push_str(key);
    pairs.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            pairs.push('\\');
        }
        pairs.push(c);
    }
    pairs.push('"');
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::strip::find_annotation;
    use crate::syntax::DEFAULT_KEY;
    use crate::testutil::render;

    /// The pairs of the annotated `line`, read like a logfmt reader does.
    fn read(line: &str) -> BTreeMap<String, String> {
        let line = render(&Logfmt, line.as_bytes(), b"");
        let mut pairs = BTreeMap::new();
        let mut rest = line.as_str();
        while let Some((before, value)) = rest.split_once('=') {
            let key = before.rsplit(' ').next().unwrap_or_default();
            let length = match value.strip_prefix('"') {
                Some(quoted) => quoted.find('"').expect("quotes are closed") + 2,
                None => value.find(' ').unwrap_or(value.len()),
            };
            let previous = pairs.insert(key.to_string(), value[..length].to_string());
            assert_eq!(previous, None, "{key} is written twice: {line}");
            rest = &value[length..];
        }
        pairs
    }

    #[test]
    fn the_pairs_are_in_front_of_the_line_end() {
        let line = render(&Logfmt, b"level=error imsdk code=6206", b"\r\n");
        let pairs = " imerr_code=6206 imerr_system=sdk imerr_category=account \
            imerr_severity=error imerr_confidence=high imerr_meaning=\"The UserSig has expired.\" \
            imerr_remedy=\"";
        assert!(line.starts_with(&format!("level=error imsdk code=6206{pairs}")), "{line}");
        assert!(line.ends_with("\"\r\n"), "{line}");
        assert_eq!(read("level=error imsdk code=6206")["code"], "6206");
    }

    #[test]
    fn the_worst_of_several_codes_is_described() {
        let pairs = read("imsdk error_code:-10113 error_code:6206 error_code:6707 error_code:6206");
        assert_eq!(pairs["imerr_code"], "6206");
        assert_eq!(pairs["imerr_codes"], "-10113,6206,6707");
        assert_eq!(pairs["imerr_severity"], "error");
    }

    #[test]
    fn an_unknown_code_has_no_entry() {
        let pairs = read("imsdk error_code:6707");
        assert_eq!(pairs["imerr_code"], "6707");
        assert_eq!(pairs["imerr_meaning"], "\"No catalog holds this code.\"");
        assert!(!pairs.contains_key("imerr_system") && !pairs.contains_key("imerr_severity"));
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        let mut pairs = String::new();
        push_quoted(&mut pairs, " k=", r#"a "b" \c"#);
        assert_eq!(pairs, r#" k="a \"b\" \\c""#);
    }

    #[test]
    fn a_line_full_of_codes_gets_bounded_pairs() {
        let line: String = (120_001..130_000).map(|code| format!("imsdk code:{code} ")).collect();
        let rendered = render(&Logfmt, line.as_bytes(), b"");
        assert!(rendered.len() - line.len() <= ANNOTATION_LIMIT);
        let annotation = find_annotation(rendered.as_bytes(), DEFAULT_KEY);
        assert_eq!(annotation, Some(line.len()..rendered.len()));
    }
}
