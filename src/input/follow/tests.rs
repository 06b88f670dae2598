//! Each test writes, rotates or truncates files step by step, and checks the events after each
//! step.

#[cfg(feature = "decode")]
mod decoding;

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use same_file::Handle;

use super::Follower;
use crate::input::feed::describe_event;
use crate::input::{
    BLOCK_SIZE, Change, Event, Events, FileError, HELD_BACK, Input, LINE_LIMIT, Notice, Part,
    Watcher,
};

/// Files in a temporary directory, and a follower of some of them.
struct Scene {
    directory: tempfile::TempDir,
    follower: Follower,
}

impl Scene {
    /// Follows files of these names.
    fn new(names: &[&str]) -> Self {
        Self::with(names, &[], |follower| follower)
    }

    /// Follows files of these names, some of which exist already.
    fn with(
        names: &[&str],
        existing: &[(&str, &[u8])],
        settings: impl FnOnce(Follower) -> Follower,
    ) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for (name, content) in existing {
            fs::write(directory.path().join(name), content).expect("the directory is writable");
        }
        let inputs: Vec<Input> =
            names.iter().map(|name| Input::Path(directory.path().join(name))).collect();
        // Every call looks again, and no file is given up.
        let follower =
            Follower::new(inputs, true).with_poll(Duration::ZERO).with_patience(Duration::MAX);
        let follower = settings(follower);
        Self { directory, follower }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn append(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let file = File::options().append(true).create(true).open(self.path(name));
        file.and_then(|mut file| file.write_all(bytes.as_ref()))
            .expect("the directory is writable");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("the directory is writable");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("the directory is writable");
    }

    /// Truncates the file and writes `bytes` before the next look.
    fn truncate(&self, name: &str, bytes: impl AsRef<[u8]>) {
        File::options()
            .write(true)
            .open(self.path(name))
            .and_then(|file| file.set_len(0))
            .expect("the file exists");
        self.append(name, bytes);
    }

    /// Gives up the files that were replaced.
    fn give_up(&mut self) {
        self.follower.options.patience = Duration::ZERO;
    }

    /// All events until the follower is idle.
    fn events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.follower.next(Vec::new()) {
            if matches!(event, Event::Idle(..)) {
                break;
            }
            events.push(event);
        }
        events
    }

    fn expect(&mut self, wanted: &[&str]) {
        let events: Vec<String> = self.events().into_iter().map(describe_event).collect();
        assert_eq!(events, wanted);
    }
}

