//! The configuration of a run: what the arguments, the environment and the files mean together, resolved once.

mod config;
mod conflicts;
mod deliverables;
mod format;
mod mirror;

pub use config::{ChildCommand, FilesMode, LogStage, RunConfig, Task};
pub use conflicts::{check_names, checked};
pub use deliverables::Destination;
pub use mirror::{Mirror, MirroredFile};
