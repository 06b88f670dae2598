//! Reads rule files.

use std::borrow::Cow;

use serde::Deserialize;
use toml::de::DeTable;

use super::document::Document;
use super::table::Table;
use crate::rules::{Key, Marker, Rules, Shape};
use crate::{CodeRange, Diagnostic, Span, Text, unknown_word};

/// The lists of words and the points at the top of a rule file.
const TOP_FIELDS: [&str; 12] = [
    "triggers",
    "qualifiers",
    "qualifier_cost",
    "level_points",
    "hint_points",
    "last_words",
    "abbreviations",
    "list_joints",
    "units",
    "right_edges",
    "product_systems",
    "stems",
];
/// The kinds of rule.
const KINDS: [&str; 4] = ["key", "name", "shape", "marker"];
/// The fields of all kinds of rule that contain sample lines.
const SAMPLES: [&str; 2] = ["found", "ignored"];

/// The content of a rule file.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The rules.
    pub rules: Rules,
    /// The sample lines of all rules, in file order.
    pub samples: Vec<Sample>,
    /// The rules, as `key error code` or `marker wechat`, with the spans of their names, in file
    /// order.
    pub locations: Vec<(String, Span)>,
    /// The spans of the regular expressions: those of the shapes, then those of the markers, each
    /// in file order.
    pub patterns: Vec<PatternSpan>,
}

impl RuleFile {
    /// Whether a file with `field` at its top is a rule file.
    pub fn is_known(field: &str) -> bool {
        TOP_FIELDS.contains(&field) || KINDS.contains(&field)
    }

    /// The span of a rule, given as `key error code` or `marker wechat`.
    pub fn find(&self, rule: &str) -> Option<Span> {
        self.locations.iter().find(|(name, _)| name == rule).map(|&(_, span)| span)
    }
}

/// The spans of a regular expression in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatternSpan {
    /// The string with its quotes.
    pub whole: Span,
    /// The string without its quotes; None if it is written with escapes.
    pub inner: Option<Span>,
}

impl PatternSpan {
    /// The span in the file of a part of the regular expression; of the whole string if the part is
    /// not known.
    pub fn of(self, part: Option<Span>) -> Span {
        let Some((part, inner)) = part.zip(self.inner) else { return self.whole };
        let before = if part.line == 1 { inner.column - 1 } else { 0 };
        Span { line: inner.line + part.line - 1, column: before + part.column, length: part.length }
    }
}

/// A line that tests a rule. The code to find in it is 6206, unless the line contains another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The rule, as `key error code` or `marker wechat`.
    pub rule: String,
    /// The line.
    pub line: String,
    /// Whether a code must be found in it with medium or high confidence, or no code.
    pub found: bool,
    /// The span of the line in its file.
    pub span: Span,
}

/// Reads the rules `text` of the file `path`.
///
/// Fails with every problem of the file, in file order.
pub fn read_rules(path: &str, text: &str) -> Result<RuleFile, Vec<Diagnostic>> {
    let document = Document::new(path, text);
    let file = rules_of(&document, &document.parse());
    document.finish(file)
}

/// The rules of a parsed file. Problems become diagnostics of the document.
pub fn rules_of<'t>(document: &Document<'t>, top: &DeTable<'t>) -> RuleFile {
    report_entries(document, top);
    let top = Table::top(document, top);
    let mut file = RuleFile {
        rules: top.read(&[KINDS.as_slice(), &["system", "entry"]].concat()).unwrap_or_default(),
        samples: Vec::new(),
        locations: Vec::new(),
        patterns: Vec::new(),
    };
    for table in top.tables("key") {
        file.add_key(&table);
    }
    for table in top.tables("name") {
        file.add_name(&table);
    }
    for table in top.tables("shape") {
        file.add_shape(&table);
    }
    for table in top.tables("marker") {
        file.add_marker(&table);
    }
    file.rules.sort();
    let rules = &file.rules;
    check_count(document, "triggers", rules.triggers.len(), Rules::TRIGGER_LIMIT);
    let lists = [
        ("qualifiers", &rules.qualifiers),
        ("last_words", &rules.last_words),
        ("abbreviations", &rules.abbreviations),
        ("list_joints", &rules.list_joints),
        ("units", &rules.units),
        ("right_edges", &rules.right_edges),
        ("product_systems", &rules.product_systems),
        ("stems", &rules.stems),
    ];
    for (name, list) in lists {
        check_count(document, name, list.len(), Rules::WORD_LIMIT);
    }
    check_count(document, "keys", rules.key_count(), Rules::KEY_LIMIT);
    let literals = rules.marker_literal_count();
    check_count(document, "words of markers", literals, Rules::MARKER_LITERAL_LIMIT);
    check_count(document, "markers", rules.markers.len(), Rules::MARKER_LIMIT);
    file
}

/// Reports fields of catalogs.
fn report_entries(document: &Document<'_>, top: &DeTable<'_>) {
    for key in top.keys().filter(|key| matches!(key.get_ref().as_ref(), "system" | "entry")) {
        let message = "a file contains a system with its entries or rules, not both: move one of \
                       them to another file";
        document.report(key.span(), message.to_string());
    }
}

