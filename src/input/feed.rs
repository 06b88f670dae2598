//! Reads the inputs of a run one after the other.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use same_file::Handle;

use super::decoding_reader::DecodingReader;
use super::encoding::Encoding;
use super::events::{Event, Events, FileError, Input};
use super::input_list::InputList;
use super::reader::{BlockReader, Start};
use super::tail;

/// Reads inputs one after the other.
///
/// With the feature `decode`, compressed inputs (gzip, zstd, xz, bzip2, lz4) are recognized by
/// their first bytes and decompressed. All bytes, offsets and lengths in events are those of the
/// decompressed text.
pub struct Feed {
    inputs: InputList,
    /// The indexes of the inputs that are not opened yet.
    unopened: Range<usize>,
    current: Option<CurrentFile>,
    /// The reader for the next input, if one was given.
    reader: Option<Box<dyn Read + Send>>,
    /// Whether that reader returns text, whatever it begins with.
    is_text: bool,
    open_stdin: fn() -> Box<dyn Read + Send>,
    options: ReadOptions,
}

/// How inputs are read.
#[derive(Default)]
pub(super) struct ReadOptions {
    pub(super) counts_lines: bool,
    pub(super) encoding: Encoding,
    /// The output of the run, which must not be read.
    pub(super) output: Option<Handle>,
    /// How many lines at the end of each file are read; all if None.
    pub(super) tail: Option<u64>,
}

/// The file that is being read.
struct CurrentFile {
    blocks: BlockReader,
    /// The length of a regular file when it was opened. None for a stream, and for a file that need
    /// not be read to this length, because it failed or is skipped.
    expected_length: Option<u64>,
    is_skipped: bool,
}

impl Feed {
    /// Creates a feed of `inputs`. `counts_lines` asks for line numbers in blocks; counting costs a
    /// pass over the bytes.
    pub fn new(inputs: impl Into<InputList>, counts_lines: bool) -> Self {
        let inputs = inputs.into();
        Self {
            unopened: 0..inputs.len(),
            inputs,
            current: None,
            reader: None,
            is_text: false,
            open_stdin: || Box::new(io::stdin()),
            options: ReadOptions { counts_lines, ..ReadOptions::default() },
        }
    }

    /// Creates a feed of one reader, which has the name of standard input.
    pub fn from_reader(reader: impl Read + Send + 'static, counts_lines: bool) -> Self {
        Self::new([Input::Stdin], counts_lines).with_reader(reader)
    }

    /// Creates a feed of a text, which is not decoded even if it begins like a compressed file.
    pub(crate) fn from_text(text: &str) -> Self {
        let reader = io::Cursor::new(text.as_bytes().to_vec());
        Self { is_text: true, ..Self::from_reader(reader, true) }
    }

    /// Creates a feed of one reader with a name.
    pub fn from_named_reader(
        name: impl Into<String>,
        reader: impl Read + Send + 'static,
        counts_lines: bool,
    ) -> Self {
        Self::new([Input::Stream(name.into())], counts_lines).with_reader(reader)
    }

    /// Reads the input with this index only.
    pub fn with_only(mut self, index: usize) -> Self {
        self.unopened = index..index + 1;
        self
    }

    /// Reads the first input by `reader`.
    pub fn with_reader(mut self, reader: impl Read + Send + 'static) -> Self {
        self.reader = Some(Box::new(reader));
        self
    }

