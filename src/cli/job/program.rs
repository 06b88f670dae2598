//! The command that a run goes around.

use std::ffi::OsString;
use std::sync::Arc;

use imerr::format::Render;
use imerr::input::Input;
use imerr::terminal::Styles;

/// The command of a job.
pub struct Program {
    /// Its name and what it is given.
    pub words: Vec<OsString>,
    /// How its standard error is written, if the log is.
    pub errors: Option<Arc<dyn Render>>,
    /// How what stands before lines of its standard error is colored.
    pub paint: Styles,
    /// Whether control characters in its standard error are shown rather than passed on.
    pub shows_controls: bool,
}

impl Program {
    /// What is read.
    pub fn inputs() -> Arc<[Input]> {
        ["stdout", "stderr"].map(|name| Input::Stream(name.to_string())).into()
    }
}
