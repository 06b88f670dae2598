//! Blocks out of a feed, through a stage, to the output: on one thread or several, in input order.
//!
//! The pipeline does not know what a stage does with a block.

mod interrupt;
mod observer;
mod output;
#[cfg(feature = "parallel")]
mod parallel;
#[cfg(feature = "parallel")]
mod read_ahead;
#[cfg(feature = "parallel")]
mod reorder_buffer;
mod run;
mod stage;

pub use interrupt::{Frozen, Interrupt};
pub use observer::Observer;
pub(crate) use output::EscapedOutput;
pub use output::Output;
#[cfg(feature = "parallel")]
pub use parallel::run_parallel;
pub use run::run;
pub use stage::Stage;
