//! `json`: an `imerr` member put before the last brace of lines that are one JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::jsonl::{push_json, push_meaning};
use super::{Line, LogSchema, Render, distinct};
use crate::catalog::Catalog;
use crate::detect::Finding;
use crate::strip::{ANNOTATION_LIMIT, DEFAULT_KEY, member_start};

/// `"imerr":{...}`, or an array where several codes stand, in JSON lines; all other lines stay as they are.
///
/// The line's own bytes and the order of its keys are kept. A line that has a member of that key already stays as it is. What
/// a [`LogSchema`] adds comes behind the member, by which it is known when it is taken out again.
#[derive(Clone, Debug)]
pub struct Json {
    schema: LogSchema,
    key: String,
    /// `,"KEY":`
    start: String,
}

impl Default for Json {
    fn default() -> Self {
        Self::new(LogSchema::default(), DEFAULT_KEY)
    }
}

impl Json {
    /// Puts a member `key`, which should be [`DEFAULT_KEY`] unless the logs have such members of their own, and what `schema`
    /// adds. Who takes the member out again has to know the key.
    pub fn new(schema: LogSchema, key: &str) -> Self {
        Self { schema, key: key.to_string(), start: member_start(key) }
    }

    /// Writes `,"imerr":` and its value, and what the schema adds. An object in which a code was found is not empty, so the
    /// comma is right.
    fn members(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        out.extend_from_slice(self.start.as_bytes());
        value(line.findings, catalog, out);
        for (name, value) in self.schema.members(line.text, &self.key, line.findings, catalog) {
            out.push(b',');
            push_json(out, "", name);
            push_json(out, ":", &value);
        }
    }
}

/// White space behind the closing brace up to this many bytes is taken for a part of the line.
const TRAILING_LIMIT: usize = 1 << 10;

/// Room for what a schema adds: four meanings and remedies in characters of four bytes.
const SCHEMA_LIMIT: usize = 16 << 10;

impl Render for Json {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        match closing_brace(line.text, &self.key) {
            Some(brace) => {
                out.extend_from_slice(&line.text[..brace]);
                self.members(line, catalog, out);
                out.extend_from_slice(&line.text[brace..]);
            }
            None => out.extend_from_slice(line.text),
        }
        out.extend_from_slice(line.end);
    }

    fn has_key_conflict(&self, text: &[u8]) -> bool {
        is_object(text) && has_key(text, &self.key)
    }

    /// Nothing: a line that is not held whole cannot be known to be JSON.
    fn long_line_end(&self, _line: &Line<'_>, _catalog: &Catalog, _out: &mut Vec<u8>) {}
}

/// Whether the line can be a JSON object, by its first bytes.
pub(super) fn begins_as_object(text: &[u8]) -> bool {
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Whether the line is one JSON object.
pub(super) fn is_object(text: &[u8]) -> bool {
    begins_as_object(text)
        && std::str::from_utf8(text)
            .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// The place of the closing brace, if the line is one JSON object that can take a member `key`.
fn closing_brace(text: &[u8], key: &str) -> Option<usize> {
    if !is_object(text) || has_key(text, key) {
        return None;
    }
    let brace = text.iter().rposition(|&byte| byte == b'}')?;
    (text.len() - brace <= TRAILING_LIMIT).then_some(brace)
}

/// Whether the line, one JSON object, has a member `key`; also where its keys cannot be told.
fn has_key(text: &[u8], key: &str) -> bool {
    serde_json::Deserializer::from_slice(text).deserialize_map(HasKey(key)).unwrap_or(true)
}

/// Whether an object has a member of this key. Nothing else of it is kept.
struct HasKey<'k>(&'k str);

impl<'de> Visitor<'de> for HasKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut has_key = false;
        while let Some((key, IgnoredAny)) = map.next_entry::<Cow<'de, str>, IgnoredAny>()? {
            has_key |= key == self.0;
        }
        Ok(has_key)
    }
}

/// Writes what is said of the findings: an object, or an array of several.
fn value(findings: &[Finding], catalog: &Catalog, out: &mut Vec<u8>) {
    let findings = distinct(findings);
    if let [finding] = findings.as_slice() {
        return object(finding, catalog, out);
    }
    let start = out.len();
    for (place, finding) in findings.iter().enumerate() {
        let before = out.len();
        out.push(if place == 0 { b'[' } else { b',' });
        object(finding, catalog, out);
        // Whoever takes annotations out again holds only so much of a line's end.
        if out.len() - start > ANNOTATION_LIMIT - SCHEMA_LIMIT {
            out.truncate(before);
            push_json(out, ",{\"more\":", &(findings.len() - place));
            out.push(b'}');
            break;
        }
    }
    out.push(b']');
}

