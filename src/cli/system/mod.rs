//! The differences between operating systems; no other part of the program depends on them.
//!
//! Both modules have the same functions. `--cfg portable` chooses the portable one on Unix too, so
//! that it is compiled and tested during development.

#[cfg(all(target_os = "linux", not(portable)))]
mod inotify;
#[cfg(not(all(unix, not(portable))))]
mod portable;
#[cfg(all(unix, not(portable)))]
mod unix;
#[cfg(all(unix, not(portable)))]
mod waiting;

#[cfg(not(all(unix, not(portable))))]
pub use portable::*;
#[cfg(all(unix, not(portable)))]
pub use unix::*;
#[cfg(all(unix, not(portable)))]
pub use waiting::{stderr, stdin, stdout};

/// A signal that this process received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pub number: i32,
    /// The process that sent it; None for a terminal.
    pub sender: Option<u32>,
}
