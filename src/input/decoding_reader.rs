//! The bytes of one input as everything else sees them: decompressed, and as UTF-8 where another
//! encoding is known.

use std::fs::File;
use std::io::{self, Read};

#[cfg(feature = "decode")]
use super::FileError;
use super::archive::{ArchiveReader, ZipIndex};
use super::encoding::Encoding;
use super::{ArchiveFormat, Notice};
#[cfg(feature = "decode")]
use super::{
    binary::BINARY_WINDOW,
    decode::{self, CompressionFormat, Recognized},
    encoding::{Guesser, Transcoder, Utf16Guess, guess_utf16},
};

type Reader = Box<dyn Read + Send>;

/// A reader that detects the format of its input when it is first read.
pub(super) struct DecodingReader {
    reader: Reader,
    /// The first bytes, as far as they were read before the format is detected.
    #[cfg(feature = "decode")]
    peeked: Vec<u8>,
    /// How to decode; `None` once the format was detected.
    undetected: Option<Encoding>,
    /// The archive, if the bytes are one. Its members are read through this reader; reading it as a
    /// log fails.
    pub(super) archive: Option<ArchiveReader>,
    /// Whether the bytes of archives and of formats that are not read pass as they are, instead of
    /// an error.
    pub(super) passes_unsupported: bool,
    /// Whether the bytes are decompressed.
    pub(super) is_decompressed: bool,
    /// Whether the bytes differ from those of the file.
    pub(super) is_decoded: bool,
    /// What the first bytes show of the encoding, until it was reported.
    notice: Option<Notice>,
    /// Guesses the encoding from the text, until it is known that the text passes unchanged.
    #[cfg(feature = "decode")]
    guesser: Option<Guesser>,
}

#[cfg(not(feature = "decode"))]
impl DecodingReader {
    /// A reader that passes the bytes unchanged.
    pub(super) fn new(reader: Reader, encoding: Encoding, _is_beginning: bool) -> Self {
        Self {
            reader,
            undetected: Some(encoding),
            archive: None,
            passes_unsupported: false,
            is_decompressed: false,
            is_decoded: false,
            notice: None,
        }
    }

    /// Every file counts as plain text.
    pub(super) fn detect(&mut self) -> io::Result<()> {
        self.undetected = None;
        Ok(())
    }

    /// Nothing is decoded.
    pub(super) fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }
}

#[cfg(not(feature = "decode"))]
impl Read for DecodingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.reader.read(out)
    }
}

#[cfg(feature = "decode")]
impl Read for DecodingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.detect()?;
        let Some(guesser) = &mut self.guesser else { return self.reader.read(out) };
        let count = guesser.read(&mut self.reader, out)?;
        self.is_decoded |= guesser.is_converting();
        if guesser.is_done() {
            self.guesser = None;
        }
        Ok(count)
    }
}

#[cfg(feature = "decode")]
impl DecodingReader {
    /// A reader that decompresses, and decodes as `encoding` says.
    ///
    /// Only the beginning of a file identifies its format. Other bytes are not decompressed.
    pub(super) fn new(reader: Reader, encoding: Encoding, is_beginning: bool) -> Self {
        let mut new = Self {
            reader,
            peeked: Vec::new(),
            undetected: is_beginning.then_some(encoding),
            archive: None,
            passes_unsupported: false,
            is_decompressed: false,
            is_decoded: false,
            notice: None,
            guesser: (encoding == Encoding::Auto).then(Guesser::default),
        };
        if let Encoding::Forced(forced) = encoding
            && !is_beginning
        {
            new.decode(forced);
        }
        new
    }

