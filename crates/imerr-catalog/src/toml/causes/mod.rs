//! Reads files with causes.

mod check;
mod samples;

use std::time::Duration;

pub use check::check_causes;
use samples::read_sample;
use serde::Deserialize;
use toml::de::DeTable;

use super::document::Document;
use super::table::Table;
use super::validate::{check_prose, is_address, is_slug};
use crate::causes::{
    Cause, CauseFile, CauseTexts, Codes, Event, EventRef, Evidence, Starts, Storm, parse_span,
};
use crate::{CodeRange, Diagnostic, Entry, Kind, Span};

/// The kinds of table in a file with causes.
pub(super) const KINDS: [&str; 2] = ["event", "cause"];

/// The fields of a cause that are tables or have a form of their own.
const OTHERS: [&str; 9] =
    ["starts", "leads_to", "before", "ends", "storm", "recurs", "meaning", "zh", "sample"];

/// Reads the causes `text` of the file `path`.
///
/// Fails with every problem of the file, in file order.
pub fn read_causes(path: &str, text: &str) -> Result<CauseFile, Vec<Diagnostic>> {
    let document = Document::new(path, text);
    let file = causes_of(&document, &document.parse());
    document.finish(file)
}

/// The causes of a parsed file. Problems become diagnostics of the document.
pub(super) fn causes_of<'t>(document: &Document<'t>, top: &DeTable<'t>) -> CauseFile {
    let top = Table::top(document, top);
    top.check_fields(&[], &KINDS);
    let mut file = CauseFile { path: document.path().to_string(), ..CauseFile::default() };
    for table in top.tables("event") {
        file.events.extend(read_event(&table));
    }
    for table in top.tables("cause") {
        file.causes.extend(read_cause(&table));
    }
    check_limits(document, &file);
    file
}

fn check_limits(document: &Document<'_>, file: &CauseFile) {
    let literals: usize = file.events.iter().map(|event| event.any.len()).sum();
    let mut texts: Vec<&String> = file.causes.iter().flat_map(|one| &one.starts.text).collect();
    texts.sort();
    texts.dedup();
    let counts = [
        ("literals of events", literals, Event::LITERAL_LIMIT),
        ("causes", file.causes.len(), Cause::LIMIT),
        ("literals of starts.text", texts.len(), Cause::TEXT_LIMIT),
    ];
    for (kind, count, limit) in counts {
        if count > limit {
            document.report(0..0, format!("{count} {kind} are too many; the limit is {limit}"));
        }
    }
}

fn read_event(table: &Table<'_, '_>) -> Option<Event> {
    #[derive(Deserialize)]
    struct Fields {
        name: String,
        title: Option<String>,
        any: Vec<String>,
    }
    let Fields { name, title, any } = table.read(&["zh"])?;
    check_name(table, &name);
    let [en, zh] = event_titles(table, &name, title);
    if any.is_empty() {
        table.report("an event needs a literal in any");
    }
    for literal in &any {
        let min = Event::LITERAL_MIN;
        if literal.len() < min {
            table.report_field("any", format!("'{literal}' must have at least {min} bytes"));
        }
        if literal.contains('\n') {
            table.report_field("any", "a literal is a part of one line");
        }
    }
    Some(Event { name, en, zh, any, span: table.span_of("name") })
}

/// The titles of an event in English and Chinese. Without a title, an event is called by its name.
fn event_titles(table: &Table<'_, '_>, name: &str, title: Option<String>) -> [String; 2] {
    #[derive(Deserialize)]
    struct Fields {
        title: String,
    }
    if let Some(title) = &title {
        check_prose(table, "title", title, Event::TITLE_LIMIT);
    }
    let en = title.unwrap_or_else(|| name.to_string());
    let Some(table) = table.table("zh") else { return [en.clone(), en] };
    let Some(Fields { title }) = table.read(&[]) else { return [en.clone(), en] };
    check_prose(&table, "title", &title, Event::TITLE_LIMIT);
    [en, title]
}

fn check_name(table: &Table<'_, '_>, name: &str) {
    if !name.is_empty() && !is_slug(name) {
        table.report_field("name", "name must have lower-case letters, digits and '-' only");
    }
}

/// The fields of a cause that are neither tables nor have a form of their own.
#[derive(Deserialize)]
struct CauseFields {
    name: String,
    rank: i64,
    fault: Option<bool>,
    blocks: Option<bool>,
    title: String,
    fix: String,
    verify: String,
    evidence: Evidence,
    source: String,
    quiet: String,
}

