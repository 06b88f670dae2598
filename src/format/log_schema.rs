//! The members that `json` adds in the names of a common log schema.
//!
//! Names contain dots, which both schemas read as nested objects. A name is left out if the line
//! has a value for it, or a value where one of its parent objects would be: nothing in the line is
//! repeated or changed.

use serde_json::{Map, Value};

use super::Line;
use crate::catalog::Entry;
use crate::detect::ResolvedFinding;
use crate::syntax::SCHEMA_MEMBERS;

/// The log schema whose names JSON lines get besides the `imerr` member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogSchema {
    /// No further names.
    #[default]
    Imerr,
    /// The Elastic Common Schema: `error.code`, a string, `error.type`, the code's name, and
    /// `error.message`, its meaning.
    Ecs,
    /// OpenTelemetry: `error.type`, the code as a string, and details under `tencent.im.error`,
    /// because OpenTelemetry advises against a general `error.message`. An error code is no
    /// exception, so there is nothing under `exception`.
    Otel,
}

impl LogSchema {
    /// The members for a line, which describe its worst code. `key` is the key of the `imerr`
    /// member.
    pub(super) fn members(self, line: &Line<'_>, key: &str) -> Vec<(&'static str, Value)> {
        let candidates = match self {
            Self::Imerr => return Vec::new(),
            Self::Ecs => ecs(&line.worst_finding()),
            Self::Otel => otel(&line.worst_finding()),
        };
        let mut object: Map<String, Value> = serde_json::from_slice(line.text).unwrap_or_default();
        object.insert(key.to_string(), Value::Null);
        let mut members = Vec::new();
        for (name, value) in candidates {
            debug_assert!(SCHEMA_MEMBERS.contains(&name), "strip does not recognize {name}");
            if let Some(value) = value
                && is_free(&object, name)
            {
                members.push((name, value));
            }
        }
        members
    }
}

/// A name and its value, if the code has one.
type Member = (&'static str, Option<Value>);

fn ecs(finding: &ResolvedFinding<'_>) -> Vec<Member> {
    vec![
        ("error.code", Some(finding.code.to_string().into())),
        ("error.type", finding.entry().and_then(Entry::name).map(Value::from)),
        ("error.message", Some(finding.meaning().into())),
    ]
}

fn otel(finding: &ResolvedFinding<'_>) -> Vec<Member> {
    let entry = finding.entry();
    vec![
        ("error.type", Some(finding.code.to_string().into())),
        ("tencent.im.error.code", Some(finding.code.into())),
        ("tencent.im.error.name", entry.and_then(Entry::name).map(Value::from)),
        ("tencent.im.error.system", entry.map(|entry| entry.system.as_ref().into())),
        ("tencent.im.error.category", entry.map(|entry| entry.category.as_ref().into())),
        ("tencent.im.error.message", Some(finding.meaning().into())),
        ("tencent.im.error.remedy", Some(finding.remedy().into())),
    ]
}

/// Whether a member with the dotted name `path` can be added to `object`: there is no such value,
/// and every parent is missing or an object, in any mix of nested objects and dotted names.
fn is_free(object: &Map<String, Value>, path: &str) -> bool {
    if object.contains_key(path) {
        return false;
    }
    for (dot, _) in path.match_indices('.') {
        match object.get(&path[..dot]) {
            None => {}
            Some(Value::Object(parent)) if is_free(parent, &path[dot + 1..]) => {}
            Some(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_free_unless_it_or_a_parent_has_a_value() {
        let rows = [
            ("{}", true),
            ("{\"a\":{}}", true),
            ("{\"a\":{\"b\":{\"d\":1},\"c\":1},\"a.b.d\":1,\"b.c\":1}", true),
            ("{\"a.b.c\":1}", false),
            ("{\"a\":1}", false),
            ("{\"a\":null}", false),
            ("{\"a\":{\"b\":{\"c\":1}}}", false),
            ("{\"a.b\":{\"c\":1}}", false),
            ("{\"a\":{\"b.c\":1}}", false),
            ("{\"a.b\":[]}", false),
            ("{\"a\":{},\"a.b\":1}", false),
        ];
        for (object, wanted) in rows {
            let object: Map<String, Value> = serde_json::from_str(object).expect("an object");
            assert_eq!(is_free(&object, "a.b.c"), wanted, "{object:?}");
        }
    }
}
