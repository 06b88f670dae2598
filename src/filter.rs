//! Selecting findings: by confidence, by code, and by what the catalog says about the code.

use crate::catalog::{Catalog, CodeSet, Entry, Kind, Retry, Severity, Status};
use crate::detect::{Confidence, Finding};

/// Conditions on findings. Start from the default and set the fields that differ.
///
/// A finding passes if it meets all of them. An empty list is no condition.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// The lowest confidence that passes.
    pub min_confidence: Confidence,
    /// An entry passes if it has one of the values of each list that is not empty.
    pub only: Traits,
    /// An entry fails if it has a value of any list.
    pub except: Traits,
    /// Codes that pass.
    pub codes: CodeSet,
    /// Codes that fail.
    pub except_codes: CodeSet,
    /// The unknown codes that pass: all if None.
    pub unknown: Option<CodeSet>,
}

/// Lists of values of entry fields. An empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traits {
    /// Systems, such as `sdk`.
    pub systems: Vec<String>,
    /// Categories, such as `account` (of any system) or `server/group`.
    pub categories: Vec<String>,
    /// Classes of failure.
    pub kinds: Vec<Kind>,
    /// Severities.
    pub severities: Vec<Severity>,
    /// Whether the same request can succeed later.
    pub retries: Vec<Retry>,
    /// Whether the vendor still documents the code.
    pub statuses: Vec<Status>,
}

impl Traits {
    /// Whether `entry` has one of the values of each list that is not empty.
    fn match_all(&self, entry: &Entry) -> bool {
        (self.systems.is_empty() || has(&self.systems, &*entry.system))
            && (self.categories.is_empty() || self.has_category_of(entry))
            && (self.kinds.is_empty() || has(&self.kinds, &entry.kind))
            && (self.severities.is_empty() || has(&self.severities, &entry.severity))
            && (self.retries.is_empty() || has(&self.retries, &entry.retry))
            && (self.statuses.is_empty() || has(&self.statuses, &entry.status))
    }

    /// Whether `entry` has a value of any list.
    fn match_any(&self, entry: &Entry) -> bool {
        has(&self.systems, &*entry.system)
            || self.has_category_of(entry)
            || has(&self.kinds, &entry.kind)
            || has(&self.severities, &entry.severity)
            || has(&self.retries, &entry.retry)
            || has(&self.statuses, &entry.status)
    }

    fn has_category_of(&self, entry: &Entry) -> bool {
        self.categories.iter().any(|category| entry.is_in_category(category))
    }

    /// Whether all lists are empty.
    pub fn is_empty(&self) -> bool {
        self.systems.is_empty()
            && self.categories.is_empty()
            && self.kinds.is_empty()
            && self.severities.is_empty()
            && self.retries.is_empty()
            && self.statuses.is_empty()
    }
}

fn has<T: PartialEq<U>, U: ?Sized>(list: &[T], value: &U) -> bool {
    list.iter().any(|one| one == value)
}

impl Default for Filter {
    /// Passes all findings of medium and high confidence.
    fn default() -> Self {
        Self {
            min_confidence: Confidence::Medium,
            only: Traits::default(),
            except: Traits::default(),
            codes: CodeSet::default(),
            except_codes: CodeSet::default(),
            unknown: None,
        }
    }
}

impl Filter {
    /// Whether `entry` passes, whatever its code.
    pub fn allows_entry(&self, entry: &Entry) -> bool {
        self.only.match_all(entry) && !self.except.match_any(entry)
    }

    /// Whether `code` passes, whatever its entry.
    pub fn allows_code(&self, code: i64) -> bool {
        let is_listed = self.codes.is_empty() || self.codes.contains(code);
        is_listed && !self.except_codes.contains(code)
    }

    /// Whether `entry` is selected from a catalog: it passes, and so does one of its codes.
    pub fn selects(&self, entry: &Entry) -> bool {
        let is_listed = self.codes.is_empty() || self.codes.overlaps(entry.codes);
        is_listed && !self.except_codes.overlaps(entry.codes) && self.allows_entry(entry)
    }

    /// Whether any unknown code can pass.
    pub fn allows_some_unknown(&self) -> bool {
        self.only.is_empty() && self.unknown.as_ref().is_none_or(|codes| !codes.is_empty())
    }

    /// Removes the findings that fail, and of an ambiguous one the meanings that fail.
    ///
    /// An unknown code has no entry, so it fails if `only` has a condition.
    pub fn apply(&self, findings: &mut Vec<Finding>, catalog: &Catalog) {
        findings.retain_mut(|finding| {
            if finding.confidence < self.min_confidence || !self.allows_code(finding.code) {
                return false;
            }
            if finding.entries.is_unknown() {
                return self.only.is_empty() && self.allows_unknown(finding.code);
            }
            // The usual case, which is 2 % faster for a log with a code on each line.
            if self.only.is_empty() && self.except.is_empty() {
                return true;
            }
            finding.entries = finding.entries.filtered(|id| self.allows_entry(catalog.entry(id)));
            !finding.entries.is_unknown()
        });
    }

