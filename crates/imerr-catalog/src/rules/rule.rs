//! The kinds of rule, and the set that a detector is built from.

use std::borrow::Cow;

use crate::{CodeRange, Text};

/// Everything the detector goes by, apart from the codes themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Literals that wake the search; at most [`Rules::TRIGGER_LIMIT`].
    pub triggers: Cow<'static, [Text]>,
    /// Words that make a plain `code` or `error` behind them mean something else.
    pub qualifiers: Cow<'static, [Text]>,
    /// Abbreviations that do not, although others in capitals do (`IFSC Code`).
    pub abbreviations: Cow<'static, [Text]>,
    /// What parts the numbers of a list behind one key.
    pub list_joints: Cow<'static, [Text]>,
    /// Words behind a number that make it an amount.
    pub units: Cow<'static, [Text]>,
    /// Letters that may touch a number on its right.
    pub right_edges: Cow<'static, [Text]>,
    /// Beginnings of symbolic names.
    pub stems: Cow<'static, [Text]>,
    /// Keys of ASCII words, ascending by [`Key::folded`].
    pub keys: Cow<'static, [Key]>,
    /// Keys with other letters, matched as they are; the longest first.
    pub literal_keys: Cow<'static, [Key]>,
    /// What symbolic names are worth.
    pub names: NameRule,
    /// Irregular shapes.
    pub shapes: Cow<'static, [Shape]>,
    /// Evidence for and against; at most [`Rules::MARKER_LIMIT`].
    pub markers: Cow<'static, [Marker]>,
}

/// Words that stand before a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The words, as in the data file: `error code`.
    pub words: Text,
    /// The words in lower case without anything between them: `errorcode`.
    pub folded: Text,
    /// Whether a longer identifier may end in it: `lastErrorCode`.
    pub suffix: bool,
    /// Points when a sign such as `:` or `=` parts it from the number.
    pub weight: i32,
    /// Points when only blanks, brackets or a comma do.
    pub bare: i32,
    /// Whether the word is a log level when it stands in capitals or in brackets: then a number behind it without a sign is
    /// hardly ever a code.
    pub level: bool,
}

/// Points for symbolic names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameRule {
    /// For a name that a catalog knows and that begins with a stem, by itself.
    pub known: i32,
    /// For any other name that a catalog knows, if it is made of four words or more.
    pub long: i32,
    /// For a shorter one.
    pub short: i32,
    /// For a number behind any other name with one of the stems.
    pub unknown: i32,
}

/// An irregular shape: a regular expression with a group `code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it finds.
    pub name: Text,
    /// Literals; the shape is looked for only in lines that hold one of them.
    pub triggers: Cow<'static, [Text]>,
    /// The regular expression.
    pub pattern: Text,
    /// Points for a match.
    pub weight: i32,
}

/// Evidence in a line, for or against: one of `words`, `starts` and `parts`; without any of those, the key and the code alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What it recognizes.
    pub name: Text,
    /// Whether only the product itself writes this.
    pub product: bool,
    /// Whether it only says that anybody may have written this: then it counts nothing on a line with a marker of the product.
    pub generic: bool,
    /// Points, negative for evidence against; added once, however often it matches.
    pub weight: i32,
    /// Matched as whole identifiers.
    pub words: Cow<'static, [Text]>,
    /// Matched at the beginning of an identifier.
    pub starts: Cow<'static, [Text]>,
    /// Matched anywhere.
    pub parts: Cow<'static, [Text]>,
    /// If not empty: counts only for codes behind a key spelled exactly so.
    pub keys: Cow<'static, [Text]>,
    /// If not empty: counts only for codes in these ranges.
    pub codes: Cow<'static, [CodeRange]>,
    /// The systems that the line then speaks of: decides between several meanings of a code.
    pub systems: Cow<'static, [Text]>,
    /// If not empty: counts only for codes of these systems, which are those of another product. Where one of them tells that
    /// product, nothing else counts for its codes; and what tells the main product never speaks for them.
    pub about: Cow<'static, [Text]>,
}

