//! Archives, and formats that are recognized by their first bytes but not read.
//!
//! Searched as text, a file in such a format would have no codes, which is a wrong answer. A text
//! must never be taken for one of them, so each test needs a byte that no text has, or decodes the
//! data.
//!
//! A tar archive is not recognized if its first name has control characters. Brotli has no magic
//! bytes. A cut or tiny zlib stream, and one whose first bytes are a line of
//! text, is not recognized.

use flate2::{Decompress, FlushDecompress, Status};

use crate::input::{ArchiveFormat, FormatHelp, UnsupportedFormat};

/// The number of bytes that every test gets along with.
const MAX_LENGTH: usize = 512;

/// Whether a file has a format; None if more of it is needed to know.
///
/// A test that returns an answer returns the same one for all longer beginnings, so that the sizes
/// of reads make no difference.
type Test = fn(&[u8]) -> Option<bool>;

/// A format other than that of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Recognized {
    Archive(ArchiveFormat),
    Unsupported(UnsupportedFormat),
}

const MAGICS: [(&[u8], Recognized); 15] = [
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06\0\0", ZIP),
    (b"PK\x07\x08PK\x03\x04", ZIP),
    (b"PK00PK\x03\x04", ZIP),
    (b"7z\xbc\xaf\x27\x1c", format("a 7z archive", "7z 压缩包", "7z x -so FILE | imerr-annotate")),
    (b"Rar!\x1a\x07\x00", RAR),
    (b"Rar!\x1a\x07\x01\x00", RAR),
    (b"LZIP\x01", format("lzip data", "lzip 数据", "lzip -dc FILE | imerr-annotate")),
    (
        b"\x02\x21\x4c\x18",
        format("legacy lz4 data", "旧版 lz4 数据", "lz4 -dc FILE | imerr-annotate"),
    ),
    (b"\x89LZO\0\r\n\x1a\n", format("lzop data", "lzop 数据", "lzop -dc FILE | imerr-annotate")),
    (
        b"\x1f\x9d\x90",
        format("compress (.Z) data", "compress（.Z）数据", "gzip -dc FILE | imerr-annotate"),
    ),
    (
        b"\xff\x06\0\0sNaPpY",
        format("snappy data", "snappy 数据", "snzip -dc FILE | imerr-annotate"),
    ),
    (b"MSCF\0\0\0\0", format("a cab archive", "cab 压缩包", "cabextract -p FILE | imerr-annotate")),
    (
        b"SQLite format 3\0",
        format("an SQLite database", "SQLite 数据库", "sqlite3 FILE .dump | imerr-annotate"),
    ),
    (
        b"ElfFile\0",
        format("a Windows event log", "Windows 事件日志", "evtx_dump FILE | imerr-annotate"),
    ),
];

const TESTS: [(Test, Recognized); 6] = [
    (is_pdf, format("a PDF", "PDF", "pdftotext FILE - | imerr-annotate")),
    (is_tar, Recognized::Archive(ArchiveFormat::Tar)),
    (is_lzma, format("lzma data", "lzma 数据", "xz --format=lzma -dc FILE | imerr-annotate")),
    (is_zlib, format("zlib data", "zlib 数据", "pigz -dc < FILE | imerr-annotate")),
    (
        is_journal,
        format("a systemd journal", "systemd 日志", "journalctl --file FILE | imerr-annotate"),
    ),
    (
        is_xlog,
        Recognized::Unsupported(UnsupportedFormat {
            name: "a packed xlog",
            name_zh: "打包的 xlog",
            help: FormatHelp::UnpackXlog,
        }),
    ),
];

/// Compressed data within compressed data. One layer is decompressed, so that a small file cannot
/// grow without limit.
pub(in crate::input) const COMPRESSED_TWICE: UnsupportedFormat = UnsupportedFormat {
    name: "data that is compressed twice",
    name_zh: "压缩了两次的数据",
    help: FormatHelp::DecompressOnce,
};

const ZIP: Recognized = Recognized::Archive(ArchiveFormat::Zip);
const RAR: Recognized =
    format("a rar archive", "rar 压缩包", "unrar p -inul FILE | imerr-annotate");

