//! CI systems: which one runs the job, what it is told in its log, and how the log is kept from
//! commanding it.

mod azure;
mod command_filter;
mod github;
mod stop_commands;
mod system;
mod teamcity;

pub use azure::Azure;
pub use command_filter::{CommandFilter, FilteredReport, JsonCommandFilter};
pub use github::Github;
pub use stop_commands::StopCommands;
pub use system::CiSystem;
pub use teamcity::Teamcity;
