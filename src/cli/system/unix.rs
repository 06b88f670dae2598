//! Linux, macOS and other Unix systems.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use imerr::input::Watcher;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FlockOperation, flock};
use rustix::process::Pid;
use rustix::termios::tcgetwinsize;
use same_file::Handle;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::flag;
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

use super::Signal;
#[cfg(target_os = "linux")]
use super::inotify::Inotify;

/// Signals that are caught from now on.
pub struct Caught {
    arrivals: SignalsInfo<WithOrigin>,
    signals: Vec<i32>,
}

/// The columns of a terminal; None if the stream is not one, or does not know them. Some terminals
/// of containers and CI systems know their columns and report 0 rows.
pub fn columns_of(stream: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(stream).ok()?;
    (size.ws_col > 0).then(|| size.ws_col.into())
}

/// The rows of a terminal; None if the stream is not one, or does not know them.
pub fn rows_of(stream: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(stream).ok()?;
    (size.ws_row > 0).then(|| size.ws_row.into())
}

/// Catches the signals that end a run.
pub fn catch_ending() -> io::Result<Caught> {
    Caught::new(&[SIGINT, SIGTERM, SIGHUP])
}

/// Catches the signals that are passed on to a child. Stop, continue and a resize of the terminal
/// reach all processes of the terminal anyway.
pub fn catch_for_child() -> io::Result<Caught> {
    Caught::new(&[SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2])
}

impl Caught {
    /// Catches `signals`, except those that are ignored: `nohup` ignores SIGHUP, and a shell
    /// without job control ignores SIGINT for a command in the background.
    fn new(signals: &[i32]) -> io::Result<Self> {
        let mut signals = signals.to_vec();
        signals.retain(|signal| !is_ignored(*signal));
        Ok(Self { arrivals: SignalsInfo::new(&signals)?, signals })
    }

    /// Calls `handle` on a thread of its own for each signal, also for those that arrived since
    /// they were caught.
    pub fn for_each(self, mut handle: impl FnMut(Signal) + Send + 'static) {
        let Self { mut arrivals, signals } = self;
        let started = thread::Builder::new().spawn(move || {
            for origin in arrivals.forever() {
                let sender = origin.process.and_then(|process| u32::try_from(process.pid).ok());
                handle(Signal { number: origin.signal, sender });
            }
        });
        if started.is_err() {
            end_process_on(&signals);
        }
    }
}

/// Gives caught signals their default effect, for a system that refuses a thread for them.
fn end_process_on(signals: &[i32]) {
    for &signal in signals {
        // Only fails for a signal that cannot be caught.
        let _ = flag::register_conditional_default(signal, Arc::new(AtomicBool::new(true)));
    }
}

/// Makes a write beyond the limit on the size of a file (`ulimit -f`) fail, as on a full disk. By
/// default it ends the process, with temporary files left behind. The signal is caught and not
/// ignored, since a child would inherit that.
pub fn catch_file_size_limit() {
    // Only fails for a signal that cannot be caught.
    let _ = flag::register(rustix::process::Signal::XFSZ.as_raw(), Arc::default());
}

/// Whether the signal was ignored when this process started, as `nohup` does: then a child ignores
/// it too, unless it is caught here. Only known on Linux; elsewhere false.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}

/// Whether standard output has no reader any more, as far as the system knows without a write.
pub fn is_stdout_closed() -> bool {
    let stdout = io::stdout();
    let mut fds = [PollFd::new(&stdout, PollFlags::empty())];
    let polled = poll(&mut fds, Some(&Timespec::default()));
    polled.is_ok() && fds[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

/// What reports changes of files to this thread; None if nothing does.
#[cfg(target_os = "linux")]
pub fn watcher() -> Option<Box<dyn Watcher>> {
    let inotify = Inotify::new().ok()?;
    Some(Box::new(inotify))
}

/// None: files are polled.
#[cfg(not(target_os = "linux"))]
pub fn watcher() -> Option<Box<dyn Watcher>> {
    None
}

/// Sends a signal to a child. An error is ignored: the child may have ended.
pub fn send(signal: i32, child: &Child) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal) {
        let _ = rustix::process::kill_process(Pid::from_child(child), signal);
    }
}

/// Locks a file until it is closed. Fails with [`WouldBlock`](io::ErrorKind::WouldBlock) if another
/// open file has the lock.
pub fn try_lock(file: &File) -> io::Result<()> {
    Ok(flock(file, FlockOperation::NonBlockingLockExclusive)?)
}

pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

pub fn path_from_bytes(name: Vec<u8>) -> PathBuf {
    OsString::from_vec(name).into()
}

/// Whether a file may be run.
pub fn is_executable(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o111 != 0
}

/// Whether another program reads what is written to this file.
pub fn is_pipe(metadata: &Metadata) -> bool {
    metadata.file_type().is_fifo() || metadata.file_type().is_socket()
}

/// Identifies a file or directory: device and inode.
pub type FileId = (u64, u64);

pub fn file_id(path: &Path) -> io::Result<FileId> {
    fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

pub fn handle_id(handle: &Handle) -> io::Result<FileId> {
    handle.as_file().metadata().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The permissions of an output: those who may read the input may read it. Its owner may always
/// change it, and no one may execute it. Without an input, the user's umask decides.
pub fn permissions(input: Option<&Metadata>) -> Option<Permissions> {
    let mode = input.map_or(0o666, |input| input.permissions().mode() & 0o066 | 0o600);
    Some(Permissions::from_mode(mode))
}