impl Rules {
    /// The most triggers there can be: above that the packed search does not exist.
    pub const TRIGGER_LIMIT: usize = 64;
    /// The least length of a literal of a marker, in bytes: shorter ones say too little.
    pub const MARKER_LITERAL_MIN: usize = 3;
    /// The most markers there can be: those of a line are one 128-bit set. The built-in ones may take half of them.
    pub const MARKER_LIMIT: usize = 128;
    /// The most shapes there can be: those that a line may match are one 128-bit set. The built-in ones may take half of
    /// them.
    pub const SHAPE_LIMIT: usize = 128;
    /// The longest regular expression of a shape, in bytes.
    pub const PATTERN_LIMIT: usize = 1000;

    /// No rules at all: nothing is found.
    pub fn empty() -> Self {
        Self {
            triggers: Cow::default(),
            qualifiers: Cow::default(),
            abbreviations: Cow::default(),
            list_joints: Cow::default(),
            units: Cow::default(),
            right_edges: Cow::default(),
            stems: Cow::default(),
            keys: Cow::default(),
            literal_keys: Cow::default(),
            names: NameRule::default(),
            shapes: Cow::default(),
            markers: Cow::default(),
        }
    }

    /// Adds the rules of another set behind these.
    pub fn add(&mut self, other: Rules) {
        self.triggers.to_mut().extend(other.triggers.into_owned());
        self.qualifiers.to_mut().extend(other.qualifiers.into_owned());
        self.abbreviations.to_mut().extend(other.abbreviations.into_owned());
        self.list_joints.to_mut().extend(other.list_joints.into_owned());
        self.units.to_mut().extend(other.units.into_owned());
        self.right_edges.to_mut().extend(other.right_edges.into_owned());
        self.stems.to_mut().extend(other.stems.into_owned());
        self.keys.to_mut().extend(other.keys.into_owned());
        self.literal_keys.to_mut().extend(other.literal_keys.into_owned());
        self.shapes.to_mut().extend(other.shapes.into_owned());
        self.markers.to_mut().extend(other.markers.into_owned());
        self.names.known += other.names.known;
        self.names.long += other.names.long;
        self.names.short += other.names.short;
        self.names.unknown += other.names.unknown;
        self.keys.to_mut().sort_by(|a, b| a.folded.cmp(&b.folded));
        self.literal_keys.to_mut().sort_by_key(|key| std::cmp::Reverse(key.words.len()));
    }
    /// Adds the rules of a user to these: one that has the kind and the name of another takes its place. Returns those
    /// that gave way, as `key error code` or `marker wechat`.
    pub fn give_way(&mut self, own: Rules) -> Vec<String> {
        let mut gone = Vec::new();
        let is_own = |key: &Key| {
            own.keys.iter().chain(own.literal_keys.iter()).any(|one| one.folded == key.folded)
        };
        give_way(self.keys.to_mut(), "key", |key| &key.words, is_own, &mut gone);
        give_way(self.literal_keys.to_mut(), "key", |key| &key.words, is_own, &mut gone);
        let is_own = |shape: &Shape| own.shapes.iter().any(|one| one.name == shape.name);
        give_way(self.shapes.to_mut(), "shape", |shape| &shape.name, is_own, &mut gone);
        let is_own = |marker: &Marker| own.markers.iter().any(|one| one.name == marker.name);
        give_way(self.markers.to_mut(), "marker", |marker| &marker.name, is_own, &mut gone);
        let mut names = self.names;
        for (kind, points, own) in [
            ("known", &mut names.known, own.names.known),
            ("long", &mut names.long, own.names.long),
            ("short", &mut names.short, own.names.short),
            ("unknown", &mut names.unknown, own.names.unknown),
        ] {
            if own != 0 && *points != 0 {
                *points = 0;
                gone.push(format!("name {kind}"));
            }
        }
        self.names = names;
        self.add(own);
        gone
    }
}

/// Takes those out of `rules` that are the user's, and tells their names.
fn give_way<T>(
    rules: &mut Vec<T>,
    kind: &str,
    name: impl Fn(&T) -> &Text,
    is_own: impl Fn(&T) -> bool,
    gone: &mut Vec<String>,
) {
    rules.retain(|rule| {
        let stays = !is_own(rule);
        if !stays {
            gone.push(format!("{kind} {}", name(rule)));
        }
        stays
    });
}
