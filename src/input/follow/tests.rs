//! Each step of a writer, a look, and what comes of it.

#[cfg(feature = "decode")]
mod decoding;

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::input::feed::shown;
use crate::input::{BLOCK_SIZE, HELD_BACK, LINE_LIMIT, Part};

/// Files in a folder that goes away, and who follows them.
struct Scene {
    folder: tempfile::TempDir,
    follower: Follower,
}

impl Scene {
    /// Follows files of these names.
    fn new(names: &[&str]) -> Self {
        Self::with(names, &[], |follower| follower)
    }

    /// Follows files of these names, of which some are there already.
    fn with(
        names: &[&str],
        there: &[(&str, &[u8])],
        settings: impl FnOnce(Follower) -> Follower,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for (name, content) in there {
            fs::write(folder.path().join(name), content).expect("the folder is writable");
        }
        let inputs: Vec<Input> =
            names.iter().map(|name| Input::Path(folder.path().join(name))).collect();
        // Each call looks anew.
        let follower = settings(Follower::new(inputs, true).with_poll(Duration::ZERO));
        Self { folder, follower }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let file = File::options().append(true).create(true).open(self.path(name));
        file.and_then(|mut file| file.write_all(bytes.as_ref())).expect("the folder is writable");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("the folder is writable");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("the folder is writable");
    }

    /// Cuts the file off and writes `bytes` before anybody can look.
    fn cut_off(&self, name: &str, bytes: impl AsRef<[u8]>) {
        File::options()
            .write(true)
            .open(self.path(name))
            .and_then(|file| file.set_len(0))
            .expect("the file is there");
        self.append(name, bytes);
    }

    /// All events until there is nothing for now.
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
        let told: Vec<String> = self.events().into_iter().map(shown).collect();
        assert_eq!(told, wanted);
    }
}