fn read_cause(table: &Table<'_, '_>) -> Option<Cause> {
    let fields: CauseFields = table.read(&OTHERS)?;
    check_fields(table, &fields);
    let [storm, recurs] = ["storm", "recurs"].map(|name| table.table(name));
    let en = CauseTexts {
        title: fields.title,
        fix: fields.fix,
        verify: fields.verify,
        storm: storm.as_ref().and_then(|table| table.field("note")),
        recurs: recurs.as_ref().and_then(|table| table.field("note")),
    };
    check_texts(table, &en);
    Some(Cause {
        name: fields.name,
        rank: fields.rank,
        fault: fields.fault.unwrap_or(false),
        blocks: fields.blocks.unwrap_or(false),
        zh: read_translation(table, &en),
        en,
        evidence: fields.evidence,
        source: fields.source,
        quiet: span_of_time(table, "quiet", &fields.quiet),
        starts: read_starts(table),
        leads_to: table.table("leads_to").map(|one| read_codes(&one, &[])).unwrap_or_default(),
        before: table.table("before").and_then(|one| read_before(&one)),
        ends: table.table("ends").map(|one| read_ends(&one)).unwrap_or_default(),
        storm: storm.and_then(|table| read_storm(&table)),
        recurs: recurs.and_then(|table| read_recurs(&table)),
        meanings: read_meanings(table),
        samples: table.tables("sample").iter().filter_map(read_sample).collect(),
        span: table.span_of("name"),
    })
}

fn check_fields(table: &Table<'_, '_>, fields: &CauseFields) {
    check_name(table, &fields.name);
    if !Cause::RANKS.contains(&fields.rank) {
        table.report_field("rank", "rank must be 1 to 99");
    }
    if fields.fault.is_none() {
        table.report("fault is missing: whether something is broken, true or false");
    }
    if !fields.source.is_empty() && !is_address(&fields.source) {
        table.report_field("source", "source must be the address of a page");
    }
}

fn check_texts(table: &Table<'_, '_>, texts: &CauseTexts) {
    check_prose(table, "title", &texts.title, Cause::TITLE_LIMIT);
    if texts.title.ends_with(['.', '。']) {
        table.report_field("title", "title must not end with a full stop");
    }
    check_prose(table, "fix", &texts.fix, Entry::TEXT_LIMIT);
    check_prose(table, "verify", &texts.verify, Entry::TEXT_LIMIT);
    for (field, note) in [("storm", &texts.storm), ("recurs", &texts.recurs)] {
        if let Some(note) = note {
            check_prose(table, field, note, Entry::TEXT_LIMIT);
        }
    }
}

/// The texts in Chinese, which must be all that there are in English.
fn read_translation(table: &Table<'_, '_>, en: &CauseTexts) -> CauseTexts {
    #[derive(Deserialize)]
    struct Fields {
        title: String,
        fix: String,
        verify: String,
        storm: Option<String>,
        recurs: Option<String>,
    }
    let Some(zh) = table.table("zh") else {
        if !table.has("zh") {
            table.report("zh is missing: the texts in Chinese");
        }
        return CauseTexts::default();
    };
    let Some(fields) = zh.read::<Fields>(&[]) else { return CauseTexts::default() };
    let Fields { title, fix, verify, storm, recurs } = fields;
    let texts = CauseTexts { title, fix, verify, storm, recurs };
    check_texts(&zh, &texts);
    let notes = [("storm", &en.storm, &texts.storm), ("recurs", &en.recurs, &texts.recurs)];
    for (field, english, chinese) in notes {
        if english.is_some() && chinese.is_none() {
            zh.report(format!("{field} is missing: the note in Chinese"));
        }
    }
    texts
}

/// The span of time in a field that was read as `text`.
fn span_of_time(table: &Table<'_, '_>, field: &str, text: &str) -> Duration {
    let span = parse_span(text);
    // A missing field is reported already.
    if span.is_none() && !text.is_empty() {
        let message = format!("{field} must be a span such as 10s, 2m or 1h");
        table.report_field(field, message);
    }
    span.unwrap_or(Duration::from_secs(1))
}

fn read_starts(cause: &Table<'_, '_>) -> Starts {
    #[derive(Deserialize)]
    struct Fields {
        text: Vec<String>,
        at_least: Option<i64>,
        within: Option<String>,
    }
    const FIELDS: [&str; 5] = ["text", "at_least", "within", "after", "without"];
    let Some(table) = cause.table("starts") else {
        if !cause.has("starts") {
            cause.report("starts is missing: the codes and events that start an incident");
        }
        return Starts::default();
    };
    let codes = read_codes(&table, &[FIELDS.as_slice(), &["events"]].concat());
    let Some(fields) =
        table.read::<Fields>(&["codes", "ranges", "kinds", "events", "after", "without"])
    else {
        return Starts::default();
    };
    let events = event_refs(&table, "events");
    if codes.is_empty() && events.is_empty() {
        table.report("starts needs codes, ranges, kinds or events");
    }
    let at_least = fields.at_least.unwrap_or(1);
    if !(1..=1000).contains(&at_least) {
        table.report_field("at_least", "at_least must be 1 to 1000");
    }
    for text in &fields.text {
        if text.len() < 3 {
            table.report_field("text", format!("'{text}' must have at least 3 bytes"));
        }
    }
    Starts {
        codes,
        events,
        text: fields.text,
        at_least: at_least.max(1).unsigned_abs(),
        within: fields.within.map(|text| span_of_time(&table, "within", &text)),
        after: table.table("after").and_then(|one| read_after(&one)),
        without: event_refs(&table, "without"),
    }
}

