//! Signals that end a run, with what is whole written before, or that are passed on to a command.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use imerr::pipeline::Interrupt;

use super::child::running::Running;
use super::closing::Closing;
use super::output::draft;
use super::{progress, system};

/// Makes SIGINT, SIGTERM and SIGHUP stop the run that holds the interrupt; a run that is stuck ends all the same, soon after.
///
/// A second signal ends the process at once.
pub fn stop_on_signal(interrupt: &Arc<Interrupt>, closing: &Arc<Closing>) -> io::Result<()> {
    let runs = Runs::default();
    runs.all().push(Arc::clone(interrupt));
    let mut stop = Stop { runs, closing: Arc::clone(closing), child: None, is_second: false };
    // Whoever started us under nohup wants us to go on when the terminal is gone.
    let signals: Vec<i32> =
        system::ENDING.iter().copied().filter(|&signal| !system::outlives(signal)).collect();
    system::catch(&signals)?.each(move |signal| stop.by(signal.number));
    Ok(())
}

/// Catches all signals that are meant for a command, except those that it is to ignore.
pub fn catch_all() -> io::Result<system::Caught> {
    let signals: Vec<i32> = system::FOR_COMMANDS
        .iter()
        .copied()
        .filter(|&signal| !system::is_ignored(signal))
        .collect();
    system::catch(&signals)
}

/// Passes signals on to a command. Once it has ended, while others still write to its streams, a signal stops the runs.
pub fn pass_on(caught: system::Caught, child: &Arc<Running>, runs: &Runs, closing: &Arc<Closing>) {
    let child = Arc::clone(child);
    let mut stop = Stop {
        runs: runs.clone(),
        closing: Arc::clone(closing),
        child: Some(Arc::clone(&child)),
        is_second: false,
    };
    caught.each(move |signal| {
        if !child.pass_on(signal) {
            // Often it was meant for all processes, and has just ended the command: then the rest of its lines is on the way.
            thread::sleep(GRACE);
            stop.by(signal.number);
        }
    });
}

/// The runs that a signal stops.
#[derive(Clone, Default)]
pub struct Runs(Arc<Mutex<Vec<Arc<Interrupt>>>>);

impl Runs {
    /// The interrupt of one more run.
    pub fn begin(&self) -> Arc<Interrupt> {
        let interrupt = Arc::default();
        self.all().push(Arc::clone(&interrupt));
        interrupt
    }

    /// The run is over, and has written everything.
    pub fn end(&self, run: &Arc<Interrupt>) {
        self.all().retain(|one| !Arc::ptr_eq(one, run));
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Interrupt>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a signal stops.
struct Stop {
    runs: Runs,
    closing: Arc<Closing>,
    /// The command that is run, whose status counts.
    child: Option<Arc<Running>>,
    is_second: bool,
}

impl Stop {
    fn by(&mut self, signal: i32) {
        LAST.store(signal, Ordering::SeqCst);
        let status = self.status(signal);
        if self.is_second {
            end(status);
        }
        self.is_second = true;
        let (runs, closing) = (self.runs.all().clone(), Arc::clone(&self.closing));
        thread::spawn(move || {
            // Each run is asked, also after one that does not wait for input. The guards of those that
            // do live until the process ends.
            let frozen: Vec<_> = runs.iter().map(|run| run.request(PATIENCE)).collect();
            if !frozen.is_empty() && frozen.iter().all(Option::is_some) {
                // The runs cannot write the reports any more; nothing can be done if this fails.
                drop(closing.close(Some(&mut io::stdout()), false));
            } else {
                closing.close_unless_stuck();
            }
            end(status);
        });
    }

    fn status(&self, signal: i32) -> i32 {
        let status = self.child.as_ref().and_then(|child| child.status().ok().flatten());
        status.filter(|&status| status != 0).map_or(128 + signal, i32::from)
    }
}

/// Ends the process, and leaves neither a half output nor a line of progress behind.
fn end(status: i32) -> ! {
    draft::remove_all();
    progress::finish();
    std::process::exit(status)
}

/// How long a run may take to come to the end of its block.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long the streams of a command that has ended may take to come to their end, before a signal stops them.
const GRACE: Duration = Duration::from_millis(100);

static LAST: AtomicI32 = AtomicI32::new(0);

/// The number of the last signal that came; 0 if none did.
pub fn last() -> u8 {
    u8::try_from(LAST.load(Ordering::SeqCst)).unwrap_or(0)
}
