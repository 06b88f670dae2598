//! Every format through every way of delivery: what is compressed comes back, and damage is told.

use std::io::{self, Read, Write};

use liblzma::stream::{Check, Filters, LzmaOptions, Stream};
use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
use proptest::prelude::*;

use super::{Kind, is_undecided};

const KINDS: [Kind; 5] = [Kind::Gzip, Kind::Zstd, Kind::Xz, Kind::Bzip2, Kind::Lz4];

/// `text` as the tools write it: with checksums.
pub(crate) fn compressed(kind: Kind, text: &[u8]) -> Vec<u8> {
    fn written<W: Write>(mut encoder: W, text: &[u8]) -> W {
        encoder.write_all(text).expect("a vector takes everything");
        encoder
    }
    let done = match kind {
        Kind::Gzip => {
            written(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()), text)
                .finish()
        }
        Kind::Zstd => {
            let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
            encoder.include_checksum(true).expect("zstd knows checksums");
            written(encoder, text).finish()
        }
        Kind::Xz => written(liblzma::write::XzEncoder::new(Vec::new(), 0), text).finish(),
        Kind::Bzip2 => {
            written(bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast()), text)
                .finish()
        }
        Kind::Lz4 => {
            let info = FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true);
            written(FrameEncoder::with_frame_info(info, Vec::new()), text)
                .finish()
                .map_err(io::Error::other)
        }
    };
    done.expect("a vector takes everything")
}

/// Hands out at most `size` bytes at a time.
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

/// What comes out of `bytes` in reads of `room` bytes, and the error at the end.
fn read(kind: Kind, bytes: &[u8], size: usize, room: usize) -> (Vec<u8>, Option<String>) {
    let mut decoder = kind.decoder(Dribble { bytes: bytes.to_vec(), at: 0, size });
    let (mut text, mut out) = (Vec::new(), vec![0; room]);
    loop {
        match decoder.read(&mut out) {
            Ok(0) => return (text, None),
            Ok(count) => text.extend_from_slice(&out[..count]),
            Err(error) => return (text, Some(error.to_string())),
        }
    }
}

/// A log that does not compress to nothing: `bytes` of lines with numbers.
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
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn members_come_back_whatever_the_cuts_and_the_delivery(
        text in proptest::collection::vec(any::<u8>(), 0..20_000),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
        zeros in 0_usize..9,
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        for kind in KINDS {
            let members = cuts.windows(2).map(|cut| compressed(kind, &text[cut[0]..cut[1]]));
            let mut file = members.collect::<Vec<_>>().concat();
            file.resize(file.len() + zeros, 0);
            prop_assert_eq!(Kind::of(&file), Some(kind));
            for (size, room) in [(1, 4096), (7, 1), (4096, 256 << 10)] {
                let (got, error) = read(kind, &file, size, room);
                prop_assert!(got == text && error.is_none(), "{} in {} and {}: {:?}", kind, size, room, error);
            }
        }
    }
}

#[test]
fn a_kind_is_told_as_soon_as_it_can_be() {
    for kind in KINDS {
        let file = compressed(kind, b"log");
        let told = (0..file.len())
            .find(|&length| Kind::of(&file[..length]).is_some())
            .expect("it is told at last");
        assert!(
            (0..told).all(|length| is_undecided(&file[..length])),
            "{kind} is told after {told} bytes"
        );
        assert!(!is_undecided(&file[..told]));
    }
    for plain in [&b"log"[..], b"BZip", b"BZh9text", b"\x1f\x8bx", b"(\xb5x", b"\0", b"P*x"] {
        assert!(Kind::of(plain).is_none() && !is_undecided(plain), "{plain:?}");
    }
    assert_eq!(Kind::of(b"\x5a\x2a\x4d\x18\x01\0\0\0x"), Some(Kind::Zstd));
    assert_eq!(Kind::of(&compressed(Kind::Bzip2, b"")), Some(Kind::Bzip2));
}

#[test]
fn frames_to_skip_are_skipped() {
    let skipped = b"\x5f\x2a\x4d\x18\x05\0\0\0hello";
    for kind in [Kind::Zstd, Kind::Lz4] {
        let frame = compressed(kind, b"text\n");
        let behind = [&frame[..], skipped, &frame, skipped].concat();
        assert_eq!(read(kind, &behind, 3, 100), (b"text\ntext\n".to_vec(), None), "{kind}");
        let cut = [&frame[..], &skipped[..10]].concat();
        let error = format!("{kind} data ends early at byte {}", cut.len());
        assert_eq!(read(kind, &cut, 3, 100), (b"text\n".to_vec(), Some(error)));
    }
    let before = [&skipped[..], &compressed(Kind::Zstd, b"text\n")].concat();
    assert_eq!(read(Kind::Zstd, &before, 3, 100), (b"text\n".to_vec(), None));
}

