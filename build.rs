//! Reads the built-in catalogs and rules, checks them, and writes them out as static tables.
//!
//! Every problem of every file is reported as `path:line:column: problem` before the build fails. Catalogs beside the main one are
//! checked as well and go into the program as they are: they are read when a run asks for them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use imerr_catalog::rules::{self, Key, Rules};
use imerr_catalog::{CodeRange, DataFile, Diagnostic, Entry, SourcedEntry, Text};

/// The catalogs that every run goes by; other folders beside it are optional.
const MAIN: &str = "tencent-im";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=patterns");
    let mut problems = Vec::new();
    let folder = Path::new("patterns/catalogs");
    let entries = read_catalogs(&folder.join(MAIN), &mut problems);
    let rules = read_rules(Path::new("patterns/rules"), &mut problems);
    if problems.is_empty() {
        problems = imerr_catalog::check_together(&entries, |_| false);
    }
    let is_held = |code| entries.iter().any(|sourced| sourced.entry.codes.contains(code));
    let optional: Vec<PathBuf> =
        children(folder).into_iter().filter(|vendor| !vendor.ends_with(MAIN)).collect();
    for vendor in &optional {
        problems.extend(check_optional(vendor, is_held));
    }
    if !problems.is_empty() {
        for problem in &problems {
            eprintln!("{problem}");
        }
        eprintln!("{} problems in patterns/", problems.len());
        return ExitCode::FAILURE;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    let entries = entries.into_iter().map(|sourced| sourced.entry).collect();
    fs::write(out.join("optional.rs"), optional_table(&optional))
        .expect("cargo makes OUT_DIR writable");
    fs::write(out.join("catalog.rs"), catalog_tables(entries))
        .expect("cargo makes OUT_DIR writable");
    fs::write(out.join("rules.rs"), rule_tables(&rules)).expect("cargo makes OUT_DIR writable");
    ExitCode::SUCCESS
}

