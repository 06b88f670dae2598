//! Reads the members of a zip archive in the order of their data.
//!
//! In a file, the directory at its end says where the members are. In a stream, each member has a
//! header of its own, so the directory is only compared with what was found: an archive that shows
//! different members to the two kinds of reader is damaged.

use std::io::{self, ErrorKind};

use super::archive_reader::Archive;
use super::member::Member;
use super::zip_data::ZipData;
use super::zip_directory::count_entries;
use super::zip_header::{FIXED, MemberHeader, u32_at, variable_lengths};
use super::zip_index::{IndexedMember, ZipIndex};
use crate::input::archive_problem::ArchiveProblem;
use crate::input::decode::CountingReader;

pub(super) type Reader = Box<dyn io::Read + Send>;

pub(super) const MEMBER: [u8; 4] = *b"PK\x03\x04";
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const TEMPORARY: [u8; 4] = *b"PK00";

/// The checksum, the compressed length and the length of the text of a member.
pub(super) type Descriptor = (u32, u64, u64);

pub(super) struct ZipReader {
    input: CountingReader<Reader>,
    current: Option<Current>,
    /// A signature that was read ahead.
    signature: Option<[u8; 4]>,
    /// The number of members so far.
    members: u64,
    is_at_end: bool,
    /// The members that the directory lists, if it could be read first.
    index: Option<ZipIndex>,
    left_out: u64,
}

struct Current {
    header: MemberHeader,
    data: ZipData,
    /// Whether the data was read to its end and compared with what the archive says about it.
    is_checked: bool,
    has_failed: bool,
}

impl ZipReader {
    pub(super) fn new(reader: Reader, index: Option<ZipIndex>) -> Self {
        Self {
            input: CountingReader::new(0, reader),
            current: None,
            signature: None,
            members: 0,
            is_at_end: false,
            index,
            left_out: 0,
        }
    }

    fn read_array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        if self.input.read_full(&mut bytes)? < N {
            return Err(ends_early(&self.input));
        }
        Ok(bytes)
    }

    fn read_signature(&mut self) -> io::Result<[u8; 4]> {
        match self.signature.take() {
            Some(signature) => Ok(signature),
            None => self.read_array(),
        }
    }

    /// Goes on to the end of the current member.
    fn finish_member(&mut self) -> io::Result<()> {
        let Some(current) = self.current.take() else { return Ok(()) };
        if current.is_checked {
            return Ok(());
        }
        let Some(remaining) = current.data.remaining else {
            return self.find_end(current);
        };
        if self.input.skip(remaining)? < remaining {
            return Err(ends_early(&self.input));
        }
        if current.header.has_descriptor() {
            self.skip_descriptor(&current)?;
        }
        Ok(())
    }

    /// Decompresses the rest of a member, since nothing else shows where it ends. If that fails,
    /// looks for its descriptor.
    fn find_end(&mut self, current: Current) -> io::Result<()> {
        self.current = Some(current);
        let mut buffer = vec![0; 64 << 10];
        while self.read_member(&mut buffer).is_ok_and(|count| count > 0) {}
        let Some(current) = self.current.take().filter(|current| !current.is_checked) else {
            return Ok(());
        };
        let start = self.input.consumed;
        current.data.skip_to_descriptor(&mut self.input).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => corrupt(start, NO_END),
            _ => error,
        })
    }

    /// Skips a descriptor, if there is one.
    fn skip_descriptor(&mut self, current: &Current) -> io::Result<()> {
        let first = self.read_signature()?;
        let sizes = if current.header.is_zip64 { 16 } else { 8 };
        let length = match first {
            DESCRIPTOR => 4 + sizes,
            [b'P', b'K', ..] => {
                self.signature = Some(first);
                return Ok(());
            }
            _ => sizes,
        };
        if self.input.skip(length)? < length {
            return Err(ends_early(&self.input));
        }
        Ok(())
    }

    /// Compares what was read with what the archive says about it.
    fn check(&mut self) -> io::Result<()> {
        let Some(current) = &self.current else { return Ok(()) };
        if current.is_checked {
            return Ok(());
        }
        let found = current.data.found(&self.input);
        let header = &current.header;
        let mut wanted = (header.crc, header.compressed_size, header.size);
        if let Some(descriptor) = current.data.descriptor() {
            wanted = descriptor;
        } else if header.has_descriptor()
            && let Some(descriptor) = self.read_descriptor(found)?
        {
            wanted = descriptor;
        }
        if let Some(current) = &mut self.current {
            // Otherwise the data seems to end where it does not.
            current.is_checked = current.data.remaining.is_some() || wanted.1 == found.1;
            current.has_failed = !current.is_checked;
        }
        if wanted.0 != found.0 {
            return Err(corrupt(self.input.consumed, "wrong data or checksum"));
        }
        if wanted != found {
            return Err(corrupt(self.input.consumed, "wrong sizes of a member"));
        }
        Ok(())
    }

    /// Reads the checksum and the sizes after the data, if they are there. Whether sizes have 4 or
    /// 8 bytes depends on the writer, so those that were found decide, or for an empty text the
    /// header.
    fn read_descriptor(&mut self, found: Descriptor) -> io::Result<Option<Descriptor>> {
        let mut first = self.read_signature()?;
        if first == DESCRIPTOR {
            first = self.read_array()?;
        } else if first.starts_with(b"PK") && u32::from_le_bytes(first) != found.0 {
            self.signature = Some(first);
            return Ok(None);
        }
        let crc = u32::from_le_bytes(first);
        let low: [u8; 8] = self.read_array()?;
        let compressed = u64::from_le_bytes(low);
        let is_zip64 = self.current.as_ref().is_some_and(|current| current.header.is_zip64);
        if compressed != found.1 || found.2 == 0 && !is_zip64 {
            return Ok(Some((crc, u32_at(&low, 0).into(), u32_at(&low, 4).into())));
        }
        let size = u64::from_le_bytes(self.read_array()?);
        Ok(Some((crc, compressed, size)))
    }

    /// Reads the header of a member, after its signature.
    fn begin_member(&mut self) -> io::Result<Option<Member>> {
        let fixed: [u8; FIXED] = self.read_array()?;
        let variable = self.read_variable(variable_lengths(&fixed))?;
        let header = MemberHeader::new(&fixed, &variable);
        self.members += 1;
        let member = header.member();
        let has_problem = member.as_ref().is_some_and(|member| member.problem.is_some());
        self.begin_data(header, has_problem);
        Ok(member)
    }

    /// Reads the name and the extra fields.
    fn read_variable(&mut self, (name, extra): (usize, usize)) -> io::Result<Vec<u8>> {
        let mut variable = vec![0; name + extra];
        if self.input.read_full(&mut variable)? < variable.len() {
            return Err(ends_early(&self.input));
        }
        Ok(variable)
    }

    /// Makes the data of a member what comes next. Data with a problem is not read.
    fn begin_data(&mut self, header: MemberHeader, has_problem: bool) {
        let data = ZipData::new(&header, self.input.consumed);
        self.current = Some(Current { header, data, is_checked: false, has_failed: has_problem });
    }

    /// Goes on to the next regular file that the directory lists.
    fn next_listed(&mut self) -> io::Result<Option<Member>> {
        self.current = None;
        while let Some(listed) = self.index.as_mut().and_then(|index| index.members.next()) {
            let Some(mut member) = listed.header.member() else { continue };
            if listed.is_special {
                self.left_out += 1;
                continue;
            }
            if member.problem.is_none() {
                member.problem = self.begin_listed(listed)?;
            }
            return Ok(Some(member));
        }
        Ok(None)
    }

    /// Goes on to the data of a member that the directory lists. Returns why that cannot be read.
    fn begin_listed(&mut self, listed: IndexedMember) -> io::Result<Option<ArchiveProblem>> {
        let Some(gap) = listed.offset.checked_sub(self.input.consumed) else {
            return Ok(Some(ArchiveProblem::Other(OVERLAPS.to_string())));
        };
        if self.input.skip(gap)? < gap {
            return Err(ends_early(&self.input));
        }
        let signature = self.read_signature()?;
        let fixed: [u8; FIXED] = self.read_array()?;
        let lengths = variable_lengths(&fixed);
        let data = self.input.consumed + (lengths.0 + lengths.1) as u64;
        // A wrong length must not hide the next member.
        let is_short = data.saturating_add(listed.header.compressed_size) > listed.end;
        if signature != MEMBER || is_short {
            let cause = "its header does not fit its entry in the directory";
            let problem = corrupt(listed.offset, cause).to_string();
            return Ok(Some(ArchiveProblem::Other(problem)));
        }
        self.read_variable(lengths)?;
        self.begin_data(listed.header, false);
        Ok(None)
    }
}

