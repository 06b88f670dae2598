//! Choices among the findings of a line that several formats make.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::catalog::Catalog;
use crate::detect::Finding;

/// One finding for each code of the line, the most confident one, in the order in which the codes
/// first occur.
pub(super) fn distinct(findings: &[Finding]) -> Vec<Finding> {
    let mut distinct: Vec<Finding> = Vec::with_capacity(findings.len().min(16));
    let mut indexes = HashMap::new();
    for finding in findings {
        match indexes.entry(finding.code) {
            Entry::Vacant(index) => {
                index.insert(distinct.len());
                distinct.push(*finding);
            }
            Entry::Occupied(index) => {
                let first = &mut distinct[*index.get()];
                if first.confidence < finding.confidence {
                    *first = *finding;
                }
            }
        }
    }
    distinct
}

/// The finding of the worst severity, the first of several. An unknown code counts as an error, but
/// less than known ones.
pub(super) fn worst<'f>(findings: &'f [Finding], catalog: &Catalog) -> &'f Finding {
    let rank =
        |finding: &Finding| (finding.meanings.severity(catalog), !finding.meanings.is_unknown());
    let mut worst = findings.first().expect("a line is rendered because of its findings");
    for finding in &findings[1..] {
        if rank(finding) > rank(worst) {
            worst = finding;
        }
    }
    worst
}

/// The page about the code of a finding; of an ambiguous code, the page of the likeliest entry that
/// has one.
pub(super) fn page<'c>(finding: &Finding, catalog: &'c Catalog) -> Option<&'c str> {
    finding.meanings.entries(catalog).find_map(|entry| entry.page.as_deref())
}
