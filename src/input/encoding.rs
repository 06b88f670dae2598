//! Text in other encodings than UTF-8, which is turned into UTF-8 on the way in.
//!
//! Only files that begin with a byte order mark of UTF-16, or for which an encoding is demanded, are touched. Such a file is not
//! passed on byte for byte but as UTF-8, without the mark; a sequence that the encoding does not know becomes U+FFFD.
//! UTF-8 and everything unknown passes as it is, a mark of UTF-8 included.

use std::io::{self, Read};
use std::str::FromStr;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

/// How the bytes of a file are turned into text, after decompression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// A file with a byte order mark of UTF-16 is decoded; all others are passed as they are.
    #[default]
    Auto,
    /// Every file is passed as it is.
    None,
    /// Every file is in this encoding; a mark of this encoding at the beginning is left out.
    Forced(&'static encoding_rs::Encoding),
}

const MARKS: [([u8; 2], &encoding_rs::Encoding); 2] =
    [([0xff, 0xfe], UTF_16LE), ([0xfe, 0xff], UTF_16BE)];

impl FromStr for Encoding {
    type Err = String;

    /// `auto`, `none`, or a label of an encoding as the web knows them.
    fn from_str(label: &str) -> Result<Self, String> {
        match label {
            "auto" => Ok(Self::Auto),
            "none" => Ok(Self::None),
            _ => encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Forced).ok_or_else(|| {
                format!("'{label}' is no encoding; use auto, none, utf-8, utf-16le, utf-16be, gb18030, gbk, big5, shift_jis, ...")
            }),
        }
    }
}

impl Encoding {
    /// Whether a file that begins with `beginning` may still turn out to be in another encoding than UTF-8, or not.
    pub(super) fn is_undecided(self, beginning: &[u8]) -> bool {
        self == Self::Auto
            && MARKS
                .iter()
                .any(|(mark, _)| beginning.len() < mark.len() && mark.starts_with(beginning))
    }

    /// The command that turns a file with this beginning into UTF-8, if it is in an encoding in which a byte alone does not tell a
    /// line end.
    pub(super) fn wide(self, beginning: &[u8]) -> Option<&'static str> {
        let encoding =
            if let Self::Forced(forced) = self { Some(forced) } else { self.marked(beginning) }?;
        match encoding {
            _ if self == Self::Auto => Some("iconv -f UTF-16 -t UTF-8"),
            _ if encoding == UTF_16LE => Some("iconv -f UTF-16LE -t UTF-8"),
            _ if encoding == UTF_16BE => Some("iconv -f UTF-16BE -t UTF-8"),
            _ => None,
        }
    }

    /// The encoding that the mark at the beginning of a file tells.
    pub(super) fn marked(self, beginning: &[u8]) -> Option<&'static encoding_rs::Encoding> {
        let is_marked = |(mark, _): &&([u8; 2], _)| beginning.starts_with(mark);
        MARKS.iter().filter(|_| self == Self::Auto).find(is_marked).map(|(_, encoding)| *encoding)
    }
}

/// How much is decoded at a time.
const BUFFER_SIZE: usize = 64 << 10;

/// Reads text as UTF-8. The beginning of a character before an error of the reader is left out.
pub(super) struct Transcoder<R> {
    reader: R,
    decoder: Decoder,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are still to be decoded.
    left: std::ops::Range<usize>,
    is_at_end: bool,
    is_done: bool,
}

impl<R: Read> Transcoder<R> {
    /// Reads from `reader`, which may begin with a mark of `encoding`.
    pub(super) fn new(reader: R, encoding: &'static encoding_rs::Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            reader,
            decoder,
            buffer: vec![0; BUFFER_SIZE],
            left: 0..0,
            is_at_end: false,
            is_done: false,
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    /// Reads once, and again only as long as that makes no whole character. `out` has room for some.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        debug_assert!(out.len() >= 16, "a character may not fit");
        while !self.is_done {
            if self.left.is_empty() && !self.is_at_end {
                let count = self.reader.read(&mut self.buffer)?;
                self.left = 0..count;
                self.is_at_end = count == 0;
            }
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.buffer[self.left.clone()], out, self.is_at_end);
            self.left.start += read;
            self.is_done = self.is_at_end && result == CoderResult::InputEmpty;
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
    fn text_becomes_utf_8() {
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
    fn labels_are_those_of_the_web() {
        assert_eq!("auto".parse(), Ok(Encoding::Auto));
        assert_eq!("none".parse(), Ok(Encoding::None));
        assert_eq!("GBK".parse(), Ok(Encoding::Forced(encoding_rs::GBK)));
        for label in ["", "utf-99", "replacement", "iso-2022-kr"] {
            assert!(label.parse::<Encoding>().is_err(), "{label}");
        }
    }

    #[test]
    fn two_bytes_tell_a_mark() {
        for (beginning, undecided, marked) in [
            (&b""[..], true, None),
            (b"\xff", true, None),
            (b"\xfe", true, None),
            (b"\xff\xfe", false, Some(UTF_16LE)),
            (b"\xfe\xffa", false, Some(UTF_16BE)),
            (b"\xef\xbb\xbf", false, None),
            (b"\xffa", false, None),
        ] {
            assert_eq!(Encoding::Auto.is_undecided(beginning), undecided, "{beginning:?}");
            assert_eq!(Encoding::Auto.marked(beginning), marked, "{beginning:?}");
            assert!(
                !Encoding::None.is_undecided(beginning)
                    && Encoding::None.marked(beginning).is_none()
            );
        }
    }
}
