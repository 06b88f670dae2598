//! Windows and others: what the standard library offers, with the system's default handling of
//! Ctrl-C.

use std::fs::{File, Metadata, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
pub use std::io::{stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};

use imerr::input::Watcher;
use same_file::Handle;

use super::Signal;

/// Caught signals: never any.
pub struct Caught;

/// None: the system handles Ctrl-C.
pub fn catch_ending() -> io::Result<Caught> {
    Ok(Caught)
}

/// None: a terminal sends Ctrl-C to the child too.
pub fn catch_for_child() -> io::Result<Caught> {
    Ok(Caught)
}

impl Caught {
    pub fn for_each(self, _handle: impl FnMut(Signal) + Send + 'static) {}
}

pub fn catch_file_size_limit() {}

#[cfg(windows)]
pub fn columns_of(stream: impl std::os::windows::io::AsHandle) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

#[cfg(unix)]
pub fn columns_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

#[cfg(windows)]
pub fn rows_of(stream: impl std::os::windows::io::AsHandle) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(_, height)| usize::from(height.0))
}

#[cfg(unix)]
pub fn rows_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(_, height)| usize::from(height.0))
}

/// Only a write shows it here.
pub fn is_stdout_closed() -> bool {
    false
}

/// None: files are polled.
pub fn watcher() -> Option<Box<dyn Watcher>> {
    None
}

pub fn send(_signal: i32, _child: &Child) {}

/// Temporary files that a killed process leaves behind stay.
pub fn try_lock(_file: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

pub fn path_from_bytes(name: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&name).into_owned().into()
}

/// Nothing shows it.
pub fn is_executable(_metadata: &Metadata) -> bool {
    false
}

/// Everything but a file counts as a pipe.
pub fn is_pipe(metadata: &Metadata) -> bool {
    !metadata.is_file()
}

/// Identifies a file or directory. A hash, since to keep the handle would keep the file open.
pub type FileId = u64;

pub fn file_id(path: &Path) -> io::Result<FileId> {
    handle_id(&Handle::from_path(path)?)
}

pub fn handle_id(handle: &Handle) -> io::Result<FileId> {
    let mut hasher = DefaultHasher::new();
    handle.hash(&mut hasher);
    Ok(hasher.finish())
}

pub fn permissions(_input: Option<&Metadata>) -> Option<Permissions> {
    None
}
