//! The invariants for lines that are processed in parts, and for what is inserted into them.

use std::fs;
use std::path::Path;

use super::*;

/// The longest line into which a format inserts; longer ones get their annotation at the end.
const INSERTION_LIMIT: usize = 256 << 10;

fn filler(length: usize) -> String {
    "x".repeat(length)
}

/// Lines whose length is about the limit, plain and JSON, with a code at the beginning.
fn long_logs() -> Vec<Vec<u8>> {
    let mut logs = Vec::new();
    for length in [
        INSERTION_LIMIT,
        INSERTION_LIMIT + 1,
        LINE_LIMIT - 200,
        LINE_LIMIT - 1,
        LINE_LIMIT,
        LINE_LIMIT + 1,
        LINE_LIMIT + ANNOTATION_LIMIT,
        3 * LINE_LIMIT,
    ] {
        for end in ["\n", "\r\n", ""] {
            let plain = format!("imsdk code:6206 code:70001 {}{end}", filler(length - 27));
            let json =
                format!("{{\"ErrorCode\":70001,\"ErrorInfo\":\"{}\"}}{end}", filler(length - 34));
            assert_eq!((plain.len(), json.len()), (length + end.len(), length + end.len()));
            logs.extend([plain.into_bytes(), json.into_bytes()]);
        }
    }
    logs
}

#[test]
fn a_line_that_begins_like_one_of_a_block_stays() {
    let mark = "       \t";
    let texts =
        ["  code:6206 ", "= code:6206 ", "| code:6206 ", "^ code:6206 ", "  at foo.bar", "= x"];
    for text in texts {
        for log in [format!("{mark}{text}\nok\n"), format!("a code:6206\n{mark}{text}\r\nb")] {
            let log = log.as_bytes();
            assert!(pass(stripper(), log) == log, "{}", log.escape_ascii());
            for render in [
                Arc::new(Append::default()) as Arc<dyn Render>,
                Arc::new(Append::new(Styles::colored(Theme::dark()))),
                Arc::new(Auto::default()),
                Arc::new(Inline::default()),
                Arc::new(Json::default()),
                Arc::new(Logfmt),
                Arc::new(Below::new(80)),
                below_none(),
            ] {
                let once = pass(annotator(render.clone()), log);
                assert!(pass(annotator(render.clone()), &once) == once, "{render:?}: twice");
                assert!(pass(stripper(), &once) == log, "{render:?}: {}", once.escape_ascii());
            }
        }
    }
}

/// The lines of `fixtures/lines`, which have a code in every shape that is known.
fn labelled_lines() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lines");
    let mut log = Vec::new();
    for file in fs::read_dir(folder).expect("the fixtures can be listed") {
        let path = file.expect("the fixtures can be listed").path();
        let text = fs::read_to_string(&path).expect("the fixtures are UTF-8");
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            log.extend_from_slice(line["line"].as_str().expect("it has a line").as_bytes());
            log.push(b'\n');
        }
    }
    log
}

#[test]
fn codes_are_found_again_after_they_are_highlighted() {
    let log = labelled_lines();
    let colored = || Styles::colored(Theme::auto());
    for render in [
        Arc::new(Below { styles: colored(), ..Below::new(100) }) as Arc<dyn Render>,
        Arc::new(Append::new(colored())),
        Arc::new(Auto::new(colored(), Json::default().with_styles(colored()))),
        Arc::new(Inline::new(colored())),
    ] {
        let once = pass(annotator(render.clone()), &log);
        assert!(once.windows(5).filter(|bytes| bytes == b"\x1b[000").count() > 1000, "{render:?}");
        let twice = pass(annotator(render.clone()), &once);
        for (twice, once) in twice.split(|b| *b == b'\n').zip(once.split(|b| *b == b'\n')) {
            assert!(twice == once, "{}\nthen {}", once.escape_ascii(), twice.escape_ascii());
        }
        let stripped = pass(stripper(), &once);
        for (stripped, log) in stripped.split(|b| *b == b'\n').zip(log.split(|b| *b == b'\n')) {
            assert!(stripped == log, "{}\nnot {}", stripped.escape_ascii(), log.escape_ascii());
        }
        assert_eq!((twice.len(), stripped.len()), (once.len(), log.len()));
    }
}

#[test]
fn the_invariants_hold_for_very_long_lines() {
    for log in long_logs() {
        for render in [
            Arc::new(Append::new(Styles::colored(Theme::dark()))) as Arc<dyn Render>,
            Arc::new(Auto::default()),
            Arc::new(Json::default()),
            Arc::new(Logfmt),
            Arc::new(Inline::new(Styles::colored(Theme::dark()))),
            below_short(),
        ] {
            let about = format!("{} bytes, beginning {}", log.len(), log[..24].escape_ascii());
            let once = pass(annotator(render.clone()), &log);
            assert!(pass(annotator(render), &once) == once, "annotating twice: {about}");
            assert!(pass(stripper(), &once) == log, "stripping: {about}");
        }
    }
}

