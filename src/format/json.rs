//! `json`: an `imerr` member in front of the last brace of lines that are one JSON object.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::format::role;
use super::highlight::{write_highlighted, write_styled};
use super::json_members::{EntryMembers, push_json, push_meanings};
use super::{Line, LineContext, LogSchema, Render};

use crate::detect::ResolvedFinding;
use crate::syntax::{ANNOTATION_LIMIT, DEFAULT_KEY, json_member_start};
use crate::terminal::ansi::SgrState;
use crate::terminal::{Role, Styles};

/// Writes `"imerr":{...}` into JSON lines, or an array if the line has several codes. All other
/// lines stay as they are.
///
/// The bytes of the line and the order of its keys stay. A line that has a member of that key
/// already is not changed. The members of a [`LogSchema`] follow the member, by which `strip`
/// recognizes them.
#[derive(Clone, Debug)]
pub struct Json {
    schema: LogSchema,
    key: String,
    /// `,"KEY":`
    member_start: String,
    styles: Styles,
}

/// A line with more white space than this after its closing brace is not annotated, in bytes.
const TRAILING_SPACE_LIMIT: usize = 1 << 10;

/// Room for the members of a schema: four meanings and remedies in characters of four bytes.
const SCHEMA_LIMIT: usize = 16 << 10;

impl Default for Json {
    fn default() -> Self {
        Self::new(LogSchema::default(), DEFAULT_KEY)
    }
}

impl Json {
    /// Writes a member `key` and those of `schema`.
    ///
    /// The key should be [`DEFAULT_KEY`] unless the logs have such members themselves. Removing the
    /// members later requires the same key.
    pub fn new(schema: LogSchema, key: &str) -> Self {
        let (key, member_start) = (key.to_string(), json_member_start(key));
        Self { schema, key, member_start, styles: Styles::default() }
    }

    /// Highlights the codes in the line and colors the key of the member. Parsers of JSON refuse
    /// colors, so this is for a terminal.
    pub fn with_styles(self, styles: Styles) -> Self {
        Self { styles, ..self }
    }

    /// Writes the members, each with a comma in front of it. An object in which a code was found is
    /// not empty, so a member precedes the first comma.
    fn write_members(
        &self,
        line: &Line<'_>,
        state: Option<&SgrState<'_>>,
        members: &mut EntryMembers,
        out: &mut Vec<u8>,
    ) {
        let mut value = Vec::new();
        write_value(line, members, &mut value);
        for (name, schema_value) in self.schema.members(line, &self.key) {
            push_json(&mut value, ",", name);
            push_json(&mut value, ":", &schema_value);
        }
        let key = self.member_start.as_bytes();
        let role = role(&line.worst_finding());
        for (role, text) in [(role, key), (Role::Detail, &value)] {
            match (state, self.styles.style(role)) {
                (Some(state), Some(style)) => {
                    write_styled(state, style, out, |out| out.extend_from_slice(text));
                }
                _ => out.extend_from_slice(text),
            }
        }
    }
}

impl Json {
    /// Writes the line, with the members if they can be added. Writes nothing and returns false if
    /// the line is not one JSON object.
    pub(super) fn render_object(
        &self,
        line: &Line<'_>,
        context: &mut LineContext,
        out: &mut Vec<u8>,
    ) -> bool {
        let has_key = has_key(line.text, &self.key);
        if has_key.is_none() && !is_object(line.text) {
            return false;
        }
        let brace = line.text.trim_ascii_end().len() - 1;
        if has_key == Some(false) && line.text.len() - brace <= TRAILING_SPACE_LIMIT {
            let state = write_highlighted(line, &self.styles, out);
            out.truncate(out.len() - (line.text.len() - brace));
            self.write_members(line, state.as_ref(), &mut context.json_members, out);
            out.extend_from_slice(&line.text[brace..]);
        } else {
            out.extend_from_slice(line.text);
        }
        out.extend_from_slice(line.end);
        true
    }
}

impl Render for Json {
    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        if !self.render_object(line, context, out) {
            out.extend_from_slice(line.text);
            out.extend_from_slice(line.end);
        }
    }

    fn has_key_conflict(&self, text: &[u8]) -> bool {
        is_object(text) && has_key(text, &self.key).unwrap_or(true)
    }

    /// Nothing: whether a very long line is JSON is not known.
    fn long_line_end(&self, _line: &Line<'_>, _out: &mut Vec<u8>) {}
}

/// Whether the line may be a JSON object, by its first character.
pub(super) fn starts_as_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{")
}

/// Whether the line is one JSON object.
fn is_object(text: &[u8]) -> bool {
    if !starts_as_object(text) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(text) else { return false };
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Whether the line has a member `key`; None if it is not one JSON object, or if its keys cannot be
/// read.
fn has_key(text: &[u8], key: &str) -> Option<bool> {
    if !starts_as_object(text) {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(text).ok()?);
    let has_key = json.deserialize_map(HasKey(key)).ok()?;
    json.end().ok()?;
    Some(has_key)
}

/// Reads an object, and returns whether it has a member of this key.
struct HasKey<'k>(&'k str);