    /// Sets how the inputs are decoded.
    #[cfg(feature = "decode")]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.options.encoding = encoding;
        self
    }

    /// Refuses to read the file `output`: it would grow for ever while it is read.
    pub fn with_output(mut self, output: Option<Handle>) -> Self {
        self.options.output = output;
        self
    }

    /// Reads standard input by the reader that `open` returns, instead of [`io::stdin`].
    pub fn with_stdin(mut self, open: fn() -> Box<dyn Read + Send>) -> Self {
        self.open_stdin = open;
        self
    }

    /// Reads only this many lines at the end of each file. Inputs that are no plain regular files
    /// become errors.
    pub fn with_tail(mut self, lines: Option<u64>) -> Self {
        self.options.tail = lines;
        self
    }

    /// Whether the current file is decompressed or decoded. Reading a block then takes longer than
    /// searching it.
    pub fn is_decoding(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.blocks.reader.is_decoded)
    }

    fn start_next(&mut self) -> Option<Event> {
        let index = self.unopened.next()?;
        match self.open(index) {
            Ok(current) => {
                self.current = Some(current);
                Some(Event::Started(index))
            }
            Err(error) => Some(Event::Failed(index, error)),
        }
    }

    fn open(&mut self, index: usize) -> Result<CurrentFile, FileError> {
        let mut start = Start::default();
        let mut expected_length = None;
        let mut modified = None;
        let input = self.inputs.at(index);
        let reader: Box<dyn Read + Send> = match (self.reader.take(), &input) {
            (None, Input::Path(path)) => {
                let file = self.open_path(path)?;
                let metadata = file.metadata()?;
                if metadata.is_file() {
                    expected_length = Some(metadata.len());
                    modified = metadata.modified().ok();
                }
                if let Some(lines) = self.options.tail {
                    start = tail::find_start(&file, lines, false, &self.options)?;
                    (&file).seek(SeekFrom::Start(start.offset))?;
                }
                Box::new(file)
            }
            _ if self.options.tail.is_some() => return Err(FileError::NoTailOfStream),
            (Some(reader), _) => reader,
            (None, Input::Stdin) => {
                if self.options.is_output(Handle::stdin) {
                    return Err(FileError::IsOutput);
                }
                (self.open_stdin)()
            }
            (None, Input::Stream(_)) => {
                return Err(io::Error::other("no reader was given for this stream").into());
            }
        };
        let is_beginning = start.offset == 0 && !self.is_text;
        let reader = Box::new(NoPending(reader));
        let mut reader = DecodingReader::new(reader, self.options.encoding, is_beginning);
        // A command may print anything, and its output must not be lost.
        reader.passes_unsupported = matches!(input, Input::Stream(_));
        let mut blocks = BlockReader::new(reader, index, start, self.options.counts_lines);
        blocks.modified = modified;
        Ok(CurrentFile { blocks, expected_length, is_skipped: false })
    }

    fn open_path(&self, path: &Path) -> Result<File, FileError> {
        // Checked before opening: opening a FIFO blocks.
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(FileError::Directory);
        }
        if self.options.tail.is_some() && !metadata.is_file() {
            return Err(FileError::NoTailOfStream);
        }
        let file = File::open(path)?;
        if self.options.is_output(|| Handle::from_file(file.try_clone()?)) {
            return Err(FileError::IsOutput);
        }
        Ok(file)
    }

    /// Returns the remaining events of a file that was read to its end, one at a time.
    fn finish(&mut self, index: usize) -> Option<Event> {
        let current = self.current.as_mut()?;
        if let Some(notice) = current.blocks.last_notice() {
            return Some(Event::Notice(index, notice));
        }
        // The length of decoded text does not show whether the file shrank. A compressed file that
        // shrank ends early instead.
        let found = current.blocks.offset;
        if let Some(expected) = current.expected_length.take()
            && found < expected
            && !current.blocks.reader.is_decoded
        {
            return Some(Event::Failed(index, FileError::Shrunk(expected, found)));
        }
        let (bytes, lines) = current.blocks.totals();
        self.current = None;
        Some(Event::Finished(index, bytes, lines))
    }
}

/// A reader for which [`WouldBlock`](io::ErrorKind::WouldBlock) is a failure as any other: a feed
/// does not come back later, as a follower does.
struct NoPending(Box<dyn Read + Send>);

impl Read for NoPending {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::Error::other(error)),
            result => result,
        }
    }
}

impl ReadOptions {
    /// Whether `file` is the output. A file that cannot be identified is not.
    fn is_output(&self, open: impl FnOnce() -> io::Result<Handle>) -> bool {
        self.output.is_some() && open().ok() == self.output
    }
}

impl Events for Feed {
    fn inputs(&self) -> InputList {
        self.inputs.clone()
    }

    fn next(&mut self, mut spare: Vec<u8>) -> Option<Event> {
        let Some(current) = &mut self.current else { return self.start_next() };
        let index = current.blocks.file;
        if let Some(notice) = current.blocks.notice() {
            return Some(Event::Notice(index, notice));
        }
        if current.is_skipped {
            return self.finish(index);
        }
        match current.blocks.next(&mut spare) {
            Ok(Some(block)) => Some(Event::Block(block)),
            Ok(None) => self.finish(index),
            Err(error) => {
                current.expected_length = None;
                Some(Event::Failed(index, error.into()))
            }
        }
    }

    /// True while a stream is read, and between files.
    fn may_wait(&self) -> bool {
        self.current.as_ref().is_none_or(|current| current.expected_length.is_none())
    }

    /// Skips the rest of the file if it is the one that is being read.
    fn skip_file(&mut self, file: usize) {
        if let Some(current) = &mut self.current
            && file == current.blocks.file
        {
            current.expected_length = None;
            current.is_skipped = true;
        }
    }
}

