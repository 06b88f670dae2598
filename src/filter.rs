//! Which findings are of interest: by confidence, code, and what the catalog says about the code.

use crate::catalog::{Catalog, Codes, Entry, Kind, Severity};
use crate::detect::{Confidence, Finding};

/// What findings must be like to count. An empty list lets everything through; several lists all have to agree.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The least confidence.
    pub min_confidence: Confidence,
    /// Systems, such as `sdk`.
    pub systems: Vec<String>,
    /// Categories, such as `account`.
    pub categories: Vec<String>,
    /// Classes of failure.
    pub kinds: Vec<Kind>,
    /// Severities.
    pub severities: Vec<Severity>,
    /// Codes and ranges of codes.
    pub codes: Vec<Codes>,
    /// Which codes that no catalog holds: all, or only these.
    pub unknown: Option<Vec<Codes>>,
}

impl Default for Filter {
    /// Everything with medium or high confidence.
    fn default() -> Self {
        Self {
            min_confidence: Confidence::Medium,
            systems: Vec::new(),
            categories: Vec::new(),
            kinds: Vec::new(),
            severities: Vec::new(),
            codes: Vec::new(),
            unknown: None,
        }
    }
}

impl Filter {
    /// Whether the catalog's word on `entry` is of interest. Does not look at the code.
    pub fn wants_entry(&self, entry: &Entry) -> bool {
        fn wants<T, U: ?Sized>(list: &[T], value: &U) -> bool
        where
            T: PartialEq<U>,
        {
            list.is_empty() || list.iter().any(|one| one == value)
        }
        wants(&self.systems, entry.system.as_ref())
            && wants(&self.categories, entry.category.as_ref())
            && wants(&self.kinds, &entry.kind)
            && wants(&self.severities, &entry.severity)
    }

    /// Whether `code` is of interest.
    pub fn wants_code(&self, code: i64) -> bool {
        self.codes.is_empty() || self.codes.iter().any(|codes| codes.contains(code))
    }

    /// Whether any unknown code is of interest.
    pub fn wants_some_unknown(&self) -> bool {
        !self.asks_of_entries() && self.unknown.as_ref().is_none_or(|list| !list.is_empty())
    }

    /// Leaves the findings that are of interest; of an ambiguous one, the meanings that are.
    ///
    /// An unknown code passes as long as nothing is asked of its entry.
    pub fn apply(&self, findings: &mut Vec<Finding>, catalog: &Catalog) {
        findings.retain_mut(|finding| {
            if finding.confidence < self.min_confidence || !self.wants_code(finding.code) {
                return false;
            }
            if finding.meanings.is_unknown() {
                return !self.asks_of_entries() && self.wants_unknown(finding.code);
            }
            finding.meanings = finding.meanings.filtered(|place| self.wants_entry(catalog.entry(place)));
            !finding.meanings.is_unknown()
        });
    }

    fn wants_unknown(&self, code: i64) -> bool {
        self.unknown.as_ref().is_none_or(|list| list.iter().any(|codes| codes.contains(code)))
    }

    /// Whether something is asked of entries: then no unknown code passes.
    pub fn asks_of_entries(&self) -> bool {
        !(self.systems.is_empty() && self.categories.is_empty() && self.kinds.is_empty() && self.severities.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    fn found(filter: &Filter) -> Vec<i64> {
        let mut detector = Detector::built_in().with_unknown(true);
        let mut findings = Vec::new();
        let line = "imsdk TIM: error_code:6206 error_code:70107 error_code:-10113 error_code:6707";
        detector.detect(line.as_bytes(), &mut findings);
        filter.apply(&mut findings, detector.catalog());
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_list_narrows_and_all_have_to_agree() {
        let all = Filter::default();
        assert_eq!(found(&all), [6206, 70107, -10113, 6707]);
        assert_eq!(found(&Filter { systems: vec!["server".to_string()], ..all.clone() }), [70107, -10113]);
        assert_eq!(found(&Filter { categories: vec!["account".to_string()], ..all.clone() }), [6206, 70107]);
        assert_eq!(found(&Filter { kinds: vec![Kind::Auth, Kind::RateLimit], ..all.clone() }), [6206, -10113]);
        assert_eq!(found(&Filter { severities: vec![Severity::Warning], ..all.clone() }), [-10113]);
        assert_eq!(found(&Filter { codes: vec![Codes { first: 6200, last: 6800 }], ..all.clone() }), [6206, 6707]);
        assert_eq!(found(&Filter { unknown: Some(Vec::new()), ..all.clone() }), [6206, 70107, -10113]);
        assert_eq!(found(&Filter { unknown: Some(vec![Codes::one(6707)]), ..all.clone() }), [6206, 70107, -10113, 6707]);
        let both = Filter { kinds: vec![Kind::Auth], severities: vec![Severity::Warning], ..all.clone() };
        assert!(found(&both).is_empty());
    }
}
