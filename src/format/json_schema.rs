//! What is added to JSON lines beside the `imerr` member, in the names of a schema that readers know.
//!
//! Names are written with dots, which both schemas take for nested objects. A name of which the line has a value already, or
//! in whose way one stands, is left out: nothing of the line is said twice or changed.

use serde_json::{Map, Value};

use super::worst;
use crate::catalog::Catalog;
use crate::detect::Finding;

/// The names under which a code is told in JSON lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogSchema {
    /// The `imerr` member alone.
    #[default]
    Imerr,
    /// The Elastic Common Schema: `error.code`, a string, `error.type`, the code's name, and `error.message`, its meaning.
    Ecs,
    /// SgrState as OpenTelemetry names them: `error.type`, the code as a string, and its details under
    /// `tencent.im.error`, since it advises against a general `error.message`. An error code is no exception, so nothing is
    /// said under `exception`.
    Otel,
}

/// All names, by which the members are known when they are taken out again.
const NAMES: [&str; 9] = [
    "error.code",
    "error.type",
    "error.message",
    "tencent.im.error.code",
    "tencent.im.error.name",
    "tencent.im.error.system",
    "tencent.im.error.category",
    "tencent.im.error.message",
    "tencent.im.error.remedy",
];

impl LogSchema {
    /// Whether one of the schemas adds a member of this name.
    pub(crate) fn has(name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// The members for a line, those of its worst code: none that the line, or the member `key`, leaves no room for.
    pub(super) fn members(
        self,
        line: &[u8],
        key: &str,
        findings: &[Finding],
        catalog: &Catalog,
    ) -> Vec<(&'static str, Value)> {
        if self == Self::Imerr {
            return Vec::new();
        }
        let finding = worst(findings, catalog);
        let entry = finding.meanings.entries(catalog).next();
        let name = || entry.and_then(|entry| entry.name()).map(Value::from);
        let meaning = || Value::from(finding.meanings.meaning(catalog));
        let code = Value::from(finding.code.to_string());
        let all = match self {
            Self::Imerr => vec![],
            Self::Ecs => vec![
                ("error.code", Some(code)),
                ("error.type", name()),
                ("error.message", Some(meaning())),
            ],
            Self::Otel => vec![
                ("error.type", Some(code)),
                ("tencent.im.error.code", Some(finding.code.into())),
                ("tencent.im.error.name", name()),
                ("tencent.im.error.system", entry.map(|entry| entry.system.as_ref().into())),
                ("tencent.im.error.category", entry.map(|entry| entry.category.as_ref().into())),
                ("tencent.im.error.message", Some(meaning())),
                ("tencent.im.error.remedy", Some(finding.meanings.remedy(catalog).into())),
            ],
        };
        let mut members: Map<String, Value> = serde_json::from_slice(line).unwrap_or_default();
        members.insert(key.to_string(), Value::Null);
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .filter(|(name, _)| is_free(&members, name))
            .collect()
    }
}

/// Whether nothing stands at `path` or in its way, in whatever mix of nested objects and names with dots.
fn is_free(object: &Map<String, Value>, path: &str) -> bool {
    let mut parts = path.match_indices('.').map(|(dot, _)| (&path[..dot], &path[dot + 1..]));
    let is_passable = |(name, rest): (&str, &str)| match object.get(name) {
        None => true,
        Some(Value::Object(inner)) => is_free(inner, rest),
        Some(_) => false,
    };
    !object.contains_key(path) && parts.all(is_passable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_free_where_nothing_is_or_stands_in_its_way() {
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
