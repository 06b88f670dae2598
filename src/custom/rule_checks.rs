//! Checks of custom rules that need the detector or the rules of all files.

use super::{Diagnostic, Span};
use crate::detect::check_pattern;
use crate::rules::{Key, RuleFile, Rules};

/// Reports regular expressions that do not compile. The reader reports patterns that are missing or too long.
pub(super) fn broken_patterns(path: &str, file: &RuleFile) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for ((rule, pattern), location) in file.rules.patterns().zip(&file.patterns) {
        if !(1..=Rules::PATTERN_LIMIT).contains(&pattern.len()) {
            continue;
        }
        if let Err(error) = check_pattern(&rule, pattern) {
            let (span, message) = (location.of(error.span), error.to_string());
            problems.push(Diagnostic { path: path.to_string(), span, message });
        }
    }
    problems
}

/// Reports a file that brings the number of merged rules over a limit.
pub(super) fn too_many_rules(path: &str, file: &RuleFile, merged: &Rules) -> Vec<Diagnostic> {
    let counts = [
        ("markers", file.rules.markers.len(), merged.markers.len(), Rules::MARKER_LIMIT),
        ("shapes", file.rules.shapes.len(), merged.shapes.len(), Rules::SHAPE_LIMIT),
    ];
    let mut problems = Vec::new();
    for (kind, in_file, count, limit) in counts {
        if in_file > 0 && count > limit {
            let message = format!(
                "with those built in and those of other files, {count} {kind} are more than the {limit} that are possible"
            );
            problems.push(Diagnostic { path: path.to_string(), span: Span::START, message });
        }
    }
    problems
}

/// Reports keys that contain no trigger: lines with them are never searched.
pub(super) fn unreachable_keys(path: &str, file: &RuleFile, merged: &Rules) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for key in file.rules.keys.iter().chain(file.rules.literal_keys.iter()) {
        if !has_trigger(key, merged) {
            let lower = key.words.to_lowercase();
            let message = format!(
                "no trigger wakes the key '{lower}'; put triggers = [\"{lower}\"] at the top"
            );
            let span = file.find(&format!("key {}", key.words)).unwrap_or(Span::START);
            problems.push(Diagnostic { path: path.to_string(), span, message });
        }
    }
    problems
}

/// Whether a usual spelling of the key contains a trigger.
fn has_trigger(key: &Key, rules: &Rules) -> bool {
    let lower = key.words.to_lowercase();
    let spellings = [
        lower.replace(' ', ""),
        lower.replace(' ', "_"),
        lower.to_uppercase().replace(' ', "_"),
        lower.split(' ').map(capitalized).collect(),
    ];
    let has_trigger = |spelling: &String| {
        rules.triggers.iter().any(|trigger| spelling.contains(trigger.as_ref()))
    };
    spellings.iter().any(has_trigger)
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    first.to_uppercase().chain(letters).collect()
}
