//! The inputs of a run, opened one after the other, as one stream of events.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use same_file::Handle;

use super::encoding::Encoding;
use super::error::FileError;
use super::events::{Event, Events, Input};
use super::reader::{BlockReader, Start};
use super::reading::Reading;
use super::source::Source;
use super::tail::Tail;

/// Reads inputs one after the other.
///
/// With the feature `decode` compressed inputs are read through: gzip, zstd, xz, bzip2 and lz4, known by their first bytes. So the
/// bytes, offsets and lengths of all events are those of the decompressed text.
pub struct Feed {
    inputs: Arc<[Input]>,
    next: usize,
    open: Option<Open>,
    /// What is read as the first input, until it is.
    given: Option<Box<dyn Read + Send>>,
    counts_lines: bool,
    output: Option<Handle>,
    tail: Option<u64>,
    encoding: Encoding,
}

struct Open {
    reading: Reading,
    is_stream: bool,
    /// The length of a regular file when it was opened.
    length: Option<u64>,
    failed: bool,
    /// Whether no more of it is wanted.
    is_left: bool,
}

impl Feed {
    /// A feed of `inputs`, in their order. `counts_lines` asks for the line numbers of blocks; they cost a pass over the bytes.
    pub fn new(inputs: impl Into<Arc<[Input]>>, counts_lines: bool) -> Self {
        Self {
            inputs: inputs.into(),
            next: 0,
            open: None,
            given: None,
            counts_lines,
            output: None,
            tail: None,
            encoding: Encoding::default(),
        }
    }

    /// A feed of one reader, which goes by the name of standard input.
    pub fn from_reader(reader: impl Read + Send + 'static, counts_lines: bool) -> Self {
        Self { given: Some(Box::new(reader)), ..Self::new([Input::Stdin], counts_lines) }
    }

    /// A feed of one reader, which goes by `name`.
    pub fn from_named_reader(
        name: impl Into<String>,
        reader: impl Read + Send + 'static,
        counts_lines: bool,
    ) -> Self {
        Self {
            given: Some(Box::new(reader)),
            ..Self::new([Input::Stream(name.into())], counts_lines)
        }
    }

    /// The same feed, which takes its inputs to be in `encoding`.
    #[cfg(feature = "decode")]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The same feed, which refuses to read the file that the output goes to: it would grow for ever.
    pub fn with_output(mut self, output: Option<Handle>) -> Self {
        self.output = output;
        self
    }

    /// The same feed, which reads only so many lines at the end of each file. Whatever is no plain file fails then.
    pub fn with_tail(mut self, tail: Option<u64>) -> Self {
        self.tail = tail;
        self
    }

    /// The inputs.
    pub fn inputs(&self) -> Arc<[Input]> {
        Arc::clone(&self.inputs)
    }

    /// The next event; a block is put into the memory of `spare`. None when all inputs are done.
    pub fn next(&mut self, mut spare: Vec<u8>) -> Option<Event> {
        let Some(open) = &mut self.open else {
            let file = self.next;
            self.inputs.get(file)?;
            self.next += 1;
            return match self.open(file) {
                Ok(open) => {
                    self.open = Some(open);
                    Some(Event::Started(file))
                }
                Err(error) => Some(Event::Failed(file, error)),
            };
        };
        let file = self.next - 1;
        if let Some(notice) = open.reading.notice() {
            return Some(Event::Notice(file, notice));
        }
        if open.is_left {
            return self.end(file);
        }
        match open.reading.next(&mut spare) {
            Ok(Some(block)) => Some(Event::Block(block)),
            Ok(None) => self.end(file),
            Err(error) => {
                open.failed = true;
                Some(Event::Failed(file, FileError::Io(error)))
            }
        }
    }

    /// Goes on to the next file if the one at place `file` is being read.
    pub fn skip_file(&mut self, file: usize) {
        if let Some(open) = self.open.as_mut().filter(|_| file + 1 == self.next) {
            open.is_left = true;
        }
    }

