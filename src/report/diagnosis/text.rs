//! `DiagnosisText`: a diagnosis on one screen. The verdict comes first, then a timeline of the
//! incidents, then what is not explained.

use std::io::{self, Write};

use super::parts::{
    self, ending, incident_note, is_in_verdict, named_signals, place, seconds, short, words,
};
use crate::diagnose::{Diagnosis, Incident, NotExplained, Verdict};
use crate::report::model::phrases::headline;
use crate::report::page::{Page, TextStyle, wrapped};
use crate::report::{Report, ReportData};
use crate::terminal::{Styles, escape_name, fitted, padded, width};
use crate::timestamp::LocalTimestamp;

/// A diagnosis for people, on one screen.
#[derive(Clone, Debug)]
pub struct DiagnosisText {
    /// The columns of the terminal.
    pub width: usize,
    /// The colors, which are those of annotations.
    pub styles: Styles,
    /// Whether marks are ASCII.
    pub ascii: bool,
    /// The most incidents in the timeline. If there are more, those of one cause share a line, and
    /// this limits the lines.
    pub max_incidents: usize,
    /// The most rows. If all of it needs more, it has less about each code and incident, and then
    /// fewer incidents.
    pub max_rows: usize,
}

/// How much of a diagnosis is written.
#[derive(Clone, Copy)]
struct Extent {
    /// The most incidents, or lines of incidents of one cause.
    incidents: usize,
    /// Whether there is how each incident began and ended, and whose it is.
    has_details: bool,
    /// Whether there are the meanings of codes that are not explained.
    has_meanings: bool,
}

/// The most codes that are not explained.
const MAX_CODES: usize = 5;
/// The same without their meanings.
const MAX_NAMED_CODES: usize = 3;
/// The least incidents, if the rows are limited.
const MIN_INCIDENTS: usize = 3;
/// The most columns of a place in a timeline without details.
const SHORT_PLACE: usize = 18;
/// The least columns for what happened in a table of incidents, unless all of it needs less.
const MIN_WHAT_COLUMNS: usize = 36;
/// The blanks between columns.
const GAP: usize = 2;
/// The mark of the row that the verdict is about.
const MARK: &str = "> ";
/// The indent of the lines below the verdict.
const INDENT: usize = 2;

impl DiagnosisText {
    /// The usual [`DiagnosisText::max_incidents`] for a terminal.
    pub const LIMIT: usize = 8;
    /// All incidents, without color, in 100 columns.
    pub const PLAIN: Self = Self {
        width: 100,
        styles: Styles::PLAIN,
        ascii: false,
        max_incidents: usize::MAX,
        max_rows: usize::MAX,
    };

    fn page(&self, data: &ReportData<'_>) -> Page {
        Page::new(self.width, self.ascii, &self.styles, data.words())
    }

    /// The page with the largest extent that fits into the rows.
    fn fitting_page(&self, diagnosis: &Diagnosis, data: &ReportData<'_>) -> Page {
        let incidents = self.max_incidents;
        let mut extents = vec![Extent { incidents, has_details: true, has_meanings: true }];
        if self.max_rows < usize::MAX {
            let most = incidents.min(diagnosis.incidents.len()).min(self.max_rows);
            let most = most.max(MIN_INCIDENTS);
            extents.push(Extent { incidents, has_details: true, has_meanings: false });
            for incidents in (MIN_INCIDENTS..=most).rev() {
                extents.push(Extent { incidents, has_details: false, has_meanings: false });
            }
        }
        let mut page = self.page(data);
        for extent in extents {
            page = self.page(data);
            write_diagnosis(diagnosis, extent, data, &mut page);
            if page.rows() <= self.max_rows {
                break;
            }
        }
        page
    }
}

impl Report for DiagnosisText {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut page = self.page(data);
        match data.diagnosis {
            Some(diagnosis) if diagnosis.findings > 0 || !diagnosis.incidents.is_empty() => {
                page = self.fitting_page(diagnosis, data);
            }
            _ => page.indented(0, TextStyle::Bold, &wrapped(&headline(data), page.width)),
        }
        out.write_all(page.text.as_bytes())
    }
}

