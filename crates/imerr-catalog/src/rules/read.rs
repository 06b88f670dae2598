//! Reads rule files and checks them: the same for the built-in rules, by the build script, and for a user's
//! own, at run time.

use std::borrow::Cow;

use toml::de::DeTable;

use super::rule::{Key, Marker, NameRule, Rules, Shape};
use crate::entry::{CodeRange, Text};
use crate::source::{Diagnostic, Record, Source, Span};

/// The lists of words at the top of a rule file.
const LISTS: [&str; 7] =
    ["triggers", "qualifiers", "abbreviations", "list_joints", "units", "right_edges", "stems"];
/// The kinds of rule.
const KINDS: [&str; 4] = ["key", "name", "shape", "marker"];

/// A rule file: its rules, and the lines that they are tried on.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The rules.
    pub rules: Rules,
    /// The sample lines of all rules, in file order.
    pub samples: Vec<Sample>,
    /// What the rules are called and where they stand, in file order.
    pub places: Vec<(String, Span)>,
    /// Where the regular expressions of the shapes stand, in file order.
    pub patterns: Vec<PatternPlace>,
}

/// Where a regular expression stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatternPlace {
    /// The string with its quotes.
    pub whole: Span,
    /// Where it begins within them, if it is written without escapes.
    pub begin: Option<Span>,
}

impl PatternPlace {
    /// Where a part of the regular expression stands in the file, as far as that is known.
    pub fn of(self, part: Option<Span>) -> Span {
        let Some((part, begin)) = part.zip(self.begin) else { return self.whole };
        let before = if part.line == 1 { begin.column - 1 } else { 0 };
        Span { line: begin.line + part.line - 1, column: before + part.column, length: part.length }
    }
}

impl RuleFile {
    /// Whether `field` at the top of a file makes it one of rules.
    pub fn is_known(field: &str) -> bool {
        LISTS.contains(&field) || KINDS.contains(&field)
    }

    /// Where the rule stands that is called `name`, as `key error code` or `marker wechat`.
    pub fn find(&self, name: &str) -> Option<Span> {
        self.places.iter().find(|(one, _)| one == name).map(|&(_, place)| place)
    }

    /// The same for one that is there.
    pub fn place_of(&self, name: &str) -> Span {
        self.find(name).unwrap_or_default()
    }
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
    /// Where it stands in its file.
    pub place: Span,
}

/// Reads the rules `text` of the file `path`.
///
/// Every problem of the file is returned, in file order, not the first only.
pub fn read_rules(path: &str, text: &str) -> Result<RuleFile, Vec<Diagnostic>> {
    let source = Source::new(path, text);
    let file = rules_of(&source, &source.parse());
    match source.into_problems() {
        problems if problems.is_empty() => Ok(file),
        problems => Err(problems),
    }
}

/// The same for a file that is parsed already. Problems are noted in `source`.
pub(crate) fn rules_of<'t>(source: &Source<'t>, top: &DeTable<'t>) -> RuleFile {
    let mut noted = Noted::default();
    let [triggers, qualifiers, abbreviations, list_joints, units, right_edges, stems] =
        LISTS.map(|name| source.top_texts(top, name));
    let known: Vec<&str> = LISTS.into_iter().chain(KINDS).collect();
    source.check_keys(top, &known, &["system", "entry"]);
    let mut rules = Rules::empty();
    let mut keys = Vec::new();
    for record in source.records(top, "key") {
        keys.push(key(&record, &mut noted));
    }
    let (literal_keys, keys): (Vec<Key>, Vec<Key>) =
        keys.into_iter().partition(|key| !key.words.is_ascii());
    for record in source.records(top, "name") {
        let points = weight(&record, "weight");
        match sampled_name(&record, "name", &["name", "weight"], &mut noted) {
            "known" => rules.names.known = points,
            "long" => rules.names.long = points,
            "short" => rules.names.short = points,
            "unknown" => rules.names.unknown = points,
            other => record
                .field_problem("name", format!("'{other}' is none of known, long, short, unknown")),
        }
    }
    let shapes =
        source.records(top, "shape").iter().map(|record| shape(record, &mut noted)).collect();
    let markers =
        source.records(top, "marker").iter().map(|record| marker(record, &mut noted)).collect();
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
    for (what, count, limit) in [
        ("triggers", rules.triggers.len(), Rules::TRIGGER_LIMIT),
        ("markers", rules.markers.len(), Rules::MARKER_LIMIT),
    ] {
        if count > limit {
            source.problem(
                0..0,
                format!("{count} {what} are more than the {limit} that are possible"),
            );
        }
    }
    RuleFile { rules, samples: noted.samples, places: noted.places, patterns: noted.patterns }
}