/// The entries of all catalogs in `folder`, in path order.
fn read_catalogs(folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<SourcedEntry> {
    let mut entries = Vec::new();
    for path in children(folder) {
        match imerr_catalog::read_catalog(&path.display().to_string(), &content(&path)) {
            Ok(read) => entries.extend(read),
            Err(found) => problems.extend(found),
        }
    }
    entries
}

/// What is wrong in the files of an optional catalog. CodeRange of the main one are `held`.
fn check_optional(vendor: &Path, held: impl Fn(i64) -> bool) -> Vec<Diagnostic> {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for path in children(vendor) {
        match imerr_catalog::read(&path.display().to_string(), &content(&path)) {
            Ok(DataFile::Entries(read)) => entries.extend(read),
            Ok(DataFile::Rules(_)) => {}
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(imerr_catalog::check_together(&entries, held));
    problems
}

/// The optional catalogs as Rust source: their names, and the names and contents of their files.
fn optional_table(vendors: &[PathBuf]) -> String {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = |path: &PathBuf| format!("({:?}, {:?})", name(path), content(path));
    let vendor = |vendor: &PathBuf| {
        let files: Vec<String> = children(vendor).iter().map(file).collect();
        format!("({:?}, &[{}])", name(vendor), files.join(", "))
    };
    table("OPTIONAL", "(&str, &[(&str, &str)])", vendors.iter().map(vendor))
}

/// The rules of all files in `folder`, in path order.
fn read_rules(folder: &Path, problems: &mut Vec<Diagnostic>) -> Rules {
    let mut rules = Rules::empty();
    for path in children(folder) {
        match rules::read_rules(&path.display().to_string(), &content(&path)) {
            Ok(read) => rules.add(read.rules),
            Err(found) => problems.extend(found),
        }
    }
    rules
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    paths
}

/// The entries as Rust source: `ENTRIES`, `CODES` and `NAMES`, ordered as `Catalog` wants them.
fn catalog_tables(mut entries: Vec<Entry>) -> String {
    imerr_catalog::sort(&mut entries);
    let singles = entries
        .iter()
        .filter(|entry| !entry.codes.is_range())
        .map(|entry| entry.codes.first.to_string());
    let mut names: Vec<(&str, usize)> = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        names.extend(entry.names.iter().map(|name| (name.as_ref(), place)));
    }
    names.sort();
    [
        table("ENTRIES", "Entry", entries.iter().map(entry)),
        table("CODES", "i64", singles),
        table(
            "NAMES",
            "(Text, EntryId)",
            names.iter().map(|(name, place)| format!("({}, EntryId::new({place}))", text(name))),
        ),
    ]
    .concat()
}

fn entry(entry: &Entry) -> String {
    format!(
        "Entry {{ system: {}, codes: {}, names: {}, name_only: {}, passes_on: {}, category: {}, kind: Kind::{:?}, severity: Severity::{:?}, meaning: {}, cause: {}, \
         remedy: {}, retry: Retry::{:?}, status: Status::{:?}, since: {}, note: {}, same_cause_as: {:?}, see: Cow::Borrowed(&{:?}), page: {}, as_of: {} }}",
        text(&entry.system),
        codes(entry.codes),
        texts(&entry.names),
        entry.name_only,
        optional(entry.passes_on.as_deref().map(text)),
        text(&entry.category),
        entry.kind,
        entry.severity,
        text(&entry.meaning),
        optional(entry.cause.as_deref().map(text)),
        text(&entry.remedy),
        entry.retry,
        entry.status,
        optional(entry.since.as_deref().map(text)),
        optional(entry.note.as_deref().map(text)),
        entry.same_cause_as,
        entry.see,
        optional(entry.page.as_deref().map(text)),
        optional(entry.as_of.as_deref().map(text))
    )
}

/// The rules as Rust source, a table for each kind.
fn rule_tables(rules: &Rules) -> String {
    let key = |key: &Key| {
        let (words, folded) = (text(&key.words), text(&key.folded));
        let Key { suffix, weight, bare, level, .. } = key;
        format!(
            "Key {{ words: {words}, folded: {folded}, suffix: {suffix}, weight: {weight}, bare: {bare}, level: {level} }}"
        )
    };
    let shape = |shape: &rules::Shape| {
        let (name, triggers, pattern) =
            (text(&shape.name), texts(&shape.triggers), text(&shape.pattern));
        format!(
            "Shape {{ name: {name}, triggers: {triggers}, pattern: {pattern}, weight: {} }}",
            shape.weight
        )
    };
    let marker = |marker: &rules::Marker| {
        format!(
            "Marker {{ name: {}, product: {}, generic: {}, weight: {}, words: {}, starts: {}, parts: {}, keys: {}, codes: Cow::Borrowed(&{:?}), systems: {}, about: {} }}",
            text(&marker.name),
            marker.product,
            marker.generic,
            marker.weight,
            texts(&marker.words),
            texts(&marker.starts),
            texts(&marker.parts),
            texts(&marker.keys),
            marker.codes,
            texts(&marker.systems),
            texts(&marker.about)
        )
    };
    [
        table("TRIGGERS", "Text", rules.triggers.iter().map(|one| text(one))),
        table("QUALIFIERS", "Text", rules.qualifiers.iter().map(|one| text(one))),
        table("ABBREVIATIONS", "Text", rules.abbreviations.iter().map(|one| text(one))),
        table("LIST_JOINTS", "Text", rules.list_joints.iter().map(|one| text(one))),
        table("UNITS", "Text", rules.units.iter().map(|one| text(one))),
        table("RIGHT_EDGES", "Text", rules.right_edges.iter().map(|one| text(one))),
        table("STEMS", "Text", rules.stems.iter().map(|one| text(one))),
        table("KEYS", "Key", rules.keys.iter().map(key)),
        table("LITERAL_KEYS", "Key", rules.literal_keys.iter().map(key)),
        table("SHAPES", "Shape", rules.shapes.iter().map(shape)),
        table("MARKERS", "Marker", rules.markers.iter().map(marker)),
        format!("static NAMES: NameRule = {:?};\n", rules.names),
    ]
    .concat()
}

fn table(name: &str, of: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("    {item},\n")).collect();
    format!("static {name}: &[{of}] = &[\n{items}];\n\n")
}

fn text(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn texts(texts: &[Text]) -> String {
    let items: Vec<String> = texts.iter().map(|one| text(one)).collect();
    format!("Cow::Borrowed(&[{}])", items.join(", "))
}

fn codes(codes: CodeRange) -> String {
    format!("{codes:?}")
}

fn optional(value: Option<String>) -> String {
    value.map_or("None".to_string(), |value| format!("Some({value})"))
}
