//! The end of a run: the last record, documents, the summary, the baseline and the gates, made from what was seen.
//!
//! A signal may end a run that waits for input; so what was seen stands where the thread that minds signals can reach it, and
//! whoever comes first closes the run.

mod apart;
mod gate;
mod plan;
mod save;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use imerr::detect::Detector;
use imerr::gate::Baseline;
use imerr::input::Input;
use imerr::report::{Report, ReportData};
use imerr::stats::{BlockOutcome, OccurrenceRecorder, RunStats, Totals};
use imerr::terminal::neutralize_ci_commands;

use super::{messages, progress};
use apart::Apart;
pub use plan::{Destination, Look, Plan, document};

/// What a run has to tell at its end.
pub struct Closing {
    plan: Plan,
    /// Whose catalog tells what codes mean.
    detector: Detector,
    inputs: Arc<[Input]>,
    books: Mutex<Books>,
    /// Whether something is on its way to standard output, which takes it when it likes.
    is_at_output: AtomicBool,
}

/// What was seen so far.
#[derive(Default)]
struct Books {
    /// One for all inputs, or one for each where they are read side by side.
    ledgers: Vec<RunStats>,
    /// Of inputs that were read before others that come first.
    apart: Apart,
    /// The token behind which GitHub takes commands again, while it does not.
    stopped: Option<String>,
    /// How it ended, once it has.
    closed: Option<Closed>,
}

/// How the end went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Whether a gate tripped.
    pub tripped: bool,
    /// Whether something could not be written.
    pub failed: bool,
}

impl Closing {
    pub fn new(plan: Plan, detector: Detector, inputs: Arc<[Input]>) -> Self {
        Self::with_ledgers(1, plan, detector, inputs)
    }

    /// The same for inputs that are read side by side: what is told does not depend on which of them is ahead.
    pub fn side_by_side(plan: Plan, detector: Detector, inputs: Arc<[Input]>) -> Self {
        Self::with_ledgers(inputs.len(), plan, detector, inputs)
    }

    fn with_ledgers(count: usize, plan: Plan, detector: Detector, inputs: Arc<[Input]>) -> Self {
        let books = Books { ledgers: vec![plan.ledger(); count], ..Books::default() };
        Self {
            plan,
            detector,
            inputs,
            books: Mutex::new(books),
            is_at_output: AtomicBool::new(false),
        }
    }

    /// Whether there is anything to tell but the last record of a format.
    pub fn is_needed(&self) -> bool {
        self.plan.is_needed()
    }

    /// Whether the run must be read to its end although nobody takes its output any more.
    pub fn outranks_closed_pipe(&self) -> bool {
        self.plan.gate.is_set() || self.plan.write_baseline.is_some()
    }

    /// What is to be noted of each finding, if anything.
    pub fn notes(&self) -> Option<OccurrenceRecorder> {
        self.plan.notes()
    }

    /// An empty ledger for inputs that are read apart from the others.
    pub fn apart(&self) -> RunStats {
        self.plan.ledger()
    }

    /// Enters what was seen in the file at a place of the inputs.
    pub fn enter(&self, file: usize, seen: BlockOutcome) {
        if self.plan.needs_books() {
            self.books().ledger_of(file).add(file, seen, self.detector.catalog());
        }
    }

    /// The same for a ledger of inputs that are read apart.
    pub fn enter_apart(&self, ledger: &mut RunStats, file: usize, seen: BlockOutcome) {
        if self.plan.needs_books() {
            ledger.add(file, seen, self.detector.catalog());
        }
    }

    /// Adds counts of the file at a place of the inputs to those of the run.
    pub fn count(&self, file: usize, totals: Totals) {
        if self.plan.needs_books() {
            self.books().ledger_of(file).totals += totals;
        }
    }

    /// Enters what was seen in an input that was read apart; inputs take turns from 0 on.
    pub fn append(&self, turn: usize, ledger: RunStats) {
        if self.is_needed() {
            let Books { ledgers, apart, .. } = &mut *self.books();
            apart.take(turn, ledger, &mut ledgers[0]);
        }
    }

    /// Commands are stopped on standard output until `token`, or are not any more.
    pub fn set_stopped(&self, token: Option<String>) {
        self.books().stopped = token;
    }