const NO_END: &str = "the end of the damaged member is not found, so those after it are not read";
const OVERLAPS: &str = "overlaps another member of the archive, and is not read";

impl Archive for ZipReader {
    fn next_member(&mut self) -> io::Result<Option<Member>> {
        if self.index.is_some() {
            return self.next_listed();
        }
        while !self.is_at_end {
            self.finish_member()?;
            let is_first = self.input.consumed == 0;
            match self.read_signature()? {
                MEMBER => {
                    if let Some(member) = self.begin_member()? {
                        return Ok(Some(member));
                    }
                }
                // The first part of an archive of several parts, of which it is the only one.
                DESCRIPTOR | TEMPORARY if is_first => {}
                signature => {
                    self.is_at_end = true;
                    let (entries, next) = count_entries(&mut self.input, signature)?;
                    if entries != self.members {
                        let cause = format!(
                            "the directory lists {entries} members, but {} were found",
                            self.members
                        );
                        return Err(corrupt(self.input.consumed, &cause));
                    }
                    self.members = 0;
                    self.signature = next;
                    self.is_at_end = next.is_none();
                }
            }
        }
        Ok(None)
    }

    fn read_member(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(current) = &mut self.current else { return Ok(0) };
        if current.has_failed || out.is_empty() {
            return Ok(0);
        }
        match current.data.read(&mut self.input, out) {
            Ok(0) => {}
            Ok(count) => return Ok(count),
            Err(error) => {
                current.has_failed = true;
                return Err(error);
            }
        }
        self.check()?;
        Ok(0)
    }

    fn left_out(&self) -> u64 {
        self.left_out
    }
}

pub(super) fn ends_early(input: &CountingReader<Reader>) -> io::Error {
    let message = format!("zip archive ends early at byte {}", input.consumed);
    io::Error::new(ErrorKind::UnexpectedEof, message)
}

pub(super) fn corrupt(offset: u64, cause: &str) -> io::Error {
    let message = format!("corrupt zip archive at byte {offset}: {cause}");
    io::Error::new(ErrorKind::InvalidData, message)
}
