//! What is only for one kind of operating system stands in one place.

use std::fs;
use std::path::{Path, PathBuf};

/// The one place.
const SYSTEM: &str = "src/cli/system";

/// What tells that code is for Unix, or for anything but Unix.
const MARKS: [&str; 7] =
    ["os::unix", "os::fd", "cfg(unix", "cfg(not(unix", "all(unix", "signal_hook", "rustix"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("the folder can be listed").path();
        match path.is_dir() {
            true => sources(&path, found),
            // Tests may stand only where there is something to test.
            false if path.ends_with("tests.rs") => {}
            false => found.push(path),
        }
    }
}

#[test]
fn one_module_knows_operating_systems() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let (inside, outside): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.starts_with(root.join(SYSTEM)));
    let marks = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("sources are text");
        MARKS.into_iter().filter(move |mark| text.contains(mark))
    };
    let told: Vec<String> = outside
        .iter()
        .flat_map(|file| marks(file).map(|mark| format!("{}: {mark}", file.display())))
        .collect();
    assert!(told.is_empty(), "only {SYSTEM} may be for Unix alone:\n{}", told.join("\n"));
    assert!(
        inside.iter().any(|file| marks(file).next().is_some()),
        "{SYSTEM} holds nothing for Unix: was it moved?"
    );
}
