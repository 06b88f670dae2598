//! The bytes of one input as the rest of the program sees them: decompressed, and as UTF-8 where another encoding is known.

use std::io::{self, Read};

use super::encoding::Encoding;
#[cfg(feature = "decode")]
use super::{
    decode::{self, Kind},
    encoding::Transcoder,
};

type Reader = Box<dyn Read + Send>;

/// A NUL byte among so many bytes makes a file binary.
pub(super) const BINARY_WINDOW: usize = 8 << 10;

/// An input that finds out by the first read what it is.
pub(super) struct Source {
    reader: Reader,
    /// How to decode, until the first bytes have settled it.
    #[cfg(feature = "decode")]
    unsettled: Option<Encoding>,
    is_decompressed: bool,
    is_decoded: bool,
    marked: Option<&'static str>,
}

impl Source {
    /// A source that passes the bytes as they are.
    fn new(reader: Reader) -> Self {
        Self {
            reader,
            #[cfg(feature = "decode")]
            unsettled: None,
            is_decompressed: false,
            is_decoded: false,
            marked: None,
        }
    }

    /// Whether the bytes that come out are others than those of the file.
    pub(super) fn is_decoded(&self) -> bool {
        self.is_decoded
    }

    /// Whether the bytes that come out are decompressed.
    pub(super) fn is_decompressed(&self) -> bool {
        self.is_decompressed
    }

    /// The encoding that the file tells by its mark; once.
    pub(super) fn take_marked(&mut self) -> Option<&'static str> {
        self.marked.take()
    }
}

#[cfg(not(feature = "decode"))]
impl Source {
    /// A source that passes the bytes as they are.
    pub(super) fn decoding(reader: Reader, _: Encoding) -> Self {
        Self::new(reader)
    }

    /// The same.
    pub(super) fn within(reader: Reader, _: Encoding) -> Self {
        Self::new(reader)
    }

    /// Every file is taken for plain text.
    pub(super) fn command(_: &[u8], _: Encoding) -> Option<&'static str> {
        None
    }

    /// Nothing has to be found out.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.settle()?;
        self.reader.read(out)
    }
}

#[cfg(feature = "decode")]
impl Source {
    /// A source that decompresses, and decodes as `encoding` demands.
    pub(super) fn decoding(reader: Reader, encoding: Encoding) -> Self {
        Self { unsettled: Some(encoding), ..Self::new(reader) }
    }

    /// A source for bytes that are not the beginning of a plain file: they tell nothing about it, but may be in an encoding that is
    /// demanded.
    pub(super) fn within(reader: Reader, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Forced(forced) => {
                Self { is_decoded: true, ..Self::new(Box::new(Transcoder::new(reader, forced))) }
            }
            Encoding::Auto | Encoding::None => Self::new(reader),
        }
    }

    /// The command that makes plain text of a file that begins so, if it is none.
    pub(super) fn command(beginning: &[u8], encoding: Encoding) -> Option<&'static str> {
        Kind::of(beginning).map(Kind::command).or_else(|| encoding.wide(beginning))
    }

    /// Reads the first bytes, and puts what is needed between the reader and the world. Fails with
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) as long as too few are there to tell.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        let Some(encoding) = self.unsettled.take() else { return Ok(()) };
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let mut peeked = Peeked::new(reader, |bytes| {
            decode::is_undecided(bytes) || encoding.is_undecided(bytes)
        });
        if let Some(not_yet) =
            peeked.error.take_if(|error| error.kind() == io::ErrorKind::WouldBlock)
        {
            self.reader = peeked.into_reader();
            self.unsettled = Some(encoding);
            return Err(not_yet);
        }
        if let Some(kind) = Kind::of(&peeked.bytes) {
            (self.is_decompressed, self.is_decoded) = (true, true);
            peeked = Peeked::new(kind.decoder(peeked.into_reader()), |bytes| {
                encoding.is_undecided(bytes)
            });
        }
        let marked = encoding.marked(&peeked.bytes);
        self.marked = marked.map(encoding_rs::Encoding::name);
        let forced = if let Encoding::Forced(forced) = encoding { Some(forced) } else { marked };
        self.is_decoded |= forced.is_some();
        self.reader = match forced {
            Some(encoding) => Box::new(Transcoder::new(peeked.into_reader(), encoding)),
            None => peeked.into_reader(),
        };
        Ok(())
    }
}

