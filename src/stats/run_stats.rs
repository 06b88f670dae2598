//! The statistics of a whole run.

use std::sync::Arc;

use super::{AlwaysCounted, BlockOutcome, CodeStats, Occurrence, Passages, Totals};
use crate::catalog::Catalog;

/// Counts, and the first occurrences as samples.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RunStats {
    /// What was read and found.
    pub totals: Totals,
    /// The counts of each code.
    pub codes: CodeStats,
    /// The first occurrences, in order.
    pub samples: Vec<OccurrenceSample>,
    /// The lines around codes; empty unless they are added.
    pub passages: Passages,
    sample_limit: usize,
}

/// An occurrence and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OccurrenceSample {
    /// The file, as an index into the list of inputs.
    pub file: usize,
    /// The occurrence in that file.
    pub occurrence: Occurrence,
}

impl RunStats {
    /// Empty statistics that keep the first `sample_limit` occurrences, and count `always_counted`
    /// even when the limits of [`CodeStats`] are reached.
    pub fn new(sample_limit: usize, always_counted: Arc<AlwaysCounted>) -> Self {
        Self { codes: CodeStats::new(always_counted), sample_limit, ..Self::default() }
    }

    /// Adds the outcome of a block of `file`.
    pub fn add(&mut self, file: usize, outcome: BlockOutcome, catalog: &Catalog) {
        self.totals += outcome.totals;
        for occurrence in outcome.occurrences {
            self.codes.add(file, &occurrence, catalog);
            if self.samples.len() < self.sample_limit {
                self.samples.push(OccurrenceSample { file, occurrence });
            }
        }
    }

    /// Adds the statistics of `later` inputs.
    ///
    /// Counting each input on its own and merging in input order gives the same result as counting
    /// all inputs in one go, as long as no limit of [`CodeStats`] is reached. Both sides number the
    /// files alike.
    pub fn merge(&mut self, later: Self) {
        self.totals += later.totals;
        self.codes.merge(later.codes);
        self.passages.merge(later.passages);
        let room = self.sample_limit - self.samples.len();
        self.samples.extend(later.samples.into_iter().take(room));
    }

    /// Replaces each file index `i` by `places[i]`.
    #[doc(hidden)]
    pub fn renumber_files(&mut self, places: &[usize]) {
        self.codes.renumber_files(places);
        self.passages.renumber_files(places);
        for sample in &mut self.samples {
            sample.file = places[sample.file];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::stats::OccurrenceRecorder;
    use crate::testutil::findings;

    /// The statistics of `log`, which is file number `file`, with room for three samples.
    fn stats(file: usize, log: &str) -> RunStats {
        let mut stats = RunStats::new(3, Arc::default());
        add(&mut stats, file, log);
        stats
    }

    fn add(stats: &mut RunStats, file: usize, log: &str) {
        let detector = Detector::built_in();
        let mut outcome = BlockOutcome::default();
        for (number, line) in (1..).zip(log.lines()) {
            let findings = findings(&detector, line.as_bytes());
            let occurrences = &mut outcome.occurrences;
            OccurrenceRecorder::default().record(
                number,
                0,
                line.as_bytes(),
                &findings,
                occurrences,
            );
            outcome.totals.lines += 1;
        }
        stats.add(file, outcome, detector.catalog());
    }

    #[test]
    fn merged_inputs_equal_inputs_counted_in_one_go() {
        let logs = [
            "imsdk code:6206\nplain\n",
            "imsdk code:70001\nimsdk code:6206\n",
            "",
            "imsdk code:6206\n",
        ];
        let (mut whole, mut merged) =
            (RunStats::new(3, Arc::default()), RunStats::new(3, Arc::default()));
        for (file, log) in logs.into_iter().enumerate() {
            add(&mut whole, file, log);
            merged.merge(stats(file, log));
        }
        assert_eq!(merged.totals, whole.totals);
        assert_eq!(merged.samples, whole.samples);
        let samples: Vec<usize> = merged.samples.iter().map(|sample| sample.file).collect();
        assert_eq!((samples, merged.codes.count), (vec![0, 1, 1], 4));
    }
}