/// Describes an event in a few words.
#[cfg(test)]
pub(super) fn describe_event(event: Event) -> String {
    match event {
        Event::Started(file) => format!("{file} started"),
        Event::Block(block) => {
            format!("{} {:?}", block.file, String::from_utf8_lossy(block.bytes()))
        }
        Event::Notice(file, notice) => format!("{file} {notice:?}"),
        Event::Failed(file, error) => format!("{file} {error}"),
        Event::Finished(file, bytes, lines) => format!("{file} finished {bytes} {lines}"),
        Event::Idle(..) => "nothing".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(inputs: Vec<Input>) -> Vec<String> {
        let mut feed = Feed::new(inputs, true);
        std::iter::from_fn(|| feed.next(Vec::new())).map(describe_event).collect()
    }

    #[test]
    fn a_bad_file_does_not_stop_the_rest() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        std::fs::write(path("a"), "one\ntwo").expect("the directory is writable");
        std::fs::write(path("empty"), "").expect("the directory is writable");
        std::fs::write(path("nul"), "a\0\n").expect("the directory is writable");
        let inputs = [
            path("a"),
            path("missing"),
            directory.path().to_path_buf(),
            path("empty"),
            path("nul"),
        ]
        .map(Input::Path)
        .to_vec();
        let wanted = [
            "0 started",
            "0 \"one\\n\"",
            "0 \"two\"",
            "0 finished 7 2",
            "1 no such file or directory",
            "2 is a directory; name the files in it, as in DIR/*.log",
            "3 started",
            "3 finished 0 0",
            "4 started",
            "4 \"a\\0\\n\"",
            "4 Binary(1)",
            "4 finished 3 1",
        ];
        assert_eq!(events(inputs), wanted);
    }

    #[cfg(feature = "decode")]
    #[test]
    fn compressed_and_utf_16_files_are_decoded() {
        use std::io::Write;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        let gzip = |text: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder
                .write_all(text)
                .and_then(|()| encoder.finish())
                .expect("a vector takes everything")
        };
        let bomb = gzip(&vec![b'\n'; 100_000]);
        std::fs::write(path("bomb"), &bomb).expect("the directory is writable");
        std::fs::write(path("cut"), &gzip(b"one\ntwo")[..20]).expect("the directory is writable");
        std::fs::write(path("marked"), b"\xff\xfea\0\n\0").expect("the directory is writable");
        std::fs::write(path("both"), gzip(b"\xfe\xff\0b")).expect("the directory is writable");
        let mut events =
            events(["bomb", "cut", "marked", "both"].map(|name| Input::Path(path(name))).to_vec());
        events.retain(|event| !(event.starts_with("0 \"\\n") || event.ends_with(" started")));
        let wanted = [
            "0 finished 100000 100000",
            "1 \"one\\n\"",
            "1 gzip data ends early at byte 20",
            "1 \"two\"",
            "1 finished 7 2",
            "2 \"a\\n\"",
            "2 Decoded(\"UTF-16LE\")",
            "2 finished 2 1",
            "3 \"b\"",
            "3 Decoded(\"UTF-16BE\")",
            "3 finished 1 1",
        ];
        assert_eq!(events, wanted);
    }

    #[test]
    fn the_rest_of_a_file_can_be_skipped() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("large");
        std::fs::write(&path, "x\n".repeat(super::super::BLOCK_SIZE))
            .expect("the directory is writable");
        let mut feed = Feed::new([Input::Path(path.clone()), Input::Path(path)], true);
        let mut next = |skips: bool| {
            let event = feed.next(Vec::new());
            if let Some(Event::Block(block)) = event.as_ref().filter(|_| skips) {
                feed.skip_file(block.file);
            }
            event
        };
        assert!(matches!(next(true), Some(Event::Started(0))));
        let Some(Event::Block(block)) = next(true) else { panic!("a block comes first") };
        let (bytes, lines) = (block.bytes().len() as u64, block.lines);
        assert!(
            bytes > 0
                && matches!(next(true), Some(Event::Finished(0, b, l)) if (b, l) == (bytes, lines))
        );
        assert!(matches!(next(false), Some(Event::Started(1))));
        assert!(
            matches!((next(false), next(false)), (Some(Event::Block(_)), Some(Event::Block(_)))),
            "the next file is not skipped"
        );
    }

    #[test]
    fn a_reader_has_its_name_and_a_name_alone_is_an_error() {
        let mut feed = Feed::from_named_reader("stderr", &b"one\n"[..], false);
        assert_eq!(feed.inputs().at(0).name(), "stderr");
        assert!(matches!(feed.next(Vec::new()), Some(Event::Started(0))));
        assert!(
            matches!(feed.next(Vec::new()), Some(Event::Block(block)) if block.bytes() == b"one\n")
        );
        assert_eq!(
            events(vec![Input::Stream("stderr".to_string())]),
            ["0 no reader was given for this stream"]
        );
    }

    #[test]
    fn the_output_is_not_read() {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        let input = Input::Path(file.path().to_path_buf());
        let mut feed =
            Feed::new(vec![input], false).with_output(Handle::from_path(file.path()).ok());
        assert!(matches!(feed.next(Vec::new()), Some(Event::Failed(0, FileError::IsOutput))));
        assert!(feed.next(Vec::new()).is_none());
    }
}
