//! The options of a call, which have the names and values of those of the command line.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use imerr::catalog::{Catalog, CodeRange, CodeSet, Lang, Severity};
use imerr::custom::Loaded;
use imerr::diagnose::CauseSet;
use imerr::filter::Filter;
use imerr::format::{Append, Auto, Below, Inline, Json, LogSchema, Logfmt, Render};
use imerr::input::{Encoding, Globs};
use imerr::stages::TimeRange;
use imerr::terminal::Styles;
use imerr::timestamp::{TimeArg, TimestampReader};
use imerr::{CustomBuilder, Detector};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::diagnosis;

/// The columns of the format `below`, as where the program writes to a file.
const COLUMNS: usize = 100;

/// The options as Python passes them: an item each, lists already split at commas.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct RawOptions {
    catalog: Vec<(String, Vec<u8>)>,
    causes: Vec<(String, Vec<u8>)>,
    session_key: Option<String>,
    known: Option<(String, Vec<u8>)>,
    also: Vec<String>,
    lang: String,
    min_confidence: String,
    unknown: Option<bool>,
    prefer_system: Option<String>,
    assume_im: bool,
    code: Vec<String>,
    system: Vec<String>,
    category: Vec<String>,
    kind: Vec<String>,
    severity: Vec<String>,
    retry: Vec<String>,
    status: Vec<String>,
    since: Option<String>,
    until: Option<String>,
    glob: Vec<String>,
    tail: Option<u64>,
    format: String,
    json_key: String,
    encoding: String,
    threads: Option<usize>,
}

/// What the options stand for.
pub struct Settings {
    pub detector: Detector,
    loaded: Loaded,
    pub diagnosis: diagnosis::Options,
    pub filter: Filter,
    unknown: Option<bool>,
    pub renderer: Arc<dyn Render>,
    pub json_key: String,
    pub encoding: Encoding,
    since: Option<TimeArg>,
    until: Option<TimeArg>,
    pub globs: Globs,
    pub tail: Option<u64>,
    pub threads: usize,
}

impl Settings {
    pub fn new(raw: RawOptions) -> PyResult<Self> {
        let loaded = load(&raw)?;
        let detector = loaded
            .detector
            .clone()
            .with_preferred(raw.prefer_system.as_deref())
            .with_assumed_product(raw.assume_im);
        let filter = filter(&raw, detector.catalog())?;
        let now = jiff::ZonedDateTime::now();
        let time = |name, text: &Option<String>| {
            let parsed = text.as_deref().map(|text| TimeArg::parse(text, &now));
            parsed.transpose().map_err(|error| invalid(name, error))
        };
        Ok(Self {
            filter,
            renderer: renderer(&raw.format, &raw.json_key)?,
            encoding: parse("encoding", &raw.encoding)?,
            since: time("since", &raw.since)?,
            until: time("until", &raw.until)?,
            globs: Globs::new(&raw.glob).map_err(|error| invalid("glob", error))?,
            tail: raw.tail,
            threads: raw.threads.unwrap_or_else(processors),
            diagnosis: diagnosis::Options::new(raw.session_key.as_deref(), raw.known)?,
            detector,
            loaded,
            unknown: raw.unknown,
            json_key: raw.json_key,
        })
    }

    /// The detector and filter. Unknown codes are reported as the option says, without the option
    /// as `default` says.
    pub fn search(&self, default: bool) -> (Detector, Filter) {
        let mut filter = self.filter.clone();
        filter.unknown =
            if self.unknown.unwrap_or(default) { None } else { Some(CodeSet::default()) };
        let detector = self.detector.clone().with_unknown(filter.allows_some_unknown());
        (detector, filter)
    }

    /// The built-in causes and those of the options. Costs about a millisecond.
    pub fn causes(&self) -> CauseSet {
        self.loaded.causes()
    }

