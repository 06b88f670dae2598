//! What a followed path refers to.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use same_file::Handle;

use crate::input::error::FileError;

/// What a path refers to.
pub(super) enum PathTarget {
    /// A regular file, and its length.
    File(Arc<Handle>, u64),
    Missing,
    /// Something that cannot be read.
    Unreadable(FileError),
}

impl PathTarget {
    /// Looks `path` up, following symbolic links. The file `output` must not be read.
    pub(super) fn find(path: &Path, output: Option<&Handle>) -> Self {
        match Self::try_find(path, output) {
            Ok(target) => target,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Self::Missing
            }
            Err(error) => Self::Unreadable(FileError::Io(error)),
        }
    }

    fn try_find(path: &Path, output: Option<&Handle>) -> io::Result<Self> {
        // Checked before opening: opening a FIFO blocks.
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return Ok(Self::Unreadable(FileError::Directory));
        }
        if !metadata.is_file() {
            return Ok(Self::Unreadable(FileError::NotFollowable));
        }
        let handle = Handle::from_path(path)?;
        if output == Some(&handle) {
            return Ok(Self::Unreadable(FileError::IsOutput));
        }
        let length = handle.as_file().metadata()?.len();
        Ok(Self::File(Arc::new(handle), length))
    }
}
