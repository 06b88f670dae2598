//! The invariants of annotating and stripping, under random logs made of real fragments: nothing is
//! lost, and how a log is read does not change its output.

#[path = "../src/testutil/fragments.rs"]
mod fragments;

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use imerr::annotate::{Annotator, LineSelection, Select};
use imerr::catalog::{Entry, Lang};
use imerr::custom::CustomBuilder;
use imerr::detect::Detector;
use imerr::format::{
    Append, Auto, Below, Inline, Json, Jsonl, LogSchema, Logfmt, Render, Repeat, Rsyslog, Wrap,
};
use imerr::input::{Feed, Input, LINE_LIMIT};
use imerr::pipeline::{Interrupt, Stage, run, run_parallel};
use imerr::strip::{ANNOTATION_LIMIT, DEFAULT_KEY, Stripper};
use imerr::terminal::{Styles, Theme};

/// The built-in codes, some of them with texts in other languages, as users write them.
static DETECTOR: LazyLock<Detector> = LazyLock::new(|| detector_in(Lang::En));

/// The same, with output in Chinese.
static CHINESE_DETECTOR: LazyLock<Detector> = LazyLock::new(|| detector_in(Lang::Zh));

fn detector_in(lang: Lang) -> Detector {
    let sdk = [
        entry(
            6014,
            "« L’appel » a échoué: e\u{301} ^ \"x\" \\y.",
            "Réessayez -> après\u{a0}1 s | ou: jamais",
        ),
        entry(6206, "登录凭证（UserSig）已过期。", "请重新获取；然后【重新登录】！"),
    ];
    let server = [
        entry(
            -10003,
            "チケットの有効期限が切れました。",
            "می\u{200c}شود 👩\u{200d}💻 ⚠\u{fe0f}: もう一度ログイン",
        ),
        entry(70001, "購物車\u{3000}［錯誤］", "\u{1f600}\u{1f600}"),
    ];
    let app =
        [entry(6206, "购物车)被锁定？", "请在 1 秒后重试!"), entry(6707, "-> 错; or 误)", "无")];
    detector([("sdk", &sdk[..]), ("server", &server), ("app", &app)], lang)
}

fn entry(code: i64, meaning: &str, remedy: &str) -> String {
    let short: String = meaning.chars().take(Entry::MEANING_LIMIT - 4).collect();
    format!(
        "[[entry]]\ncode = {code}\ncategory = \"c\"\nkind = \"auth\"\nseverity \
            = \"error\"\nmeaning = '''{meaning}'''\n\
         remedy = '''{remedy}'''\nretry = \"never\"\nstatus = \"current\"\n\
         [entry.zh]\nmeaning = '''；或 （{short}'''\n"
    )
}

fn detector<'c>(
    systems: impl IntoIterator<Item = (&'c str, &'c [String])>,
    lang: Lang,
) -> Detector {
    let mut builder = CustomBuilder::default().with_lang(lang);
    for (system, entries) in systems {
        builder.add(system, &format!("system = \"{system}\"\n{}", entries.concat()));
    }
    builder.finish().unwrap_or_else(|problems| panic!("{problems:?}")).detector.with_unknown(true)
}

/// Removes annotations with those texts.
fn stripper() -> Stripper {
    Stripper::default().with_catalog(DETECTOR.catalog().clone())
}

/// The formats that print every line of the log.
fn passthru_formats() -> impl Strategy<Value = Arc<dyn Render>> {
    prop_oneof![5 => one_line_formats(), 1 => below()]
}

/// Those of them that print one line for each line of the log.
fn one_line_formats() -> impl Strategy<Value = Arc<dyn Render>> {
    prop_oneof![
        Just(Arc::new(Append::default()) as Arc<dyn Render>),
        Just(Arc::new(Append::new(Styles::colored(Theme::dark()))) as Arc<dyn Render>),
        Just(Arc::new(Append::new(Styles::colored(Theme::none()).with_links(true)))
            as Arc<dyn Render>),
        Just(Arc::new(Append::new(Styles::default().with_links(true))) as Arc<dyn Render>),
        Just(Arc::new(Auto::default()) as Arc<dyn Render>),
        Just(Arc::new(Inline::default()) as Arc<dyn Render>),
        Just(Arc::new(Inline::new(Styles::colored(Theme::light()))) as Arc<dyn Render>),
        Just(Arc::new(Json::default()) as Arc<dyn Render>),
        Just(Arc::new(Json::default().with_styles(Styles::colored(Theme::light())))
            as Arc<dyn Render>),
        Just(Arc::new(Json::new(LogSchema::Ecs, DEFAULT_KEY)) as Arc<dyn Render>),
        Just(Arc::new(Json::new(LogSchema::Otel, DEFAULT_KEY)) as Arc<dyn Render>),
        Just(Arc::new(Logfmt) as Arc<dyn Render>),
    ]
}

