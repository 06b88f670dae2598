//! Blocks out of a feed, through a stage, to the output: on one thread or several, in input order.
//!
//! The pipeline does not know what a stage does with a block.

mod interrupt;
mod observer;
mod parallel;
mod read_ahead;
mod reorder_buffer;
mod run;
mod stage;
mod threads;
mod worker_output;

pub use interrupt::{Frozen, Interrupt};
pub use observer::Observer;
pub use parallel::run_parallel;
pub use run::run;
pub(crate) use stage::{EscapedOutput, write_pieces};
pub use stage::{Output, Stage};
pub use threads::run_on_threads;
