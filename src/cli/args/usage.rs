//! Usage errors: clap's own, with what to do next, and others that look the same.

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Args;

/// An error about the command line that clap does not find.
pub fn usage_error(kind: ErrorKind, message: &str) -> clap::Error {
    let message = format!("{message}\n\nFor more information, try '--help'.\n");
    clap::Error::raw(kind, message).with_cmd(&Args::command())
}

/// Adds what to do next. Drops the usage, which has nothing that the message does not say, and clap's
/// tip to write a value after `--`, where this program takes a command.
pub fn with_next_step(mut error: clap::Error) -> clap::Error {
    error.remove(ContextKind::Usage);
    match error.kind() {
        ErrorKind::UnknownArgument => drop(error.remove(ContextKind::Suggested)),
        ErrorKind::ArgumentConflict if error.get(ContextKind::PriorArg).is_some() => {
            let step = "use only one of them".into();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![step]));
        }
        _ => {}
    }
    error
}
