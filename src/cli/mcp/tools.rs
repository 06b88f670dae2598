//! The tools. Each answers with JSON that the program prints elsewhere too.

use std::io::{Cursor, Write};
use std::sync::Arc;

use imerr::Annotator;
use imerr::catalog::Entry;
use imerr::custom::Loaded;
use imerr::detect::Detector;
use imerr::diagnose::CauseSet;
use imerr::filter::Filter;
use imerr::format::Jsonl;
use imerr::input::{Encoding, Feed};
use imerr::pipeline::{Interrupt, run};
use serde_json::{Map, Value, json};

use super::answer::{bounded, shown};
use super::arguments::{Call, ExplainCode, FindCodes, LeastConfidence, ReadLog, SearchCodes};
use super::logs::{self, LogOptions};
use super::paths::Roots;
use crate::commands::{Answer, Problem, answers};
use crate::language;

/// The most entries that one call explains.
const ENTRIES: usize = 20;
/// The most bytes of what is looked up.
const QUERY_LIMIT: usize = 4 << 10;
/// The most findings that one call lists.
const FINDINGS: usize = 200;

/// What the tools work with.
pub struct Tools {
    detector: Detector,
    causes: Arc<CauseSet>,
    roots: Roots,
}

impl Tools {
    pub fn new(loaded: Loaded, roots: Roots) -> Self {
        let causes = Arc::new(loaded.causes());
        Self { detector: loaded.detector, causes, roots }
    }

    /// The answer to a call, or an error that the model can mend. If `interrupt` asks it to stop,
    /// the answer is not needed.
    pub fn call(&self, call: &Call, interrupt: &Interrupt) -> Result<Value, String> {
        let answer = match call {
            Call::ExplainCode(arguments) => self.explain(arguments),
            Call::SearchCodes(arguments) => self.search(arguments),
            Call::FindCodes(arguments) => self.find(arguments, interrupt),
            Call::SummarizeLog(arguments) => {
                let (options, limit) = self.log_options(arguments)?;
                logs::summary(&options, limit, interrupt)
            }
            Call::DiagnoseLog(arguments) => {
                let (options, limit) = self.log_options(arguments)?;
                logs::diagnosis(&options, limit, &self.causes, interrupt)
            }
            Call::Wrong(message) => Err(message.clone()),
        };
        bounded(answer.map_err(|message| shown(&message))?)
    }

    fn explain(&self, arguments: &ExplainCode) -> Result<Value, String> {
        let wanted = arguments.text()?;
        if wanted.len() > QUERY_LIMIT {
            return Err(format!(
                "`code` has more than {QUERY_LIMIT} bytes, the limit; use find_codes for text"
            ));
        }
        let (mut entries, mut problems, mut left_out) = (Vec::new(), Vec::new(), 0);
        for answer in answers(&wanted, &self.detector) {
            match answer {
                Ok(_) if entries.len() == ENTRIES => left_out += 1,
                Ok(Answer { entry, .. }) => entries.push(self.entry(entry)?),
                Err(problem) => problems.push(self.problem(&problem)),
            }
        }
        if entries.is_empty() {
            return Err(problems.join("\n"));
        }
        Ok(json!({ "entries": entries, "problems": problems, "left_out": left_out }))
    }

    fn search(&self, arguments: &SearchCodes) -> Result<Value, String> {
        let query = &arguments.query;
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() || query.len() > QUERY_LIMIT {
            return Err(format!("`query` has no word, or more than {QUERY_LIMIT} bytes"));
        }
        let found = self.detector.catalog().search(&words);
        let mut entries = Vec::new();
        for entry in found.iter().take(arguments.limit.0) {
            entries.push(brief(self.entry(entry)?));
        }
        let left_out = found.len() - entries.len();
        Ok(json!({ "entries": entries, "left_out": left_out }))
    }

    /// All that the catalog says about a code.
    fn entry(&self, entry: &Entry) -> Result<Value, String> {
        let lang = self.detector.catalog().lang();
        serde_json::to_value(&*entry.in_lang(lang)).map_err(|error| error.to_string())
    }

