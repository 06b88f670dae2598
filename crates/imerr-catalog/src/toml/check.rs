//! Checks that need the entries of several files.

use std::collections::HashMap;

use crate::range_index::RangeIndex;
use crate::{Diagnostic, Entry, SourcedEntry, Span};

/// Reports codes and names that one system has twice, and `see` and `same_cause_as` that refer to
/// no code. `is_known` says whether other catalogs have a code.
pub fn check_together(entries: &[SourcedEntry], is_known: impl Fn(i64) -> bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    check_codes(entries, &mut diagnostics);
    check_names(entries, &mut diagnostics);
    let index = CodeIndex::new(entries);
    for sourced in entries {
        for (&code, &span) in sourced.entry.see.iter().zip(&sourced.see) {
            if index.entry(code).is_none() && !is_known(code) {
                let message = format!("see names {code}, which is in no catalog");
                diagnostics.push(diagnostic(sourced, span, message));
            }
        }
        diagnostics.extend(check_cause(sourced, &index, &is_known));
    }
    diagnostics.sort();
    diagnostics
}

fn diagnostic(sourced: &SourcedEntry, span: Span, message: String) -> Diagnostic {
    let message = format!("{}: {message}", sourced.entry.codes);
    Diagnostic { path: sourced.path.to_string(), span, message }
}

fn location(sourced: &SourcedEntry) -> String {
    format!("{}:{}", sourced.path, sourced.span.line)
}

/// Codes that two files have in the same system.
fn check_codes(entries: &[SourcedEntry], diagnostics: &mut Vec<Diagnostic>) {
    let mut sorted: Vec<&SourcedEntry> = entries.iter().collect();
    sorted.sort_by(|a, b| (&a.entry.system, a.entry.codes).cmp(&(&b.entry.system, b.entry.codes)));
    for pair in sorted.windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        if earlier.entry.system == later.entry.system
            && later.entry.codes.first <= earlier.entry.codes.last
            && earlier.path != later.path
        {
            let (system, codes) = (&later.entry.system, earlier.entry.codes);
            let message = format!("{system} has {codes} already, at {}", location(earlier));
            diagnostics.push(diagnostic(later, later.span, message));
        }
    }
}

/// Names that two entries have in the same system.
fn check_names(entries: &[SourcedEntry], diagnostics: &mut Vec<Diagnostic>) {
    let mut owners: HashMap<(&str, &str), &SourcedEntry> = HashMap::with_capacity(entries.len());
    for sourced in entries {
        for name in sourced.entry.names.iter() {
            let Some(owner) = owners.insert((&sourced.entry.system, name), sourced) else {
                continue;
            };
            // A range that was overridden in its middle is two entries with one origin.
            if (&owner.path, owner.span) != (&sourced.path, sourced.span) {
                let codes = owner.entry.codes;
                let message =
                    format!("name {name} belongs to {codes} already, at {}", location(owner));
                diagnostics.push(diagnostic(sourced, sourced.span, message));
            }
        }
    }
}

fn check_cause(
    sourced: &SourcedEntry,
    index: &CodeIndex<'_>,
    is_known: impl Fn(i64) -> bool,
) -> Option<Diagnostic> {
    let (lead, span) = sourced.entry.same_cause_as.zip(sourced.same_cause_as)?;
    let fault = match index.entry(lead) {
        None if !is_known(lead) => "which is in no catalog",
        Some(other) if other.same_cause_as.is_some() => "which has the cause of another code",
        _ => return None,
    };
    Some(diagnostic(sourced, span, format!("same_cause_as names {lead}, {fault}")))
}

/// Finds entries by code.
struct CodeIndex<'e> {
    singles: HashMap<i64, &'e Entry>,
    ranges: Vec<&'e Entry>,
    range_index: RangeIndex,
}

impl<'e> CodeIndex<'e> {
    fn new(entries: &'e [SourcedEntry]) -> Self {
        let mut index = Self {
            singles: HashMap::with_capacity(entries.len()),
            ranges: Vec::new(),
            range_index: RangeIndex::default(),
        };
        for entry in entries.iter().map(|sourced| &sourced.entry) {
            if entry.codes.is_range() {
                index.ranges.push(entry);
            } else {
                index.singles.entry(entry.codes.first).or_insert(entry);
            }
        }
        index.range_index = RangeIndex::new(index.ranges.iter().map(|entry| entry.codes));
        index
    }

    fn entry(&self, code: i64) -> Option<&'e Entry> {
        let in_range = || Some(self.ranges[*self.range_index.find(code).first()? as usize]);
        self.singles.get(&code).copied().or_else(in_range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_catalog;
    use crate::testutil::GOOD;

    #[test]
    fn codes_names_and_references_are_checked_over_all_files() {
        let entries = read_catalog("c.toml", GOOD).expect("the catalog is good");
        fn check(entries: &[SourcedEntry]) -> Vec<String> {
            check_together(entries, |_| false).iter().map(Diagnostic::to_string).collect::<Vec<_>>()
        }
        let no_target = "c.toml:13:8: 6206: see names 70001, which is in no catalog";
        assert_eq!(check(&entries), [no_target]);

        let other = read_catalog("d.toml", &GOOD.replace("code = 6206", "code = 70001"))
            .expect("the catalog is good");
        let both = [entries.clone(), other].concat();
        assert_eq!(
            check(&both),
            ["d.toml:4:8: 70001: name ERR_USER_SIG_EXPIRED belongs to 6206 already, at c.toml:4"]
        );

        let dangling = read_catalog(
            "d.toml",
            &GOOD
                .replace("code = 6206", "code = 70001\nsame_cause_as = 1")
                .replace("ERR_", "OTHER_"),
        );
        let dangling = dangling.expect("the catalog is good");
        let chain = GOOD
            .replace("code = 6206", "code = 70002\nsame_cause_as = 70001")
            .replace("ERR_", "THIRD_");
        let chain = read_catalog("e.toml", &chain).expect("the catalog is good");
        assert_eq!(
            check(&[dangling, chain].concat()),
            [
                "d.toml:5:17: 70001: same_cause_as names 1, which is in no catalog",
                "e.toml:5:17: 70002: same_cause_as names 70001, which has the cause of another code"
            ]
        );

        let overlap = read_catalog(
            "d.toml",
            &GOOD.replace("code = 6206", "range = [6200, 6300]").replace("ERR_", "OTHER_"),
        );
        let both = [entries, overlap.expect("the catalog is good")].concat();
        assert!(
            check(&both)
                .contains(&"c.toml:4:8: 6206: sdk has 6200..6300 already, at d.toml:4".to_string()),
            "{:?}",
            check(&both)
        );
    }
}
