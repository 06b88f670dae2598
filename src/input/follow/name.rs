//! What stands under a followed name.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use same_file::Handle;

use crate::input::error::FileError;

/// What stands under a name.
pub(super) enum Named {
    /// A file, and its length.
    File(Arc<Handle>, u64),
    Nothing,
    /// Something that cannot be read.
    Other(FileError),
}

impl Named {
    /// Looks what `path` names now, symbolic links followed. The file at `output` is none to be read.
    pub(super) fn find(path: &Path, output: Option<&Handle>) -> Self {
        match Self::try_find(path, output) {
            Ok(named) => named,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Self::Nothing
            }
            Err(error) => Self::Other(FileError::Io(error)),
        }
    }

    fn try_find(path: &Path, output: Option<&Handle>) -> io::Result<Self> {
        // Before it is opened: a FIFO would wait.
        let about = fs::metadata(path)?;
        if about.is_dir() {
            return Ok(Self::Other(FileError::Directory));
        } else if !about.is_file() {
            return Ok(Self::Other(FileError::NoFile));
        }
        let handle = Handle::from_path(path)?;
        if output == Some(&handle) {
            return Ok(Self::Other(FileError::IsOutput));
        }
        let length = handle.as_file().metadata()?.len();
        Ok(Self::File(Arc::new(handle), length))
    }
}
