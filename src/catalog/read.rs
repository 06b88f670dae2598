//! Reads catalog files and checks them: the same for the built-in catalogs, by the build script, and
//! for a user's own, at run time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::entry::{Codes, Entry, Text};
use super::source::{Problem, Record, Source};

const FIELDS: [&str; 14] = [
    "code", "range", "names", "category", "kind", "severity", "meaning", "cause", "remedy", "retry", "status", "since", "note",
    "see",
];

/// Reads the catalog `text` of the file `path`.
///
/// A catalog names its `system` at the top; then each `[[entry]]` has the fields of [`Entry`], with `code`
/// for a single code or `range = [first, last]`. Entries stand in ascending order of code.
///
/// Every problem of the file is returned, in file order, not the first only.
pub fn read_catalog(path: &str, text: &str) -> Result<Vec<Entry>, Vec<Problem>> {
    let source = Source::new(path, text);
    let top = source.parse();
    let system = match top.get("system").and_then(|value| value.get_ref().as_str()) {
        Some(system) if is_slug(system) => system.to_string(),
        _ => {
            source.problem(0..0, "system must stand at the top, as lower-case letters, digits and '-'".to_string());
            String::new()
        }
    };
    let mut entries: Vec<Entry> = Vec::new();
    for record in source.records(&top, "entry", &["system"]) {
        let Some(entry) = entry(&record, &system) else { continue };
        if let Some(before) = entries.last() {
            check_order(&record, before.codes, entry.codes);
        }
        entries.push(entry);
    }
    drop(top);
    match source.into_problems() {
        problems if problems.is_empty() => Ok(entries),
        problems => Err(problems),
    }
}

/// Checks what only shows across files: names that stand for two codes of one system, and `see` that leads nowhere.
///
/// The problems name the system instead of a line.
pub fn check_together(entries: &[Entry]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |entry: &Entry, text: String| {
        problems.push(Problem { path: format!("catalog {}", entry.system), line: 0, text: format!("{}: {text}", entry.codes) });
    };
    let mut owners: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    for entry in entries {
        for name in entry.names.iter() {
            if let Some(owner) = owners.insert((&entry.system, name), entry) {
                problem(entry, format!("name {name} belongs to {} already", owner.codes));
            }
        }
        for code in entry.see.iter() {
            if !entries.iter().any(|other| other.codes.contains(*code)) {
                problem(entry, format!("see names {code}, which no catalog holds"));
            }
        }
    }
    problems
}

fn entry(record: &Record<'_, '_>, system: &str) -> Option<Entry> {
    record.only(&FIELDS);
    let codes = codes(record);
    let names: Vec<Text> =
        record.texts("names").into_iter().map(|name| owned(record, "names", name, Entry::TEXT_LIMIT)).collect();
    for name in names.iter().filter(|name| !is_name(name)) {
        record.field_problem("names", format!("'{name}' is not a constant of letters, digits and '_'"));
    }
    let category = record.text("category");
    if !category.is_empty() && !is_slug(category) {
        record.field_problem("category", format!("'{category}' must be lower-case letters, digits and '-'"));
    }
    let optional = |field| record.optional_text(field).map(|text| owned(record, field, text, Entry::TEXT_LIMIT));
    let see = record.integers("see");
    // Every field is looked at before any missing one ends the entry, so that all problems are told at once.
    let (kind, severity) = (record.word("kind"), record.word("severity"));
    let (retry, status) = (record.word("retry"), record.word("status"));
    let meaning = owned(record, "meaning", record.text("meaning"), Entry::MEANING_LIMIT);
    let remedy = owned(record, "remedy", record.text("remedy"), Entry::TEXT_LIMIT);
    let (cause, since, note) = (optional("cause"), optional("since"), optional("note"));
    Some(Entry {
        system: Cow::Owned(system.to_string()),
        codes: codes?,
        names: Cow::Owned(names),
        category: Cow::Owned(category.to_string()),
        kind: kind?,
        severity: severity?,
        meaning,
        cause,
        remedy,
        retry: retry?,
        status: status?,
        since,
        note,
        see: Cow::Owned(see),
    })
}

fn codes(record: &Record<'_, '_>) -> Option<Codes> {
    match (record.optional_integer("code"), record.integers("range").as_slice()) {
        (Some(code), []) => Some(Codes::one(code)),
        (None, &[first, last]) if first < last => Some(Codes { first, last }),
        (None, &[first, last]) => {
            record.field_problem("range", format!("range {first} to {last} is empty: the first must be below the last"));
            None
        }
        _ => {
            record.problem("either code = NUMBER or range = [FIRST, LAST] is needed");
            None
        }
    }
}

fn check_order(record: &Record<'_, '_>, before: Codes, codes: Codes) {
    if codes == before {
        record.problem(format!("{codes} stands here twice"));
    } else if codes.first <= before.last && codes.first >= before.first {
        record.problem(format!("{codes} overlaps {before}"));
    } else if codes.first < before.first {
        record.problem(format!("{codes} is out of order after {before}"));
    }
}

