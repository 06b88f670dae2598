//! Linux, macOS and their kin.

use std::ffi::OsString;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

use super::Signal;

/// The signals that end a run.
pub const ENDING: &[i32] = &[SIGINT, SIGTERM, SIGHUP];

/// The signals that are meant for a command that we run. Those that stop and continue it, and the one that tells of another size
/// of the terminal, come from there to all processes at once.
pub const FOR_COMMANDS: &[i32] = &[SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2];

/// Signals that are caught from now on.
pub struct Caught(SignalsInfo<WithOrigin>);

/// Catches `signals` instead of letting them do what they do.
pub fn catch(signals: &[i32]) -> io::Result<Caught> {
    SignalsInfo::new(signals).map(Caught)
}

/// Whether the signal was ignored when we were started, as `nohup` does it: then a command that we run ignores it too, unless it
/// is caught here. Told by Linux alone; elsewhere no signal is.
pub fn is_ignored(signal: i32) -> bool {
    let about = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = about.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}

/// Whether nobody reads standard output any more, as far as the system tells without a write.
pub fn is_output_closed() -> bool {
    let stdout = io::stdout();
    let mut asked = [PollFd::new(&stdout, PollFlags::empty())];
    let answered = poll(&mut asked, Some(&Timespec::default()));
    answered.is_ok() && asked[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

/// Whether we were started so that this signal does not end us.
pub fn outlives(signal: i32) -> bool {
    signal == SIGHUP && is_ignored(signal)
}

/// Sends a signal to a command that runs. One that is gone gets none.
pub fn send(signal: i32, child: &Child) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal) {
        let _ = rustix::process::kill_process(Pid::from_child(child), signal);
    }
}

/// The signal that ended a command, if one did.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

impl Caught {
    /// Calls `take` on a thread of its own for each signal, also for those that came in the meantime.
    pub fn each(mut self, mut take: impl FnMut(Signal) + Send + 'static) {
        thread::spawn(move || {
            for origin in self.0.forever() {
                let sender = origin.process.and_then(|process| u32::try_from(process.pid).ok());
                take(Signal { number: origin.signal, sender });
            }
        });
    }
}

/// The path that these bytes are.
pub fn path(name: Vec<u8>) -> PathBuf {
    OsString::from_vec(name).into()
}

/// Whether another program reads what is written to the file that `about` tells of.
pub fn is_pipe(about: &Metadata) -> bool {
    about.file_type().is_fifo() || about.file_type().is_socket()
}

/// The permissions of the output for the input that `like` tells of: who may read the one may read the other. Its owner may
/// always change it, and nobody may run it.
pub fn permissions_like(like: &Metadata) -> Option<Permissions> {
    Some(Permissions::from_mode(like.permissions().mode() & 0o066 | 0o600))
}

/// The permissions of a new file, of which the user's mask takes some away.
pub fn permissions() -> Option<Permissions> {
    Some(Permissions::from_mode(0o666))
}
