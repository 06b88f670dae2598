//! What the catalog knows, as JSON members: the same keys in every format and command.

use serde_json::{Map, Value, json};

use crate::catalog::{Codes, Entry};

/// The whole entry: `code` or `range`, `system`, `category`, `kind`, `severity`, `names`, `meaning`, `cause`, `remedy`,
/// `retry`, `since`, `note`, `see`, `status`. What the entry does not have is null or an empty list.
pub fn entry_json(entry: &Entry) -> Value {
    let mut members = Map::new();
    let (key, codes) = match entry.codes {
        Codes { first, last } if first == last => ("code", json!(first)),
        Codes { first, last } => ("range", json!([first, last])),
    };
    members.insert(key.to_string(), codes);
    let rest = json!({
        "system": entry.system, "category": entry.category, "kind": entry.kind.as_str(), "severity": entry.severity.as_str(),
        "names": entry.names, "meaning": entry.meaning, "cause": entry.cause, "remedy": entry.remedy, "retry": entry.retry.as_str(),
        "since": entry.since, "note": entry.note, "see": entry.see, "status": entry.status.as_str(),
    });
    let Value::Object(rest) = rest else { unreachable!("a literal object is an object") };
    members.extend(rest);
    Value::Object(members)
}
