//! Reads rule files and checks them: the same for the built-in rules, by the build script, and for a user's
//! own, at run time.

use std::borrow::Cow;

use super::rule::{Key, Marker, NameRule, Rules, Shape};
use crate::catalog::{Codes, Problem, Record, Source, Text};

/// A rule file: its rules, and the lines that they are tried on.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The rules.
    pub rules: Rules,
    /// The sample lines of all rules, in file order.
    pub samples: Vec<Sample>,
}

/// A line that a rule brings along. The code to be found in it is 6206, unless it holds another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The rule, as `key error code` or `marker wechat`.
    pub rule: String,
    /// The line.
    pub line: String,
    /// Whether a code must be found in it with medium or high confidence, or none.
    pub found: bool,
}

/// Reads the rules `text` of the file `path`.
///
/// Every problem of the file is returned, in file order, not the first only.
pub fn read_rules(path: &str, text: &str) -> Result<RuleFile, Vec<Problem>> {
    let source = Source::new(path, text);
    let top = source.parse();
    let mut samples = Vec::new();
    let lists = ["triggers", "qualifiers", "abbreviations", "list_joints", "units", "right_edges", "stems"];
    let [triggers, qualifiers, abbreviations, list_joints, units, right_edges, stems] =
        lists.map(|name| source.top_texts(&top, name));
    let known: Vec<&str> = lists.into_iter().chain(["key", "name", "shape", "marker"]).collect();
    let mut rules = Rules::empty();
    let mut keys = Vec::new();
    for record in source.records(&top, "key", &known) {
        keys.push(key(&record, &mut samples));
    }
    let (literal_keys, keys): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| !key.words.is_ascii());
    for record in source.records(&top, "name", &known) {
        let points = weight(&record, "weight");
        match sampled_name(&record, "name", &["name", "weight"], &mut samples) {
            "known" => rules.names.known = points,
            "long" => rules.names.long = points,
            "short" => rules.names.short = points,
            "unknown" => rules.names.unknown = points,
            other => record.field_problem("name", format!("'{other}' is none of known, long, short, unknown")),
        }
    }
    let shapes = source.records(&top, "shape", &known).iter().map(|record| shape(record, &mut samples)).collect();
    let markers = source.records(&top, "marker", &known).iter().map(|record| marker(record, &mut samples)).collect();
    rules.add(Rules {
        triggers: Cow::Owned(triggers),
        qualifiers: Cow::Owned(qualifiers),
        abbreviations: Cow::Owned(abbreviations),
        list_joints: Cow::Owned(list_joints),
        units: Cow::Owned(units),
        right_edges: Cow::Owned(right_edges),
        stems: Cow::Owned(stems),
        keys: Cow::Owned(keys),
        literal_keys: Cow::Owned(literal_keys),
        names: NameRule::default(),
        shapes: Cow::Owned(shapes),
        markers: Cow::Owned(markers),
    });
    for (what, count, limit) in
        [("triggers", rules.triggers.len(), Rules::TRIGGER_LIMIT), ("markers", rules.markers.len(), Rules::MARKER_LIMIT)]
    {
        if count > limit {
            source.problem(0..0, format!("{count} {what} are more than the {limit} that are possible"));
        }
    }
    drop(top);
    match source.into_problems() {
        problems if problems.is_empty() => Ok(RuleFile { rules, samples }),
        problems => Err(problems),
    }
}

fn key(record: &Record<'_, '_>, samples: &mut Vec<Sample>) -> Key {
    let words = sampled_name(record, "key", &["name", "suffix", "weight", "bare", "level"], samples);
    let folded = words.to_lowercase().replace([' ', '_', '-'], "");
    Key {
        words: text(words),
        folded: Cow::Owned(folded),
        suffix: record.flag("suffix"),
        weight: weight(record, "weight"),
        bare: weight(record, "bare"),
        level: record.flag("level"),
    }
}

fn shape(record: &Record<'_, '_>, samples: &mut Vec<Sample>) -> Shape {
    let name = sampled_name(record, "shape", &["name", "triggers", "pattern", "weight"], samples);
    Shape {
        name: text(name),
        triggers: record.texts("triggers").into_iter().map(text).collect(),
        pattern: text(record.text("pattern")),
        weight: weight(record, "weight"),
    }
}

fn marker(record: &Record<'_, '_>, samples: &mut Vec<Sample>) -> Marker {
    const FIELDS: [&str; 10] = ["name", "product", "generic", "weight", "words", "starts", "parts", "keys", "codes", "systems"];
    let name = sampled_name(record, "marker", &FIELDS, samples);
    let literals = |field| -> Cow<'static, [Text]> { record.texts(field).into_iter().map(text).collect() };
    let [words, starts, parts, keys, systems] = ["words", "starts", "parts", "keys", "systems"].map(literals);
    let codes = code_ranges(record);
    if words.is_empty() && starts.is_empty() && parts.is_empty() && keys.is_empty() && codes.is_empty() {
        record.problem("a marker needs words, starts or parts, or the keys or codes that it always goes with");
    }
    for literal in words.iter().chain(starts.iter()).chain(parts.iter()) {
        let beginning = literal.bytes().take(Rules::MARKER_LITERAL_MIN);
        if literal.len() < Rules::MARKER_LITERAL_MIN || beginning.into_iter().any(|byte| byte == b'#') {
            record.problem(format!("'{literal}' must begin with {} bytes that are not '#'", Rules::MARKER_LITERAL_MIN));
        }
    }
    Marker {
        name: text(name),
        product: record.flag("product"),
        generic: record.flag("generic"),
        weight: weight(record, "weight"),
        words,
        starts,
        parts,
        keys,
        codes,
        systems,
    }
}

/// `codes = [FIRST, LAST, FIRST, LAST, ...]`
fn code_ranges(record: &Record<'_, '_>) -> Cow<'static, [Codes]> {
    let bounds = record.integers("codes");
    let (pairs, rest) = bounds.as_chunks::<2>();
    if !rest.is_empty() || pairs.iter().any(|[first, last]| first > last) {
        record.field_problem("codes", "codes must be pairs of FIRST, LAST");
    }
    pairs.iter().map(|&[first, last]| Codes { first, last }).collect()
}

/// The name of a rule. Notes unknown fields, and takes the sample lines that every rule brings.
fn sampled_name<'v>(record: &Record<'v, '_>, kind: &str, fields: &[&str], samples: &mut Vec<Sample>) -> &'v str {
    let all: Vec<&str> = fields.iter().copied().chain(["found", "ignored"]).collect();
    record.only(&all);
    let name = record.text("name");
    for (field, found) in [("found", true), ("ignored", false)] {
        if !record.has(field) {
            record.problem(format!("{field} is missing: a rule brings lines that must be found and lines that must be ignored"));
        }
        let lines = record.texts(field).into_iter();
        samples.extend(lines.map(|line| Sample { rule: format!("{kind} {name}"), line: line.to_string(), found }));
    }
    name
}

fn weight(record: &Record<'_, '_>, field: &str) -> i32 {
    match record.optional_integer(field).map(i32::try_from) {
        Some(Ok(points)) if (-100..=100).contains(&points) => points,
        Some(_) => {
            record.field_problem(field, format!("{field} must be -100 to 100 points"));
            0
        }
        None => {
            record.problem(format!("{field} is missing"));
            0
        }
    }
}

fn text(text: &str) -> Text {
    Cow::Owned(text.to_string())
}