#[test]
fn a_line_is_returned_when_it_is_complete() {
    let mut scene = Scene::with(&["a"], &[("a", b"one\r\ntw")], |follower| follower);
    scene.expect(&["0 started", r#"0 "one\r\n""#]);
    scene.expect(&[]);
    scene.append("a", "o\r");
    scene.expect(&[]);
    scene.append("a", "\n\nthree");
    scene.expect(&[r#"0 "two\r\n\n""#]);
    // When the run stops, the half line is the last line, unless more follows that is not read any
    // more.
    assert_eq!(stopped(scene), [r#"0 "three""#, "0 finished 16 4"]);
    let mut scene = Scene::with(&["a"], &[("a", b"one\ntwo")], |follower| follower);
    scene.expect(&["0 started", r#"0 "one\n""#]);
    scene.append("a", " and more");
    assert_eq!(stopped(scene), ["0 finished 4 1"]);
}

fn stopped(mut scene: Scene) -> Vec<String> {
    scene.follower.stop().into_iter().map(describe_event).collect()
}

#[test]
fn a_file_is_waited_for() {
    let mut scene = Scene::new(&["sub/a"]);
    scene.expect(&["0 Missing"]);
    scene.expect(&[]);
    fs::create_dir(scene.path("sub")).expect("the directory is writable");
    scene.expect(&[]);
    scene.append("sub/a", "");
    scene.expect(&["0 Appeared", "0 started"]);
    scene.append("sub/a", "one\n");
    scene.expect(&[r#"0 "one\n""#]);
}

#[test]
fn the_unread_rest_of_a_truncated_file_is_read_in_its_copy() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n2\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n2\n""#]);
    // Other candidates: too short, of another log, without the name as a prefix.
    scene.append("a.short", "1\n");
    scene.append("a.old", "1\n3\n4\n5\n");
    scene.append("b", "1\n2\nwrong\n");
    scene.append("a", "3\nfo");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    scene.truncate("a", "ur\n5\n6\n7\n8\n");
    scene.expect(&[
        r#"0 "3\n""#,
        r#"0 "fo""#,
        "0 finished 8 4",
        "0 Truncated",
        "0 started",
        r#"0 "ur\n5\n6\n7\n8\n""#,
    ]);
    // Without a copy the unread rest is lost.
    scene.append("a", "9\n");
    scene.truncate("a", "10\n");
    scene.expect(&["0 finished 11 5", "0 TruncatedWithoutCopy", "0 started", r#"0 "10\n""#]);
    // Nothing was read, so nothing identifies the copy.
    scene.truncate("a", "");
    scene.expect(&["0 finished 3 1", "0 TruncatedWithoutCopy", "0 started"]);
    scene.append("a", "11\n");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    scene.truncate("a", "");
    scene.expect(&[]);
}

#[test]
fn a_file_is_skipped_while_it_is_idle() {
    let mut scene = Scene::with(&["a", "b"], &[("a", b"1\n"), ("b", b"2\n")], |follower| follower);
    assert_eq!(scene.events().len(), 4);
    scene.follower.skip_file(0);
    scene.expect(&["0 finished 2 1"]);
    scene.append("a", "3\n");
    scene.expect(&[]);
    scene.follower.skip_file(1);
    scene.expect(&["1 finished 2 1"]);
    assert!(scene.follower.next(Vec::new()).is_none());
}

#[test]
fn a_tail_of_no_lines_starts_with_the_next_whole_line() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\nha")], |follower| follower.with_tail(Some(0)));
    scene.expect(&["0 started"]);
    scene.append("a", "lf\n3\n");
    scene.expect(&[r#"0 "half\n3\n""#]);
}

#[test]
fn the_old_file_is_read_to_its_end_before_the_new_one() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.rename("a", "a.1");
    scene.append("a.1", "2\n");
    scene.expect(&["0 Gone", r#"0 "2\n""#]);
    // The new file exists, but is still empty.
    scene.append("a", "");
    scene.append("a.1", "3\n");
    scene.expect(&[r#"0 "3\n""#]);
    scene.append("a.1", "4\n");
    scene.append("a", "5\n");
    scene.expect(&[r#"0 "4\n""#, "0 finished 8 4", "0 Appeared", "0 started", r#"0 "5\n""#]);
}

#[test]
fn lines_that_come_late_in_a_replaced_file_are_read() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\nha")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.rename("a", "a.1");
    scene.append("a", "2\n");
    scene.expect(&["0 finished 2 1", "0 Replaced", "0 started", r#"0 "2\n""#]);
    // The second half of a line, and another one.
    scene.append("a.1", "lf\n3\n4");
    scene.append("a", "5\n");
    scene.expect(&[r#"0 "half\n3\n""#, r#"0 "5\n""#]);
    // A file that is replaced counts the lines that came while it was read.
    scene.rename("a", "a.2");
    scene.append("a", "6\n7");
    scene.append("a.1", "\n8\n");
    scene.append("a.2", "9\n");
    scene.expect(&[
        r#"0 "4\n8\n""#,
        r#"0 "9\n""#,
        "0 finished 17 7",
        "0 Replaced",
        "0 started",
        r#"0 "6\n""#,
    ]);
    // A last line without an end does not continue that of another file.
    scene.append("a.2", "10");
    scene.expect(&[]);
    scene.give_up();
    scene.expect(&[r#"0 "10\n""#]);
    scene.append("a.1", "lost\n");
    scene.append("a.2", "lost\n");
    scene.expect(&[]);
    assert_eq!(stopped(scene), [r#"0 "7""#, "0 finished 5 3"]);
}

#[test]
fn the_ends_of_replaced_files_are_read_when_the_run_stops() {
    let mut scene = Scene::with(&["a"], &[("a", b"1")], |follower| follower);
    scene.expect(&["0 started"]);
    scene.rename("a", "a.1");
    scene.append("a", "2");
    scene.expect(&["0 finished 0 0", "0 Replaced", "0 started"]);
    assert_eq!(stopped(scene), [r#"0 "1\n""#, r#"0 "2""#, "0 finished 2 2"]);
}

#[test]
fn the_number_of_replaced_files_is_limited() {
    let mut scene = Scene::with(&["a"], &[("a", b"0")], |follower| follower);
    scene.events();
    let mut last = None;
    for number in 1..=17 {
        scene.rename("a", &format!("b{number}"));
        scene.append("a", number.to_string());
        let events = scene.events();
        assert_eq!(events.len(), if number < 17 { 3 } else { 4 });
        last = events.into_iter().last();
    }
    assert_eq!(last.map(describe_event).as_deref(), Some(r#"0 "0\n""#));
}

#[test]
fn a_replaced_file_that_is_truncated_is_given_up() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n2")], |follower| follower);
    scene.events();
    scene.rename("a", "b");
    scene.append("a", "3\n");
    scene.events();
    scene.truncate("b", "4\n");
    scene.expect(&[r#"0 "2\n""#]);
    scene.append("b", "5\n");
    scene.expect(&[]);
}

#[test]
fn a_new_file_is_kept_before_it_has_content() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.events();
    scene.rename("a", "b");
    scene.append("a", "");
    scene.expect(&[]);
    // It loses its path before it is seen again.
    scene.append("a", "2\n");
    scene.rename("a", "c");
    scene.append("a", "3\n");
    scene.expect(&[
        "0 finished 2 1",
        "0 Replaced",
        "0 started",
        r#"0 "2\n""#,
        "0 finished 2 1",
        "0 Replaced",
        "0 started",
        r#"0 "3\n""#,
    ]);
}

/// The end of a very long line does not come among other lines.
#[test]
fn a_very_long_line_ends_when_its_file_is_replaced() {
    let mut scene = Scene::new(&["a"]);
    scene.append("a", vec![b'x'; 2 * LINE_LIMIT]);
    scene.events();
    scene.rename("a", "b");
    scene.append("a", "1\n");
    let parts: Vec<(Part, u8)> = scene
        .events()
        .iter()
        .filter_map(|event| {
            let Event::Block(block) = event else { return None };
            Some((block.part, *block.bytes().last()?))
        })
        .collect();
    assert_eq!(parts, [(Part::LongEnd, b'x'), (Part::Lines, b'\n')]);
    // One that begins late has no time to end.
    scene.rename("a", "b");
    scene.append("a", "2\n");
    scene.events();
    scene.append("b", vec![b'y'; 2 * LINE_LIMIT]);
    scene.append("a", "3\n");
    let parts: Vec<(Part, u8)> = scene
        .events()
        .iter()
        .filter_map(|event| {
            let Event::Block(block) = event else { return None };
            Some((block.part, *block.bytes().last()?))
        })
        .collect();
    assert_eq!(parts.last(), Some(&(Part::Lines, b'\n')));
    assert_eq!(parts[parts.len() - 2], (Part::LongEnd, b'\n'));
}

#[test]
fn a_file_is_replaced_between_two_looks() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.append("a", "2\n");
    scene.rename("a", "a.1");
    scene.append("a", "1\n2\n3\n");
    scene.expect(&[r#"0 "2\n""#, "0 finished 4 2", "0 Replaced", "0 started", r#"0 "1\n2\n3\n""#]);
    scene.remove("a");
    scene.append("a", "4\n");
    scene.expect(&["0 finished 6 3", "0 Replaced", "0 started", r#"0 "4\n""#]);
}

/// Rotates the numbered files of `a`.
fn rotate(scene: &Scene) {
    for number in (1..9).rev().filter(|number| scene.path(&format!("a.{number}")).exists()) {
        scene.rename(&format!("a.{number}"), &format!("a.{}", number + 1));
    }
}

#[test]
fn a_file_is_replaced_several_times_between_two_looks() {
    let mut scene = Scene::with(
        &["a"],
        &[("a", b"1\n"), ("a.1", b"old\n"), ("a.err", b"other\n")],
        |follower| follower,
    );
    scene.expect(&["0 started", r#"0 "1\n""#]);
    let rotate = |scene: &Scene, text: &str| {
        rotate(scene);
        scene.rename("a", "a.1");
        scene.append("a", text);
    };
    scene.append("a", "2\n");
    for text in ["3\n", "4", "5\n"] {
        rotate(&scene, text);
    }
    scene.expect(&[
        r#"0 "2\n""#,
        "0 finished 4 2",
        "0 Replaced",
        "0 started",
        r#"0 "3\n""#,
        "0 finished 2 1",
        "0 Replaced",
        "0 started",
        "0 finished 0 0",
        "0 Replaced",
        "0 started",
        r#"0 "5\n""#,
    ]);
    // The last file is still empty; the ones before are written to.
    rotate(&scene, "6\n");
    rotate(&scene, "");
    scene.expect(&["0 finished 2 1", "0 Replaced", "0 started", r#"0 "6\n""#]);
    scene.append("a.3", "4\n");
    scene.expect(&[r#"0 "44\n""#]);
    scene.append("a.1", "7\n");
    scene.expect(&[r#"0 "7\n""#]);
    scene.append("a", "8\n");
    scene.expect(&["0 finished 7 3", "0 Replaced", "0 started", r#"0 "8\n""#]);
}

#[test]
fn a_file_that_moves_to_another_path_is_not_read_again() {
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n"), ("a.1", b"old\n")];
    let mut scene = Scene::with(&["a", "a.1"], &existing, |follower| follower);
    scene.expect(&["0 started", "1 started", r#"0 "1\n""#, r#"1 "old\n""#]);
    rotate(&scene);
    scene.rename("a", "a.1");
    scene.append("a", "2\n");
    scene.append("a.1", "late\n");
    scene.append("a.2", "older\n");
    scene.expect(&[
        r#"0 "late\n""#,
        r#"1 "older\n""#,
        "0 finished 7 2",
        "0 Replaced",
        "0 started",
        r#"0 "2\n""#,
    ]);
    // The other path goes on where the first one stopped.
    scene.give_up();
    scene.expect(&[]);
    scene.expect(&["1 finished 10 2", "1 Replaced", "1 started"]);
    scene.append("a.1", "later\n");
    scene.expect(&[r#"1 "later\n""#]);
    // Back to the first path.
    scene.rename("a.1", "a");
    scene.expect(&["1 Gone"]);
}

#[test]
fn a_file_at_two_paths_is_read_once() {
    let mut scene = Scene::with(&["a", "b"], &[("a", b"1\n")], |follower| follower);
    fs::hard_link(scene.path("a"), scene.path("b")).expect("the directory is writable");
    scene.expect(&["0 started", "1 Duplicate", r#"0 "1\n""#]);
    scene.append("b", "2\n");
    scene.expect(&[r#"0 "2\n""#]);
    scene.remove("a");
    scene.append("a", "3\n");
    scene.give_up();
    scene.expect(&["0 finished 4 2", "0 Replaced", "0 started", r#"0 "3\n""#, "1 started"]);
    scene.append("b", "4\n");
    scene.expect(&[r#"1 "4\n""#]);
}

#[test]
fn a_copy_at_another_path_is_not_read_again() {
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n"), ("a.1", b"old\n")];
    let mut scene = Scene::with(&["a", "a.1"], &existing, |follower| follower);
    scene.events();
    scene.append("a", "2\n");
    scene.remove("a.1");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    // More is read than the copy has.
    scene.append("a", "2b\n");
    scene.expect(&[r#"0 "2\n2b\n""#]);
    scene.truncate("a", "3\n");
    scene.give_up();
    scene.expect(&[
        "0 finished 7 3",
        "0 TruncatedWithoutCopy",
        "1 finished 4 1",
        "0 started",
        "1 Replaced",
        r#"0 "3\n""#,
        "1 started",
    ]);
    // Another file.
    fs::write(scene.path("other"), "4\n").expect("the directory is writable");
    scene.rename("other", "a.1");
    scene.expect(&["1 finished 0 0", "1 Replaced", "1 started", r#"1 "4\n""#]);
}

#[test]
fn missed_files_are_not_read_under_two_paths() {
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n"), ("a.1", b"old\n")];
    for names in [["a", "a.1"], ["a.1", "a"]] {
        let mut scene = Scene::with(&names, &existing, |follower| follower);
        scene.events();
        for text in ["2\n", "3\n"] {
            rotate(&scene);
            scene.rename("a", "a.1");
            scene.append("a", text);
        }
        let events = scene.events();
        let mut text: Vec<u8> = events.iter().filter_map(bytes).flatten().copied().collect();
        text.sort_unstable();
        assert_eq!(text, b"\n\n23", "{names:?}");
    }
}

#[test]
fn a_vanished_file_may_have_had_more_successors() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n"), ("a.1", b"old\n")], |follower| follower);
    for name in ["a", "a.1"] {
        let file = File::options().append(true).open(scene.path(name)).expect("the file exists");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("the file is ours");
    }
    scene.events();
    scene.remove("a");
    scene.remove("a.1");
    scene.append("a.1", "2\n");
    scene.append("a", "3\n");
    scene.expect(&[
        "0 Incomplete",
        "0 finished 2 1",
        "0 Replaced",
        "0 started",
        r#"0 "2\n""#,
        "0 finished 2 1",
        "0 Replaced",
        "0 started",
        r#"0 "3\n""#,
    ]);
}

#[test]
fn a_file_is_truncated_several_times_between_two_looks() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n"), ("a.1", b"old\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    let copy = |scene: &Scene| {
        rotate(scene);
        fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    };
    scene.append("a", "2\n");
    for text in ["3\n", "4\n"] {
        copy(&scene);
        scene.truncate("a", text);
    }
    scene.append("a", "5\n");
    // Not truncated yet.
    copy(&scene);
    scene.append("a", "6\n");
    scene.expect(&[
        r#"0 "2\n""#,
        "0 finished 4 2",
        "0 Truncated",
        "0 started",
        r#"0 "3\n""#,
        "0 finished 2 1",
        "0 Truncated",
        "0 started",
        r#"0 "4\n5\n6\n""#,
    ]);
    scene.truncate("a", "7\n");
    scene.expect(&["0 finished 6 3", "0 TruncatedWithoutCopy", "0 started", r#"0 "7\n""#]);
}

#[test]
fn a_file_disappears_and_comes_back() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.rename("a", "b");
    scene.expect(&["0 Gone"]);
    scene.append("b", "2\n");
    scene.rename("b", "a");
    scene.append("a", "3\n");
    scene.expect(&["0 Appeared", r#"0 "2\n3\n""#]);
    scene.remove("a");
    scene.expect(&["0 Gone"]);
    scene.append("a", "4\n");
    scene.expect(&["0 finished 6 3", "0 Appeared", "0 started", r#"0 "4\n""#]);
}

#[cfg(unix)]
#[test]
fn a_link_changes_its_target() {
    use std::os::unix::fs::symlink;
    let mut scene = Scene::with(&["a"], &[("1", b"1\n"), ("2", b"2\n")], |follower| follower);
    symlink("1", scene.path("a")).expect("the directory is writable");
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.append("1", "one more\n");
    symlink("2", scene.path("new")).expect("the directory is writable");
    scene.rename("new", "a");
    scene.expect(&[
        r#"0 "one more\n""#,
        "0 finished 11 2",
        "0 Replaced",
        "0 started",
        r#"0 "2\n""#,
    ]);
    scene.remove("2");
    scene.expect(&["0 Gone"]);
}

#[test]
fn a_file_is_truncated() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n2\n3\nhalf")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n2\n3\n""#]);
    scene.truncate("a", "4\n");
    scene.expect(&[
        r#"0 "half""#,
        "0 finished 10 4",
        "0 TruncatedWithoutCopy",
        "0 started",
        r#"0 "4\n""#,
    ]);
    scene.truncate("a", "");
    scene.expect(&["0 finished 2 1", "0 TruncatedWithoutCopy", "0 started"]);
    scene.append("a", "5\n");
    scene.expect(&[r#"0 "5\n""#]);
}

/// The length is no evidence: the file is shorter, as long or longer than what was read of it.
#[test]
fn a_truncated_file_has_grown_again() {
    for after in ["b1\n", "b1\nb2\n", "b1\nb2\nb3\n", &"b\n".repeat(BLOCK_SIZE)] {
        let mut scene = Scene::with(&["a"], &[("a", b"a1\na2\n")], |follower| follower);
        scene.expect(&["0 started", r#"0 "a1\na2\n""#]);
        scene.truncate("a", after);
        let events = scene.events();
        let text: Vec<u8> = events.iter().filter_map(bytes).flatten().copied().collect();
        assert!(text == after.as_bytes(), "{} bytes instead of {}", text.len(), after.len());
        assert_eq!(
            events.into_iter().map(describe_event).take(3).collect::<Vec<_>>(),
            ["0 finished 6 2", "0 TruncatedWithoutCopy", "0 started"]
        );
    }
}

/// The contents differ only far from the beginning.
#[test]
fn a_truncated_file_that_begins_alike_is_noticed() {
    let same = "the same line again and again\n".repeat(1000);
    let (before, after) = (format!("{same}a\n"), format!("{same}b\nand more\n"));
    let mut scene = Scene::with(&["a"], &[("a", before.as_bytes())], |follower| follower);
    assert_eq!(
        scene.events().iter().filter_map(bytes).map(<[u8]>::len).sum::<usize>(),
        before.len()
    );
    scene.truncate("a", &after);
    let text: Vec<u8> = scene.events().iter().filter_map(bytes).flatten().copied().collect();
    assert!(text == after.as_bytes());
}

#[test]
fn several_files_take_turns() {
    let big = "x\n".repeat(2 * BLOCK_SIZE);
    let existing: [(&str, &[u8]); 2] = [("a", big.as_bytes()), ("b", b"1\n")];
    let mut scene = Scene::with(&["a", "b", "c"], &existing, |follower| follower);
    let files = |events: &[Event]| {
        let mut files: Vec<usize> = events
            .iter()
            .filter_map(
                |event| if let Event::Block(block) = event { Some(block.file) } else { None },
            )
            .collect();
        files.dedup();
        files
    };
    assert_eq!(files(&scene.events()), [0, 1, 0]);
    scene.append("c", "1\n");
    scene.append("b", "2\n");
    assert_eq!(files(&scene.events()), [1, 2]);
}

#[test]
fn inputs_that_cannot_be_followed_are_reported() {
    let mut scene =
        Scene::with(&["a", ".", "out"], &[("a", b"1\n"), ("out", b"")], |follower| follower);
    scene.follower =
        scene.follower.with_output(Handle::from_path(scene.directory.path().join("out")).ok());
    let events = [
        "0 started",
        "1 is a directory; name the files in it, as in DIR/*.log",
        "2 is also the output; write to another file",
        r#"0 "1\n""#,
    ];
    scene.expect(&events);
    scene.expect(&[]);
    let mut stdin = Follower::new([Input::Stdin], false);
    assert!(matches!(stdin.next(Vec::new()), Some(Event::Failed(0, FileError::NotFollowable))));
    assert!(stdin.next(Vec::new()).is_none());
}

#[test]
fn a_directory_at_the_start_is_waited_for() {
    let mut scene = Scene::new(&["a"]);
    fs::create_dir(scene.path("a")).expect("the directory is writable");
    scene.expect(&["0 is a directory; name the files in it, as in DIR/*.log"]);
    scene.expect(&[]);
    fs::remove_dir(scene.path("a")).expect("the directory is writable");
    scene.append("a", "1\n");
    scene.expect(&["0 Appeared", "0 started", r#"0 "1\n""#]);
}

/// What a watcher was asked to watch, and what it reports next.
#[derive(Clone, Default)]
struct FakeWatcher {
    watched: Rc<RefCell<Vec<(usize, usize)>>>,
    changes: Rc<RefCell<Vec<Change>>>,
}

impl Watcher for FakeWatcher {
    fn watch(&mut self, input: usize, _path: &Path, files: &[&File]) {
        self.watched.borrow_mut().push((input, files.len()));
    }

    fn changes(&mut self) -> Vec<Change> {
        self.changes.take()
    }
}

#[test]
fn a_reported_change_is_looked_at_before_the_poll() {
    let watcher = FakeWatcher::default();
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n"), ("b", b"2\n")];
    let mut scene = Scene::with(&["a", "b"], &existing, |follower| {
        follower.with_poll(Duration::MAX).with_watcher(Box::new(watcher.clone()))
    });
    assert_eq!(scene.events().len(), 4);
    assert_eq!(watcher.watched.take(), [(0, 1), (1, 1)]);
    scene.append("a", "3\n");
    scene.append("b", "4\n");
    scene.expect(&[]);
    watcher.changes.replace(vec![Change::Content(1)]);
    scene.expect(&[r#"1 "4\n""#]);
    // A new file is watched, with the old one as long as it is empty.
    scene.rename("a", "c");
    scene.append("a", "");
    watcher.changes.replace(vec![Change::Path(0)]);
    scene.expect(&[r#"0 "3\n""#]);
    assert_eq!(watcher.watched.take(), [(0, 2)]);
    scene.append("a", "5\n");
    watcher.changes.replace(vec![Change::Content(0)]);
    scene.expect(&["0 finished 4 2", "0 Replaced", "0 started", r#"0 "5\n""#]);
    assert_eq!(watcher.watched.take().last(), Some(&(0, 1)));
}

#[test]
fn a_directory_in_place_of_the_file_is_reported_once() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.rename("a", "b");
    fs::create_dir(scene.path("a")).expect("the directory is writable");
    scene.expect(&["0 is a directory; name the files in it, as in DIR/*.log"]);
    scene.expect(&[]);
    fs::remove_dir(scene.path("a")).expect("the directory is writable");
    scene.append("a", "2\n");
    scene.expect(&["0 finished 2 1", "0 Appeared", "0 started", r#"0 "2\n""#]);
}

#[test]
fn reading_begins_some_lines_before_the_end() {
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n2\n3\n4"), ("c", b"1\x002\n")];
    let mut scene =
        Scene::with(&["a", "b", "c"], &existing, |follower| follower.with_tail(Some(2)));
    let events = scene.events();
    let places: Vec<_> = events
        .iter()
        .filter_map(|event| {
            if let Event::Block(block) = event { Some((block.offset, block.line)) } else { None }
        })
        .collect();
    assert_eq!(places, [(4, 3), (0, 1)]);
    // Files created later, and truncated files, are read from the beginning.
    scene.append("b", "1\n2\n3\n");
    scene.append("a", "5\n6\n");
    scene.expect(&[r#"0 "45\n6\n""#, "1 Appeared", "1 started", r#"1 "1\n2\n3\n""#]);
    scene.truncate("a", "1\n2\n3\n4\n5\n6\n");
    scene.expect(&[
        "0 finished 7 3",
        "0 TruncatedWithoutCopy",
        "0 started",
        r#"0 "1\n2\n3\n4\n5\n6\n""#,
    ]);
}

#[test]
fn a_very_long_line_is_split() {
    let mut scene = Scene::new(&["a", "b"]);
    scene.append("a", vec![b'x'; 3 * LINE_LIMIT]);
    let mut text = Vec::new();
    let mut parts = Vec::new();
    for more in ["", "end", "\nnext\n"] {
        scene.append("a", more);
        for event in scene.events() {
            if let Event::Block(block) = event {
                let again = if block.part == Part::LongStart { HELD_BACK } else { 0 };
                text.extend_from_slice(&block.bytes()[..block.bytes().len() - again]);
                parts.push(block.part);
            }
        }
    }
    assert!(
        text == [&vec![b'x'; 3 * LINE_LIMIT][..], b"end\nnext\n"].concat(),
        "{} bytes",
        text.len()
    );
    parts.dedup();
    assert_eq!(parts, [Part::LongStart, Part::LongMiddle, Part::LongEnd, Part::Lines]);
    assert_eq!(
        scene.follower.stop().into_iter().map(describe_event).next().as_deref(),
        Some("0 LongLines(1)")
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    let allow = |scene: &Scene, mode| {
        fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(mode))
            .expect("the file is ours");
    };
    allow(&scene, 0o000);
    if File::open(scene.path("a")).is_ok() {
        // A privileged user can read everything.
        return;
    }
    scene.expect(&["0 permission denied"]);
    scene.expect(&[]);
    allow(&scene, 0o600);
    scene.expect(&["0 Appeared", "0 started", r#"0 "1\n""#]);
}

/// A step of a log with two writers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Look,
    Rotate,
    /// The writer with this index opens the present file, unless it is in a line.
    Reopen(usize),
    /// The writer with this index writes half a line, unless the other one is in a line.
    Write(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Look),
        1 => Just(Step::Rotate),
        2 => (0..2_usize).prop_map(Step::Reopen),
        6 => (0..2_usize).prop_map(Step::Write),
    ];
    // Fewer rotations than files are kept.
    proptest::collection::vec(step, 0..60).prop_filter("too many rotations", |steps| {
        steps.iter().filter(|step| matches!(step, Step::Rotate)).count() < 16
    })
}

/// A program that writes lines in halves. Both halves of a line come to the same file.
struct Writer {
    index: usize,
    file: File,
    /// The number of rotations before the file was created.
    generation: usize,
    halves: usize,
}

impl Writer {
    fn is_in_line(&self) -> bool {
        self.halves % 2 == 1
    }

    fn write(&mut self) {
        let half = if self.is_in_line() { ",end\n".into() } else { self.line(self.halves / 2) };
        self.file.write_all(half.as_bytes()).expect("the directory is writable");
        self.halves += 1;
    }

    fn line(&self, number: usize) -> String {
        format!("{},{number}", self.index)
    }
}

/// The lines that are read while the steps are taken, and those that were written.
fn lines_of(steps: &[Step]) -> (Vec<String>, Vec<String>) {
    let mut scene = Scene::with(&["a", "a.1"], &[("a", b"")], |follower| follower);
    let open = |scene: &Scene| {
        File::options().append(true).open(scene.path("a")).expect("the file exists")
    };
    let mut writers =
        [0, 1].map(|index| Writer { index, file: open(&scene), generation: 0, halves: 0 });
    let mut rotations = 0;
    let mut read = Vec::new();
    let mut look = |scene: &mut Scene| {
        read.extend(scene.events().iter().filter_map(bytes).flatten().copied());
    };
    look(&mut scene);
    for step in steps {
        match *step {
            Step::Look => look(&mut scene),
            Step::Rotate => {
                rotate_all(&scene);
                rotations += 1;
            }
            Step::Reopen(index) if !writers[index].is_in_line() => {
                writers[index].file = open(&scene);
                writers[index].generation = rotations;
            }
            Step::Write(index) => {
                let other = &writers[1 - index];
                if !other.is_in_line() || other.generation != writers[index].generation {
                    writers[index].write();
                }
            }
            Step::Reopen(_) => {}
        }
    }
    for writer in writers.iter_mut().filter(|writer| writer.is_in_line()) {
        writer.write();
    }
    look(&mut scene);
    let mut lines: Vec<String> =
        String::from_utf8_lossy(&read).lines().map(str::to_string).collect();
    lines.sort_unstable();
    let mut written: Vec<String> = Vec::new();
    for writer in &writers {
        written.extend((0..writer.halves / 2).map(|number| writer.line(number) + ",end"));
    }
    written.sort_unstable();
    (lines, written)
}

fn rotate_all(scene: &Scene) {
    for number in (1..20).rev().filter(|number| scene.path(&format!("a.{number}")).exists()) {
        scene.rename(&format!("a.{number}"), &format!("a.{}", number + 1));
    }
    scene.rename("a", "a.1");
    scene.append("a", "");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Also if the rotated file is followed, and if there are several rotations between two looks.
    #[test]
    fn each_line_of_several_writers_is_read_once(steps in steps()) {
        let (read, written) = lines_of(&steps);
        prop_assert_eq!(read, written);
    }
}

fn bytes(event: &Event) -> Option<&[u8]> {
    if let Event::Block(block) = event { Some(block.bytes()) } else { None }
}
