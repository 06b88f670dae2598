//! Checks JSON against a JSON Schema, for tests.
//!
//! It supports the part of draft 2020-12 that the schemas of this project use, and panics at any
//! other keyword. The crate `jsonschema` would add 39 crates, and it turns on the Unicode features
//! of `regex` for all tests, so that rules would compile in tests which do not compile in the
//! program. Unlike JSON Schema, this checker reports every member that the schema does not
//! describe: readers must accept new members, but the program must not write undocumented ones.

use std::path::Path;

use regex::Regex;
use serde_json::Value;

/// The schema at `path` in the project.
pub(crate) fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("the schema can be read");
    serde_json::from_str(&text).expect("the schema is JSON")
}

/// The violations of `schema` by `value`, each with its JSON pointer.
pub(crate) fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema, found: &mut found }.check(schema, value, "");
    found
}

struct Checker<'c> {
    root: &'c Value,
    found: &'c mut Vec<String>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, value: &Value, path: &str) {
        for (word, wanted) in schema.as_object().expect("a schema is an object") {
            let is_met = match word.as_str() {
                "$schema" | "$id" | "$defs" | "title" | "description" => true,
                "$ref" => {
                    let target = wanted
                        .as_str()
                        .and_then(|target| target.strip_prefix('#'))
                        .expect("a $ref begins with #");
                    let schema = self
                        .root
                        .pointer(target)
                        .unwrap_or_else(|| panic!("{target} leads nowhere"));
                    self.check(schema, value, path);
                    true
                }
                "type" => match wanted {
                    Value::Array(types) => types.iter().any(|one| is_of_type(value, one)),
                    one => is_of_type(value, one),
                },
                "oneOf" => {
                    let mut fitting = 0;
                    for schema in wanted.as_array().expect("oneOf is a list") {
                        let mut found = Vec::new();
                        Checker { root: self.root, found: &mut found }.check(schema, value, path);
                        fitting += usize::from(found.is_empty());
                    }
                    fitting == 1
                }
                "const" => value == wanted,
                "enum" => wanted.as_array().expect("enum is a list").contains(value),
                "minimum" => value
                    .as_f64()
                    .is_none_or(|number| number >= wanted.as_f64().expect("minimum is a number")),
                "maximum" => value
                    .as_f64()
                    .is_none_or(|number| number <= wanted.as_f64().expect("maximum is a number")),
                "minItems" => value
                    .as_array()
                    .is_none_or(|list| list.len() as u64 >= wanted.as_u64().expect("a number")),
                "pattern" => {
                    let pattern = Regex::new(wanted.as_str().expect("pattern is text"))
                        .expect("pattern must compile");
                    value.as_str().is_none_or(|text| pattern.is_match(text))
                }
                "items" => {
                    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{path}/{at}"));
                    }
                    true
                }
                "required" => {
                    let names = wanted
                        .as_array()
                        .expect("required is a list")
                        .iter()
                        .filter_map(Value::as_str);
                    for name in names.filter(|name| value.is_object() && value.get(name).is_none())
                    {
                        self.found.push(format!("{path}/{name}: is missing"));
                    }
                    true
                }
                "properties" => {
                    for (name, member) in value.as_object().into_iter().flatten() {
                        match wanted.get(name) {
                            Some(schema) => self.check(schema, member, &format!("{path}/{name}")),
                            None => self.found.push(format!("{path}/{name}: is not in the schema")),
                        }
                    }
                    true
                }
                "additionalProperties" => wanted == &Value::Bool(false),
                word => panic!("{word} is not known to this checker"),
            };
            if !is_met {
                self.found.push(format!("{path}: {value} is not {word} {wanted}"));
            }
        }
    }
}

fn is_of_type(value: &Value, name: &Value) -> bool {
    match name.as_str().expect("a type is text") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        name => panic!("{name} is no type"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_found_at_its_place() {
        let schema = json!({
            "type": "object", "required": ["a"], "additionalProperties": false,
            "properties": {"a": {"$ref": "#/$defs/list"}, "b": {"type": ["string", "null"], "pattern": "^x"}},
            "$defs": {"list": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 1, "maximum": 3}}},
        });
        let rows = [
            (json!({"a": [1, 2]}), ""),
            (json!({"a": [1], "b": null}), ""),
            (json!({"a": [1], "b": "xy"}), ""),
            (json!({}), "/a: is missing"),
            (json!({"a": []}), "/a: [] is not minItems 1"),
            (json!({"a": [2, 0]}), "/a/1: 0 is not minimum 1"),
            (json!({"a": [4]}), "/a/0: 4 is not maximum 3"),
            (json!({"a": [1.5]}), "/a/0: 1.5 is not type \"integer\""),
            (json!({"a": [1], "b": "y"}), "/b: \"y\" is not pattern \"^x\""),
            (json!({"a": [1], "c": 1}), "/c: is not in the schema"),
            (json!([]), ": [] is not type \"object\""),
        ];
        for (value, wanted) in rows {
            assert_eq!(violations(&schema, &value).join("; "), wanted, "{value}");
        }
    }

    #[test]
    fn of_several_exactly_one_has_to_fit() {
        let schema = json!({"oneOf": [{"const": 1}, {"type": "integer"}]});
        assert!(violations(&schema, &json!(2)).is_empty());
        for value in [json!(1), json!("x")] {
            assert!(!violations(&schema, &value).is_empty(), "{value}");
        }
    }
}
