#![no_main]
//! Compressed and encoded inputs and archives, damaged or not: the same text and the same error for
//! every size of reads, and intact data is restored.

use std::io::{self, Write};

use imerr::input::Encoding;
use imerr_fuzz::{ANNOTATION_PIECES, FRAGMENTS, Input, SETUPS, is_decoded, read_in};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

imerr_fuzz::target!(run, &[&FRAGMENTS[..], ANNOTATION_PIECES]);

const SIZES: [usize; 8] = [1, 2, 3, 5, 17, 100, 1009, 4096];

fn run(mut input: Input) {
    let check =
        input.choose(&[any_bytes, compressed_text, encoded_text, damaged_members, archives]);
    check(input);
}

/// The text and the error of `bytes`, which are the same for whole reads and small ones.
fn decoded(bytes: &[u8], encoding: Encoding, size: usize) -> Option<(Vec<u8>, Option<String>)> {
    let whole = read_in(encoding, SETUPS[0].stripper(), bytes, usize::MAX)?;
    let pieces = read_in(encoding, SETUPS[0].stripper(), bytes, size)?;
    // At damage, the decoder of bzip2 drops the text of its last step, which depends on the room.
    let is_bzip2 = whole.1.as_ref().is_some_and(|error| error.starts_with("corrupt bzip2"));
    let are_alike = whole.0.starts_with(&pieces.0) || pieces.0.starts_with(&whole.0);
    let (left, right) = (whole.0.len(), pieces.0.len());
    assert!(whole.0 == pieces.0 || is_bzip2 && are_alike, "{left} and {right} bytes, {size}");
    assert_eq!(whole.1, pieces.1, "the error in reads of {size}");
    Some(whole)
}

fn any_bytes(mut input: Input) {
    const LABELS: [&str; 16] = [
        "auto",
        "auto",
        "none",
        "utf-8",
        "utf-16le",
        "utf-16be",
        "gb18030",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "iso-2022-jp",
        "windows-1252",
        "koi8-r",
        "x-user-defined",
    ];
    let encoding = input.choose(&LABELS).parse().expect("the label is known");
    let size = *input.choose(&SIZES);
    decoded(input.rest(), encoding, size);
}

/// Compressors, with options that change the structure of the file.
const COMPRESSORS: [fn(&[u8], u8) -> io::Result<Vec<u8>>; 5] = [gzip, zstd, xz, bzip2, lz4];

fn compressed_text(mut input: Input) {
    let compress = input.choose(&COMPRESSORS);
    let (option, size, cut) = (input.byte(), *input.choose(&SIZES), usize::from(input.byte()));
    let text = input.rest();
    let (first, second) = text.split_at(cut.min(text.len()));
    let mut file = compress(first, option).expect("a vector takes all bytes");
    file.extend(compress(second, option / 3).expect("a vector takes all bytes"));
    file.resize(file.len() + usize::from(option % 4) * 4, 0);
    let Some((restored, error)) = decoded(&file, Encoding::Marked, size) else { return };
    // A text that is UTF-16 or in a format that is not read is decoded or refused.
    if !is_decoded(text) && !has_annotations(text) {
        assert_eq!(error, None, "{}", file.escape_ascii());
        assert!(restored == text, "{}\n{}", restored.escape_ascii(), text.escape_ascii());
    }
}

fn has_annotations(text: &[u8]) -> bool {
    match read_in(Encoding::None, SETUPS[0].stripper(), text, usize::MAX) {
        Some((stripped, _)) => stripped != text,
        None => true,
    }
}

/// Several members, of which a few bytes are wrong or the end is missing.
fn damaged_members(mut input: Input) {
    let compress = input.choose(&COMPRESSORS);
    let (option, size) = (input.byte(), *input.choose(&SIZES));
    let damage = [input.byte(), input.byte(), input.byte(), input.byte()].map(usize::from);
    let text = input.rest();
    let member = compress(text, option).expect("a vector takes all bytes");
    let mut file = [&member[..], &member].concat();
    let position = (damage[0] << 8 | damage[1]) % file.len();
    file[position] ^= damage[2] as u8;
    if damage[3] % 2 == 1 {
        file.truncate((damage[3] << 8 | damage[1]) % file.len());
    }
    let Some((restored, error)) = decoded(&file, Encoding::Marked, size) else { return };
    if error.is_none() && damage[3] % 2 == 0 && damage[2] == 0 && !is_decoded(text) {
        assert!(restored.len() <= 2 * text.len(), "more text than there was");
    }
}

/// Archives, of which a byte is wrong or the end is missing.
fn archives(mut input: Input) {
    let kind = input.byte();
    let damage = [input.byte(), input.byte(), input.byte(), input.byte()].map(usize::from);
    let (size, cut) = (*input.choose(&SIZES), usize::from(input.byte()));
    let text = input.rest();
    let (first, second) = text.split_at(cut.min(text.len()));
    let members = [("a.log", first), ("d/b.log", second)];
    let mut file = archive(kind, &members);
    let position = (damage[0] << 8 | damage[1]) % file.len();
    file[position] ^= damage[2] as u8;
    if damage[3] % 4 == 1 {
        file.truncate((damage[3] << 8 | damage[1]) % file.len());
    }
    let Some((restored, error)) = decoded(&file, Encoding::None, size) else { return };
    if damage[2] == 0 && damage[3] % 4 != 1 && !is_decoded(first) && !is_decoded(second) {
        assert_eq!(error, None, "{}", file.escape_ascii());
        assert!(restored.len() <= text.len() + 1, "more text than there was");
    }
}

