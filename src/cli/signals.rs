//! Signals that end a run: what is whole is written before the process ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use imerr::pipeline::Interrupt;

use super::closing::Closing;
use super::{output, progress, system};

/// Makes SIGINT and SIGTERM stop the run that holds the interrupt; a run that is stuck ends all the same, soon after.
///
/// A second signal ends the process at once.
pub fn stop_on_signal(interrupt: &Arc<Interrupt>, closing: &Arc<Closing>) -> io::Result<()> {
    let mut stop = Stop::new(interrupt, closing);
    system::catch(system::ENDING)?.each(move |signal| stop.by(signal.number));
    Ok(())
}

/// What a signal stops.
struct Stop {
    interrupt: Arc<Interrupt>,
    closing: Arc<Closing>,
    is_second: bool,
}

impl Stop {
    fn new(interrupt: &Arc<Interrupt>, closing: &Arc<Closing>) -> Self {
        Self { interrupt: Arc::clone(interrupt), closing: Arc::clone(closing), is_second: false }
    }

    fn by(&mut self, signal: i32) {
        LAST.store(signal, Ordering::SeqCst);
        if self.is_second {
            end(signal);
        }
        self.is_second = true;
        let (interrupt, closing) = (Arc::clone(&self.interrupt), Arc::clone(&self.closing));
        thread::spawn(move || {
            // What the run has seen is told, if the run itself cannot; nothing more can be done where that fails. Output
            // that is stuck takes nothing any more.
            match interrupt.request(PATIENCE) {
                true => drop(closing.close(Some(&mut io::stdout()), false)),
                false => closing.close_unless_stuck(),
            }
            end(signal);
        });
    }
}

/// Ends the process, and leaves neither a half output nor a line of progress behind.
fn end(signal: i32) -> ! {
    output::remove_drafts();
    progress::finish();
    std::process::exit(128 + signal)
}

/// How long a run may take to come to the end of its block.
const PATIENCE: Duration = Duration::from_millis(500);

static LAST: AtomicI32 = AtomicI32::new(0);

/// The number of the last signal that came; 0 if none did.
pub fn last() -> u8 {
    u8::try_from(LAST.load(Ordering::SeqCst)).unwrap_or(0)
}