    /// Reads the first bytes and sets up the decoders they ask for. Fails with
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) while too few bytes are available to decide.
    pub(super) fn detect(&mut self) -> io::Result<()> {
        let Some(encoding) = self.undetected.take() else { return Ok(()) };
        let peeked = self.peek(encoding)?;
        let peeked = self.decompress(peeked, encoding);
        let marked = encoding.bom_encoding(&peeked.bytes);
        if marked.is_none()
            && !self.passes_unsupported
            && let Some(recognized) = self.recognize(&peeked.bytes)
        {
            self.refuse(recognized, peeked);
            return Ok(());
        }
        let guess = utf16_guess(&peeked.bytes, encoding, true);
        self.reader = peeked.into_reader();
        if let Encoding::Forced(forced) = encoding {
            self.decode(forced);
        } else if let Some(marked) = marked {
            self.notice = Some(Notice::Decoded(marked.name()));
            self.decode(marked);
        } else if let Utf16Guess::In(guessed) = guess {
            self.notice = Some(Notice::Guessed(guessed.name()));
            self.decode(guessed);
        } else if let Utf16Guess::Unsure(guessed) = guess {
            self.notice = Some(Notice::Unsure(guessed.name()));
            self.guesser = None;
        }
        Ok(())
    }

    /// Takes the reader and its first bytes. If more are needed but none are available, puts both
    /// back for the next attempt and fails.
    fn peek(&mut self, encoding: Encoding) -> io::Result<PeekedReader> {
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let mut peeked = PeekedReader::new(std::mem::take(&mut self.peeked), reader, encoding);
        let is_pending = |error: &mut io::Error| error.kind() == io::ErrorKind::WouldBlock;
        let Some(pending) = peeked.error.take_if(is_pending) else { return Ok(peeked) };
        self.reader = peeked.reader;
        self.peeked = peeked.bytes;
        self.undetected = Some(encoding);
        Err(pending)
    }

    /// The decompressed bytes, if the input is compressed.
    fn decompress(&mut self, peeked: PeekedReader, encoding: Encoding) -> PeekedReader {
        let Some(format) = CompressionFormat::detect(&peeked.bytes) else { return peeked };
        self.is_decompressed = true;
        self.is_decoded = true;
        PeekedReader::new(Vec::new(), format.decoder(peeked.into_reader()), encoding)
    }

    /// The format of bytes that are no log, after decompression.
    fn recognize(&self, beginning: &[u8]) -> Option<Recognized> {
        if self.is_decompressed && CompressionFormat::detect(beginning).is_some() {
            return Some(Recognized::Unsupported(decode::COMPRESSED_TWICE));
        }
        decode::recognize(beginning)
    }

    /// Makes reading fail, since the input is no log. The members of an archive can still be read.
    fn refuse(&mut self, recognized: Recognized, peeked: PeekedReader) {
        let error = match recognized {
            Recognized::Unsupported(format) => format.into(),
            Recognized::Archive(format) => {
                self.archive = Some(ArchiveReader::new(format, peeked.into_reader()));
                format.into()
            }
        };
        self.reader = Box::new(FailingReader(Some(error)));
    }

    /// What was found out about the encoding since the last call.
    pub(super) fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take().or_else(|| self.guesser.as_mut()?.take_notice())
    }

    fn decode(&mut self, encoding: &'static encoding_rs::Encoding) {
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Transcoder::new(reader, encoding));
        self.guesser = None;
        self.is_decoded = true;
    }
}

/// Whether more than `beginning` is needed to know how a file is decoded.
#[cfg(feature = "decode")]
fn is_undecided(beginning: &[u8], encoding: Encoding) -> bool {
    encoding.is_undecided(beginning)
        || (encoding.bom_encoding(beginning).is_none() && decode::is_undecided(beginning))
        || utf16_guess(beginning, encoding, false) == Utf16Guess::Open
}

/// Whether a file with this beginning is in UTF-16, though it has no byte order mark.
#[cfg(feature = "decode")]
fn utf16_guess(beginning: &[u8], encoding: Encoding, is_complete: bool) -> Utf16Guess {
    let is_text = encoding == Encoding::Auto
        && encoding.bom_encoding(beginning).is_none()
        && CompressionFormat::detect(beginning).is_none()
        && decode::recognize(beginning).is_none();
    if is_text { guess_utf16(beginning, is_complete) } else { Utf16Guess::Other }
}

/// The error for a file with this beginning that is no log.
#[cfg(feature = "decode")]
pub(super) fn refusal(beginning: &[u8]) -> Option<FileError> {
    Some(match decode::recognize(beginning)? {
        Recognized::Archive(format) => FileError::Archive(format),
        Recognized::Unsupported(format) => FileError::Unsupported(format),
    })
}

/// Every file counts as plain text.
#[cfg(not(feature = "decode"))]
pub(super) fn refusal(_: &[u8]) -> Option<super::FileError> {
    None
}

/// The archive in `file`, also compressed; None for everything else. The file is at its beginning.
pub fn archive_format(mut file: File) -> Option<ArchiveFormat> {
    if ZipIndex::read(&mut file).ok()?.is_some() {
        return Some(ArchiveFormat::Zip);
    }
    let mut reader = DecodingReader::new(Box::new(file), Encoding::default(), true);
    reader.detect().ok()?;
    reader.archive.as_ref().map(ArchiveReader::format)
}

