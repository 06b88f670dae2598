//! Reads catalog files and checks them: the same for the built-in catalogs, by the build script, and
//! for a user's own, at run time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use toml::de::DeTable;

use super::characters::{fault, joins};
use super::entry::{CodeRange, Entry, Text};
use super::plain::read_plain;
use super::source::{Diagnostic, Record, Source, Span};
use super::sourced::SourcedEntry;
use super::validate::{is_address, is_date, is_name, is_slug};

const FIELDS: [&str; 17] = [
    "code",
    "range",
    "names",
    "name_only",
    "passes_on",
    "category",
    "kind",
    "severity",
    "meaning",
    "cause",
    "remedy",
    "retry",
    "status",
    "since",
    "note",
    "same_cause_as",
    "see",
];

/// Reads the catalog `text` of the file `path`.
///
/// A catalog names its `system` at the top, and where there is one the vendor's `page` about its codes and the date `as_of` which it
/// follows that page; then each `[[entry]]` has the fields of [`Entry`], with `code` for a single code or `range = [first, last]`. Entries stand in ascending order of
/// code.
///
/// Every problem of the file is returned, in file order, not the first only.
pub fn read_catalog(path: &str, text: &str) -> Result<Vec<SourcedEntry>, Vec<Diagnostic>> {
    if let Some(entries) = read_plain(path, text) {
        return Ok(entries);
    }
    let source = Source::new(path, text);
    let entries = catalog_of(&source, &source.parse());
    match source.into_problems() {
        problems if problems.is_empty() => Ok(entries),
        problems => Err(problems),
    }
}

/// The page at the top. What could end the escape sequence of a link, or lead elsewhere than to the web, is a problem.
fn page(source: &Source<'_>, top: &DeTable<'_>) -> Option<Text> {
    let value = top.get("page")?;
    match value.get_ref().as_str() {
        Some(page) if is_address(page) => return Some(Cow::Owned(page.to_string())),
        _ => source.problem(
            value.span(),
            format!(
                "page must be an http or https address of printable ASCII without square brackets, of at most {} characters",
                Entry::PAGE_LIMIT
            ),
        ),
    }
    None
}

/// The date at the top.
fn as_of(source: &Source<'_>, top: &DeTable<'_>) -> Option<Text> {
    let value = top.get("as_of")?;
    match value.get_ref().as_str() {
        Some(date) if is_date(date) => return Some(Cow::Owned(date.to_string())),
        _ => source.problem(
            value.span(),
            "as_of must be a date in quotes, such as \"2025-12-17\"".to_string(),
        ),
    }
    None
}

/// The same for a file that is parsed already. Problems are noted in `source`.
pub(crate) fn catalog_of<'t>(source: &Source<'t>, top: &DeTable<'t>) -> Vec<SourcedEntry> {
    let system = match top.get("system").map(|value| (value.get_ref().as_str(), value.span())) {
        Some((Some(system), _)) if is_slug(system) => system.to_string(),
        found => {
            let span = found.map_or(0..0, |(_, span)| span);
            source.problem(
                span,
                "system must stand at the top, as lower-case letters, digits and '-'".to_string(),
            );
            String::new()
        }
    };
    let (page, as_of) = (page(source, top), as_of(source, top));
    let path: Arc<str> = Arc::from(source.path());
    let mut entries: Vec<SourcedEntry> = Vec::new();
    source.check_keys(top, &["system", "page", "as_of", "entry"], &[]);
    for record in source.records(top, "entry") {
        let (see, places) = record.placed_integers("see").into_iter().unzip();
        let Some(mut entry) = entry(&record, &system, see) else { continue };
        entry.page.clone_from(&page);
        entry.as_of.clone_from(&as_of);
        check_order(&record, &entries, entry.codes);
        entries.push(SourcedEntry {
            path: Arc::clone(&path),
            place: record.place_of(codes_field(&record)),
            see: places,
            same_cause_as: entry.same_cause_as.map(|_| record.place_of("same_cause_as")),
            entry,
        });
    }
    entries
}