    /// Tells everything, and returns how that went. Does so once: a second call returns what the first one did.
    ///
    /// The last record and documents for standard output go to `out`, unless nobody reads it any more. `is_whole` tells whether
    /// everything was read that was to be read: half a baseline would let everything else fail the next time. Errors are those of
    /// `out`.
    pub fn close(&self, out: Option<&mut dyn Write>, is_whole: bool) -> io::Result<Closed> {
        if !self.plan.needs_books() {
            return Ok(Closed::default());
        }
        self.close_with(self.books(), out, is_whole)
    }

    /// The same without standard output for a run that a signal ends, where another thread may be closing the run already: that one may finish files, but
    /// is not waited for if it is stuck at standard output.
    pub fn close_unless_stuck(&self) {
        if !self.is_needed() {
            return;
        }
        let books = loop {
            match self.books.try_lock() {
                Ok(books) => break books,
                Err(TryLockError::Poisoned(left)) => break left.into_inner(),
                Err(TryLockError::WouldBlock) if self.is_at_output.load(Ordering::SeqCst) => return,
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
            }
        };
        // Errors are those of standard output, to which nothing goes.
        let _ = self.close_with(books, None, false);
    }

    fn close_with(
        &self,
        mut books: MutexGuard<'_, Books>,
        mut out: Option<&mut dyn Write>,
        is_whole: bool,
    ) -> io::Result<Closed> {
        if let Some(closed) = books.closed {
            return Ok(closed);
        }
        books.finish();
        // What cannot be told is not tried again by a signal.
        books.closed = Some(Closed::default());
        progress::finish();
        let mut broken = None;
        if let (Some(token), Some(output)) = (books.stopped.take(), &mut out) {
            // What was passed on may have ended within a long line.
            if let Err(error) = write!(output, "\n::{token}::\n") {
                (out, broken) = (None, Some(error));
            }
        }
        let ledger = &books.ledgers[0];
        if let (Some(render), Some(output)) = (&self.plan.records, &mut out) {
            let mut last = Vec::new();
            render.end_run(&ledger.totals, &mut last);
            if let Err(error) =
                self.at_output(|| output.write_all(&last).and_then(|()| output.flush()))
            {
                (out, broken) = (None, Some(error));
            }
        }
        let files: Vec<String> = self.inputs.iter().map(Input::name).collect();
        let overview = ReportData::new(self.detector.catalog(), &files, ledger);
        let mut failed = false;
        for (report, destination) in &self.plan.documents {
            let written = match (destination, &mut out) {
                (Destination::Output, Some(output)) => {
                    let written = self.at_output(|| {
                        report.write(&overview, output).and_then(|()| output.flush())
                    });
                    if let Err(error) = written {
                        // Files and people get theirs all the same.
                        (out, broken) = (None, Some(error));
                    }
                    Ok(())
                }
                (Destination::Output, None) => Ok(()),
                (Destination::Error, _) => to_stderr(report.as_ref(), &overview),
                (Destination::File(path), _) => {
                    save::save(path, |file| report.write(&overview, file))
                }
                (Destination::Appended(path), _) => {
                    save::append(path, |file| report.write(&overview, file))
                }
            };
            failed |= told(destination, written);
        }
        if let Some(path) = self.plan.write_baseline.as_ref().filter(|_| !is_whole) {
            messages::error(
                &path.display().to_string(),
                "is not written, since not everything was read",
            );
        } else if let Some(path) = &self.plan.write_baseline {
            let baseline = Baseline::new(&ledger.codes);
            let written = save::save(path, |file| file.write_all(baseline.to_text().as_bytes()));
            failed |= told(&Destination::File(path.clone()), written);
        }
        let trips = self.plan.gate.check(
            &ledger.codes,
            self.detector.catalog(),
            self.plan.baseline.as_ref(),
        );
        for trip in &trips {
            messages::notice("gate", &gate::told(trip, &overview));
        }
        let closed = Closed { tripped: !trips.is_empty(), failed };
        books.closed = Some(closed);
        broken.map_or(Ok(closed), Err)
    }

