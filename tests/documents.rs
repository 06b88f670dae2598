//! Compares the documents with each other, with the program and with the source.

use imerr::terminal::width;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DESIGN: &str = include_str!("../docs/DESIGN.md");
const README: &str = include_str!("../README.md");

/// The documents for users and developers.
const DOCUMENTS: [&str; 19] = [
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benches/README.md",
    "contrib/README.md",
    "docs/DESIGN.md",
    "docs/RELEASING.md",
    "docs/catalog.md",
    "docs/catalog.zh-CN.md",
    "docs/ci.md",
    "docs/ci.zh-CN.md",
    "docs/guide.md",
    "docs/guide.zh-CN.md",
    "docs/integrations.md",
    "docs/library.md",
    "docs/timestamps.md",
    "fuzz/README.md",
];
/// Those that name options of the program as it is.
const ABOUT_OPTIONS: [&str; 10] = [
    "README.md",
    "README.zh-CN.md",
    "contrib/README.md",
    "docs/catalog.md",
    "docs/catalog.zh-CN.md",
    "docs/ci.md",
    "docs/ci.zh-CN.md",
    "docs/guide.md",
    "docs/guide.zh-CN.md",
    "docs/integrations.md",
];
const COMMANDS: [&str; 12] = [
    "stats",
    "diagnose",
    "explain",
    "search",
    "list",
    "export",
    "explain-line",
    "mcp",
    "check-catalog",
    "new-catalog",
    "config",
    "completions",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The document without its fenced blocks.
fn prose(document: &str) -> String {
    document.split("```").step_by(2).collect()
}

/// The anchors that GitHub makes of the headings of a document.
fn anchors(document: &str) -> Vec<String> {
    let prose = prose(document);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let title = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            title.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
        })
        .collect()
}

/// The targets of links and pictures in a document.
fn targets(document: &str) -> Vec<String> {
    let prose = prose(document);
    let mut targets = Vec::new();
    for (opening, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
        let found = prose.split(opening).skip(1).filter_map(|rest| rest.split(end).next());
        targets.extend(found.map(str::to_string));
    }
    targets
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut count = 0;
    for name in DOCUMENTS {
        let document = read(name);
        for target in targets(&document).iter().filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = root().join(name).parent().expect("a file is in a folder").join(file);
            let path: PathBuf = if file.is_empty() { root().join(name) } else { path };
            assert!(path.exists(), "{name}: there is no {target}");
            if !anchor.is_empty() {
                let text = fs::read_to_string(path).expect("the target is text");
                let found = anchors(&text).iter().any(|one| one == anchor);
                assert!(found, "{name}: there is no heading for {target}");
            }
            count += 1;
        }
    }
    assert!(count > 60, "only {count} links were found");
}

/// The English and the Chinese page of a name.
fn in_both_languages(name: &&str) -> [String; 2] {
    [format!("{name}.md"), format!("{name}.zh-CN.md")]
}

#[test]
fn each_section_of_the_guide_is_in_its_table_of_contents() {
    for name in ["docs/guide", "docs/catalog", "docs/ci"].iter().flat_map(in_both_languages) {
        let document = read(&name);
        let sections = document.lines().filter_map(|line| line.strip_prefix("## "));
        for section in sections {
            let link = format!("* [{section}](#");
            assert!(document.contains(&link), "{name}: no link to {section}");
        }
    }
}

fn help(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"))
        .args(args)
        .env_clear()
        .output()
        .expect("the binary is built before its tests");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the help is UTF-8")
}

/// The long options in `text`.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_string).collect()
}

/// The long options that a help text lists.
fn listed(help: &str) -> BTreeSet<String> {
    let rows = help.lines().filter(|line| line.trim_start().starts_with('-'));
    rows.flat_map(options).collect()
}

/// The long options that a document says our program has: those of code that begins with an option,
/// and those after the name of the program.
fn promised(document: &str) -> BTreeSet<String> {
    let prose = prose(document);
    let spans = prose.split('`').skip(1).step_by(2).filter(|code| code.starts_with('-'));
    let mut found: BTreeSet<String> = spans.flat_map(options).collect();
    for line in document.lines() {
        for command in line.split("imerr-annotate ").skip(1) {
            // Up to the next program, or the end of the code.
            let command = format!(" {command}");
            let ends = [" | ", " -- ", "`"].map(|end| command.find(end).unwrap_or(command.len()));
            let end = ends.into_iter().min().unwrap_or_default();
            found.extend(options(&command[..end]));
        }
    }
    found
}

#[test]
fn options_in_documents_exist_and_all_are_in_the_guide() {
    let mut all = listed(&help(&["--help"]));
    let of_program = all.clone();
    for command in COMMANDS {
        all.extend(listed(&help(&["help", command])));
    }
    for name in ABOUT_OPTIONS {
        for option in promised(&read(name)) {
            let exists = all.contains(&option) || option == "--help" || is_inverse(&option, &all);
            assert!(exists, "{name} names {option}, which no help text has");
        }
    }
    let guide: BTreeSet<String> =
        ["docs/guide.md", "docs/ci.md"].iter().flat_map(|name| options(&read(name))).collect();
    let missing: Vec<&String> = of_program.difference(&guide).collect();
    assert_eq!(missing, [&"--version".to_string()], "docs/guide.md does not name them");
}

