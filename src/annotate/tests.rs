//! Which lines come out, against a model that looks at whole logs.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::format::{Append, Below, Repeat};
use crate::input::{Feed, LINE_LIMIT};
use crate::pipeline::{Interrupt, run};
use crate::stats::Totals;
use crate::testutil::fragments;

/// Hands out at most `size` bytes at a time.
struct Dribble(Cursor<Vec<u8>>, usize);

impl io::Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len());
        self.0.read(&mut buffer[..size])
    }
}

fn pass(annotator: Annotator, log: &[u8], size: usize) -> (Vec<u8>, Totals) {
    let (mut annotator, mut out) = (annotator, Vec::new());
    let mut feed = Feed::from_reader(Dribble(Cursor::new(log.to_vec()), size), true);
    let totals = run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())
        .expect("a vector takes everything");
    (out, totals)
}

fn annotator(render: Arc<dyn Render>) -> Annotator {
    Annotator::new(Detector::built_in(), Some(render))
}

/// What has to come out, and how many lines are selected.
fn wanted(
    log: &[u8],
    render: &Arc<dyn Render>,
    wanted: LineSelection,
    numbers: bool,
) -> (Vec<u8>, u64) {
    let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
    let alone: Vec<(Vec<u8>, Totals)> =
        lines.iter().map(|line| pass(annotator(render.clone()), line, 1 << 20)).collect();
    let has_codes = |place: &usize| alone[*place].1.matched_lines > 0;
    let is_wanted = |place: &usize| has_codes(place) == (wanted.select != Select::WithoutCodes);
    let max = wanted.max.map_or(usize::MAX, |max| max as usize);
    let selected: Vec<usize> = (0..lines.len()).filter(is_wanted).take(max).collect();
    let is_full = selected.len() == max;
    let comes = |place: usize| match wanted.select {
        Select::All => !is_full || selected.last().is_some_and(|&last| place <= last),
        _ => {
            selected.iter().any(|&one| one <= place + wanted.before && place <= one + wanted.after)
        }
    };
    let (mut out, mut last) = (Vec::new(), None);
    for place in (0..lines.len()).filter(|&place| comes(place)) {
        let has_context = wanted.before + wanted.after > 0 && wanted.select != Select::All;
        if has_context && last.is_some_and(|last| last + 1 < place) {
            out.extend_from_slice(b"--\n");
        }
        let mark =
            if wanted.select == Select::All || selected.contains(&place) { ":" } else { "-" };
        for line in alone[place].0.split_inclusive(|&byte| byte == b'\n') {
            if numbers {
                out.extend_from_slice(format!("a.log{mark}{}{mark}", place + 1).as_bytes());
            }
            out.extend_from_slice(line);
        }
        last = Some(place);
    }
    (out, selected.len() as u64)
}

/// LineSelection with and without codes, some with those of an earlier run.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        2 => Just(b"imsdk code:6206".to_vec()),
        1 => Just(b"imsdk code:6206 [imerr 6206 sdk/account error: x]".to_vec()),
        5 => Just(b"plain".to_vec()),
        1 => Just(Vec::new()),
        2 => fragments::line(),
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

fn lines() -> impl Strategy<Value = LineSelection> {
    let select = prop_oneof![1 => Just(Select::All), 3 => Just(Select::WithCodes), 2 => Just(Select::WithoutCodes)];
    (select, 0..4usize, 0..4usize, proptest::option::of(0..4u64)).prop_map(
        |(select, before, after, max)| LineSelection {
            select,
            before,
            after,
            max,
            ..LineSelection::default()
        },
    )
}

proptest! {
    // Each case runs many logs of one line.
    #![proptest_config(ProptestConfig { cases: fragments::config().cases / 10, ..fragments::config() })]

    #[test]
    fn lines_come_out_as_in_a_whole_log(log in log(), lines in lines(), numbers: bool, size in 1..40usize, is_block: bool) {
        // What stands before lines takes room from blocks.
        let render: Arc<dyn Render> = match is_block && !numbers {
            false => Arc::new(Append::default()),
            true => Arc::new(Below::new(80).with_repeat(Repeat::Full)),
        };
        let named = annotator(render.clone()).with_inputs(Arc::new([Input::Path("a.log".into())])).with_lines(lines);
        let named = named.with_file_names(numbers).with_line_numbers(numbers);
        for size in [size, 1 << 20] {
            let (out, totals) = pass(named.clone(), &log, size);
            let (wanted, selected) = wanted(&log, &render, lines, numbers);
            prop_assert_eq!(out.escape_ascii().to_string(), wanted.escape_ascii().to_string());
            prop_assert_eq!(totals.selected_lines, selected);
        }
        let counting = Annotator::new(Detector::built_in(), None).with_lines(lines);
        prop_assert_eq!(pass(counting, &log, size).1.selected_lines, wanted(&log, &render, lines, false).1);
    }
}

