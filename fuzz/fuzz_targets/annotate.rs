#![no_main]
//! Annotating and stripping, in every format: nothing is lost, twice is once, a line has one
//! verdict, and how the log is cut into reads does not show.

use std::sync::Arc;

use imerr::annotate::{LineSelection, Select};
use imerr::detect::{Finding, Scratch};
use imerr::format::Render;
use imerr::terminal::escape_controls;
use imerr_fuzz::{
    ANNOTATION_PIECES, FRAGMENTS, Input, SETUPS, Setup, assert_same, formats, is_decoded,
    is_stateful, lines_of, record_formats, run_in_pieces, run_whole,
};

imerr_fuzz::target!(run, &[&FRAGMENTS[..], ANNOTATION_PIECES]);

/// A log and how it is annotated.
struct Case<'d> {
    setup: &'static Setup,
    format: &'static Arc<dyn Render>,
    log: &'d [u8],
    /// The most bytes per read.
    size: usize,
    /// What is left for the check to choose by.
    choice: u8,
}

const CHECKS: [fn(&Case); 10] = [
    nothing_is_lost,
    annotating_twice_is_annotating_once,
    reads_do_not_show,
    a_line_has_one_verdict,
    formats_can_be_stacked,
    escaped_controls_are_harmless,
    selections_do_not_depend_on_reads,
    records_are_well_formed,
    explanations_agree_with_findings,
    stripping_ignores_reads,
];

const SIZES: [usize; 8] = [1, 2, 3, 5, 7, 16, 64, 1000];

fn run(mut input: Input) {
    let setup = input.choose(&SETUPS[..]);
    let format = input.choose(formats());
    let check = input.choose(&CHECKS);
    let size = *input.choose(&SIZES);
    let choice = input.byte();
    let log = input.rest();
    if !is_decoded(log) {
        check(&Case { setup, format, log, size, choice });
    }
}

impl Case<'_> {
    fn annotated(&self) -> Vec<u8> {
        run_whole(self.setup.annotator(self.format), self.log)
    }

    fn stripped(&self, log: &[u8]) -> Vec<u8> {
        run_whole(self.setup.stripper(), log)
    }

    /// Whether the log has no annotations yet, as far as stripping can see.
    fn is_original(&self) -> bool {
        self.stripped(self.log) == self.log
    }
}

fn nothing_is_lost(case: &Case) {
    if case.is_original() {
        assert_same(&case.stripped(&case.annotated()), case.log, "strip restores the log");
    }
}

fn annotating_twice_is_annotating_once(case: &Case) {
    if case.is_original() {
        let once = case.annotated();
        let twice = run_whole(case.setup.annotator(case.format), &once);
        assert_same(&twice, &once, "annotating twice is annotating once");
    }
}

fn reads_do_not_show(case: &Case) {
    let annotator = || case.setup.annotator(case.format).with_file_names(case.choice % 2 == 1);
    let whole = run_whole(annotator(), case.log);
    assert_same(&run_in_pieces(annotator(), case.log, case.size), &whole, "reads do not show");
}

fn stripping_ignores_reads(case: &Case) {
    let annotated = case.annotated();
    let pieces = run_in_pieces(case.setup.stripper(), &annotated, case.size);
    assert_same(&pieces, &case.stripped(&annotated), "reads do not show in a stripped log");
}

fn a_line_has_one_verdict(case: &Case) {
    if is_stateful(case.format) || lines_of(case.log).any(is_decoded) {
        return;
    }
    let mut alone = Vec::new();
    for line in lines_of(case.log) {
        alone.extend(run_whole(case.setup.annotator(case.format), line));
    }
    assert_same(&alone, &case.annotated(), "a line alone has the same output");
}

/// The lines that `below` inserts are no lines of the log for any format.
fn formats_can_be_stacked(case: &Case) {
    if !case.is_original() {
        return;
    }
    let all = formats();
    let first = &all[usize::from(case.choice) % all.len()];
    // Only `below` leaves the lines of the log as they are.
    if first.properties().replaces_previous {
        let below = run_whole(case.setup.annotator(first), case.log);
        let both = run_whole(case.setup.annotator(case.format), &below);
        assert_same(&case.stripped(&both), case.log, "strip removes two formats");
    }
}

