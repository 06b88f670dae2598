//! Reads the inputs of a run one after the other.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::archive::{ArchiveReader, Member, ZipIndex};
use super::archive_problem::ArchiveProblem;
use super::decoding_reader::DecodingReader;
use super::encoding::Encoding;
use super::input_list::InputList;
use super::open_archives::{OpenArchive, OpenArchives};
use super::reader::{BlockReader, Start};
use super::tail;
use super::{Event, Events, FileError, Input, Notice};

/// Reads inputs one after the other.
///
/// With the feature `decode`, compressed inputs (gzip, zstd, xz, bzip2, lz4) are recognized by
/// their first bytes and decompressed. All bytes, offsets and lengths in events are those of the
/// decompressed text. Archives (tar, zip) are recognized in the same way. Each regular file in them
/// is an input of its own, which is added to the list of inputs when it is found.
pub struct Feed {
    inputs: InputList,
    /// The indexes of the inputs that are not opened yet.
    unopened: Range<usize>,
    /// Events that come before anything is read.
    pending: VecDeque<Event>,
    current: Option<CurrentFile>,
    /// The archive that is read, and those that it is a member of.
    archives: OpenArchives,
    /// The reader for the next input, if one was given.
    reader: Option<Box<dyn Read + Send>>,
    /// Whether inputs are text, whatever they begin with.
    is_text: bool,
    open_stdin: fn() -> Box<dyn Read + Send>,
    options: ReadOptions,
}

/// Whether a member of an archive is read; the first path is that of the archive.
pub type MemberFilter = Arc<dyn Fn(&Path, &Path) -> bool + Send + Sync>;

/// How inputs are read.
#[derive(Default)]
pub(super) struct ReadOptions {
    pub(super) counts_lines: bool,
    pub(super) encoding: Encoding,
    /// The output of the run, which must not be read.
    pub(super) output: Option<Handle>,
    /// How many lines at the end of each file are read; all if None.
    pub(super) tail: Option<u64>,
    /// Which members of archives are read; all if None.
    pub(super) members: Option<MemberFilter>,
}

/// The file that is being read.
struct CurrentFile {
    blocks: BlockReader,
    /// The length of a regular file when it was opened. None for a stream, and for a file that need
    /// not be read to this length, because it failed or is skipped.
    expected_length: Option<u64>,
    /// Whether reading may have to wait.
    is_stream: bool,
    is_skipped: bool,
}

/// The bytes of an input.
struct Source {
    reader: Box<dyn Read + Send>,
    start: Start,
    /// The length of a regular file.
    length: Option<u64>,
    modified: Option<SystemTime>,
    /// The directory of a zip file.
    zip: Option<ZipIndex>,
}

impl Feed {
    /// Creates a feed of `inputs`.
    pub fn new(inputs: impl Into<InputList>) -> Self {
        let inputs = inputs.into();
        Self {
            unopened: 0..inputs.len(),
            inputs,
            pending: VecDeque::new(),
            current: None,
            archives: OpenArchives::default(),
            reader: None,
            is_text: false,
            open_stdin: || Box::new(io::stdin()),
            options: ReadOptions { counts_lines: true, ..ReadOptions::default() },
        }
    }

