//! The members of a zip file, as the directory at its end lists them.
//!
//! A file can be read there first, a stream cannot. The directory has what the headers of members
//! may lack: where the data ends, and whether a member is a symbolic link. And a damaged member
//! does not hide those after it.

use std::fs::File;
use std::io::{self, Seek};

use rawzip::{FileReader, ReaderAt, ZipEntries, ZipFileHeaderRecord, ZipLocator};

use super::zip_header::MemberHeader;
use super::zip_reader::MEMBER;

/// More than the longest entry of a directory.
const BUFFER_SIZE: usize = 256 << 10;
/// The most memory for the members of a file. Without its directory, it is read as a stream.
const MAX_MEMORY: usize = 16 << 20;
/// The end of a directory without a comment.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: u64 = 22;

/// The members of a zip file in the order of their data.
pub(in crate::input) struct ZipIndex {
    /// The number of bytes in front of the archive.
    pub(in crate::input) prefix: u64,
    pub(super) members: std::vec::IntoIter<IndexedMember>,
}

pub(super) struct IndexedMember {
    /// The offset of the header in front of the data.
    pub(super) offset: u64,
    /// Where the next member or the directory begins.
    pub(super) end: u64,
    pub(super) header: MemberHeader,
    /// Whether it is a symbolic link or a device.
    pub(super) is_special: bool,
}

impl ZipIndex {
    /// Reads the directory of `file` and seeks back to the beginning. None if it is no zip file, if
    /// its directory is damaged, or if several archives follow each other.
    pub(in crate::input) fn read(file: &mut File) -> io::Result<Option<Self>> {
        let length = file.metadata()?.len();
        // Files of the kernel have no length, and what is read of them may be gone.
        let Some(end) = length.checked_sub(END_LENGTH) else { return Ok(None) };
        let Ok(copy) = file.try_clone() else { return Ok(None) };
        let reader = FileReader::from(copy);
        let begins = has_at(&reader, 0, MEMBER);
        let mut index = None;
        if begins || has_at(&reader, end, END) {
            index = Self::members_of(reader, length);
        }
        // On some systems, this has moved.
        file.rewind()?;
        Ok(index.filter(|index| index.prefix == 0 || !begins))
    }

    fn members_of(reader: FileReader, length: u64) -> Option<Self> {
        let mut buffer = vec![0; BUFFER_SIZE];
        let archive = ZipLocator::new().locate_in_reader(reader, &mut buffer, length).ok()?;
        let directory = archive.directory_offset();
        let mut members = collect(archive.entries(&mut buffer))?;
        members.sort_by_key(|member| member.offset);
        let mut next = (directory, directory);
        for member in members.iter_mut().rev() {
            if member.offset < next.0 {
                next = (member.offset, next.0);
            }
            member.end = next.1;
        }
        Some(Self { prefix: next.0, members: members.into_iter() })
    }
}

/// Whether `wanted` is there. An error is returned where the file is read.
fn has_at(reader: &FileReader, offset: u64, wanted: [u8; 4]) -> bool {
    let mut bytes = [0; 4];
    reader.read_at(&mut bytes, offset).is_ok() && bytes == wanted
}

fn collect(mut entries: ZipEntries<'_, '_, FileReader>) -> Option<Vec<IndexedMember>> {
    let (mut members, mut memory) = (Vec::new(), 0);
    while let Some(entry) = entries.next_entry().ok()? {
        let member = IndexedMember::new(&entry);
        memory += size_of::<IndexedMember>() + member.header.name.len();
        if memory > MAX_MEMORY {
            return None;
        }
        members.push(member);
    }
    Some(members)
}

impl IndexedMember {
    fn new(entry: &ZipFileHeaderRecord<'_>) -> Self {
        /// The types of files of Unix, and those without a log.
        const TYPE: u32 = 0o170_000;
        const REGULAR: u32 = 0o100_000;
        const DIRECTORY: u32 = 0o040_000;
        let kind = entry.mode().value() & TYPE;
        Self {
            offset: entry.local_header_offset(),
            end: 0,
            header: MemberHeader::from_directory(entry),
            is_special: kind != 0 && kind != REGULAR && kind != DIRECTORY,
        }
    }
}
