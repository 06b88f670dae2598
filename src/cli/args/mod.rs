//! The command line as clap parses it.
//!
//! Only single values are checked here; what they mean together is resolved in
//! [`RunConfig`](super::run_config::RunConfig).

mod commands;
mod examples;
mod export;
mod filter;
mod input;
mod output;
mod program;
mod report;
mod translated;
mod usage;

pub use commands::{
    Command, DiagnoseArgs, DiagnosisFormat, ExplainLineArgs, LookupArgs, LookupFormat, McpArgs,
    RunArgs, StatsArgs, Top,
};
pub use examples::examples_of;
pub use export::{ExportArgs, ExportFormat};
pub use filter::{Choice, CodeArg, EntryFilterArgs, FilterArgs, code_set, is_number, severity};
pub use input::{CatalogArgs, InputArgs, Tail};
pub use output::{Format, LineArgs, ModeArgs};
pub use program::{Args, EXAMPLES, RuntimeArgs, command_first};
pub use report::{DocumentKind, GateArgs, ReportArgs};
pub use translated::translated;
pub use usage::{usage_error, value_error};
