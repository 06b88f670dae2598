//! The rules by which codes are found: keys, names and shapes, and markers for and against a code.
//!
//! Rules are data in `patterns/rules`. The detector decides how to search for them.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde::Deserialize;

use crate::{CodeRange, Text};

/// All rules of a detector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog::rules))]
pub struct Rules {
    /// Literals that start the search; at most [`Rules::TRIGGER_LIMIT`].
    pub triggers: Cow<'static, [Text]>,
    /// Words in front of a plain `code` or `error` that give it another meaning.
    pub qualifiers: Cow<'static, [Text]>,
    /// Points that a qualifier takes away.
    pub qualifier_cost: Option<i32>,
    /// Points of a key that is a log level on this line: `ERROR 6206 --- [main]`.
    pub level_points: Option<i32>,
    /// Points for text near the number that fits the meaning of an entry: see
    /// [`Entry::hints`](crate::Entry::hints).
    pub hint_points: Option<i32>,
    /// The words that end a key of several words and contain no trigger: `error number`.
    pub last_words: Cow<'static, [Text]>,
    /// Abbreviations in front of `code` that do not, although others in capitals do (`IFSC Code`).
    pub abbreviations: Cow<'static, [Text]>,
    /// The separators of the numbers in a list after one key.
    pub list_joints: Cow<'static, [Text]>,
    /// Words after a number that make it an amount.
    pub units: Cow<'static, [Text]>,
    /// Letters that may directly follow a number.
    pub right_edges: Cow<'static, [Text]>,
    /// The systems of the product. Generic markers mean that any program may write the line, which
    /// is evidence against these systems, but not against the systems of custom catalogs.
    pub product_systems: Cow<'static, [Text]>,
    /// Beginnings of symbolic names.
    pub stems: Cow<'static, [Text]>,
    /// Keys of ASCII words, ascending by [`Key::folded`].
    #[serde(skip)]
    pub keys: Cow<'static, [Key]>,
    /// Keys with other letters, which are matched as they are; the longest first.
    #[serde(skip)]
    pub literal_keys: Cow<'static, [Key]>,
    /// Points for symbolic names.
    #[serde(skip)]
    pub names: NameRule,
    /// Regular expressions for irregular notations.
    #[serde(skip)]
    pub shapes: Cow<'static, [Shape]>,
    /// Evidence for and against a code; at most [`Rules::MARKER_LIMIT`].
    #[serde(skip)]
    pub markers: Cow<'static, [Marker]>,
}

/// Words in front of a code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog::rules))]
pub struct Key {
    /// The words, as in the data file: `error code`.
    #[serde(rename = "name")]
    pub words: Text,
    /// The words in lower case without anything between them: `errorcode`.
    #[serde(skip)]
    pub folded: Text,
    /// Whether it is also the end of longer identifiers: `lastErrorCode`.
    pub suffix: bool,
    /// Points if a sign such as `:` or `=` separates it from the number.
    pub weight: i32,
    /// Points if only blanks, brackets or a comma do.
    pub bare: i32,
    /// Whether a comma, too, separates the numbers of a list after it: `errors 70001, 70003`.
    pub plural: bool,
    /// Whether the word in capitals or in brackets is a log level: a number after it without a sign
    /// is hardly ever a code.
    pub level: bool,
}

/// Points for symbolic names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog::rules))]
pub struct NameRule {
    /// For a name in a catalog that begins with a stem.
    pub known: i32,
    /// For any other name in a catalog, if it has [`NameRule::long_words`] words or more.
    pub long: i32,
    /// How many words make a name that belongs to one product only. Other products may have
    /// shorter ones too.
    pub long_words: i32,
    /// For a shorter one.
    pub short: i32,
    /// For a number after a name that is in no catalog but begins with a stem.
    pub unknown: i32,
}

