//! The part of JSON Schema that the descriptions in `fixtures/schemas` use, for tests that hold records to them.
//!
//! A keyword that is not known here is a failure, so that no part of a description goes unread. A member that is not described
//! is a problem, though JSON Schema lets it pass: readers may meet new members, records may not have undescribed ones.

use std::path::Path;

use serde_json::Value;

pub(super) fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the description can be read");
    serde_json::from_str(&text).expect("the description is JSON")
}

/// What is wrong with `value` by the description `root`.
pub(super) fn problems(root: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    check(root, root, value, "", &mut problems);
    problems
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    for (keyword, operand) in schema.as_object().expect("a description is an object") {
        let strings = || operand.as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_right = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = operand.as_str().and_then(|reference| reference.strip_prefix('#'));
                let target = pointer.and_then(|pointer| root.pointer(pointer)).expect("a reference points at a description");
                check(root, target, value, at, problems);
                true
            }
            "oneOf" => {
                let fits = |schema: &&Value| {
                    let mut problems = Vec::new();
                    check(root, schema, value, at, &mut problems);
                    problems.is_empty()
                };
                operand.as_array().expect("a list").iter().filter(fits).count() == 1
            }
            "const" => value == operand,
            "enum" => operand.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64() >= operand.as_f64(),
            "type" => operand.as_str().into_iter().chain(strings()).any(|name| is_of_type(value, name)),
            "required" => strings().all(|name| value.get(name).is_some()),
            "items" => {
                value.as_array().into_iter().flatten().for_each(|item| check(root, operand, item, at, problems));
                true
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match operand.get(name) {
                        Some(schema) => check(root, schema, member, &format!("{at}/{name}"), problems),
                        None => problems.push(format!("{at}/{name} is not described")),
                    }
                }
                true
            }
            other => panic!("{other} is no keyword that is known here"),
        };
        if !is_right {
            problems.push(format!("{at}: not {keyword} {operand}"));
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("{other} is no type that is known here"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_keyword_refuses_something() {
        let rows = [
            (json!({ "type": "string" }), json!("x"), json!(1)),
            (json!({ "type": ["string", "null"] }), json!(null), json!(1)),
            (json!({ "const": 1 }), json!(1), json!("1")),
            (json!({ "enum": ["a"] }), json!("a"), json!("b")),
            (json!({ "minimum": 1 }), json!(1), json!(0)),
            (json!({ "required": ["a"] }), json!({ "a": 1 }), json!({})),
            (json!({ "items": { "const": 1 } }), json!([1, 1]), json!([1, 2])),
            (json!({ "properties": { "a": { "const": 1 } } }), json!({ "a": 1 }), json!({ "a": 2 })),
            (json!({ "properties": {} }), json!({}), json!({ "a": 2 })),
            (json!({ "oneOf": [{ "const": 1 }, { "type": "integer" }] }), json!(2), json!(1)),
            (json!({ "$ref": "#/$defs/a", "$defs": { "a": { "const": 1 } } }), json!(1), json!(2)),
        ];
        for (schema, right, wrong) in rows {
            assert!(problems(&schema, &right).is_empty(), "{schema} and {right}");
            assert!(!problems(&schema, &wrong).is_empty(), "{schema} and {wrong}");
        }
    }
}
