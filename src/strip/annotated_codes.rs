//! Reads the codes in annotations, wherever they were copied from.

use crate::catalog::{Lang, Severity};
use crate::language::{self, Label};
use crate::syntax::DEFAULT_KEY;

/// The codes that the annotations in `text` are about, each once: brackets, `imerr_codes=`, the
/// member of JSON lines, or the beginning of a text of `below`.
///
/// The annotations need not be complete: people copy parts of them.
pub fn annotated_codes(text: &str) -> Vec<i64> {
    let mut codes = Vec::new();
    let starts = [
        format!("[{DEFAULT_KEY} "),
        format!("{DEFAULT_KEY}_code="),
        format!("{DEFAULT_KEY}_codes="),
        format!("\"{DEFAULT_KEY}\":{{\"code\":"),
        format!("\"{DEFAULT_KEY}\":[{{\"code\":"),
    ];
    let mut found = Vec::new();
    for start in &starts {
        for (at, _) in text.match_indices(start.as_str()) {
            found.extend(listed_codes(&text[at + start.len()..]));
        }
    }
    found.extend(heading_code(text));
    for code in found {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The codes at the start of `text`, separated by commas.
fn listed_codes(mut text: &str) -> Vec<i64> {
    let mut codes = Vec::new();
    while let Some((code, rest)) = leading_number(text) {
        codes.push(code);
        let Some(next) = rest.strip_prefix(',') else { break };
        text = next;
    }
    codes
}

/// The code of `error 6206 (sdk/account): ...` or `unknown 99123: ...`, but not of a log line such
/// as `error 6206 occurred`.
fn heading_code(text: &str) -> Option<i64> {
    let (word, rest) = text.trim_start().split_once(' ')?;
    if !begins_heading(word) {
        return None;
    }
    let (code, rest) = leading_number(rest)?;
    let rest = rest.strip_prefix('?').unwrap_or(rest);
    [" (", ": ", "（", "："].iter().any(|next| rest.starts_with(next)).then_some(code)
}

/// Whether `word` is a severity, or the word for unknown codes, in any language.
fn begins_heading(word: &str) -> bool {
    Lang::ALL.iter().any(|lang| {
        let words = language::of(*lang);
        let mut severities = Severity::ALL.iter();
        word == words.label(Label::Unknown)
            || severities.any(|severity| word == words.severity(*severity))
    })
}

/// The number at the start of `text`, and the text after it.
fn leading_number(text: &str) -> Option<(i64, &str)> {
    let sign = usize::from(text.starts_with('-'));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(sign + digits);
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_annotations_are_read() {
        let rows: [(&str, &[i64]); 13] = [
            ("[imerr 6206 sdk/account error: ... -> repeat after 5 s]", &[6206]),
            ("x [imerr 6206? sdk/account ...] [imerr -10003 server/access ...", &[6206, -10003]),
            ("a=b imerr_code=6206 imerr_codes=6206,70001 imerr_system=sdk", &[6206, 70001]),
            (r#"{"msg":"x","imerr":{"code":6206,"known":true}}"#, &[6206]),
            (r#"{"msg":"x","imerr":[{"code":6206,"known":true}"#, &[6206]),
            ("       \terror 6206 (sdk/account): The UserSig has expired. \t ", &[6206]),
            ("错误 6206（sdk/account）：UserSig 已过期。", &[6206]),
            ("unknown 99123: No catalog has this code.", &[99123]),
            ("warning 6012? (see line 5)", &[6012]),
            ("警告 6012（见上文）", &[6012]),
            ("error 6206 occurred 5 times", &[]),
            ("[imerr x]", &[]),
            ("", &[]),
        ];
        for (text, wanted) in rows {
            assert_eq!(annotated_codes(text), wanted, "{text}");
        }
    }
}
