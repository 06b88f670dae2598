//! CI systems: detection, issues for the log of a job, and writers that break commands in a log.

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