fn escaped_controls_are_harmless(case: &Case) {
    let annotator = case.setup.annotator(case.format).with_escaped_controls(true);
    let shown = run_in_pieces(annotator, case.log, case.size);
    // Nothing is left to escape but our own links.
    let shown = String::from_utf8_lossy(&shown).replace("\x1b]8;;", "").replace("\x1b\\", "");
    assert_same(&escape_controls(shown.as_bytes()), shown.as_bytes(), "controls are escaped");
    if case.is_original() {
        let stripper = || case.setup.stripper().with_escaped_controls(true);
        let stripped = run_whole(stripper(), &case.annotated());
        assert_same(&stripped, &run_whole(stripper(), case.log), "strip escapes the original");
    }
}

fn selections_do_not_depend_on_reads(case: &Case) {
    let mut selection = LineSelection::default();
    selection.select = [Select::WithCodes, Select::WithoutCodes][usize::from(case.choice % 2)];
    selection.before = usize::from(case.choice / 2 % 4);
    selection.after = usize::from(case.choice / 8 % 4);
    selection.max = Some(u64::from(case.choice / 32)).filter(|max| *max > 0);
    let annotator = || case.setup.annotator(case.format).with_line_selection(selection);
    let whole = run_whole(annotator(), case.log);
    let pieces = run_in_pieces(annotator(), case.log, case.size);
    assert_same(&pieces, &whole, "reads do not show in selected lines");
}

fn records_are_well_formed(case: &Case) {
    let formats = record_formats();
    let index = usize::from(case.choice) % formats.len();
    let records = run_whole(case.setup.annotator(&formats[index]), case.log);
    let pieces = run_in_pieces(case.setup.annotator(&formats[index]), case.log, case.size);
    assert_same(&pieces, &records, "reads do not show in records");
    match index {
        0 if case.is_original() => check_jsonl(&records, case),
        // Positions are those of the lines without the annotations of earlier runs.
        0 => {}
        1 => {
            for record in lines_of(&records) {
                serde_json::from_slice::<serde_json::Value>(record).expect("rdjsonl is JSON");
            }
        }
        4 => {
            let answers = lines_of(&records).map(|record| {
                serde_json::from_slice::<serde_json::Value>(record).expect("rsyslog is JSON");
            });
            assert_eq!(answers.count(), lines_of(case.log).count(), "each line has an answer");
        }
        _ => {
            let mut reader = csv::Reader::from_reader(&records[..]);
            for record in reader.records() {
                record.expect("a record has as many fields as the header");
            }
        }
    }
}

/// Each record has the position of its code in the log.
fn check_jsonl(records: &[u8], case: &Case) {
    let (log, catalog) = (case.log, case.setup.detector.catalog());
    for record in lines_of(records) {
        let record: serde_json::Value = serde_json::from_slice(record).expect("jsonl is JSON");
        if record["type"] != "match" {
            continue;
        }
        let number = |key: &str| record[key].as_u64().expect("a position is a number") as usize;
        let code = record["code"].as_i64().expect("a code is a number");
        let line = &log[number("offset")..];
        let spelled = String::from_utf8_lossy(&line[number("start")..number("end")]);
        // An entry may have several names, of which the record has the first one.
        let mut entries = catalog.entries_for_code(code);
        let is_name = entries.any(|entry| entry.names.iter().any(|name| **name == spelled));
        assert!(is_name || spelled.parse() == Ok(code), "{spelled} is not {code}");
        let before = &log[..number("offset")];
        assert_eq!(lines_of(before).count() + 1, number("line"), "the number of the line");
    }
}

fn explanations_agree_with_findings(case: &Case) {
    let detector = &case.setup.detector;
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    for line in case.log.split(|&byte| byte == b'\n') {
        detector.detect(line, &mut scratch, &mut found);
        let explained: Vec<Finding> =
            detector.explain(line).filter_map(|one| one.finding).collect();
        assert_eq!(explained, found, "{}", line.escape_ascii());
    }
}
