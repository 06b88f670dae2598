//! Running over logs: inputs one after another, files mirrored to files, or the streams of a child.

mod child;
mod child_process;
mod dispatch;
mod mirror;
mod stdout;

pub use child_process::ChildProcess;
pub use dispatch::run;
pub use stdout::{CiGuard, runs_inline_commands};