    /// Whether the next block may keep the caller waiting: what is done so far should be written out before.
    pub fn may_wait(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.is_stream)
    }

    /// Whether the file that is being read is decompressed or decoded: then a block takes longer to read than to search.
    pub fn is_decoding(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.reading.reader.reader().is_decoded())
    }

    fn open(&mut self, file: usize) -> Result<Open, FileError> {
        let Opened { reader, length, start } = match self.given.take() {
            Some(_) if self.tail.is_some() => return Err(FileError::NoEnd),
            Some(reader) => Opened::stream(reader),
            None => open(&self.inputs[file], self.output.as_ref(), self.tail().as_ref())?,
        };
        let source = match self.tail {
            None => Source::decoding(reader, self.encoding),
            // What stands in the middle of a file does not tell what the file is.
            Some(_) => Source::within(reader, self.encoding),
        };
        let reading = Reading::new(BlockReader::starting(source, file, self.counts_lines, start));
        Ok(Open { reading, is_stream: length.is_none(), length, failed: false, is_left: false })
    }

    fn tail(&self) -> Option<Tail> {
        self.tail.map(|lines| Tail {
            lines,
            counts_lines: self.counts_lines,
            encoding: self.encoding,
            is_followed: false,
        })
    }

    /// What is left to say about a file that is read to its end, one event at a time.
    fn end(&mut self, file: usize) -> Option<Event> {
        let open = self.open.as_mut()?;
        if let Some(notice) = open.reading.last_notice() {
            return Some(Event::Notice(file, notice));
        }
        let reader = &open.reading.reader;
        // The length of decoded text says nothing about the file; a compressed one that shrank ends early.
        let (found, is_decoded) = (reader.offset(), reader.reader().is_decoded());
        let is_cut = |length: &u64| found < *length && !(open.failed || open.is_left || is_decoded);
        if let Some(length) = open.length.take().filter(is_cut) {
            return Some(Event::Failed(file, FileError::Shrunk(length, found)));
        }
        let (bytes, lines) = (reader.bytes(), reader.lines());
        self.open = None;
        Some(Event::Finished(file, bytes, lines))
    }
}

impl Events for Feed {
    fn inputs(&self) -> Arc<[Input]> {
        self.inputs()
    }

    fn next(&mut self, spare: Vec<u8>) -> Option<Event> {
        self.next(spare)
    }

    fn may_wait(&self) -> bool {
        self.may_wait()
    }

    fn skip_file(&mut self, file: usize) {
        self.skip_file(file);
    }
}

/// An input that can be read.
struct Opened {
    reader: Box<dyn Read + Send>,
    /// The length of a regular file.
    length: Option<u64>,
    /// Where in the file the reader begins.
    start: Start,
}

impl Opened {
    fn stream(reader: Box<dyn Read + Send>) -> Self {
        Self { reader, length: None, start: Start::default() }
    }
}

/// Opens `input`, where its last lines begin if only those are asked for.
fn open(input: &Input, output: Option<&Handle>, tail: Option<&Tail>) -> Result<Opened, FileError> {
    match input {
        Input::Stdin if tail.is_some() => Err(FileError::NoEnd),
        Input::Stdin => {
            if output.is_some() && Handle::stdin().ok().as_ref() == output {
                return Err(FileError::IsOutput);
            }
            Ok(Opened::stream(Box::new(io::stdin())))
        }
        Input::Stream(_) => {
            Err(FileError::Io(io::Error::other("no reader was given for this stream")))
        }
        Input::Path(path) => {
            // Before it is opened: a FIFO would wait.
            if tail.is_some()
                && fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
            {
                return Err(FileError::NoEnd);
            }
            let opened = File::open(path).map_err(FileError::Io)?;
            let about = opened.metadata().map_err(FileError::Io)?;
            if about.is_dir() {
                return Err(FileError::Directory);
            }
            if output.is_some() && Handle::from_path(path).ok().as_ref() == output {
                return Err(FileError::IsOutput);
            }
            let start = match tail {
                None => Start::default(),
                Some(tail) => {
                    let start = tail.start(&opened)?;
                    (&opened).seek(SeekFrom::Start(start.offset)).map_err(FileError::Io)?;
                    start
                }
            };
            Ok(Opened {
                reader: Box::new(opened),
                length: about.is_file().then_some(about.len()),
                start,
            })
        }
    }
}

