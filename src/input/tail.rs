//! Where the last lines of a file begin.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::encoding::Encoding;
use super::error::FileError;
use super::reader::Start;
use super::source::Source;

/// How much is read at a time.
const STEP: u64 = 64 << 10;
/// As many bytes tell what a file is.
const BEGINNING: u64 = 16;

/// How a start is looked for.
pub(super) struct Tail {
    /// So many lines are to be read.
    pub(super) lines: u64,
    /// Whether those before have to be counted. Costs a pass over them.
    pub(super) counts_lines: bool,
    pub(super) encoding: Encoding,
    /// Whether a line that has no end yet may get one.
    pub(super) is_followed: bool,
}

impl Tail {
    /// Where the last lines of `file` begin; at its beginning if it has no more. A last line without an end is one, too.
    ///
    /// In all encodings but UTF-16 a line ends where a byte says so: that of the line end is never a part of another character.
    pub(super) fn start(&self, file: &File) -> Result<Start, FileError> {
        let beginning = read_at(file, 0, BEGINNING).map_err(FileError::Io)?;
        if let Some(command) = Source::command(&beginning, self.encoding) {
            return Err(FileError::Packed(command));
        }
        let offset = self.offset(file).map_err(FileError::Io)?;
        let lines =
            if self.counts_lines { line_ends(file, offset).map_err(FileError::Io)? } else { 0 };
        Ok(Start { offset, lines })
    }

    fn offset(&self, file: &File) -> io::Result<u64> {
        let length = file.metadata()?.len();
        let mut end = length;
        // The end of the line before the first one wanted is looked for.
        let mut left = self.lines;
        if left == 0 && !self.is_followed {
            return Ok(length);
        }
        while end > 0 {
            let start = end.saturating_sub(STEP);
            let bytes = read_at(file, start, end - start)?;
            for place in memchr::memrchr_iter(b'\n', &bytes) {
                let behind = start + place as u64 + 1;
                // No line of those that are there is wanted, but the rest of one that is still written is not one either.
                if self.lines == 0 {
                    return Ok(behind);
                }
                if behind == length {
                    continue;
                }
                left -= 1;
                if left == 0 {
                    return Ok(behind);
                }
            }
            end = start;
        }
        Ok(0)
    }
}

/// Up to `length` bytes of `file` from `offset` on; fewer where it ends.
pub(super) fn read_at(mut file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many lines end in the first `length` bytes of `file`.
fn line_ends(file: &File, length: u64) -> io::Result<u64> {
    let (mut count, mut at) = (0, 0);
    while at < length {
        let bytes = read_at(file, at, STEP.min(length - at))?;
        if bytes.is_empty() {
            break;
        }
        count += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        at += bytes.len() as u64;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &[u8], lines: u64) -> Result<(u64, u64), String> {
        let path = tempfile::NamedTempFile::new().expect("a file for the test");
        std::fs::write(path.path(), text).expect("the file is ours");
        let file = File::open(path.path()).expect("the file is ours");
        let tail =
            Tail { lines, counts_lines: true, encoding: Encoding::default(), is_followed: false };
        tail.start(&file)
            .map(|start| (start.offset, start.lines))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn lines_are_counted_from_the_end() {
        let rows: [(&[u8], u64, (u64, u64)); 10] = [
            (b"a\nb\nc\n", 1, (4, 2)),
            (b"a\nb\nc\n", 2, (2, 1)),
            (b"a\nb\nc\n", 3, (0, 0)),
            (b"a\nb\nc\n", u64::MAX, (0, 0)),
            (b"a\nb\nc\n", 0, (6, 3)),
            (b"a\nb\nc", 1, (4, 2)),
            (b"a\nb\nc", 0, (5, 2)),
            (b"a\n\n\n", 2, (2, 1)),
            (b"", 1, (0, 0)),
            (b"\n", 1, (0, 0)),
        ];
        for (text, lines, wanted) in rows {
            assert_eq!(start(text, lines), Ok(wanted), "{lines} of {}", text.escape_ascii());
        }
    }

    #[test]
    fn steps_do_not_matter() {
        let text: String = (0..50_000).map(|number| format!("{number}\n")).collect();
        for lines in [1, 9_000, 20_000, 49_999] {
            let before: String = (0..50_000 - lines).map(|number| format!("{number}\n")).collect();
            assert_eq!(start(text.as_bytes(), lines), Ok((before.len() as u64, 50_000 - lines)));
        }
    }

    #[cfg(feature = "decode")]
    #[test]
    fn what_is_not_plain_is_refused_with_what_to_do() {
        let gzip = start(b"\x1f\x8b\x08\0\0\0\0\0", 1).expect_err("gzip is no plain text");
        assert!(gzip.contains("gzip -dc FILE | tail -n N | imerr-annotate"), "{gzip}");
        let wide = start(b"\xff\xfea\0\n\0", 1).expect_err("UTF-16 is no plain text");
        assert!(wide.contains("iconv -f UTF-16 -t UTF-8 FILE | tail"), "{wide}");
    }
}
