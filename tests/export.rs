//! `export`: every code is in every format, as a parser of that format reads it.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use common::{Limited, folder, read, run, status_and_output, text};
use regex::Regex;
use regex::bytes::RegexBuilder;
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

const GUIDE: &str = include_str!("../docs/integrations.md");
const LOG: &str = include_str!("../fixtures/logs/demo.log");

/// The formats with codes, and how they are read.
const TABLES: [(&str, Reader); 10] = [
    ("csv", of_csv),
    ("rsyslog", of_rsyslog),
    ("syslog-ng", of_syslog_ng),
    ("logstash", of_yaml),
    ("elastic", of_elastic),
    ("splunk", of_csv),
    ("otel", of_yaml),
    ("fluent-bit", of_fluent_bit),
    ("sqlite", of_sqlite),
    ("markdown", of_markdown),
];

/// The formats of the program that reads the codes.
const CONFIGURATIONS: [&str; 2] = ["splunk-conf", "lnav"];

/// Texts with all that a format could get wrong.
const HOSTILE: &str = r#"
system = "hostile"
as_of = "2031-01-02"

[[entry]]
code = 4711
category = "quotes"
kind = "client"
severity = "warning"
meaning = "'Single' \"double\", comma; $HOST ${MSG} back\\slash | pipe & <b> 中文，逗号。"
remedy = "= @x `tick` $$ %msg% {{x}} # : - 'end'"
retry = "never"
status = "current"
"#;

/// What a table answers for each code: `sdk/account error: MEANING -> REMEDY`.
type Answers = BTreeMap<String, String>;

/// Reads an export.
type Reader = fn(&str) -> Answers;

fn export(args: &[&str], folder: &Path) -> String {
    let (status, out, errors) = status_and_output(&run(args, folder));
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{args:?}");
    out
}

fn of_csv(text: &str) -> Answers {
    let mut answers = Answers::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let row: HashMap<String, String> = row.expect("a row as long as the header");
        let is_range = row["first"] != row["last"];
        let code = if is_range {
            format!("{}..{}", row["first"], row["last"])
        } else {
            row["first"].clone()
        };
        assert_eq!(row["code"], code);
        add(&mut answers, code, |column| row[column].clone());
    }
    answers
}

/// Adds the answer of one code, which must be new.
fn add(answers: &mut Answers, code: String, column: impl Fn(&str) -> String) {
    let [system, category, severity, meaning, remedy] =
        ["system", "category", "severity", "meaning", "remedy"].map(column);
    let answer = format!("{system}/{category} {severity}: {meaning} -> {remedy}");
    assert!(answers.insert(code.clone(), answer).is_none(), "{code} occurs twice");
}

fn of_rsyslog(text: &str) -> Answers {
    let document: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!((&document["version"], &document["type"]), (&1.into(), &"string".into()));
    let mut answers = Answers::new();
    for row in document["table"].as_array().expect("a list") {
        let [code, answer] = ["index", "value"].map(|key| row[key].as_str().expect("a string"));
        assert!(answers.insert(code.to_string(), answer.to_string()).is_none(), "{code}");
    }
    answers
}

fn of_syslog_ng(text: &str) -> Answers {
    let mut rows: BTreeMap<String, HashMap<String, String>> = BTreeMap::new();
    for (line, row) in text.lines().zip(csv_rows(text, false)) {
        // syslog-ng would take single quotes around a value for quotes.
        assert_eq!(line.matches("\",\"").count(), 2, "{line}");
        let [code, name, value] = row.try_into().expect("three columns");
        let value = value.replace("$$", "\0");
        assert!(!value.contains('$'), "{line} is a template");
        rows.entry(code).or_default().insert(name, value.replace('\0', "$"));
    }
    let mut answers = Answers::new();
    for (code, row) in rows {
        add(&mut answers, code, |column| row[column].clone());
    }
    answers
}

fn csv_rows(text: &str, has_headers: bool) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(has_headers).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("rows of one length"));
    rows.map(|row| row.iter().map(str::to_string).collect()).collect()
}