fn codes_field(record: &Record<'_, '_>) -> &'static str {
    if record.has("code") { "code" } else { "range" }
}

/// Checks what only shows across files: codes and names that one system has twice, and `see` that leads nowhere. CodeRange
/// that other catalogs hold are `known`.
pub fn check_together(entries: &[SourcedEntry], known: impl Fn(i64) -> bool) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut problem = |of: &SourcedEntry, place: Span, text: String| {
        problems.push(Diagnostic {
            path: of.path.to_string(),
            place,
            text: format!("{}: {text}", of.entry.codes),
        });
    };
    let at = |sourced: &SourcedEntry| format!("{}:{}", sourced.path, sourced.place.line);
    let mut sorted: Vec<&SourcedEntry> = entries.iter().collect();
    sorted.sort_by(|a, b| (&a.entry.system, a.entry.codes).cmp(&(&b.entry.system, b.entry.codes)));
    for pair in sorted.windows(2) {
        let [before, after] = [&pair[0].entry, &pair[1].entry];
        if before.system == after.system
            && after.codes.first <= before.codes.last
            && pair[0].path != pair[1].path
        {
            problem(
                pair[1],
                pair[1].place,
                format!("{} has {} already, at {}", after.system, before.codes, at(pair[0])),
            );
        }
    }
    let held = Held::of(entries);
    let mut owners: HashMap<(&str, &str), &SourcedEntry> = HashMap::with_capacity(entries.len());
    for sourced in entries {
        for name in sourced.entry.names.iter() {
            let owner = owners.insert((&sourced.entry.system, name), sourced);
            // Of a range that gave way in its middle both ends bear its name.
            if let Some(owner) =
                owner.filter(|owner| (&owner.path, owner.place) != (&sourced.path, sourced.place))
            {
                problem(
                    sourced,
                    sourced.place,
                    format!(
                        "name {name} belongs to {} already, at {}",
                        owner.entry.codes,
                        at(owner)
                    ),
                );
            }
        }
        for (&code, &place) in sourced.entry.see.iter().zip(&sourced.see) {
            if held.entry(code).is_none() && !known(code) {
                problem(sourced, place, format!("see names {code}, which no catalog holds"));
            }
        }
        let Some((lead, place)) = sourced.entry.same_cause_as.zip(sourced.same_cause_as) else {
            continue;
        };
        match held.entry(lead) {
            None if !known(lead) => problem(
                sourced,
                place,
                format!("same_cause_as names {lead}, which no catalog holds"),
            ),
            Some(other) if other.same_cause_as.is_some() => {
                problem(
                    sourced,
                    place,
                    format!("same_cause_as names {lead}, which has the cause of yet another code"),
                );
            }
            _ => {}
        }
    }
    problems.sort();
    problems
}

/// The entries by code.
struct Held<'e> {
    singles: HashMap<i64, &'e Entry>,
    ranges: Vec<&'e Entry>,
}

impl<'e> Held<'e> {
    fn of(entries: &'e [SourcedEntry]) -> Self {
        let mut held = Self { singles: HashMap::with_capacity(entries.len()), ranges: Vec::new() };
        for entry in entries.iter().map(|sourced| &sourced.entry) {
            match entry.codes.is_range() {
                true => held.ranges.push(entry),
                false => drop(held.singles.entry(entry.codes.first).or_insert(entry)),
            }
        }
        held
    }

    fn entry(&self, code: i64) -> Option<&'e Entry> {
        let in_range = || self.ranges.iter().copied().find(|entry| entry.codes.contains(code));
        self.singles.get(&code).copied().or_else(in_range)
    }
}

