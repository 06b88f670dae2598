//! Reads catalog files.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::DeTable;

use super::document::Document;
use super::table::Table;
use super::validate::{check_ascii, check_constant, check_prose, is_address, is_date, is_slug};
use crate::{CodeRange, Diagnostic, Entry, SourcedEntry, Span, Text};

/// Reads the catalog `text` of the file `path`.
///
/// A catalog has its `system` at the top, and optionally the vendor's `page` about its codes,
/// that page in Chinese as `page_zh`, and the date `as_of` of the page. Each `[[entry]]` has the
/// fields of [`Entry`], with `code` for a single code or `range = [first, last]`, in ascending
/// order of code.
///
/// Fails with every problem of the file, in file order.
pub fn read_catalog(path: &str, text: &str) -> Result<Vec<SourcedEntry>, Vec<Diagnostic>> {
    let document = Document::new(path, text);
    let entries = entries_of(&document, &document.parse());
    document.finish(entries)
}

/// The entries of a parsed file. Problems become diagnostics of the document.
pub fn entries_of<'t>(document: &Document<'t>, top: &DeTable<'t>) -> Vec<SourcedEntry> {
    let top = Table::top(document, top);
    let file = FileFields::read(&top);
    top.check_fields(&["system", "page", "page_zh", "as_of", "entry"], &[]);
    let path: Arc<str> = Arc::from(document.path());
    let mut entries: Vec<SourcedEntry> = Vec::new();
    let mut order = Order::default();
    for table in top.tables("entry") {
        let Some(entry) = read_entry(&table, &file) else { continue };
        order.check(&table, &entries, entry.codes);
        entries.push(SourcedEntry {
            path: Arc::clone(&path),
            span: table.span_of(codes_field(&table)),
            see: table.item_spans("see"),
            same_cause_as: entry.same_cause_as.map(|_| table.span_of("same_cause_as")),
            entry,
        });
    }
    entries
}

/// The fields at the top of a catalog file, which apply to all of its entries.
#[derive(Default)]
struct FileFields {
    system: Text,
    page: Option<Text>,
    page_zh: Option<Text>,
    as_of: Option<Text>,
}

impl FileFields {
    fn read(top: &Table<'_, '_>) -> Self {
        let system = top.raw_text("system").filter(|system| is_slug(system));
        if system.is_none() {
            top.report_field(
                "system",
                "system is needed at the top, in lower-case letters, digits and '-'",
            );
        }
        let [page, page_zh] = ["page", "page_zh"].map(|field| read_page(top, field));
        let as_of = top.raw_text("as_of").filter(|date| is_date(date));
        if as_of.is_none() && top.has("as_of") {
            top.report_field("as_of", "as_of must be a date in quotes, such as \"2025-12-17\"");
        }
        let owned = |text: &str| Text::Owned(text.to_string());
        Self {
            system: system.map(owned).unwrap_or_default(),
            page,
            page_zh,
            as_of: as_of.map(owned),
        }
    }
}

/// The address in `field`, if there is one.
fn read_page(top: &Table<'_, '_>, field: &str) -> Option<Text> {
    let page = top.raw_text(field).filter(|page| is_address(page));
    if page.is_none() && top.has(field) {
        let limit = Entry::PAGE_LIMIT;
        let message = format!(
            "{field} must be an http or https address of printable ASCII without square brackets, \
             of at most {limit} characters"
        );
        top.report_field(field, message);
    }
    page.map(|page| Text::Owned(page.to_string()))
}

/// None if the codes are missing or wrong.
fn read_entry(table: &Table<'_, '_>, file: &FileFields) -> Option<Entry> {
    let mut entry: Entry = table.read(&["code", "range"])?;
    check_texts(table, &entry);
    entry.codes = read_codes(table)?;
    entry.system.clone_from(&file.system);
    entry.page.clone_from(&file.page);
    entry.page_zh.clone_from(&file.page_zh);
    entry.as_of.clone_from(&file.as_of);
    Some(entry)
}

fn check_texts(table: &Table<'_, '_>, entry: &Entry) {
    for name in entry.names.iter() {
        check_constant(table, "names", name);
    }
    if entry.name_only && entry.names.is_empty() {
        table.report_field("name_only", "name_only needs names: nothing else would find the code");
    }
    if !entry.category.is_empty() && !is_slug(&entry.category) {
        let message = format!("'{}' must be lower-case letters, digits and '-'", entry.category);
        table.report_field("category", message);
    }
    for (field, text) in [("since", &entry.since), ("passes_on", &entry.passes_on)] {
        text.iter().for_each(|text| check_ascii(table, field, text));
    }
    for hint in entry.hints.iter() {
        if hint.len() < Entry::HINT_MIN || **hint != hint.to_lowercase() {
            let message = format!(
                "hint '{hint}' must be in lower case and at least {} bytes long",
                Entry::HINT_MIN
            );
            table.report_field("hints", message);
        }
    }
    let texts =
        [Some(&entry.meaning), entry.cause.as_ref(), Some(&entry.remedy), entry.note.as_ref()];
    check_prose_fields(table, texts);
    check_lines(table, &entry.check);
    if let (Some(zh), Some(table)) = (&entry.zh, table.table("zh")) {
        let texts = [&zh.meaning, &zh.cause, &zh.remedy, &zh.note];
        check_prose_fields(&table, texts.map(Option::as_ref));
        check_lines(&table, &zh.check);
    }
}