#[test]
fn a_line_comes_when_it_is_whole() {
    let mut scene = Scene::with(&["a"], &[("a", b"one\r\ntw")], |follower| follower);
    scene.expect(&["0 began", r#"0 "one\r\n""#]);
    scene.expect(&[]);
    scene.append("a", "o\r");
    scene.expect(&[]);
    scene.append("a", "\n\nthree");
    scene.expect(&[r#"0 "two\r\n\n""#]);
    // At the end it is the last line, unless more stands behind it that nobody reads any more.
    assert_eq!(stopped(scene), [r#"0 "three""#, "0 ended 16 4"]);
    let mut scene = Scene::with(&["a"], &[("a", b"one\ntwo")], |follower| follower);
    scene.expect(&["0 began", r#"0 "one\n""#]);
    scene.append("a", " and more");
    assert_eq!(stopped(scene), ["0 ended 4 1"]);
}

fn stopped(mut scene: Scene) -> Vec<String> {
    scene.follower.stop().into_iter().map(shown).collect()
}

#[test]
fn a_file_is_waited_for() {
    let mut scene = Scene::new(&["sub/a"]);
    scene.expect(&["0 Missing"]);
    scene.expect(&[]);
    fs::create_dir(scene.path("sub")).expect("the folder is writable");
    scene.expect(&[]);
    scene.append("sub/a", "");
    scene.expect(&["0 Appeared", "0 began"]);
    scene.append("sub/a", "one\n");
    scene.expect(&[r#"0 "one\n""#]);
}

#[test]
fn what_nobody_had_read_of_a_file_that_was_cut_off_is_read_in_its_copy() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n2\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n2\n""#]);
    // Others that could be it: too short, of another log, and not its own name.
    scene.append("a.0", "1\n");
    scene.append("a.old", "1\n3\n4\n5\n");
    scene.append("b", "1\n2\nwrong\n");
    scene.append("a", "3\nfo");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the folder is writable");
    scene.cut_off("a", "ur\n5\n6\n7\n8\n");
    scene.expect(&[
        r#"0 "3\n""#,
        r#"0 "fo""#,
        "0 ended 8 4",
        "0 Truncated",
        "0 began",
        r#"0 "ur\n5\n6\n7\n8\n""#,
    ]);
    // Without a copy what nobody had read is gone.
    scene.append("a", "9\n");
    scene.cut_off("a", "10\n");
    scene.expect(&["0 ended 11 5", "0 Truncated", "0 began", r#"0 "10\n""#]);
    // Nothing was read, so nothing tells the copy.
    scene.cut_off("a", "");
    scene.expect(&["0 ended 3 1", "0 Truncated", "0 began"]);
    scene.append("a", "11\n");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the folder is writable");
    scene.cut_off("a", "");
    scene.expect(&[]);
}

#[test]
fn a_file_is_left_though_nothing_happens() {
    let mut scene = Scene::with(&["a", "b"], &[("a", b"1\n"), ("b", b"2\n")], |follower| follower);
    assert_eq!(scene.events().len(), 4);
    scene.follower.skip_file(0);
    scene.expect(&["0 ended 2 1"]);
    scene.append("a", "3\n");
    scene.expect(&[]);
    scene.follower.skip_file(1);
    scene.expect(&["1 ended 2 1"]);
    assert!(scene.follower.next(Vec::new()).is_none());
}

#[test]
fn with_no_line_of_the_end_the_next_whole_line_comes() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\nha")], |follower| follower.with_tail(Some(0)));
    scene.expect(&["0 began"]);
    scene.append("a", "lf\n3\n");
    scene.expect(&[r#"0 "half\n3\n""#]);
}

#[test]
fn the_old_file_comes_to_its_end_before_the_new_one() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n""#]);
    scene.rename("a", "a.1");
    scene.append("a.1", "2\n");
    scene.expect(&["0 Gone", r#"0 "2\n""#]);
    // The new file is there, but nobody writes into it yet.
    scene.append("a", "");
    scene.append("a.1", "3\n");
    scene.expect(&[r#"0 "3\n""#]);
    scene.append("a.1", "4\nhalf");
    scene.append("a", "5\n");
    scene.expect(&[
        r#"0 "4\n""#,
        r#"0 "half""#,
        "0 ended 12 5",
        "0 Appeared",
        "0 began",
        r#"0 "5\n""#,
    ]);
    // Nobody looks at what is old any more.
    scene.append("a.1", "6\n");
    scene.expect(&[]);
}

#[test]
fn a_file_is_replaced_between_two_looks() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n""#]);
    scene.append("a", "2\n");
    scene.rename("a", "a.1");
    scene.append("a", "1\n2\n3\n");
    scene.expect(&[r#"0 "2\n""#, "0 ended 4 2", "0 Replaced", "0 began", r#"0 "1\n2\n3\n""#]);
    scene.remove("a");
    scene.append("a", "4\n");
    scene.expect(&["0 ended 6 3", "0 Replaced", "0 began", r#"0 "4\n""#]);
}

/// Moves what stands at numbers behind `a` on, as far as it goes.
fn move_on(scene: &Scene) {
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
    scene.expect(&["0 began", r#"0 "1\n""#]);
    let rotate = |scene: &Scene, text: &str| {
        move_on(scene);
        scene.rename("a", "a.1");
        scene.append("a", text);
    };
    scene.append("a", "2\n");
    for text in ["3\n", "4", "5\n"] {
        rotate(&scene, text);
    }
    scene.expect(&[
        r#"0 "2\n""#,
        "0 ended 4 2",
        "0 Replaced",
        "0 began",
        r#"0 "3\n""#,
        "0 ended 2 1",
        "0 Replaced",
        "0 began",
        r#"0 "4""#,
        "0 ended 1 1",
        "0 Replaced",
        "0 began",
        r#"0 "5\n""#,
    ]);
    // Nobody writes into the last one yet, but into the one before.
    rotate(&scene, "6\n");
    rotate(&scene, "");
    scene.expect(&["0 ended 2 1", "0 Replaced", "0 began", r#"0 "6\n""#]);
    scene.append("a.1", "7\n");
    scene.expect(&[r#"0 "7\n""#]);
    scene.append("a", "8\n");
    scene.expect(&["0 ended 4 2", "0 Replaced", "0 began", r#"0 "8\n""#]);
}

#[test]
fn a_file_is_cut_off_several_times_between_two_looks() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n"), ("a.1", b"old\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n""#]);
    let copy = |scene: &Scene| {
        move_on(scene);
        fs::copy(scene.path("a"), scene.path("a.1")).expect("the folder is writable");
    };
    scene.append("a", "2\n");
    for text in ["3\n", "4\n"] {
        copy(&scene);
        scene.cut_off("a", text);
    }
    scene.append("a", "5\n");
    // Not cut off yet.
    copy(&scene);
    scene.append("a", "6\n");
    scene.expect(&[
        r#"0 "2\n""#,
        "0 ended 4 2",
        "0 Truncated",
        "0 began",
        r#"0 "3\n""#,
        "0 ended 2 1",
        "0 Truncated",
        "0 began",
        r#"0 "4\n5\n6\n""#,
    ]);
    scene.cut_off("a", "7\n");
    scene.expect(&["0 ended 6 3", "0 Truncated", "0 began", r#"0 "7\n""#]);
}

#[test]
fn a_file_goes_and_comes_back() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n""#]);
    scene.rename("a", "b");
    scene.expect(&["0 Gone"]);
    scene.append("b", "2\n");
    scene.rename("b", "a");
    scene.append("a", "3\n");
    scene.expect(&["0 Appeared", r#"0 "2\n3\n""#]);
    scene.remove("a");
    scene.expect(&["0 Gone"]);
    scene.append("a", "4\n");
    scene.expect(&["0 ended 6 3", "0 Appeared", "0 began", r#"0 "4\n""#]);
}

#[cfg(unix)]
#[test]
fn a_link_is_led_elsewhere() {
    use std::os::unix::fs::symlink;
    let mut scene = Scene::with(&["a"], &[("1", b"1\n"), ("2", b"2\n")], |follower| follower);
    symlink("1", scene.path("a")).expect("the folder is writable");
    scene.expect(&["0 began", r#"0 "1\n""#]);
    scene.append("1", "one more\n");
    symlink("2", scene.path("new")).expect("the folder is writable");
    scene.rename("new", "a");
    scene.expect(&[r#"0 "one more\n""#, "0 ended 11 2", "0 Replaced", "0 began", r#"0 "2\n""#]);
    scene.remove("2");
    scene.expect(&["0 Gone"]);
}

#[test]
fn a_file_is_cut_off() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n2\n3\nhalf")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n2\n3\n""#]);
    scene.cut_off("a", "4\n");
    scene.expect(&[r#"0 "half""#, "0 ended 10 4", "0 Truncated", "0 began", r#"0 "4\n""#]);
    scene.cut_off("a", "");
    scene.expect(&["0 ended 2 1", "0 Truncated", "0 began"]);
    scene.append("a", "5\n");
    scene.expect(&[r#"0 "5\n""#]);
}

/// Its length tells nothing: it is shorter, as long or longer than what was read of it.
#[test]
fn a_file_is_cut_off_and_has_grown_since() {
    for after in ["b1\n", "b1\nb2\n", "b1\nb2\nb3\n", &"b\n".repeat(BLOCK_SIZE)] {
        let mut scene = Scene::with(&["a"], &[("a", b"a1\na2\n")], |follower| follower);
        scene.expect(&["0 began", r#"0 "a1\na2\n""#]);
        scene.cut_off("a", after);
        let events = scene.events();
        let text: Vec<u8> = events.iter().filter_map(bytes).flatten().copied().collect();
        assert!(text == after.as_bytes(), "{} bytes instead of {}", text.len(), after.len());
        assert_eq!(
            events.into_iter().map(shown).take(3).collect::<Vec<_>>(),
            ["0 ended 6 2", "0 Truncated", "0 began"]
        );
    }
}

/// Only far from its beginning another one can be told from it.
#[test]
fn a_file_that_is_cut_off_and_begins_alike_is_another_one() {
    let same = "the same line again and again\n".repeat(1000);
    let (before, after) = (format!("{same}a\n"), format!("{same}b\nand more\n"));
    let mut scene = Scene::with(&["a"], &[("a", before.as_bytes())], |follower| follower);
    assert_eq!(
        scene.events().iter().filter_map(bytes).map(<[u8]>::len).sum::<usize>(),
        before.len()
    );
    scene.cut_off("a", &after);
    let text: Vec<u8> = scene.events().iter().filter_map(bytes).flatten().copied().collect();
    assert!(text == after.as_bytes());
}

#[test]
fn several_files_come_in_turns() {
    let big = "x\n".repeat(2 * BLOCK_SIZE);
    let there: [(&str, &[u8]); 2] = [("a", big.as_bytes()), ("b", b"1\n")];
    let mut scene = Scene::with(&["a", "b", "c"], &there, |follower| follower);
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
fn what_cannot_be_followed_is_told() {
    let mut scene =
        Scene::with(&["a", ".", "out"], &[("a", b"1\n"), ("out", b"")], |follower| follower);
    scene.follower =
        scene.follower.with_output(Handle::from_path(scene.folder.path().join("out")).ok());
    let events = [
        "0 began",
        "1 is a directory; name the files in it, as in DIR/*.log",
        "2 is also the output; write to another file",
        r#"0 "1\n""#,
    ];
    scene.expect(&events);
    scene.expect(&[]);
    let mut hopeless = Scene::new(&["."]);
    assert!(matches!(
        hopeless.follower.next(Vec::new()),
        Some(Event::Failed(0, FileError::Directory))
    ));
    assert!(hopeless.follower.next(Vec::new()).is_none());
    let mut stdin = Follower::new([Input::Stdin], false);
    assert!(matches!(stdin.next(Vec::new()), Some(Event::Failed(0, FileError::NoFile))));
    assert!(stdin.next(Vec::new()).is_none());
}

#[test]
fn a_directory_in_place_of_the_file_is_told_once() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.expect(&["0 began", r#"0 "1\n""#]);
    scene.rename("a", "b");
    fs::create_dir(scene.path("a")).expect("the folder is writable");
    scene.expect(&["0 is a directory; name the files in it, as in DIR/*.log"]);
    scene.expect(&[]);
    fs::remove_dir(scene.path("a")).expect("the folder is writable");
    scene.append("a", "2\n");
    scene.expect(&["0 ended 2 1", "0 Appeared", "0 began", r#"0 "2\n""#]);
}

#[test]
fn reading_begins_some_lines_before_the_end() {
    let there: [(&str, &[u8]); 2] = [("a", b"1\n2\n3\n4"), ("c", b"1\x002\n")];
    let mut scene = Scene::with(&["a", "b", "c"], &there, |follower| follower.with_tail(Some(2)));
    let events = scene.events();
    let places: Vec<_> = events
        .iter()
        .filter_map(|event| {
            if let Event::Block(block) = event { Some((block.offset, block.line)) } else { None }
        })
        .collect();
    assert_eq!(places, [(4, 3), (0, 1)]);
    // What is made later is read from its beginning, and so is what was cut off.
    scene.append("b", "1\n2\n3\n");
    scene.append("a", "5\n6\n");
    scene.expect(&[r#"0 "45\n6\n""#, "1 Appeared", "1 began", r#"1 "1\n2\n3\n""#]);
    scene.cut_off("a", "1\n2\n3\n4\n5\n6\n");
    scene.expect(&["0 ended 7 3", "0 Truncated", "0 began", r#"0 "1\n2\n3\n4\n5\n6\n""#]);
}

#[test]
fn a_very_long_line_comes_in_parts() {
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
        scene.follower.stop().into_iter().map(shown).next().as_deref(),
        Some("0 LongLines(1)")
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    let allow = |scene: &Scene, mode| {
        fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(mode))
            .expect("the file is ours");
    };
    allow(&scene, 0o000);
    if File::open(scene.path("a")).is_ok() {
        // Whoever may read everything cannot be refused.
        return;
    }
    scene.expect(&["0 permission denied"]);
    scene.expect(&[]);
    allow(&scene, 0o600);
    scene.expect(&["0 Appeared", "0 began", r#"0 "1\n""#]);
}

fn bytes(event: &Event) -> Option<&[u8]> {
    if let Event::Block(block) = event { Some(block.bytes()) } else { None }
}