    fn problem(&self, problem: &Problem) -> String {
        let text = language::of(self.detector.catalog().lang()).lookup_problem(problem);
        format!("{text} (search_codes finds codes by words)")
    }

    fn find(&self, arguments: &FindCodes, interrupt: &Interrupt) -> Result<Value, String> {
        let FindCodes { text, min_confidence, unknown, assume_im } = arguments;
        let detector = self.detector.clone().with_unknown(*unknown);
        let detector = detector.with_assumed_product(*assume_im);
        let mut stage =
            Annotator::new(detector, Some(Arc::new(Jsonl))).with_filter(filter(*min_confidence));
        let reader = Cursor::new(text.clone().into_bytes());
        let mut feed = Feed::from_reader(reader).with_text(true).with_encoding(Encoding::None);
        let mut records = FirstRecords { records: Vec::new(), missing: FINDINGS };
        let totals = run(&mut feed, &mut stage, &mut records, &mut (), interrupt);
        let totals = totals.map_err(|error| error.to_string())?;
        let (mut findings, mut codes) = (Vec::new(), Vec::new());
        for record in records.records.split(|&byte| byte == b'\n') {
            if let Ok(Value::Object(record)) = serde_json::from_slice(record) {
                add_finding(record, &mut findings, &mut codes);
            }
        }
        let left_out = totals.matches - findings.len() as u64;
        Ok(json!({
            "lines": text.lines().count(),
            "findings": findings,
            "codes": codes,
            "left_out": left_out,
        }))
    }

    fn log_options(&self, arguments: &ReadLog) -> Result<(LogOptions, usize), String> {
        let path = self.roots.resolve(&arguments.path)?;
        let detector = self.detector.clone().with_unknown(arguments.unknown);
        let options = LogOptions {
            path,
            detector: detector.with_assumed_product(arguments.assume_im),
            filter: filter(arguments.min_confidence),
            since: arguments.since.map(|time| time.0),
            until: arguments.until.map(|time| time.0),
        };
        Ok((options, arguments.limit.0))
    }
}

fn filter(min_confidence: LeastConfidence) -> Filter {
    let mut filter = Filter::default();
    filter.min_confidence = min_confidence.0;
    filter
}

/// The members of an entry that show whether it is the right one.
const BRIEF: [&str; 10] = [
    "code", "range", "names", "system", "category", "kind", "severity", "meaning", "remedy",
    "status",
];

fn brief(mut entry: Value) -> Value {
    if let Some(members) = entry.as_object_mut() {
        members.retain(|name, _| BRIEF.contains(&name.as_str()));
    }
    entry
}

/// The members of a `match` record that are about its place.
const PLACE: [&str; 3] = ["line", "column", "confidence"];
/// Those that are left out. The caller has the text.
const LEFT_OUT: [&str; 8] =
    ["type", "file", "offset", "start", "end", "text", "truncated", "text_start"];

/// Adds a `match` record of `jsonl`: its place to `findings`, and what its code means to `codes`,
/// once for each code.
fn add_finding(mut record: Map<String, Value>, findings: &mut Vec<Value>, codes: &mut Vec<Value>) {
    if record.get("type").and_then(Value::as_str) != Some("match") {
        return;
    }
    let mut finding = Map::new();
    for name in PLACE {
        finding.insert(name.to_string(), record.remove(name).unwrap_or_default());
    }
    finding.insert("code".to_string(), record["code"].clone());
    findings.push(finding.into());
    record.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    let record = Value::Object(record);
    if !codes.contains(&record) {
        codes.push(record);
    }
}

/// Keeps the first lines that contain a finding, and drops the rest.
struct FirstRecords {
    records: Vec<u8>,
    missing: usize,
}

/// How the record of a finding begins.
const RECORD: &[u8] = b"{\"type\":\"match\"";

impl Write for FirstRecords {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            if line.starts_with(RECORD) && self.missing > 0 {
                self.missing -= 1;
                self.records.extend_from_slice(line);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
