//! The table of codes.

use maud::{Markup, PreEscaped, html};

use super::bilingual::Bilingual;
use super::log_text::log_text;
use crate::catalog::{Entry, Lang, Severity};
use crate::language::{Label, capitalized};
use crate::report::model::phrases;
use crate::stats::{CodeRow, Location};
use crate::timestamp::LocalTimestamp;

/// The most rows.
pub(super) const MAX_CODES: usize = 1000;

/// The section about codes. `has_excerpt` says whether a row has a section of excerpts.
pub(super) fn code_table(
    rows: &[&CodeRow],
    has_excerpt: impl Fn(&CodeRow) -> bool,
    page: &mut Bilingual<'_>,
) -> Markup {
    let (shown, left_out) = rows.split_at(rows.len().min(MAX_CODES));
    let orders = Orders::new(shown);
    html! {
        section aria-labelledby="codes" {
            h2 id="codes" { (page.word(|words| words.codes)) }
            div id="filters" hidden="" {}
            // Where narrow screens show a row as a card, it is no table any more without roles.
            table.codes role="table" aria-labelledby="codes" {
                thead role="rowgroup" { (header(page)) }
                tbody role="rowgroup" {
                    @for (index, row) in shown.iter().enumerate() {
                        (code_row(index, row, &orders, has_excerpt(row), page))
                    }
                }
            }
            (rest(left_out, page))
        }
    }
}

fn header(page: &mut Bilingual<'_>) -> Markup {
    html! {
        tr role="row" {
            th scope="col" role="columnheader" { (page.label(Label::Severity)) }
            th.number scope="col" role="columnheader" { (page.label(Label::Count)) }
            th scope="col" role="columnheader" { (page.label(Label::Code)) }
            th scope="col" role="columnheader" { (page.word(|words| words.meaning_and_remedy)) }
            th scope="col" role="columnheader" {
                (page.text(|data| capitalized(data.words().page().first)))
            }
            th scope="col" role="columnheader" {
                (page.text(|data| capitalized(data.words().page().last)))
            }
        }
    }
}

/// What the table leaves out.
fn rest(left_out: &[&CodeRow], page: &mut Bilingual<'_>) -> Markup {
    let overflowed = page.data.stats.codes.overflowed;
    let findings = left_out.iter().map(|row| row.count).sum::<u64>() + overflowed;
    if findings == 0 {
        return html! {};
    }
    html! {
        p.note { (page.text(|data| capitalized(&data.words().further_codes(findings)))) }
    }
}

/// The places of rows where they are sorted by their first or last finding.
struct Orders {
    first: Vec<usize>,
    last: Vec<usize>,
}

impl Orders {
    fn new(rows: &[&CodeRow]) -> Self {
        Self { first: places(rows, |row| row.first), last: places(rows, |row| row.last) }
    }
}

fn places(rows: &[&CodeRow], location: impl Fn(&CodeRow) -> Location) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..rows.len()).collect();
    sorted.sort_by_key(|&index| {
        let location = location(rows[index]);
        (location.file, location.line, location.column)
    });
    let mut places = vec![0; rows.len()];
    for (place, index) in sorted.into_iter().enumerate() {
        places[index] = place;
    }
    places
}

fn code_row(
    index: usize,
    row: &CodeRow,
    orders: &Orders,
    has_excerpt: bool,
    page: &mut Bilingual<'_>,
) -> Markup {
    let known = row.key.entries.known_severity(page.data.catalog);
    let [earliest, latest] = [row.earliest, row.latest].map(|time| time.map(|time| time.millis()));
    html! {
        tr role="row" data-s=(severity_name(known)) data-n=(row.count) data-c=(row.key.code)
            data-f=(orders.first[index]) data-l=(orders.last[index])
            data-a=[earliest] data-z=[latest] {
            td role="cell" { (severity(known, page)) }
            td.number role="cell" { (row.count) }
            td.code role="cell" { (code(index, row, has_excerpt, page)) }
            td.texts role="cell" { (texts(row, page)) }
            (places_of(row, page))
        }
    }
}

/// The cells with the first and the last place.
fn places_of(row: &CodeRow, page: &mut Bilingual<'_>) -> Markup {
    html! {
        td.place role="cell" {
            (place(&row.first, row.earliest, page.word(|words| words.first), page))
        }
        td.place role="cell" {
            @if row.count > 1 {
                (place(&row.last, row.latest, page.word(|words| words.last), page))
            }
        }
    }
}

/// The code with its name and categories, as a link to its excerpts.
fn code(index: usize, row: &CodeRow, has_excerpt: bool, page: &Bilingual<'_>) -> Markup {
    let name = page.data.common_name(&row.key);
    let categories = page.data.categories(&row.key);
    html! {
        @if has_excerpt {
            a href={ "#x" (index) } { b { (row.key.code) } }
        } @else {
            b { (row.key.code) }
        }
        @if !name.is_empty() { " " code.name { (breakable(name)) } }
        @if !categories.is_empty() { " " span.category { (categories) } }
    }
}

/// A name that breaks after its underscores.
fn breakable(name: &str) -> Markup {
    html! {
        @for part in name.split_inclusive('_') { (part) (PreEscaped("<wbr/>")) }
    }
}

/// Meaning and remedy, and the address of the vendor's page.
fn texts(row: &CodeRow, page: &mut Bilingual<'_>) -> Markup {
    let key = &row.key;
    let entry = page.data.entry(key);
    let (own, other) = page.both(|data| address(entry?, data.catalog.lang()));
    html! {
        (page.text(|data| data.meaning(key).into_owned()))
        " "
        span.remedy { "→ " (page.text(|data| data.remedy(key).into_owned())) }
        @if let Some(own) = own {
            " "
            a href=(own) data-u=[other] rel="noreferrer" {
                (page.word(|words| words.documentation))
            }
        }
    }
}

/// The address of the vendor's page about an entry, if a browser may follow it.
fn address(entry: &Entry, lang: Lang) -> Option<String> {
    let address = entry.page_in(lang)?;
    address.starts_with("https://").then(|| address.to_string())
}

fn place(
    location: &Location,
    time: Option<LocalTimestamp>,
    label: Markup,
    page: &Bilingual<'_>,
) -> Markup {
    let file = page.data.file(location.file);
    html! {
        span.label { (label) " " }
        code { (log_text(&file)) ":" (location.line) }
        @if let Some(time) = time { " " time { (time) } }
    }
}

/// The word for a severity, in its color.
pub(super) fn severity(severity: Option<Severity>, page: &mut Bilingual<'_>) -> Markup {
    let word = page.text(|data| phrases::severity(severity, data.words()).to_string());
    let class = severity_name(severity);
    html! { span class={ "severity " (class) } { (word) } }
}

/// The name of a severity for style and script.
pub(super) fn severity_name(severity: Option<Severity>) -> PreEscaped<&'static str> {
    PreEscaped(severity.map_or("unknown", Severity::as_str))
}