fn of_yaml(text: &str) -> Answers {
    let documents = YamlLoader::load_from_str(text).expect("YAML");
    let mut answers = Answers::new();
    for (code, row) in documents[0].as_hash().expect("a map") {
        let code = code.as_str().expect("codes are strings").to_string();
        add(&mut answers, code, |column| row[column].as_str().expect("a string").to_string());
    }
    answers
}

fn of_elastic(text: &str) -> Answers {
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut answers = Answers::new();
    for pair in lines.chunks(2) {
        let [action, document] = pair else { panic!("{pair:?} is no pair") };
        let code = document["code"].as_str().expect("a string");
        assert_eq!(action["index"]["_id"], code);
        assert!(document["first"].is_i64() && document["last"].is_i64());
        let column = |column: &str| document[column].as_str().expect("a string").to_string();
        add(&mut answers, code.to_string(), column);
    }
    answers
}

fn of_fluent_bit(text: &str) -> Answers {
    let mut answers = Answers::new();
    for line in text.lines() {
        assert!(line.len() < 2048, "the first versions of the filter read no longer line: {line}");
    }
    for row in csv_rows(text, true) {
        let [code, answer] = row.try_into().expect("two columns");
        assert!(answers.insert(code.clone(), answer).is_none(), "{code}");
    }
    answers
}

/// Reads INSERT statements: two numbers, then strings in which a quote is doubled.
fn of_sqlite(text: &str) -> Answers {
    let names = ["names", "system", "category", "kind", "severity", "meaning", "remedy", "retry"];
    let mut answers = Answers::new();
    for line in text.lines() {
        let Some(values) = line.strip_prefix("INSERT INTO imerr_codes VALUES (") else { continue };
        let values = values.strip_suffix(");").expect("a statement ends its line");
        let (first, rest) = values.split_once(", ").expect("two numbers");
        let (last, strings) = rest.split_once(", ").expect("two numbers");
        let values = sql_strings(strings);
        assert_eq!(values.len(), names.len(), "{line}");
        let row: HashMap<&str, String> = names.into_iter().zip(values).collect();
        let code = if first == last { first.to_string() } else { format!("{first}..{last}") };
        add(&mut answers, code, |column| row[column].clone());
    }
    answers
}

fn sql_strings(text: &str) -> Vec<String> {
    let mut strings: Vec<String> = Vec::new();
    // Every other piece is within quotes; an empty piece outside is a quote that was doubled.
    let pieces: Vec<&str> = text.split('\'').collect();
    for pair in pieces.chunks(2) {
        let [outside, inside] = *pair else { continue };
        match strings.last_mut() {
            Some(string) if outside.is_empty() => string.push_str(&format!("'{inside}")),
            _ => strings.push(inside.to_string()),
        }
    }
    strings
}

/// The rows of the table, one for each entry. Ranges and further meanings become answers of codes.
fn of_markdown(text: &str) -> Answers {
    let mut answers = Answers::new();
    for line in text.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| decoded(cell.trim())).collect();
        let [code, _, category, severity, meaning, remedy] = cells.try_into().expect("six cells");
        let answer = format!("{category} {severity}: {meaning} -> {remedy}");
        let range = code
            .split_once("..")
            .map(|(first, last)| [first, last].map(|end| end.parse::<i64>().expect("a number")));
        match range {
            Some([first, last]) if last - first < 101 => {
                answers.extend((first..=last).map(|code| (code.to_string(), answer.clone())));
            }
            _ => {
                let other = answers.remove(&code);
                let other = other.map_or(String::new(), |other| format!("{other} | or "));
                answers.insert(code, other + &answer);
            }
        }
    }
    answers
}

/// `text` with its numeric entities decoded.
fn decoded(text: &str) -> String {
    let entity = Regex::new("&#([0-9]+);").expect("a pattern");
    fn character(found: &regex::Captures<'_>) -> String {
        let number: u32 = found[1].parse().expect("digits");
        char::from_u32(number).expect("a character").to_string()
    }
    entity.replace_all(text, character).replace('\u{200b}', "")
}

