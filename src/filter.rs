//! Which findings are of interest: by confidence, code, and what the catalog says about the code.

use crate::catalog::{Catalog, CodeRange, Entry, Kind, Retry, Severity};
use crate::detect::{Confidence, Finding};

/// What findings must be like to count. A list that is empty lets everything through; several all have to agree. Begin with the
/// default, and set what is to be different.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// The least confidence.
    pub min_confidence: Confidence,
    /// What an entry must be like in every way that is given.
    pub only: Traits,
    /// What an entry must not be like in any way.
    pub except: Traits,
    /// CodeRange and ranges of codes.
    pub codes: Vec<CodeRange>,
    /// CodeRange and ranges that never count.
    pub except_codes: Vec<CodeRange>,
    /// Which codes that no catalog holds: all, or only these.
    pub unknown: Option<Vec<CodeRange>>,
}

/// What the catalog says about a code; an empty list says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traits {
    /// Systems, such as `sdk`.
    pub systems: Vec<String>,
    /// Categories, such as `account`.
    pub categories: Vec<String>,
    /// Classes of failure.
    pub kinds: Vec<Kind>,
    /// Severities.
    pub severities: Vec<Severity>,
    /// What becomes of the same request when it is made again.
    pub retries: Vec<Retry>,
}

impl Traits {
    /// Whether `entry` is like this in every way that is given.
    fn hold_all(&self, entry: &Entry) -> bool {
        fn fits<T: PartialEq<U>, U: ?Sized>(list: &[T], value: &U) -> bool {
            list.is_empty() || holds(list, value)
        }
        fits(&self.systems, entry.system.as_ref())
            && fits(&self.categories, entry.category.as_ref())
            && fits(&self.kinds, &entry.kind)
            && fits(&self.severities, &entry.severity)
            && fits(&self.retries, &entry.retry)
    }

    /// Whether `entry` is like this in any way.
    fn hold_any(&self, entry: &Entry) -> bool {
        holds(&self.systems, entry.system.as_ref())
            || holds(&self.categories, entry.category.as_ref())
            || holds(&self.kinds, &entry.kind)
            || holds(&self.severities, &entry.severity)
            || holds(&self.retries, &entry.retry)
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn holds<T: PartialEq<U>, U: ?Sized>(list: &[T], value: &U) -> bool {
    list.iter().any(|one| one == value)
}

impl Default for Filter {
    /// Everything with medium or high confidence.
    fn default() -> Self {
        Self {
            min_confidence: Confidence::Medium,
            only: Traits::default(),
            except: Traits::default(),
            codes: Vec::new(),
            except_codes: Vec::new(),
            unknown: None,
        }
    }
}

impl Filter {
    /// Whether the catalog's word on `entry` is of interest. Does not look at the code.
    pub fn wants_entry(&self, entry: &Entry) -> bool {
        self.only.hold_all(entry) && !self.except.hold_any(entry)
    }

    /// Whether `code` is of interest.
    pub fn wants_code(&self, code: i64) -> bool {
        let among = |list: &[CodeRange]| list.iter().any(|codes| codes.contains(code));
        (self.codes.is_empty() || among(&self.codes)) && !among(&self.except_codes)
    }

    /// Whether any unknown code is of interest.
    pub fn wants_some_unknown(&self) -> bool {
        self.only.is_empty() && self.unknown.as_ref().is_none_or(|list| !list.is_empty())
    }

    /// Leaves the findings that are of interest; of an ambiguous one, the meanings that are.
    ///
    /// An unknown code passes unless something is asked of its entry.
    pub fn apply(&self, findings: &mut Vec<Finding>, catalog: &Catalog) {
        findings.retain_mut(|finding| {
            if finding.confidence < self.min_confidence || !self.wants_code(finding.code) {
                return false;
            }
            if finding.meanings.is_unknown() {
                return self.only.is_empty() && self.wants_unknown(finding.code);
            }
            finding.meanings = finding.meanings.filtered(|id| self.wants_entry(catalog.entry(id)));
            !finding.meanings.is_unknown()
        });
    }

    fn wants_unknown(&self, code: i64) -> bool {
        self.unknown.as_ref().is_none_or(|list| list.iter().any(|codes| codes.contains(code)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    fn found(filter: &Filter) -> Vec<i64> {
        let detector = Detector::built_in().with_unknown(true);
        let line = "imsdk TIM: error_code:6206 error_code:70107 error_code:-10113 error_code:6707";
        let mut findings = crate::testutil::findings(&detector, line.as_bytes());
        filter.apply(&mut findings, detector.catalog());
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_list_narrows_and_all_have_to_agree() {
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
        assert_eq!((only(account()), except(account())), (vec![6206, 70107], vec![-10113, 6707]));
        assert_eq!((only(kinds()), except(kinds())), (vec![6206, -10113], vec![70107, 6707]));
        assert_eq!((only(warning()), except(warning())), (vec![-10113], vec![6206, 70107, 6707]));
        assert_eq!((only(backoff()), except(backoff())), (vec![-10113], vec![6206, 70107, 6707]));
        let both = || Traits { kinds: vec![Kind::Auth], ..warning() };
        assert_eq!((only(both()), except(both())), (vec![], vec![70107, 6707]));
        assert_eq!(
            found(&Filter { only: server(), except: warning(), ..Filter::default() }),
            [70107]
        );

        let range = || vec![CodeRange { first: 6200, last: 6800 }];
        assert_eq!(found(&Filter { codes: range(), ..Filter::default() }), [6206, 6707]);
        assert_eq!(found(&Filter { except_codes: range(), ..Filter::default() }), [70107, -10113]);
        assert_eq!(
            found(&Filter {
                codes: range(),
                except_codes: vec![CodeRange::one(6206)],
                ..Filter::default()
            }),
            [6707]
        );
        assert_eq!(
            found(&Filter { unknown: Some(Vec::new()), ..Filter::default() }),
            [6206, 70107, -10113]
        );
        assert_eq!(
            found(&Filter { unknown: Some(vec![CodeRange::one(6707)]), ..Filter::default() }),
            [6206, 70107, -10113, 6707]
        );
    }
}
