//! A child process, from its start to its end.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use imerr::input::describe;
use imerr::lock::lock;

use crate::error::Error;
use crate::messages;
use crate::system::{self, Signal};

pub struct ChildProcess(Mutex<Child>);

pub type Pipes = (ChildStdout, ChildStderr);

/// Starts a command with our standard input. If that fails, the status is the one that shells give.
pub fn start(words: &[OsString]) -> Result<(ChildProcess, Pipes), (Error, u8)> {
    let name = words.first().map_or(OsStr::new(""), OsString::as_os_str);
    let started = Command::new(name)
        .args(words.iter().skip(1))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| start_error(Path::new(name), &error))?;
    let stdout = child.stdout.take().expect("it is piped");
    let stderr = child.stderr.take().expect("it is piped");
    Ok((ChildProcess(Mutex::new(child)), (stdout, stderr)))
}

const NOT_EXECUTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

fn start_error(name: &Path, error: &io::Error) -> (Error, u8) {
    let is_missing = error.kind() == ErrorKind::NotFound;
    let is_bare = name.parent() == Some(Path::new(""));
    if is_missing && is_bare && !name.exists() {
        let cause = messages::words().command_not_found(&name.display().to_string());
        return (Error::of_cause(cause).translated(), NOT_FOUND);
    }
    let hint = if is_missing && name.is_file() && !is_bare {
        "the file exists, but the program that its first line names does not"
    } else if name.is_file() && is_bare {
        "run a program in this directory as ./COMMAND, and name a file to read before --"
    } else if name.exists() {
        "-- takes a command or a script that begins with #!; name a file or directory to read \
            before it"
    } else {
        "-- takes a command in PATH, or the path of one"
    };
    let error = Error::of_path(name, format!("cannot be run: {}", describe(error)));
    (error.with_hint(hint), if is_missing { NOT_FOUND } else { NOT_EXECUTABLE })
}

impl ChildProcess {
    /// Passes a signal on; returns false if the child has ended.
    ///
    /// A signal of the terminal has reached the child too, and one that the child sends is not
    /// meant for itself. A signal that another process sends to the whole process group arrives
    /// twice, since it looks like one for us alone.
    pub fn pass_on(&self, signal: Signal) -> bool {
        let mut child = self.lock();
        // Its process id cannot belong to another process before it is waited for.
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
    /// Polls, since a thread that waits could not pass on a signal meanwhile. That takes a short
    /// time, except for a child that has closed its streams and goes on.
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

    /// The exit status as shells give it, if the child has ended.
    pub fn status(&self) -> io::Result<Option<u8>> {
        Ok(self.lock().try_wait()?.map(shell_status))
    }

    fn lock(&self) -> MutexGuard<'_, Child> {
        lock(&self.0)
    }
}

fn shell_status(status: ExitStatus) -> u8 {
    let status = status.code().or_else(|| system::signal_of(status).map(|signal| 128 + signal));
    // Windows has statuses that do not fit.
    status.map_or(1, |status| u8::try_from(status).unwrap_or(1))
}
