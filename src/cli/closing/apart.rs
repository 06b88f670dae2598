//! Books of inputs that are read apart from each other: put together in the order of the inputs, whoever is done first.

use std::collections::BTreeMap;
use std::mem;

use imerr::stats::RunStats;

/// Books that cannot be entered yet, since those of inputs before theirs are missing.
///
/// Books of inputs side by side are put together at once. So there are never more of them than workers, however long one
/// input takes and however many are done in the meantime.
#[derive(Default)]
pub struct Apart {
    /// The turn that is entered next.
    next: usize,
    /// By the first turn of each.
    runs: BTreeMap<usize, Run>,
}

/// Books of inputs side by side.
struct Run {
    start: usize,
    /// The turn behind the last one.
    end: usize,
    ledger: RunStats,
}

impl Apart {
    /// Takes the books of a turn, and enters into `all` what can be. Turns are counted from 0, without gaps.
    pub fn take(&mut self, turn: usize, ledger: RunStats, all: &mut RunStats) {
        let own = Run { start: turn, end: turn + 1, ledger };
        let run = match self.ending_at(turn) {
            Some(before) => before.and(own),
            None => own,
        };
        let run = match self.runs.remove(&run.end) {
            Some(behind) => run.and(behind),
            None => run,
        };
        if run.start == self.next {
            self.next = run.end;
            all.merge(run.ledger);
        } else {
            self.runs.insert(run.start, run);
        }
    }

    /// Enters all that is left, although turns between are missing.
    pub fn finish(&mut self, all: &mut RunStats) {
        for run in mem::take(&mut self.runs).into_values() {
            all.merge(run.ledger);
        }
    }

    fn ending_at(&mut self, turn: usize) -> Option<Run> {
        let (&start, run) = self.runs.range(..turn).next_back()?;
        if run.end == turn { self.runs.remove(&start) } else { None }
    }
}

impl Run {
    fn and(mut self, behind: Self) -> Self {
        self.ledger.merge(behind.ledger);
        Self { end: behind.end, ..self }
    }
}

#[cfg(test)]
mod tests {
    use imerr::detect::{Detector, Scratch};
    use imerr::stats::{BlockOutcome, OccurrenceRecorder};

    use super::*;

    /// How many turns are entered after a turn, and how many books wait.
    type After = (usize, usize);

    #[test]
    fn books_are_entered_in_order_and_those_side_by_side_are_one() {
        let rows: [(&[usize], &[After]); 6] = [
            (&[0, 1, 2], &[(1, 0), (2, 0), (3, 0)]),
            (&[2, 1, 0], &[(0, 1), (0, 1), (3, 0)]),
            (&[1, 2, 3, 0], &[(0, 1), (0, 1), (0, 1), (4, 0)]),
            (&[3, 1, 2, 0], &[(0, 1), (0, 2), (0, 1), (4, 0)]),
            (&[0, 3, 2, 1], &[(1, 0), (1, 1), (1, 1), (4, 0)]),
            (&[1, 3], &[(0, 1), (0, 2)]),
        ];
        for (turns, wanted) in rows {
            let (mut apart, mut all) = (Apart::default(), RunStats::new(10));
            let seen: Vec<_> = turns
                .iter()
                .map(|&turn| {
                    apart.take(turn, books(turn), &mut all);
                    (apart.next, apart.runs.len())
                })
                .collect();
            assert_eq!(seen, wanted, "{turns:?}");
            apart.finish(&mut all);
            let mut files = turns.to_vec();
            files.sort_unstable();
            assert_eq!(
                all.samples().iter().map(|kept| kept.file).collect::<Vec<_>>(),
                files,
                "{turns:?}"
            );
        }
    }

    /// Books with one occurrence, in the file of that place.
    fn books(file: usize) -> RunStats {
        let detector = Detector::built_in();
        let mut findings = Vec::new();
        detector.detect(b"imsdk code:6206", &mut Scratch::default(), &mut findings);
        let mut seen = BlockOutcome::default();
        OccurrenceRecorder::default().record(
            1,
            b"imsdk code:6206",
            &findings,
            &mut seen.occurrences,
        );
        let mut ledger = RunStats::new(10);
        ledger.add(file, seen, detector.catalog());
        ledger
    }
}
