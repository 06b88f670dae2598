//! Recognizes the `imerr_` pairs that `logfmt` writes at the end of a line.

use crate::terminal::is_annotation_text;

/// Where the pairs at the end of `line` begin, with the blank in front of them. They are ours if
/// they are complete, in the order in which `logfmt` writes them, and the last thing on the line.
pub(super) fn find(line: &[u8]) -> Option<usize> {
    // A text of the catalog may contain the first key too.
    memchr::memmem::rfind_iter(line, FIRST)
        .find(|&start| are_pairs(&line[start + FIRST.len()..]).is_some())
}

/// The first key.
const FIRST: &[u8] = b" imerr_code=";

/// Whether `text` is the rest of complete pairs after the first key.
fn are_pairs(text: &[u8]) -> Option<()> {
    let mut rest = skip_run(text, is_code_byte)?;
    if let Some(codes) = rest.strip_prefix(b" imerr_codes=") {
        rest = skip_run(codes, |byte| is_code_byte(byte) || byte == b',')?;
    }
    if let Some(system) = rest.strip_prefix(b" imerr_system=") {
        let category = skip_word(system)?.strip_prefix(b" imerr_category=")?;
        let severity = skip_word(category)?.strip_prefix(b" imerr_severity=")?;
        rest = skip_word(severity)?;
    }
    let confidence = rest.strip_prefix(b" imerr_confidence=")?;
    let meaning = skip_word(confidence)?.strip_prefix(b" imerr_meaning=")?;
    let remedy = skip_quoted(meaning)?.strip_prefix(b" imerr_remedy=")?;
    skip_quoted(remedy)?.is_empty().then_some(())
}

fn is_code_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'-'
}

/// `text` after the word at its beginning.
fn skip_word(text: &[u8]) -> Option<&[u8]> {
    skip_run(text, |byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// `text` after the bytes at its beginning that are `part` of a run; None if there are none.
fn skip_run(text: &[u8], part: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let length = text.iter().take_while(|&&byte| part(byte)).count();
    (length > 0).then(|| &text[length..])
}

/// `text` after the quoted value at its beginning; None if no catalog can contain the value.
fn skip_quoted(text: &[u8]) -> Option<&[u8]> {
    let quoted = text.strip_prefix(b"\"")?;
    let mut end = 0;
    loop {
        match quoted.get(end)? {
            b'"' => break,
            b'\\' if matches!(quoted.get(end + 1)?, b'"' | b'\\') => end += 2,
            b'\\' => return None,
            _ => end += 1,
        }
    }
    is_annotation_text(&quoted[..end]).then(|| &quoted[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = " imerr_code=-6 imerr_codes=-6,7 imerr_system=sdk imerr_category=a-b \
                         imerr_severity=error imerr_confidence=low imerr_meaning=\"a\" \
                         imerr_remedy=\"b\"";
    const UNKNOWN: &str =
        r#" imerr_code=6 imerr_confidence=high imerr_meaning="a" imerr_remedy="b""#;

    #[test]
    fn only_a_complete_run_at_the_end_is_recognized() {
        for pairs in [KNOWN, UNKNOWN] {
            let rows = [
                (format!("x=1{pairs}"), Some(3)),
                (format!("{pairs}{pairs}"), Some(pairs.len())),
                (format!("x{pairs} "), None),
                (format!("x{pairs} y=\"1\""), None),
            ];
            for (line, wanted) in rows {
                assert_eq!(find(line.as_bytes()), wanted, "{line}");
            }
        }
    }

    #[test]
    fn a_value_may_contain_the_first_key() {
        let pairs = KNOWN.replace("\"a\"", "\"a imerr_code=7 b\"");
        assert_eq!(find(format!("x imerr_code=8{pairs}").as_bytes()), Some(14));
    }

    #[test]
    fn no_byte_may_be_missing_except_in_values() {
        for pairs in [KNOWN, UNKNOWN] {
            for at in 0..pairs.len() {
                let before = &pairs[..at];
                let is_in_value = before.rfind(' ') < before.rfind('=');
                let shortened = [before, &pairs[at + 1..]].concat();
                assert!(is_in_value || find(shortened.as_bytes()).is_none(), "{shortened}");
            }
        }
    }

    #[test]
    fn values_are_quoted_annotation_text() {
        let rows = [
            (r#""""#, true),
            (r#""a \"b\" \\""#, true),
            ("\"错误：\\\"é\\\" 😀\"", true),
            (r#""a" b""#, false),
            (r#""a \b""#, false),
            (r#""a"#, false),
            (r#"a"#, false),
            ("\"a\tb\"", false),
            ("\"错\u{85}\"", false),
        ];
        for (meaning, wanted) in rows {
            let line = format!(
                r#" imerr_code=6 imerr_confidence=low imerr_meaning={meaning} imerr_remedy="b""#
            );
            assert_eq!(find(line.as_bytes()).is_some(), wanted, "{meaning}");
        }
    }

    #[test]
    fn beginnings_of_pairs_are_not_recognized() {
        let lines = [
            "",
            "\"",
            " imerr_code=\"",
            " imerr_code=6\"",
            " imerr_code=6 imerr_meaning=\"a\" imerr_remedy=\"b\"",
        ];
        for line in lines {
            assert_eq!(find(line.as_bytes()), None, "{line}");
        }
    }
}