fn check_count(document: &Document<'_>, kind: &str, count: usize, limit: usize) {
    if count > limit {
        let message = format!("{count} {kind} are too many; the limit is {limit}");
        document.report(0..0, message);
    }
}

impl RuleFile {
    fn add_key(&mut self, table: &Table<'_, '_>) {
        let Some(mut key) = table.read::<Key>(&SAMPLES) else { return };
        self.add_samples(table, "key", &key.words);
        key.folded = Cow::Owned(key.words.to_lowercase().replace([' ', '_', '-'], ""));
        check_points(table, "weight", key.weight);
        check_points(table, "bare", key.bare);
        let keys =
            if key.words.is_ascii() { &mut self.rules.keys } else { &mut self.rules.literal_keys };
        keys.to_mut().push(key);
    }

    fn add_name(&mut self, table: &Table<'_, '_>) {
        #[derive(Deserialize)]
        struct NamePoints {
            name: Text,
            weight: i32,
            min_words: Option<i32>,
        }
        let Some(points) = table.read::<NamePoints>(&SAMPLES) else { return };
        self.add_samples(table, "name", &points.name);
        check_points(table, "weight", points.weight);
        let names = &mut self.rules.names;
        match points.name.as_ref() {
            "known" => names.known = points.weight,
            "long" => {
                names.long = points.weight;
                names.long_words = points.min_words.unwrap_or_default();
            }
            "short" => names.short = points.weight,
            "unknown" => names.unknown = points.weight,
            other => {
                let message = unknown_word(other, &["known", "long", "short", "unknown"]);
                table.report_field("name", message);
            }
        }
    }

    fn add_shape(&mut self, table: &Table<'_, '_>) {
        let Some(shape) = table.read::<Shape>(&SAMPLES) else { return };
        self.add_samples(table, "shape", &shape.name);
        check_points(table, "weight", shape.weight);
        if shape.triggers.is_empty() {
            table.report(
                "triggers are missing: only lines with one of them are searched for a shape",
            );
        }
        self.add_pattern(table, &shape.pattern);
        self.rules.shapes.to_mut().push(shape);
    }

    fn add_marker(&mut self, table: &Table<'_, '_>) {
        let others = [SAMPLES.as_slice(), &["codes"]].concat();
        let Some(mut marker) = table.read::<Marker>(&others) else { return };
        self.add_samples(table, "marker", &marker.name);
        check_points(table, "weight", marker.weight);
        marker.codes = read_ranges(table);
        check_literals(table, &marker);
        if let Some(pattern) = &marker.pattern {
            self.add_pattern(table, pattern);
        }
        self.rules.markers.to_mut().push(marker);
    }

    /// Records where a regular expression is, and checks its length.
    fn add_pattern(&mut self, table: &Table<'_, '_>, pattern: &str) {
        let (length, limit) = (pattern.len(), Rules::PATTERN_LIMIT);
        if length > limit {
            let message = format!("pattern has {length} bytes, the limit is {limit}");
            table.report_field("pattern", message);
        }
        self.patterns.push(PatternSpan {
            whole: table.span_of("pattern"),
            inner: table.span_within("pattern", pattern),
        });
    }

    /// Records the span of a rule and its sample lines.
    fn add_samples(&mut self, table: &Table<'_, '_>, kind: &str, name: &str) {
        let rule = format!("{kind} {name}");
        for field in SAMPLES {
            if !table.has(field) {
                table.report(format!(
                    "{field} is missing: a rule needs lines that must be found and lines that must \
                     be ignored"
                ));
            }
            for (line, span) in table.spanned_texts(field) {
                let (rule, line) = (rule.clone(), line.into_owned());
                self.samples.push(Sample { rule, line, found: field == "found", span });
            }
        }
        self.locations.push((rule, table.span_of("name")));
    }
}

fn check_points(table: &Table<'_, '_>, field: &str, points: i32) {
    if !(-100..=100).contains(&points) {
        table.report_field(field, format!("{field} must be -100 to 100 points"));
    }
}

/// `codes = [FIRST, LAST, FIRST, LAST, ...]`
fn read_ranges(table: &Table<'_, '_>) -> Cow<'static, [CodeRange]> {
    let bounds: Vec<i64> = table.field("codes").unwrap_or_default();
    let (pairs, rest) = bounds.as_chunks::<2>();
    if !rest.is_empty() || pairs.iter().any(|[first, last]| first > last) {
        table.report_field("codes", "codes must be pairs of FIRST, LAST");
    }
    pairs.iter().map(|&[first, last]| CodeRange { first, last }).collect()
}

fn check_literals(table: &Table<'_, '_>, marker: &Marker) {
    let literals = [&marker.words, &marker.starts, &marker.parts];
    let is_bare = literals.into_iter().all(|list| list.is_empty());
    let is_limited =
        !marker.keys.is_empty() || !marker.codes.is_empty() || marker.pattern.is_some();
    if is_bare && !is_limited {
        table.report(
            "a marker needs words, starts or parts, or the keys, codes or pattern that it always \
                goes with",
        );
    }
    let min = Rules::MARKER_LITERAL_MIN;
    for literal in literals.into_iter().flat_map(|list| list.iter()) {
        if literal.len() < min || literal.as_bytes()[..min].contains(&b'#') {
            table.report(format!("'{literal}' must begin with {min} bytes that are not '#'"));
        }
    }
}
