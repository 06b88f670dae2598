//! Converts other encodings to UTF-8 on input.
//!
//! Only files that begin with a byte order mark of UTF-16, or for which an encoding is given, are
//! converted. A converted file is not passed byte for byte: the mark is dropped, and a sequence
//! that is invalid in the encoding becomes U+FFFD. UTF-8 and everything unknown passes unchanged,
//! including a UTF-8 byte order mark.

use std::io::{self, Read};
use std::str::FromStr;

use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE};

/// How the bytes of a file become text, after decompression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// A file with a byte order mark of UTF-16 is converted; all others pass unchanged.
    #[default]
    Auto,
    /// Every file passes unchanged.
    None,
    /// Every file is in this encoding. A byte order mark of this encoding at the beginning is
    /// dropped.
    Forced(&'static encoding_rs::Encoding),
}

impl FromStr for Encoding {
    type Err = String;

    /// Parses `auto`, `none`, or a label of the WHATWG encoding standard.
    fn from_str(label: &str) -> Result<Self, String> {
        match label {
            "auto" => return Ok(Self::Auto),
            "none" => return Ok(Self::None),
            _ => {}
        }
        match encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Ok(Self::Forced(encoding)),
            None => Err(format!(
                "'{label}' is no encoding; use auto, none, utf-8, utf-16le, utf-16be, gb18030, \
                 gbk, big5, shift_jis, ..."
            )),
        }
    }
}

impl Encoding {
    /// Whether more than `beginning` is needed to know if a file has a byte order mark of UTF-16.
    pub(super) fn is_undecided(self, beginning: &[u8]) -> bool {
        self == Self::Auto && matches!(beginning, [] | [0xff] | [0xfe])
    }

    /// The encoding of UTF-16 whose byte order mark `beginning` starts with, under
    /// [`Auto`](Self::Auto).
    pub(super) fn bom_encoding(self, beginning: &[u8]) -> Option<&'static encoding_rs::Encoding> {
        let (encoding, _) = encoding_rs::Encoding::for_bom(beginning)?;
        (self == Self::Auto && encoding != UTF_8).then_some(encoding)
    }

    /// The command that converts a file with this beginning to UTF-8, if the file is in UTF-16.
    pub(super) fn utf16_command(self, beginning: &[u8]) -> Option<String> {
        let name = match self {
            Self::Auto if self.bom_encoding(beginning).is_some() => "UTF-16",
            Self::Forced(forced) if forced == UTF_16LE || forced == UTF_16BE => forced.name(),
            _ => return None,
        };
        Some(format!("iconv -f {name} -t UTF-8"))
    }
}

/// The number of bytes decoded at a time.
const BUFFER_SIZE: usize = 64 << 10;

/// Reads text as UTF-8. An incomplete character before an error of the reader is dropped.
///
/// The reader of the crate `encoding_rs_io` is not used: it waits for three bytes before it returns
/// the first one, and loses them if the reader of a followed file has only two.
pub(super) struct Transcoder<R> {
    reader: R,
    decoder: Decoder,
    buffer: Vec<u8>,
    /// The part of the buffer that is not decoded yet.
    undecoded: std::ops::Range<usize>,
    at_end: bool,
    is_done: bool,
}

impl<R: Read> Transcoder<R> {
    /// Decodes `reader`, which may begin with a byte order mark of `encoding`.
    pub(super) fn new(reader: R, encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            buffer: vec![0; BUFFER_SIZE],
            undecoded: 0..0,
            at_end: false,
            is_done: false,
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    /// Reads once, and again only while that completes no character. `out` needs room for one.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        debug_assert!(out.len() >= 16, "a character may not fit");
        while !self.is_done {
            if self.undecoded.is_empty() && !self.at_end {
                let count = self.reader.read(&mut self.buffer)?;
                self.undecoded = 0..count;
                self.at_end = count == 0;
            }
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.buffer[self.undecoded.clone()], out, self.at_end);
            self.undecoded.start += read;
            self.is_done = self.at_end && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> String {
        let mut text = Vec::new();
        let mut reader = Transcoder::new(bytes, encoding);
        let mut out = [0; 16];
        loop {
            match reader.read(&mut out).expect("a slice never fails") {
                0 => return String::from_utf8(text).expect("the output is UTF-8"),
                count => text.extend_from_slice(&out[..count]),
            }
        }
    }

    #[test]
    fn text_is_converted_to_utf_8() {
        let rows: [(&str, &[u8], &str); 8] = [
            ("utf-16le", b"\xff\xfea\0\n\0", "a\n"),
            ("utf-16be", b"\xfe\xff\x95\x19\x8b\xef", "错误"),
            ("utf-16le", b"a\0\x00\xd8b\0", "a\u{fffd}b"),
            ("utf-16le", b"a\0b", "a\u{fffd}"),
            ("gb18030", b"\xb4\xed\xce\xf3\xc2\xeb: 6206", "错误码: 6206"),
            ("gb18030", b"a\x81", "a\u{fffd}"),
            ("utf-8", b"\xef\xbb\xbfa\xff", "a\u{fffd}"),
            ("shift_jis", b"", ""),
        ];
        for (label, bytes, text) in rows {
            let Ok(Encoding::Forced(encoding)) = label.parse() else {
                panic!("{label} is a label")
            };
            assert_eq!(decoded(bytes, encoding), text, "{label} {bytes:?}");
        }
    }

    #[test]
    fn labels_are_parsed() {
        assert_eq!("auto".parse(), Ok(Encoding::Auto));
        assert_eq!("none".parse(), Ok(Encoding::None));
        assert_eq!("GBK".parse(), Ok(Encoding::Forced(encoding_rs::GBK)));
        for label in ["", "utf-99", "replacement", "iso-2022-kr"] {
            assert!(label.parse::<Encoding>().is_err(), "{label}");
        }
    }

    #[test]
    fn two_bytes_show_whether_there_is_a_byte_order_mark() {
        for (beginning, undecided, encoding) in [
            (&b""[..], true, None),
            (b"\xff", true, None),
            (b"\xfe", true, None),
            (b"\xff\xfe", false, Some(UTF_16LE)),
            (b"\xfe\xffa", false, Some(UTF_16BE)),
            (b"\xef\xbb\xbf", false, None),
            (b"\xffa", false, None),
        ] {
            assert_eq!(Encoding::Auto.is_undecided(beginning), undecided, "{beginning:?}");
            assert_eq!(Encoding::Auto.bom_encoding(beginning), encoding, "{beginning:?}");
            assert!(
                !Encoding::None.is_undecided(beginning)
                    && Encoding::None.bom_encoding(beginning).is_none()
            );
        }
    }
}
