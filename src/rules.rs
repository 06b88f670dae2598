//! What a code looks like in a log: the keys, names and shapes around it, and the markers for and against it.

use std::borrow::Cow;

pub use imerr_catalog::rules::{
    Key, Marker, NameRule, PatternPlace, RuleFile, Rules, Sample, Shape, read_rules,
};

use crate::catalog::{CodeRange, Text};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules that ship with the library. Costs nothing: the tables are static.
pub fn built_in() -> Rules {
    Rules {
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

/// The files of the built-in rules, as the build script reads them.
#[cfg(test)]
const FILES: [(&str, &str); 4] = [
    ("keys.toml", include_str!("../patterns/rules/keys.toml")),
    ("markers.toml", include_str!("../patterns/rules/markers.toml")),
    ("names.toml", include_str!("../patterns/rules/names.toml")),
    ("shapes.toml", include_str!("../patterns/rules/shapes.toml")),
];

/// The sample lines that the built-in rules bring along.
#[cfg(test)]
pub(crate) fn samples() -> Vec<Sample> {
    FILES
        .iter()
        .flat_map(|(path, text)| {
            read_rules(path, text).expect("the build checked the files").samples
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_hold_what_the_files_say() {
        let mut rules = Rules::empty();
        for (path, text) in FILES {
            rules.add(read_rules(path, text).expect("the build checked the files").rules);
        }
        assert_eq!(rules, built_in());
    }

    #[test]
    fn every_spelling_of_a_key_holds_a_trigger() {
        let rules = built_in();
        let wakes = |spelling: &str| {
            rules.triggers.iter().any(|trigger| spelling.contains(trigger.as_ref()))
        };
        for key in rules.keys.iter() {
            let lower = key.words.to_lowercase();
            let camel: String =
                lower.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            let mut spellings = vec![lower.replace(' ', ""), lower.replace(' ', "_")];
            if lower.contains("code") || lower.contains("err") {
                spellings.extend([lower.to_uppercase().replace(' ', "_"), camel]);
            }
            for spelling in spellings {
                assert!(wakes(&format!("{spelling}:")), "no trigger wakes {spelling}");
            }
        }
        for literal in rules.literal_keys.iter() {
            assert!(wakes(&literal.words), "no trigger wakes {}", literal.words);
        }
    }
}