fn object(finding: &Finding, catalog: &Catalog, out: &mut Vec<u8>) {
    push_json(out, "{\"code\":", &finding.code);
    push_meaning(out, finding, catalog);
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::strip::find_annotation;

    fn rendered(line: &str) -> String {
        rendered_as(&Json::default(), line)
    }

    fn rendered_as(json: &Json, line: &str) -> String {
        let detector = Detector::built_in();
        let findings = crate::testutil::findings(&detector, line.as_bytes());
        let line = Line {
            file: "stdin",
            number: 1,
            offset: 0,
            text: line.as_bytes(),
            end: b"\n",
            findings: &findings,
        };
        let mut out = Vec::new();
        json.render_line(&line, detector.catalog(), &mut out);
        String::from_utf8(out).expect("the line is UTF-8")
    }

    #[test]
    fn the_member_comes_last_and_the_rest_stays() {
        let line = rendered("{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" } ");
        assert!(
            line.starts_with("{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" ,\"imerr\":{\"code\":70001,\"known\":true,"),
            "{line}"
        );
        let value: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON still");
        assert_eq!(value["imerr"]["system"], "server");
    }

    #[test]
    fn several_codes_make_an_array() {
        let line = rendered(
            "{\"ErrorCode\":70001,\"List\":[{\"ErrorCode\":70107},{\"ErrorCode\":70107}]}",
        );
        let value: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON still");
        let codes: Vec<i64> = value["imerr"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["code"].as_i64())
            .collect();
        assert_eq!(codes, [70001, 70107]);
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let rows = [
            "imsdk code:6206",
            "{\"code\":6206",
            "[{\"code\":6206}]",
            "{\"ErrorCode\":6206,\"imerr\":1}",
            "{\"code\":6206} {\"code\":6206}",
        ];
        for line in rows {
            assert_eq!(rendered(line), format!("{line}\n"));
            assert_eq!(
                Json::default().has_key_conflict(line.as_bytes()),
                line.contains("imerr\""),
                "{line}"
            );
        }
    }

    #[test]
    fn a_schema_adds_its_names_behind_the_member() {
        let keys = |schema: LogSchema, line: &str| {
            let line = rendered_as(&Json::new(schema, DEFAULT_KEY), line);
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(line.trim()).expect("an object");
            assert_eq!(
                find_annotation(line.trim().as_bytes(), DEFAULT_KEY).is_some(),
                object.contains_key("imerr"),
                "{line}"
            );
            object
        };
        let ecs = keys(LogSchema::Ecs, "{\"level\":\"error\",\"msg\":\"imsdk code:6206\"}");
        assert_eq!(
            (&ecs["error.code"], &ecs["error.type"]),
            (&"6206".into(), &"ERR_USER_SIG_EXPIRED".into())
        );
        assert_eq!(
            (&ecs["error.message"], &ecs["imerr"]["code"]),
            (&"The UserSig has expired.".into(), &6206.into())
        );
        let otel = keys(LogSchema::Otel, "{\"msg\":\"imsdk code:6206\"}");
        assert_eq!(
            (&otel["error.type"], &otel["tencent.im.error.code"]),
            (&"6206".into(), &6206.into())
        );
        assert_eq!(otel["tencent.im.error.system"], "sdk");
        let taken = keys(
            LogSchema::Ecs,
            "{\"error\":{\"code\":1},\"error.type\":2,\"msg\":\"imsdk code:6206\"}",
        );
        assert_eq!((&taken["error"]["code"], &taken["error.type"]), (&1.into(), &2.into()));
        assert!(!taken.contains_key("error.code") && taken.contains_key("error.message"));
        let in_the_way = keys(LogSchema::Ecs, "{\"error\":\"imsdk code:6206\"}");
        assert_eq!(in_the_way.keys().collect::<Vec<_>>(), ["error", "imerr"]);
    }

    #[test]
    fn the_key_can_be_chosen() {
        let json = Json::new(LogSchema::Ecs, "tim \"x\"");
        let line = rendered_as(&json, "{\"imerr\":1,\"msg\":\"imsdk code:6206\"}");
        assert!(
            line.starts_with(
                "{\"imerr\":1,\"msg\":\"imsdk code:6206\",\"tim \\\"x\\\"\":{\"code\":6206,"
            ),
            "{line}"
        );
        assert_eq!(
            find_annotation(line.trim().as_bytes(), "tim \"x\"").map(|range| range.start),
            Some(34)
        );
        // Escapes do not hide a key.
        let taken = "{\"\\u0074im \\\"x\\\"\":1,\"msg\":\"imsdk code:6206\"}";
        assert_eq!(rendered_as(&json, taken), format!("{taken}\n"));
        let error =
            rendered_as(&Json::new(LogSchema::Ecs, "error"), "{\"msg\":\"imsdk code:6206\"}");
        assert!(!error.contains("error.code"), "no name lies inside our own member: {error}");
    }
}
