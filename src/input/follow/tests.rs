//! Each test writes, rotates or truncates files step by step, and checks the events after each
//! step.

#[cfg(feature = "decode")]
mod decoding;
mod rotation;
mod several_paths;
mod truncation;
mod writers;

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
        // Every call polls again, and no file is given up.
        let follower =
            Follower::new(inputs).with_poll_interval(Duration::ZERO).with_patience(Duration::MAX);
        let mut follower = settings(follower);
        follower.options.rotation_gap = Duration::MAX;
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

    /// Truncates the file and writes `bytes` before the next poll.
    fn truncate(&self, name: &str, bytes: impl AsRef<[u8]>) {
        File::options()
            .write(true)
            .open(self.path(name))
            .and_then(|file| file.set_len(0))
            .expect("the file exists");
        self.append(name, bytes);
    }

    /// Takes each poll for one that comes late.
    fn poll_late(&mut self) {
        self.follower.options.rotation_gap = Duration::ZERO;
    }

    /// Gives up the files that were replaced.
    fn give_up(&mut self) {
        self.follower.options.patience = Duration::ZERO;
    }

    /// All events until the follower is idle.
    fn events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.follower.next(Vec::new()) {
            if matches!(event, Event::Idle { .. }) {
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
/// Rotates the numbered files of `a`.
fn rotate(scene: &Scene) {
    for number in (1..9).rev().filter(|number| scene.path(&format!("a.{number}")).exists()) {
        scene.rename(&format!("a.{number}"), &format!("a.{}", number + 1));
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
    let mut stdin = Follower::new([Input::Stdin]);
    assert!(matches!(
        stdin.next(Vec::new()),
        Some(Event::Failed { file: 0, error: FileError::NotFollowable })
    ));
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
fn a_reported_change_is_seen_before_the_next_poll() {
    let watcher = FakeWatcher::default();
    let existing: [(&str, &[u8]); 2] = [("a", b"1\n"), ("b", b"2\n")];
    let mut scene = Scene::with(&["a", "b"], &existing, |follower| {
        follower.with_poll_interval(Duration::MAX).with_watcher(Box::new(watcher.clone()))
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
    fn allow(scene: &Scene, mode: u32) {
        fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(mode))
            .expect("the file is ours");
    }
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

/// The bytes of all blocks.
fn bytes(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for event in events {
        if let Event::Block(block) = event {
            bytes.extend_from_slice(block.bytes());
        }
    }
    bytes
}
