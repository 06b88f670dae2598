//! Damaged archives: what is read of them, and that it does not depend on the sizes of reads.

use std::io::{Cursor, Read, Write};

use super::zip_writer::{ZipMember, compressed, zip};
use super::{ShortReads, gzip, read_file, read_in, tar};
use crate::input::Encoding;
use crate::input::archive::ArchiveReader;
use crate::input::decoding_reader::DecodingReader;

/// Texts that compress, so that a damaged byte is followed by text.
fn texts() -> [(&'static str, Vec<u8>); 3] {
    [("a", text("one")), ("b", text("two")), ("c", text("three"))]
}

fn text(word: &str) -> Vec<u8> {
    (0..12).map(|n| format!("{word} {}\n", n * n)).collect::<String>().into_bytes()
}

fn zips() -> Vec<Vec<u8>> {
    let mut archives = Vec::new();
    for method in [0, 8, 12, 93, 95] {
        for has_descriptor in [false, true] {
            let members = texts().map(|(name, text)| ZipMember {
                has_descriptor,
                ..ZipMember::new(name, &text, method)
            });
            archives.push(zip(&members));
        }
    }
    archives
}

fn tars() -> Vec<Vec<u8>> {
    let texts = texts();
    let members = texts.each_ref().map(|(name, text)| (*name, text.as_slice()));
    let tar = tar(&members);
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(&tar).expect("a vector takes everything");
    let lz4 = lz4.finish().expect("a vector takes everything");
    let mut archives = vec![gzip(&tar), lz4];
    archives.extend([12, 93, 95].map(|method| compressed(method, &tar)));
    archives.push(tar);
    archives
}

/// The members of an archive with their texts and errors, for reads of `size` bytes from the
/// archive and of `out_size` bytes from the members.
fn members(archive: &[u8], size: usize, out_size: usize) -> Vec<String> {
    let reader = Box::new(ShortReads { bytes: Cursor::new(archive.to_vec()), size });
    let mut reader = DecodingReader::new(reader, Encoding::None, true);
    let mut rows = vec![reader.detect().err().map(|error| error.to_string()).unwrap_or_default()];
    let Some(archive) = reader.archive.take() else { return rows };
    loop {
        let error = match archive.next_member() {
            Ok(Some(member)) => format!("{}: {}", member.path, read_member(&archive, out_size)),
            Ok(None) => return rows,
            Err(error) => error.to_string(),
        };
        let is_last = !error.contains(": \"") && !archive.can_continue();
        rows.push(error);
        if is_last {
            return rows;
        }
    }
}

fn read_member(archive: &ArchiveReader, out_size: usize) -> String {
    let (mut text, mut out) = (Vec::new(), vec![0; out_size]);
    let mut reader = archive.member_reader();
    let end = loop {
        match reader.read(&mut out) {
            Ok(0) => break String::new(),
            Ok(count) => text.extend(&out[..count]),
            Err(error) => break error.to_string(),
        }
    };
    format!("{:?} {end}", String::from_utf8_lossy(&text))
}

#[test]
fn damage_at_any_byte_reads_the_same_in_all_sizes_of_reads() {
    const SIZES: [(usize, usize); 4] = [(1, 1000), (usize::MAX, 1 << 16), (usize::MAX, 1), (7, 13)];
    for archive in [zips(), tars()].concat() {
        // If xz gets many bytes at once, it reads on over the end of a damaged chunk before it
        // notices, and its last bytes of text may be missing.
        let is_xz = archive.windows(6).any(|bytes| bytes == b"\xfd7zXZ\0");
        let sizes = if is_xz { &SIZES[..1] } else { &SIZES };
        // The blocks of a tar archive that is not compressed are mostly zeros.
        let step = if archive.len() > 3000 { 7 } else { 1 };
        for position in (0..archive.len()).step_by(step) {
            let mut damaged = archive.clone();
            damaged[position] ^= 0x15;
            let wanted = members(&damaged, 1, 1);
            for &(size, out_size) in sizes {
                let found = members(&damaged, size, out_size);
                assert_eq!(found, wanted, "{position} {size} {}", damaged.escape_ascii());
            }
        }
    }
}

#[test]
fn a_damaged_member_of_a_file_is_named_once_and_the_others_are_read() {
    for archive in zips() {
        let whole = read_file(&archive);
        let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02");
        // Without its first bytes, it is no archive.
        for position in (4..directory.expect("a zip archive has a directory")).step_by(3) {
            let mut damaged = archive.clone();
            damaged[position] ^= 0x15;
            let rows = read_file(&damaged);
            let errors = rows.iter().filter(|row| row.contains("error:")).count();
            let intact = rows.iter().filter(|row| whole.contains(row)).count();
            assert!(errors <= 1 && intact >= 3 - errors, "{position}: {rows:?}");
            let named = ["a", "b", "c"].map(|name| rows.iter().any(|row| row.contains(name)));
            assert_eq!(named, [true; 3], "{position}: {rows:?}");
        }
    }
}

#[test]
fn a_damaged_member_of_a_stream_does_not_hide_the_others() {
    let mut lost = 0;
    for archive in zips() {
        let whole = read_in(&archive, usize::MAX);
        let header = archive.windows(4).position(|bytes| bytes == b"PK\x03\x04").expect("a header");
        let next = archive[4..].windows(4).position(|bytes| bytes == b"PK\x03\x04");
        for position in header + 31..next.expect("a second header") - 16 {
            let mut damaged = archive.clone();
            damaged[position] ^= 0x15;
            let rows = read_in(&damaged, usize::MAX);
            assert!(rows.iter().any(|row| row.contains("error:")), "{position}: {rows:?}");
            lost += usize::from(!whole[1..].iter().all(|row| rows.contains(row)));
        }
    }
    // Where the damage makes a decoder read on after the descriptor.
    assert!(lost < 20, "{lost}");
}

#[test]
fn a_damaged_header_of_a_tar_archive_hides_its_member_only() {
    let archive = tars().pop().expect("the last one is not compressed");
    let whole = read_file(&archive);
    for position in 0..512 {
        let mut damaged = archive.clone();
        damaged[1024 + position] ^= 0x15;
        let rows = read_file(&damaged);
        let wanted = "stdin: error: corrupt tar archive at byte 1024: no header of a member begins";
        assert!(rows.iter().any(|row| row.starts_with(wanted)), "{position}: {rows:?}");
        assert_eq!((rows.len(), &rows[0], &rows[2]), (3, &whole[0], &whole[2]), "{position}");
    }
}
