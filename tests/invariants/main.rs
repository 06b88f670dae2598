//! The invariants of annotating and stripping, under random logs made of real fragments: nothing is
//! lost, and how a log is read does not change its output.

#[path = "../../src/testutil/fragments.rs"]
mod fragments;
mod long_lines;

use std::io::{self, Read, Write};
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
    let mut feed = Feed::from_reader(Dribble { text: text.to_vec(), at: 0, size });
    let mut out = Vec::new();
    run(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
        .expect("a Vec takes all bytes");
    out
}

fn pass(stage: impl Stage, text: &[u8]) -> Vec<u8> {
    pass_in_pieces(stage, text, usize::MAX)
}

/// Bytes as they are shown if a property fails.
fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
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
        prop_assert_eq!(shown(&pass(stripper(), &annotated)), shown(&log));
    }

    #[test]
    fn a_log_without_annotations_has_nothing_to_strip(log in log()) {
        prop_assert_eq!(shown(&pass(stripper(), &log)), shown(&log));
    }

    #[test]
    fn nothing_is_lost_under_another_key(
        log in log(),
        schema in prop_oneof![Just(LogSchema::Imerr), Just(LogSchema::Ecs), Just(LogSchema::Otel)],
    ) {
        let annotated =
            pass(annotator(Arc::new(Auto::new(Styles::default(), Json::new(schema, "tim")))), &log);
        prop_assert_eq!(
            shown(&pass(
                Stripper::with_json_key("tim").with_catalog(DETECTOR.catalog().clone()),
                &annotated
            )),
            shown(&log)
        );
    }

    #[test]
    fn annotating_twice_is_annotating_once(log in log(), render in passthru_formats()) {
        let once = pass(annotator(render.clone()), &log);
        let twice = pass(annotator(render), &once);
        prop_assert_eq!(shown(&twice), shown(&once));
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
        let annotator = |one: &Detector| Annotator::new(one.clone(), Some(render.clone()));
        let once = pass(annotator(first), &log);
        prop_assert_eq!(shown(&pass(stripper(), &once)), shown(&log));
        let both = pass(annotator(second), &once);
        prop_assert_eq!(shown(&pass(stripper(), &both)), shown(&log));
        let again = pass(annotator(second), &both);
        prop_assert_eq!(shown(&again), shown(&both));
    }

    #[test]
    fn below_is_replaced_under_every_repeat(log in log(), first in repeats(), second in repeats()) {
        let with = |repeat| Arc::new(Below { repeat, ..Below::new(80) }) as Arc<dyn Render>;
        let once = pass(annotator(with(first)), &log);
        prop_assert_eq!(shown(&pass(stripper(), &once)), shown(&log));
        let again = pass(annotator(with(second)), &once);
        prop_assert_eq!(shown(&again), shown(&pass(annotator(with(second)), &log)));
    }

    #[test]
    fn a_second_format_changes_nothing_of_the_log(
        log in log(),
        first in passthru_formats(),
        second in passthru_formats(),
    ) {
        let once = pass(annotator(first), &log);
        let both = pass(annotator(second.clone()), &once);
        prop_assert_eq!(shown(&pass(stripper(), &both)), shown(&log));
        let again = pass(annotator(second), &both);
        prop_assert_eq!(shown(&again), shown(&both));
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
        let escaped =
            pass_in_pieces(annotator(render.clone()).with_escaped_controls(true), &log, size);
        let controls = |text: &[u8]| imerr::terminal::escape_controls(text).into_owned();
        // Nothing is left to escape but our links and the escape of a CR at the end of a line.
        let unlinked =
            String::from_utf8_lossy(&escaped).replace("\x1b]8;;", "").replace("\x1b\\", "");
        let left = controls(unlinked.as_bytes());
        prop_assert_eq!(shown(&left), shown(unlinked.as_bytes()));
        let stripped = pass(stripper().with_escaped_controls(true), &pass(annotator(render), &log));
        prop_assert_eq!(
            shown(&stripped),
            shown(&pass(stripper().with_escaped_controls(true), &log))
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
        prop_assert_eq!(shown(&whole), shown(&alone));
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
        prop_assert_eq!(shown(&named), shown(&wanted));
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
        prop_assert_eq!(shown(&whole), shown(&alone));
    }

    #[test]
    fn every_record_is_json_with_the_position_of_its_code(log in log()) {
        let records = pass(annotator(Arc::new(Jsonl)), &log);
        let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
        for record in records.split(|&byte| byte == b'\n').filter(|record| !record.is_empty()) {
            let record: serde_json::Value = serde_json::from_slice(record)
                .expect("a record is JSON");
            let number = |key: &str| record[key].as_u64().map_or(usize::MAX, |one| one as usize);
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
            let mut feed = Feed::from_reader(io::Cursor::new(log.clone()));
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
