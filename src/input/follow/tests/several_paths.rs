//! Files under several followed paths.

use super::*;

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
        let mut text = bytes(&events);
        text.sort_unstable();
        assert_eq!(text, b"\n\n23", "{names:?}");
    }
}

#[test]
fn several_files_take_turns() {
    let big = "x\n".repeat(2 * BLOCK_SIZE);
    let existing: [(&str, &[u8]); 2] = [("a", big.as_bytes()), ("b", b"1\n")];
    let mut scene = Scene::with(&["a", "b", "c"], &existing, |follower| follower);
    fn files(events: &[Event]) -> Vec<usize> {
        let mut files: Vec<usize> = events
            .iter()
            .filter_map(
                |event| if let Event::Block(block) = event { Some(block.file) } else { None },
            )
            .collect();
        files.dedup();
        files
    }
    assert_eq!(files(&scene.events()), [0, 1, 0]);
    scene.append("c", "1\n");
    scene.append("b", "2\n");
    assert_eq!(files(&scene.events()), [1, 2]);
}
