//! Signals that end a run after it has written everything complete, or that are passed on to a
//! child.

use std::io::{self, Write};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::Duration;

use imerr::lock::lock;
use imerr::pipeline::Interrupt;

use super::finish::Finisher;
use super::run::ChildProcess;
use super::{atomic_file, progress, system};

/// How long a run may take to come to the end of its block.
const BLOCK_LIMIT: Duration = Duration::from_millis(500);

/// How long it may take to write documents. A disk or a reader that takes longer is stuck.
const FINISH_LIMIT: Duration = Duration::from_secs(2);

/// How long the streams of a child that has ended may take to come to their end.
const GRACE: Duration = Duration::from_millis(100);

static LAST: AtomicI32 = AtomicI32::new(0);

/// The number of the last signal that arrived; 0 if none did.
pub fn last() -> u8 {
    u8::try_from(LAST.load(Ordering::SeqCst)).unwrap_or(0)
}

/// Makes SIGINT, SIGTERM and SIGHUP stop the run. The process ends within a few seconds even if the
/// run or its output is stuck, and at once with a second signal.
pub fn stop_on_signal(interrupts: &Interrupts, finisher: &Arc<Finisher>) -> io::Result<()> {
    let mut stopper = Stopper::new(interrupts, finisher, None);
    system::catch_ending()?.for_each(move |signal| stopper.stop(signal.number));
    Ok(())
}

/// Passes signals on to a child. After it has ended, while other processes still write to its
/// streams, a signal stops the runs over them.
pub fn pass_on(
    caught: system::Caught,
    child: &Arc<ChildProcess>,
    interrupts: &Interrupts,
    finisher: &Arc<Finisher>,
) {
    let child = Arc::clone(child);
    let mut stopper = Stopper::new(interrupts, finisher, Some(Arc::clone(&child)));
    caught.for_each(move |signal| {
        if !child.pass_on(signal) {
            // A signal for all processes may just have ended the child, and the rest of its lines
            // is still to be read.
            thread::sleep(GRACE);
            stopper.stop(signal.number);
        }
    });
}

/// The interrupts of the runs that a signal stops.
#[derive(Clone, Default)]
pub struct Interrupts(Arc<Mutex<Vec<Arc<Interrupt>>>>);

impl Interrupts {
    pub fn add(&self) -> Arc<Interrupt> {
        let interrupt = Arc::default();
        self.all().push(Arc::clone(&interrupt));
        interrupt
    }

    /// Removes the interrupt of a run that has written everything.
    pub fn remove(&self, interrupt: &Arc<Interrupt>) {
        self.all().retain(|one| !Arc::ptr_eq(one, interrupt));
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Interrupt>>> {
        lock(&self.0)
    }
}

/// Stops runs and ends the process.
struct Stopper {
    interrupts: Interrupts,
    finisher: Arc<Finisher>,
    child: Option<Arc<ChildProcess>>,
    is_stopping: bool,
}

impl Stopper {
    fn new(
        interrupts: &Interrupts,
        finisher: &Arc<Finisher>,
        child: Option<Arc<ChildProcess>>,
    ) -> Self {
        let (interrupts, finisher) = (interrupts.clone(), Arc::clone(finisher));
        Self { interrupts, finisher, child, is_stopping: false }
    }

    fn stop(&mut self, signal: i32) {
        LAST.store(signal, Ordering::SeqCst);
        let status = self.exit_status(signal);
        if self.is_stopping {
            exit(status);
        }
        self.is_stopping = true;
        let runs = self.interrupts.all().clone();
        let finisher = Arc::clone(&self.finisher);
        let stopper = thread::Builder::new().spawn(move || {
            // Each run is asked, also after one that does not wait for input. The guards of those
            // that do freeze them until the process ends.
            let frozen: Vec<_> = runs.iter().map(|run| run.request(BLOCK_LIMIT)).collect();
            let all_frozen = !frozen.is_empty() && frozen.iter().all(Option::is_some);
            let (done, finished) = mpsc::channel();
            thread::spawn(move || {
                // Without frozen runs, one of them may be stuck at standard output. Errors have
                // been printed.
                let out: &mut dyn Write = if all_frozen {
                    &mut progress::Stdout(system::stdout())
                } else {
                    &mut io::sink()
                };
                done.send(finisher.finish(out, false).is_ok())
            });
            // It makes no difference whether the time is over.
            let _ = finished.recv_timeout(FINISH_LIMIT);
            exit(status);
        });
        if stopper.is_err() {
            exit(status);
        }
    }

    fn exit_status(&self, signal: i32) -> i32 {
        let status = self.child.as_ref().and_then(|child| child.status().ok().flatten());
        match status {
            Some(status) if status != 0 => i32::from(status),
            _ => 128 + signal,
        }
    }
}

/// Ends the process, without leaving temporary files behind.
fn exit(status: i32) -> ! {
    atomic_file::remove_unfinished();
    progress::finish();
    std::process::exit(status)
}