const fn format(name: &'static str, name_zh: &'static str, command: &'static str) -> Recognized {
    Recognized::Unsupported(UnsupportedFormat { name, name_zh, help: FormatHelp::Use(command) })
}

/// The format of a file with this beginning, if it is one of these.
pub(in crate::input) fn recognize(beginning: &[u8]) -> Option<Recognized> {
    let beginning = &beginning[..beginning.len().min(MAX_LENGTH)];
    let magics = MAGICS.iter().map(|(magic, format)| (has_magic(beginning, magic), *format));
    let tests = TESTS.iter().map(|(test, format)| (test(beginning), *format));
    magics.chain(tests).find_map(|(is_it, format)| (is_it == Some(true)).then_some(format))
}

/// Whether more than `beginning` is needed to know if a file has one of the formats.
pub(super) fn is_undecided(beginning: &[u8]) -> bool {
    beginning.len() < MAX_LENGTH
        && recognize(beginning).is_none()
        && (MAGICS.iter().any(|(magic, _)| has_magic(beginning, magic).is_none())
            || TESTS.iter().any(|(test, _)| test(beginning).is_none()))
}

fn has_magic(bytes: &[u8], magic: &[u8]) -> Option<bool> {
    if bytes.len() < magic.len() {
        return if magic.starts_with(bytes) { None } else { Some(false) };
    }
    Some(bytes.starts_with(magic))
}

/// Whether no text has this byte.
fn is_binary(byte: u8) -> bool {
    // Texts have tabs, line ends, backspaces, bells and escape sequences.
    byte < 0x07 || matches!(byte, 0x0e..=0x1a | 0x1c..=0x1f)
}

/// Whether the first line is complete and is text. A line must not wait until the next one shows
/// that it is not the beginning of something else.
fn begins_with_text_line(bytes: &[u8]) -> bool {
    let newline = bytes.iter().position(|&byte| byte == b'\n');
    newline.is_some_and(|newline| !bytes[..newline].iter().copied().any(is_binary))
}

/// A PDF begins with a line such as `%PDF-1.7`. No log has exactly this line at its beginning.
fn is_pdf(bytes: &[u8]) -> Option<bool> {
    const MAGIC: &[u8] = b"%PDF-";
    if has_magic(bytes, MAGIC) != Some(true) {
        return has_magic(bytes, MAGIC);
    }
    match bytes[MAGIC.len()..] {
        [] | [b'0'..=b'9'] | [b'0'..=b'9', b'.'] | [b'0'..=b'9', b'.', b'0'..=b'9'] => None,
        [b'0'..=b'9', b'.', b'0'..=b'9', b'\r' | b'\n', ..] => Some(true),
        _ => Some(false),
    }
}

/// The name of a tar header, padded with NUL bytes, and its other fields.
const TAR_NAME: usize = 100;
const TAR_MODE: std::ops::Range<usize> = TAR_NAME..108;
const TAR_CHECKSUM: std::ops::Range<usize> = 148..156;

/// Checks the name, so that a line of text is not one, and the checksum of the header. Files of all
/// variants of tar have one, but not all have other magic bytes.
fn is_tar(bytes: &[u8]) -> Option<bool> {
    let name = &bytes[..bytes.len().min(TAR_NAME)];
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    let (name, padding) = name.split_at(end);
    let is_name = !bytes.starts_with(b"\0")
        && !name.iter().any(u8::is_ascii_control)
        && !begins_with_text_line(bytes);
    let mode = &bytes[TAR_MODE.start.min(bytes.len())..TAR_MODE.end.min(bytes.len())];
    let is_mode = mode.iter().all(|byte| b"01234567 \0".contains(byte));
    if !is_name || !is_mode || padding.iter().any(|&byte| byte != 0) {
        return Some(false);
    }
    if bytes.len() < MAX_LENGTH {
        return None;
    }
    let written = String::from_utf8_lossy(&bytes[TAR_CHECKSUM]);
    let written = u32::from_str_radix(written.trim_matches(['\0', ' ']), 8).ok();
    let header = bytes.first_chunk()?;
    Some(written == Some(tar_checksum(header)))
}

