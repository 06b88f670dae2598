//! SIGINT and SIGTERM: what is whole is written before the process ends.

use std::sync::Arc;

use imerr::pipeline::Interrupt;

use super::closing::Closing;

#[cfg(unix)]
use super::{output, progress};

/// Makes SIGINT and SIGTERM stop the run that holds the interrupt; a run that is stuck ends all the same, soon after.
///
/// A second signal ends the process at once.
#[cfg(unix)]
pub fn stop_on_signal(interrupt: &Arc<Interrupt>, closing: &Arc<Closing>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let (interrupt, closing) = (Arc::clone(interrupt), Arc::clone(closing));
    std::thread::spawn(move || {
        let mut is_second = false;
        for signal in signals.forever() {
            LAST.store(signal, std::sync::atomic::Ordering::SeqCst);
            if is_second {
                end(signal);
            }
            is_second = true;
            let (interrupt, closing) = (Arc::clone(&interrupt), Arc::clone(&closing));
            std::thread::spawn(move || {
                // What the run has seen is told, if the run itself cannot; nothing more can be done where that fails. Output
                // that is stuck takes nothing any more.
                match interrupt.request(PATIENCE) {
                    true => drop(closing.close(Some(&mut std::io::stdout()), false)),
                    false => closing.close_unless_stuck(),
                }
                end(signal);
            });
        }
    });
    Ok(())
}

/// Ends the process, and leaves neither a half output nor a line of progress behind.
#[cfg(unix)]
fn end(signal: i32) -> ! {
    output::remove_drafts();
    progress::finish();
    std::process::exit(128 + signal)
}

/// Elsewhere the system's own handling holds.
#[cfg(not(unix))]
pub fn stop_on_signal(_interrupt: &Arc<Interrupt>, _closing: &Arc<Closing>) -> std::io::Result<()> {
    Ok(())
}

/// How long a run may take to come to the end of its block.
#[cfg(unix)]
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

static LAST: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);

/// The number of the last signal that came; 0 if none did.
pub fn last() -> u8 {
    u8::try_from(LAST.load(std::sync::atomic::Ordering::SeqCst)).unwrap_or(0)
}
