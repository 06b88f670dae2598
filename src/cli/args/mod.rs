//! The command line as clap parses it.
//!
//! Only single values are checked here; what they mean together is resolved in
//! [`RunConfig`](super::run_config::RunConfig).

mod commands;
mod filter;
mod format;
mod input;
mod lines;
mod output;
mod program;
mod report;

pub use commands::{
    CheckArgs, CompletionsArgs, ConfigArgs, ConfigCommand, ExplainArgs, ExplainLineArgs, ListArgs,
    ListFormat, ManArgs, NewCatalogArgs, SearchArgs,
};
pub use filter::{EntryFilterArgs, FilterArgs, Product, UnknownName, unknown_name};
pub use format::{DocumentKind, Format, JsonArgs, Schema, StatsFormat};
pub use input::{CatalogArgs, ConfigFileArgs, FollowArgs, InputArgs, WalkArgs};
pub use lines::{LineArgs, ModeArgs};
pub use output::{OutputArgs, StyleArgs};
pub use program::{Args, Command, EXAMPLES, RuntimeArgs, StatsArgs};
pub use report::{GateArgs, ReportArgs};