/// The checksum of a tar header, in which its own field counts as blanks.
pub(in crate::input) fn tar_checksum(header: &[u8; MAX_LENGTH]) -> u32 {
    let field: u32 = header[TAR_CHECKSUM].iter().map(|&byte| u32::from(byte)).sum();
    let all: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    all - field + TAR_CHECKSUM.len() as u32 * u32::from(b' ')
}

/// Checks the header of lzma as `xz` does: the usual properties, a dictionary of a size that
/// encoders use, a length that is unknown or below 256 GiB; and the first byte of the data.
fn is_lzma(bytes: &[u8]) -> Option<bool> {
    match *bytes {
        [] | [0x5d] | [0x5d, 0] => return None,
        [0x5d, 0, low, ..] if low & 0x0f == 0 => {}
        _ => return Some(false),
    }
    let header = bytes.first_chunk::<14>()?;
    let dictionary = u32::from_le_bytes(header[1..5].try_into().expect("these are 4 bytes"));
    let length = u64::from_le_bytes(header[5..13].try_into().expect("these are 8 bytes"));
    // 2^n or 2^n + 2^(n-1).
    let has_usual_size = dictionary.count_ones() == 1
        || (dictionary.count_ones() == 2 && dictionary & (dictionary >> 1) != 0);
    Some(has_usual_size && (length == u64::MAX || length < 1 << 38) && header[13] == 0)
}

/// Decompresses the beginning of zlib data, since its two magic bytes may begin a text.
fn is_zlib(bytes: &[u8]) -> Option<bool> {
    match *bytes {
        [] | [0x78] => return None,
        // The magic bytes of level 2 to 5 are the letters `x^`.
        [0x78, 0x5e, ..] if begins_with_text_line(bytes) => return Some(false),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {}
        _ => return Some(false),
    }
    let (mut inflate, mut text) = (Decompress::new(true), [0; 4 << 10]);
    loop {
        let rest = &bytes[usize::try_from(inflate.total_in()).unwrap_or(bytes.len())..];
        let written = inflate.total_out();
        match inflate.decompress(rest, &mut text, FlushDecompress::None) {
            Err(_) => return Some(false),
            Ok(Status::StreamEnd) => return Some(true),
            Ok(_) if inflate.total_out() > written => {}
            Ok(_) if bytes.len() < MAX_LENGTH => return None,
            Ok(_) => return Some(bytes.iter().copied().any(is_binary)),
        }
    }
}

/// The magic bytes of a journal are letters, so its flags, state and reserved bytes are checked.
fn is_journal(bytes: &[u8]) -> Option<bool> {
    const MAGIC: &[u8] = b"LPKSHHRH";
    const STATES: std::ops::RangeInclusive<u8> = 0..=2;
    if has_magic(bytes, MAGIC) != Some(true) {
        return has_magic(bytes, MAGIC);
    }
    if begins_with_text_line(bytes) {
        return Some(false);
    }
    let header = bytes.first_chunk::<24>()?;
    let flags = [&header[9..12], &header[13..16], &header[17..24]].concat();
    Some(STATES.contains(&header[16]) && flags.iter().all(|&byte| byte == 0))
}