/// The text as an entry keeps it; what could break an annotation or a terminal is a problem.
fn owned(record: &Record<'_, '_>, field: &str, text: &str, limit: usize) -> Text {
    let length = text.chars().count();
    if length > limit {
        record.field_problem(field, format!("{field} has {length} characters, the limit is {limit}"));
    }
    if let Some(bad) = text.chars().find(|c| !matches!(c, ' '..='~') || matches!(c, '[' | ']')) {
        record.field_problem(field, format!("{field} holds {bad:?}; only printable ASCII without square brackets is possible"));
    }
    if text.trim() != text {
        record.field_problem(field, format!("{field} begins or ends with a blank"));
    }
    Cow::Owned(text.to_string())
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"system = "sdk"

[[entry]]
code = 6206
names = ["ERR_USER_SIG_EXPIRED"]
category = "account"
kind = "auth"
severity = "error"
meaning = "The UserSig has expired."
remedy = "Get a new UserSig."
retry = "after-fix"
status = "current"
see = [70001]
"#;

    fn problems(text: &str) -> Vec<String> {
        read_catalog("c.toml", text).expect_err("the catalog is broken").iter().map(|problem| problem.to_string()).collect()
    }

    #[test]
    fn a_good_entry_is_read_whole() {
        let entries = read_catalog("c.toml", GOOD).expect("the catalog is good");
        let [entry] = entries.as_slice() else { panic!("one entry, not {entries:?}") };
        assert_eq!((entry.codes, entry.name()), (Codes::one(6206), Some("ERR_USER_SIG_EXPIRED")));
        assert_eq!((entry.system.as_ref(), entry.category.as_ref()), ("sdk", "account"));
        assert_eq!(entry.see.as_ref(), [70001]);
    }

    #[test]
    fn each_problem_names_path_line_and_value() {
        let rows = [
            ("system = \"sdk\"", "system = \"S DK\"", "c.toml:1: system must stand at the top"),
            ("code = 6206", "code = \"6206\"", "c.toml:4: code must be an integer, not string"),
            ("code = 6206", "range = [9, 3]", "c.toml:4: range 9 to 3 is empty"),
            ("code = 6206", "", "c.toml:3: either code = NUMBER or range"),
            ("\"auth\"", "\"authn\"", "c.toml:7: kind 'authn' is none of auth, permission"),
            ("severity = \"error\"", "", "c.toml:3: severity is missing"),
            ("The UserSig has expired.", "a]b", "c.toml:9: meaning holds ']'"),
            ("The UserSig has expired.", &"m".repeat(91), "c.toml:9: meaning has 91 characters, the limit is 90"),
            ("Get a new UserSig.", "", "c.toml:10: remedy is empty"),
            ("see = [70001]", "sea = [70001]", "c.toml:13: unknown field 'sea', known are code"),
            ("[[entry]]", "[[entri]]", "c.toml:3: unknown key 'entri'"),
            ("names = [\"ERR_USER", "names = [\"ERR USER", "c.toml:5: 'ERR USER_SIG_EXPIRED' is not a constant"),
        ];
        for (from, to, wanted) in rows {
            let found = problems(&GOOD.replacen(from, to, 1));
            assert!(found.iter().any(|problem| problem.starts_with(wanted)), "{from} -> {to}: {found:?}");
        }
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let broken =
            GOOD.replace("\"auth\"", "\"x\"").replace("\"after-fix\"", "\"y\"").replace("meaning = \"The", "meaning = \" The");
        assert_eq!(problems(&broken).len(), 3);
    }

    #[test]
    fn order_repeats_and_overlaps_are_problems() {
        let (head, entry) = GOOD.split_once("\n\n").expect("the head ends with an empty line");
        let rows = [
            ("code = 6206", "6206 stands here twice"),
            ("code = 6205", "6205 is out of order after 6206"),
            ("range = [6200, 6300]", "6200..6300 is out of order after 6206"),
        ];
        for (codes, wanted) in rows {
            let text = format!("{head}\n{entry}\n{}", entry.replace("code = 6206", codes));
            assert!(problems(&text).iter().any(|problem| problem.ends_with(wanted)), "{codes}: {:?}", problems(&text));
        }
        let ranges = format!(
            "{head}\n{}\n{}",
            entry.replace("code = 6206", "range = [10, 20]"),
            entry.replace("code = 6206", "code = 15")
        );
        assert!(problems(&ranges)[0].ends_with("15 overlaps 10..20"), "{:?}", problems(&ranges));
    }

    #[test]
    fn names_and_references_are_checked_over_all_files() {
        let entries = read_catalog("c.toml", GOOD).expect("the catalog is good");
        let mut twice = entries.clone();
        twice.push(Entry { codes: Codes::one(70001), ..entries[0].clone() });
        assert_eq!(check_together(&entries)[0].text, "6206: see names 70001, which no catalog holds");
        assert_eq!(check_together(&twice)[0].text, "70001: name ERR_USER_SIG_EXPIRED belongs to 6206 already");
    }
}