/// An event in a few words.
#[cfg(test)]
pub(super) fn shown(event: Event) -> String {
    match event {
        Event::Started(file) => format!("{file} began"),
        Event::Block(block) => {
            format!("{} {:?}", block.file, String::from_utf8_lossy(block.bytes()))
        }
        Event::Notice(file, notice) => format!("{file} {notice:?}"),
        Event::Failed(file, error) => format!("{file} {error}"),
        Event::Finished(file, bytes, lines) => format!("{file} ended {bytes} {lines}"),
        Event::Idle(..) => "nothing".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(inputs: Vec<Input>) -> Vec<String> {
        let mut feed = Feed::new(inputs, true);
        std::iter::from_fn(|| feed.next(Vec::new())).map(shown).collect()
    }

    #[test]
    fn files_come_in_order_and_a_bad_one_does_not_stop_the_rest() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "one\ntwo").expect("the folder is writable");
        std::fs::write(path("empty"), "").expect("the folder is writable");
        std::fs::write(path("nul"), "a\0\n").expect("the folder is writable");
        let inputs =
            [path("a"), path("missing"), folder.path().to_path_buf(), path("empty"), path("nul")]
                .map(Input::Path)
                .to_vec();
        let wanted = [
            "0 began",
            "0 \"one\\n\"",
            "0 \"two\"",
            "0 ended 7 2",
            "1 no such file or directory",
            "2 is a directory; name the files in it, as in DIR/*.log",
            "3 began",
            "3 ended 0 0",
            "4 began",
            "4 \"a\\0\\n\"",
            "4 Binary(1)",
            "4 ended 3 1",
        ];
        assert_eq!(events(inputs), wanted);
    }

    #[cfg(feature = "decode")]
    #[test]
    fn compressed_and_marked_files_come_as_text() {
        use std::io::Write;
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = |name: &str| folder.path().join(name);
        let gzip = |text: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder
                .write_all(text)
                .and_then(|()| encoder.finish())
                .expect("a vector takes everything")
        };
        let bomb = gzip(&vec![b'\n'; 100_000]);
        std::fs::write(path("bomb"), &bomb).expect("the folder is writable");
        std::fs::write(path("cut"), &gzip(b"one\ntwo")[..20]).expect("the folder is writable");
        std::fs::write(path("marked"), b"\xff\xfea\0\n\0").expect("the folder is writable");
        std::fs::write(path("both"), gzip(b"\xfe\xff\0b")).expect("the folder is writable");
        let mut events =
            events(["bomb", "cut", "marked", "both"].map(|name| Input::Path(path(name))).to_vec());
        events.retain(|event| !(event.starts_with("0 \"\\n") || event.ends_with(" began")));
        let wanted = [
            "0 ended 100000 100000",
            "1 \"one\\n\"",
            "1 gzip data ends early at byte 20",
            "1 \"two\"",
            "1 ended 7 2",
            "2 \"a\\n\"",
            "2 Decoded(\"UTF-16LE\")",
            "2 ended 2 1",
            "3 \"b\"",
            "3 Decoded(\"UTF-16BE\")",
            "3 ended 1 1",
        ];
        assert_eq!(events, wanted);
    }

    #[test]
    fn a_file_is_left_when_no_more_of_it_is_wanted() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("large");
        std::fs::write(&path, "x\n".repeat(super::super::BLOCK_SIZE))
            .expect("the folder is writable");
        let mut feed = Feed::new([Input::Path(path.clone()), Input::Path(path)], true);
        let mut next = |leaves: bool| {
            let event = feed.next(Vec::new());
            if let Some(Event::Block(block)) = event.as_ref().filter(|_| leaves) {
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
            "the next file is not left"
        );
    }

    #[test]
    fn a_reader_goes_by_its_name_and_a_name_alone_is_not_read() {
        let mut feed = Feed::from_named_reader("stderr", &b"one\n"[..], false);
        assert_eq!(feed.inputs()[0].name(), "stderr");
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
