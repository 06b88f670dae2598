//! Compares the lines that are printed with a model that looks at the whole log.

use std::io::{self, Cursor};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::catalog::{CodeRange, CodeSet};
use crate::detect::Detector;
use crate::filter::Filter;
use crate::format::{Append, Below, Csv, Json, Jsonl, Rdjsonl, Render, Repeat};
use crate::input::{Block, Event, Events, Feed, Input, LINE_LIMIT};
use crate::pipeline::{Interrupt, Stage, run};
use crate::stats::{LineTermination, Totals};
use crate::syntax::ADDED_LINE_END;
use crate::testutil::fragments;

/// The blocks of a log.
pub(super) fn blocks(log: &str) -> Vec<Block> {
    let mut feed = Feed::from_reader(Cursor::new(log.as_bytes().to_vec()));
    let mut blocks = Vec::new();
    while let Some(event) = feed.next(Vec::new()) {
        if let Event::Block(block) = event {
            blocks.push(block);
        }
    }
    blocks
}

/// Reads at most `size` bytes at a time.
struct ShortReads(Cursor<Vec<u8>>, usize);

impl io::Read for ShortReads {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len());
        self.0.read(&mut buffer[..size])
    }
}

fn annotate(mut annotator: Annotator, log: &[u8], size: usize) -> (Vec<u8>, Totals) {
    let mut out = Vec::new();
    let mut feed = Feed::from_reader(ShortReads(Cursor::new(log.to_vec()), size));
    let totals = run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())
        .expect("a vector takes everything");
    (out, totals)
}

fn annotator(render: Arc<dyn Render>) -> Annotator {
    Annotator::new(Detector::built_in(), Some(render))
}

/// Annotates each line on its own, and then decides which are printed. Returns the output and the
/// number of selected lines.
fn model(
    log: &[u8],
    render: &Arc<dyn Render>,
    selection: LineSelection,
    numbers: bool,
) -> (Vec<u8>, u64) {
    let LineSelection { select, before, after, max, .. } = selection;
    let lines: Vec<(Vec<u8>, Totals)> = log
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| annotate(annotator(render.clone()), line, 1 << 20))
        .collect();
    let has_codes = |index: usize| lines[index].1.matched_lines > 0;
    let max = max.map_or(usize::MAX, |max| max as usize);
    let selected: Vec<usize> = (0..lines.len())
        .filter(|&index| has_codes(index) == (select != Select::WithoutCodes))
        .take(max)
        .collect();
    let (mut out, mut last) = (Vec::new(), None);
    for (index, (rendered, _)) in lines.iter().enumerate() {
        let is_printed = match select {
            Select::All if selected.len() < max => true,
            Select::All => selected.last().is_some_and(|&last| index <= last),
            _ => selected.iter().any(|&near| near <= index + before && index <= near + after),
        };
        if !is_printed {
            continue;
        }
        if selection.has_context() && last.is_some_and(|last| last + 1 < index) {
            out.extend_from_slice(b"--\n");
        }
        let separator = if selected.contains(&index) { ":" } else { "-" };
        for line in rendered.split_inclusive(|&byte| byte == b'\n') {
            if numbers {
                let prefix = format!("a.log{separator}{}{separator}", index + 1);
                out.extend_from_slice(prefix.as_bytes());
            }
            out.extend_from_slice(line);
        }
        last = Some(index);
    }
    (out, selected.len() as u64)
}

/// Lines with and without codes, some annotated by an earlier run.
fn logs() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        2 => Just(b"imsdk code:6206".to_vec()),
        1 => Just(b"imsdk code:6206 [imerr 6206 sdk/account error: x]".to_vec()),
        5 => Just(b"plain".to_vec()),
        1 => Just(Vec::new()),
        2 => fragments::line(),
        1 => fragments::block_like_line(),
    ];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n")];
    (proptest::collection::vec((line, end), 0..24), any::<bool>()).prop_map(|(lines, is_open)| {
        let mut log: Vec<u8> =
            lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect();
        if is_open {
            log.pop();
        }
        log
    })
}

fn selections() -> impl Strategy<Value = LineSelection> {
    let select = prop_oneof![
        1 => Just(Select::All),
        3 => Just(Select::WithCodes),
        2 => Just(Select::WithoutCodes),
    ];
    (select, 0..4usize, 0..4usize, proptest::option::of(0..4u64)).prop_map(
        |(select, before, after, max)| LineSelection {
            select,
            before,
            after,
            max,
            unordered: false,
        },
    )
}

