//! Recognizes files that were read before, possibly under another path that is followed.
//!
//! `-f app.log*` follows `app.log` and `app.log.1`. A rotation moves the file from one path to the
//! other, or makes a copy or a compressed form of it there. None of its lines is new.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use same_file::Handle;

use super::content_sample::{ContentSample, HEAD};
use super::copies;
use super::followed_path::FollowedPath;
use super::growing_file::GrowingFile;
use crate::input::tail::read_at;

/// What is known of a file. If several things are, the greatest one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// It was never read.
    New,
    /// It was read up to this offset, and is not polled any more.
    ReadTo(u64),
    /// It is being read, or will be.
    InUse,
}

/// A file that was read and is not polled any more.
pub(super) struct PastFile {
    id: u64,
    sample: ContentSample,
    position: u64,
}

impl PastFile {
    pub(super) fn new(growing: &GrowingFile) -> Self {
        let (sample, position) = (growing.sample.clone(), growing.position);
        Self { id: id(&growing.file), sample, position }
    }

    /// What is known of `file`, which may be this one. A new file may have the number of a deleted
    /// one, so the content counts too.
    pub(super) fn recognize(&self, file: &Handle) -> Known {
        let is_same = self.id == id(file)
            && self.sample.matches_file(file.as_file(), self.position).unwrap_or(false);
        if is_same { Known::ReadTo(self.position) } else { Known::New }
    }

    /// What is known of a file that may be a copy of this one.
    pub(super) fn recognize_copy(&self, copy: &Copied<'_>) -> Known {
        if copy.is_of(&self.sample, self.position) {
            return Known::ReadTo(copy.read_to(self.position));
        }
        Known::New
    }
}

/// Identifies a file or directory. A hash, since to keep the handle would keep the file open.
fn id(handle: &Handle) -> u64 {
    let mut hasher = DefaultHasher::new();
    handle.hash(&mut hasher);
    hasher.finish()
}

/// A file that may be a copy of another one, plain or compressed.
pub(super) struct Copied<'f> {
    file: &'f Handle,
    length: u64,
    /// The first bytes of the content.
    beginning: Vec<u8>,
    is_compressed: bool,
}

impl<'f> Copied<'f> {
    pub(super) fn new(file: &'f Handle) -> io::Result<Self> {
        let length = file.as_file().metadata()?.len();
        let decompressed = copies::decompressed(file.as_file().try_clone()?)?;
        let is_compressed = decompressed.is_some();
        let mut beginning = Vec::new();
        match decompressed {
            Some(reader) => _ = reader.take(HEAD as u64).read_to_end(&mut beginning)?,
            None => beginning = read_at(file.as_file(), 0, HEAD as u64)?,
        }
        Ok(Self { file, length, beginning, is_compressed })
    }

    /// Whether this is a copy of a file that was read up to `position`.
    ///
    /// Programs write to the original until it is truncated, so more may have been read of it than
    /// is in the copy. Then only the first bytes are compared, and so are those of a compressed
    /// file: this is done at each poll.
    pub(super) fn is_of(&self, sample: &ContentSample, position: u64) -> bool {
        if self.is_compressed || self.length <= position {
            return position > 0 && sample.begins_as(&self.beginning);
        }
        position > 0 && sample.matches_file(self.file.as_file(), position).unwrap_or(false)
    }

    /// How much of the file was read if `position` bytes of the original were.
    fn read_to(&self, position: u64) -> u64 {
        if self.is_compressed { self.length } else { position.min(self.length) }
    }
}

/// The other paths that are followed.
pub(super) struct OtherPaths<'p> {
    pub(super) before: &'p [FollowedPath],
    pub(super) after: &'p [FollowedPath],
}

impl OtherPaths<'_> {
    fn iter(&self) -> impl Iterator<Item = &FollowedPath> {
        self.before.iter().chain(self.after)
    }

    /// What the other paths know of `file`.
    pub(super) fn recognize(&self, file: &Handle) -> Known {
        self.iter().map(|path| path.recognize(file)).max().unwrap_or(Known::New)
    }

    /// What other paths know of `file`, which may be a copy that a rotation made at `path`.
    pub(super) fn recognize_copy(&self, file: &Handle, path: &FollowedPath) -> Known {
        let mut originals = self.iter().filter(|other| path.may_have_copies_of(other)).peekable();
        if originals.peek().is_none() {
            return Known::New;
        }
        let Ok(copy) = Copied::new(file) else { return Known::New };
        originals.map(|path| path.recognize_copy(&copy)).max().unwrap_or(Known::New)
    }
}
