//! Reads a file in a known encoding as UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

/// The number of bytes decoded at a time.
const BUFFER_SIZE: usize = 64 << 10;

/// Reads text as UTF-8. An incomplete character before an error of the reader is dropped.
///
/// The reader of the crate `encoding_rs_io` is not used: it waits for three bytes before it returns
/// the first one, and loses them if the reader of a followed file has only two.
pub(in crate::input) struct Transcoder<R> {
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
    pub(in crate::input) fn new(reader: R, encoding: &'static encoding_rs::Encoding) -> Self {
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
    /// Reads once, and again only if the bytes so far are no complete character. `out` needs room
    /// for one character.
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
    use crate::input::Encoding;

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
}
