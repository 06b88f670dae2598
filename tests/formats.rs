//! The real binary in all its formats: each counts the same, each can be read back, and none grows
//! with a line.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{folder, run, text};
use serde_json::Value;

/// Lines that mean something to a CI system, a parser or a terminal, each with a code.
const HOSTILE: &[u8] = include_bytes!("../fixtures/logs/hostile.log");

/// 300 lines: those of the sample logs in turn with hostile ones.
fn mixed_log() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("listed").path())
        .collect();
    paths.sort();
    let real: Vec<u8> =
        paths.iter().flat_map(|path| fs::read(path).expect("it is there")).collect();
    let real =
        real.split(|&byte| byte == b'\n').filter(|line| text(line).contains("ode")).step_by(2);
    let hostile = HOSTILE.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).cycle();
    let lines: Vec<&[u8]> =
        real.zip(hostile).flat_map(|(real, hostile)| [real, hostile]).take(300).collect();
    assert_eq!(lines.len(), 300);
    lines.join(&b'\n')
}

/// The count of each code in the output of a format.
type Counts = BTreeMap<String, u64>;

fn tallied(codes: impl IntoIterator<Item = String>) -> Counts {
    let mut counts = Counts::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    counts
}

/// The code that a rule of SARIF or GitLab is about: `TIM8020.sdk`.
fn of_rule(rule: &Value) -> String {
    let rule = rule.as_str().expect("a rule has a name").trim_start_matches("TIM");
    rule.split('.').next().unwrap_or_default().to_string()
}

#[test]
fn records_tell_that_the_text_of_a_very_long_line_is_cut() {
    let long = format!("imsdk code:6206 {}\n", "错".repeat(1 << 19));
    let folder = folder(&[("a.log", &format!("imsdk code:6014\n{long}"))]);
    let jsonl = text(&run(&["--format", "jsonl", "a.log"], folder.path()).stdout);
    let records: Vec<Value> =
        jsonl.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((records[1].get("truncated"), &records[2]["truncated"]), (None, &true.into()));
    let cut =
        records[2]["text"].as_str().expect("no character is cut in two, so it is UTF-8 still");
    assert!(cut.len() < long.len() && long.starts_with(cut), "{}", cut.len());
    let output = run(&["--format", "csv", "a.log"], folder.path()).stdout;
    let mut reader = csv::Reader::from_reader(output.as_slice());
    let rows: Vec<BTreeMap<String, String>> =
        reader.deserialize().map(|row| row.expect("CSV")).collect();
    assert_eq!((rows[0]["truncated"].as_str(), rows[1]["truncated"].as_str()), ("false", "true"));
    assert_eq!(rows[1]["text"], cut);
}

#[test]
fn a_line_with_a_member_of_its_own_in_the_way_is_named_once() {
    let taken = "{\"imerr\":\"IMERR-7\",\"msg\":\"imsdk code:6206\"}\n";
    let log = format!("{{\"msg\":\"start\"}}\n{taken}{taken}");
    let folder = folder(&[("a", &log), ("b", taken)]);
    let wanted = "warning: a: the line at byte 16 already has a member \"imerr\", so no \
        annotation \
                  was added there or in other such lines\n  tip: --json-key chooses another key\n";
    for format in ["auto", "json"] {
        let output = run(&["--format", format, "a", "b"], folder.path());
        assert_eq!(
            (text(&output.stdout), text(&output.stderr)),
            (format!("{log}{taken}"), wanted.to_string()),
            "{format}"
        );
    }
    let rows: [(&[&str], &str); 4] = [
        (&["--only", "-n", "a"], wanted),
        (&["-c", "a"], ""),
        (&["--format", "append", "a"], ""),
        (&["--json-key", "tim", "a"], ""),
    ];
    for (args, wanted) in rows {
        let output = run(args, folder.path());
        assert_eq!(
            (output.status.code(), text(&output.stderr)),
            (Some(0), wanted.to_string()),
            "{args:?}"
        );
    }
    assert_eq!(text(&run(&["-c", "a"], folder.path()).stdout), "2\n");
}

#[test]
fn a_very_long_line_of_json_stays_json() {
    fn long(before: &str) -> String {
        format!("{before}{{\"msg\":\"imsdk code:6206\",\"x\":\"{}\"}}\n", "y".repeat(1 << 20))
    }
    let folder = folder(&[("json", &long(" ")), ("prose", &long("got "))]);
    for format in ["auto", "json"] {
        assert!(
            text(&run(&["--format", format, "json"], folder.path()).stdout) == long(" "),
            "{format}"
        );
    }
    assert!(text(&run(&["prose"], folder.path()).stdout).contains("\"} [imerr 6206 "));
    assert_eq!(text(&run(&["-c", "json"], folder.path()).stdout), "1\n");
}

