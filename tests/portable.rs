//! Code for one kind of operating system is in one module.

use std::fs;
use std::path::{Path, PathBuf};

const SYSTEM: &str = "src/cli/system";

/// Signs of code that is for Unix only, or for other systems only.
const MARKS: [&str; 7] =
    ["os::unix", "os::fd", "cfg(unix", "cfg(not(unix", "all(unix", "signal_hook", "rustix"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("the folder can be listed").path();
        // Tests may be limited to the systems that have what they test.
        if path.ends_with("tests") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn one_module_depends_on_the_operating_system() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let (inside, outside): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.starts_with(root.join(SYSTEM)));
    let mut misplaced = Vec::new();
    for file in outside {
        for mark in marks(file) {
            misplaced.push(format!("{}: {mark}", file.display()));
        }
    }
    assert!(misplaced.is_empty(), "code for Unix belongs in {SYSTEM}:\n{}", misplaced.join("\n"));
    assert!(
        inside.into_iter().any(|file| !marks(file).is_empty()),
        "{SYSTEM} has no code for Unix: was it moved?"
    );
}

fn marks(file: &Path) -> Vec<&'static str> {
    let text = fs::read_to_string(file).expect("sources are text");
    MARKS.into_iter().filter(|mark| text.contains(mark)).collect()
}