/// The command that turns a file with this beginning into plain text, if it is not plain text.
#[cfg(feature = "decode")]
pub(super) fn decode_command(beginning: &[u8], encoding: Encoding) -> Option<String> {
    match CompressionFormat::detect(beginning) {
        Some(format) => Some(format!("{format} -dc")),
        None => Some(format!("iconv -f {} -t UTF-8", encoding.utf16_name(beginning)?)),
    }
}

/// Every file counts as plain text.
#[cfg(not(feature = "decode"))]
pub(super) fn decode_command(_: &[u8], _: Encoding) -> Option<String> {
    None
}

/// A reader whose first bytes were read ahead.
#[cfg(feature = "decode")]
struct PeekedReader {
    bytes: Vec<u8>,
    error: Option<io::Error>,
    reader: Reader,
}

#[cfg(feature = "decode")]
impl PeekedReader {
    /// Reads on after `bytes` until the format is known: a log whose first line shows that it is
    /// plain must not wait for its second.
    fn new(mut bytes: Vec<u8>, mut reader: Reader, encoding: Encoding) -> Self {
        let mut filled = bytes.len();
        // The first block is then long enough for the search for a NUL byte.
        bytes.resize(BINARY_WINDOW, 0);
        let mut error = None;
        while error.is_none() && is_undecided(&bytes[..filled], encoding) {
            match reader.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(again) if again.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => error = Some(cause),
            }
        }
        bytes.truncate(filled);
        Self { bytes, error, reader }
    }

    /// A reader of all bytes from the first one on. An error comes where it came.
    fn into_reader(self) -> Reader {
        let Self { bytes, error, reader } = self;
        if bytes.is_empty() && error.is_none() {
            return reader;
        }
        let bytes = io::Cursor::new(bytes);
        match error {
            None => Box::new(bytes.chain(reader)),
            Some(error) => Box::new(bytes.chain(FailingReader(Some(error))).chain(reader)),
        }
    }
}

/// A reader that fails once, and then is at its end.
#[cfg(feature = "decode")]
struct FailingReader(Option<io::Error>);

#[cfg(feature = "decode")]
impl Read for FailingReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
#[cfg(feature = "decode")]
mod tests {
    use super::*;

    /// Returns one piece per read. Panics when no piece is left, where a real stream would block.
    struct Live(Vec<Vec<u8>>);

    impl Read for Live {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "the reader blocks though it has bytes to return");
            let piece = self.0.remove(0);
            out[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    /// The results of the first `count` reads.
    fn reads(pieces: &[&[u8]], count: usize) -> Vec<Vec<u8>> {
        let live = Live(pieces.iter().map(|piece| piece.to_vec()).collect());
        let mut source = DecodingReader::new(Box::new(live), Encoding::Auto, true);
        let mut out = vec![0; 1 << 20];
        let mut results = Vec::new();
        for _ in 0..count {
            let length = source.read(&mut out).expect("the reader never fails");
            results.push(out[..length].to_vec());
        }
        results
    }

    #[test]
    fn plain_bytes_are_returned_at_once() {
        for beginning in ["abc\n", "\n", "\0\0", "BZ\n", "BZh9 text\n", "Pretty\n", "\u{feff}\n"] {
            assert_eq!(reads(&[beginning.as_bytes()], 1), [beginning.as_bytes()]);
        }
    }

    #[test]
    fn possible_magic_bytes_are_read_until_they_are_decided() {
        assert_eq!(reads(&[b"B", b"Z", b"h", b"2", b"text\n"], 1), [b"BZh2text\n"]);
        assert_eq!(reads(&[b"\xff", b"a\n", b"b"], 2), [&b"\xffa\n"[..], b"b"]);
        assert_eq!(reads(&[b"\xff", b"\xfe", b"a", b"\0b\0", b"c\0"], 2), [&b"ab"[..], b"c"]);
    }

    #[test]
    fn a_compressed_stream_returns_each_flush() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut pieces = Vec::new();
        for text in [b"one\n", b"two\n"] {
            encoder.write_all(text).expect("a vector takes everything");
            encoder.flush().expect("a vector takes everything");
            pieces.push(std::mem::take(encoder.get_mut()));
        }
        assert_eq!(reads(&[&pieces[0], &pieces[1]], 2), [b"one\n", b"two\n"]);
    }

    #[test]
    fn an_error_comes_after_the_bytes_read_before_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let broken = Box::new(b"\x1f\x8b".chain(Broken));
        let mut source = DecodingReader::new(broken, Encoding::Auto, true);
        let mut text = Vec::new();
        assert!(source.read_to_end(&mut text).is_err());
        assert_eq!(text, b"\x1f\x8b");
    }
}