/// An irregular notation: a regular expression with a group `code`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog::rules))]
pub struct Shape {
    /// What it finds.
    pub name: Text,
    /// Literals; only lines with one of them are searched for the shape.
    pub triggers: Cow<'static, [Text]>,
    /// The regular expression.
    pub pattern: Text,
    /// Points for a match.
    pub weight: i32,
}

/// Evidence in a line for or against a code: one of `words`, `starts` and `parts`; if there are
/// none, the key, the code and the pattern.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog::rules))]
pub struct Marker {
    /// What it recognizes.
    pub name: Text,
    /// Why it counts, in a sentence.
    pub reason: Option<Text>,
    /// The same in Chinese.
    pub reason_zh: Option<Text>,
    /// Whether only the product itself writes this.
    pub product: bool,
    /// Whether any product may write this. It then counts nothing on a line with a marker of the
    /// product.
    pub generic: bool,
    /// Points, negative for evidence against a code; added once, however often it matches.
    pub weight: i32,
    /// Matched as whole identifiers.
    pub words: Cow<'static, [Text]>,
    /// Matched at the beginning of an identifier.
    pub starts: Cow<'static, [Text]>,
    /// Matched anywhere.
    pub parts: Cow<'static, [Text]>,
    /// If not empty: counts only for codes after a key with exactly this spelling.
    pub keys: Cow<'static, [Text]>,
    /// If not empty: counts only for codes in these ranges.
    #[serde(skip)]
    pub codes: Cow<'static, [CodeRange]>,
    /// If present: counts only for numbers that this regular expression captures in its group
    /// `code`. It sees up to [`Rules::PATTERN_REACH`] bytes on each side of the number.
    pub pattern: Option<Text>,
    /// The systems that the line is about, to choose between several meanings of a code.
    pub systems: Cow<'static, [Text]>,
    /// If not empty: counts only for codes of these systems, which belong to another product. If
    /// one of them is evidence for that product, nothing else counts for its codes; and evidence
    /// for the main product never counts for them.
    pub about: Cow<'static, [Text]>,
}

impl Rules {
    /// The most triggers: the packed search takes no more.
    pub const TRIGGER_LIMIT: usize = 64;
    /// The most keys. Those of the same length are compared one by one.
    pub const KEY_LIMIT: usize = 4096;
    /// The most words of a list at the top of a file. They are compared one by one.
    pub const WORD_LIMIT: usize = 1024;
    /// The most words, starts and parts of all markers.
    pub const MARKER_LITERAL_LIMIT: usize = 1 << 15;
    /// The shortest literal of a marker, in bytes: shorter ones match too often.
    pub const MARKER_LITERAL_MIN: usize = 3;
    /// The most markers: the markers of a line are one 128-bit set. The built-in ones may take half
    /// of them.
    pub const MARKER_LIMIT: usize = 128;
    /// The most shapes: those that a line may match are one 128-bit set. The built-in ones may take
    /// half of them.
    pub const SHAPE_LIMIT: usize = 128;
    /// The longest regular expression of a shape or marker, in bytes.
    pub const PATTERN_LIMIT: usize = 1000;
    /// How many bytes on each side of a number the pattern of a marker and the hints of an entry
    /// can reach. The limit bounds the cost of a line with many codes.
    pub const PATTERN_REACH: usize = 200;

    /// Adds the rules of another set.
    pub fn add(&mut self, other: Rules) {
        self.triggers.to_mut().extend(other.triggers.into_owned());
        self.qualifiers.to_mut().extend(other.qualifiers.into_owned());
        self.last_words.to_mut().extend(other.last_words.into_owned());
        self.abbreviations.to_mut().extend(other.abbreviations.into_owned());
        self.list_joints.to_mut().extend(other.list_joints.into_owned());
        self.units.to_mut().extend(other.units.into_owned());
        self.right_edges.to_mut().extend(other.right_edges.into_owned());
        self.product_systems.to_mut().extend(other.product_systems.into_owned());
        self.stems.to_mut().extend(other.stems.into_owned());
        self.keys.to_mut().extend(other.keys.into_owned());
        self.literal_keys.to_mut().extend(other.literal_keys.into_owned());
        self.shapes.to_mut().extend(other.shapes.into_owned());
        self.markers.to_mut().extend(other.markers.into_owned());
        self.names.known += other.names.known;
        self.names.long += other.names.long;
        self.names.short += other.names.short;
        self.names.unknown += other.names.unknown;
        self.names.long_words += other.names.long_words;
        self.qualifier_cost = other.qualifier_cost.or(self.qualifier_cost);
        self.level_points = other.level_points.or(self.level_points);
        self.hint_points = other.hint_points.or(self.hint_points);
        self.sort();
    }

