//! Stages that wrap another stage and change which blocks it is given.

mod per_file;
mod time_range;

pub use per_file::PerFileStage;
pub use time_range::{TimeRange, TimeRangeStage};