#[test]
fn all_formats_count_the_same() {
    let folder = folder(&[]);
    let folder = folder.path();
    fs::write(folder.join("a.log"), mixed_log()).expect("the folder is writable");
    let format = |format: &str| output_of(folder, &["--format", format]);
    let jsonl = records(&format("jsonl"));
    let codes = jsonl.iter().filter(|record| record["type"] == "match");
    let wanted = tallied(codes.map(|record| string(&record["code"])));
    let total: u64 = wanted.values().sum();
    assert!(total > 200 && wanted.len() > 20, "{wanted:?}");
    assert_eq!(jsonl.last().expect("it has a summary")["matches"], total);

    let stats = json(&output_of(folder, &["stats", "--format", "json"]));
    assert_eq!(stats["matches"], total);
    let rows = [
        ("csv", counts_of_csv(&format("csv"))),
        ("rdjsonl", counts_of_rdjsonl(&format("rdjsonl"))),
        ("sarif", counts_of_sarif(&json(&format("sarif")))),
        ("gitlab", counts_of_gitlab(&json(&format("gitlab")))),
        ("junit", counts_of_junit(&format("junit"))),
        ("stats json", counts_of_stats(&stats)),
        ("stats csv", counts_of_table(&output_of(folder, &["stats", "--format", "csv"]))),
    ];
    for (about, counts) in rows {
        assert_eq!(counts, wanted, "{about}");
    }
    for (args, about) in [(&["stats"][..], "table"), (&["--format", "markdown"], "markdown")] {
        let head = format!("{total} findings of {} codes in 300 lines of 1 file\n", wanted.len());
        let output = output_of(folder, args);
        assert!(output.trim_start_matches("### ").starts_with(&head), "{about}");
    }
}

fn string(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

fn counts_of_csv(text: &str) -> Counts {
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let column = column(&mut csv, "code");
    tallied(csv.records().map(|record| record.expect("this is CSV")[column].to_string()))
}

fn column(csv: &mut csv::Reader<&[u8]>, name: &str) -> usize {
    let mut headers = csv.headers().expect("it has a header").iter();
    headers.position(|header| header == name).expect("it has the column")
}

fn counts_of_rdjsonl(text: &str) -> Counts {
    tallied(records(text).iter().map(|record| string(&record["code"]["value"])))
}

fn counts_of_sarif(sarif: &Value) -> Counts {
    let results = sarif["runs"][0]["results"].as_array().expect("it has results");
    tallied(results.iter().map(|result| of_rule(&result["ruleId"])))
}

fn counts_of_gitlab(gitlab: &Value) -> Counts {
    let violations = gitlab.as_array().expect("it is an array");
    tallied(violations.iter().map(|one| of_rule(&one["check_name"])))
}

fn counts_of_junit(text: &str) -> Counts {
    let document = roxmltree::Document::parse(text).expect("this is XML");
    let mut counts = Counts::new();
    for test in document.descendants().filter(|node| node.has_tag_name("testcase")) {
        let name = test.attribute("name").expect("a test has a name");
        let code = name.split([' ', ':']).next().unwrap_or_default();
        let output = test.first_element_child().and_then(|node| node.text()).expect("a result");
        let seen = output.strip_prefix("Seen ").expect("the output has a count");
        let count = seen.split(' ').next().unwrap_or_default();
        // It may be "once".
        *counts.entry(code.to_string()).or_default() += count.parse().unwrap_or(1);
    }
    counts
}

fn counts_of_stats(stats: &Value) -> Counts {
    let mut counts = Counts::new();
    for code in stats["codes"].as_array().expect("it has codes") {
        let count = code["count"].as_u64().expect("a count is a number");
        *counts.entry(string(&code["code"])).or_default() += count;
    }
    counts
}

fn counts_of_table(text: &str) -> Counts {
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let (code, count) = (column(&mut table, "code"), column(&mut table, "count"));
    let mut counts = Counts::new();
    for record in table.records() {
        let record = record.expect("this is CSV");
        let count: u64 = record[count].parse().expect("a number");
        *counts.entry(record[code].to_string()).or_default() += count;
    }
    counts
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn output_of(folder: &Path, args: &[&str]) -> String {
    let output = run(&[args, &["--unknown", "a.log"]].concat(), folder);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

#[test]
fn a_long_line_is_quoted_in_part_or_not_at_all() {
    let long = format!("::error::{}", "]]>\u{202e}错\x1b[31m%0A".repeat(70_000));
    let log = format!("imsdk code:6206 {long}\n{long} imsdk code:8020\nimsdk error_code:70107\n");
    assert!(long.len() > 1 << 20);
    let folder = folder(&[("a.log", &log)]);
    for format in ["append", "auto", "json", "logfmt", "github", "azure", "teamcity"] {
        let stdout = run(&["--format", format, "a.log"], folder.path()).stdout;
        assert!(
            (log.len()..log.len() + 4000).contains(&stdout.len()),
            "{format}: {}",
            stdout.len()
        );
    }
    for format in ["sarif", "gitlab", "junit", "markdown", "rdjsonl"] {
        let stdout = run(&["--format", format, "a.log"], folder.path()).stdout;
        assert!((100..20_000).contains(&stdout.len()), "{format}: {}", stdout.len());
        // Only the first MiB of a line is searched.
        let output = text(&stdout);
        assert!(
            output.contains("6206") && output.contains("70107") && !output.contains("8020"),
            "{format}: {output}"
        );
    }
}
