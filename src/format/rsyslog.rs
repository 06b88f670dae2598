//! `rsyslog`: one line of JSON for each line of the log: what a co-process answers.
//!
//! `mmexternal` of rsyslog writes a message to a program, waits for one line, and merges its
//! members into the message. `$!` is the tree of the message's variables, so a configuration reads
//! a code as `$!imerr!code`. An answer that is missing, or one too many, would shift all later ones
//! to other messages.
//!
//! A path into the tree cannot go through an array, so the answer describes the code of the worst
//! severity, as `logfmt` does.

use super::json_members::{EntryMembers, push_json, push_meanings};
use super::{FormatProperties, Line, LineContext, Render};
use crate::syntax::DEFAULT_KEY;

/// Writes `{"$!":{"imerr":{"code":6206,"known":true,...}}}` for a line with codes, with the members
/// of `json`, and `{}` for each other line.
///
/// If the line has several codes, `"codes":[6206,70001]` follows the code, with at most the first
/// 64. A last line without a line end has an answer too.
#[derive(Clone, Debug)]
pub struct Rsyslog {
    /// `{"$!":{"KEY":{"code":`
    start: String,
}

/// The most codes of a line that are listed.
const CODES_LIMIT: usize = 64;

impl Default for Rsyslog {
    fn default() -> Self {
        Self::new(DEFAULT_KEY)
    }
}

impl Rsyslog {
    /// The member of the message's variables is called `key`.
    pub fn new(key: &str) -> Self {
        let mut start = Vec::new();
        push_json(&mut start, "{\"$!\":{", key);
        start.extend_from_slice(b":{\"code\":");
        Self { start: String::from_utf8(start).expect("JSON is UTF-8") }
    }

    fn push_answer(&self, line: &Line<'_>, members: &mut EntryMembers, out: &mut Vec<u8>) {
        let finding = line.worst_finding();
        push_json(out, &self.start, &finding.code);
        let findings = line.distinct_findings();
        if findings.len() > 1 {
            let codes: Vec<i64> = findings.iter().map(|one| one.code).take(CODES_LIMIT).collect();
            push_json(out, ",\"codes\":", &codes);
        }
        push_meanings(out, &finding, members);
        out.extend_from_slice(b"}}}\n");
    }
}

impl Render for Rsyslog {
    fn properties(&self) -> FormatProperties {
        FormatProperties {
            line_numbers: false,
            empty_record: Some(b"{}\n"),
            ..FormatProperties::RECORDS
        }
    }

    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        self.push_answer(line, &mut context.json_members, out);
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        self.push_answer(line, &mut EntryMembers::default(), out);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testutil::render;

    fn answer(format: &Rsyslog, line: &str) -> Value {
        let answer = render(format, line.as_bytes(), b"\r\n");
        assert_eq!(answer.matches('\n').count(), 1, "{answer:?}");
        serde_json::from_str(&answer).expect("JSON")
    }

    #[test]
    fn an_answer_is_a_variable_of_the_message() {
        let format = Rsyslog::default();
        let answer = answer(&format, "imsdk code:6206");
        let imerr = &answer["$!"]["imerr"];
        assert_eq!((&imerr["code"], &imerr["known"]), (&json!(6206), &json!(true)));
        assert_eq!((&imerr["severity"], &imerr["retry"]), (&json!("error"), &json!("after-fix")));
        assert_eq!(imerr.get("codes"), None);
    }

    #[test]
    fn the_worst_of_several_codes_is_described() {
        let line = "imsdk error_code:-10113 error_code:6206 error_code:6707 error_code:6206";
        let answer = answer(&Rsyslog::new("a \"key\""), line);
        let imerr = &answer["$!"]["a \"key\""];
        assert_eq!((&imerr["code"], &imerr["codes"]), (&json!(6206), &json!([-10113, 6206, 6707])));
    }

    #[test]
    fn an_unknown_code_has_no_entry() {
        let answer = answer(&Rsyslog::default(), "imsdk error_code:6707");
        let wanted = json!({ "code": 6707, "known": false, "confidence": "high" });
        assert_eq!(answer["$!"]["imerr"], wanted);
    }

    #[test]
    fn the_answer_to_a_line_full_of_codes_is_bounded() {
        let line: String = (120_001..130_000).map(|code| format!("imsdk code:{code} ")).collect();
        let answer = answer(&Rsyslog::default(), &line);
        let codes = answer["$!"]["imerr"]["codes"].as_array().expect("there are several");
        assert_eq!((codes.len(), &codes[63]), (CODES_LIMIT, &json!(120_064)));
    }
}