/// The entries that `list` shows, by the codes that a table must have.
fn listed(args: &[&str], folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut codes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in export(&[&["list", "--format", "json"], args].concat(), folder).lines() {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        let [first, last] = match entry["range"].as_array() {
            Some(range) => [&range[0], &range[1]].map(|end| end.as_i64().expect("a number")),
            None => [entry["code"].as_i64().expect("a number"); 2],
        };
        if last - first > 100 {
            codes.entry(format!("{first}..{last}")).or_default().push(entry);
            continue;
        }
        for code in first..=last {
            codes.entry(code.to_string()).or_default().push(entry.clone());
        }
    }
    codes
}

fn answer(entry: &Value) -> String {
    let [system, category, severity, meaning, remedy] =
        ["system", "category", "severity", "meaning", "remedy"]
            .map(|key| entry[key].as_str().expect("a string"));
    format!("{system}/{category} {severity}: {meaning} -> {remedy}")
}

#[test]
fn every_code_is_in_every_table() {
    let folder = folder(&[("hostile.toml", HOSTILE)]);
    let runs: [&[&str]; 4] = [
        &["--lang", "en"],
        &["--lang", "zh", "--catalog", "hostile.toml"],
        &["--lang", "en", "--also", "rongcloud", "--severity", "error"],
        &["--lang", "en", "--code", "-10003,2003,4711,38000-39000", "--catalog", "hostile.toml"],
    ];
    for args in runs {
        let listed = listed(args, folder.path());
        assert!(listed.len() > 3, "{args:?}");
        for (format, read) in TABLES {
            let answers = read(&export(&[&["export", format], args].concat(), folder.path()));
            for (code, entries) in &listed {
                let found =
                    answers.get(code).unwrap_or_else(|| panic!("{code} is not in {format}"));
                match &entries[..] {
                    [entry] if format == "markdown" && args[1] == "zh" => {
                        let meaning = entry["meaning"].as_str().expect("a string");
                        assert!(found.contains(&format!(": {meaning} -> ")), "{format}: {found}");
                    }
                    [entry] => assert_eq!(*found, answer(entry), "{format}"),
                    // Of two systems with one meaning, a table has the one that reports the code.
                    several => {
                        let meaning = |entry: &Value| entry["meaning"].as_str().map(str::to_string);
                        let is_in =
                            |entry: &&Value| found.contains(&meaning(entry).expect("a string"));
                        assert!(several.iter().any(|entry| is_in(&entry)), "{format}: {found}");
                    }
                }
            }
            // A range has a row for each of its codes that passes the filter.
            assert!(answers.len() <= listed.len(), "{format} has codes that are not listed");
        }
    }
}

#[test]
fn a_code_with_several_meanings_has_one_row_with_all() {
    let folder = folder(&[]);
    let rows = |format: &str| export(&["export", format, "--code", "2003,70001"], folder.path());
    let row = &of_csv(&rows("csv"))["2003"];
    let start = "server web/content-review login error: The content review request has a wrong or \
                 missing parameter. Or: The login call has no userSig. -> In the back end, ";
    assert!(row.starts_with(start), "{row}");
    // The Web SDK passes on the code of the server.
    assert!(of_rsyslog(&rows("rsyslog"))["70001"].starts_with("server/account error: The server"));
    let several = &of_rsyslog(&rows("rsyslog"))["2003"];
    assert!(several.starts_with("ambiguous: ") && several.contains(" | or web/login"), "{several}");
}

#[test]
fn the_selected_codes_of_a_range_are_exported() {
    let folder = folder(&[]);
    let folder = folder.path();
    assert_eq!(codes_of_csv(folder, &["--code", "10150,6206"]), ["10150", "6206"]);
    assert_eq!(codes_of_csv(folder, &["--code", "38500"]), ["38000..39000"]);
    assert_eq!(codes_of_csv(folder, &["--code", "70006-70008", "--code", "!70009"]).len(), 3);
    let expanded = codes_of_csv(folder, &["--code", "10100-10200"]);
    assert!(expanded.contains(&"10100".to_string()) && expanded.contains(&"10200".to_string()));
    assert_eq!(expanded.len(), 101);
}

fn codes_of_csv(folder: &Path, args: &[&str]) -> Vec<String> {
    let text = export(&[&["export", "csv"], args].concat(), folder);
    of_csv(&text).into_keys().collect()
}

