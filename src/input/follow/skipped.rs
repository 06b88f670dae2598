//! Files that stood under a name between two looks, and stand beside it now.
//!
//! Who rotates `app.log` by numbers moves `app.log.1` to `app.log.2`, and so on, before `app.log` itself moves to `app.log.1`. So
//! what stands at lower numbers than the file that was read last came behind it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

/// The highest number that is looked at, and so the number of files that can be found.
const LIMIT: u32 = 64;

/// The files that stood at `path` behind `last` and before `next`, the oldest first.
///
/// Empty if `last` is at no number, or others were not written one after the other behind it. Costs opening each file at a
/// number up to that of `last`.
pub(super) fn between(path: &Path, last: &Handle, next: &Handle) -> Vec<Arc<Handle>> {
    // The newest first.
    let mut found: Vec<Arc<Handle>> = Vec::new();
    let mut was_free = false;
    for number in 1..=LIMIT {
        let Some(handle) = open(&numbered(path, number)) else {
            // While all are moved on, one number is free.
            if std::mem::replace(&mut was_free, true) {
                break;
            }
            continue;
        };
        was_free = false;
        if handle == *last {
            found.reverse();
            return if are_in_order(last, &found) { found } else { Vec::new() };
        }
        // What was met before has been moved on meanwhile, and with it what is behind it, which is met again.
        match found.iter().position(|one| **one == handle) {
            Some(at) => found.truncate(at + 1),
            None if handle == *next => found.clear(),
            None => found.push(Arc::new(handle)),
        }
    }
    Vec::new()
}

/// `path` with a number behind it.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}

fn open(path: &Path) -> Option<Handle> {
    // Before it is opened: a FIFO would wait.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Handle::from_path(path).ok()
}

/// Whether each file was written last when the one before it was, or later. Numbers that count upwards, or tell something else
/// than an age, do not look like that.
fn are_in_order(last: &Handle, others: &[Arc<Handle>]) -> bool {
    let files = std::iter::once(last).chain(others.iter().map(Arc::as_ref));
    let times: Option<Vec<SystemTime>> =
        files.map(|file| file.as_file().metadata().ok()?.modified().ok()).collect();
    times.is_some_and(|times| times.is_sorted())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A number, the content of the file there, and the second of its last change.
    type There = (u32, &'static str, u64);

    /// The contents of the files between that of the first and that of the last letter, where `there` stand at their numbers.
    fn found(there: &[There], last: &str, next: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("a");
        let place = |letter: &str| folder.path().join(format!("file {letter}"));
        for letter in [last, next] {
            fs::write(place(letter), letter).expect("the folder is writable");
        }
        for (number, letter, second) in there {
            fs::write(place(letter), letter).expect("the folder is writable");
            let file =
                fs::File::options().append(true).open(place(letter)).expect("the file is there");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(*second))
                .expect("the file is ours");
            fs::hard_link(place(letter), numbered(&path, *number)).expect("the folder is writable");
        }
        let handle = |letter: &str| Handle::from_path(place(letter)).expect("the file is there");
        let files = between(&path, &handle(last), &handle(next));
        files
            .iter()
            .map(|file| std::io::read_to_string(file.as_file()).expect("the file is there"))
            .collect()
    }

    #[test]
    fn what_came_between_stands_at_lower_numbers() {
        let rows: [(&[There], &str); 12] = [
            (&[], ""),
            (&[(1, "a", 1)], ""),
            (&[(1, "b", 2), (2, "a", 1)], "b"),
            (&[(1, "c", 3), (2, "b", 2), (3, "a", 1), (4, "x", 0)], "bc"),
            (&[(1, "c", 1), (2, "b", 1), (3, "a", 1)], "bc"),
            // While they are moved on: a number is free, what was met is met again, and the one that comes next has a number.
            (&[(2, "b", 2), (3, "a", 1)], "b"),
            (&[(1, "b", 2), (2, "b", 2), (3, "a", 1)], "b"),
            (&[(1, "c", 3), (2, "b", 2), (3, "c", 3), (4, "b", 2), (5, "a", 1)], "bc"),
            (&[(1, "y", 5), (2, "z", 4), (3, "b", 2), (4, "a", 1)], "b"),
            // Not known where the old one is.
            (&[(1, "b", 2), (2, "c", 1)], ""),
            (&[(1, "b", 2), (4, "a", 1)], ""),
            // The higher the younger.
            (&[(1, "b", 1), (2, "a", 2)], ""),
        ];
        for (there, wanted) in rows {
            assert_eq!(found(there, "a", "z"), wanted, "{there:?}");
        }
    }
}