/// How much is read to look at the first bytes: as much as the search for a NUL byte looks at, so that one block of that length
/// comes first.
#[cfg(feature = "decode")]
const PEEK_SIZE: usize = BINARY_WINDOW;

/// A reader whose first bytes are known.
#[cfg(feature = "decode")]
struct Peeked {
    bytes: Vec<u8>,
    error: Option<io::Error>,
    reader: Reader,
}

#[cfg(feature = "decode")]
impl Peeked {
    /// Reads until the bytes so far are not `is_undecided` any more: a log whose first line shows by its first byte that it is plain
    /// must not wait for its tenth.
    fn new(mut reader: Reader, is_undecided: impl Fn(&[u8]) -> bool) -> Self {
        let (mut bytes, mut filled, mut error) = (vec![0; PEEK_SIZE], 0, None);
        while error.is_none() && is_undecided(&bytes[..filled]) {
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

    /// All bytes from the first one on; an error comes where it came.
    fn into_reader(self) -> Reader {
        let Self { bytes, error, reader } = self;
        if bytes.is_empty() && error.is_none() {
            return reader;
        }
        let bytes = io::Cursor::new(bytes);
        match error {
            None => Box::new(bytes.chain(reader)),
            Some(error) => Box::new(bytes.chain(Failing(Some(error))).chain(reader)),
        }
    }
}

/// Fails once.
#[cfg(feature = "decode")]
struct Failing(Option<io::Error>);

#[cfg(feature = "decode")]
impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(all(test, feature = "decode"))]
mod tests {
    use super::*;

    /// Hands out one piece a read, and fails the test when it is asked for more than there is: a real stream would wait.
    struct Live(Vec<Vec<u8>>);

    impl Read for Live {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "the reader waits though it could hand out what it has");
            let piece = self.0.remove(0);
            out[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    /// What comes out of each of so many reads.
    fn reads(pieces: &[&[u8]], count: usize) -> Vec<Vec<u8>> {
        let live = Live(pieces.iter().map(|piece| piece.to_vec()).collect());
        let mut source = Source::decoding(Box::new(live), Encoding::Auto);
        let mut out = vec![0; 1 << 20];
        let mut read = || {
            source
                .read(&mut out)
                .map(|count| out[..count].to_vec())
                .expect("the reader never fails")
        };
        std::iter::repeat_with(&mut read).take(count).collect()
    }

    #[test]
    fn plain_bytes_are_passed_on_at_once() {
        for beginning in ["abc", "\n", "\0", "BZ\n", "BZh9 text", "Pretty", "\u{feff}"] {
            assert_eq!(reads(&[beginning.as_bytes()], 1), [beginning.as_bytes()]);
        }
    }

    #[test]
    fn what_may_be_compressed_is_read_until_that_is_told() {
        assert_eq!(reads(&[b"B", b"Z", b"h", b"2", b"text"], 1), [b"BZh2text"]);
        assert_eq!(reads(&[b"\xff", b"a", b"b"], 2), [&b"\xffa"[..], b"b"]);
        assert_eq!(reads(&[b"\xff", b"\xfe", b"a", b"\0b\0", b"c\0"], 2), [&b"ab"[..], b"c"]);
    }

    #[test]
    fn a_compressed_stream_hands_out_each_flush() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut flushed = |text: &[u8]| {
            encoder
                .write_all(text)
                .and_then(|()| encoder.flush())
                .expect("a vector takes everything");
            std::mem::take(encoder.get_mut())
        };
        let pieces = [flushed(b"one\n"), flushed(b"two\n")];
        assert_eq!(reads(&[&pieces[0], &pieces[1]], 2), [b"one\n", b"two\n"]);
    }

    #[test]
    fn an_error_comes_behind_what_was_read_before() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let mut source = Source::decoding(Box::new(b"\x1f\x8b".chain(Broken)), Encoding::Auto);
        let mut text = Vec::new();
        assert!(source.read_to_end(&mut text).is_err());
        assert_eq!(text, b"\x1f\x8b");
    }
}