impl<'de> Visitor<'de> for HasKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut has_key = false;
        while let Some(is_key) = map.next_key_seed(IsKey(self.0))? {
            map.next_value::<IgnoredAny>()?;
            has_key |= is_key;
        }
        Ok(has_key)
    }
}

/// Reads a key, and returns whether it is this one. Keys are not copied.
struct IsKey<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for IsKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<bool, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for IsKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// Writes an object for each code, in an array if there are several.
fn write_value(line: &Line<'_>, members: &mut EntryMembers, out: &mut Vec<u8>) {
    let findings = line.distinct_findings();
    if let [finding] = findings.as_slice() {
        return write_object(finding, members, out);
    }
    let start = out.len();
    for (index, finding) in findings.iter().enumerate() {
        let object_start = out.len();
        out.push(if index == 0 { b'[' } else { b',' });
        write_object(finding, members, out);
        // `strip` finds only annotations within the limit.
        if out.len() - start > ANNOTATION_LIMIT - SCHEMA_LIMIT {
            out.truncate(object_start);
            push_json(out, ",{\"more\":", &(findings.len() - index));
            out.push(b'}');
            break;
        }
    }
    out.push(b']');
}

fn write_object(finding: &ResolvedFinding<'_>, members: &mut EntryMembers, out: &mut Vec<u8>) {
    push_json(out, "{\"code\":", &finding.code);
    push_meanings(out, finding, members);
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::strip::find_annotation;
    use crate::terminal::Theme;
    use crate::testutil::render_with;

    fn rendered(line: &str) -> String {
        rendered_as(&Json::default(), line)
    }

    fn rendered_as(json: &Json, line: &str) -> String {
        render_with(json, &Detector::built_in(), line.as_bytes(), b"\n")
    }

    #[test]
    fn the_member_is_the_last_and_the_rest_stays() {
        let line = rendered("{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" } ");
        assert!(
            line.starts_with(
                "{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" \
                ,\"imerr\":{\"code\":70001,\"known\":true,"
            ),
            "{line}"
        );
        let value: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON still");
        assert_eq!(value["imerr"]["system"], "server");
    }

    #[test]
    fn several_codes_are_an_array() {
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
    fn the_members_of_a_schema_follow() {
        let ecs = members(LogSchema::Ecs, "{\"level\":\"error\",\"msg\":\"imsdk code:6206\"}");
        assert_eq!(
            (&ecs["error.code"], &ecs["error.type"]),
            (&"6206".into(), &"ERR_USER_SIG_EXPIRED".into())
        );
        assert_eq!(
            (&ecs["error.message"], &ecs["imerr"]["code"]),
            (&"The UserSig has expired.".into(), &6206.into())
        );
        let otel = members(LogSchema::Otel, "{\"msg\":\"imsdk code:6206\"}");
        assert_eq!(
            (&otel["error.type"], &otel["tencent.im.error.code"]),
            (&"6206".into(), &6206.into())
        );
        assert_eq!(otel["tencent.im.error.system"], "sdk");
        let conflict = members(
            LogSchema::Ecs,
            "{\"error\":{\"code\":1},\"error.type\":2,\"msg\":\"imsdk code:6206\"}",
        );
        assert_eq!((&conflict["error"]["code"], &conflict["error.type"]), (&1.into(), &2.into()));
        assert!(!conflict.contains_key("error.code") && conflict.contains_key("error.message"));
        let blocked = members(LogSchema::Ecs, "{\"error\":\"imsdk code:6206\"}");
        assert_eq!(blocked.keys().collect::<Vec<_>>(), ["error", "imerr"]);
    }

    fn members(schema: LogSchema, line: &str) -> serde_json::Map<String, serde_json::Value> {
        let line = rendered_as(&Json::new(schema, DEFAULT_KEY), line);
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line.trim()).expect("an object");
        assert_eq!(
            find_annotation(line.trim().as_bytes(), DEFAULT_KEY).is_some(),
            object.contains_key("imerr"),
            "{line}"
        );
        object
    }

    #[test]
    fn the_code_and_the_key_are_colored() {
        let json = Json::default().with_styles(Styles::colored(Theme::dark()));
        let line = rendered_as(&json, "{\"ErrorCode\":6206,\"a\":1} ");
        let wanted = "{\"ErrorCode\":\x1b[0001;38;5;203;4m6206\x1b[00022;39;24m,\"a\":1\
            \x1b[0001;38;5;203m,\"imerr\":\x1b[00022;39m\x1b[0002m{\"code\":6206,";
        assert!(line.starts_with(wanted) && line.ends_with("}\x1b[00022m} \n"), "{line:?}");
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
        let conflict = "{\"\\u0074im \\\"x\\\"\":1,\"msg\":\"imsdk code:6206\"}";
        assert_eq!(rendered_as(&json, conflict), format!("{conflict}\n"));
        let error =
            rendered_as(&Json::new(LogSchema::Ecs, "error"), "{\"msg\":\"imsdk code:6206\"}");
        assert!(!error.contains("error.code"), "no name lies inside our own member: {error}");
    }
}
