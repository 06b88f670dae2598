//! Files in other encodings, and compressed files.

use super::*;

#[test]
fn characters_are_returned_when_they_are_complete() {
    let encoding = "gb18030".parse().expect("a label");
    let mut scene =
        Scene::with(&["a"], &[("a", b"\xb4\xed\xce")], |follower| follower.with_encoding(encoding));
    scene.expect(&["0 started"]);
    scene.append("a", b"\xf3\n\xc2");
    scene.expect(&[r#"0 "错误\n""#]);
    scene.append("a", b"\xeb\n");
    scene.expect(&[r#"0 "码\n""#]);
    scene.truncate("a", b"\xc2\xeb\n");
    scene.expect(&["0 finished 11 2", "0 TruncatedWithoutCopy", "0 started", r#"0 "码\n""#]);
}

#[test]
fn the_last_lines_of_other_encodings_are_found() {
    let encoding = "gb18030".parse().expect("a label");
    let existing: [(&str, &[u8]); 1] = [("a", b"\xb4\xed\n\xce\xf3\n\xc2\xeb\n")];
    let mut scene = Scene::with(&["a"], &existing, |follower| {
        follower.with_encoding(encoding).with_tail(Some(1))
    });
    scene.expect(&["0 started", r#"0 "码\n""#]);
}

#[test]
fn the_default_tail_is_for_plain_text() {
    let lines = "1\n2\n3\n";
    let (packed, marked) = (gzip(lines.as_bytes()), b"\xff\xfe1\0\n\x002\0\n\0");
    let existing = [("a", lines.as_bytes()), ("b", &*packed), ("c", &marked[..])];
    let mut scene =
        Scene::with(&["a", "b", "c"], &existing, |follower| follower.with_default_tail(1));
    let mut events: Vec<String> = scene.events().into_iter().map(describe_event).collect();
    events.retain(|event| event.contains('"') && !event.contains("Decoded"));
    assert_eq!(events, [r#"0 "3\n""#, r#"1 "1\n2\n3\n""#, r#"2 "1\n2\n""#]);
}

#[test]
fn a_byte_order_mark_may_arrive_byte_by_byte() {
    let mut scene = Scene::new(&["a"]);
    scene.expect(&["0 Missing"]);
    scene.append("a", b"\xff");
    scene.expect(&["0 Appeared", "0 started"]);
    scene.append("a", b"\xfe");
    scene.expect(&[r#"0 Decoded("UTF-16LE")"#]);
    scene.append("a", b"a\0\n");
    scene.expect(&[]);
    scene.append("a", b"\0");
    scene.expect(&[r#"0 "a\n""#]);
}

#[test]
fn the_first_line_shows_utf_16_without_a_byte_order_mark() {
    let mut scene = Scene::new(&["a"]);
    scene.expect(&["0 Missing"]);
    scene.append("a", b"6\x002\0");
    scene.expect(&["0 Appeared", "0 started"]);
    scene.append("a", b"0\x006\0\n");
    scene.expect(&[]);
    scene.append("a", b"\0\x31\x59");
    scene.expect(&[r#"0 Guessed("UTF-16LE")"#, r#"0 "6206\n""#]);
    scene.append("a", b"\x25\x8d\n\0");
    scene.expect(&[r#"0 "失败\n""#]);
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
}

#[test]
fn the_copy_may_be_compressed() {
    let long = "the same line again and again\n".repeat(1000);
    for before in ["1\n2\n", &long] {
        let mut scene = Scene::with(&["a"], &[("a", before.as_bytes())], |follower| follower);
        scene.events();
        scene.append("a", "more\nand half");
        let copied = fs::read(scene.path("a")).expect("the file exists");
        // Newer candidates: of another log, damaged, and shorter than what was read.
        scene.append("a.1.gz", gzip(&copied));
        scene.append("a.2.gz", gzip(&[b"x", &copied[1..]].concat()));
        scene.append("a.3.gz", &gzip(&copied)[..10]);
        scene.append("a.4.gz", gzip(&before.as_bytes()[..before.len() - 1]));
        scene.truncate("a", "new\n");
        let (bytes, lines) = (copied.len(), before.lines().count() + 2);
        let ended = format!("0 finished {bytes} {lines}");
        scene.expect(&[
            r#"0 "more\n""#,
            r#"0 "and half""#,
            &ended,
            "0 Truncated",
            "0 started",
            r#"0 "new\n""#,
        ]);
    }
}

#[test]
fn a_copy_that_is_being_compressed_is_read_uncompressed() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.events();
    scene.append("a", "more\n");
    fs::copy(scene.path("a"), scene.path("a.1")).expect("the directory is writable");
    let whole = gzip(b"1\nmore\n");
    scene.append("a.1.gz", &whole[..whole.len() - 8]);
    scene.truncate("a", "new\n");
    scene.expect(&[r#"0 "more\n""#, "0 finished 7 2", "0 Truncated", "0 started", r#"0 "new\n""#]);
}

#[test]
fn a_compressed_file_is_read_to_its_end() {
    let gzip = gzip(b"one\ntwo");
    let mut scene = Scene::with(&["a"], &[("a", &gzip)], |follower| follower);
    scene.expect(&["0 started", "0 Compressed", r#"0 "one\n""#, r#"0 "two""#, "0 finished 7 2"]);
    scene.append("a", "more");
    scene.expect(&[]);
    scene.rename("a", "b");
    scene.append("a", "three\n");
    scene.expect(&["0 Replaced", "0 started", r#"0 "three\n""#]);
}

/// Missed files may be compressed, and so may the one that was read last.
#[test]
fn compressed_files_are_read_after_several_rotations() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.events();
    scene.append("a", "2\n");
    scene.remove("a");
    scene.append("a.4.gz", gzip(b"1\n2\n"));
    scene.append("a.3.gz", gzip(b"3\n"));
    scene.append("a.2.xz", gzip(b"4\n"));
    scene.append("a.1", "5\n");
    scene.append("a", "6\n");
    let events = scene.events();
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Notice { file: 0, notice: Notice::Incomplete }))
    );
    let text = bytes(&events);
    assert_eq!(str::from_utf8(&text), Ok("2\n3\n4\n5\n6\n"));
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Notice { file: 0, notice: Notice::Compressed }))
    );
}

#[test]
fn several_copies_may_be_compressed() {
    let mut scene = Scene::with(&["a"], &[("a", b"1\n")], |follower| follower);
    scene.events();
    scene.append("a.3.gz", gzip(b"1\n2\n"));
    scene.append("a.2.gz", gzip(b"3\n"));
    scene.append("a.1.gz", gzip(b"4\n"));
    scene.truncate("a", "5\n6\n");
    let events = scene.events();
    let text = bytes(&events);
    assert_eq!(str::from_utf8(&text), Ok("2\n3\n4\n5\n6\n"));
}

#[test]
fn the_compressed_form_of_a_file_is_not_read_again() {
    let old = gzip(b"old\n");
    let existing: [(&str, &[u8]); 3] = [("a", b"2\n"), ("a.1", b"1\n"), ("a.2.gz", &old)];
    let mut scene = Scene::with(&["a", "a.1", "a.2.gz"], &existing, |follower| follower);
    assert_eq!(scene.events().len(), 8);
    // Two rotations, the second one after the files of the first one were given up.
    for text in ["3\n", "4\n"] {
        let content = fs::read(scene.path("a.1")).expect("the file exists");
        scene.rename("a.2.gz", "a.3.gz");
        scene.append("a.2.gz", gzip(&content));
        scene.rename("a", "a.1");
        scene.append("a", text);
        let mut events = scene.events();
        scene.give_up();
        events.extend(scene.events());
        let text_read = bytes(&events);
        assert_eq!(str::from_utf8(&text_read), Ok(text));
    }
}
