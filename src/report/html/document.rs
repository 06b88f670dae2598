//! The page.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value, json};

use super::bilingual::Bilingual;
use super::code_table::{code_table, severity};
use super::diagnosis::{self, incidents, not_explained};
use super::excerpts::Excerpts;
use super::file_table::file_table;
use super::log_text::visible;
use super::timeline::{intervals, timeline};
use crate::catalog::Lang;
use crate::language::{PageWords, fill};
use crate::report::model::causes;
use crate::report::model::phrases::{self, headline, time_range};
use crate::report::{Report, ReportData};
use crate::stats::CodeRow;

include!(concat!(env!("OUT_DIR"), "/page_hashes.rs"));

pub(super) const STYLE: &str = include_str!("page.css");
pub(super) const SCRIPT: &str = include_str!("page.js");
/// The program and its version.
const PROGRAM: &str = concat!("imerr-annotate ", env!("CARGO_PKG_VERSION"));
/// The most bytes of a page, as long as the tables have less.
const LIMIT: usize = 1_450_000;
/// The most bytes of the excerpts.
const EXCERPT_LIMIT: usize = 1_000_000;
/// The most file names in the title.
const MAX_NAMES: usize = 3;

/// A web page: the verdict, a chart over time, tables of codes and files, and excerpts of the log.
///
/// The page has at most 1.5 MB, whatever the number of findings is. It quotes lines of the log only
/// if the statistics have [passages](crate::stats::RunStats::passages).
#[derive(Clone, Debug, Default)]
pub struct Html {
    /// The arguments with which the program reads the same inputs, quoted for a shell. The page has
    /// commands that show what it leaves out.
    pub arguments: Option<String>,
}

impl Report for Html {
    fn needs_passages(&self) -> bool {
        true
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let other_lang = match data.catalog.lang() {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        };
        let other_catalog = data.catalog.clone().with_lang(other_lang);
        let other = ReportData { catalog: &other_catalog, ..*data };
        let mut page = Bilingual::new(*data, other);
        out.write_all(self.document(&mut page).0.as_bytes())
    }
}

