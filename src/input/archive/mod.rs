//! Archives: reading the members of tar and zip files one after the other, from any reader.
//!
//! An archive is read from its first byte to its last without seeking, so that it can come from a
//! pipe, be compressed, or be a member of another archive. No member is held in memory. Only the
//! directory of a zip file is read first.

#[cfg(feature = "decode")]
mod archive_reader;
mod member;
#[cfg(feature = "decode")]
mod member_name;
#[cfg(not(feature = "decode"))]
mod no_archive;
#[cfg(feature = "decode")]
mod stored_data;
#[cfg(feature = "decode")]
mod tar_reader;
#[cfg(feature = "decode")]
mod zip_data;
#[cfg(feature = "decode")]
mod zip_directory;
#[cfg(feature = "decode")]
mod zip_header;
#[cfg(feature = "decode")]
mod zip_index;
#[cfg(feature = "decode")]
mod zip_reader;

#[cfg(feature = "decode")]
pub(super) use archive_reader::ArchiveReader;
pub(super) use member::Member;
#[cfg(not(feature = "decode"))]
pub(super) use no_archive::{ArchiveReader, ZipIndex};
#[cfg(feature = "decode")]
pub(super) use zip_index::ZipIndex;

#[cfg(all(test, feature = "decode"))]
mod tests;