fn entry(record: &Record<'_, '_>, system: &str, see: Vec<i64>) -> Option<Entry> {
    record.only(&FIELDS);
    let codes = codes(record);
    let names: Vec<Text> =
        record.texts("names").into_iter().map(|name| constant(record, name)).collect();
    let name_only = record.flag("name_only");
    if name_only && names.is_empty() {
        record
            .field_problem("name_only", "name_only needs names: nothing else would find the code");
    }
    let category = record.text("category");
    if !category.is_empty() && !is_slug(category) {
        record.field_problem(
            "category",
            format!("'{category}' must be lower-case letters, digits and '-'"),
        );
    }
    let optional = |field| {
        record.optional_text(field).map(|text| prose(record, field, text, Entry::TEXT_LIMIT))
    };
    let optional_word = |field| record.optional_text(field).map(|text| ascii(record, field, text));
    // Every field is looked at before any missing one ends the entry, so that all problems are told at once.
    let (kind, severity) = (record.word("kind"), record.word("severity"));
    let (retry, status) = (record.word("retry"), record.word("status"));
    let meaning = prose(record, "meaning", record.text("meaning"), Entry::MEANING_LIMIT);
    let remedy = prose(record, "remedy", record.text("remedy"), Entry::TEXT_LIMIT);
    let (cause, note) = (optional("cause"), optional("note"));
    let (since, passes_on) = (optional_word("since"), optional_word("passes_on"));
    Some(Entry {
        system: Cow::Owned(system.to_string()),
        codes: codes?,
        names: Cow::Owned(names),
        name_only,
        passes_on,
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
        same_cause_as: record.optional_integer("same_cause_as"),
        see: Cow::Owned(see),
        page: None,
        as_of: None,
    })
}

/// The codes of an entry; None when what is wrong with them is noted.
fn codes(record: &Record<'_, '_>) -> Option<CodeRange> {
    let codes = match (record.has("code"), record.has("range")) {
        (true, false) => CodeRange::one(record.optional_integer("code")?),
        (false, true) => range(record)?,
        (true, true) => {
            record.field_problem("range", "code and range are both given; leave one of them out");
            return None;
        }
        (false, false) => {
            record.problem("either code = NUMBER or range = [FIRST, LAST] is needed");
            return None;
        }
    };
    if codes.are_possible() {
        return Some(codes);
    }
    record.field_problem(
        codes_field(record),
        format!(
            "{codes} is no code: longer numbers than those of {} digits are ids and times in a log, and never found",
            CodeRange::DIGITS
        ),
    );
    None
}

fn range(record: &Record<'_, '_>) -> Option<CodeRange> {
    let told = match record.all_integers("range")?.as_slice() {
        &[first, last] if first < last => return Some(CodeRange { first, last }),
        &[first, last] => {
            format!("range {first} to {last} is empty: the first must be below the last")
        }
        bounds => {
            format!("range needs two numbers, the first and the last code, not {}", bounds.len())
        }
    };
    record.field_problem("range", told);
    None
}

/// CodeRange stand once, and ascend behind those of `before`.
fn check_order(record: &Record<'_, '_>, before: &[SourcedEntry], codes: CodeRange) {
    let Some(last) =
        before.last().map(|last| last.entry.codes).filter(|last| codes.first <= last.last)
    else {
        return;
    };
    let overlapping = before.iter().rev().find(|other| other.entry.codes.overlaps(codes));
    let told = match overlapping.map(|other| (other.entry.codes, other.place.line)) {
        Some((other, line)) if other == codes => {
            format!("{codes} stands here twice, first in line {line}")
        }
        Some((other, line)) => format!("{codes} overlaps {other} in line {line}"),
        None => format!("{codes} is out of order after {last}"),
    };
    record.field_problem(codes_field(record), told);
}

/// A text for people as an entry keeps it; what could break an annotation or a terminal is a problem.
fn prose(record: &Record<'_, '_>, field: &str, text: &str, limit: usize) -> Text {
    if let Some((bad, fault)) = text.chars().find_map(|c| fault(c).map(|fault| (c, fault))) {
        let bad = if bad.is_ascii_graphic() { format!("{bad:?}") } else { code_point(bad) };
        let possible = "possible is what shows on one line, without square brackets";
        record.field_problem(field, format!("{field} holds {bad}, which {fault}; {possible}"));
    }
    if let Some(first) = text.chars().next().filter(|&first| joins(first)) {
        let first = code_point(first);
        record.field_problem(
            field,
            format!("{field} begins with {first}, which only stands behind another character"),
        );
    }
    owned(record, field, text, limit)
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", c as u32)
}

