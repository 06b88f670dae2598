//! Every format with every read size: compressed data is restored, and damage is reported.

use std::io::{self, Read, Write};

use liblzma::stream::{Check, Filters, LzmaOptions, Stream};
use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
use proptest::prelude::*;

use super::CompressionFormat::{self, Bzip2, Gzip, Lz4, Xz, Zstd};
use super::is_undecided;

const FORMATS: [CompressionFormat; 5] = [Gzip, Zstd, Xz, Bzip2, Lz4];

/// Compresses `text` as the formats' tools do: with checksums.
pub(crate) fn compressed(format: CompressionFormat, text: &[u8]) -> Vec<u8> {
    fn encode<W: Write>(mut encoder: W, text: &[u8]) -> W {
        encoder.write_all(text).expect("a vector takes everything");
        encoder
    }
    let done = match format {
        Gzip => {
            encode(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()), text)
                .finish()
        }
        Zstd => {
            let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
            encoder.include_checksum(true).expect("zstd knows checksums");
            encode(encoder, text).finish()
        }
        Xz => encode(liblzma::write::XzEncoder::new(Vec::new(), 0), text).finish(),
        Bzip2 => encode(bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast()), text)
            .finish(),
        Lz4 => {
            let info = FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true);
            encode(FrameEncoder::with_frame_info(info, Vec::new()), text)
                .finish()
                .map_err(io::Error::other)
        }
        CompressionFormat::Skippable => {
            Ok([b"\x5f\x2a\x4d\x18\0\0\0\0", &compressed(Zstd, text)[..]].concat())
        }
    };
    done.expect("a vector takes everything")
}

