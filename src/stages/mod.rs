//! Stages that wrap another stage.

mod per_file;
mod time_range;

pub use per_file::PerFileStage;
pub use time_range::{Span, TimeRangeStage};