    /// The regular expressions of shapes and markers, each with its rule: `shape glossary`.
    pub fn patterns(&self) -> impl Iterator<Item = (String, &Text)> {
        let shapes =
            self.shapes.iter().map(|shape| (format!("shape {}", shape.name), &shape.pattern));
        let markers = self.markers.iter().filter_map(|marker| {
            Some((format!("marker {}", marker.name), marker.pattern.as_ref()?))
        });
        shapes.chain(markers)
    }

    /// The number of keys.
    pub fn key_count(&self) -> usize {
        self.keys.len() + self.literal_keys.len()
    }

    /// The number of words, starts and parts of all markers.
    pub fn marker_literal_count(&self) -> usize {
        let count = |marker: &Marker| marker.words.len() + marker.starts.len() + marker.parts.len();
        self.markers.iter().map(count).sum()
    }

    /// Restores the order of the keys.
    pub(crate) fn sort(&mut self) {
        self.keys.to_mut().sort_by(|a, b| a.folded.cmp(&b.folded));
        self.literal_keys.to_mut().sort_by_key(|key| Reverse(key.words.len()));
    }

    /// Adds custom rules. A rule replaces the one of the same kind and name. Returns the replaced
    /// rules, as `key error code` or `marker wechat`.
    pub fn override_with(&mut self, custom: Rules) -> Vec<String> {
        let mut replaced = Vec::new();
        let custom_keys: Vec<&Key> = custom.keys.iter().chain(custom.literal_keys.iter()).collect();
        let has_key = |key: &Key| custom_keys.iter().any(|other| other.folded == key.folded);
        for keys in [&mut self.keys, &mut self.literal_keys] {
            remove(keys, has_key, |key| format!("key {}", key.words), &mut replaced);
        }
        let has_shape = |shape: &Shape| custom.shapes.iter().any(|other| other.name == shape.name);
        remove(&mut self.shapes, has_shape, |shape| format!("shape {}", shape.name), &mut replaced);
        let has_marker =
            |marker: &Marker| custom.markers.iter().any(|other| other.name == marker.name);
        let name = |marker: &Marker| format!("marker {}", marker.name);
        remove(&mut self.markers, has_marker, name, &mut replaced);
        for (name, points, custom) in [
            ("name known", &mut self.names.known, custom.names.known),
            ("name long", &mut self.names.long, custom.names.long),
            ("name short", &mut self.names.short, custom.names.short),
            ("name unknown", &mut self.names.unknown, custom.names.unknown),
        ] {
            if custom != 0 && *points != 0 {
                *points = 0;
                replaced.push(name.to_string());
            }
        }
        if custom.names.long_words != 0 {
            self.names.long_words = 0;
        }
        self.add(custom);
        replaced
    }
}

/// Removes the rules that are replaced, and adds their names to `replaced`.
fn remove<T: Clone>(
    rules: &mut Cow<'static, [T]>,
    is_replaced: impl Fn(&T) -> bool,
    name: impl Fn(&T) -> String,
    replaced: &mut Vec<String>,
) {
    replaced.extend(rules.iter().filter(|rule| is_replaced(rule)).map(name));
    rules.to_mut().retain(|rule| !is_replaced(rule));
}