#[test]
fn a_file_is_replaced_as_a_whole_or_stays() {
    let folder = folder(&[("codes.csv", "old"), ("hostile.toml", HOSTILE)]);
    let root = folder.path();
    let printed = export(&["export", "csv"], root);
    assert_eq!(export(&["export", "vector"], root), printed);
    assert_eq!(export(&["export", "csv", "-o", "codes.csv"], root), "");
    assert_eq!(read(root, "codes.csv"), printed);
    let rows: [(&[&str], i32, &str); 4] = [
        (&["-o", "codes.csv", "--code", "424242"], 1, "error: no code passes the filters\n"),
        (&["-o", "missing/codes.csv"], 2, "error: missing/codes.csv: "),
        (
            &["-o", "hostile.toml", "--catalog", "hostile.toml"],
            2,
            "error: hostile.toml: is the same file as the input hostile.toml",
        ),
        (&["--category", "nosuch"], 2, "error: invalid value 'nosuch' for '--category <LIST>'"),
    ];
    for (args, status, message) in rows {
        let output = run(&[&["export", "csv"], args].concat(), root);
        assert_eq!(output.status.code(), Some(status), "{args:?}");
        assert!(text(&output.stderr).starts_with(message), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
    }
    assert_eq!(read(root, "codes.csv"), printed);
    assert_eq!(read(root, "hostile.toml"), HOSTILE);
    assert_eq!(common::tree(root), ["codes.csv", "hostile.toml"]);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let formats = TABLES.iter().map(|(format, _)| *format).chain(CONFIGURATIONS);
    let mut runs: Vec<Vec<&str>> = formats.map(|format| vec!["export", format]).collect();
    runs.extend(["text", "json", "csv"].map(|format| vec!["list", "--format", format]));
    for args in runs {
        let mut child = common::binary(Path::new(".")).args(&args).start();
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(status_and_output(&output), (Some(0), String::new(), String::new()), "{args:?}");
    }
}

#[test]
fn files_with_comments_begin_with_version_and_date() {
    let folder = folder(&[("hostile.toml", HOSTILE)]);
    let version = concat!("imerr-annotate ", env!("CARGO_PKG_VERSION"));
    for format in ["rsyslog", "logstash", "splunk-conf", "otel", "lnav", "sqlite", "markdown"] {
        for lang in ["en", "zh"] {
            let args = ["--lang", lang, "export", format, "--catalog", "hostile.toml"];
            let text = export(&args, folder.path());
            let title = text.lines().find(|line| line.contains(version)).unwrap_or_default();
            assert!(title.contains("2031-01-02"), "{format}: {title}");
        }
    }
}

#[test]
fn no_text_begins_like_a_formula() {
    for lang in ["en", "zh"] {
        let text = export(&["--lang", lang, "export", "csv"], folder(&[]).path());
        for row in csv_rows(&text, true) {
            for cell in row.iter().skip(3) {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{row:?}");
            }
        }
    }
}

#[test]
fn the_format_of_lnav_reads_its_samples() {
    let document: Value =
        serde_json::from_str(&export(&["export", "lnav"], folder(&[]).path())).expect("JSON");
    let format = &document["imerr_log"];
    let mut patterns = Vec::new();
    for pattern in format["regex"].as_object().expect("an object").values() {
        let pattern = pattern["pattern"].as_str().expect("a string");
        patterns.push(RegexBuilder::new(pattern).unicode(false).build().expect("a pattern"));
    }
    let samples = format["sample"].as_array().expect("a list");
    assert_eq!(samples.len(), 6);
    let printed = export(&["--format", "append", "a.log"], folder(&[("a.log", LOG)]).path());
    let lines = samples.iter().map(|sample| sample["line"].as_str().expect("a string"));
    let mut codes = Vec::new();
    for line in lines.chain(printed.lines().filter(|line| !line.starts_with('{'))) {
        let mut found = patterns.iter().filter_map(|pattern| pattern.captures(line.as_bytes()));
        let found = found.next().unwrap_or_else(|| panic!("no pattern matches {line}"));
        assert_eq!(found.name("imerr_code").is_some(), line.contains(" [imerr "), "{line}");
        codes.extend(found.name("imerr_code").map(|code| text(code.as_bytes())));
    }
    assert_eq!(codes, ["6206", "6206", "6206", "-10003", "6206", "70107", "20007"]);
}

#[test]
fn the_stanzas_of_splunk_name_columns_of_its_table() {
    let folder = folder(&[]);
    let table = export(&["export", "splunk", "--code", "6206"], folder.path());
    let header: Vec<&str> = table.lines().next().unwrap_or_default().split(',').collect();
    let stanzas = export(&["export", "splunk-conf"], folder.path());
    let lookup =
        stanzas.lines().find(|line| line.starts_with("LOOKUP-imerr = ")).expect("a lookup");
    let columns = lookup.split(" OUTPUT ").nth(1).expect("outputs").split(' ').step_by(3);
    let mut count = 0;
    for column in columns {
        assert!(header.contains(&column), "{column}");
        count += 1;
    }
    assert_eq!(count, 8);
}

/// The fenced blocks of the guide in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let starts = GUIDE.split(opening.as_str()).skip(1);
    starts.map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn the_guide_has_every_format_and_its_configurations_can_be_parsed() {
    let help = text(&run(&["export", "--help"], folder(&[]).path()).stdout);
    let formats = TABLES.iter().map(|(format, _)| *format).chain(CONFIGURATIONS);
    for format in formats.clone() {
        assert!(help.contains(&format!("\n          - {format}:")), "{format} is not in {help}");
        assert!(GUIDE.contains(&format!("export {format}")), "{format}");
    }
    assert_eq!(help.matches("\n          - ").count(), formats.count());
    for block in blocks("yaml") {
        assert!(matches!(YamlLoader::load_from_str(block).expect(block)[..], [Yaml::Hash(_)]));
    }
    for block in blocks("json") {
        serde_json::from_str::<Value>(block).expect(block);
    }
    assert!(blocks("yaml").len() == 4 && blocks("json").len() == 4);
}

#[cfg(unix)]
#[test]
fn the_commands_of_the_guide_run() {
    let template = text(&run(&["new-catalog", "my-app"], Path::new(".")).stdout);
    let folder = folder(&[("app.log", LOG), ("my-app.toml", &template)]);
    let root = folder.path();
    let etc = root.join("etc");
    fs::create_dir(&etc).expect("the folder is writable");
    let mut commands: Vec<&str> = blocks("sh").into_iter().flat_map(str::lines).collect();
    for row in GUIDE.lines().filter(|line| line.starts_with('|')) {
        commands.extend(row.split('`').skip(1).step_by(2));
    }
    let path = Regex::new("/etc/[a-z-]+").expect("a pattern");
    let here = etc.display().to_string();
    let mut count = 0;
    for command in commands {
        let is_ours = command.starts_with("imerr-annotate ") && !command.contains(" -f ");
        if !is_ours && !command.starts_with("mkdir ") {
            continue;
        }
        let command = path.replace_all(command, here.as_str());
        let command = command.replace("imerr-annotate", env!("CARGO_BIN_EXE_imerr-annotate"));
        let output = std::process::Command::new("/bin/sh")
            .args(["-c", &command])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", root)
            .current_dir(root)
            .output()
            .expect("there is a shell");
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
        count += 1;
    }
    assert!(count > 25, "only {count} commands were found");
}

#[test]
fn a_regular_expression_misses_codes_as_the_guide_says() {
    let conf =
        blocks("conf").into_iter().find(|block| block.contains("re_extract")).expect("rsyslog");
    let pattern =
        conf.split("re_extract($msg, \"").nth(1).and_then(|rest| rest.split("\", ").next());
    let pattern = pattern.expect("it has a pattern").replace("\\\"", "\"");
    let pattern = Regex::new(&pattern).expect("a pattern");
    let mut found = Vec::new();
    for line in LOG.lines() {
        found.extend(pattern.captures(line).map(|found| found[2].parse::<i64>().expect("digits")));
    }
    found.retain(|code| *code != 0 && *code != 6707);
    assert_eq!(found, [-10003, 6206, 10010]);
    let codes: Vec<i64> = LOG
        .lines()
        .flat_map(|line| {
            imerr::Detector::built_in()
                .find(line.as_bytes())
                .iter()
                .map(|one| one.code)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(codes, [-10003, 6206, 70107, 20007, 10010]);
}
