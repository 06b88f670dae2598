//! Checks the document against the schema of SARIF 2.1.0 and the limits of GitHub.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{LIMIT, Sarif, description, escape_markdown};
use crate::testutil::TestRun;

/// Every member that a document can have, with `*` for the elements of an array. All are in the
/// published schema, which allows others in `properties` only.
const MEMBERS: &str = "\
/$schema /version /runs /runs/*/tool /runs/*/tool/driver /runs/*/tool/driver/name \
/runs/*/tool/driver/fullName /runs/*/automationDetails /runs/*/automationDetails/id \
/runs/*/tool/driver/semanticVersion /runs/*/tool/driver/rules /runs/*/tool/driver/rules/*/id \
/runs/*/tool/driver/rules/*/name /runs/*/tool/driver/rules/*/shortDescription \
/runs/*/tool/driver/rules/*/shortDescription/text /runs/*/tool/driver/rules/*/fullDescription \
/runs/*/tool/driver/rules/*/fullDescription/text /runs/*/tool/driver/rules/*/help \
/runs/*/tool/driver/rules/*/help/text /runs/*/tool/driver/rules/*/help/markdown \
/runs/*/tool/driver/rules/*/defaultConfiguration \
/runs/*/tool/driver/rules/*/defaultConfiguration/level /runs/*/tool/driver/rules/*/properties \
/runs/*/tool/driver/rules/*/properties/tags /runs/*/tool/driver/rules/*/properties/precision \
/runs/*/tool/driver/rules/*/properties/problem.severity /runs/*/invocations \
/runs/*/invocations/*/executionSuccessful /runs/*/invocations/*/toolExecutionNotifications \
/runs/*/invocations/*/toolExecutionNotifications/*/level \
/runs/*/invocations/*/toolExecutionNotifications/*/message \
/runs/*/invocations/*/toolExecutionNotifications/*/message/text /runs/*/columnKind \
/runs/*/results /runs/*/results/*/ruleId /runs/*/results/*/ruleIndex /runs/*/results/*/level \
/runs/*/results/*/message /runs/*/results/*/message/text /runs/*/results/*/locations \
/runs/*/results/*/locations/*/physicalLocation \
/runs/*/results/*/locations/*/physicalLocation/artifactLocation \
/runs/*/results/*/locations/*/physicalLocation/artifactLocation/uri \
/runs/*/results/*/locations/*/physicalLocation/region \
/runs/*/results/*/locations/*/physicalLocation/region/startLine \
/runs/*/results/*/locations/*/physicalLocation/region/startColumn \
/runs/*/results/*/locations/*/physicalLocation/region/endLine \
/runs/*/results/*/locations/*/physicalLocation/region/endColumn \
/runs/*/results/*/partialFingerprints \
/runs/*/results/*/partialFingerprints/primaryLocationLineHash /runs/*/results/*/properties \
/runs/*/results/*/properties/confidence";

/// The run of a document. Checks the rules of the format.
fn run_over(files: &[(&str, &str)], limit: usize) -> Value {
    let document = TestRun::from_logs(files, limit).document(&Sarif);
    let document: Value = serde_json::from_str(&document).expect("the document is JSON");
    assert_eq!(
        (&document["$schema"], &document["version"]),
        (&json!("https://json.schemastore.org/sarif-2.1.0.json"), &json!("2.1.0"))
    );
    let run = &document["runs"][0];
    let rules = check_rules(run);
    for result in
        run["results"].as_array().expect("there is an array of results, even if it is empty")
    {
        let index = result["ruleIndex"].as_u64().expect("a result names its rule") as usize;
        assert_eq!(result["ruleId"], rules[index], "{result}");
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1), "{result}");
        let location = &result["locations"][0]["physicalLocation"];
        let column = |name: &str| location["region"][name].as_u64().unwrap_or_default();
        assert_eq!(column("startLine"), column("endLine"));
        assert!(
            column("startLine") >= 1
                && column("startColumn") >= 1
                && column("endColumn") > column("startColumn"),
            "{result}"
        );
        let uri = location["artifactLocation"]["uri"].as_str().unwrap_or_default();
        assert!(
            uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#?[]".contains(&byte)),
            "{uri}"
        );
    }
    let fingerprints = all(run, "/results", "/partialFingerprints/primaryLocationLineHash");
    assert_eq!(
        fingerprints.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(),
        fingerprints.len()
    );
    check_members(&document, "");
    run.clone()
}

