//! The conditions of a gate and what violates them.

use super::Baseline;
use crate::catalog::{Catalog, CodeSet, Severity};
use crate::stats::{AlwaysCounted, CodeRow, CodeStats};

/// What must not be found. Where several conditions are set, each is checked on its own.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Gate {
    /// No code of this severity or a worse one. An ambiguous code has the severity of its worst
    /// meaning, and an unknown code counts as an error.
    pub fail_on: Option<Severity>,
    /// None of these codes, known or not.
    pub codes: CodeSet,
    /// No code that is in no catalog.
    pub unknown: bool,
    /// At most this many findings of errors and worse. Unknown codes count as errors.
    pub max_errors: Option<u64>,
}

/// One condition of a [`Gate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// [`Gate::fail_on`]
    Severity(Severity),
    /// [`Gate::codes`]
    Code,
    /// [`Gate::unknown`]
    Unknown,
    /// [`Gate::max_errors`]
    MaxErrors(u64),
}

/// A condition that is not met.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Violation<'s> {
    /// The condition.
    pub condition: Condition,
    /// The worst code that violates it; of equally bad ones the most frequent.
    pub row: &'s CodeRow,
    /// The findings of that code that the baseline does not cover: all, if there is no baseline.
    pub new_count: u64,
    /// How many other codes violate the condition.
    pub other_codes: usize,
    /// The findings of all these codes that the baseline does not cover.
    pub total_count: u64,
}

impl Gate {
    /// Whether any condition is set.
    pub fn is_set(&self) -> bool {
        self.conditions().next().is_some()
    }

    /// The codes that must be counted however many other codes are found, so that no violation is
    /// missed. Codes of `baseline` are among them, since only their exact counts show what is new.
    pub fn always_counted(&self, baseline: Option<&Baseline>) -> AlwaysCounted {
        let max_errors = self.max_errors.map(|_| Severity::Error);
        let known_before = baseline.map(|baseline| baseline.codes.keys().copied().collect());
        AlwaysCounted {
            codes: self.codes.clone(),
            unknown: self.unknown,
            severity: self.fail_on.into_iter().chain(max_errors).min(),
            known_before: known_before.unwrap_or_default(),
        }
    }