    pub fn time_range(&self) -> Option<TimeRange> {
        let (since, until) = (self.since, self.until);
        if since.is_none() && until.is_none() {
            return None;
        }
        Some(TimeRange { reader: Arc::new(TimestampReader::started()), since, until })
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The error for a wrong value of the option `name`.
pub fn invalid(name: &str, error: impl Display) -> PyErr {
    PyValueError::new_err(format!("{name}: {error}"))
}

fn parse<T: FromStr<Err: Display>>(name: &str, text: &str) -> PyResult<T> {
    text.parse().map_err(|error| invalid(name, error))
}

/// The built-in codes, rules and causes, and those of the options.
fn load(raw: &RawOptions) -> PyResult<Loaded> {
    let lang: Lang = parse("lang", &raw.lang)?;
    let mut builder = CustomBuilder::default().with_lang(lang);
    for name in &raw.also {
        if !builder.add_optional(name) {
            let names: Vec<&str> = CustomBuilder::optional().collect();
            return Err(invalid("also", imerr::catalog::unknown_word(name, &names)));
        }
    }
    for (path, content) in raw.catalog.iter().chain(&raw.causes) {
        builder.add(path, content);
    }
    match builder.finish() {
        Ok(loaded) => Ok(loaded),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let is_of_causes = |path: &str| raw.causes.iter().any(|(name, _)| name == path);
            let name = if is_of_causes(&problems[0].path) { "causes" } else { "catalog" };
            Err(invalid(name, lines.join("\n")))
        }
    }
}

fn filter(raw: &RawOptions, catalog: &Catalog) -> PyResult<Filter> {
    let mut filter = Filter::default();
    filter.min_confidence = parse("min_confidence", &raw.min_confidence)?;
    let (only, except) = split(&raw.code);
    filter.codes = code_set(&only, catalog)?;
    filter.except_codes = code_set(&except, catalog)?;
    (filter.only.systems, filter.except.systems) = Choices::new("system", &raw.system).parse()?;
    (filter.only.categories, filter.except.categories) =
        Choices::new("category", &raw.category).parse()?;
    (filter.only.kinds, filter.except.kinds) = Choices::new("kind", &raw.kind).parse()?;
    (filter.only.retries, filter.except.retries) = Choices::new("retry", &raw.retry).parse()?;
    (filter.only.statuses, filter.except.statuses) = Choices::new("status", &raw.status).parse()?;
    for severity in &raw.severity {
        filter.only.severities.extend(severities(severity)?);
    }
    Ok(filter)
}

/// The values of a list option that are selected, and those after a `!`, which are left out.
struct Choices<'a> {
    name: &'static str,
    only: Vec<&'a str>,
    except: Vec<&'a str>,
}

impl<'a> Choices<'a> {
    fn new(name: &'static str, values: &'a [String]) -> Self {
        let (only, except) = split(values);
        Self { name, only, except }
    }

    fn parse<T: FromStr<Err: Display>>(&self) -> PyResult<(Vec<T>, Vec<T>)> {
        Ok((self.parse_all(&self.only)?, self.parse_all(&self.except)?))
    }

    fn parse_all<T: FromStr<Err: Display>>(&self, values: &[&str]) -> PyResult<Vec<T>> {
        values.iter().map(|value| parse(self.name, value)).collect()
    }
}

fn split(values: &[String]) -> (Vec<&str>, Vec<&str>) {
    let (mut only, mut except) = (Vec::new(), Vec::new());
    for value in values {
        match value.strip_prefix('!') {
            Some(value) => except.push(value),
            None => only.push(value.as_str()),
        }
    }
    (only, except)
}

/// `warning` stands for itself and all worse severities, `=warning` for itself alone.
fn severities(text: &str) -> PyResult<impl Iterator<Item = Severity> + use<>> {
    let (word, is_exact) = match text.strip_prefix('=') {
        Some(word) => (word, true),
        None => (text, false),
    };
    let word = if word == "warn" { "warning" } else { word };
    let least: Severity = parse("severity", word)?;
    let includes = move |one: &Severity| if is_exact { *one == least } else { *one >= least };
    Ok(Severity::ALL.iter().copied().filter(includes))
}

/// The codes of numbers, ranges and names. A name that is in no catalog has none.
fn code_set(values: &[&str], catalog: &Catalog) -> PyResult<CodeSet> {
    let mut ranges = Vec::new();
    for value in values {
        if value.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name = value.to_ascii_uppercase();
            let ids = catalog.ids_for_name(name.as_bytes());
            ranges.extend(ids.map(|id| catalog.entry(id).codes));
        } else {
            ranges.push(code_range(value)?);
        }
    }
    Ok(ranges.into_iter().collect())
}

/// Parses `6206`, `-10003`, `0x183e`, `70001-70020` or `-10009..-10001`.
pub fn code_range(text: &str) -> PyResult<CodeRange> {
    let dash = text.char_indices().skip(1).find(|&(_, c)| c == '-').map(|(at, _)| at);
    let ends = text.split_once("..").or(dash.map(|at| (&text[..at], &text[at + 1..])));
    let (first, last) = match ends {
        Some((first, last)) => (number(first), number(last)),
        None => (number(text), number(text)),
    };
    match (first, last) {
        (Some(first), Some(last)) if first <= last => Ok(CodeRange { first, last }),
        _ => Err(invalid(
            "code",
            format!("'{text}' is neither a code nor a range of codes such as 70001-70020"),
        )),
    }
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) if hex.starts_with(['-', '+']) => None,
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The format of annotations. Those of records are columns of a table here.
fn renderer(format: &str, json_key: &str) -> PyResult<Arc<dyn Render>> {
    let json = Json::new(LogSchema::default(), json_key);
    Ok(match format {
        "auto" => Arc::new(Auto::new(Styles::default(), json)),
        "append" => Arc::new(Append::default()),
        "below" => Arc::new(Below::new(COLUMNS)),
        "inline" => Arc::new(Inline::default()),
        "json" => Arc::new(json),
        "logfmt" => Arc::new(Logfmt),
        _ => {
            let formats = ["auto", "append", "below", "inline", "json", "logfmt"];
            return Err(invalid("format", imerr::catalog::unknown_word(format, &formats)));
        }
    })
}
