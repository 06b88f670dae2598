//! Files that are truncated.

use super::*;

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
fn a_file_is_truncated_several_times_between_two_polls() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n"), ("a.1", b"old\n")], |follower| follower);
    scene.expect(&["0 started", r#"0 "1\n""#]);
    fn copy(scene: &Scene) {
        rotate(scene);
        fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    }
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
        let text = bytes(&events);
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
    assert_eq!(bytes(&scene.events()).len(), before.len());
    scene.truncate("a", &after);
    let text = bytes(&scene.events());
    assert!(text == after.as_bytes());
}
