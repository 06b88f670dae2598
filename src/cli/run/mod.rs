//! Running over logs: inputs one after another, files mirrored to files, or the streams of a child.

mod broken_pipe;
mod child;
mod child_process;
mod ci_guard;
mod dispatch;
mod interleave;
mod mirror;

pub use child_process::ChildProcess;
pub use ci_guard::{CiGuard, runs_inline_commands};
pub use dispatch::run;