/// Checks the lines of the field `check`.
fn check_lines(table: &Table<'_, '_>, lines: &[Text]) {
    if lines.len() > Entry::CHECK_LIMIT {
        let (count, limit) = (lines.len(), Entry::CHECK_LIMIT);
        let message = format!("check has {count} lines; at most {limit} are allowed");
        table.report_field("check", message);
    }
    for line in lines {
        check_prose(table, "check", line, Entry::TEXT_LIMIT);
    }
}

/// Checks meaning, cause, remedy and note of one language.
fn check_prose_fields(table: &Table<'_, '_>, texts: [Option<&Text>; 4]) {
    let fields = [
        ("meaning", Entry::MEANING_LIMIT),
        ("cause", Entry::TEXT_LIMIT),
        ("remedy", Entry::TEXT_LIMIT),
        ("note", Entry::TEXT_LIMIT),
    ];
    for ((field, limit), text) in fields.into_iter().zip(texts) {
        text.into_iter().for_each(|text| check_prose(table, field, text, limit));
    }
}

/// The codes of an entry. None if they are missing or wrong.
fn read_codes(table: &Table<'_, '_>) -> Option<CodeRange> {
    let codes = match (table.has("code"), table.has("range")) {
        (true, false) => CodeRange::one(table.field("code")?),
        (false, true) => read_range(table)?,
        (true, true) => {
            table.report_field("range", "code and range are both given; leave one of them out");
            return None;
        }
        (false, false) => {
            table.report("either code = NUMBER or range = [FIRST, LAST] is needed");
            return None;
        }
    };
    if !codes.is_in_bounds() {
        let digits = CodeRange::MAX_DIGITS;
        let message = format!(
            "{codes} is no code: a code has at most {digits} digits; longer numbers in a log are \
             ids and times"
        );
        table.report_field(codes_field(table), message);
        return None;
    }
    Some(codes)
}

fn read_range(table: &Table<'_, '_>) -> Option<CodeRange> {
    let bounds: Vec<i64> = table.field("range")?;
    let message = match *bounds.as_slice() {
        [first, last] if first < last => return Some(CodeRange { first, last }),
        [first, last] => {
            format!("range {first} to {last} is empty: the first must be below the last")
        }
        _ => {
            let count = bounds.len();
            format!("range needs two numbers, the first and the last code, not {count}")
        }
    };
    table.report_field("range", message);
    None
}

fn codes_field(table: &Table<'_, '_>) -> &'static str {
    if table.has("code") { "code" } else { "range" }
}

/// Checks that the codes of a file ascend.
#[derive(Default)]
struct Order {
    last: Option<CodeRange>,
    /// The entries by their first code, without those that overlap an earlier one. Made when the
    /// first entry is out of order.
    by_code: Option<BTreeMap<i64, (CodeRange, Span)>>,
}