/// The method of the members of a zip archive, or of the compression of a tar archive, and whether
/// the lengths of members come after their data.
fn archive(kind: u8, members: &[(&str, &[u8])]) -> Vec<u8> {
    let compressor = COMPRESSORS[usize::from(kind >> 2) % COMPRESSORS.len()];
    let packed = |text: &[u8]| compressor(text, kind).expect("a vector takes all bytes");
    match kind % 4 {
        0 => tar(members),
        1 => packed(&tar(members)),
        kind => zip(members, METHODS[usize::from(kind >> 3) % METHODS.len()], kind == 2),
    }
}

const METHODS: [u8; 5] = [0, 8, 12, 93, 95];

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, text) in members {
        let mut header = [0; 512];
        let size = format!("{:011o}\0", text.len());
        let fields: [(usize, &[u8]); 4] = [
            (0, name.as_bytes()),
            (100, b"0000644\0"),
            (124, size.as_bytes()),
            (148, b"        0ustar\x0000"),
        ];
        for (offset, field) in fields {
            header[offset..offset + field.len()].copy_from_slice(field);
        }
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        archive.extend(header);
        archive.extend(*text);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

fn zip(members: &[(&str, &[u8])], method: u8, has_descriptor: bool) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let data = zip_data(method, text).expect("a vector takes all bytes");
        let mut crc = flate2::Crc::new();
        crc.update(text);
        let sizes = [crc.sum(), data.len() as u32, text.len() as u32];
        let sizes: Vec<u8> = sizes.into_iter().flat_map(u32::to_le_bytes).collect();
        archive.extend(b"PK\x03\x04\x14\0");
        archive.extend([if has_descriptor { 8 } else { 0 }, 0, method, 0, 0, 0, 0, 0]);
        archive.extend(if has_descriptor { &[0; 12] } else { &sizes[..] });
        archive.extend([name.len() as u8, 0, 0, 0]);
        archive.extend(name.as_bytes());
        archive.extend(&data);
        if has_descriptor {
            archive.extend(b"PK\x07\x08");
            archive.extend(&sizes);
        }
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend([name.len() as u8, 0]);
        directory.extend([0; 16]);
        directory.extend(name.as_bytes());
    }
    archive.extend(directory);
    archive.extend(b"PK\x05\x06");
    archive.extend([0; 18]);
    archive
}

fn zip_data(method: u8, text: &[u8]) -> io::Result<Vec<u8>> {
    match method {
        0 => Ok(text.to_vec()),
        8 => {
            let level = flate2::Compression::fast();
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(text)?;
            encoder.finish()
        }
        12 => bzip2(text, 0),
        93 => zstd(text, 0),
        _ => xz(text, 0),
    }
}

fn encoded_text(mut input: Input) {
    const LABELS: [&str; 9] = [
        "gb18030",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "iso-2022-jp",
        "utf-16le",
        "utf-16be",
    ];
    let label = *input.choose(&LABELS);
    let size = *input.choose(&SIZES);
    let Ok(text) = std::str::from_utf8(input.rest()) else { return };
    let encoding: Encoding = label.parse().expect("the label is known");
    let Encoding::Forced(inner) = encoding else { panic!("{label} is forced") };
    let bytes = match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => inner.encode(text).0.into_owned(),
    };
    let Some((restored, error)) = decoded(&bytes, encoding, size) else { return };
    // The encoders of most encodings write substitutes for some characters.
    let wanted = inner.decode_without_bom_handling(&bytes).0;
    if is_decoded(&bytes) || wanted.starts_with('\u{feff}') || has_annotations(wanted.as_bytes()) {
        return;
    }
    assert_eq!(error, None);
    assert_eq!(String::from_utf8_lossy(&restored), wanted, "{label}");
}

fn gzip(text: &[u8], option: u8) -> io::Result<Vec<u8>> {
    let level = flate2::Compression::new(u32::from(option % 10));
    let builder = flate2::GzBuilder::new();
    let builder = if option % 2 == 1 { builder.filename("a.log").comment("x") } else { builder };
    let mut encoder = builder.write(Vec::new(), level);
    encoder.write_all(text)?;
    encoder.finish()
}

fn zstd(text: &[u8], option: u8) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), i32::from(option % 4))?;
    encoder.include_checksum(option % 2 == 1)?;
    encoder.include_contentsize(option % 3 == 1)?;
    encoder.write_all(text)?;
    encoder.flush()?;
    encoder.finish()
}

fn xz(text: &[u8], option: u8) -> io::Result<Vec<u8>> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), u32::from(option % 2));
    encoder.write_all(text)?;
    encoder.finish()
}

fn bzip2(text: &[u8], option: u8) -> io::Result<Vec<u8>> {
    let level = bzip2::Compression::new(1 + u32::from(option % 2));
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
    encoder.write_all(text)?;
    encoder.finish()
}

fn lz4(text: &[u8], option: u8) -> io::Result<Vec<u8>> {
    let sizes = [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Auto];
    let modes = [BlockMode::Independent, BlockMode::Linked];
    let info = FrameInfo::new()
        .block_size(sizes[usize::from(option) % 3])
        .block_mode(modes[usize::from(option) % 2])
        .block_checksums(option % 5 < 2)
        .content_checksum(option % 7 < 3);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(text)?;
    encoder.finish().map_err(io::Error::other)
}
