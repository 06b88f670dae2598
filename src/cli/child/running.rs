//! A command from its start to its end.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use imerr::input::describe;

use crate::messages;
use crate::system::{self, Signal};

/// A command that runs, or has ended.
pub struct Running(Mutex<Child>);

/// What it writes.
pub struct Pipes {
    pub stdout: ChildStdout,
    pub stderr: ChildStderr,
}

/// Starts the command of these words, with our standard input. If it cannot be started that is said, and the status is the one
/// that shells give.
pub fn start(words: &[OsString]) -> Result<(Running, Pipes), u8> {
    let Some((name, rest)) = words.split_first() else { return Err(NOT_FOUND) };
    let started =
        Command::new(name).args(rest).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| refused(Path::new(name), &error))?;
    let pipes = child
        .stdout
        .take()
        .zip(child.stderr.take())
        .map(|(stdout, stderr)| Pipes { stdout, stderr });
    Ok((Running(Mutex::new(child)), pipes.expect("both streams are piped")))
}

const NOT_EXECUTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

fn refused(name: &Path, error: &io::Error) -> u8 {
    let is_missing = error.kind() == ErrorKind::NotFound;
    let is_bare = name.parent() == Some(Path::new(""));
    let help = match is_missing {
        _ if name.is_dir() => {
            "behind -- stands a command; -r reads the files in a directory that is named before it"
        }
        true if name.is_file() && is_bare => {
            "behind -- stands a command, in this directory as ./COMMAND; a file to read is named before it"
        }
        true if name.is_file() => "it is there, but not what its first line names to run it by",
        true => "behind -- stands a command in PATH, or the path of one",
        false if name.is_file() => {
            "behind -- stands a program, or a script that begins with #!; a file to read is named before it"
        }
        false => "behind -- stands a command",
    };
    messages::error(
        &name.display().to_string(),
        &format!("cannot be run: {}; {help}", describe(error)),
    );
    if is_missing { NOT_FOUND } else { NOT_EXECUTABLE }
}

impl Running {
    /// Passes a signal on; false when the command has ended.
    ///
    /// What a terminal sends has reached the command as well, and what the command sends is not meant for itself. A signal that
    /// another process sends to the whole process group comes twice, since nothing tells it apart.
    pub fn pass_on(&self, signal: Signal) -> bool {
        let mut child = self.child();
        // Until it is waited for, its number is that of no other process.
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        if signal.sender.is_some_and(|sender| sender != child.id()) {
            system::send(signal.number, &child);
        }
        true
    }

    /// Waits for the end, and returns the [status](Self::status).
    ///
    /// Asks again and again: a thread that waits could not pass a signal on meanwhile. That is for a short time, except for a
    /// command that has closed its streams and goes on.
    pub fn wait(&self) -> io::Result<u8> {
        let mut pause = Duration::from_micros(500);
        loop {
            if let Some(status) = self.status()? {
                return Ok(status);
            }
            thread::sleep(pause);
            pause = (2 * pause).min(Duration::from_millis(20));
        }
    }

    /// The exit status as shells tell it, if the command has ended.
    pub fn status(&self) -> io::Result<Option<u8>> {
        Ok(self.child().try_wait()?.map(told))
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(status: ExitStatus) -> u8 {
    let status = status.code().or_else(|| system::signal_of(status).map(|signal| 128 + signal));
    // Windows knows more statuses than we can give back.
    status.map_or(1, |status| u8::try_from(status).unwrap_or(1))
}