fn write_diagnosis(diagnosis: &Diagnosis, extent: Extent, data: &ReportData<'_>, page: &mut Page) {
    match &diagnosis.verdict {
        Some(verdict) => write_verdict(verdict, diagnosis, data, page),
        None => {
            let text = words(data).no_incident(diagnosis.findings);
            page.indented(0, TextStyle::Bold, &wrapped(&text, page.width));
        }
    }
    if diagnosis.incidents.len() > 1 || diagnosis.verdict.is_some() {
        page.end_line();
        write_timeline(diagnosis, extent, data, page);
    }
    write_not_explained(diagnosis, extent, data, page);
    if diagnosis.is_coarse {
        page.indented(0, TextStyle::Dim, &wrapped(words(data).is_coarse(), page.width));
    }
    // The timeline names the option if it lacks an incident.
    if !extent.has_meanings && diagnosis.incidents.len() <= extent.incidents {
        page.line(TextStyle::Dim, words(data).more_details());
    }
}

fn write_verdict(verdict: &Verdict, diagnosis: &Diagnosis, data: &ReportData<'_>, page: &mut Page) {
    let text = parts::verdict(verdict, diagnosis, data);
    page.indented(0, TextStyle::Bold, &wrapped(&text, page.width));
    let texts = diagnosis.causes[verdict.count.cause].texts(data.catalog.lang());
    let labels = words(data).labels();
    let columns = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    for (label, text) in labels.into_iter().zip([&texts.fix, &texts.verify]) {
        let label = padded(&format!("{label}{}", data.words().colon().trim_end()), columns + 2);
        let lines = wrapped(text, page.width - INDENT - width(&label));
        page.labeled(INDENT, TextStyle::Fix, &label, &lines);
    }
    let incident = &diagnosis.incidents[verdict.count.incident];
    for one in &incident.known {
        let text = words(data).seen_before(&one.ticket, one.note.as_deref());
        let lines = wrapped(&escape_name(&text), page.width - INDENT);
        page.indented(INDENT, TextStyle::Plain, &lines);
    }
}

/// A line of the timeline and the line below it.
struct Row {
    when: String,
    what: String,
    /// Whose incident it is, if it has details.
    whose: String,
    place: String,
    /// The text below it; empty for none.
    details: String,
    /// Whether the verdict is about it.
    is_in_verdict: bool,
}

impl Row {
    /// The mark of the row that the verdict is about, in this number of columns.
    fn mark(&self, columns: usize) -> String {
        padded(if self.is_in_verdict { MARK } else { "" }, columns)
    }

    /// What happened and to whom, in one line.
    fn title(&self, data: &ReportData<'_>) -> String {
        if self.whose.is_empty() {
            return self.what.clone();
        }
        format!("{}{}", self.what, data.words().parenthesis(&self.whose))
    }

    /// The row without details.
    fn shortened(self, incidents: &[&Incident], has_years: bool, data: &ReportData<'_>) -> Self {
        let first = &incidents[0].first;
        // The verdict names the file if it is the only one.
        let place = match data.files.len() {
            1 => data.words().line(first.line),
            _ => fitted(&place(first, data), SHORT_PLACE, "..."),
        };
        let whose = if incidents.len() > 1 { self.whose } else { String::new() };
        let when = when(incidents[0], None, has_years);
        Self { when, whose, place, details: String::new(), ..self }
    }

    /// The lines for what happened, in these columns, and the text below them. Whose it is belongs to
    /// that text if it would need another line.
    fn lines(&self, columns: usize, data: &ReportData<'_>) -> (Vec<String>, String) {
        let lines = wrapped(&self.title(data), columns);
        let without = wrapped(&self.what, columns);
        if lines.len() == without.len() {
            return (lines, self.details.clone());
        }
        if self.details.is_empty() {
            return (without, String::new());
        }
        (without, format!("{}{}{}", self.whose, words(data).semicolon(), self.details))
    }
}

