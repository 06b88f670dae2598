//! Reads the members of a zip archive in the order of their data.
//!
//! Each member has a header of its own, so the directory at the end of the archive is not needed.
//! It is only compared: an archive that hides members from a reader of either kind is damaged.

use std::io::{self, ErrorKind};

use super::archive_reader::Archive;
use super::member::Member;
use super::zip_data::ZipData;
use super::zip_directory::count_entries;
use super::zip_header::{FIXED, LocalHeader, STORED, u32_at, variable_lengths};
use crate::input::decode::CountingReader;

pub(super) type Reader = Box<dyn io::Read + Send>;

pub(super) const MEMBER: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const TEMPORARY: [u8; 4] = *b"PK00";

pub(super) struct ZipReader {
    input: CountingReader<Reader>,
    current: Option<Current>,
    /// A signature that was read ahead.
    signature: Option<[u8; 4]>,
    /// The number of members so far.
    members: u64,
    is_at_end: bool,
}

struct Current {
    header: LocalHeader,
    data: ZipData,
    /// Whether the data was read to its end and compared with what the archive says about it.
    is_checked: bool,
    has_failed: bool,
}

impl ZipReader {
    pub(super) fn new(reader: Reader) -> Self {
        let input = CountingReader::new(0, reader);
        Self { input, current: None, signature: None, members: 0, is_at_end: false }
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
        let Some(mut current) = self.current.take() else { return Ok(()) };
        if current.is_checked {
            return Ok(());
        }
        let Some(remaining) = current.data.remaining else {
            return self.find_end(current);
        };
        if self.input.skip(remaining)? < remaining {
            return Err(ends_early(&self.input));
        }
        current.data.remaining = Some(0);
        if current.header.has_descriptor() {
            self.skip_descriptor(&current)?;
        }
        Ok(())
    }

    /// Decompresses the rest of a member, since nothing else shows where it ends.
    fn find_end(&mut self, current: Current) -> io::Result<()> {
        if current.has_failed {
            return Err(corrupt(&self.input, "the end of the damaged member cannot be found"));
        }
        self.current = Some(current);
        let mut buffer = vec![0; 64 << 10];
        loop {
            match self.read_member(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                // Nothing depends on the text, and its end was found.
                Err(_) if self.current.as_ref().is_some_and(|current| current.is_checked) => break,
                Err(error) => return Err(error),
            }
        }
        self.current = None;
        Ok(())
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
        let Some(current) = &mut self.current else { return Ok(()) };
        if current.is_checked {
            return Ok(());
        }
        current.is_checked = true;
        let found = (current.data.crc.sum(), current.data.consumed, current.data.text);
        let header = &current.header;
        let mut wanted = (header.crc, header.compressed_size, header.size);
        if header.has_descriptor()
            && let Some(descriptor) = self.read_descriptor(found)?
        {
            wanted = descriptor;
        }
        if wanted.0 != found.0 {
            return Err(corrupt(&self.input, "wrong data or checksum"));
        }
        if wanted != found {
            return Err(corrupt(&self.input, "wrong sizes of a member"));
        }
        Ok(())
    }

    /// Reads the checksum and the sizes after the data, if they are there. Whether sizes have 4 or 8
    /// bytes depends on the writer, so those that were found decide, or for an empty text the
    /// header.
    fn read_descriptor(&mut self, found: (u32, u64, u64)) -> io::Result<Option<(u32, u64, u64)>> {
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
        let (name, extra) = variable_lengths(&fixed);
        let mut variable = vec![0; name + extra];
        if self.input.read_full(&mut variable)? < variable.len() {
            return Err(ends_early(&self.input));
        }
        let header = LocalHeader::new(&fixed, variable);
        self.members += 1;
        let member = header.member();
        let mut data = ZipData::new(&header);
        let is_problem = member.as_ref().is_some_and(|member| member.problem.is_some());
        if header.method == STORED && !header.has_sizes() && !is_problem {
            self.signature = Some(self.read_array()?);
            if !self.signature.is_some_and(|next| next.starts_with(b"PK")) {
                let cause = "a member is stored without its length; unpack the archive with unzip \
                             and read the directory";
                return Err(corrupt(&self.input, cause));
            }
            data.remaining = Some(0);
            data.is_complete = true;
        }
        let has_failed = is_problem;
        self.current = Some(Current { header, data, is_checked: false, has_failed });
        Ok(member)
    }
}

impl Archive for ZipReader {
    fn next_member(&mut self) -> io::Result<Option<Member>> {
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
                    let entries = count_entries(&mut self.input, signature)?;
                    if entries != self.members {
                        let cause = format!(
                            "the directory lists {entries} members, but {} were found",
                            self.members
                        );
                        return Err(corrupt(&self.input, &cause));
                    }
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
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => return Ok(count),
            Ok(Err(cause)) => {
                current.has_failed = true;
                return Err(corrupt(&self.input, &cause));
            }
            Err(error) => {
                current.has_failed = true;
                return Err(error);
            }
        }
        self.check()?;
        Ok(0)
    }

    fn left_out(&self) -> u64 {
        0
    }
}

pub(super) fn ends_early(input: &CountingReader<Reader>) -> io::Error {
    let message = format!("zip archive ends early at byte {}", input.consumed);
    io::Error::new(ErrorKind::UnexpectedEof, message)
}

pub(super) fn corrupt(input: &CountingReader<Reader>, cause: &str) -> io::Error {
    let message = format!("corrupt zip archive at byte {}: {cause}", input.consumed);
    io::Error::new(ErrorKind::InvalidData, message)
}