#[test]
fn a_file_that_ends_early_is_read_to_its_end() {
    let text = log(600 << 10);
    for kind in KINDS {
        let file = compressed(kind, &text);
        for cut in [file.len() / 2, file.len() - 1, 12] {
            for (size, room) in [(4096, 256 << 10), (1 << 20, 1 << 20)] {
                let (got, error) = read(kind, &file[..cut], size, room);
                assert_eq!(error, Some(format!("{kind} data ends early at byte {cut}")));
                assert!(
                    text.starts_with(&got)
                        && (cut < 1000 || got.len() + (260 << 10) > text.len() / 2),
                    "{kind}"
                );
            }
        }
    }
}

#[test]
fn what_stands_before_damage_is_delivered() {
    let first = log(300 << 10);
    for kind in KINDS {
        let member = compressed(kind, &first);
        let file = [&member[..], &member].concat();
        // In the second member, so that the whole first one has to come whatever the blocks are.
        for (place, least) in
            [(member.len() + 2, first.len()), (file.len() - member.len() / 8, first.len() + 1)]
        {
            let mut damaged = file.clone();
            damaged[place..place + 4].fill(0xff);
            for size in [7, 1 << 20] {
                let (got, error) = read(kind, &damaged, size, 2 << 20);
                let error = error.unwrap_or_else(|| panic!("{kind} damaged at {place} must fail"));
                assert!(error.starts_with(&format!("corrupt {kind} data at byte ")), "{error}");
                let least = if kind == Kind::Bzip2 { first.len() } else { least };
                assert!(
                    got.len() >= least && got[..least] == [&first[..], &first].concat()[..least],
                    "{kind}: {}",
                    got.len()
                );
            }
        }
    }
}

#[test]
fn something_else_behind_a_member_is_an_error_at_its_place() {
    for kind in KINDS {
        let member = compressed(kind, b"text\n");
        let (got, error) =
            read(kind, &[&member[..], b"\0\0rubbish that is no member"].concat(), 100, 100);
        assert_eq!(got, b"text\n");
        let error = error.expect("rubbish is no member");
        let place: usize = error
            .split(' ')
            .find_map(|word| word.trim_end_matches(':').parse().ok())
            .expect("a place");
        assert!((member.len() + 2..member.len() + 18).contains(&place), "{error}");
    }
}

#[test]
fn errors_of_the_reader_pass_as_they_are() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is broken"))
        }
    }
    for kind in KINDS {
        let file = compressed(kind, &log(1000));
        let half = io::Cursor::new(file[..file.len() / 2].to_vec());
        let mut decoder = kind.decoder(half.chain(Broken));
        let error = decoder.read_to_end(&mut Vec::new()).expect_err("the reader fails");
        assert_eq!(error.to_string(), "the disk is broken", "{kind}");
    }
}

#[test]
fn a_window_that_is_too_large_is_refused() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
    encoder.window_log(27).expect("a window of 128 MiB");
    encoder.write_all(b"text\n").expect("a vector takes everything");
    let file = encoder.finish().expect("a vector takes everything");
    let error = read(Kind::Zstd, &file, 100, 100).1.expect("the window is too large");
    assert!(error.starts_with("zstd data needs too much memory to decode at byte "), "{error}");
    assert!(error.ends_with("zstd -dc --long=31 FILE | imerr-annotate"), "{error}");
}

#[test]
fn a_dictionary_that_is_too_large_is_refused_once_the_text_is() {
    let compressed = |text: &[u8]| {
        // As `xz -9` has it, but faster.
        let mut options = LzmaOptions::new_preset(0).expect("a preset");
        options.dict_size(64 << 20);
        let mut filters = Filters::new();
        filters.lzma2(&options);
        let stream = Stream::new_stream_encoder(&filters, Check::Crc64).expect("an encoder");
        let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
        encoder.write_all(text).expect("a vector takes everything");
        encoder.finish().expect("a vector takes everything")
    };
    assert_eq!(
        read(Kind::Xz, &compressed(b"text\n").repeat(2), 7, 100),
        (b"text\n".repeat(2), None)
    );
    let long = vec![b'\n'; 17 << 20];
    let (text, error) = read(Kind::Xz, &compressed(&long), 4096, 1 << 20);
    let error = error.expect("the dictionary is too large");
    assert!(
        error.contains("needs too much memory") && error.ends_with("xz -dc FILE | imerr-annotate"),
        "{error}"
    );
    assert!(text.len() > 16 << 20 && text.len() < long.len());
}
