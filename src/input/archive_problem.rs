//! Why an archive or a member of it is not read.

use std::{fmt, io};

/// A limit for archives, or a member that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "decode"), allow(dead_code, reason = "only decoders have these"))]
pub(crate) enum ArchiveProblem {
    /// The archive is a member of a member of too many others.
    TooDeep,
    /// So many more archives are within too many others.
    MoreTooDeep(u64),
    /// The archive unpacks to too much.
    TooLarge,
    /// The names of the members take too much memory.
    TooManyMembers,
    /// The member is encrypted.
    Encrypted,
    /// The member is compressed with this method.
    Method(String),
    /// Anything else, with what to do.
    Other(String),
}

impl fmt::Display for ArchiveProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep => f.write_str(
                "is an archive within 4 archives, which is the limit; unpack one of them and read \
                 the directory",
            ),
            Self::MoreTooDeep(count) => {
                write!(f, "{count} more of its archives are within 4 archives, and are not read")
            }
            Self::TooLarge => f.write_str(
                "its archive unpacks to more than 1 GiB and 1,000 times its own length, which is \
                 the limit, so nothing more of it is read; if that is right, unpack it and read \
                 the directory",
            ),
            Self::TooManyMembers => f.write_str(
                "the names of its members take more than 32 MiB, so those after this are not read; \
                 unpack it and read the directory",
            ),
            Self::Encrypted => f.write_str(
                "is encrypted; unpack the archive with 7z x -pPASSWORD ARCHIVE and read the directory",
            ),
            Self::Method(name) => write!(
                f,
                "is compressed with {name}, which is not read; unpack the archive with 7z x ARCHIVE \
                 and read the directory"
            ),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ArchiveProblem {}

impl From<ArchiveProblem> for io::Error {
    fn from(problem: ArchiveProblem) -> Self {
        Self::other(problem)
    }
}
