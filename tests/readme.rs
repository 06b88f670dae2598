//! Compares the README with the binary: the output of examples, and the names of options.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");
const DESIGN: &str = include_str!("../docs/DESIGN.md");

fn run(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .output()
        .expect("the binary is built before its tests");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

#[test]
fn the_first_example_shows_lines_of_the_output() {
    let (command, lines) = consoles()
        .next()
        .and_then(|(_, text)| text.split_once('\n'))
        .expect("the README begins with an example");
    let output = output_of(command);
    for line in lines.lines() {
        assert!(output.lines().any(|one| one == line), "not in the output:\n{line}\nof\n{output}");
    }
}

#[test]
fn each_example_shows_its_output() {
    let shown: Vec<&str> = consoles()
        .filter(|(section, _)| *section == "What it looks like")
        .map(|(_, text)| text)
        .collect();
    let mut commands = 0;
    for part in shown.iter().flat_map(|text| text.split("$ ").skip(1)) {
        let (command, wanted) = part.split_once('\n').expect("a command ends its line");
        // Editors remove blanks at the ends of lines. Seven blanks and a tab look like eight blanks.
        let seen = output_of(command).replace("       \t", "        ");
        let output: Vec<&str> = seen.lines().map(str::trim_end).collect();
        assert_eq!(output.join("\n"), wanted.trim_end(), "{command}");
        commands += 1;
    }
    assert!(commands > 8, "only {commands} commands are shown");
}

/// The blocks of commands with their output, each with the title of its section.
fn consoles() -> impl Iterator<Item = (&'static str, &'static str)> {
    README.split("\n## ").flat_map(|section| {
        let title = section.lines().next().unwrap_or_default();
        section
            .split("```console\n")
            .skip(1)
            .map(move |rest| (title, rest.split("```").next().unwrap_or_default()))
    })
}

fn output_of(command: &str) -> String {
    run(&command
        .trim_start_matches("$ ")
        .strip_prefix("imerr-annotate ")
        .expect("the command is ours")
        .split(' ')
        .collect::<Vec<_>>())
}

/// The long options in `text`.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_string).collect()
}

#[test]
fn the_options_table_and_help_name_the_same_options() {
    let table = README
        .split("## Options")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("the README has a table of options");
    let rows: String = table
        .lines()
        .filter(|line| line.starts_with("| `-"))
        .filter_map(|line| line.split('|').nth(1))
        .collect();
    let help = run(&["--help"]);
    let mut in_help: BTreeSet<String> =
        help.lines().filter(|line| line.trim_start().starts_with('-')).flat_map(options).collect();
    in_help.extend(["--help".to_string(), "--version".to_string()]);
    assert_eq!(options(&rows), in_help);
}

#[test]
fn the_meaning_in_another_language_is_part_of_a_valid_catalog() {
    let shown = README
        .split('`')
        .find(|code| code.starts_with("meaning = "))
        .expect("the README shows a meaning");
    let catalog = include_str!("../fixtures/golden/own-texts/app.toml");
    assert!(!shown.is_ascii() && catalog.lines().any(|line| line == shown), "{shown}");
}

#[test]
fn the_table_of_folders_in_the_design_is_that_of_the_source() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("the source is there")
    {
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
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            assert!(root.join("src").join(name).is_dir() || root.join(name).is_dir(), "{name}");
        }
    }
}
