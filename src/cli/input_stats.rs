//! The statistics of a run, which do not depend on which of several inputs is read faster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use imerr::lock::lock;
use imerr::stats::RunStats;

/// Statistics that one reader adds to.
pub type SharedStats = Arc<Mutex<RunStats>>;

/// One [`RunStats`] per input where several are read at once, merged in input order; otherwise one
/// for all.
pub struct InputStats {
    empty: RunStats,
    state: Mutex<State>,
}

struct State {
    /// The inputs before all those in `unmerged`.
    merged: RunStats,
    unmerged: BTreeMap<usize, SharedStats>,
    /// Inputs whose statistics may still grow.
    unfinished: BTreeSet<usize>,
}

impl InputStats {
    /// `concurrent_inputs` are the indexes of inputs that are read at once, each with statistics of
    /// its own.
    pub fn new(empty: RunStats, concurrent_inputs: impl IntoIterator<Item = usize>) -> Self {
        let state = State {
            merged: empty.clone(),
            unmerged: BTreeMap::new(),
            unfinished: concurrent_inputs.into_iter().collect(),
        };
        Self { empty, state: Mutex::new(state) }
    }

    pub fn of_input(&self, input: usize) -> SharedStats {
        let stats = || Arc::new(Mutex::new(self.empty.clone()));
        Arc::clone(self.state().unmerged.entry(input).or_insert_with(stats))
    }

    /// Notes that an input is read. Statistics are merged as soon as those of all inputs before
    /// them are complete, so that memory does not grow with the number of inputs.
    pub fn finish_input(&self, input: usize) {
        let mut state = self.state();
        state.unfinished.remove(&input);
        let first_unfinished = state.unfinished.first().copied().unwrap_or(usize::MAX);
        let later = state.unmerged.split_off(&first_unfinished);
        let complete = std::mem::replace(&mut state.unmerged, later);
        state.merge(complete);
    }

    /// The statistics of all inputs. What is added after this is lost.
    pub fn take(&self) -> RunStats {
        let mut state = self.state();
        let unmerged = std::mem::take(&mut state.unmerged);
        state.merge(unmerged);
        std::mem::take(&mut state.merged)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn merge(&mut self, stats: BTreeMap<usize, SharedStats>) {
        for stats in stats.into_values() {
            let mut stats = lock(&stats);
            self.merged.merge(std::mem::take(&mut *stats));
        }
    }
}

#[cfg(test)]
mod tests {
    use imerr::detect::{Detector, Scratch};
    use imerr::stats::{BlockOutcome, OccurrenceRecorder};

    use super::*;

    /// Adds one occurrence in an input.
    fn add(stats: &InputStats, input: usize) {
        let detector = Detector::built_in();
        let mut findings = Vec::new();
        let line = b"imsdk code:6206";
        detector.detect(line, &mut Scratch::default(), &mut findings);
        let mut outcome = BlockOutcome::default();
        OccurrenceRecorder::default().record(1, 0, line, &findings, &mut outcome.occurrences);
        let stats = stats.of_input(input);
        stats.lock().expect("no thread panics").add(input, outcome, detector.catalog());
    }

    #[test]
    fn inputs_are_merged_in_order_as_soon_as_possible() {
        // The inputs in the order in which they finish, and how many are unmerged after each.
        let rows: [(&[usize], &[usize]); 5] = [
            (&[0, 1, 2], &[0, 0, 0]),
            (&[2, 1, 0], &[1, 2, 0]),
            (&[1, 2, 3, 0], &[1, 2, 3, 0]),
            (&[0, 3, 2, 1], &[0, 1, 2, 0]),
            (&[1, 3], &[1, 2]),
        ];
        for (finished, expected) in rows {
            let stats = InputStats::new(RunStats::new(10, Arc::default()), 0..4);
            let mut unmerged = Vec::new();
            for &input in finished {
                add(&stats, input);
                stats.finish_input(input);
                unmerged.push(stats.state().unmerged.len());
            }
            assert_eq!(unmerged, expected, "{finished:?}");
            let mut sorted = finished.to_vec();
            sorted.sort_unstable();
            let all = stats.take();
            let files: Vec<usize> = all.samples.iter().map(|sample| sample.file).collect();
            assert_eq!(files, sorted, "{finished:?}");
        }
    }

    #[test]
    fn a_reader_may_add_after_the_end() {
        let stats = InputStats::new(RunStats::new(10, Arc::default()), 0..2);
        add(&stats, 1);
        let kept = stats.of_input(1);
        assert_eq!(stats.take().samples.len(), 1);
        add(&stats, 1);
        assert!(kept.lock().expect("no thread panics").samples.is_empty());
    }
}
