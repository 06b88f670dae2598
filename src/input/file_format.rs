//! Formats of files that are not logs: archives, and formats that are not read.

use std::{fmt, io};

/// A format of files that is recognized but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedFormat {
    /// The format, with an article if it needs one.
    pub(crate) name: &'static str,
    /// The format in Chinese.
    pub(crate) name_zh: &'static str,
    /// What to do instead.
    pub(crate) help: FormatHelp,
}

/// What to do with a file whose format is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "decode"), allow(dead_code, reason = "only decoders have these"))]
pub(crate) enum FormatHelp {
    /// Run this command.
    Use(&'static str),
    /// Decompress it once.
    DecompressOnce,
    /// Run the scripts of the library that wrote it.
    UnpackXlog,
}

impl fmt::Display for UnsupportedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is {}, which is not read; ", self.name)?;
        match self.help {
            FormatHelp::Use(command) => write!(f, "use {command}"),
            FormatHelp::DecompressOnce => {
                f.write_str("decompress it once, as in zcat FILE | imerr-annotate")
            }
            FormatHelp::UnpackXlog => f.write_str(
                "unpack it with decode_mars_nocrypt_log_file.py of github.com/Tencent/mars, \
                 or with decode_mars_crypt_log_file.py if it is encrypted",
            ),
        }
    }
}

impl std::error::Error for UnsupportedFormat {}

impl From<UnsupportedFormat> for io::Error {
    fn from(format: UnsupportedFormat) -> Self {
        Self::new(io::ErrorKind::Unsupported, format)
    }
}

/// A format of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveFormat {
    /// Tar, also compressed.
    Tar,
    /// Zip.
    Zip,
}

impl fmt::Display for ArchiveFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tar => "a tar archive",
            Self::Zip => "a zip archive",
        })
    }
}

impl std::error::Error for ArchiveFormat {}

impl From<ArchiveFormat> for io::Error {
    fn from(format: ArchiveFormat) -> Self {
        Self::new(io::ErrorKind::Unsupported, format)
    }
}
