//! The built-in rules, as the static tables that the build script writes from `patterns/rules`.

use std::borrow::Cow;

use super::{Key, Marker, NameRule, Rules, Shape};
use crate::catalog::{CodeRange, Text};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

impl Rules {
    /// The rules that ship with the library. Costs nothing: the tables are static.
    pub fn built_in() -> Self {
        Self {
            triggers: Cow::Borrowed(TRIGGERS),
            qualifiers: Cow::Borrowed(QUALIFIERS),
            abbreviations: Cow::Borrowed(ABBREVIATIONS),
            list_joints: Cow::Borrowed(LIST_JOINTS),
            units: Cow::Borrowed(UNITS),
            right_edges: Cow::Borrowed(RIGHT_EDGES),
            stems: Cow::Borrowed(STEMS),
            keys: Cow::Borrowed(KEYS),
            literal_keys: Cow::Borrowed(LITERAL_KEYS),
            names: NAMES,
            shapes: Cow::Borrowed(SHAPES),
            markers: Cow::Borrowed(MARKERS),
        }
    }
}
