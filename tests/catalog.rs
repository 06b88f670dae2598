//! The built-in catalogs: complete, canonical, and each code found in a log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use imerr::catalog::{Catalog, Entry, Retry, Severity};
use imerr::custom::CustomBuilder;
use imerr::detect::{Confidence, Detector};

fn entries_of<'c>(catalog: &'c Catalog, system: &str) -> Vec<&'c Entry> {
    catalog.entries().iter().filter(|entry| entry.system == system).collect()
}

#[test]
fn the_official_lists_are_complete() {
    let catalog = imerr::catalog::built_in();
    for (system, count) in [("sdk", 82), ("server", 225), ("sdk-v3", 69)] {
        assert!(
            entries_of(&catalog, system).len() >= count,
            "{system} has {} entries",
            entries_of(&catalog, system).len()
        );
    }
    // Codes that are easily confused: with opposite signs, prefixes of one another, V3 codes that
    // look like server codes, the ends of the range.
    let rows = [
        (-10003, "server"),
        (10003, "server"),
        (7001, "sdk"),
        (70013, "server"),
        (70101, "sdk-v3"),
        (90101, "sdk-v3"),
        (115_000, "sdk-v3"),
    ];
    for (code, system) in
        rows.into_iter().chain([(120_001, "server"), (130_000, "server"), (0, "sdk")])
    {
        assert!(
            catalog.entries_for_code(code).any(|entry| entry.system == system),
            "{code} is missing in {system}"
        );
    }
    assert_eq!(catalog.entries_for_code(130_001).count(), 0);
}

#[test]
fn retry_and_severity_vary_within_a_system() {
    let catalog = imerr::catalog::built_in();
    for system in ["sdk", "server", "sdk-v3"] {
        let entries = entries_of(&catalog, system);
        for retry in Retry::ALL {
            let share =
                entries.iter().filter(|entry| entry.retry == *retry).count() * 100 / entries.len();
            assert!(share < 70, "{share} % of {system} have retry {retry}");
        }
        for severity in Severity::ALL {
            let share = entries.iter().filter(|entry| entry.severity == *severity).count() * 100
                / entries.len();
            assert!(share < 80, "{share} % of {system} have severity {severity}");
        }
    }
}

#[test]
fn texts_are_whole_sentences_without_filler() {
    let with_all = with_all_optional();
    let catalog = with_all.catalog();
    let mut meanings: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    for entry in catalog.entries() {
        let about = format!("{} {}", entry.system, entry.codes);
        let texts =
            [Some(&entry.meaning), Some(&entry.remedy), entry.cause.as_ref(), entry.note.as_ref()];
        assert!(
            texts.into_iter().flatten().all(|text| text.is_ascii()),
            "{about}: what is built in is ASCII"
        );
        assert!(
            entry.meaning.ends_with('.') && !entry.meaning.contains(". "),
            "{about}: meaning is one sentence"
        );
        assert!(
            entry.remedy.ends_with('.') && entry.remedy.len() >= 40,
            "{about}: remedy is whole sentences"
        );
        for filler in ["please", "Please", "try again later", "nternal error", "make sure"] {
            let has_filler = [entry.meaning.as_ref(), entry.remedy.as_ref()]
                .iter()
                .any(|text| text.contains(filler));
            assert!(!has_filler, "{about}: '{filler}' says nothing");
        }
        // Tencent describes some codes alike: then all texts are the same.
        if let Some(other) = meanings.insert((&entry.system, &entry.meaning), entry) {
            let texts = (&entry.cause, &entry.remedy, &entry.note);
            let others = (&other.cause, &other.remedy, &other.note);
            assert_eq!(texts, others, "{about}: the same meaning as {}", other.codes);
        }
    }
}