    /// The violated conditions. Findings that `baseline` covers do not count.
    pub fn check<'s>(
        &self,
        stats: &'s CodeStats,
        catalog: &Catalog,
        baseline: Option<&Baseline>,
    ) -> Vec<Violation<'s>> {
        let new_counts = match baseline {
            Some(baseline) => baseline.excess(stats, catalog),
            None => stats.worst_first(catalog).into_iter().map(|row| (row, row.count)).collect(),
        };
        let mut violations = Vec::new();
        for condition in self.conditions() {
            let mut violating = new_counts.clone();
            violating.retain(|(row, _)| self.is_violated_by(condition, row, catalog));
            let Some(&(row, new_count)) = violating.first() else { continue };
            let mut total_count = violating.iter().map(|&(_, count)| count).sum();
            if let Condition::MaxErrors(limit) = condition {
                // Codes of the baseline always have a row, so it covers none of these.
                total_count += stats.overflowed_errors;
                if total_count <= limit {
                    continue;
                }
            }
            let other_codes = violating.len() - 1;
            violations.push(Violation { condition, row, new_count, other_codes, total_count });
        }
        violations
    }

    fn conditions(&self) -> impl Iterator<Item = Condition> {
        let severity = self.fail_on.map(Condition::Severity);
        let code = (!self.codes.is_empty()).then_some(Condition::Code);
        let unknown = self.unknown.then_some(Condition::Unknown);
        let max_errors = self.max_errors.map(Condition::MaxErrors);
        [severity, code, unknown, max_errors].into_iter().flatten()
    }

    /// Whether findings of the code of `row` violate `condition`, or count towards its limit.
    fn is_violated_by(&self, condition: Condition, row: &CodeRow, catalog: &Catalog) -> bool {
        let entries = row.key.entries;
        match condition {
            Condition::Severity(least) => entries.severity(catalog) >= least,
            Condition::Code => self.codes.contains(row.key.code),
            Condition::Unknown => entries.is_unknown(),
            Condition::MaxErrors(_) => entries.severity(catalog) >= Severity::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::CodeRange;
    use crate::catalog::built_in;
    use crate::detect::Detector;
    use crate::stats::OccurrenceRecorder;
    use crate::testutil::findings;

    const LOG: &str = "imsdk code:9508\nimsdk code:6206\nimsdk code:-10113\nimsdk \
        code:6206\nimsdk error_code:6707\n";

    fn count(log: &str, always_counted: AlwaysCounted) -> CodeStats {
        let detector = Detector::built_in().with_unknown(true);
        let mut occurrences = Vec::new();
        for (number, line) in (1..).zip(log.lines()) {
            let findings = findings(&detector, line.as_bytes());
            let recorder = OccurrenceRecorder::default();
            recorder.record(number, 0, line.as_bytes(), &findings, &mut occurrences);
        }
        let mut stats = CodeStats::new(Arc::new(always_counted));
        for occurrence in &occurrences {
            stats.add(0, occurrence, detector.catalog());
        }
        stats
    }

    /// The worst code, the count and the number of other codes of each violation.
    fn violations(gate: &Gate, log: &str, baseline: Option<&Baseline>) -> Vec<(i64, u64, usize)> {
        let stats = count(log, gate.always_counted(baseline));
        let violations = gate.check(&stats, &built_in(), baseline);
        let summary = |one: &Violation| (one.row.key.code, one.total_count, one.other_codes);
        violations.iter().map(summary).collect()
    }

    fn fail_on(severity: Severity) -> Gate {
        Gate { fail_on: Some(severity), ..Gate::default() }
    }

    fn max_errors(limit: u64) -> Gate {
        Gate { max_errors: Some(limit), ..Gate::default() }
    }

    #[test]
    fn a_violation_names_the_worst_code() {
        assert_eq!(violations(&Gate::default(), LOG, None), []);
        assert_eq!(violations(&fail_on(Severity::Error), LOG, None), [(6206, 3, 1)]);
        assert_eq!(violations(&fail_on(Severity::Warning), LOG, None), [(6206, 5, 3)]);
        assert_eq!(violations(&fail_on(Severity::Fatal), LOG, None), []);
        let codes = CodeSet::from_iter([CodeRange { first: 6000, last: 7000 }]);
        assert_eq!(violations(&Gate { codes, ..Gate::default() }, LOG, None), [(6206, 3, 1)]);
        let unknown = Gate { unknown: true, ..Gate::default() };
        assert_eq!(violations(&unknown, LOG, None), [(6707, 1, 0)]);
        assert_eq!(violations(&max_errors(3), LOG, None), []);
        assert_eq!(violations(&max_errors(2), LOG, None), [(6206, 3, 1)]);
    }

    #[test]
    fn an_unknown_code_counts_as_an_error() {
        let log = "imsdk error_code:6707\n";
        let rows = [
            (fail_on(Severity::Info), true),
            (fail_on(Severity::Error), true),
            (fail_on(Severity::Fatal), false),
            (max_errors(0), true),
            (max_errors(1), false),
        ];
        for (gate, is_violated) in rows {
            assert_eq!(!violations(&gate, log, None).is_empty(), is_violated, "{gate:?}");
        }
    }

    #[test]
    fn errors_that_have_no_row_count_towards_the_limit() {
        let codes = 10_000_000..10_000_000 + (CodeStats::UNKNOWN_LIMIT + AlwaysCounted::LIMIT + 5);
        let log: String = codes.map(|code| format!("imsdk error_code:{code}\n")).collect();
        let errors = log.lines().count() as u64;
        assert_eq!(violations(&max_errors(errors), &log, None), []);
        let wanted = [(10_000_000, errors, CodeStats::UNKNOWN_LIMIT + AlwaysCounted::LIMIT - 1)];
        assert_eq!(violations(&max_errors(errors - 1), &log, None), wanted);
    }

    #[test]
    fn findings_that_the_baseline_covers_do_not_count() {
        let gate = fail_on(Severity::Warning);
        let baseline = Baseline::new(&count(LOG, AlwaysCounted::default()));
        for (more, wanted) in
            [("", None), ("imsdk code:6206\n", Some(6206)), ("imsdk code:6208\n", Some(6208))]
        {
            let wanted: Vec<(i64, u64, usize)> =
                wanted.map(|code| (code, 1, 0)).into_iter().collect();
            let log = format!("{LOG}{more}");
            assert_eq!(violations(&gate, &log, Some(&baseline)), wanted, "{more}");
        }
    }
}