/// A symbolic name.
fn constant(record: &Record<'_, '_>, name: &str) -> Text {
    if is_name(name) {
        return owned(record, "names", name, Entry::TEXT_LIMIT);
    }
    record.field_problem("names", format!("'{name}' is not a constant of letters, digits and '_'"));
    Text::default()
}

/// A text for programs.
fn ascii(record: &Record<'_, '_>, field: &str, text: &str) -> Text {
    if let Some(bad) = text.chars().find(|c| !matches!(c, ' '..='~') || matches!(c, '[' | ']')) {
        record.field_problem(
            field,
            format!(
                "{field} holds {bad:?}; only printable ASCII without square brackets is possible"
            ),
        );
    }
    owned(record, field, text, Entry::TEXT_LIMIT)
}

fn owned(record: &Record<'_, '_>, field: &str, text: &str, limit: usize) -> Text {
    let length = text.chars().count();
    if length > limit {
        record
            .field_problem(field, format!("{field} has {length} characters, the limit is {limit}"));
    }
    if text.trim() != text {
        record.field_problem(field, format!("{field} begins or ends with a blank"));
    }
    Cow::Owned(text.to_string())
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
        read_catalog("c.toml", text)
            .expect_err("the catalog is broken")
            .iter()
            .map(|problem| problem.to_string())
            .collect()
    }

    #[test]
    fn a_good_entry_is_read_whole() {
        let entries = read_catalog("c.toml", GOOD).expect("the catalog is good");
        let [SourcedEntry { entry, path, place, see, same_cause_as: None }] = entries.as_slice()
        else {
            panic!("one entry, not {entries:?}")
        };
        assert_eq!((path.as_ref(), *place), ("c.toml", Span { line: 4, column: 8, length: 4 }));
        assert_eq!(
            (entry.codes, entry.name()),
            (CodeRange::one(6206), Some("ERR_USER_SIG_EXPIRED"))
        );
        assert_eq!((entry.system.as_ref(), entry.category.as_ref()), ("sdk", "account"));
        assert_eq!(
            (entry.see.as_ref(), see.as_slice()),
            ([70001].as_slice(), [Span { line: 13, column: 8, length: 5 }].as_slice())
        );
    }

    #[test]
    fn a_date_belongs_to_all_codes_of_the_file() {
        let with = |date: &str| GOOD.replacen("\n", &format!("\nas_of = \"{date}\"\n"), 1);
        let entries = read_catalog("c.toml", &with("2025-12-17")).expect("the date is good");
        assert!(entries.iter().all(|one| one.entry.as_of.as_deref() == Some("2025-12-17")));
        assert_eq!(
            read_catalog("c.toml", GOOD).expect("a date is not needed")[0].entry.as_of,
            None
        );
        for date in [
            "",
            "2025",
            "2025-12",
            "2025-13-01",
            "2025-00-01",
            "2025-12-32",
            "25-12-17",
            "2025-12-17-1",
            "2025-1-17",
            "+025-12-17",
        ] {
            assert!(
                problems(&with(date))[0].starts_with("c.toml:2:9: as_of must be a date in quotes"),
                "{date}"
            );
        }
        assert!(
            problems(&GOOD.replacen('\n', "\nas_of = 2025-12-17\n", 1))[0]
                .starts_with("c.toml:2:9: as_of must be")
        );
    }

    #[test]
    fn a_page_belongs_to_all_codes_of_the_file() {
        let with = |page: &str| GOOD.replacen("\n", &format!("\npage = \"{page}\"\n"), 1);
        let page = "https://www.example.com/codes?id=1#two";
        let entries = read_catalog("c.toml", &with(page)).expect("the page is good");
        assert_eq!(entries[0].entry.page.as_deref(), Some(page));
        assert_eq!(read_catalog("c.toml", GOOD).expect("a page is not needed")[0].entry.page, None);
        let long = format!("https://a/{}", "x".repeat(Entry::PAGE_LIMIT));
        for page in [
            "",
            "a.b/c",
            "file:///etc/passwd",
            "javascript:x()",
            "https://",
            "https://a b",
            "https://é",
            "http:///x",
            "http://a[1]",
            &long,
        ] {
            assert!(
                problems(&with(page))[0]
                    .starts_with("c.toml:2:8: page must be an http or https address"),
                "{page}"
            );
        }
        assert!(
            problems(&with("https://a/\\u001b\\\\x"))[0].starts_with("c.toml:2:8: page must be")
        );
        assert!(
            problems(&GOOD.replacen('\n', "\npage = 5\n", 1))[0]
                .starts_with("c.toml:2:8: page must be")
        );
    }

    #[test]
    fn each_problem_names_path_line_and_value() {
        let rows = [
            ("system = \"sdk\"", "system = \"S DK\"", "c.toml:1:10: system must stand at the top"),
            ("code = 6206", "code = \"6206\"", "c.toml:4:8: code must be an integer, not string"),
            ("code = 6206", "range = [9, 3]", "c.toml:4:9: range 9 to 3 is empty"),
            ("code = 6206", "code = 1e5", "c.toml:4:8: code must be an integer, not float"),
            (
                "code = 6206",
                "code = 99999999999999999999",
                "c.toml:4:8: code holds a number that is too large; possible is",
            ),
            (
                "code = 6206",
                "code = -10000000000",
                "c.toml:4:8: -10000000000 is no code: longer numbers than those of 10 digits",
            ),
            (
                "code = 6206",
                "range = [1, 10000000000]",
                "c.toml:4:9: 1..10000000000 is no code: longer numbers than",
            ),
            (
                "code = 6206",
                "range = [100002]",
                "c.toml:4:9: range needs two numbers, the first and the last code, not 1",
            ),
            (
                "code = 6206",
                "range = []",
                "c.toml:4:9: range needs two numbers, the first and the last code, not 0",
            ),
            ("code = 6206", "range = 5", "c.toml:4:9: range must be an array, not integer"),
            (
                "code = 6206",
                "range = [\"1\", 5]",
                "c.toml:4:10: range must be an integer, not string",
            ),
            (
                "code = 6206",
                "code = 1\nrange = [1, 5]",
                "c.toml:5:9: code and range are both given; leave one of them out",
            ),
            ("code = 6206", "", "c.toml:3:1: either code = NUMBER or range"),
            ("\"auth\"", "\"authn\"", "c.toml:7:8: kind 'authn' is none of auth, permission"),
            ("severity = \"error\"", "", "c.toml:3:1: severity is missing"),
            (
                "The UserSig has expired.",
                "a]b",
                "c.toml:9:11: meaning holds ']', which ends annotations; possible is what shows",
            ),
            (
                "Get a new UserSig.",
                "重\u{200b}试。",
                "c.toml:10:10: remedy holds U+200B, which shows nothing; possible is",
            ),
            (
                "The UserSig has expired.",
                "\u{301}x",
                "c.toml:9:11: meaning begins with U+0301, which only stands behind another",
            ),
            (
                "The UserSig has expired.",
                &"错".repeat(91),
                "c.toml:9:11: meaning has 91 characters, the limit is 90",
            ),
            (
                "retry = ",
                "since = \"二\"\nretry = ",
                "c.toml:11:9: since holds '二'; only printable ASCII",
            ),
            ("ERR_USER", "ERR_错", "c.toml:5:9: 'ERR_错_SIG_EXPIRED' is not a constant"),
            (
                "The UserSig has expired.",
                &"m".repeat(91),
                "c.toml:9:11: meaning has 91 characters, the limit is 90",
            ),
            ("Get a new UserSig.", "", "c.toml:10:10: remedy is empty"),
            (
                "see = [70001]",
                "sea = [70001]",
                "c.toml:13:1: unknown field 'sea'; did you mean 'see'?",
            ),
            ("[[entry]]", "[[entri]]", "c.toml:3:3: unknown key 'entri'; did you mean 'entry'?"),
            (
                "names = [\"ERR_USER",
                "names = [\"ERR USER",
                "c.toml:5:9: 'ERR USER_SIG_EXPIRED' is not a constant",
            ),
        ];
        for (from, to, wanted) in rows {
            let found = problems(&GOOD.replacen(from, to, 1));
            assert!(
                matches!(found.as_slice(), [one] if one.starts_with(wanted)),
                "{from} -> {to}: {found:?}"
            );
        }
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let broken = GOOD
            .replace("\"auth\"", "\"x\"")
            .replace("\"after-fix\"", "\"y\"")
            .replace("meaning = \"The", "meaning = \" The");
        assert_eq!(problems(&broken).len(), 3);
    }

    #[test]
    fn order_repeats_and_overlaps_are_problems() {
        let (head, entry) = GOOD.split_once("\n\n").expect("the head ends with an empty line");
        let rows = [
            ("code = 6206", "c.toml:15:8: 6206 stands here twice, first in line 3"),
            ("code = 6205", "c.toml:15:8: 6205 is out of order after 6206"),
            ("range = [6200, 6300]", "c.toml:15:9: 6200..6300 overlaps 6206 in line 3"),
        ];
        for (codes, wanted) in rows {
            let text = format!("{head}\n{entry}\n{}", entry.replace("code = 6206", codes));
            assert_eq!(problems(&text), [wanted], "{codes}");
        }
        let ranges = format!(
            "{head}\n{}\n{}",
            entry.replace("code = 6206", "range = [10, 20]"),
            entry.replace("code = 6206", "code = 15")
        );
        assert_eq!(problems(&ranges), ["c.toml:15:8: 15 overlaps 10..20 in line 3"]);
        let apart =
            format!("{head}\n{entry}\n{}\n{entry}", entry.replace("code = 6206", "code = 6207"));
        assert_eq!(problems(&apart), ["c.toml:27:8: 6206 stands here twice, first in line 3"]);
    }

    #[test]
    fn codes_names_and_references_are_checked_over_all_files() {
        let entries = read_catalog("c.toml", GOOD).expect("the catalog is good");
        let told = |entries: &[SourcedEntry]| {
            check_together(entries, |_| false).iter().map(Diagnostic::to_string).collect::<Vec<_>>()
        };
        let lonely = "c.toml:13:8: 6206: see names 70001, which no catalog holds";
        assert_eq!(told(&entries), [lonely]);

        let other = read_catalog("d.toml", &GOOD.replace("code = 6206", "code = 70001"))
            .expect("the catalog is good");
        let both = [entries.clone(), other].concat();
        assert_eq!(
            told(&both),
            ["d.toml:4:8: 70001: name ERR_USER_SIG_EXPIRED belongs to 6206 already, at c.toml:4"]
        );

        let lost = read_catalog(
            "d.toml",
            &GOOD
                .replace("code = 6206", "code = 70001\nsame_cause_as = 1")
                .replace("ERR_", "OTHER_"),
        );
        let lost = lost.expect("the catalog is good");
        let chain = GOOD
            .replace("code = 6206", "code = 70002\nsame_cause_as = 70001")
            .replace("ERR_", "THIRD_");
        let chain = read_catalog("e.toml", &chain).expect("the catalog is good");
        assert_eq!(
            told(&[lost, chain].concat()),
            [
                "d.toml:5:17: 70001: same_cause_as names 1, which no catalog holds",
                "e.toml:5:17: 70002: same_cause_as names 70001, which has the cause of yet another code"
            ]
        );

        let overlap = read_catalog(
            "d.toml",
            &GOOD.replace("code = 6206", "range = [6200, 6300]").replace("ERR_", "OTHER_"),
        );
        let both = [entries, overlap.expect("the catalog is good")].concat();
        assert!(
            told(&both)
                .contains(&"c.toml:4:8: 6206: sdk has 6200..6300 already, at d.toml:4".to_string()),
            "{:?}",
            told(&both)
        );
    }
}