fn repeats() -> impl Strategy<Value = Repeat> {
    proptest::sample::select(Repeat::ALL)
}

fn below_short() -> Arc<dyn Render> {
    Arc::new(Below { repeat: Repeat::Short, ..Below::new(80) })
}

fn below_none() -> Arc<dyn Render> {
    Arc::new(Below { repeat: Repeat::None, ..Below::new(80) })
}

/// `below` for files, terminals and pagers.
fn below() -> impl Strategy<Value = Arc<dyn Render>> {
    let paint =
        prop_oneof![Just(Styles::default()), Just(Styles::colored(Theme::dark()).with_links(true))];
    let wrap = prop_oneof![Just(Wrap::No), Just(Wrap::Yes), Just(Wrap::Unknown)];
    (0usize..120, wrap, paint).prop_map(|(width, wrap, paint)| {
        Arc::new(Below { wrap, styles: paint, ..Below::new(width) }) as Arc<dyn Render>
    })
}

fn annotator(render: Arc<dyn Render>) -> Annotator {
    Annotator::new(DETECTOR.clone(), Some(render))
}

/// Returns at most `size` bytes per read.
struct Dribble {
    text: Vec<u8>,
    at: usize,
    size: usize,
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..];
        let count = self.size.min(buffer.len()).min(rest.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

fn pass_in_pieces(mut stage: impl Stage, text: &[u8], size: usize) -> Vec<u8> {
    let mut feed = Feed::from_reader(Dribble { text: text.to_vec(), at: 0, size }, true);
    let mut out = Vec::new();
    run(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
        .expect("a Vec takes all bytes");
    out
}

fn pass(stage: impl Stage, text: &[u8]) -> Vec<u8> {
    pass_in_pieces(stage, text, usize::MAX)
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let json = fragments::line().prop_map(|inner| {
        let inner = String::from_utf8_lossy(&inner).into_owned();
        serde_json::json!({
            "ErrorInfo": inner,
            "ErrorCode": 70001,
            "ErrorList": [{ "ErrorCode": inner.len() }],
        })
        .to_string()
        .into_bytes()
    });
    prop_oneof![4 => fragments::line(), 2 => fragments::block_like_line(), 1 => json]
}

/// A log of a few lines with both line terminators, and with or without one at the end.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let end = prop_oneof![4 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\n\n")];
    (proptest::collection::vec((line(), end), 0..8), proptest::option::of(line())).prop_map(
        |(lines, last)| {
            let mut log: Vec<u8> =
                lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect();
            log.extend(last.unwrap_or_default());
            log
        },
    )
}

proptest! {
    #![proptest_config(fragments::config())]

    #[test]
    fn nothing_is_lost(log in log(), render in passthru_formats()) {
        let annotated = pass(annotator(render), &log);
        prop_assert_eq!(
            pass(stripper(), &annotated).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
    }

    #[test]
    fn a_log_without_annotations_has_nothing_to_strip(log in log()) {
        prop_assert_eq!(
            pass(stripper(), &log).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
    }

    #[test]
    fn nothing_is_lost_under_another_key(
        log in log(),
        schema in prop_oneof![Just(LogSchema::Imerr), Just(LogSchema::Ecs), Just(LogSchema::Otel)],
    ) {
        let annotated =
            pass(annotator(Arc::new(Auto::new(Styles::default(), Json::new(schema, "tim")))), &log);
        prop_assert_eq!(
            pass(
                Stripper::with_json_key("tim").with_catalog(DETECTOR.catalog().clone()),
                &annotated
            )
            .escape_ascii()
            .to_string(),
            log.escape_ascii().to_string()
        );
    }

    #[test]
    fn annotating_twice_is_annotating_once(log in log(), render in passthru_formats()) {
        let once = pass(annotator(render.clone()), &log);
        let twice = pass(annotator(render), &once);
        prop_assert_eq!(twice.escape_ascii().to_string(), once.escape_ascii().to_string());
    }

    #[test]
    fn nothing_is_lost_in_two_languages(
        log in log(),
        render in passthru_formats(),
        is_chinese_first: bool,
    ) {
        let (mut first, mut second) = (&*DETECTOR, &*CHINESE_DETECTOR);
        if is_chinese_first {
            std::mem::swap(&mut first, &mut second);
        }
        let annotator = |detector: &Detector| Annotator::new(detector.clone(), Some(render.clone()));
        let once = pass(annotator(first), &log);
        prop_assert_eq!(
            pass(stripper(), &once).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
        let both = pass(annotator(second), &once);
        prop_assert_eq!(
            pass(stripper(), &both).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
        let again = pass(annotator(second), &both);
        prop_assert_eq!(again.escape_ascii().to_string(), both.escape_ascii().to_string());
    }

    #[test]
    fn below_is_replaced_under_every_repeat(log in log(), first in repeats(), second in repeats()) {
        let with = |repeat| Arc::new(Below { repeat, ..Below::new(80) }) as Arc<dyn Render>;
        let once = pass(annotator(with(first)), &log);
        prop_assert_eq!(
            pass(stripper(), &once).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
        let again = pass(annotator(with(second)), &once);
        prop_assert_eq!(
            again.escape_ascii().to_string(),
            pass(annotator(with(second)), &log).escape_ascii().to_string()
        );
    }

    #[test]
    fn a_second_format_changes_nothing_of_the_log(
        log in log(),
        first in passthru_formats(),
        second in passthru_formats(),
    ) {
        let once = pass(annotator(first), &log);
        let both = pass(annotator(second.clone()), &once);
        prop_assert_eq!(
            pass(stripper(), &both).escape_ascii().to_string(),
            log.escape_ascii().to_string()
        );
        let again = pass(annotator(second), &both);
        prop_assert_eq!(again.escape_ascii().to_string(), both.escape_ascii().to_string());
    }

    #[test]
    fn no_line_is_dropped_for_its_likeness_to_a_block(log in log()) {
        let below = Arc::new(Below::new(80)) as Arc<dyn Render>;
        let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
        let with_codes =
            pass(annotator(below).with_line_selection(LineSelection::WITH_CODES), &log);
        let mut without = LineSelection::default();
        without.select = Select::WithoutCodes;
        let without_codes =
            pass(annotator(Arc::new(Append::default())).with_line_selection(without), &log);
        let count =
            |text: &[u8]| pass(stripper(), text).split_inclusive(|&byte| byte == b'\n').count();
        prop_assert_eq!(count(&with_codes) + count(&without_codes), lines.len());
    }

    #[test]
    fn escaped_controls_are_harmless(
        log in log(),
        render in passthru_formats(),
        size in prop_oneof![Just(1usize), Just(7), Just(65536)],
    ) {
        let shown =
            pass_in_pieces(annotator(render.clone()).with_escaped_controls(true), &log, size);
        let controls = |text: &[u8]| imerr::terminal::escape_controls(text).into_owned();
        // Nothing is left to escape but our links and the escape of a CR at the end of a line.
        let unlinked =
            String::from_utf8_lossy(&shown).replace("\x1b]8;;", "").replace("\x1b\\", "");
        prop_assert_eq!(
            controls(unlinked.as_bytes()).escape_ascii().to_string(),
            unlinked.as_bytes().escape_ascii().to_string()
        );
        let stripped = pass(stripper().with_escaped_controls(true), &pass(annotator(render), &log));
        prop_assert_eq!(
            stripped.escape_ascii().to_string(),
            pass(stripper().with_escaped_controls(true), &log).escape_ascii().to_string()
        );
    }

    #[test]
    fn the_output_of_a_line_does_not_depend_on_its_position(
        log in log(),
        render in passthru_formats(),
    ) {
        let whole = pass(annotator(render.clone()), &log);
        let lines = log.split_inclusive(|&byte| byte == b'\n');
        let alone: Vec<u8> = lines.flat_map(|line| pass(annotator(render.clone()), line)).collect();
        prop_assert_eq!(whole.escape_ascii().to_string(), alone.escape_ascii().to_string());
    }

    #[test]
    fn block_sizes_do_not_change_the_output(
        log in log(),
        size in prop_oneof![Just(1usize), Just(2), Just(7), Just(64), Just(65536)],
    ) {
        for render in [
            Arc::new(Auto::default()) as Arc<dyn Render>,
            Arc::new(Jsonl),
            Arc::new(Rsyslog::default()),
            below_short(),
            below_none(),
        ] {
            let whole = pass(annotator(render.clone()), &log);
            prop_assert_eq!(pass_in_pieces(annotator(render), &log, size), whole);
        }
    }

    #[test]
    fn file_names_come_first_and_change_nothing_else(
        log in log(),
        render in one_line_formats(),
        only: bool,
    ) {
        let lines = if only { LineSelection::WITH_CODES } else { LineSelection::default() };
        let plain = pass(annotator(render.clone()).with_line_selection(lines), &log);
        let named = pass(
            annotator(render)
                .with_line_selection(lines)
                .with_inputs([Input::Path("a.log".into())])
                .with_file_names(true),
            &log,
        );
        let wanted: Vec<u8> = plain
            .split_inclusive(|&byte| byte == b'\n')
            .flat_map(|line| [b"a.log:", line].concat())
            .collect();
        prop_assert_eq!(named.escape_ascii().to_string(), wanted.escape_ascii().to_string());
    }

    #[test]
    fn a_log_without_keys_and_names_is_unchanged(
        numbers in proptest::collection::vec(
            prop_oneof![
                Just("6206"),
                Just("70001"),
                Just(" "),
                Just(":"),
                Just("port="),
                Just("pid "),
                Just("TIM:"),
                Just("imsdk"),
                Just("[")
            ],
            0..20,
        ),
    ) {
        let log = numbers.concat();
        prop_assert_eq!(pass(annotator(Arc::new(Auto::default())), log.as_bytes()), log.as_bytes());
    }

    #[test]
    fn each_line_has_one_answer_of_its_own(log in log()) {
        let answers = || annotator(Arc::new(Rsyslog::default()));
        let whole = pass(answers(), &log);
        let mut alone = Vec::new();
        for line in log.split_inclusive(|&byte| byte == b'\n') {
            let answer = pass(answers(), line);
            prop_assert_eq!(answer.split_inclusive(|&byte| byte == b'\n').count(), 1);
            serde_json::from_slice::<serde_json::Value>(&answer).expect("an answer is JSON");
            alone.extend(answer);
        }
        prop_assert_eq!(whole.escape_ascii().to_string(), alone.escape_ascii().to_string());
    }

    #[test]
    fn every_record_is_json_with_the_position_of_its_code(log in log()) {
        let records = pass(annotator(Arc::new(Jsonl)), &log);
        let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
        for record in records.split(|&byte| byte == b'\n').filter(|record| !record.is_empty()) {
            let record: serde_json::Value = serde_json::from_slice(record)
                .expect("a record is JSON");
            let number = |key: &str| {
                record[key].as_u64().map(|number| number as usize).unwrap_or(usize::MAX)
            };
            let line = lines[number("line") - 1];
            prop_assert_eq!(&log[number("offset")..number("offset") + line.len()], line);
            let spelled =
                String::from_utf8_lossy(&line[number("start")..number("end")]).into_owned();
            let code = record["code"].as_i64().expect("a record has a code");
            // An entry may have several names, of which the record has the first one.
            let mut entries = DETECTOR.catalog().entries_for_code(code);
            let is_name = entries.any(|entry| entry.names.iter().any(|name| **name == spelled));
            prop_assert!(is_name || spelled.parse() == Ok(code), "{spelled} is not {code}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn thread_counts_do_not_change_the_output(
        log in log(),
        copies in 1usize..1000,
        threads in prop_oneof![Just(1usize), Just(2), Just(8)],
    ) {
        let log = [log.repeat(copies), b"\nimsdk code:6206\n".to_vec()].concat();
        for render in [
            Arc::new(Auto::default()) as Arc<dyn Render>,
            Arc::new(Jsonl),
            Arc::new(Rsyslog::default()),
            Arc::new(Below::new(80)),
            Arc::new(Inline::default()),
        ] {
            let mut feed = Feed::from_reader(io::Cursor::new(log.clone()), true);
            let mut stage = annotator(render.clone());
            let mut out = Vec::new();
            let interrupt = Interrupt::default();
            imerr::pipeline::run_parallel(
                &mut feed,
                &mut stage,
                &mut out,
                &mut (),
                &interrupt,
                threads,
            )
            .expect("a Vec takes all bytes");
            prop_assert!(out == pass(annotator(render), &log));
        }
    }
}

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
                let mut feed = Feed::from_reader(io::Cursor::new(log), true);
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
    let mut feed = Feed::from_reader(Endless(64 << 20), false);
    let mut stage = annotator(Arc::new(Auto::default()));
    run(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
        .expect("the output takes all bytes");
    assert_eq!(out.0, 64 << 20);
}
