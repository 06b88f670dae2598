//! Windows and all others: what the standard library alone can tell, with the system's own handling of Ctrl-C.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};

use super::Signal;

/// None: the system's own handling holds.
pub const ENDING: &[i32] = &[];

/// None: what a terminal sends goes to the command as well.
pub const FOR_COMMANDS: &[i32] = &[];

/// Nothing is caught.
pub struct Caught;

/// Catches nothing.
pub fn catch(_signals: &[i32]) -> io::Result<Caught> {
    Ok(Caught)
}

impl Caught {
    /// Never calls `take`.
    pub fn each(self, _take: impl FnMut(Signal) + Send + 'static) {}
}

/// There are no signals.
pub fn is_ignored(_signal: i32) -> bool {
    false
}

/// There are no signals.
pub fn outlives(_signal: i32) -> bool {
    false
}

/// It takes a write to know.
pub fn is_output_closed() -> bool {
    false
}

/// There are no signals.
pub fn send(_signal: i32, _child: &Child) {}

/// There are no signals.
pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// The path that these bytes are, as far as they are text.
pub fn path(name: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&name).trim_end_matches('\r').into()
}

/// Everything but a file is taken for a pipe.
pub fn is_pipe(about: &Metadata) -> bool {
    !about.is_file()
}

/// Those that the system gives.
pub fn permissions_like(_like: &Metadata) -> Option<Permissions> {
    None
}

/// Those that the system gives.
pub fn permissions() -> Option<Permissions> {
    None
}
