//! Runs a command and annotates what it writes.

mod interleave;
mod process;
mod streams;

pub use process::ChildProcess;
pub use streams::run;