/// A reader that returns at most `size` bytes at a time.
struct Dribble {
    bytes: Vec<u8>,
    at: usize,
    size: usize,
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.size.min(buffer.len()).min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Decodes `bytes` in reads of `room` bytes. Returns the text and the error at the end.
fn read(
    format: CompressionFormat,
    bytes: &[u8],
    size: usize,
    room: usize,
) -> (Vec<u8>, Option<String>) {
    let mut decoder = format.decoder(Dribble { bytes: bytes.to_vec(), at: 0, size });
    let (mut text, mut out) = (Vec::new(), vec![0; room]);
    loop {
        match decoder.read(&mut out) {
            Ok(0) => return (text, None),
            Ok(count) => text.extend_from_slice(&out[..count]),
            Err(error) => return (text, Some(error.to_string())),
        }
    }
}

/// A log of `bytes` bytes with random numbers, which do not compress well.
fn log(bytes: usize) -> Vec<u8> {
    let mut text = Vec::new();
    let mut number = 1_u64;
    while text.len() < bytes {
        number =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        writeln!(text, "{number} imsdk: login failed, code: 6206")
            .expect("a vector takes everything");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn members_are_restored_for_all_cuts_and_read_sizes(
        text in proptest::collection::vec(any::<u8>(), 0..20_000),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
        zeros in 0_usize..9,
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        for format in FORMATS {
            let members = cuts.windows(2).map(|cut| compressed(format, &text[cut[0]..cut[1]]));
            let mut file = members.collect::<Vec<_>>().concat();
            file.resize(file.len() + zeros, 0);
            prop_assert_eq!(CompressionFormat::detect(&file), Some(format));
            for (size, room) in [(1, 4096), (7, 1), (4096, 256 << 10)] {
                let (got, error) = read(format, &file, size, room);
                prop_assert!(
                    got == text && error.is_none(),
                    "{} in {} and {}: {:?}", format, size, room, error
                );
            }
        }
    }
}

#[test]
fn a_format_is_detected_as_early_as_possible() {
    for format in FORMATS {
        let file = compressed(format, b"log");
        let needed = (0..file.len())
            .find(|&length| CompressionFormat::detect(&file[..length]).is_some())
            .expect("the whole file is enough");
        assert!(
            (0..needed).all(|length| is_undecided(&file[..length])),
            "{format} is detected after {needed} bytes"
        );
        assert!(!is_undecided(&file[..needed]));
    }
    for plain in
        [&b"log\n"[..], b"BZip\n", b"BZh9text\n", b"\x1f\x8bx", b"(\xb5x\n", b"\0", b"P*x\n"]
    {
        assert!(CompressionFormat::detect(plain).is_none() && !is_undecided(plain), "{plain:?}");
    }
    assert_eq!(
        CompressionFormat::detect(b"\x5a\x2a\x4d\x18\x01\0\0\0x"),
        Some(CompressionFormat::Skippable)
    );
    assert_eq!(CompressionFormat::detect(&compressed(Bzip2, b"")), Some(Bzip2));
}

#[test]
fn skippable_frames_are_skipped() {
    let skipped = b"\x5f\x2a\x4d\x18\x05\0\0\0hello";
    for format in [Zstd, Lz4] {
        let frame = compressed(format, b"text\n");
        let after = [&frame[..], skipped, &frame, skipped].concat();
        assert_eq!(read(format, &after, 3, 100), (b"text\ntext\n".to_vec(), None), "{format}");
        let cut = [&frame[..], &skipped[..10]].concat();
        let error = format!("{format} data ends early at byte {}", cut.len());
        assert_eq!(read(format, &cut, 3, 100), (b"text\n".to_vec(), Some(error)));
    }
}

#[test]
fn skippable_frames_at_the_beginning_do_not_show_the_format() {
    let skipped = b"\x5f\x2a\x4d\x18\x05\0\0\0hello".repeat(2);
    for size in [1, 3, 100] {
        let read_all = |file: &[u8]| read(CompressionFormat::Skippable, file, size, 100);
        for format in [Zstd, Lz4] {
            let frame = compressed(format, b"text\n");
            let file = [&skipped[..], &frame, &skipped].concat();
            assert_eq!(read_all(&file), (b"text\n".to_vec(), None), "{format}");
            let cut = &file[..skipped.len() + frame.len() - 2];
            let error = format!("{format} data ends early at byte {}", cut.len());
            assert_eq!(read_all(cut).1, Some(error));
        }
        assert_eq!(read_all(&skipped), (Vec::new(), None));
        for cut in [3, 5, 12, 20] {
            let error = format!("zstd data ends early at byte {cut}");
            assert_eq!(read_all(&skipped[..cut]), (Vec::new(), Some(error)));
        }
        let error = "corrupt zstd data at byte 26: no frame of zstd or lz4 begins here".to_string();
        assert_eq!(read_all(&[&skipped[..], b"rubbish"].concat()), (Vec::new(), Some(error)));
    }
}

#[test]
fn a_file_that_ends_early_is_read_to_its_end() {
    let text = log(600 << 10);
    for format in FORMATS {
        let file = compressed(format, &text);
        for cut in [file.len() / 2, file.len() - 1, 12] {
            for (size, room) in [(4096, 256 << 10), (1 << 20, 1 << 20)] {
                let (got, error) = read(format, &file[..cut], size, room);
                assert_eq!(error, Some(format!("{format} data ends early at byte {cut}")));
                assert!(
                    text.starts_with(&got)
                        && (cut < 1000 || got.len() + (260 << 10) > text.len() / 2),
                    "{format}"
                );
            }
        }
    }
}

#[test]
fn bytes_before_damage_are_returned() {
    let first = log(300 << 10);
    for format in FORMATS {
        let member = compressed(format, &first);
        let file = [&member[..], &member].concat();
        // The damage is in the second member, so the whole first one must be returned for all block
        // sizes.
        for (offset, least) in
            [(member.len() + 2, first.len()), (file.len() - member.len() / 8, first.len() + 1)]
        {
            let mut damaged = file.clone();
            damaged[offset..offset + 4].fill(0xff);
            for size in [7, 1 << 20] {
                let (got, error) = read(format, &damaged, size, 2 << 20);
                let error =
                    error.unwrap_or_else(|| panic!("{format} damaged at {offset} must fail"));
                assert!(error.starts_with(&format!("corrupt {format} data at byte ")), "{error}");
                let least = if format == Bzip2 { first.len() } else { least };
                assert!(
                    got.len() >= least && got[..least] == [&first[..], &first].concat()[..least],
                    "{format}: {}",
                    got.len()
                );
            }
        }
    }
}

/// Each byte of a small file is damaged, in its header, data and checksums.
#[test]
fn errors_do_not_depend_on_the_sizes_of_reads() {
    let text = b"imsdk code:6206\n".repeat(20);
    for format in FORMATS {
        let member = compressed(format, &text);
        for offset in 0..member.len() {
            let mut file = [&member[..], &member].concat();
            file[member.len() + offset] ^= 0x55;
            let wanted = read(format, &file, 1 << 20, 256 << 10);
            for (size, room) in [(1, 256 << 10), (2, 100), (17, 1), (1000, 7)] {
                let room = if format == Bzip2 { room } else { 256 << 10 };
                let got = read(format, &file, size, room);
                assert_eq!(got.1, wanted.1, "{format}, byte {offset}, {size}");
                assert!(got.0 == wanted.0, "{format}, byte {offset}, {size}");
            }
        }
    }
}

/// Empty members of bzip2 take no time, and so do those whose blocks are of another size.
#[test]
fn empty_members_are_skipped() {
    for format in FORMATS {
        let file = [compressed(format, b"").repeat(1000), compressed(format, b"text\n")].concat();
        for size in [1, 13, 1 << 20] {
            assert_eq!(read(format, &file, size, 100), (b"text\n".to_vec(), None), "{format}");
        }
    }
}

#[test]
fn garbage_after_a_member_is_an_error_with_its_offset() {
    for format in FORMATS {
        let member = compressed(format, b"text\n");
        let (got, error) =
            read(format, &[&member[..], b"\0\0rubbish that is no member"].concat(), 100, 100);
        assert_eq!(got, b"text\n");
        let error = error.expect("rubbish is no member");
        let offset: usize = error
            .split(' ')
            .find_map(|word| word.trim_end_matches(':').parse().ok())
            .expect("an offset");
        assert!((member.len() + 2..member.len() + 18).contains(&offset), "{error}");
    }
}

#[test]
fn errors_of_the_reader_pass_unchanged() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is broken"))
        }
    }
    for format in FORMATS {
        let file = compressed(format, &log(1000));
        let half = io::Cursor::new(file[..file.len() / 2].to_vec());
        let mut decoder = format.decoder(half.chain(Broken));
        let error = decoder.read_to_end(&mut Vec::new()).expect_err("the reader fails");
        assert_eq!(error.to_string(), "the disk is broken", "{format}");
    }
}