fn write_timeline(diagnosis: &Diagnosis, extent: Extent, data: &ReportData<'_>, page: &mut Page) {
    let (rows, left_out) = rows(diagnosis, extent, data);
    let is_marked = rows.iter().any(|row| row.is_in_verdict);
    let mark = if is_marked { MARK.len() } else { 0 };
    match Columns::of(&rows, mark, data, page.width) {
        Some(columns) => write_wide(rows, &columns, extent, data, page),
        None => write_narrow(rows, mark, data, page),
    }
    let all = diagnosis.incidents.len();
    if all > extent.incidents {
        let text = words(data).all_incidents(left_out, all as u64);
        page.indented(0, TextStyle::Dim, &wrapped(&text, page.width));
    }
}

/// The columns of the table: those for the mark, for times with the gap after them, and for what
/// happened.
struct Columns {
    mark: usize,
    when: usize,
    what: usize,
}

impl Columns {
    /// As many as the rows need, so that no place is cut; None if too few remain for what happened.
    fn of(rows: &[Row], mark: usize, data: &ReportData<'_>, page_width: usize) -> Option<Self> {
        let [when, what, place] = words(data).columns();
        let when = match widest(rows, |row| &row.when, when) {
            0 => 0,
            columns => columns + GAP,
        };
        let titles = rows.iter().map(|row| width(&row.title(data))).max().unwrap_or(0);
        let needed = titles.max(width(what));
        let places = widest(rows, |row| &row.place, place);
        let room = page_width.saturating_sub(mark + when + GAP + places);
        (room >= needed.min(MIN_WHAT_COLUMNS)).then_some(Self {
            mark,
            when,
            what: needed.min(room),
        })
    }
}

/// The columns of a text of the rows and its header; 0 if no row has one.
fn widest(rows: &[Row], text: fn(&Row) -> &str, header: &str) -> usize {
    let columns = rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
    if columns > 0 { columns.max(width(header)) } else { 0 }
}

fn write_wide(
    rows: Vec<Row>,
    columns: &Columns,
    extent: Extent,
    data: &ReportData<'_>,
    page: &mut Page,
) {
    let gap = " ".repeat(GAP);
    if extent.has_details {
        let [when, what, place] = words(data).columns();
        let when = if columns.when > 0 { padded(when, columns.when) } else { String::new() };
        page.blanks(columns.mark);
        page.line(TextStyle::Dim, &format!("{when}{}{gap}{place}", padded(what, columns.what)));
    }
    let indent = columns.mark + columns.when;
    for row in rows {
        let (lines, details) = row.lines(columns.what, data);
        let mut lines = lines.into_iter();
        page.put(TextStyle::Bold, &row.mark(columns.mark));
        page.put(TextStyle::Plain, &padded(&row.when, columns.when));
        page.put(TextStyle::Bold, &padded(&lines.next().unwrap_or_default(), columns.what));
        page.line(TextStyle::Dim, &format!("{gap}{}", row.place));
        page.indented(indent, TextStyle::Bold, &lines.collect::<Vec<_>>());
        write_details(&details, indent, page);
    }
}

fn write_details(details: &str, indent: usize, page: &mut Page) {
    if !details.is_empty() {
        page.indented(indent, TextStyle::Plain, &wrapped(details, page.width - indent));
    }
}

/// The same below each other.
fn write_narrow(rows: Vec<Row>, mark: usize, data: &ReportData<'_>, page: &mut Page) {
    let indent = mark + INDENT;
    for row in rows {
        page.put(TextStyle::Bold, &row.mark(mark));
        let gap = if row.when.is_empty() { "" } else { "  " };
        let room = page.width.saturating_sub(mark + width(&row.when) + gap.len());
        let place = fitted(&row.place, room, page.ellipsis());
        page.line(TextStyle::Dim, &format!("{}{gap}{place}", row.when));
        let (lines, details) = row.lines(page.width - indent, data);
        page.indented(indent, TextStyle::Bold, &lines);
        write_details(&details, indent, page);
    }
}

