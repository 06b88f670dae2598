//! Linux, macOS and their kin.

use std::ffi::OsString;
use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::PathBuf;
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

use super::Signal;

/// The signals that end a run.
pub const ENDING: &[i32] = &[SIGINT, SIGTERM];

/// Signals that are caught from now on.
pub struct Caught(SignalsInfo<WithOrigin>);

/// Catches `signals` instead of letting them do what they do.
pub fn catch(signals: &[i32]) -> io::Result<Caught> {
    SignalsInfo::new(signals).map(Caught)
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