#[test]
fn the_invariants_hold_for_the_longest_texts() {
    let widest = |count: usize| "\u{1f600}".repeat(count);
    let codes = 880_000..880_040;
    let entries: Vec<String> = codes
        .clone()
        .map(|code| entry(code, &widest(Entry::MEANING_LIMIT), &widest(Entry::TEXT_LIMIT)))
        .collect();
    let systems = ["a", "b", "c", "d"].map(|system| (system, &entries[..]));
    let detector = detector(systems, Lang::En);
    let line: String = codes.map(|code| format!("imsdk code:{code} ")).collect();
    let log = format!("{line}\n{{\"msg\":\"{line}\"}}\n{line}{}\n", filler(2 * LINE_LIMIT));
    for render in [
        Arc::new(Append::default()) as Arc<dyn Render>,
        Arc::new(Json::new(LogSchema::Otel, DEFAULT_KEY)),
        Arc::new(Logfmt),
        Arc::new(Inline::default()),
        below_short(),
    ] {
        let annotator = || Annotator::new(detector.clone(), Some(render.clone()));
        let once = pass(annotator(), log.as_bytes());
        assert!(once.len() > log.len() + 8000, "{render:?}");
        assert!(pass(annotator(), &once) == once, "annotating twice: {render:?}");
        let stripper = Stripper::default().with_catalog(detector.catalog().clone());
        assert!(pass(stripper, &once) == log.as_bytes(), "stripping: {render:?}");
    }
}

#[test]
fn a_very_long_line_is_annotated_from_its_beginning() {
    fn line(beginning: &str, end: &str) -> Vec<u8> {
        format!("{beginning}{}{end}", filler(2 * LINE_LIMIT)).into_bytes()
    }
    let annotated = pass(annotator(Arc::new(Append::default())), &line("imsdk code:6206 ", "\r\n"));
    assert!(
        annotated.ends_with(b"]\r\n")
            && annotated[2 * LINE_LIMIT..].windows(12).any(|window| window == b"[imerr 6206 ")
    );
    let beyond = line("", " imsdk code:6206\n");
    assert!(
        pass(annotator(Arc::new(Append::default())), &beyond) == beyond,
        "only the first MiB is searched"
    );
}

#[test]
fn the_text_after_a_hole_is_searched() {
    let append = || Arc::new(Append::default()) as Arc<dyn Render>;
    for nuls in [1, 5000, LINE_LIMIT - 10, LINE_LIMIT + 200_000, 3 * LINE_LIMIT] {
        for text in [
            "imsdk login failed code: 6206".to_string(),
            format!("imsdk code:6206 {}", filler(2 * LINE_LIMIT)),
        ] {
            for end in ["\nplain\n", "\r\n", ""] {
                let hole = vec![0; nuls];
                let line = [&hole[..], text.as_bytes(), end.as_bytes()].concat();
                let log = [b"imsdk code:6208\n", &line[..]].concat();
                let annotated = pass(annotator(append()), &log);
                let about = format!("{nuls} NULs, {} bytes, {end:?}", text.len());
                assert_eq!(
                    memchr::memmem::find_iter(&annotated, b" [imerr 6206 ").count(),
                    1,
                    "{about}"
                );
                assert!(pass_in_pieces(annotator(append()), &log, 50_000) == annotated, "{about}");
                assert!(pass(stripper(), &annotated) == log, "{about}");
                assert!(pass(annotator(append()), &annotated) == annotated, "{about}");
                let only = pass(
                    annotator(append())
                        .with_line_selection(LineSelection::WITH_CODES)
                        .with_line_numbers(true),
                    &log,
                );
                assert!(only.windows(3).any(|window| window == b"\n2:"), "{about}");
                assert!(memchr::memchr_iter(0, &only).count() == nuls, "{about}");
                let shown = pass(annotator(append()).with_escaped_controls(true), &line);
                assert_eq!(memchr::memmem::find_iter(&shown, b"\\x00").count(), nuls, "{about}");
                let mut feed = Feed::from_reader(io::Cursor::new(log));
                let (mut stage, interrupt) = (annotator(append()), Interrupt::default());
                let mut out = Vec::new();
                run_parallel(&mut feed, &mut stage, &mut out, &mut (), &interrupt, 3)
                    .expect("a Vec takes all bytes");
                assert!(out == annotated, "{about}");
            }
        }
    }
}

#[test]
fn a_number_across_the_line_limit_is_not_cut() {
    let before = format!("{} imsdk code:", filler(LINE_LIMIT - 16));
    let log = format!("{before}70013 and more\n");
    // Cut at the limit, 70013 would be 7001, which is a code of its own.
    assert_eq!(&log.as_bytes()[..LINE_LIMIT][LINE_LIMIT - 4..], b"7001");
    assert!(pass(annotator(Arc::new(Append::default())), log.as_bytes()) == log.as_bytes());
}

#[test]
fn memory_is_bounded_for_a_line_without_end() {
    /// Returns so many bytes of one line, and fails if a read asks for more than a few blocks at
    /// once.
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(buffer.len() <= 2 * LINE_LIMIT, "{} bytes asked for at once", buffer.len());
            let count = buffer.len().min(self.0 as usize);
            buffer[..count].fill(b'x');
            self.0 -= count as u64;
            Ok(count)
        }
    }
    struct Count(u64);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut out = Count(0);
    let mut feed = Feed::from_reader(Endless(64 << 20)).with_line_numbers(false);
    let mut stage = annotator(Arc::new(Auto::default()));
    run(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
        .expect("the output takes all bytes");
    assert_eq!(out.0, 64 << 20);
}