/// The rows, and the number of incidents without one.
fn rows(diagnosis: &Diagnosis, extent: Extent, data: &ReportData<'_>) -> (Vec<Row>, u64) {
    let most = extent.incidents;
    let mut by_cause: Vec<Vec<&Incident>> = Vec::new();
    if diagnosis.incidents.len() <= most {
        by_cause = diagnosis.incidents.iter().map(|one| vec![one]).collect();
    } else {
        for one in &diagnosis.incidents {
            match by_cause.iter_mut().find(|others| others[0].cause == one.cause) {
                Some(others) => others.push(one),
                None => by_cause.push(vec![one]),
            }
        }
    }
    let shown = by_cause.len().min(most);
    let left_out = by_cause[shown..].iter().map(|of_cause| of_cause.len() as u64).sum();
    let has_years = has_several_years(diagnosis);
    let mut rows = Vec::new();
    for incidents in &by_cause[..shown] {
        let row = row(incidents, has_years, diagnosis, data);
        rows.push(if extent.has_details { row } else { row.shortened(incidents, has_years, data) });
    }
    (rows, left_out)
}

/// Whether the incidents have times of several years, so that the year cannot be left out.
fn has_several_years(diagnosis: &Diagnosis) -> bool {
    let spans = diagnosis.incidents.iter().filter_map(Incident::time_span);
    let times = spans.flat_map(|(first, last)| [first, last]);
    let mut years = times.map(|time| time.to_datetime().year());
    years.next().is_some_and(|first| years.any(|other| other != first))
}

/// The row of incidents of one cause.
fn row(
    incidents: &[&Incident],
    has_years: bool,
    diagnosis: &Diagnosis,
    data: &ReportData<'_>,
) -> Row {
    let (first, last) = (incidents[0], incidents[incidents.len() - 1]);
    let title = &diagnosis.cause(first).texts(data.catalog.lang()).title;
    let words = words(data);
    let session = diagnosis.session(first);
    let mut whose = words.session(session.kind, &escape_name(&session.key));
    let count = diagnosis.counts.iter().find(|count| count.cause == first.cause);
    if let Some(count) = count.filter(|count| incidents.len() > 1 && count.sessions > 1) {
        whose = words.sessions(count.sessions as u64);
    }
    let until = incidents.iter().filter_map(|one| one.time_span()).map(|(_, last)| last).max();
    let mut place = place(&first.first, data);
    if let [one] = incidents
        && one.last.file == one.first.file
        && one.last.line != one.first.line
    {
        place += &format!("-{}", last.last.line);
    }
    Row {
        when: when(first, until, has_years),
        what: title.clone(),
        whose,
        place,
        details: details(incidents, diagnosis, data),
        is_in_verdict: incidents.iter().any(|one| is_in_verdict(one, diagnosis)),
    }
}

/// `05-09 12:51:37 - 12:53:01`
fn when(incident: &Incident, until: Option<LocalTimestamp>, has_years: bool) -> String {
    let Some(start) = incident.first.time else { return String::new() };
    let first = time_of_row(start, has_years);
    let until = until.filter(|until| *until > start).map(|one| time_of_row(one, has_years));
    match until.filter(|until| *until != first) {
        Some(until) => format!("{first} - {}", short(&until, Some(&first))),
        None => first,
    }
}

/// A time to the second. The verdict has the year, if all times have the same one.
fn time_of_row(time: LocalTimestamp, has_years: bool) -> String {
    let time = seconds(&time.to_string());
    match time.split_once('-') {
        Some((_, rest)) if !has_years => rest.to_string(),
        _ => time,
    }
}

