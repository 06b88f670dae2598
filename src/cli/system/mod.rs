//! What differs between operating systems; the rest of the program knows nothing of them.
//!
//! Both sides offer the same functions. `--cfg portable` chooses the side of other systems on Unix too, so that it is compiled and
//! tried where the program is written.

#[cfg(not(all(unix, not(portable))))]
mod portable;
#[cfg(all(unix, not(portable)))]
mod unix;

#[cfg(not(all(unix, not(portable))))]
pub use portable::*;
#[cfg(all(unix, not(portable)))]
pub use unix::*;

/// A signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pub number: i32,
    /// The process that sent it; none where a terminal did.
    pub sender: Option<u32>,
}