proptest! {
    // Each case runs many logs of one line.
    #![proptest_config(ProptestConfig {
        cases: fragments::config().cases / 10,
        ..fragments::config()
    })]

    #[test]
    fn the_output_is_that_of_the_model(
        log in logs(),
        selection in selections(),
        numbers: bool,
        size in 1..40usize,
        is_below: bool,
    ) {
        let mut render: Arc<dyn Render> = Arc::new(Append::default());
        // Prefixes make the lines below a line narrower, which the model does not know.
        if is_below && !numbers {
            render = Arc::new(Below { repeat: Repeat::Full, ..Below::new(80) });
        }
        let annotator = annotator(render.clone())
            .with_inputs([Input::Path("a.log".into())])
            .with_line_selection(selection)
            .with_file_names(numbers)
            .with_line_numbers(numbers);
        let (wanted, selected) = model(&log, &render, selection, numbers);
        for size in [size, 1 << 20] {
            let (out, totals) = annotate(annotator.clone(), &log, size);
            prop_assert_eq!(out.escape_ascii().to_string(), wanted.escape_ascii().to_string());
            prop_assert_eq!(totals.selected_lines, selected);
        }
        let silent = Annotator::new(Detector::built_in(), None).with_line_selection(selection);
        let (out, totals) = annotate(silent, &log, size);
        prop_assert_eq!((out, totals.selected_lines), (Vec::new(), selected));
    }
}

proptest! {
    #![proptest_config(fragments::config())]

    #[test]
    fn collecting_unknown_codes_changes_nothing_else(
        lines in proptest::collection::vec(fragments::line(), 0..8),
    ) {
        let log = lines.join(&b'\n');
        let filter = Filter { unknown: Some(CodeSet::default()), ..Filter::default() };
        let append = || annotator(Arc::new(Append::default())).with_filter(filter.clone());
        let detector = Detector::built_in().with_unknown(true);
        let collecting = Annotator::new(detector, Some(Arc::new(Append::default())))
            .with_filter(filter.clone())
            .with_unknown_codes(true);
        let (wanted, wanted_totals) = annotate(append(), &log, 1 << 20);
        let (out, totals) = annotate(collecting, &log, 1 << 20);
        prop_assert_eq!(out.escape_ascii().to_string(), wanted.escape_ascii().to_string());
        prop_assert_eq!(totals, wanted_totals);
    }
}

