//! The rules by which codes are found: keys, names and shapes, and markers for and against a code.

// The generated table names `Cow` by this crate.
extern crate alloc;

pub use imerr_catalog::rules::{Key, Marker, NameRule, Rules, Shape};
pub use imerr_catalog::{PatternSpan, RuleFile, Sample, read_rules};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules that the library contains. Costs nothing: the table is static.
pub fn built_in() -> Rules {
    RULES.clone()
}

/// Whether a system is one of the main product's.
pub(crate) fn is_product_system(system: &str) -> bool {
    RULES.product_systems.iter().any(|one| one == system)
}

/// The files of the built-in rules.
#[cfg(test)]
const FILES: [(&str, &str); 4] = [
    ("keys.toml", include_str!("../patterns/rules/keys.toml")),
    ("markers.toml", include_str!("../patterns/rules/markers.toml")),
    ("names.toml", include_str!("../patterns/rules/names.toml")),
    ("shapes.toml", include_str!("../patterns/rules/shapes.toml")),
];

/// The sample lines of the built-in rules.
#[cfg(test)]
pub(crate) fn samples() -> Vec<Sample> {
    FILES
        .iter()
        .flat_map(|(path, text)| {
            read_rules(path, text).expect("the build script checks the files").samples
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_what_the_files_say() {
        let mut rules = Rules::default();
        for (path, text) in FILES {
            rules.add(read_rules(path, text).expect("the build script checks the files").rules);
        }
        assert_eq!(rules, built_in());
    }

    #[test]
    fn every_spelling_of_a_key_contains_a_trigger() {
        let rules = built_in();
        for key in rules.keys.iter() {
            let lower = key.words.to_lowercase();
            let camel: String =
                lower.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            let mut spellings = vec![lower.replace(' ', ""), lower.replace(' ', "_")];
            if lower.contains("code") || lower.contains("err") {
                spellings.extend([lower.to_uppercase().replace(' ', "_"), camel]);
            }
            for spelling in spellings {
                assert!(
                    has_trigger(&rules, &format!("{spelling}:")),
                    "no trigger is in {spelling}"
                );
            }
        }
        for literal in rules.literal_keys.iter() {
            assert!(has_trigger(&rules, &literal.words), "no trigger is in {}", literal.words);
        }
    }

    fn has_trigger(rules: &Rules, spelling: &str) -> bool {
        rules.triggers.iter().any(|trigger| spelling.contains(trigger.as_ref()))
    }
}