/// The identifiers of the rules. Checks the limits of GitHub.
fn check_rules(run: &Value) -> Vec<Value> {
    let rules = run["tool"]["driver"]["rules"]
        .as_array()
        .expect("there is an array of rules, even if it is empty");
    for rule in rules {
        for member in ["shortDescription", "fullDescription"] {
            let length =
                rule[member]["text"].as_str().map(|text| text.chars().count()).unwrap_or_default();
            assert!((1..=1024).contains(&length), "{rule}");
        }
        let tags: Vec<String> = rule["properties"]["tags"]
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        assert!(
            (1..=20).contains(&tags.len())
                && tags.iter().collect::<BTreeSet<_>>().len() == tags.len(),
            "{rule}"
        );
        let word =
            |value: &Value, words: &[&str]| value.as_str().is_some_and(|one| words.contains(&one));
        assert!(
            word(&rule["defaultConfiguration"]["level"], &["error", "warning", "note"]),
            "{rule}"
        );
        assert!(word(&rule["properties"]["precision"], &["high", "medium", "low"]), "{rule}");
        assert!(
            word(&rule["properties"]["problem.severity"], &["error", "warning", "recommendation"]),
            "{rule}"
        );
    }
    let ids: Vec<Value> = rules.iter().map(|rule| rule["id"].clone()).collect();
    assert_eq!(
        ids.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(),
        ids.len(),
        "{ids:?}"
    );
    ids
}

/// Checks that all members are known and no text is empty.
fn check_members(value: &Value, path: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                assert!(MEMBERS.split(' ').any(|known| known == path), "{path}");
                check_members(member, &path);
            }
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| check_members(element, &format!("{path}/*")))
        }
        Value::String(text) => assert!(!text.is_empty(), "{path}"),
        _ => {}
    }
}

/// The value at `pointer` in each element of the array at `array`.
fn all(run: &Value, array: &str, pointer: &str) -> Vec<Value> {
    let elements = run.pointer(array).and_then(Value::as_array).expect("there is an array");
    elements.iter().map(|one| one.pointer(pointer).cloned().unwrap_or_default()).collect()
}

const RULES: &str = "/tool/driver/rules";

#[test]
fn a_result_has_code_meaning_remedy_and_location() {
    let run = run_over(&[("./logs/a b.log", "started\n登录失败 imsdk 错误码：6206\n")], 9);
    assert_eq!(
        run["results"],
        json!([{
            "ruleId": "TIM6206",
            "ruleIndex": 0,
            "level": "error",
            "message": { "text": "6206 ERR_USER_SIG_EXPIRED: The UserSig has expired. \
                Remedy: Get a new UserSig from your server and log in again." },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "logs/a%20b.log" },
                "region": { "startLine": 2, "startColumn": 16, "endLine": 2, "endColumn": 20 }
            } }],
            "partialFingerprints": { "primaryLocationLineHash": "15cc90f99744611d" },
            "properties": { "confidence": "high" }
        }])
    );
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(run.get("invocations").is_none());
}

#[test]
fn a_rule_explains_its_code() {
    let run = run_over(&[("a.log", "imsdk code:6206")], 9);
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!((&rule["id"], &rule["name"]), (&json!("TIM6206"), &json!("ERR_USER_SIG_EXPIRED")));
    assert_eq!(rule["shortDescription"]["text"], "6206: The UserSig has expired.");
    assert_eq!(rule["properties"]["tags"], json!(["tencent-im", "sdk", "account", "auth"]));
    for (member, wanted) in [
        ("text", "\nRetry: after-fix: the same request succeeds once its cause is fixed\n"),
        ("text", "\nRelated codes: 70001, "),
        (
            "markdown",
            "**6206 ERR\\_USER\\_SIG\\_EXPIRED, sdk/account, auth, error**\n\n- **Meaning:** The \
                UserSig has expired.\n",
        ),
    ] {
        assert!(
            rule["help"][member].as_str().is_some_and(|help| help.contains(wanted)),
            "{wanted}: {rule}"
        );
    }
}

#[test]
fn levels_follow_the_severity() {
    let rows = [
        ("imsdk code:6206", "TIM6206", "error", "error"),
        ("imsdk code:8020", "TIM8020.sdk", "warning", "warning"),
        ("imsdk error_code:6707", "TIM6707", "error", "error"),
        ("imsdk code:10013", "TIM10013", "note", "recommendation"),
        ("imsdk code:-10112", "TIM-10112", "error", "error"),
        ("error code: 8020", "TIM8020.sdk.web", "warning", "warning"),
    ];
    for (line, id, level, severity) in rows {
        let run = run_over(&[("a.log", line)], 9);
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(rule["id"], id, "{line}");
        assert_eq!(
            (&rule["defaultConfiguration"]["level"], &run["results"][0]["level"]),
            (&json!(level), &json!(level)),
            "{line}"
        );
        assert_eq!(rule["properties"]["problem.severity"], severity, "{line}");
    }
}

