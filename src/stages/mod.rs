//! Stages that wrap another stage and change which blocks it is given, and what looks across the
//! lines of a file: their times, and the lines around those with codes.

mod hide_binary;
mod line_times;
mod passage_reader;
mod per_file;
mod sections;
mod time_range;

pub use hide_binary::HideBinaryStage;
pub use line_times::{LineTimes, OccurrenceTimes, Timed};
pub use passage_reader::PassageReader;
pub use per_file::PerFileStage;
pub use sections::SectionStage;
pub use time_range::{TimeRange, TimeRangeStage};
