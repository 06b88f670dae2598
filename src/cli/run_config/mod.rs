//! The configuration of a run: what the arguments, the environment and the files mean together,
//! resolved once.

mod config;
mod conflicts;
mod deliverables;
mod format;
mod input_words;
mod log_options;
mod mirror;

pub use config::{LineNames, LogStage, NamedInputs, RunConfig};
pub use conflicts::check_conflicts;
pub use deliverables::Destination;
pub use format::columns;
pub use log_options::{ChildCommand, FilesMode, Task};
pub use mirror::{Mirror, MirroredFile, has_compressed_name};
