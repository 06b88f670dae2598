#![no_main]
//! What CI systems and the readers of documents get: no line of a log and no file name is a
//! command, and every document is well-formed.

use std::ffi::OsString;
use std::io::Write;
use std::sync::Arc;

use imerr::annotate::Annotator;
use imerr::input::{Block, FileError};
use imerr::pipeline::Observer;
use imerr::report::{
    Azure, CommandFilter, CsvTable, FilteredReport, Github, Gitlab, JsonCommandFilter, JsonTable,
    Junit, Markdown, Report, ReportData, Sarif, StopCommands, Summary, Teamcity,
};
use imerr::stages::OccurrenceTimes;
use imerr::stats::{BlockOutcome, OccurrenceRecorder, RunStats};
use imerr::terminal::{Styles, Theme, neutralize_ci_commands};
use imerr::timestamp::TimestampReader;
use imerr_fuzz::{
    FRAGMENTS, HOSTILE_PIECES, Input, SETUPS, assert_same, formats, is_decoded, lines_of, observe,
    run_whole,
};
use jiff::civil::date;
use jiff::tz::TimeZone;

imerr_fuzz::target!(run, &[&HOSTILE_PIECES[..], &FRAGMENTS, CODES]);

const CODES: &[&str] =
    &["imsdk code:6206", "imsdk error_code:-10113", "imsdk error_code:6707", "\n"];

/// What Azure Pipelines and TeamCity run or format from anywhere in a line.
const COMMANDS: [&str; 3] = ["##vso[", "##teamcity[", "##["];

fn run(mut input: Input) {
    let check =
        input.choose(&[filters_break_commands, names_are_no_commands, documents_are_well_formed]);
    let (choice, size) = (input.byte(), 1 + usize::from(input.byte() % 16));
    check(choice, size, input.rest());
}

fn filters_break_commands(choice: u8, size: usize, text: &[u8]) {
    // With annotations or without them.
    let text = match formats().get(usize::from(choice)) {
        Some(format) if !is_decoded(text) => run_whole(SETUPS[1].annotator(format), text),
        _ => text.to_vec(),
    };
    let whole = filtered(&text, usize::MAX);
    assert_same(&filtered(&text, size), &whole, "writes do not show in filtered text");
    assert_no_command(&whole);
    // All that is added are the blanks, and a line end if the last line has none.
    let terminated = text.is_empty() || text.ends_with(b"\n");
    let wanted = if terminated { text.clone() } else { [&text[..], b"\n"].concat() };
    assert_same(&broken(&wanted), &whole, "the filter only inserts blanks");

    let mut out = StopCommands::new(Vec::new(), "0123456789abcdef").expect("a good token");
    out.write_all(&text).expect("a vector takes all bytes");
    let stopped = out.finish().expect("a vector takes all bytes");
    let lines: Vec<&[u8]> = lines_of(&stopped).collect();
    assert_eq!(lines.first(), Some(&&b"::stop-commands::0123456789abcdef\n"[..]));
    assert_eq!(lines.last(), Some(&&b"::0123456789abcdef::\n"[..]));
}

/// The output of the filter for writes of at most `size` bytes.
fn filtered(text: &[u8], size: usize) -> Vec<u8> {
    let mut out = CommandFilter::new(Vec::new());
    for piece in text.chunks(size) {
        out.write_all(piece).expect("a vector takes all bytes");
    }
    out.finish().expect("a vector takes all bytes")
}

/// Breaks commands one after the other, byte by byte.
fn broken(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in text {
        let is_command = |command: &&str| out.ends_with(&command.as_bytes()[..command.len() - 1]);
        if byte == b'[' && COMMANDS.iter().any(is_command) {
            out.push(b' ');
        }
        out.push(byte);
    }
    out
}

fn assert_no_command(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for command in COMMANDS {
        assert!(!text.contains(command), "{text:?} has {command}");
    }
}

