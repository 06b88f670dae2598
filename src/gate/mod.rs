//! Gates: what makes a run fail that went well, because of what it found.

mod baseline;

use crate::catalog::{Catalog, CodeRange, Severity};
use crate::stats::{AlwaysCounted, CodeRow, CodeStats};

pub use baseline::{Baseline, BaselineError};

/// What must not be found.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Gate {
    /// Known codes of this severity or a worse one. Of an ambiguous code the worst counts.
    pub fail_on: Option<Severity>,
    /// These codes, known or not.
    pub codes: Vec<CodeRange>,
    /// CodeRange that no catalog holds.
    pub unknown: bool,
    /// More findings than this of codes that are known to be errors or worse.
    pub max_errors: Option<u64>,
}

/// A part of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A known code is as severe as this, or worse.
    Severity(Severity),
    /// A code is among those that are named.
    Code,
    /// A code is in no catalog.
    Unknown,
    /// There are more errors than this.
    MaxErrors(u64),
}

/// A rule that tripped.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Violation<'t> {
    /// The rule.
    pub rule: Rule,
    /// What tripped it: the worst of the codes, and of those the most frequent.
    pub row: &'t CodeRow,
    /// How many findings of that code trip it: all, or those that the baseline does not have.
    pub fresh: u64,
    /// How many other codes trip it as well.
    pub others: usize,
    /// How many findings there are of all these codes, without those of the baseline.
    pub count: u64,
}

impl Gate {
    /// Whether there is anything to watch for.
    pub fn is_set(&self) -> bool {
        self.fail_on.is_some()
            || !self.codes.is_empty()
            || self.unknown
            || self.max_errors.is_some()
    }

    /// What has to be counted however many other codes come before, so that nothing is missed. What `baseline` holds has to be as
    /// well, to be told from what is new.
    pub fn always_counted(&self, baseline: Option<&Baseline>) -> AlwaysCounted {
        let mut asked = AlwaysCounted::default();
        asked.codes.clone_from(&self.codes);
        asked.unknown = self.unknown;
        asked.severity =
            self.fail_on.into_iter().chain(self.max_errors.map(|_| Severity::Error)).min();
        asked.known_before = baseline.map(Baseline::codes).into_iter().flatten().collect();
        asked
    }

    /// The rules that what was seen has tripped. CodeRange that `baseline` holds count by what they are more than there.
    pub fn judge<'t>(
        &self,
        tally: &'t CodeStats,
        catalog: &Catalog,
        baseline: Option<&Baseline>,
    ) -> Vec<Violation<'t>> {
        let fresh = match baseline {
            Some(baseline) => baseline.beyond(tally, catalog),
            None => tally.worst_first(catalog).into_iter().map(|row| (row, row.count)).collect(),
        };
        let trip = |rule: Rule| {
            let rows = || fresh.iter().filter(|(row, _)| rule.is_about(self, row, catalog));
            let count = rows().map(|&(_, count)| count).sum();
            let &(row, fresh) = rows().next()?;
            let is_tripped = !matches!(rule, Rule::MaxErrors(limit) if count <= limit);
            is_tripped.then(|| Violation { rule, row, fresh, others: rows().count() - 1, count })
        };
        self.rules().filter_map(trip).collect()
    }

    fn rules(&self) -> impl Iterator<Item = Rule> {
        let severity = self.fail_on.map(Rule::Severity);
        let code = (!self.codes.is_empty()).then_some(Rule::Code);
        let unknown = self.unknown.then_some(Rule::Unknown);
        [severity, code, unknown, self.max_errors.map(Rule::MaxErrors)].into_iter().flatten()
    }
}

impl Rule {
    fn is_about(self, gate: &Gate, row: &CodeRow, catalog: &Catalog) -> bool {
        let severity = row.key.meanings.known_severity(catalog);
        match self {
            Self::Severity(least) => severity.is_some_and(|severity| severity >= least),
            Self::Code => gate.codes.iter().any(|codes| codes.contains(row.key.code)),
            Self::Unknown => severity.is_none(),
            Self::MaxErrors(_) => severity.is_some_and(|severity| severity >= Severity::Error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::stats::OccurrenceRecorder;

    /// What is seen in a log.
    pub(super) fn tally(log: &str) -> CodeStats {
        let detector = Detector::built_in().with_unknown(true);
        let (mut tally, mut occurrences) = (CodeStats::default(), Vec::new());
        for (number, line) in (1..).zip(log.lines()) {
            let findings = crate::testutil::findings(&detector, line.as_bytes());
            OccurrenceRecorder::default().record(
                number,
                line.as_bytes(),
                &findings,
                &mut occurrences,
            );
        }
        for occurrence in &occurrences {
            tally.add(0, occurrence, detector.catalog());
        }
        tally
    }

    /// The code that trips each rule, the count, and the number of other codes.
    fn trips(gate: &Gate, log: &str, baseline: Option<&Baseline>) -> Vec<(i64, u64, usize)> {
        let tally = tally(log);
        let trips = gate.judge(&tally, &crate::catalog::built_in(), baseline);
        trips.iter().map(|trip| (trip.row.key.code, trip.count, trip.others)).collect()
    }

    const LOG: &str = "imsdk code:9508\nimsdk code:6206\nimsdk code:-10113\nimsdk code:6206\nimsdk error_code:6707\n";

    #[test]
    fn a_gate_names_the_worst_code_that_trips_it() {
        let gate = |fail_on| Gate { fail_on: Some(fail_on), ..Gate::default() };
        let none = Gate::default();
        assert_eq!(trips(&none, LOG, None), []);
        assert_eq!(trips(&gate(Severity::Error), LOG, None), [(6206, 2, 0)]);
        assert_eq!(trips(&gate(Severity::Warning), LOG, None), [(6206, 4, 2)]);
        assert_eq!(trips(&gate(Severity::Fatal), LOG, None), []);
        let codes = vec![CodeRange { first: 6000, last: 7000 }];
        assert_eq!(trips(&Gate { codes, ..none.clone() }, LOG, None), [(6206, 3, 1)]);
        assert_eq!(trips(&Gate { unknown: true, ..none.clone() }, LOG, None), [(6707, 1, 0)]);
        assert_eq!(trips(&Gate { max_errors: Some(2), ..none.clone() }, LOG, None), []);
        assert_eq!(trips(&Gate { max_errors: Some(1), ..none }, LOG, None), [(6206, 2, 0)]);
    }

    #[test]
    fn with_a_baseline_only_what_is_more_trips() {
        let gate = Gate { fail_on: Some(Severity::Warning), ..Gate::default() };
        let before = Baseline::of(&tally(LOG));
        assert_eq!(trips(&gate, LOG, Some(&before)), []);
        assert_eq!(trips(&gate, &format!("{LOG}imsdk code:6206\n"), Some(&before)), [(6206, 1, 0)]);
        assert_eq!(trips(&gate, &format!("{LOG}imsdk code:6208\n"), Some(&before)), [(6208, 1, 0)]);
    }
}