#[test]
fn precision_is_the_best_confidence() {
    let text = "ret: 6206\nimsdk code:6206\nret: 6206\n";
    let run = run_over(&[("a.log", text)], 9);
    assert_eq!(all(&run, RULES, "/properties/precision"), ["high"]);
    assert_eq!(all(&run, "/results", "/properties/confidence"), ["low", "high", "low"]);
    // Results that are left out count too.
    assert_eq!(all(&run_over(&[("a.log", text)], 1), RULES, "/properties/precision"), ["high"]);
}

#[test]
fn an_ambiguous_code_is_one_rule_with_all_meanings() {
    let run = run_over(&[("a.log", "error code: 8020")], 9);
    let help = run["tool"]["driver"]["rules"][0]["help"]["markdown"].as_str().unwrap_or_default();
    assert_eq!(help.matches("- **Meaning:**").count(), 2, "{help}");
}

#[test]
fn results_that_are_left_out_are_counted() {
    let run = run_over(&[("a.log", "imsdk code:6206\nimsdk code:6206\nimsdk code:70001\n")], 1);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["message"]["text"], "Findings left out beyond the first 1: 2.");
    assert_eq!(all(&run, RULES, "/id"), ["TIM6206", "TIM70001"]);
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let of = |text: &str| all(&run_over(&[("a.log", text)], 9), "/results", "/partialFingerprints");
    assert_eq!(
        of("imsdk code:6206\nimsdk code:6206\n"),
        of("started\n\n10:00 imsdk code:6206\n\n10:01 imsdk code:6206\n")
    );
}

#[test]
fn codes_without_a_row_have_rules() {
    let count = crate::stats::CodeStats::UNKNOWN_LIMIT + 10;
    let text: String =
        (200_001..).take(count).map(|code| format!("imsdk error_code:{code}\n")).collect();
    let run = run_over(&[("a.log", &text)], LIMIT);
    assert_eq!(
        (all(&run, RULES, "/id").len(), all(&run, "/results", "/ruleId").len()),
        (count, count)
    );
}

#[test]
fn hostile_names_are_only_names() {
    let run = run_over(
        &[
            ("a\"]}\n::error::\u{202e}\u{1b}[31m%0A中.log", "imsdk code:6206"),
            ("stdin", "imsdk code:6206"),
        ],
        9,
    );
    assert_eq!(
        all(&run, "/results", "/locations/0/physicalLocation/artifactLocation/uri"),
        ["a%22%5D%7D%0A%3A%3Aerror%3A%3A%E2%80%AE%1B%5B31m%250A%E4%B8%AD.log", "stdin"]
    );
}

#[test]
fn a_run_without_findings_has_no_results() {
    let run = run_over(&[("a.log", "started\n")], 9);
    assert_eq!((&run["results"], &run["tool"]["driver"]["rules"]), (&json!([]), &json!([])));
}

#[test]
fn every_code_of_the_catalog_is_within_the_limits() {
    let catalog = crate::catalog::built_in();
    let text: String = catalog
        .entries()
        .iter()
        .map(|entry| format!("error code: {}\n", entry.codes.first))
        .collect();
    let run = run_over(&[("a.log", &text)], LIMIT);
    assert!(all(&run, RULES, "/id").len() > 500);
}

#[test]
fn descriptions_are_cut_at_their_limit() {
    fn cut(count: usize) -> String {
        let description = description(&"错".repeat(count));
        description["text"].as_str().expect("a text").to_string()
    }
    for (count, length) in [(1023, 1023), (1024, 1024), (1025, 1024)] {
        assert_eq!(cut(count).chars().count(), length);
    }
    assert!(cut(1025).ends_with("错…"));
}

#[test]
fn markdown_is_escaped() {
    let rows = [
        ("send support imsdk_*.xlog", "send support imsdk\\_\\*.xlog"),
        ("<UserID> & `x`", "\\<UserID\\> \\& \\`x\\`"),
        ("No change (here), 10.", "No change (here), 10."),
    ];
    for (text, wanted) in rows {
        assert_eq!(escape_markdown(text), wanted);
    }
}
