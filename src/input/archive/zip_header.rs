//! What a zip archive says about a member: in the header in front of its data, and in the
//! directory.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rawzip::ZipFileHeaderRecord;

use super::member::Member;
use super::member_name::{MemberName, decode, decode_zip};
use super::tar_reader::is_resource_fork;
use crate::input::archive_problem::ArchiveProblem;

/// The length of the fixed part, without the signature.
pub(super) const FIXED: usize = 26;

/// Flags.
const ENCRYPTED: u16 = 1;
const HAS_DESCRIPTOR: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;
const MASKED: u16 = 1 << 13;

/// Extra fields.
const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;

/// A 4-byte size with this value is in the zip64 field.
const IN_ZIP64: u64 = 0xffff_ffff;

pub(super) const STORED: u16 = 0;
pub(super) const DEFLATE: u16 = 8;
pub(super) const BZIP2: u16 = 12;
pub(super) const ZSTD: u16 = 93;
pub(super) const XZ: u16 = 95;

/// What is known of a member before its data is read.
pub(super) struct MemberHeader {
    flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) compressed_size: u64,
    pub(super) size: u64,
    /// Whether sizes have 8 bytes.
    pub(super) is_zip64: bool,
    /// Date and time of MS-DOS.
    modified: (u16, u16),
    pub(super) name: Box<str>,
}

impl MemberHeader {
    /// Reads the fixed part of a header in front of the data, and the `variable` part with the name
    /// and the extra fields.
    pub(super) fn new(fixed: &[u8; FIXED], variable: &[u8]) -> Self {
        let (name, extra) = variable.split_at(variable_lengths(fixed).0);
        let flags = u16_at(fixed, 2);
        let mut header = Self {
            flags,
            method: u16_at(fixed, 4),
            modified: (u16_at(fixed, 8), u16_at(fixed, 6)),
            crc: u32_at(fixed, 10),
            compressed_size: u32_at(fixed, 14).into(),
            size: u32_at(fixed, 18).into(),
            is_zip64: false,
            name: decoded_name(flags, name, extra),
        };
        header.read_zip64(extra);
        header
    }

    /// Reads an entry of the directory, which has all sizes.
    pub(super) fn from_directory(entry: &ZipFileHeaderRecord<'_>) -> Self {
        let flags = entry.flags().bits();
        let modified = entry.last_modified_dos();
        let extra = entry.extra_fields();
        Self {
            flags: flags & !HAS_DESCRIPTOR,
            method: entry.compression_method().as_u16(),
            modified: (modified.packed_date(), modified.packed_time()),
            crc: entry.crc32(),
            compressed_size: entry.compressed_size_hint(),
            size: entry.uncompressed_size_hint(),
            is_zip64: false,
            name: decoded_name(flags, entry.file_path().as_bytes(), extra.remaining_bytes()),
        }
    }

    /// The sizes in the extra field of zip64 count instead of those that do not fit into 4 bytes.
    fn read_zip64(&mut self, extra: &[u8]) {
        let Some(field) = extra_field(extra, ZIP64) else { return };
        self.is_zip64 = true;
        let (mut sizes, _) = field.as_chunks::<8>();
        for size in [&mut self.size, &mut self.compressed_size] {
            if *size == IN_ZIP64
                && let Some((first, rest)) = sizes.split_first()
            {
                *size = u64::from_le_bytes(*first);
                sizes = rest;
            }
        }
    }

    /// Whether checksum and sizes may come after the data.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & HAS_DESCRIPTOR != 0
    }

    /// Whether the length of the compressed data is known.
    pub(super) fn has_sizes(&self) -> bool {
        !self.has_descriptor() || self.compressed_size != 0
    }

    /// The member, unless it is a directory or has no log.
    pub(super) fn member(&self) -> Option<Member> {
        if self.name.ends_with('/') || is_resource_fork(self.name.as_bytes()) {
            return None;
        }
        let MemberName { path, is_changed: is_renamed } = MemberName::new(&self.name);
        let modified = dos_time(self.modified.0, self.modified.1);
        Some(Member { path, is_renamed, modified, problem: self.problem() })
    }

    /// Why the data cannot be read.
    fn problem(&self) -> Option<ArchiveProblem> {
        if self.flags & (ENCRYPTED | MASKED) != 0 {
            return Some(ArchiveProblem::Encrypted);
        }
        let name = match self.method {
            STORED | DEFLATE | BZIP2 | ZSTD | XZ => return None,
            9 => "Deflate64".to_string(),
            14 => "LZMA".to_string(),
            98 => "PPMd".to_string(),
            other => format!("method {other}"),
        };
        Some(ArchiveProblem::Method(name))
    }
}

/// The lengths of the name and of the extra fields.
pub(super) fn variable_lengths(fixed: &[u8; FIXED]) -> (usize, usize) {
    (u16_at(fixed, 22).into(), u16_at(fixed, 24).into())
}

/// The name as text, with slashes only: Windows has written both separators.
fn decoded_name(flags: u16, name: &[u8], extra: &[u8]) -> Box<str> {
    let text = match unicode_path(name, extra) {
        _ if flags & UTF8 != 0 => decode(name),
        Some(path) => path,
        None => decode_zip(name),
    };
    text.replace('\\', "/").into()
}

/// The name in the extra field, if it belongs to the name in the header.
fn unicode_path(name: &[u8], extra: &[u8]) -> Option<String> {
    let field = extra_field(extra, UNICODE_PATH)?;
    let (crc, path) = field.get(1..)?.split_first_chunk::<4>()?;
    let mut checksum = flate2::Crc::new();
    checksum.update(name);
    (checksum.sum() == u32::from_le_bytes(*crc)).then(|| decode(path))
}

/// The extra field with this number.
fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((header, rest)) = extra.split_first_chunk::<4>() {
        let data = rest.get(..u16_at(header, 2).into())?;
        if u16_at(header, 0) == wanted {
            return Some(data);
        }
        extra = &rest[data.len()..];
    }
    None
}

/// A time of MS-DOS, which is local.
fn dos_time(date: u16, time: u16) -> Option<SystemTime> {
    let part = |bits: u16, shift: u16, mask: u16| (bits >> shift & mask) as i8;
    let local = DateTime::new(
        1980 + (date >> 9) as i16,
        part(date, 5, 15),
        part(date, 0, 31),
        part(time, 11, 31),
        part(time, 5, 63),
        2 * part(time, 0, 31),
        0,
    );
    let timestamp = TimeZone::system().to_timestamp(local.ok()?).ok()?;
    let seconds = u64::try_from(timestamp.as_second()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

pub(super) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes([bytes[offset], bytes[offset + 1]])
}

pub(super) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes([bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]])
}