/// Checks the header of the first block of an xlog of Tencent mars: a number for how it is packed,
/// the number of the block (2 bytes), the hours of its first and last line, and its length (4
/// bytes, of which the last is 0).
///
/// The number can be a tab or a line end. A line end alone is text.
fn is_xlog(bytes: &[u8]) -> Option<bool> {
    const PACKED: std::ops::RangeInclusive<u8> = 0x03..=0x0d;
    const LAST_HOUR: u8 = 23;
    /// Blocks are as long as the buffer of the logger, which has 150 KiB by default.
    const MAX_BLOCK: u32 = 4 << 20;
    let first = bytes.first()?;
    let hours = bytes.iter().skip(3).take(2);
    if !PACKED.contains(first)
        || begins_with_text_line(bytes)
        || hours.copied().any(|hour| hour > LAST_HOUR)
    {
        return Some(false);
    }
    let header = bytes.first_chunk::<9>()?;
    let length = u32::from_le_bytes(header[5..].try_into().expect("these are 4 bytes"));
    Some((1..MAX_BLOCK).contains(&length))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    fn name(beginning: &[u8]) -> &'static str {
        match recognize(beginning) {
            Some(Recognized::Archive(ArchiveFormat::Tar)) => "tar",
            Some(Recognized::Archive(ArchiveFormat::Zip)) => "zip",
            Some(Recognized::Unsupported(format)) => format.name,
            None => "",
        }
    }

    fn zlib(text: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
    }

    fn log() -> Vec<u8> {
        let lines = (0..2_000_u32).map(|line| format!("{} imsdk code:6206\n", line * line));
        lines.collect::<String>().into_bytes()
    }

    /// A header of tar; `magic` is empty in the oldest variant.
    fn tar(name: &str, magic: &[u8]) -> Vec<u8> {
        let mut header = vec![0; MAX_LENGTH];
        let fields: [(usize, &[u8]); 7] = [
            (0, name.as_bytes()),
            (100, b"0000644\0"),
            (108, b"0001750\0"),
            (116, b"0001750\0"),
            (124, b"00000002645\0"),
            (136, b"14711221221\0"),
            (257, magic),
        ];
        for (offset, field) in fields {
            header[offset..offset + field.len()].copy_from_slice(field);
        }
        header[TAR_CHECKSUM].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[TAR_CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    fn samples() -> Vec<(&'static str, Vec<u8>)> {
        let long_name = "d/".repeat(50);
        let rows: [(&str, &[u8]); 20] = [
            ("zip", b"PK\x03\x04\x14\0\0\0\x08\0\x4c\xb7"),
            ("zip", b"PK\x03\x04\x14\0\x08\x08\x08\0"),
            ("zip", b"PK\x05\x06\0\0\0\0"),
            ("zip", b"PK\x03\x04\x14\0\x09\0\x08\0"),
            ("a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04"),
            ("a rar archive", b"Rar!\x1a\x07\0\xcf"),
            ("a rar archive", b"Rar!\x1a\x07\x01\0"),
            ("lzip data", b"LZIP\x01\x17\0"),
            ("legacy lz4 data", b"\x02\x21\x4c\x18\x2a\0\0\0"),
            ("lzop data", b"\x89LZO\0\r\n\x1a\n\x10\x30"),
            ("compress (.Z) data", b"\x1f\x9d\x90ab"),
            ("snappy data", b"\xff\x06\0\0sNaPpY\0"),
            ("a cab archive", b"MSCF\0\0\0\0\x2c\0"),
            ("an SQLite database", b"SQLite format 3\0\x10\0"),
            ("a PDF", b"%PDF-1.7\n%\xe2\xe3"),
            ("a PDF", b"%PDF-1.4\r"),
            ("a Windows event log", b"ElfFile\0\0\0"),
            ("lzma data", b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x18"),
            ("lzma data", b"\x5d\0\0\x60\0\xa5\x05\0\0\0\0\0\0\0\x18"),
            ("a systemd journal", b"LPKSHHRH\0\0\0\0\x1f\0\0\0\x01\0\0\0\0\0\0\0"),
        ];
        let mut samples: Vec<_> =
            rows.into_iter().map(|(name, bytes)| (name, bytes.to_vec())).collect();
        for (name, magic) in [("a.log", &b"ustar\x0000"[..]), (&long_name, b"ustar  "), ("a", b"")]
        {
            samples.push(("tar", tar(name, magic)));
        }
        samples.extend([0, 1, 3, 6, 9].map(|level| ("zlib data", zlib(&log(), level))));
        samples.push(("zlib data", zlib(b"one line\n", 6)));
        for packed in 0x03..=0x0d {
            // A line end alone may be the first line of a text.
            if packed != b'\n' {
                let header = [packed, 1, 0, 10, 23, 0xe1, 0x07, 0, 0];
                samples.push(("a packed xlog", header.to_vec()));
            }
        }
        samples
    }

    #[test]
    fn each_format_is_recognized_by_its_first_bytes() {
        for (wanted, sample) in samples() {
            assert_eq!(name(&sample), wanted, "{}", sample.escape_ascii());
            let first = (0..=sample.len()).find(|&length| !is_undecided(&sample[..length]));
            let first = first.expect("the sample is enough");
            assert_eq!(name(&sample[..first]), wanted, "after {first} bytes");
        }
    }

    #[test]
    fn beginnings_alike_are_text() {
        let rows: [&[u8]; 21] = [
            b"%PDF-1.7 is read\n",
            b"MSCF\n",
            b"SQLite format 3\n",
            b"PK\x03\x05",
            b"PK 3\n",
            b"7z archive\n",
            b"Rar! file\n",
            b"LZIP log\n",
            b"LPKSHHRH is a magic\n",
            b"ElfFile\n",
            b"]\0[\0",
            b"]\n",
            b"x^2\n",
            b"x\xda\xb4\xed\xce\xf3\xc2\xeb: 6206\n",
            b"x\x9c is the magic of zlib\n",
            b"\n",
            b"\t\n",
            b"\r\n\r\n\r\n\r\n\r\n",
            b"\t\t\t\t\t\t\t\t\t\t\t\n",
            b"a.log 0000644 ustar\n",
            b"\0\0\0\0",
        ];
        for text in rows {
            assert_eq!(name(text), "", "{}", text.escape_ascii());
            assert!(!is_undecided(text), "{} waits", text.escape_ascii());
        }
        let mut damaged = tar("a.log", b"ustar");
        damaged[130] ^= 1;
        assert_eq!(name(&damaged), "");
    }

    /// Words of text with which magic bytes begin, and bytes that are special to the tests.
    const FRAGMENTS: [&[u8]; 26] = [
        b"%PDF-1.",
        b"MSCF",
        b"PK",
        b"7z",
        b"Rar!",
        b"LZIP",
        b"LPKSHHRH",
        b"ElfFile",
        b"x",
        b"^",
        b"\x9c",
        b"\xda",
        b"]",
        b"\t",
        b"\r\n",
        b"\x0b",
        b"\x0c",
        b"\x1b[0m",
        b" ",
        b"0000644 ",
        b"ustar",
        b"\n",
        "错误码".as_bytes(),
        b"\xb4\xed",
        b"imsdk code:6206",
        b"\x08\x07",
    ];

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_text_is_refused_and_no_line_waits(
            pieces in proptest::collection::vec(
                prop_oneof![
                    proptest::sample::select(&FRAGMENTS[..]).prop_map(<[u8]>::to_vec),
                    "[ -~]{0,20}".prop_map(String::into_bytes),
                    proptest::collection::vec(0x80_u8.., 0..4),
                ],
                0..40,
            ),
        ) {
            let text = pieces.concat();
            for length in 0..=text.len() {
                prop_assert_eq!(name(&text[..length]), "", "{}", text[..length].escape_ascii());
            }
            let line = [&text[..], b"\n"].concat();
            let is_gb_zlib = matches!(line[..], [b'x', 0x9c | 0xda, ..]);
            prop_assert!(is_gb_zlib || !super::super::is_undecided(&line));
        }

        #[test]
        fn answers_do_not_depend_on_the_sizes_of_reads(
            index in any::<proptest::sample::Index>(),
            end in proptest::collection::vec(any::<u8>(), 0..20),
            cut in any::<proptest::sample::Index>(),
        ) {
            let samples = samples();
            let (_, sample) = &samples[index.index(samples.len())];
            let bytes = [&sample[..cut.index(sample.len() + 1)], &end].concat();
            let first = (0..bytes.len()).find(|&length| !is_undecided(&bytes[..length]));
            if let Some(first) = first {
                prop_assert_eq!(name(&bytes[..first]), name(&bytes));
            }
        }
    }
}