/// What is noted of the rules of a file.
#[derive(Default)]
struct Noted {
    samples: Vec<Sample>,
    places: Vec<(String, Span)>,
    patterns: Vec<PatternPlace>,
}

fn key(record: &Record<'_, '_>, noted: &mut Noted) -> Key {
    let words = sampled_name(record, "key", &["name", "suffix", "weight", "bare", "level"], noted);
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

fn shape(record: &Record<'_, '_>, noted: &mut Noted) -> Shape {
    let name = sampled_name(record, "shape", &["name", "triggers", "pattern", "weight"], noted);
    let triggers = record.texts("triggers");
    if triggers.is_empty() {
        record.problem(
            "triggers are missing: a shape is looked for only in lines that hold one of them",
        );
    }
    let pattern = record.text("pattern");
    noted.patterns.push(PatternPlace {
        whole: record.place_of("pattern"),
        begin: record.place_within("pattern", pattern),
    });
    if pattern.len() > Rules::PATTERN_LIMIT {
        record.field_problem(
            "pattern",
            format!("pattern has {} bytes, the limit is {}", pattern.len(), Rules::PATTERN_LIMIT),
        );
    }
    Shape {
        name: text(name),
        triggers: triggers.into_iter().map(text).collect(),
        pattern: text(pattern),
        weight: weight(record, "weight"),
    }
}

fn marker(record: &Record<'_, '_>, noted: &mut Noted) -> Marker {
    const FIELDS: [&str; 11] = [
        "name", "product", "generic", "weight", "words", "starts", "parts", "keys", "codes",
        "systems", "about",
    ];
    let name = sampled_name(record, "marker", &FIELDS, noted);
    let literals =
        |field| -> Cow<'static, [Text]> { record.texts(field).into_iter().map(text).collect() };
    let [words, starts, parts, keys, systems, about] =
        ["words", "starts", "parts", "keys", "systems", "about"].map(literals);
    let codes = code_ranges(record);
    if words.is_empty()
        && starts.is_empty()
        && parts.is_empty()
        && keys.is_empty()
        && codes.is_empty()
    {
        record.problem(
            "a marker needs words, starts or parts, or the keys or codes that it always goes with",
        );
    }
    for literal in words.iter().chain(starts.iter()).chain(parts.iter()) {
        let beginning = literal.bytes().take(Rules::MARKER_LITERAL_MIN);
        if literal.len() < Rules::MARKER_LITERAL_MIN
            || beginning.into_iter().any(|byte| byte == b'#')
        {
            record.problem(format!(
                "'{literal}' must begin with {} bytes that are not '#'",
                Rules::MARKER_LITERAL_MIN
            ));
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
        about,
    }
}

/// `codes = [FIRST, LAST, FIRST, LAST, ...]`
fn code_ranges(record: &Record<'_, '_>) -> Cow<'static, [CodeRange]> {
    let bounds = record.integers("codes");
    let (pairs, rest) = bounds.as_chunks::<2>();
    if !rest.is_empty() || pairs.iter().any(|[first, last]| first > last) {
        record.field_problem("codes", "codes must be pairs of FIRST, LAST");
    }
    pairs.iter().map(|&[first, last]| CodeRange { first, last }).collect()
}

/// The name of a rule. OccurrenceRecorder unknown fields, and takes the sample lines that every rule brings.
fn sampled_name<'v>(
    record: &Record<'v, '_>,
    kind: &str,
    fields: &[&str],
    noted: &mut Noted,
) -> &'v str {
    let all: Vec<&str> = fields.iter().copied().chain(["found", "ignored"]).collect();
    record.only(&all);
    let name = record.text("name");
    let rule = format!("{kind} {name}");
    noted.places.push((rule.clone(), record.place_of("name")));
    for (field, found) in [("found", true), ("ignored", false)] {
        if !record.has(field) {
            record.problem(format!("{field} is missing: a rule brings lines that must be found and lines that must be ignored"));
        }
        noted.samples.extend(record.placed_texts(field).into_iter().map(|(line, place)| Sample {
            rule: rule.clone(),
            line: line.to_string(),
            found,
            place,
        }));
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
            if !record.has(field) {
                record.problem(format!("{field} is missing"));
            }
            0
        }
    }
}

fn text(text: &str) -> Text {
    Cow::Owned(text.to_string())
}