fn names_are_no_commands(_choice: u8, size: usize, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let neutral = neutralize_ci_commands(&text);
    assert_no_command(neutral.as_bytes());
    for line in neutral.split(['\n', '\r']) {
        assert!(!line.trim_start().starts_with("::"), "{line:?} is a command of GitHub");
    }
    assert_eq!(neutralize_ci_commands(&neutral), neutral, "a neutral text stays as it is");

    let json = serde_json::to_string(&text).expect("a text is JSON");
    let mut out = Vec::new();
    let mut filter = JsonCommandFilter::new(&mut out);
    for piece in json.as_bytes().chunks(size) {
        filter.write_all(piece).expect("a vector takes all bytes");
    }
    assert_no_command(&out);
    assert_eq!(serde_json::from_slice::<String>(&out).expect("JSON"), text, "the data is the same");
}

/// The statistics of a run over one log.
struct Counter {
    stats: RunStats,
    times: OccurrenceTimes,
}

impl Observer for Counter {
    fn file_failed(&mut self, _input: &imerr::input::Input, error: &FileError) {
        panic!("a log in memory can be read: {error}");
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        self.times.set_times(block, &mut outcome.occurrences);
        self.stats.add(block.file, outcome, SETUPS[0].detector.catalog());
    }
}

fn stats(log: &[u8]) -> RunStats {
    let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC);
    let reader = TimestampReader::new(&now.expect("UTC has every time"));
    let times = OccurrenceTimes::new(Arc::new(reader));
    let mut counter = Counter { stats: RunStats::new(100, Arc::default()), times };
    let annotator = Annotator::new(SETUPS[0].detector.clone(), None);
    let annotator = annotator.with_recorder(Some(OccurrenceRecorder { excerpts: true }));
    observe(annotator, log, usize::MAX, &mut counter);
    counter.stats
}

/// The name of the file is the first line of the text, and the log is the rest.
fn documents_are_well_formed(choice: u8, _size: usize, text: &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let (name, log) = text.split_at(end);
    let log = log.strip_prefix(b"\n").unwrap_or(log);
    if is_decoded(log) {
        return;
    }
    let files = [OsString::from(String::from_utf8_lossy(name).into_owned())];
    let stats = stats(log);
    let catalog = SETUPS[0].detector.catalog();
    let data = ReportData { catalog, files: &files, stats: &stats, diagnosis: None };
    let width = usize::from(choice);
    let styles = if choice % 2 == 1 { Styles::colored(Theme::auto()) } else { Styles::default() };
    let summary = Summary { width, styles, ascii: choice % 4 < 2, max_causes: 5, ..Summary::PLAIN };
    let jsons: [(Box<dyn Report>, bool); 3] =
        [(Box::new(Sarif), true), (Box::new(Gitlab), true), (Box::new(JsonTable), true)];
    for (report, is_json) in jsons {
        let filtered = document(&FilteredReport::new(report, is_json), &data);
        assert_no_command(filtered.as_bytes());
        serde_json::from_str::<serde_json::Value>(&filtered).expect("the document is JSON");
    }
    let texts: [Box<dyn Report>; 4] =
        [Box::new(Junit), Box::new(Markdown), Box::new(CsvTable), Box::new(summary)];
    for report in texts {
        let filtered = document(&FilteredReport::new(report, false), &data);
        assert_no_command(filtered.as_bytes());
    }
    let junit = document(&Junit, &data);
    roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error}: {junit}"));
    for record in csv::Reader::from_reader(document(&CsvTable, &data).as_bytes()).records() {
        record.expect("a record has as many fields as the header");
    }
    for (report, start) in [(&Github as &dyn Report, "::"), (&Azure, "##vso[task.logissue ")] {
        // The first command of a line takes all of the line.
        let document = document(report, &data);
        for line in document.split(['\n', '\r']).filter(|line| !line.is_empty()) {
            assert!(line.starts_with(start), "{line:?} is no command of ours");
        }
    }
    for line in document(&Teamcity, &data).lines() {
        assert!(line.starts_with("##teamcity[message "), "{line:?} is no message of ours");
        assert_no_command(&line.as_bytes()[1..]);
    }
}

fn document(report: &dyn Report, data: &ReportData<'_>) -> String {
    let mut out = Vec::new();
    report.write(data, &mut out).expect("a vector takes all bytes");
    String::from_utf8(out).expect("documents are UTF-8")
}