impl Html {
    fn document(&self, page: &mut Bilingual<'_>) -> Markup {
        let body = self.body(page);
        let data = script_data(page);
        html! {
            (DOCTYPE)
            html lang=(page.words().lang) {
                (head(page))
                body {
                    (body)
                    script id="data" type="application/json" { (PreEscaped(data)) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
    }

    fn body(&self, page: &mut Bilingual<'_>) -> Markup {
        let rows = page.data.stats.codes.worst_first(page.data.catalog);
        let header = header(page);
        let verdict = verdict(page);
        let parts = [incidents(page), not_explained(page), timeline(page)];
        let parts: Vec<Markup> = parts.into_iter().flatten().collect();
        let files = file_table(page);
        let others = parts.iter().chain(&files).map(|part| part.0.len()).sum();
        let room = room_for_excerpts(&rows, others, page);
        let excerpts = Excerpts::new(&rows, page, room);
        html! {
            (header)
            main {
                (verdict)
                @for part in parts { (part) }
                @if !rows.is_empty() { (code_table(&rows, |row| excerpts.has(row), page)) }
                @if let Some(files) = files { (files) }
                @if !excerpts.is_empty() {
                    (excerpts.section(self.arguments.as_deref(), page))
                }
            }
            footer {
                p { (page.text(|data| fill(data.words().page().footer, &[PROGRAM]))) }
            }
        }
    }
}

/// The room that the tables leave, in bytes. `others` is the size of the other parts.
fn room_for_excerpts(rows: &[&CodeRow], others: usize, page: &mut Bilingual<'_>) -> usize {
    let table = code_table(rows, |_| true, page).0.len();
    let texts: usize = page.other_texts.iter().map(|text| text.len() + 3).sum();
    let used = table + texts + others + STYLE.len() + SCRIPT.len();
    LIMIT.saturating_sub(used).min(EXCERPT_LIMIT)
}

fn head(page: &Bilingual<'_>) -> Markup {
    let policy = format!(
        "default-src 'none'; script-src '{SCRIPT_HASH}'; style-src '{STYLE_HASH}'; \
         base-uri 'none'; form-action 'none'"
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="generator" content=(PROGRAM);
            title { (page.words().title) ": " (names(&page.data)) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// The names of the files, as many as fit into a title. Of more, the archive or folder that has all
/// of them.
fn names(data: &ReportData<'_>) -> String {
    let words = data.words();
    if data.files.len() > MAX_NAMES
        && let Some(folder) = common_folder(data.files)
    {
        return visible(&folder.to_string_lossy());
    }
    let count = data.files.len().min(MAX_NAMES);
    let names: Vec<String> = (0..count).map(|index| visible(&data.file(index))).collect();
    let mut text = names.join(words.comma());
    if data.files.len() > MAX_NAMES {
        text += &format!("{}{}", words.comma(), words.more(data.files.len() - MAX_NAMES));
    }
    text
}

/// The innermost folder that has all of `files`; None if that is the root or the current one.
fn common_folder(files: &[OsString]) -> Option<&Path> {
    let folder = Path::new(files.first()?).parent()?;
    let has_all = |folder: &&Path| files.iter().all(|file| Path::new(file).starts_with(folder));
    folder.ancestors().find(has_all).filter(|folder| folder.file_name().is_some())
}

fn header(page: &mut Bilingual<'_>) -> Markup {
    let times = page.data.stats.codes.histogram.time_range;
    html! {
        header {
            h1 { (page.word(|words| words.title)) }
            p.names { (page.text(names)) }
            @if let Some((earliest, latest)) = times {
                p { (page.text(|data| time_range(earliest, latest, data.words()))) }
            }
            div id="tools" hidden="" {}
        }
    }
}

/// What was found, and what to fix first.
fn verdict(page: &mut Bilingual<'_>) -> Markup {
    let (parts, _) = page.both(|data| phrases::severities(data));
    let diagnosed = diagnosis::verdict(page);
    let has_verdict = page.data.diagnosis.is_some_and(|diagnosis| diagnosis.verdict.is_some());
    html! {
        section aria-labelledby="verdict" {
            h2 id="verdict" { (page.word(|words| words.verdict)) }
            @if let Some(diagnosed) = diagnosed { (diagnosed) }
            p.headline { (page.text(headline)) }
            @if !parts.is_empty() {
                ul.severities {
                    @for (index, (known, _)) in parts.iter().enumerate() {
                        li class=(super::code_table::severity_name(*known)) {
                            (page.text(|data| phrases::severities(data)[index].1.clone()))
                        }
                    }
                }
                @if !has_verdict { (worst_cause(page)) }
            }
        }
    }
}

fn worst_cause(page: &mut Bilingual<'_>) -> Markup {
    let data = page.data;
    let causes = causes(&data);
    let Some(cause) = causes.first() else { return html! {} };
    let title = |row: &CodeRow| data.title(&row.key);
    let codes = cause.rows.iter().take(5).map(|row| title(row)).collect::<Vec<_>>();
    html! {
        div.cause {
            p {
                (severity(cause.severity, page)) " "
                b { (page.word(|words| words.fix_first)) } " "
                (codes.join(data.words().comma()))
            }
            p { (page.text(|data| cause.texts(data).0.into_owned())) }
            p.remedy { "→ " (page.text(|data| cause.texts(data).1.into_owned())) }
        }
    }
}

/// The data for the script. No text in it can end its element.
fn script_data(page: &Bilingual<'_>) -> String {
    let data = json!({
        "texts": page.other_texts,
        "languages": [language(page.words()), language(page.other_words())],
        "timeline": intervals(&page.data.stats.codes.histogram),
    });
    data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn language(words: &PageWords) -> Value {
    let mut controls = Map::new();
    for &(name, word) in words.controls {
        controls.insert(name.to_string(), Value::from(word));
    }
    json!({ "lang": words.lang, "name": words.language, "words": controls })
}