#[test]
fn a_too_large_window_is_refused() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
    encoder.window_log(28).expect("a window of 256 MiB");
    encoder.write_all(b"text\n").expect("a vector takes everything");
    let file = encoder.finish().expect("a vector takes everything");
    let error = read(Zstd, &file, 100, 100).1.expect("the window is too large");
    assert!(error.starts_with("zstd data needs too much memory to decode at byte "), "{error}");
    assert!(error.ends_with("zstd -dc --long=31 FILE | imerr-annotate"), "{error}");
}

/// Compresses with a larger dictionary than that of `xz -9`, but faster.
fn xz_with_large_dictionary(text: &[u8]) -> Vec<u8> {
    let mut options = LzmaOptions::new_preset(0).expect("a preset");
    options.dict_size(96 << 20);
    let mut filters = Filters::new();
    filters.lzma2(&options);
    let stream = Stream::new_stream_encoder(&filters, Check::Crc64).expect("an encoder");
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(text).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

#[test]
fn a_too_large_dictionary_is_refused_once_the_text_is_too_long() {
    assert_eq!(
        read(Xz, &xz_with_large_dictionary(b"text\n").repeat(2), 7, 100),
        (b"text\n".repeat(2), None)
    );
    let long = vec![b'\n'; 65 << 20];
    let (text, error) = read(Xz, &xz_with_large_dictionary(&long), 4096, 1 << 20);
    let error = error.expect("the dictionary is too large");
    assert!(
        error.contains("needs too much memory") && error.ends_with("xz -dc FILE | imerr-annotate"),
        "{error}"
    );
    assert!(text.len() > 64 << 20 && text.len() < long.len());
}
