//! Writes zip archives for tests: with or without sizes in the headers, and with lies in them.

use std::io::{self, Write};

/// A member, and how it is written.
#[derive(Clone, Debug, Default)]
pub struct ZipMember {
    pub name: Vec<u8>,
    pub text: Vec<u8>,
    pub method: u16,
    /// Whether checksum and sizes come after the data.
    pub has_descriptor: bool,
    /// Whether sizes have 8 bytes.
    pub is_zip64: bool,
    /// Further flags: 1 is encrypted, 0x800 is UTF-8.
    pub flags: u16,
    /// The mode of Unix, which only the directory has; none if 0.
    pub mode: u16,
    pub extra: Vec<u8>,
    /// Added to the checksum and the length of the text in the headers.
    pub wrong_crc: u32,
    pub wrong_size: u32,
}

impl ZipMember {
    pub fn new(name: &str, text: &[u8], method: u16) -> Self {
        Self { name: name.into(), text: text.to_vec(), method, ..Self::default() }
    }
}

pub fn compressed(method: u16, text: &[u8]) -> Vec<u8> {
    fn encode<W: Write>(mut encoder: W, text: &[u8]) -> W {
        encoder.write_all(text).expect("a vector takes everything");
        encoder
    }
    let level = flate2::Compression::fast();
    let done: io::Result<Vec<u8>> = match method {
        8 => encode(flate2::write::DeflateEncoder::new(Vec::new(), level), text).finish(),
        12 => {
            let level = bzip2::Compression::fast();
            encode(bzip2::write::BzEncoder::new(Vec::new(), level), text).finish()
        }
        93 => zstd::encode_all(text, 1),
        95 => encode(liblzma::write::XzEncoder::new(Vec::new(), 0), text).finish(),
        _ => Ok(text.to_vec()),
    };
    done.expect("a vector takes everything")
}

/// An archive of `members`.
pub fn zip(members: &[ZipMember]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let offset = archive.len() as u32;
        write_member(member, &mut archive);
        write_entry(member, offset, &mut directory);
    }
    let (offset, length) = (archive.len() as u32, directory.len() as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([members.len() as u16; 2].into_iter().flat_map(u16::to_le_bytes));
    archive.extend([length, offset].into_iter().flat_map(u32::to_le_bytes));
    archive.extend([0, 0]);
    archive
}

/// Checksum, compressed length and length.
fn sizes(member: &ZipMember) -> (u32, u64, u64) {
    let mut crc = flate2::Crc::new();
    crc.update(&member.text);
    let compressed = compressed(member.method, &member.text).len() as u64;
    let size = member.text.len() as u64 + u64::from(member.wrong_size);
    (crc.sum().wrapping_add(member.wrong_crc), compressed, size)
}

fn write_member(member: &ZipMember, out: &mut Vec<u8>) {
    out.extend(b"PK\x03\x04\x14\0");
    write_common(member, out, !member.has_descriptor);
    out.extend(&member.name);
    out.extend(extra(member));
    out.extend(compressed(member.method, &member.text));
    if member.has_descriptor {
        let (crc, compressed, size) = sizes(member);
        out.extend(b"PK\x07\x08");
        out.extend(crc.to_le_bytes());
        for size in [compressed, size] {
            let bytes = size.to_le_bytes();
            out.extend(if member.is_zip64 { &bytes[..] } else { &bytes[..4] });
        }
    }
}

/// The fields that both headers have, from the flags to the lengths.
fn write_common(member: &ZipMember, out: &mut Vec<u8>, has_sizes: bool) {
    let flags = member.flags | if member.has_descriptor { 8 } else { 0 };
    out.extend(flags.to_le_bytes());
    out.extend(member.method.to_le_bytes());
    // 12:34:56 on 2026-11-24.
    out.extend([0x5c, 0x64, 0x78, 0x5d]);
    let (crc, compressed, size) = if has_sizes { sizes(member) } else { (0, 0, 0) };
    out.extend(crc.to_le_bytes());
    for size in [compressed, size] {
        let size = if member.is_zip64 && has_sizes { u32::MAX } else { size as u32 };
        out.extend(size.to_le_bytes());
    }
    out.extend((member.name.len() as u16).to_le_bytes());
    out.extend((extra(member).len() as u16).to_le_bytes());
}

fn extra(member: &ZipMember) -> Vec<u8> {
    let mut extra = member.extra.clone();
    if member.is_zip64 {
        let (_, compressed, size) = sizes(member);
        extra.extend([1, 0, 16, 0]);
        extra.extend(size.to_le_bytes());
        extra.extend(compressed.to_le_bytes());
    }
    extra
}

fn write_entry(member: &ZipMember, offset: u32, out: &mut Vec<u8>) {
    let system = if member.mode == 0 { 0 } else { 3 };
    out.extend([b'P', b'K', 1, 2, 0x14, system, 0x14, 0]);
    write_common(member, out, true);
    out.extend([0; 8]);
    out.extend(member.mode.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(&member.name);
    out.extend(extra(member));
}
