//! What stands between the log and standard output, so that its text commands nobody and its reader ends nothing too soon.

use std::io::{self, Write};

use imerr::report::{CiSystem, CommandFilter, StopCommands};

use super::closing::Closing;

/// How the text of a log is kept from commanding the CI system that reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// Nobody takes commands from it.
    #[default]
    None,
    /// GitHub is told to take no commands for a while.
    StopCommands,
    /// Commands are broken.
    CommandFilter,
}

impl Guard {
    /// The guard that a CI system needs.
    pub fn of(system: Option<CiSystem>) -> Self {
        match system {
            Some(CiSystem::Github) => Self::StopCommands,
            Some(CiSystem::Azure | CiSystem::Teamcity) => Self::CommandFilter,
            Some(CiSystem::Gitlab) | None => Self::None,
        }
    }

    /// Lets `pass` write a log to `out` behind the guard. `closing` takes the guard down if a signal ends the run before.
    pub fn pass<T>(
        self,
        out: &mut (dyn Write + Send),
        closing: &Closing,
        pass: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<T>,
    ) -> io::Result<T> {
        match self {
            Self::None => pass(out),
            Self::CommandFilter => {
                let mut defused = CommandFilter::new(out);
                let passed = pass(&mut defused)?;
                defused.finish()?;
                Ok(passed)
            }
            Self::StopCommands => {
                let token = token()?;
                let mut stopped = StopCommands::new(out, &token)?;
                closing.set_stopped(Some(token));
                let passed = pass(&mut stopped)?;
                stopped.finish()?;
                closing.set_stopped(None);
                Ok(passed)
            }
        }
    }
}

/// A word that no log can know.
fn token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Takes everything although its reader is gone, where the run has to see the whole input all the same.
pub struct Enduring<'w> {
    out: &'w mut (dyn Write + Send),
    endures: bool,
    is_closed: bool,
}

impl<'w> Enduring<'w> {
    /// With `endures`, a reader that is gone is no error.
    pub fn new(out: &'w mut (dyn Write + Send), endures: bool) -> Self {
        Self { out, endures, is_closed: false }
    }

    /// Nobody reads any more.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Whether nobody reads any more.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn endure<T>(&mut self, done: io::Result<T>, instead: T) -> io::Result<T> {
        match done {
            Err(error) if self.endures && error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(instead)
            }
            done => done,
        }
    }
}

impl Write for Enduring<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let done = self.out.write(bytes);
        self.endure(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let done = self.out.flush();
        self.endure(done, ())
    }
}