impl Order {
    /// Reports codes that are not greater than those of the entry in front of them. `earlier` are
    /// all entries in front of them.
    fn check(&mut self, table: &Table<'_, '_>, earlier: &[SourcedEntry], codes: CodeRange) {
        let last = self.last.replace(codes);
        let Some(last) = last.filter(|last| last.last >= codes.first || self.by_code.is_some())
        else {
            return;
        };
        let by_code = self.by_code.get_or_insert_with(|| {
            earlier.iter().map(|one| (one.entry.codes.first, (one.entry.codes, one.span))).collect()
        });
        let nearest = by_code.range(..=codes.last).next_back();
        let overlapped = nearest.map(|(_, one)| *one).filter(|(other, _)| other.overlaps(codes));
        if overlapped.is_none() {
            by_code.insert(codes.first, (codes, table.span_of(codes_field(table))));
        }
        let message = match overlapped {
            Some((other, span)) if other == codes => {
                format!("{codes} is defined twice, first in line {}", span.line)
            }
            Some((other, span)) => format!("{codes} overlaps {other} in line {}", span.line),
            None if last.last >= codes.first => format!("{codes} is out of order after {last}"),
            None => return,
        };
        table.report_field(codes_field(table), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::GOOD;
    use crate::{Lang, Span, Texts};

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
        let [SourcedEntry { entry, path, span, see, same_cause_as: None }] = entries.as_slice()
        else {
            panic!("one entry, not {entries:?}")
        };
        assert_eq!((path.as_ref(), *span), ("c.toml", Span { line: 4, column: 8, length: 4 }));
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
    fn lines_of_check_are_read_and_limited() {
        let with = |lines: &str| GOOD.replace("retry =", &format!("check = [{lines}]\nretry ="));
        let entries = read_catalog("c.toml", &with("'A: b.', 'C: d.'")).expect("both are good");
        assert_eq!(entries[0].entry.check.as_ref(), ["A: b.", "C: d."]);
        let limit = Entry::CHECK_LIMIT;
        let many = "'A: b.',".repeat(limit + 1);
        let wanted =
            format!("c.toml:11:9: check has {} lines; at most {limit} are allowed", limit + 1);
        assert_eq!(problems(&with(&many)), [wanted]);
        assert!(!problems(&with("'[a] is no annotation text'")).is_empty());
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
        let zh = "https://www.example.com/zh";
        let file = GOOD.replacen("\n", &format!("\npage_zh = \"{zh}\"\n"), 1);
        let entry = &read_catalog("c.toml", &file).expect("the page is good")[0].entry;
        assert_eq!((entry.page_in(Lang::Zh), entry.page_in(Lang::En)), (Some(zh), None));
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
            ("system = \"sdk\"", "system = \"S DK\"", "c.toml:1:10: system is needed at the top"),
            ("code = 6206", "code = \"6206\"", "c.toml:4:8: code must be an integer, not string"),
            ("code = 6206", "range = [9, 3]", "c.toml:4:9: range 9 to 3 is empty"),
            ("code = 6206", "code = 1e5", "c.toml:4:8: code must be an integer, not float"),
            (
                "code = 6206",
                "code = 99999999999999999999",
                "c.toml:4:8: code contains a number that is too large; a code",
            ),
            (
                "code = 6206",
                "code = -10000000000",
                "c.toml:4:8: -10000000000 is no code: a code has at most 10 digits",
            ),
            (
                "code = 6206",
                "range = [1, 10000000000]",
                "c.toml:4:9: 1..10000000000 is no code: a code has at most",
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
            ("\"auth\"", "\"authn\"", "c.toml:7:8: kind 'authn' is unknown; did you mean 'auth'?"),
            ("severity = \"error\"", "", "c.toml:3:1: severity is missing"),
            (
                "The UserSig has expired.",
                "a]b",
                "c.toml:9:11: meaning contains ']', which ends annotations; texts must be",
            ),
            (
                "Get a new UserSig.",
                "重\u{200b}试。",
                "c.toml:10:10: remedy contains U+200B, which is invisible; texts",
            ),
            (
                "The UserSig has expired.",
                "\u{301}x",
                "c.toml:9:11: meaning begins with U+0301, which combines with a character",
            ),
            (
                "The UserSig has expired.",
                &"错".repeat(91),
                "c.toml:9:11: meaning has 91 characters, the limit is 90",
            ),
            (
                "retry = ",
                "since = \"二\"\nretry = ",
                "c.toml:11:9: since contains '二'; it must be printable",
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
    fn all_problems_are_reported_at_once() {
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
            ("code = 6206", "c.toml:15:8: 6206 is defined twice, first in line 3"),
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
        let separate =
            format!("{head}\n{entry}\n{}\n{entry}", entry.replace("code = 6206", "code = 6207"));
        assert_eq!(problems(&separate), ["c.toml:27:8: 6206 is defined twice, first in line 3"]);
    }

    #[test]
    fn texts_in_chinese_are_read_and_missing_ones_are_english() {
        let text =
            format!("{GOOD}cause = \"Too old.\"\n[entry.zh]\nmeaning = \"UserSig 已过期。\"\n");
        let entries = read_catalog("c.toml", &text).expect("the catalog is good");
        let [english, chinese] = [Lang::En, Lang::Zh].map(|lang| entries[0].entry.texts(lang));
        assert_eq!(
            (english.meaning, english.cause),
            ("The UserSig has expired.", Some("Too old."))
        );
        assert_eq!(chinese, Texts { meaning: "UserSig 已过期。", ..english });
        assert_eq!((chinese.remedy, chinese.note), ("Get a new UserSig.", None));
    }

    #[test]
    fn texts_in_chinese_are_checked() {
        let rows = [
            (
                "meaning = \"错\u{202e}。\"",
                "c.toml:15:11: meaning contains U+202E, which changes the direction",
            ),
            ("remedy = \"\"", "c.toml:15:10: remedy is empty"),
            (
                "see = [1]",
                "c.toml:15:1: unknown field 'see', known are meaning, cause, remedy, check, note",
            ),
            ("meening = \"错。\"", "c.toml:15:1: unknown field 'meening'; did you mean 'meaning'?"),
            (
                &format!("meaning = \"{}\"", "错".repeat(91)),
                "c.toml:15:11: meaning has 91 characters",
            ),
        ];
        for (field, wanted) in rows {
            let found = problems(&format!("{GOOD}[entry.zh]\n{field}\n"));
            assert!(
                matches!(found.as_slice(), [one] if one.starts_with(wanted)),
                "{field}: {found:?}"
            );
        }
        assert_eq!(problems(&format!("{GOOD}zh = 5\n")), ["c.toml:14:6: zh must be a table"]);
    }
}
