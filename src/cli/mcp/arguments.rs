//! The tools and their arguments.

use imerr::detect::Confidence;
use imerr::timestamp::TimeArg;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::time_zone;

/// A call of a tool.
#[derive(Debug)]
pub enum Call {
    ExplainCode(ExplainCode),
    SearchCodes(SearchCodes),
    FindCodes(FindCodes),
    SummarizeLog(ReadLog),
    DiagnoseLog(ReadLog),
    /// A tool with wrong arguments, and what is wrong with them.
    Wrong(String),
}

#[derive(Debug, PartialEq, Eq)]
pub enum CallError {
    UnknownTool,
    Arguments(String),
}

impl Call {
    /// Reads the `arguments`, an object, of the tool `name`.
    pub fn parse(name: &str, arguments: Value) -> Result<Self, CallError> {
        Ok(match name {
            "explain_code" => Self::ExplainCode(read(arguments)?),
            "search_codes" => Self::SearchCodes(read(arguments)?),
            "find_codes" => Self::FindCodes(read(arguments)?),
            "summarize_log" => Self::SummarizeLog(read(arguments)?),
            "diagnose_log" => Self::DiagnoseLog(read(arguments)?),
            _ => return Err(CallError::UnknownTool),
        })
    }
}

fn read<T: DeserializeOwned>(arguments: Value) -> Result<T, CallError> {
    serde_json::from_value(arguments)
        .map_err(|error| CallError::Arguments(format!("wrong arguments: {error}")))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainCode {
    /// Models pass `6206` and `"6206"`.
    code: Value,
}

impl ExplainCode {
    /// What to look up.
    pub fn text(&self) -> Result<String, String> {
        match &self.code {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err("wrong arguments: `code` is neither a string nor a number".to_string()),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchCodes {
    pub query: String,
    #[serde(default)]
    pub limit: Limit,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindCodes {
    pub text: String,
    #[serde(default)]
    pub min_confidence: LeastConfidence,
    #[serde(default)]
    pub unknown: bool,
    #[serde(default)]
    pub assume_im: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadLog {
    pub path: String,
    pub since: Option<Time>,
    pub until: Option<Time>,
    #[serde(default)]
    pub limit: Limit,
    #[serde(default)]
    pub min_confidence: LeastConfidence,
    #[serde(default)]
    pub unknown: bool,
    #[serde(default)]
    pub assume_im: bool,
}

/// How many of the most important things an answer has.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "i64")]
pub struct Limit(pub usize);

impl Limit {
    const MAX: i64 = 50;
}

impl Default for Limit {
    fn default() -> Self {
        Self(10)
    }
}

impl TryFrom<i64> for Limit {
    type Error = String;

    fn try_from(limit: i64) -> Result<Self, String> {
        match limit {
            1..=Self::MAX => Ok(Self(limit as usize)),
            _ => Err(format!("`limit` is a number from 1 to {}", Self::MAX)),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct LeastConfidence(pub Confidence);

impl Default for LeastConfidence {
    fn default() -> Self {
        Self(Confidence::Medium)
    }
}

impl TryFrom<String> for LeastConfidence {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let found = Confidence::ALL.iter().find(|one| one.as_str() == name);
        let found = found.ok_or("`min_confidence` is low, medium or high")?;
        Ok(Self(*found))
    }
}

/// A point in time, as `--since` reads it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Time(pub TimeArg);

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        time_zone::check_in_english()?;
        let now = jiff::ZonedDateTime::now();
        TimeArg::parse(&text, &now).map(Self).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::protocol::TOOLS;
    use super::*;

    #[test]
    fn wrong_arguments_are_named() {
        let rows = [
            ("explain_code", json!({}), "missing field `code`"),
            ("explain_code", json!({ "code": 1, "x": 2 }), "unknown field `x`"),
            ("search_codes", json!({ "query": 5 }), "invalid type: integer `5`, expected a string"),
            ("search_codes", json!({ "query": "a", "limit": 51 }), "a number from 1 to 50"),
            ("search_codes", json!({ "query": "a", "limit": -1 }), "a number from 1 to 50"),
            ("find_codes", json!({ "text": null }), "expected a string"),
            ("find_codes", json!({ "text": "a", "min_confidence": "x" }), "low, medium or high"),
            ("find_codes", json!({ "text": "a", "unknown": "yes" }), "expected a boolean"),
            ("summarize_log", json!({ "path": ["a"] }), "expected a string"),
            ("diagnose_log", json!({ "path": "a", "since": "zebra" }), "'zebra' is not a time"),
        ];
        for (tool, arguments, wanted) in rows {
            let error = Call::parse(tool, arguments.clone()).expect_err("the arguments are wrong");
            let CallError::Arguments(error) = error else { panic!("{tool} is a tool") };
            assert!(error.contains(wanted), "{tool} {arguments}: {error}");
        }
        let unknown = Call::parse("remove_log", json!({})).expect_err("there is no such tool");
        assert_eq!(unknown, CallError::UnknownTool);
    }

    /// Each parameter that is described is accepted, and the others are refused.
    #[test]
    fn the_descriptions_name_all_parameters() {
        for tool in TOOLS.as_array().expect("a list") {
            let name = tool["name"].as_str().expect("a tool has a name");
            let schema = &tool["inputSchema"];
            let mut arguments = json!({ "surprise": 1 });
            for (parameter, about) in schema["properties"].as_object().expect("it has some") {
                arguments[parameter] = match (about["type"].as_str(), about.get("examples")) {
                    (_, Some(examples)) => examples[0].clone(),
                    (Some("boolean"), _) => json!(true),
                    (Some("integer"), _) => about["maximum"].clone(),
                    other => panic!("{name}: {parameter} has no example: {other:?}"),
                };
            }
            let error = Call::parse(name, arguments.clone()).expect_err("one is unknown");
            let CallError::Arguments(error) = error else { panic!("{name} is a tool") };
            assert!(error.contains("unknown field `surprise`"), "{name}: {error}");
            arguments.as_object_mut().expect("an object").remove("surprise");
            let required = schema["required"].as_array().expect("a list").clone();
            assert!(Call::parse(name, arguments.clone()).is_ok(), "{name}: {arguments}");
            for parameter in required {
                let parameter = parameter.as_str().expect("a name");
                let mut fewer = arguments.clone();
                fewer.as_object_mut().expect("an object").remove(parameter);
                assert!(Call::parse(name, fewer).is_err(), "{name} needs {parameter}");
            }
            assert_eq!(schema["additionalProperties"], false, "{name}");
            assert_eq!(tool["annotations"]["readOnlyHint"], true, "{name}");
        }
    }
}
