//! Signals for the programs that tests start.

use std::fs;
use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

/// Lets the programs that are started from now on receive all signals, also where this process
/// ignores some: under `nohup`, and in the background of a shell without job control.
///
/// A program inherits that a signal is ignored, and a shell cannot undo it. It does not inherit a
/// handler.
pub fn stop_ignoring_signals() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2] {
            if is_ignored(signal) {
                signal_hook::flag::register(signal, Arc::default()).expect("it can be caught");
            }
        }
    });
}

/// Whether this process ignores a signal. Only known on Linux; elsewhere false.
fn is_ignored(signal: i32) -> bool {
    let about = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = about.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}