    /// Creates a feed of one reader, which has the name of standard input.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self::new([Input::Stdin]).with_reader(reader)
    }

    /// Creates a feed of a text, which is not decoded even if it begins like a compressed file.
    pub(crate) fn from_text(text: impl Into<Vec<u8>>) -> Self {
        let mut feed = Self::from_reader(io::Cursor::new(text.into())).with_text(true);
        feed.options.encoding = Encoding::None;
        feed
    }

    /// Creates a feed of one reader with a name.
    pub fn from_named_reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self::new([Input::Stream(name.into())]).with_reader(reader)
    }

    /// Sets whether lines are counted. They are by default, which costs a pass over the bytes. If
    /// not, the line numbers and counts of lines are wrong.
    pub fn with_line_numbers(mut self, counts_lines: bool) -> Self {
        self.options.counts_lines = counts_lines;
        self
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

    /// With `is_text`, what the inputs begin with is text, even if it looks like a compressed file
    /// or an archive. For a part of a file.
    pub fn with_text(mut self, is_text: bool) -> Self {
        self.is_text = is_text;
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

    /// Reads only the members of archives that `filter` selects.
    pub fn with_members(mut self, filter: Option<MemberFilter>) -> Self {
        self.options.members = filter;
        self
    }

    fn start_next(&mut self) -> Option<Event> {
        self.archives.close_too_large();
        while self.pending.is_empty() {
            if self.archives.is_empty() {
                let index = self.unopened.next()?;
                if let Err(error) = self.start_input(index) {
                    self.pending.push_back(Event::Failed { file: index, error });
                }
            } else {
                self.start_member();
            }
        }
        self.pending.pop_front()
    }

    fn start_input(&mut self, index: usize) -> Result<(), FileError> {
        let input = self.inputs.at(index);
        let Source { reader, start, length, modified, zip } = self.open(&input)?;
        let is_beginning = start.offset == 0 && !self.is_text;
        let reader = self.archives.begin_input(reader);
        if let Some(zip) = zip {
            self.open_zip_file(index, reader, zip);
            return Ok(());
        }
        let mut reader = DecodingReader::new(reader, self.options.encoding, is_beginning);
        // A command may print anything, and its output must not be lost.
        reader.passes_unsupported = matches!(input, Input::Stream(_));
        reader.detect()?;
        let is_stream = length.is_none();
        if let Some(archive) = reader.archive.take() {
            self.open_archive(index, OpenArchive { reader: archive, index, is_stream });
            return Ok(());
        }
        let mut blocks = BlockReader::new(reader, index, start, self.options.counts_lines);
        blocks.modified = modified;
        let current = CurrentFile { blocks, expected_length: length, is_stream, is_skipped: false };
        self.start(current);
        Ok(())
    }

    fn open_zip_file(&mut self, index: usize, reader: Box<dyn Read + Send>, zip: ZipIndex) {
        if zip.prefix > 0 {
            let message = format!(
                "a zip archive begins at byte {}; the bytes before that are not read",
                zip.prefix
            );
            self.pending
                .push_back(Event::Failed { file: index, error: io::Error::other(message).into() });
        }
        let archive = ArchiveReader::of_zip_file(reader, zip);
        self.open_archive(index, OpenArchive { reader: archive, index, is_stream: false });
    }

    fn start(&mut self, current: CurrentFile) {
        self.pending.push_back(Event::Started { file: current.blocks.file });
        self.current = Some(current);
    }

    fn open_archive(&mut self, index: usize, archive: OpenArchive) {
        match self.archives.push(archive) {
            Ok(()) => self.inputs.mark_archive(index),
            Err(error) => {
                self.pending.extend(error.map(|error| Event::Failed { file: index, error }))
            }
        }
    }

    /// Goes on to the next member of the archive that is open, or closes it at its end.
    fn start_member(&mut self) {
        let (archive, event) = match self.archives.next_member() {
            Ok((archive, member)) => (archive, self.open_member(archive, member)),
            Err(closed) => return self.pending.extend(closed),
        };
        if let Err(error) = event {
            self.archives.close();
            self.pending.push_back(Event::Failed { file: archive, error });
        }
    }

    /// Starts to read a member of the archive with the index `archive`, if it is selected.
    fn open_member(&mut self, archive: usize, member: Member) -> Result<(), FileError> {
        let archive_path = self.inputs.at(archive).os_name();
        let path = Path::new(&archive_path).join(&member.path);
        let is_selected = |filter: &MemberFilter| filter(archive_path.as_ref(), &path);
        if !self.options.members.as_ref().is_none_or(is_selected) {
            return Ok(());
        }
        let Some(index) = self.inputs.push_member(archive, Input::Member(path)) else {
            return Err(io::Error::from(ArchiveProblem::TooManyMembers).into());
        };
        if member.is_renamed {
            self.pending.push_back(Event::Notice { file: index, notice: Notice::Renamed });
        }
        if let Some(problem) = member.problem {
            self.pending
                .push_back(Event::Failed { file: index, error: io::Error::from(problem).into() });
            return Ok(());
        }
        let (bytes, is_stream) = self.archives.member_reader();
        let mut reader = DecodingReader::new(bytes, self.options.encoding, true);
        reader.detect()?;
        if let Some(inner) = reader.archive.take() {
            self.open_archive(index, OpenArchive { reader: inner, index, is_stream });
            return Ok(());
        }
        let counts_lines = self.options.counts_lines;
        let mut blocks = BlockReader::new(reader, index, Start::default(), counts_lines);
        blocks.modified = member.modified;
        self.start(CurrentFile { blocks, expected_length: None, is_stream, is_skipped: false });
        Ok(())
    }

    fn open(&mut self, input: &Input) -> Result<Source, FileError> {
        let (start, length, modified) = (Start::default(), None, None);
        let stream = |reader| Ok(Source { reader, start, length, modified, zip: None });
        match (self.reader.take(), input) {
            (None, Input::Path(path)) => self.open_file(path),
            _ if self.options.tail.is_some() => Err(FileError::NoTailOfStream),
            (Some(reader), _) => stream(reader),
            (None, Input::Stdin) if self.options.is_output(Handle::stdin) => {
                Err(FileError::IsOutput)
            }
            (None, Input::Stdin) => stream((self.open_stdin)()),
            (None, Input::Stream(_) | Input::Member(_)) => {
                Err(io::Error::other("no reader was given for this stream").into())
            }
        }
    }

    fn open_file(&self, path: &Path) -> Result<Source, FileError> {
        let mut file = self.open_path(path)?;
        let metadata = file.metadata()?;
        let (mut length, mut modified, mut start) = (None, None, Start::default());
        let mut zip = None;
        if metadata.is_file() {
            length = Some(metadata.len());
            modified = metadata.modified().ok();
        }
        if length.is_some() && self.options.tail.is_none() {
            zip = ZipIndex::read(&mut file)?;
        }
        if let Some(lines) = self.options.tail {
            start = tail::find_start(&file, lines, false, &self.options)?;
            (&file).seek(SeekFrom::Start(start.offset))?;
        }
        Ok(Source { reader: Box::new(file), start, length, modified, zip })
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
            return Some(Event::Notice { file: index, notice });
        }
        // The length of decoded text does not show whether the file shrank. A compressed file that
        // shrank ends early instead.
        let found = current.blocks.offset;
        if let Some(expected) = current.expected_length.take()
            && found < expected
            && !current.blocks.reader.is_decoded
        {
            return Some(Event::Failed { file: index, error: FileError::Shrunk(expected, found) });
        }
        let (bytes, lines) = current.blocks.totals();
        self.current = None;
        Some(Event::Finished { file: index, bytes, lines })
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
        if let Some(event) = self.pending.pop_front() {
            return Some(event);
        }
        let Some(current) = &mut self.current else { return self.start_next() };
        let index = current.blocks.file;
        if let Some(notice) = current.blocks.notice() {
            return Some(Event::Notice { file: index, notice });
        }
        if current.is_skipped {
            return self.finish(index);
        }
        match current.blocks.next(&mut spare) {
            Ok(Some(block)) => Some(Event::Block(block)),
            Ok(None) => self.finish(index),
            Err(error) => {
                current.expected_length = None;
                Some(Event::Failed { file: index, error: error.into() })
            }
        }
    }

    fn is_decoding(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.blocks.reader.is_decoded)
    }

    /// True while a stream is read, and between files.
    fn may_wait(&self) -> bool {
        self.current.as_ref().is_none_or(|current| current.is_stream)
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
        Event::Started { file } => format!("{file} started"),
        Event::Block(block) => {
            format!("{} {:?}", block.file, String::from_utf8_lossy(block.bytes()))
        }
        Event::Notice { file, notice } => format!("{file} {notice:?}"),
        Event::Failed { file, error } => format!("{file} {error}"),
        Event::Finished { file, bytes, lines } => format!("{file} finished {bytes} {lines}"),
        Event::Idle { .. } => "nothing".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(inputs: Vec<Input>) -> Vec<String> {
        let mut feed = Feed::new(inputs);
        std::iter::from_fn(|| feed.next(Vec::new())).map(describe_event).collect()
    }

    #[test]
    fn a_bad_file_does_not_stop_the_rest() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        std::fs::write(path("a"), "one\ntwo").expect("the directory is writable");
        std::fs::write(path("empty"), "").expect("the directory is writable");
        std::fs::write(path("nul"), "a\0b\0\n").expect("the directory is writable");
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
            "4 \"a\\0b\\0\\n\"",
            "4 Binary(1)",
            "4 finished 5 1",
        ];
        assert_eq!(events(inputs), wanted);
    }

    #[cfg(feature = "decode")]
    #[test]
    fn compressed_and_utf_16_files_are_decoded() {
        use std::io::Write;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        fn gzip(text: &[u8]) -> Vec<u8> {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder
                .write_all(text)
                .and_then(|()| encoder.finish())
                .expect("a vector takes everything")
        }
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
            "1 \"two\"",
            "1 gzip data ends early at byte 20",
            "1 finished 7 2",
            "2 Decoded(\"UTF-16LE\")",
            "2 \"a\\n\"",
            "2 finished 2 1",
            "3 Decoded(\"UTF-16BE\")",
            "3 \"b\"",
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
        let mut feed = Feed::new([Input::Path(path.clone()), Input::Path(path)]);
        assert!(matches!(feed.next(Vec::new()), Some(Event::Started { file: 0 })));
        let Some(Event::Block(block)) = feed.next(Vec::new()) else { panic!("no block comes") };
        feed.skip_file(block.file);
        let (bytes, lines) = (block.bytes().len() as u64, block.lines);
        assert!(bytes > 0);
        match feed.next(Vec::new()) {
            Some(Event::Finished { file: 0, bytes: read_bytes, lines: read_lines }) => {
                assert_eq!((read_bytes, read_lines), (bytes, lines));
            }
            other => panic!("the first file is finished, instead of {other:?}"),
        }
        assert!(matches!(feed.next(Vec::new()), Some(Event::Started { file: 1 })));
        for _ in 0..2 {
            let event = feed.next(Vec::new());
            assert!(matches!(event, Some(Event::Block(_))), "the next file is not skipped");
        }
    }

    #[test]
    fn a_reader_has_its_name_and_a_name_alone_is_an_error() {
        let mut feed = Feed::from_named_reader("stderr", &b"one\n"[..]);
        assert_eq!(feed.inputs().at(0).name(), "stderr");
        assert!(matches!(feed.next(Vec::new()), Some(Event::Started { file: 0 })));
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
        let mut feed = Feed::new(vec![input]).with_output(Handle::from_path(file.path()).ok());
        assert!(matches!(
            feed.next(Vec::new()),
            Some(Event::Failed { file: 0, error: FileError::IsOutput })
        ));
        assert!(feed.next(Vec::new()).is_none());
    }
}
