//! Running over logs: inputs one after another, files mirrored to files, or the streams of a child.

mod child;
mod child_process;
mod mirror;
mod process_logs;
mod stdout;

pub use child_process::ChildProcess;
pub use process_logs::process_logs;
pub use stdout::{CiGuard, runs_inline_commands};
