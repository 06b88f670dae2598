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

impl<'c> Checker<'c> {
    fn check(&mut self, schema: &Value, value: &Value, path: &str) {
        for (word, wanted) in schema.as_object().expect("a schema is an object") {
            if !self.is_met(word, wanted, value, path) {
                self.found.push(format!("{path}: {value} is not {word} {wanted}"));
            }
        }
    }

    /// Whether `value` itself is as one keyword says. Checks its members too.
    fn is_met(&mut self, word: &str, wanted: &Value, value: &Value, path: &str) -> bool {
        match word {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => self.check(self.target(wanted), value, path),
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(wanted, item, &format!("{path}/{at}"));
                }
            }
            "required" => self.check_required(wanted, value, path),
            "properties" => self.check_properties(wanted, value, path),
            "type" => return is_of_types(value, wanted),
            "oneOf" => return self.fits_one(wanted, value, path),
            "const" => return value == wanted,
            "enum" => return wanted.as_array().expect("enum is a list").contains(value),
            "minimum" => return value.as_f64().is_none_or(|one| one >= number(wanted)),
            "maximum" => return value.as_f64().is_none_or(|one| one <= number(wanted)),
            "minItems" => {
                return value.as_array().is_none_or(|list| list.len() as f64 >= number(wanted));
            }
            "pattern" => return value.as_str().is_none_or(|text| pattern(wanted).is_match(text)),
            "additionalProperties" => return wanted == &Value::Bool(false),
            word => panic!("{word} is not known to this checker"),
        }
        true
    }

    /// The schema that a `$ref` names.
    fn target(&self, reference: &Value) -> &'c Value {
        let target = reference.as_str().and_then(|target| target.strip_prefix('#'));
        let target = target.expect("a $ref begins with #");
        self.root.pointer(target).unwrap_or_else(|| panic!("{target} leads nowhere"))
    }

    fn check_required(&mut self, names: &Value, value: &Value, path: &str) {
        for name in names.as_array().expect("required is a list") {
            let name = name.as_str().expect("a name is text");
            if value.is_object() && value.get(name).is_none() {
                self.found.push(format!("{path}/{name}: is missing"));
            }
        }
    }

    fn check_properties(&mut self, schemas: &Value, value: &Value, path: &str) {
        for (name, member) in value.as_object().into_iter().flatten() {
            match schemas.get(name) {
                Some(schema) => self.check(schema, member, &format!("{path}/{name}")),
                None => self.found.push(format!("{path}/{name}: is not in the schema")),
            }
        }
    }

    fn fits_one(&self, schemas: &Value, value: &Value, path: &str) -> bool {
        let mut fitting = 0;
        for schema in schemas.as_array().expect("oneOf is a list") {
            let mut found = Vec::new();
            Checker { root: self.root, found: &mut found }.check(schema, value, path);
            fitting += usize::from(found.is_empty());
        }
        fitting == 1
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a limit is a number")
}

fn pattern(value: &Value) -> Regex {
    Regex::new(value.as_str().expect("pattern is text")).expect("pattern must compile")
}

fn is_of_types(value: &Value, types: &Value) -> bool {
    match types {
        Value::Array(types) => types.iter().any(|one| is_of_type(value, one)),
        one => is_of_type(value, one),
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
            "properties": {
                "a": {"$ref": "#/$defs/list"},
                "b": {"type": ["string", "null"], "pattern": "^x"},
            },
            "$defs": {"list": {
                "type": "array", "minItems": 1,
                "items": {"type": "integer", "minimum": 1, "maximum": 3},
            }},
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