    /// Whether `finding` would pass if all unknown codes did.
    pub(crate) fn rejects_as_unknown(&self, finding: &Finding) -> bool {
        finding.entries.is_unknown()
            && finding.confidence >= self.min_confidence
            && self.allows_code(finding.code)
            && !self.allows_unknown(finding.code)
    }

    fn allows_unknown(&self, code: i64) -> bool {
        self.unknown.as_ref().is_none_or(|codes| codes.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CodeRange;
    use crate::detect::Detector;

    fn found(filter: &Filter) -> Vec<i64> {
        let detector = Detector::built_in().with_unknown(true);
        let line = "imsdk TIM: error_code:6206 error_code:70107 error_code:-10113 error_code:6707";
        let mut findings = crate::testutil::findings(&detector, line.as_bytes());
        filter.apply(&mut findings, detector.catalog());
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn an_entry_is_selected_by_its_codes_and_traits() {
        let catalog = crate::catalog::built_in();
        let codes = |first, last| CodeSet::from_iter([CodeRange { first, last }]);
        let within_range = Filter { codes: codes(120_005, 120_005), ..Filter::default() };
        assert_eq!(count(&within_range), 1);
        let all = catalog.entries().len();
        let except = Filter { except_codes: codes(6206, 6206), ..Filter::default() };
        assert_eq!((count(&Filter::default()), count(&except)), (all, all - 1));
        let traits = Traits { systems: vec!["web".to_string()], ..Traits::default() };
        assert_eq!(count(&Filter { only: traits, ..within_range }), 0);
    }

    fn count(filter: &Filter) -> usize {
        crate::catalog::built_in().entries().iter().filter(|entry| filter.selects(entry)).count()
    }

    #[test]
    fn a_finding_passes_if_it_meets_every_condition() {
        let all = Filter::default();
        let only = |only: Traits| found(&Filter { only, ..Filter::default() });
        let except = |except: Traits| found(&Filter { except, ..Filter::default() });
        let server = || Traits { systems: vec!["server".to_string()], ..Traits::default() };
        let account = || Traits { categories: vec!["account".to_string()], ..Traits::default() };
        let kinds = || Traits { kinds: vec![Kind::Auth, Kind::RateLimit], ..Traits::default() };
        let warning = || Traits { severities: vec![Severity::Warning], ..Traits::default() };
        let backoff = || Traits { retries: vec![Retry::Backoff], ..Traits::default() };
        assert_eq!(found(&all), [6206, 70107, -10113, 6707]);
        assert_eq!((only(server()), except(server())), (vec![70107, -10113], vec![6206, 6707]));
        let of_server = || Traits { categories: vec!["server/account".to_string()], ..account() };
        assert_eq!(
            (only(of_server()), except(of_server())),
            (vec![70107], vec![6206, -10113, 6707])
        );
        assert_eq!((only(account()), except(account())), (vec![6206, 70107], vec![-10113, 6707]));
        assert_eq!((only(kinds()), except(kinds())), (vec![6206, -10113], vec![70107, 6707]));
        assert_eq!((only(warning()), except(warning())), (vec![-10113], vec![6206, 70107, 6707]));
        assert_eq!((only(backoff()), except(backoff())), (vec![-10113], vec![6206, 70107, 6707]));
        let deprecated = || Traits { statuses: vec![Status::Deprecated], ..Traits::default() };
        assert_eq!((only(deprecated()), except(deprecated()).len()), (vec![], 4));
        let both = || Traits { kinds: vec![Kind::Auth], ..warning() };
        assert_eq!((only(both()), except(both())), (vec![], vec![70107, 6707]));
        assert_eq!(
            found(&Filter { only: server(), except: warning(), ..Filter::default() }),
            [70107]
        );

        let range = || CodeSet::from_iter([CodeRange { first: 6200, last: 6800 }]);
        assert_eq!(found(&Filter { codes: range(), ..Filter::default() }), [6206, 6707]);
        assert_eq!(found(&Filter { except_codes: range(), ..Filter::default() }), [70107, -10113]);
        assert_eq!(
            found(&Filter {
                codes: range(),
                except_codes: CodeSet::from_iter([CodeRange::one(6206)]),
                ..Filter::default()
            }),
            [6707]
        );
        assert_eq!(
            found(&Filter { unknown: Some(CodeSet::default()), ..Filter::default() }),
            [6206, 70107, -10113]
        );
        assert_eq!(
            found(&Filter {
                unknown: Some(CodeSet::from_iter([CodeRange::one(6707)])),
                ..Filter::default()
            }),
            [6206, 70107, -10113, 6707]
        );
    }
}
