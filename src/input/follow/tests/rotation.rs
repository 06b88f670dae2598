//! Files that another file replaces.

use super::*;

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
fn a_file_is_replaced_between_two_polls() {
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

#[test]
fn a_file_is_replaced_several_times_between_two_polls() {
    let mut scene = Scene::with(
        &["a"],
        &[("a", b"1\n"), ("a.1", b"old\n"), ("a.err", b"other\n")],
        |follower| follower,
    );
    scene.expect(&["0 started", r#"0 "1\n""#]);
    scene.append("a", "2\n");
    for text in ["3\n", "4", "5\n"] {
        rotate_numbered(&scene, text);
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
    rotate_numbered(&scene, "6\n");
    rotate_numbered(&scene, "");
    scene.expect(&["0 finished 2 1", "0 Replaced", "0 started", r#"0 "6\n""#]);
    scene.append("a.3", "4\n");
    scene.expect(&[r#"0 "44\n""#]);
    scene.append("a.1", "7\n");
    scene.expect(&[r#"0 "7\n""#]);
    scene.append("a", "8\n");
    scene.expect(&["0 finished 7 3", "0 Replaced", "0 started", r#"0 "8\n""#]);
}

fn rotate_numbered(scene: &Scene, text: &str) {
    rotate(scene);
    scene.rename("a", "a.1");
    scene.append("a", text);
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
fn a_file_that_went_to_another_directory_may_have_had_successors() {
    let replaced = ["0 finished 2 1", "0 Replaced", "0 started", r#"0 "2\n""#];
    for (is_late, kept, is_noted) in
        [(true, None, true), (false, None, false), (true, Some("a.1"), false)]
    {
        let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
        fs::create_dir(scene.path("old")).expect("the directory is writable");
        scene.events();
        if is_late {
            scene.poll_late();
        }
        scene.rename("a", kept.unwrap_or("old/a"));
        scene.append("a", "2\n");
        let wanted = if is_noted { &["0 Incomplete"][..] } else { &[] };
        scene.expect(&[wanted, &replaced].concat());
    }
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
