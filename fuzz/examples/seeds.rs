//! Writes first inputs for every target into `fuzz/corpus`, made from `fixtures/` and `patterns/`.
//!
//! Run it in the root of the repository:
//! `cargo run --manifest-path fuzz/Cargo.toml --example seeds`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The longest seed. Longer files are cut into pieces, at line ends where possible.
const LIMIT: usize = 1000;

fn main() -> io::Result<()> {
    let lines = labelled_lines()?;
    let logs = pieces(&files("fixtures/logs", &[])?);
    let annotated = pieces(&files("fixtures/golden", &["stdout"])?);
    let inputs = pieces(&files("fixtures/golden", &["stdin", "a.log", "b.log", "c.log", "d.log"])?);
    let tables = tables(&files("patterns", &["toml"])?);
    let custom = pieces(&files("fixtures/golden", &["toml"])?);
    let settings = pieces(&files("fixtures/golden", &["args", "json", "toml"])?);

    write("annotate", 5, &[&lines, &logs, &annotated, &inputs])?;
    write("json_splice", 5, &[&lines, &inputs, &annotated])?;
    write("long_lines", 9, &[&lines[..100], &annotated[..50]])?;
    write("custom", 2, &[&tables, &custom])?;
    write("decode", 6, &[&lines[..200], &inputs])?;
    write("timestamps", 3, &[&logs, &annotated, &settings])?;
    write("settings", 1, &[&settings, &custom])?;
    write("ci_commands", 3, &[&lines, &logs, &annotated])
}

/// The lines that tests have labels for.
fn labelled_lines() -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    for (_, text) in files("fixtures/lines", &[])? {
        for row in text.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
            let row: serde_json::Value = serde_json::from_slice(row)?;
            lines.push(row["line"].as_str().unwrap_or_default().as_bytes().to_vec());
        }
    }
    Ok(lines)
}

/// The files below `folder`, in order; if `ends` are given, those whose name ends with one.
fn files(folder: &str, ends: &[&str]) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if ends.is_empty() || ends.iter().any(|end| name.ends_with(end)) {
                let bytes = fs::read(&path)?;
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn pieces(files: &[(PathBuf, Vec<u8>)]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for (_, text) in files {
        let mut rest = &text[..];
        // Of a long file, some pieces are enough.
        for _ in 0..8 {
            let within = &rest[..rest.len().min(LIMIT)];
            let newline = within.iter().rposition(|&byte| byte == b'\n');
            let end = newline.filter(|_| rest.len() > LIMIT).map_or(within.len(), |at| at + 1);
            if end == 0 {
                break;
            }
            pieces.push(rest[..end].to_vec());
            rest = &rest[end..];
        }
    }
    pieces
}

/// Each table of TOML files, behind what comes before the first table.
fn tables(files: &[(PathBuf, Vec<u8>)]) -> Vec<Vec<u8>> {
    let mut tables = Vec::new();
    for (_, text) in files {
        let text = String::from_utf8_lossy(text);
        let (head, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
        let head =
            head.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        // Neighbors are alike.
        for table in rest.split("\n\n").step_by(5) {
            tables.push(format!("{head}\n\n{table}\n").into_bytes());
        }
    }
    tables
}

/// Writes each text behind `choices` bytes, which differ from text to text.
fn write(target: &str, choices: usize, texts: &[&[Vec<u8>]]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    let mut number = 1_u64;
    for (index, text) in texts.iter().copied().flatten().enumerate() {
        let mut seed = Vec::new();
        for _ in 0..choices {
            // A linear congruential generator, so that every run writes the same files.
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed.push((number >> 40) as u8);
        }
        seed.extend_from_slice(text);
        fs::write(folder.join(format!("seed-{index:04}")), seed)?;
    }
    Ok(())
}