/// The rule for `same_cause_as`: the same fault with the same remedy, so that a person who repairs
/// the leading code has repaired this one.
#[test]
fn codes_with_one_cause_have_the_nature_of_the_leading_code() {
    let catalog = imerr::catalog::built_in();
    let mut groups: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for entry in catalog.entries() {
        let Some(lead) = entry.same_cause_as else { continue };
        let code = entry.codes.first;
        let leading = catalog.entries_for_code(lead).next().expect("the build script checks this");
        assert_eq!((entry.kind, entry.retry), (leading.kind, leading.retry), "{code} and {lead}");
        assert!(entry.see.contains(&lead), "{code} does not refer to {lead}");
        assert!(leading.see.contains(&code), "{lead} does not refer to {code}");
        groups.entry(lead).or_default().insert(code);
    }
    assert!(groups.get(&6206).is_some_and(|codes| codes.len() >= 9), "{groups:?}");
}

/// The most codes in `see`. `explain` describes the first five of them.
const SEE_LIMIT: usize = 10;

/// The rule for `see`: a code that refers to another is named there too, unless that list is full.
/// So a general code, to which dozens refer, names the nearest only. Other numbers for the same
/// cause come first.
#[test]
fn related_codes_refer_to_each_other() {
    let catalog = imerr::catalog::built_in();
    let mut faults = Vec::new();
    for entry in catalog.entries() {
        let codes = &entry.codes;
        if entry.see.len() > SEE_LIMIT {
            faults.push(format!("{} {codes}: more than {SEE_LIMIT} codes", entry.system));
        }
        if !entry.see.iter().is_sorted_by_key(|&code| !has_same_cause(&catalog, entry, code)) {
            faults.push(format!("{} {codes}: the same cause comes first", entry.system));
        }
        for &code in entry.see.iter() {
            let is_mutual = catalog.entries_for_code(code).any(|other| {
                other.see.len() == SEE_LIMIT || other.see.iter().any(|&back| codes.contains(back))
            });
            if !is_mutual {
                faults.push(format!("{code} does not refer to {} {codes}", entry.system));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn has_same_cause(catalog: &Catalog, entry: &Entry, code: i64) -> bool {
    let cause = |entry: &Entry| entry.same_cause_as.unwrap_or(entry.codes.first);
    catalog.entries_for_code(code).any(|other| cause(other) == cause(entry))
}

#[test]
fn every_code_is_found_after_a_key_in_a_line_of_the_product() {
    let catalog = imerr::catalog::built_in();
    let detector = Detector::built_in();
    for entry in catalog.entries().iter().filter(|entry| !entry.name_only) {
        for code in [entry.codes.first, entry.codes.last].into_iter().filter(|&code| code != 0) {
            for line in [
                format!("imsdk: TIM: |-a.cpp:1  F  |error_code:{code}|error_message:x"),
                format!("error_code:{code}|error_message:x"),
            ] {
                let findings = detector.find(line.as_bytes());
                let found = findings.iter().any(|finding| {
                    finding.code == code
                        && finding.confidence >= Confidence::Medium
                        && finding.entries().any(|meant| meant.codes == entry.codes)
                });
                assert!(found, "{line}: {findings:?}");
            }
        }
    }
}

/// A detector with the optional catalogs.
fn with_all_optional() -> Detector {
    let mut builder = CustomBuilder::default();
    assert!(CustomBuilder::optional().count() > 0);
    for name in CustomBuilder::optional() {
        builder.add_optional(name);
    }
    builder.finish().expect("the build script checks the files").detector
}

#[test]
fn every_optional_code_is_found_in_a_line_of_its_product() {
    let built_in = imerr::catalog::built_in();
    let detector = with_all_optional();
    let catalog = detector.catalog().clone();
    let is_optional =
        |entry: &&Entry| !built_in.entries().iter().any(|other| other.system == entry.system);
    let optional: Vec<&Entry> = catalog.entries().iter().filter(is_optional).collect();
    assert!(optional.len() >= 40, "{} codes", optional.len());
    for entry in optional.iter().filter(|entry| !entry.name_only) {
        let line = format!("D/RongLog (1): [ RongIMClient ] onError code:{}", entry.codes.first);
        let findings = detector.find(line.as_bytes());
        assert_eq!(findings.len(), 1, "{line}");
        assert_eq!(findings[0].confidence, Confidence::High, "{line}");
        let systems = findings[0].entries().map(|entry| entry.system.as_ref());
        assert_eq!(systems.collect::<Vec<_>>(), [entry.system.as_ref()], "{line}");
    }
}

/// RongCloud and Tencent Cloud IM both have 30001 to 30015: the line shows which product they
/// belong to.
#[test]
fn the_line_decides_between_codes_of_two_products() {
    let mut builder = CustomBuilder::default();
    assert!(builder.add_optional("rongcloud") && !builder.add_optional("unknown"));
    let detector = builder.finish().expect("the build script checks the files").detector;
    let rows: [(&str, &[&str]); 7] = [
        ("D/RongLog (1): [ RongIMClient ] onError code:30002", &["rongcloud"]),
        ("imsdk: TIM: |-a.cpp:1  F  |error_code:30002|error_message:x", &["server"]),
        ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":30002}", &["server"]),
        ("error code: 30009", &["rongcloud", "server"]),
        // Many products have the first numbers of a range: this is no line of the built-in one.
        ("error code: 30002", &["rongcloud"]),
        ("D/RongLog (1): [ RongIMClient ] onError code:6206", &[]),
        ("imsdk: TIM: |-a.cpp:1  F  |error_code:31004|error_message:x", &[]),
    ];
    for (line, wanted) in rows {
        let findings = detector.find(line.as_bytes());
        let shown = findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
        let entries = shown.flat_map(|finding| finding.entries());
        let systems: Vec<&str> = entries.map(|entry| entry.system.as_ref()).collect();
        assert_eq!(systems, wanted, "{line}");
    }
}

#[test]
fn every_name_is_found_without_a_key() {
    let catalog = imerr::catalog::built_in();
    let detector = Detector::built_in();
    // Constants of the Web SDK have no stem: they are found beside a number only.
    let has_stem =
        |name: &&std::borrow::Cow<str>| name.starts_with("ERR_") || name.starts_with("TIM_ERR_");
    for entry in
        catalog.entries().iter().filter(|entry| entry.codes.first != 0 && entry.system != "web")
    {
        for name in entry.names.iter().filter(has_stem) {
            let findings = detector.find(format!("imsdk login failed: {name}, x").as_bytes());
            assert_eq!(
                findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
                [entry.codes.first],
                "{name}"
            );
        }
    }
}

/// Fields are in a fixed order, one on a line, and an empty line separates entries.
#[test]
fn catalog_files_are_in_canonical_form() {
    const ORDER: [&str; 19] = [
        "code",
        "range",
        "names",
        "name_only",
        "passes_on",
        "category",
        "kind",
        "severity",
        "hints",
        "meaning",
        "cause",
        "remedy",
        "check",
        "retry",
        "status",
        "since",
        "note",
        "same_cause_as",
        "see",
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/catalogs");
    for path in children(&folder).iter().flat_map(|vendor| children(vendor)) {
        let text = std::fs::read_to_string(&path).expect("the catalog can be read");
        let Some((_, entries)) = text.split_once("\n[[entry]]\n") else {
            assert!(
                !path.starts_with(folder.join("tencent-im")) && text.contains("[[marker]]"),
                "{}",
                path.display()
            );
            continue;
        };
        for entry in entries.trim_end().split("\n\n[[entry]]\n") {
            // The Chinese texts follow, in the same order.
            for fields in entry.split("\n[entry.zh]\n") {
                assert!(are_in_order(fields, &ORDER), "{}: {entry}", path.display());
            }
        }
        assert!(
            text.ends_with('\n') && !text.ends_with("\n\n") && !text.contains("\n\n\n"),
            "{}: empty lines",
            path.display()
        );
    }
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let children = std::fs::read_dir(folder).expect("the catalogs are there");
    children.map(|child| child.expect("listed").path()).collect()
}

/// Whether the lines begin with names in `order`.
fn are_in_order(fields: &str, order: &[&str]) -> bool {
    let mut positions = Vec::new();
    // The lines of an array are indented, and `]` ends it.
    for line in fields.lines().filter(|line| !line.starts_with([' ', ']'])) {
        let name = line.split(" = ").next().unwrap_or_default();
        positions.push(order.iter().position(|one| *one == name));
    }
    positions.is_sorted() && positions.iter().all(Option::is_some)
}