#[test]
fn a_block_that_never_came_out_is_not_referred_to() {
    let log = b"imsdk code:6206 a\nimsdk code:6208 b\nimsdk code:6206 c\nplain\n";
    let below: Arc<dyn Render> = Arc::new(Below::new(80).with_repeat(Repeat::Short));
    let lines =
        LineSelection { select: Select::WithoutCodes, before: 1, ..LineSelection::default() };
    let out = String::from_utf8(pass(annotator(below).with_lines(lines), log, 1 << 20).0)
        .expect("the log is text");
    assert!(out.starts_with("imsdk code:6206 c\n") && out.contains("= help: "), "{out}");
}

#[test]
fn lines_of_earlier_blocks_are_no_lines_of_the_log() {
    let log = b"a\nimsdk code:6206\nb\nimsdk code:6208\nc\n";
    let below: Arc<dyn Render> = Arc::new(Below::new(80).with_repeat(Repeat::Full));
    let annotated = pass(annotator(below), log, 1 << 20).0;
    for lines in [
        LineSelection { select: Select::WithoutCodes, ..LineSelection::default() },
        LineSelection { before: 1, ..LineSelection::WITH_CODES },
        LineSelection { after: 1, ..LineSelection::WITH_CODES },
    ] {
        let append = annotator(Arc::new(Append::default())).with_lines(lines);
        let (again, first) =
            (pass(append.clone(), &annotated, 1 << 20), pass(append, log, 1 << 20));
        assert_eq!(again.0.escape_ascii().to_string(), first.0.escape_ascii().to_string());
        assert_eq!(again.1.selected_lines, first.1.selected_lines);
    }
}

#[cfg(feature = "parallel")]
#[test]
fn what_needs_order_comes_out_the_same_on_several_threads() {
    let log = "plain\nimsdk code:6206\n".repeat(100_000);
    let lines = LineSelection { after: 1, max: Some(30), ..LineSelection::WITH_CODES };
    let mut annotator = annotator(Arc::new(Append::default())).with_lines(lines);
    let wanted = pass(annotator.clone(), log.as_bytes(), 1 << 20).0;
    let mut feed = Feed::from_reader(Cursor::new(log.into_bytes()), true);
    let mut out = Vec::new();
    let interrupt = Interrupt::default();
    crate::pipeline::run_parallel(&mut feed, &mut annotator, &mut out, &mut (), &interrupt, 4)
        .expect("a vector takes everything");
    assert!(out == wanted && out.split(|&byte| byte == b'\n').count() == 61, "{}", out.len());
}

#[test]
fn very_long_lines_are_selected_but_stand_near_no_other_before_it() {
    let long = "x".repeat(LINE_LIMIT + 10);
    let log =
        format!("a\n{long}\nimsdk code:6206\n{long}\nb\nimsdk code:6206 {long}\nimsdk code:6206\n");
    let numbers = |select, before, after, max| {
        let lines = LineSelection { select, before, after, max, ..LineSelection::default() };
        let (out, totals) = pass(
            annotator(Arc::new(Append::default())).with_lines(lines).with_line_numbers(true),
            log.as_bytes(),
            1 << 20,
        );
        let starts = out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let starts =
            starts.map(|line| String::from_utf8_lossy(&line[..line.len().min(2)]).into_owned());
        (starts.collect::<Vec<_>>().join(" "), totals.selected_lines)
    };
    assert_eq!(numbers(Select::WithCodes, 0, 0, None), ("3: 6: 7:".to_string(), 3));
    assert_eq!(numbers(Select::WithCodes, 2, 0, None), ("3: -- 5- 6: 7:".to_string(), 3));
    assert_eq!(numbers(Select::WithCodes, 0, 1, Some(1)), ("3: 4-".to_string(), 1));
    assert_eq!(numbers(Select::WithoutCodes, 0, 0, None), ("1: 2: 4: 5:".to_string(), 4));
    assert_eq!(numbers(Select::WithoutCodes, 1, 0, Some(3)), ("1: 2: 3- 4:".to_string(), 3));
    assert_eq!(numbers(Select::All, 0, 0, Some(2)), ("1: 2: 3: 4: 5: 6:".to_string(), 2));
}
