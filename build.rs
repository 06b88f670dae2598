//! Reads the built-in catalogs and rules, checks them, and writes them as static tables.
//!
//! If a file has problems, the build prints all of them as `path:line:column: problem` and fails.
//! Optional catalogs are checked too, but the program contains them as text and reads them when a
//! run asks for them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[cfg(feature = "html")]
use base64::{Engine, prelude::BASE64_STANDARD};
use databake::{Bake, CrateEnv};
use imerr_catalog::rules::Rules;
use imerr_catalog::{
    CodeRange, DataFile, Diagnostic, Entry, SourcedEntry, check_causes, check_together,
    read_catalog, read_causes, read_rules, sort,
};

/// The folder of the catalogs that every run uses. The folders beside it are optional catalogs.
const MAIN: &str = "tencent-im";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=patterns");
    let mut problems = Vec::new();
    let catalogs = Path::new("patterns/catalogs");
    let entries = read_catalogs(&catalogs.join(MAIN), &mut problems);
    let rules = read_all_rules(Path::new("patterns/rules"), &mut problems);
    if problems.is_empty() {
        problems = check_together(&entries, |_| false);
    }
    let causes = children(Path::new("patterns/causes"));
    check_all_causes(&causes, &entries, &mut problems);
    let optional: Vec<PathBuf> =
        children(catalogs).into_iter().filter(|folder| !folder.ends_with(MAIN)).collect();
    for folder in &optional {
        check_optional(folder, &entries, &mut problems);
    }
    if !problems.is_empty() {
        for problem in &problems {
            eprintln!("{problem}");
        }
        eprintln!("{} problems in patterns/", problems.len());
        return ExitCode::FAILURE;
    }
    let entries = entries.into_iter().map(|sourced| sourced.entry).collect();
    write("catalog.rs", &catalog_tables(entries));
    write("rules.rs", &format!("static RULES: Rules = {};\n", source(&rules)));
    write("optional.rs", &optional_table(&optional));
    #[cfg(feature = "html")]
    write("page_hashes.rs", &page_hashes());
    write("causes.rs", &causes_table(&causes));
    ExitCode::SUCCESS
}

/// The entries of all catalogs in `folder`, in path order.
fn read_catalogs(folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<SourcedEntry> {
    let mut entries = Vec::new();
    for path in children(folder) {
        match read_catalog(&path.display().to_string(), &content(&path)) {
            Ok(read) => entries.extend(read),
            Err(found) => problems.extend(found),
        }
    }
    entries
}

/// The rules of all files in `folder`, in path order.
fn read_all_rules(folder: &Path, problems: &mut Vec<Diagnostic>) -> Rules {
    let mut rules = Rules::default();
    for path in children(folder) {
        match read_rules(&path.display().to_string(), &content(&path)) {
            Ok(read) => rules.add(read.rules),
            Err(found) => problems.extend(found),
        }
    }
    rules
}

/// Checks the files of an optional catalog, which may refer to codes of the main catalogs.
fn check_optional(folder: &Path, main: &[SourcedEntry], problems: &mut Vec<Diagnostic>) {
    let mut entries = Vec::new();
    for path in children(folder) {
        match imerr_catalog::read(&path.display().to_string(), &content(&path)) {
            Ok(DataFile::Entries(read)) => entries.extend(read),
            Ok(DataFile::Rules(_) | DataFile::Causes(_)) => {}
            Err(found) => problems.extend(found),
        }
    }
    let is_known = |code| main.iter().any(|sourced| sourced.entry.codes.contains(code));
    problems.extend(check_together(&entries, is_known));
}

/// Checks the files with causes. The program contains them as text and reads them when a run asks
/// for a diagnosis.
fn check_all_causes(paths: &[PathBuf], entries: &[SourcedEntry], problems: &mut Vec<Diagnostic>) {
    for path in paths {
        match read_causes(&path.display().to_string(), &content(path)) {
            Ok(file) => {
                problems.extend(check_causes(&file, |_| false, |codes| systems(codes, entries)));
            }
            Err(found) => problems.extend(found),
        }
    }
}

/// The systems that have one of `codes`, each once.
fn systems(codes: CodeRange, entries: &[SourcedEntry]) -> Vec<String> {
    let mut systems = BTreeSet::new();
    for sourced in entries {
        if sourced.entry.codes.overlaps(codes) {
            systems.insert(sourced.entry.system.to_string());
        }
    }
    systems.into_iter().collect()
}

/// A file with LF, also if git has written CRLF. A browser hashes a style or a script with LF and
/// refuses one whose hash differs.
fn content(path: &Path) -> String {
    let text = fs::read_to_string(path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

/// The files and folders in `folder`, sorted.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    paths
}

/// `ENTRIES`, `CODES` and `NAMES`, as `Catalog::from_tables` needs them.
fn catalog_tables(mut entries: Vec<Entry>) -> String {
    sort(&mut entries);
    let singles = entries.iter().filter(|entry| !entry.codes.is_range());
    let codes = singles.map(|entry| entry.codes.first.to_string());
    let mut names: Vec<(&str, usize)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        names.extend(entry.names.iter().map(|name| (name.as_ref(), index)));
    }
    names.sort();
    let names = names
        .iter()
        .map(|(name, index)| format!("(Text::Borrowed({name:?}), EntryId::new({index}))"));
    [
        table("ENTRIES", "Entry", entries.iter().map(source)),
        table("CODES", "i64", codes),
        table("NAMES", "(Text, EntryId)", names),
    ]
    .concat()
}

/// `OPTIONAL`: the names of the optional catalogs, each with the names and contents of its files.
fn optional_table(folders: &[PathBuf]) -> String {
    let catalogs = folders.iter().map(|folder| {
        let files = children(folder);
        let files: Vec<(&str, String)> =
            files.iter().map(|path| (file_name(path), content(path))).collect();
        format!("({:?}, &{files:?})", file_name(folder))
    });
    table("OPTIONAL", "(&str, &[(&str, &str)])", catalogs)
}

/// The hashes of the style and the script of the HTML report, as a content security policy has
/// them.
#[cfg(feature = "html")]
fn page_hashes() -> String {
    use sha2::{Digest, Sha256};
    let mut text = String::new();
    for (name, file) in [("STYLE_HASH", "page.css"), ("SCRIPT_HASH", "page.js")] {
        let path = Path::new("src/report/html").join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let hash = BASE64_STANDARD.encode(Sha256::digest(content(&path)));
        text += &format!("const {name}: &str = \"sha256-{hash}\";\n");
    }
    text
}

/// `CAUSES`: the names and contents of the files with causes.
fn causes_table(paths: &[PathBuf]) -> String {
    let files = paths.iter().map(|path| format!("({:?}, {:?})", file_name(path), content(path)));
    table("CAUSES", "(&str, &str)", files)
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("names in patterns/ are UTF-8")
}

fn table(name: &str, item_type: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("    {item},\n")).collect();
    format!("static {name}: &[{item_type}] = &[\n{items}];\n\n")
}

/// A constant expression for the value.
fn source<T: Bake>(value: &T) -> String {
    value.bake(&CrateEnv::default()).to_string()
}

fn write(name: &str, text: &str) {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(folder.join(name), text).expect("OUT_DIR is writable");
}