    /// Does what waits for standard output, and lets others know meanwhile.
    fn at_output<T>(&self, write: impl FnOnce() -> T) -> T {
        self.is_at_output.store(true, Ordering::SeqCst);
        let done = write();
        self.is_at_output.store(false, Ordering::SeqCst);
        done
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// The ledger that the file at a place of the inputs is entered in.
    fn ledger_of(&mut self, file: usize) -> &mut RunStats {
        let place = if self.ledgers.len() == 1 { 0 } else { file };
        &mut self.ledgers[place]
    }

    /// Makes one ledger of all, in the order of the inputs.
    fn finish(&mut self) {
        let others = self.ledgers.split_off(1);
        self.apart.finish(&mut self.ledgers[0]);
        others.into_iter().for_each(|ledger| self.ledgers[0].merge(ledger));
    }
}

/// Writes a document for people. A CI system reads standard error as well, and takes commands there.
fn to_stderr(report: &dyn Report, overview: &ReportData<'_>) -> io::Result<()> {
    let mut document = Vec::new();
    report.write(overview, &mut document)?;
    messages::document(&neutralize_ci_commands(&String::from_utf8_lossy(&document)))
}

/// Says what went wrong, and returns whether something did.
fn told(destination: &Destination, written: io::Result<()>) -> bool {
    let Err(error) = written else { return false };
    if let Destination::File(path) | Destination::Appended(path) = destination {
        messages::error(
            &path.display().to_string(),
            &format!("cannot be written: {}", imerr::input::describe(&error)),
        );
    }
    // Nobody can be told when even standard error is gone.
    true
}

#[cfg(test)]
mod tests {
    use imerr::report::Report;

    use super::*;

    /// A document of one line.
    #[derive(Debug)]
    struct Document;

    impl Report for Document {
        fn write(&self, _: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
            writeln!(out, "document")
        }
    }

    /// Nobody reads it.
    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn closing(
        documents: Vec<(Box<dyn Report>, Destination)>,
        write_baseline: Option<std::path::PathBuf>,
    ) -> Closing {
        Closing::new(
            Plan { documents, write_baseline, ..Plan::default() },
            Detector::built_in(),
            Arc::new([Input::Stdin]),
        )
    }

    #[test]
    fn an_output_that_is_stuck_holds_up_no_other_end() {
        /// Tells that it is written to, and takes nothing until it is let go.
        struct Stuck(std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>);

        impl Write for Stuck {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let _ = self.0.send(());
                let _ = self.1.recv();
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let closing = closing(vec![(Box::new(Document), Destination::Output)], None);
        let ((is_written_to, written_to), (let_go, is_let_go)) =
            (std::sync::mpsc::channel(), std::sync::mpsc::channel());
        thread::scope(|scope| {
            let closing = &closing;
            scope.spawn(move || closing.close(Some(&mut Stuck(is_written_to, is_let_go)), true));
            written_to.recv().expect("the document is on its way");
            closing.close_unless_stuck();
            drop(let_go);
        });
    }

    #[test]
    fn who_still_reads_when_a_signal_closes_is_not_disturbed() {
        let inputs: Arc<[Input]> =
            ["stdout", "stderr"].map(|name| Input::Stream(name.to_string())).into();
        let plan =
            Plan { documents: vec![(Box::new(Document), Destination::Output)], ..Plan::default() };
        let closing = Closing::side_by_side(plan, Detector::built_in(), inputs);
        let mut line = Totals::default();
        line.lines = 1;
        closing.count(1, line);
        closing.close(None, false).expect("nothing goes to an output");
        closing.enter(1, BlockOutcome::default());
        closing.count(1, line);
        assert_eq!(closing.books().ledgers[0].totals.lines, 2);
    }

    #[test]
    fn files_are_written_although_nobody_reads_the_output() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let [file, baseline] = ["a.txt", "b.json"].map(|name| folder.path().join(name));
        let documents: Vec<(Box<dyn Report>, Destination)> = vec![
            (Box::new(Document), Destination::Output),
            (Box::new(Document), Destination::Appended(file.clone())),
        ];
        let closed = closing(documents, Some(baseline.clone())).close(Some(&mut Broken), true);
        assert_eq!(closed.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
        assert_eq!(std::fs::read_to_string(file).expect("the document is written"), "document\n");
        assert!(baseline.exists());
    }
}