/// What started the incidents, what followed, and how they ended.
fn details(incidents: &[&Incident], diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    let starts = incidents.iter().flat_map(|one| &one.starts);
    let followed = incidents.iter().flat_map(|one| &one.consequences);
    let followed = named_signals(followed.map(|one| &one.signals), diagnosis, data);
    let mut parts = vec![named_signals(starts, diagnosis, data)];
    let mut confidence = "";
    if !followed.is_empty() {
        parts.push(words.then(&followed));
    }
    if let [one] = incidents {
        parts.push(ending(one, diagnosis, data));
        if let Some(note) = incident_note(one, diagnosis, data) {
            parts.push(note.to_string());
        }
        if one.rounds > 1 {
            parts.push(words.rounds(one.rounds));
        }
        if one.clocks_differ {
            parts.push(words.clocks_differ().to_string());
        }
        if one.is_beginning_unknown {
            parts.push(words.beginning_unknown().to_string());
        } else {
            confidence = words.confidence(one.confidence);
        }
    }
    parts.join(words.semicolon()) + confidence
}

fn write_not_explained(
    diagnosis: &Diagnosis,
    extent: Extent,
    data: &ReportData<'_>,
    page: &mut Page,
) {
    if diagnosis.not_explained.is_empty() && diagnosis.overflowed == 0 {
        if diagnosis.findings > 0 {
            page.line(TextStyle::Dim, words(data).all_explained());
        }
        return;
    }
    let title = words(data).not_explained();
    let count = diagnosis.not_explained_count();
    let share = words(data).not_explained_share(count, diagnosis.findings);
    page.end_line();
    if !extent.has_meanings {
        let codes = data.words().parenthesis(&named_codes(diagnosis, data));
        let text = format!("{title}{}{share}{codes}", data.words().colon());
        page.indented(0, TextStyle::Dim, &wrapped(&text, page.width));
        return;
    }
    page.line(TextStyle::Dim, &format!("{title}{}{share}", data.words().colon()));
    let shown = diagnosis.not_explained.len().min(MAX_CODES);
    let counted = |one: &NotExplained| words(data).times(&one.key.code.to_string(), one.count);
    let counts: Vec<String> = diagnosis.not_explained[..shown].iter().map(counted).collect();
    let columns = INDENT + counts.iter().map(|count| width(count)).max().unwrap_or(0) + GAP;
    for (one, count) in diagnosis.not_explained.iter().zip(&counts) {
        let style = TextStyle::Severity(one.key.entries.known_severity(data.catalog));
        page.blanks(INDENT);
        page.put(style, &padded(count, columns - INDENT));
        let lines = wrapped(&meaning(one, diagnosis, data), page.width - columns);
        page.line(TextStyle::Plain, &lines[0]);
        page.indented(columns, TextStyle::Plain, &lines[1..]);
    }
    let rest = &diagnosis.not_explained[shown..];
    let findings = rest.iter().map(|one| one.count).sum::<u64>() + diagnosis.overflowed;
    if findings > 0 {
        let more = words(data).more_codes(rest.len() as u64, findings);
        page.indented(INDENT, TextStyle::Dim, &[more]);
    }
}

/// The first codes that are not explained, in one line.
fn named_codes(diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let mut codes = Vec::new();
    for one in diagnosis.not_explained.iter().take(MAX_NAMED_CODES) {
        codes.push(words(data).times(&one.key.code.to_string(), one.count));
    }
    if diagnosis.not_explained.len() > MAX_NAMED_CODES || diagnosis.overflowed > 0 {
        codes.push("...".to_string());
    }
    codes.join(words(data).list_comma())
}

fn meaning(one: &NotExplained, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let mut text = format!("{}{}", place(&one.first, data), data.words().colon());
    text += &data.meaning(&one.key);
    if let Some(cause) = one.begins_after {
        let title = &diagnosis.causes[cause].texts(data.catalog.lang()).title;
        text += &data.words().parenthesis(&words(data).begins_after(title));
    }
    text
}