fn read_after(table: &Table<'_, '_>) -> Option<(EventRef, Duration)> {
    #[derive(Deserialize)]
    struct Fields {
        event: String,
        within: String,
    }
    let Fields { event, within } = table.read(&[])?;
    let event = EventRef { name: event, span: table.span_of("event") };
    Some((event, span_of_time(table, "within", &within)))
}

/// The codes, ranges and kinds of a table, which may have fields in `others` too.
fn read_codes(table: &Table<'_, '_>, others: &[&str]) -> Codes {
    #[derive(Deserialize)]
    struct Fields {
        codes: Vec<i64>,
        ranges: Vec<Vec<i64>>,
        kinds: Vec<Kind>,
    }
    let Some(Fields { codes, ranges, kinds }) = table.read(others) else { return Codes::default() };
    let mut all = Vec::new();
    for (code, span) in codes.into_iter().zip(table.item_spans("codes")) {
        all.push((CodeRange::one(code), span));
    }
    for (bounds, span) in ranges.iter().zip(table.item_spans("ranges")) {
        match bounds[..] {
            [first, last] if first < last => all.push((CodeRange { first, last }, span)),
            _ => table.report_field("ranges", "a range must be [FIRST, LAST]"),
        }
    }
    Codes { ranges: all, kinds }
}

/// `before = { codes = [9512], within = "5s" }`
fn read_before(table: &Table<'_, '_>) -> Option<(Codes, Duration)> {
    #[derive(Deserialize)]
    struct Fields {
        within: String,
    }
    let codes = read_codes(table, &["within"]);
    let fields: Fields = table.read(&["codes", "ranges", "kinds"])?;
    if codes.is_empty() {
        table.report("before needs codes, ranges or kinds");
    }
    Some((codes, span_of_time(table, "within", &fields.within)))
}

fn read_ends(table: &Table<'_, '_>) -> Vec<EventRef> {
    table.check_fields(&["events"], &[]);
    event_refs(table, "events")
}

fn event_refs<'v>(table: &Table<'v, '_>, field: &'v str) -> Vec<EventRef> {
    let names = table.spanned_texts(field).into_iter();
    names.map(|(name, span)| EventRef { name: name.into_owned(), span }).collect()
}

fn read_storm(table: &Table<'_, '_>) -> Option<Storm> {
    #[derive(Deserialize)]
    struct Fields {
        at_least: i64,
        within: String,
        #[allow(dead_code, reason = "the note is one of the texts")]
        note: String,
    }
    let fields: Fields = table.read(&[])?;
    if fields.at_least < 2 {
        table.report_field("at_least", "a storm has at least 2 attempts");
    }
    let within = span_of_time(table, "within", &fields.within);
    Some(Storm { at_least: fields.at_least.max(2).unsigned_abs(), within })
}

fn read_recurs(table: &Table<'_, '_>) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Fields {
        within: String,
        #[allow(dead_code, reason = "the note is one of the texts")]
        note: String,
    }
    let fields: Fields = table.read(&[])?;
    Some(span_of_time(table, "within", &fields.within))
}

/// `meaning = { 70001 = "server", 6206 = ["sdk", "sdk-v3"] }`
fn read_meanings(cause: &Table<'_, '_>) -> Vec<(i64, Vec<String>, Span)> {
    let Some(table) = cause.table("meaning") else { return Vec::new() };
    let mut meanings = Vec::new();
    for (code, name) in codes_of_keys(&table) {
        let systems = match table.raw_text(name) {
            Some(system) => vec![system.to_string()],
            None => table.field(name).unwrap_or_default(),
        };
        meanings.push((code, systems, table.span_of(name)));
    }
    meanings
}

/// The keys of a table that are codes.
fn codes_of_keys<'v>(table: &Table<'v, '_>) -> Vec<(i64, &'v str)> {
    let mut codes = Vec::new();
    for name in table.names() {
        match name.parse() {
            Ok(code) => codes.push((code, name)),
            Err(_) => table.report_field(name, format!("'{name}' is no code")),
        }
    }
    codes
}