#[test]
fn unknown_codes_are_collected() {
    let log = b"imsdk error_code:6707 TIM:\nplain\nimsdk code:6206\nTIM: error_code:6707\n";
    let filter = Filter { unknown: Some(CodeSet::default()), ..Filter::default() };
    let detector = Detector::built_in().with_unknown(true);
    for (collects, wanted) in [(true, vec![6707]), (false, Vec::new())] {
        let mut annotator = Annotator::new(detector.clone(), None)
            .with_filter(filter.clone())
            .with_unknown_codes(collects);
        let outcome =
            annotator.block(&blocks(std::str::from_utf8(log).expect("text"))[0], &mut Vec::new());
        let codes = outcome.expect("a vector takes everything").unknown_codes;
        assert_eq!(codes.iter().collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn filtered_findings_count_when_a_limit_ends_the_file() {
    let log = b"imsdk code:6206\nimsdk code:6208\nplain\nimsdk code:6208\n";
    let codes: CodeSet = [CodeRange::one(6208)].into_iter().collect();
    let filter = Filter { codes, ..Filter::default() };
    let selection = LineSelection { max: Some(1), ..LineSelection::WITH_CODES };
    let annotator = Annotator::new(Detector::built_in(), None)
        .with_filter(filter)
        .with_line_selection(selection);
    let (_, totals) = annotate(annotator, log, 1 << 20);
    assert_eq!((totals.selected_lines, totals.filtered), (1, 1));
}

#[test]
fn a_line_that_is_never_printed_does_not_count_as_explained() {
    let log = b"imsdk code:6206 a\nimsdk code:6208 b\nimsdk code:6206 c\nplain\n";
    let below: Arc<dyn Render> = Arc::new(Below { repeat: Repeat::Short, ..Below::new(80) });
    let selection =
        LineSelection { select: Select::WithoutCodes, before: 1, ..LineSelection::default() };
    let (out, _) = annotate(annotator(below).with_line_selection(selection), log, 1 << 20);
    let out = String::from_utf8(out).expect("the log is text");
    assert!(out.starts_with("imsdk code:6206 c\n") && out.contains("fix: "), "{out}");
}

#[test]
fn a_buffered_line_leaves_room_for_its_own_prefix() {
    let below: Arc<dyn Render> = Arc::new(Below::new(100));
    let name = format!("{}.log", "x".repeat(60));
    let annotator =
        annotator(below).with_inputs([Input::Path(name.clone().into())]).with_file_names(true);
    let selection =
        LineSelection { select: Select::WithoutCodes, before: 1, ..LineSelection::default() };
    let buffered = annotator.clone().with_line_selection(selection);
    let (selected, _) = annotate(annotator, b"imsdk code:6206\n", 1 << 20);
    let (context, _) = annotate(buffered, b"imsdk code:6206\nplain\n", 1 << 20);
    let selected = String::from_utf8(selected).expect("the log is text");
    let context = String::from_utf8(context).expect("the log is text");
    let wanted = selected.replace(&format!("{name}:"), &format!("{name}-"));
    assert_eq!(context, format!("{wanted}{name}:plain\n"));
}

#[test]
fn lines_that_an_earlier_run_inserted_are_not_lines_of_the_log() {
    let log = b"a\nimsdk code:6206\nb\nimsdk code:6208\nc\n";
    let below: Arc<dyn Render> = Arc::new(Below { repeat: Repeat::Full, ..Below::new(80) });
    let (annotated, _) = annotate(annotator(below), log, 1 << 20);
    for selection in [
        LineSelection { select: Select::WithoutCodes, ..LineSelection::default() },
        LineSelection { before: 1, ..LineSelection::WITH_CODES },
        LineSelection { after: 1, ..LineSelection::WITH_CODES },
    ] {
        let append = annotator(Arc::new(Append::default())).with_line_selection(selection);
        let (again, again_totals) = annotate(append.clone(), &annotated, 1 << 20);
        let (first, first_totals) = annotate(append, log, 1 << 20);
        assert_eq!(again.escape_ascii().to_string(), first.escape_ascii().to_string());
        assert_eq!(again_totals.selected_lines, first_totals.selected_lines);
    }
}

#[test]
fn lines_that_an_earlier_run_inserted_have_no_numbers() {
    let log = b"a\nimsdk code:6208\nb\nimsdk code:6206\nc\nimsdk code:6206\nd\n";
    let below: Arc<dyn Render> = Arc::new(Below { repeat: Repeat::Short, ..Below::new(80) });
    let (once, _) = annotate(annotator(Arc::clone(&below)), log, 1 << 20);
    let once_text = String::from_utf8_lossy(&once);
    assert!(once_text.contains("error 6206 (see above)"), "{once_text}");
    for size in [1, 7, 1 << 20] {
        let (twice, _) = annotate(annotator(Arc::clone(&below)), &once, size);
        assert_eq!(String::from_utf8_lossy(&twice), once_text);
        let numbered = annotator(Arc::clone(&below)).with_line_numbers(true);
        let (numbered, _) = annotate(numbered, &once, size);
        let numbered = String::from_utf8_lossy(&numbered);
        assert!(numbered.contains("error 6206 (see line 4)"), "{numbered}");
        assert!(numbered.ends_with("\n7-d\n"), "{numbered}");
    }
}

#[test]
fn only_an_annotated_last_line_gets_a_line_end_before_another_file() {
    let last = "imsdk code:6206";
    let formats: [(Arc<dyn Render>, &str, &[u8]); 4] = [
        (Arc::new(Append::default()), last, ADDED_LINE_END),
        (Arc::new(Below { repeat: Repeat::Full, ..Below::new(80) }), last, b""),
        (Arc::new(Below { repeat: Repeat::None, ..Below::new(80) }), last, b""),
        (Arc::new(Json::default()), "{\"imerr\":1,\"error_code\":6206}", b""),
    ];
    for (render, last, wanted) in formats {
        let log = format!("{last}\n{last}");
        for size in [1, 7, 1 << 20] {
            let mut feed =
                Feed::from_reader(ShortReads(Cursor::new(log.clone().into_bytes()), size));
            let mut annotator = annotator(Arc::clone(&render));
            let mut termination = LineTermination::Complete;
            while let Some(event) = feed.next(Vec::new()) {
                if let Event::Block(block) = event {
                    let outcome = annotator.block(&block, &mut Vec::new());
                    termination = outcome.expect("a vector takes everything").termination;
                }
            }
            let added: &[u8] = match termination {
                LineTermination::MustTerminate(end) => end,
                LineTermination::Complete | LineTermination::Missing => b"",
            };
            assert_eq!(added, wanted, "{render:?} in reads of {size}");
        }
    }
}

#[test]
fn a_line_without_the_line_end_of_an_earlier_run_is_not_joined_to_others() {
    // The second line had no line end. Its code is explained above, so it gets no annotation.
    let log = b"imsdk code:6206\nimsdk code:6206       \t \t\n\nimsdk code:6206\n";
    let none = Below { repeat: Repeat::None, ..Below::new(80) };
    for size in [1, 7, 1 << 20] {
        let below = || annotator(Arc::new(none.clone()));
        let selecting = below().with_line_selection(LineSelection::WITH_CODES);
        let (selected, _) = annotate(selecting, log, size);
        let selected = String::from_utf8_lossy(&selected);
        assert!(selected.ends_with("\nimsdk code:6206\nimsdk code:6206\n"), "{selected}");
        let (numbered, _) = annotate(below().with_line_numbers(true), log, size);
        let numbered = String::from_utf8_lossy(&numbered);
        assert!(numbered.ends_with("\n2:imsdk code:6206\n3-\n4:imsdk code:6206\n"), "{numbered}");
    }
}

#[test]
fn context_is_the_same_on_several_threads() {
    let log = "plain\nimsdk code:6206\n".repeat(100_000);
    let selection = LineSelection { after: 1, max: Some(30), ..LineSelection::WITH_CODES };
    let mut annotator = annotator(Arc::new(Append::default())).with_line_selection(selection);
    let (wanted, _) = annotate(annotator.clone(), log.as_bytes(), 1 << 20);
    let mut feed = Feed::from_reader(Cursor::new(log.into_bytes()));
    let mut out = Vec::new();
    let interrupt = Interrupt::default();
    crate::pipeline::run_parallel(&mut feed, &mut annotator, &mut out, &mut (), &interrupt, 4)
        .expect("a vector takes everything");
    assert!(out == wanted && out.split(|&byte| byte == b'\n').count() == 61, "{}", out.len());
}

/// Of a line and of the beginning of a very long one.
#[test]
fn the_output_of_records_grows_with_the_length_of_the_line() {
    for render in [Arc::new(Jsonl) as Arc<dyn Render>, Arc::new(Csv::default()), Arc::new(Rdjsonl)]
    {
        for tail in ["", &"x".repeat(LINE_LIMIT)] {
            let (one, double) =
                (size_of_records(&render, 2000, tail), size_of_records(&render, 4000, tail));
            assert!(double <= 2 * one + LINE_LIMIT, "{render:?}: {one} and {double}");
            assert!(one <= 2000 * 1500 + LINE_LIMIT, "{render:?}: {one}");
        }
    }
}

fn size_of_records(render: &Arc<dyn Render>, count: usize, tail: &str) -> usize {
    let log = "imsdk code:6206 ".repeat(count) + tail;
    annotate(annotator(Arc::clone(render)), log.as_bytes(), 1 << 20).0.len()
}

#[test]
fn records_are_the_same_in_one_piece_and_in_several() {
    let line = "登录失败 imsdk code:6206 ".repeat(333);
    let (out, _) = annotate(annotator(Arc::new(Jsonl)), line.as_bytes(), 1 << 20);
    assert_eq!(
        String::from_utf8_lossy(&out),
        crate::testutil::render(&Jsonl, line.as_bytes(), b"")
    );
}

#[test]
fn very_long_lines_are_selected_but_never_buffered() {
    let long = "x".repeat(LINE_LIMIT + 10);
    let log =
        format!("a\n{long}\nimsdk code:6206\n{long}\nb\nimsdk code:6206 {long}\nimsdk code:6206\n");
    use Select::{All, WithCodes, WithoutCodes};
    let rows = [
        ((WithCodes, 0, 0, None), "3: 6: 7:", 3),
        ((WithCodes, 2, 0, None), "3: -- 5- 6: 7:", 3),
        ((WithCodes, 0, 1, Some(1)), "3: 4-", 1),
        ((WithoutCodes, 0, 0, None), "1: 2: 4: 5:", 4),
        ((WithoutCodes, 1, 0, Some(3)), "1: 2: 3- 4:", 3),
        ((All, 0, 0, Some(2)), "1- 2- 3: 4- 5- 6:", 2),
    ];
    for ((select, before, after, max), wanted, selected) in rows {
        let selection = LineSelection { select, before, after, max, unordered: false };
        let annotator = annotator(Arc::new(Append::default()))
            .with_line_selection(selection)
            .with_line_numbers(true);
        let (out, totals) = annotate(annotator, log.as_bytes(), 1 << 20);
        let starts: Vec<String> = out
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| String::from_utf8_lossy(&line[..line.len().min(2)]).into_owned())
            .collect();
        assert_eq!((starts.join(" ").as_str(), totals.selected_lines), (wanted, selected));
    }
}
