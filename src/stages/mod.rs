//! Stages that wrap another stage.

mod per_file;
#[cfg(feature = "time")]
mod time_range;

pub use per_file::PerFileStage;
#[cfg(feature = "time")]
pub use time_range::{Span, TimeRangeStage};