/// The script rewrites these sentences at the first release.
#[test]
fn the_script_for_the_first_release_names_each_file_that_says_that_nothing_is_published() {
    let script = read(".ci/publish");
    let others = DOCUMENTS.into_iter().filter(|name| *name != "docs/RELEASING.md");
    let mut found = 0;
    for name in others.chain(["docs/cluster.md", "python/README.md"]) {
        let document = read(name);
        if document.contains("published yet") || document.contains("没有发布版本") {
            assert!(document.contains("<!-- unreleased -->"), "{name}");
            assert!(script.contains(&format!("{name} ")) || script.contains(&format!("{name})")));
            found += 1;
        }
    }
    assert!([0, 8].contains(&found), "{found} documents say it, and others do not");
}

/// Whether it undoes a default of the config file. Help texts do not list such options.
fn is_inverse(option: &str, all: &BTreeSet<String>) -> bool {
    option.strip_prefix("--no-").is_some_and(|name| all.contains(&format!("--{name}")))
}

#[test]
fn the_readmes_are_short_and_link_to_each_other() {
    let first = README.lines().next().unwrap_or_default();
    assert!(first.contains("(README.zh-CN.md)"), "{first}");
    let chinese = read("README.zh-CN.md");
    for text in [README, &*chinese] {
        assert!(text.lines().count() <= 200, "it has {} lines", text.lines().count());
    }
    assert!(chinese.lines().next().unwrap_or_default().contains("(README.md)"), "{chinese}");
}

#[test]
fn the_number_of_entries_is_that_of_the_program() {
    let version = help(&["--version"]);
    let line = version.lines().nth(1).expect("the version has the number of codes");
    let count = line.split(' ').next().unwrap_or_default();
    assert!(README.contains(&format!("{count} entries")), "README.md has not {count} entries");
    let chinese = read("README.zh-CN.md");
    assert!(chinese.contains(&format!("共{count}条")), "README.zh-CN.md has not 共{count}条");
}

#[test]
fn the_table_of_folders_in_the_design_is_that_of_the_source() {
    for entry in fs::read_dir(root().join("src")).expect("the source is there") {
        let name = entry.expect("listed").file_name().to_string_lossy().into_owned();
        let is_exempt =
            ["lib.rs", "catalog.rs", "rules.rs", "promises.rs", "functions.rs", "testutil"]
                .contains(&name.as_str());
        assert!(
            is_exempt || DESIGN.contains(&format!("`src/{name}")),
            "docs/DESIGN.md does not name src/{name}"
        );
    }
    for line in DESIGN.lines().filter(|line| line.starts_with("| `") && line.contains("/`")) {
        for name in line.split('`').filter(|name| name.ends_with('/')) {
            assert!(root().join("src").join(name).is_dir() || root().join(name).is_dir(), "{name}");
        }
    }
}

#[test]
fn the_short_help_of_a_command_has_no_rare_options() {
    for (command, wanted) in [("stats", "--top"), ("diagnose", "--bundle"), ("explain", "--code")] {
        let (short, long) = (help(&[command, "-h"]), help(&[command, "--help"]));
        assert!(
            short.contains(wanted) && long.contains("--min-confidence") == (command != "explain")
        );
        assert!(!short.contains("--min-confidence") && !short.contains("--theme"), "{short}");
        assert!(long.contains("--theme"), "{long}");
        assert!(short.ends_with("\n--help prints all options.\n"), "{short}");
        assert!(short.lines().count() <= 48, "{command}: {}", short.lines().count());
    }
}

#[test]
fn the_help_is_in_chinese_too() {
    let rows: [(&[&str], &str); 3] = [
        (&["--help"], "在日志中找出腾讯云即时通信 IM 的错误码，并给出含义和处理建议。\n\n"),
        (&["stats", "--help"], "统计日志中的错误码：按分类、类型、文件和时间\n\n"),
        (&["diagnose", "-h"], "找出最先出了什么问题，以及哪些错误码由它引发\n\n"),
    ];
    for (args, wanted) in rows {
        let help = help(&[&["--lang", "zh"], args].concat());
        assert!(help.starts_with(wanted), "{args:?}: {help}");
    }
    for command in COMMANDS {
        for option in ["-h", "--help"] {
            let help = help(&["--lang", "zh", command, option]);
            for line in help.lines() {
                assert!(!is_english(line), "{command} {option}: {line}");
                assert!(width(line) <= 100, "{command} {option}: {line}");
            }
        }
    }
}

/// Whether a line has four words in a row that are English.
fn is_english(line: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let words: Vec<bool> = line.split(' ').map(is_word).collect();
    words.windows(4).any(|four| four.iter().all(|is_word| *is_word))
}
