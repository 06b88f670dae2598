//! Writers around standard output: commands of the log are kept from the CI system, and a reader
//! that goes away can be ignored.

use std::io::{self, Write};

use imerr::report::{CiSystem, CommandFilter, JsonCommandFilter, StopCommands};

use crate::args::Format;
use crate::color::variable;
use crate::exit_status::is_broken_pipe;
use crate::finish::Finisher;
use crate::run_config::Task;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CiGuard {
    /// No CI system reads the log.
    #[default]
    None,
    /// GitHub is asked to ignore commands until a secret token.
    StopCommands,
    /// Commands are altered.
    CommandFilter,
    /// Commands are escaped in the strings of JSON.
    JsonCommandFilter,
}

impl CiGuard {
    /// The guard for what `task` writes in `format` to standard output. Records are guarded in
    /// every job of a CI system that runs commands from the middle of a line; other formats keep
    /// the bytes of the log unless the format is for such a system.
    pub fn new(task: Task, format: Format) -> Self {
        if matches!(task, Task::Quiet | Task::ReportOnly) {
            return Self::None;
        }
        if matches!(task, Task::Count | Task::Files(_)) && runs_inline_commands() {
            // Names of files.
            return Self::CommandFilter;
        }
        if task == Task::Annotate && runs_inline_commands() {
            match format {
                Format::Jsonl | Format::Rdjsonl => return Self::JsonCommandFilter,
                Format::Csv => return Self::CommandFilter,
                _ => {}
            }
        }
        match format.ci_system() {
            Some(CiSystem::Github) => Self::StopCommands,
            Some(CiSystem::Azure | CiSystem::Teamcity) => Self::CommandFilter,
            Some(CiSystem::Gitlab) | None => Self::None,
        }
    }

    /// Lets `write` write a log to `out`. `finisher` makes GitHub accept commands again if a signal
    /// ends the run.
    pub fn write_log<T>(
        self,
        out: &mut (dyn Write + Send),
        finisher: &Finisher,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<T>,
    ) -> io::Result<T> {
        match self {
            Self::None => write(out),
            Self::CommandFilter => {
                let mut out = CommandFilter::new(out);
                let written = write(&mut out)?;
                out.finish()?;
                Ok(written)
            }
            Self::JsonCommandFilter => write(&mut JsonCommandFilter::new(out)),
            Self::StopCommands => {
                let token = random_token()?;
                let mut out = StopCommands::new(out, &token)?;
                finisher.set_resume_token(Some(token));
                let written = write(&mut out)?;
                out.finish()?;
                finisher.set_resume_token(None);
                Ok(written)
            }
        }
    }
}

/// Whether this is a job of a CI system that runs commands from the middle of a line.
pub fn runs_inline_commands() -> bool {
    CiSystem::detect(variable).is_some_and(CiSystem::runs_inline_commands)
}

/// A token that no log can contain.
fn random_token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A writer that drops everything once its reader is gone.
pub struct IgnoreBrokenPipe<'w> {
    out: &'w mut (dyn Write + Send),
    is_ignored: bool,
    is_closed: bool,
}

impl<'w> IgnoreBrokenPipe<'w> {
    /// Without `is_ignored`, a broken pipe is an error as usual.
    pub fn new(out: &'w mut (dyn Write + Send), is_ignored: bool) -> Self {
        Self { out, is_ignored, is_closed: false }
    }

    fn ignore(&mut self, error: io::Error) -> io::Result<()> {
        if !self.is_ignored || !is_broken_pipe(&error) {
            return Err(error);
        }
        self.is_closed = true;
        Ok(())
    }
}

impl Write for IgnoreBrokenPipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_closed {
            match self.out.write(bytes) {
                Err(error) => self.ignore(error)?,
                written => return written,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        self.out.flush().or_else(|error| self.ignore(error))
    }
}
