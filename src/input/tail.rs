//! Finds where the last lines of a file begin.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::FileError;
use super::binary::BINARY_WINDOW;
use super::block::count_newlines;
use super::decoding_reader::{archive_format, decode_command, refusal};
use super::feed::ReadOptions;
use super::reader::Start;

/// The number of bytes read at a time.
const STEP: u64 = 64 << 10;

/// Returns where the last `lines` lines of `file` begin: at its beginning if it has no more. An
/// unterminated last line counts. If `is_followed`, it may still be completed, and no lines begin
/// before it.
///
/// Works on bytes, which is correct in every encoding except UTF-16: there, the byte of a line feed
/// can be part of another character. UTF-16 and compressed files are an error.
pub(super) fn find_start(
    file: &File,
    lines: u64,
    is_followed: bool,
    options: &ReadOptions,
) -> Result<Start, FileError> {
    let header = read_at(file, 0, BINARY_WINDOW as u64)?;
    if let Some(error) = refusal(&header) {
        return Err(error);
    }
    let mut beginning = file;
    beginning.seek(SeekFrom::Start(0))?;
    if let Some(format) = archive_format(file.try_clone()?) {
        return Err(FileError::Archive(format));
    }
    if let Some(command) = decode_command(&header, options.encoding) {
        return Err(FileError::NoTailOfEncoded(command));
    }
    let offset = find_offset(file, lines, is_followed)?;
    let lines = if options.counts_lines { count_lines(file, offset)? } else { 0 };
    Ok(Start { offset, lines })
}

fn find_offset(file: &File, lines: u64, is_followed: bool) -> io::Result<u64> {
    let length = file.metadata()?.len();
    if lines == 0 && !is_followed {
        return Ok(length);
    }
    let mut end = length;
    let mut remaining = lines;
    // Search backwards for the line feed before the first wanted line.
    while end > 0 {
        let start = end.saturating_sub(STEP);
        let bytes = read_at(file, start, end - start)?;
        for newline in memchr::memrchr_iter(b'\n', &bytes) {
            let next_line = start + newline as u64 + 1;
            // No existing line is wanted, but neither is the rest of a line that is still being
            // written.
            if lines == 0 {
                return Ok(next_line);
            }
            if next_line == length {
                continue;
            }
            remaining -= 1;
            if remaining == 0 {
                return Ok(next_line);
            }
        }
        end = start;
    }
    Ok(0)
}

/// Reads up to `length` bytes of `file` at `offset`; fewer at its end.
pub(super) fn read_at(mut file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The number of line feeds in the first `length` bytes of `file`.
pub(super) fn count_lines(file: &File, length: u64) -> io::Result<u64> {
    let mut count = 0;
    let mut offset = 0;
    while offset < length {
        let bytes = read_at(file, offset, STEP.min(length - offset))?;
        if bytes.is_empty() {
            break;
        }
        count += count_newlines(&bytes);
        offset += bytes.len() as u64;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &[u8], lines: u64) -> Result<(u64, u64), String> {
        let path = tempfile::NamedTempFile::new().expect("a file for the test");
        std::fs::write(path.path(), text).expect("the file is writable");
        let file = File::open(path.path()).expect("the file is writable");
        let options = ReadOptions { counts_lines: true, ..ReadOptions::default() };
        find_start(&file, lines, false, &options)
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
    fn files_longer_than_a_step_are_searched() {
        let text: String = (0..50_000).map(|number| format!("{number}\n")).collect();
        for lines in [1, 9_000, 20_000, 49_999] {
            let before: String = (0..50_000 - lines).map(|number| format!("{number}\n")).collect();
            assert_eq!(start(text.as_bytes(), lines), Ok((before.len() as u64, 50_000 - lines)));
        }
    }

    #[cfg(feature = "decode")]
    #[test]
    fn encoded_files_are_refused_with_a_command_that_helps() {
        let gzip = start(b"\x1f\x8b\x08\0\0\0\0\0", 1).expect_err("gzip is no plain text");
        assert!(gzip.contains("gzip -dc FILE | tail -n N | imerr-annotate"), "{gzip}");
        let wide = start(b"\xff\xfea\0\n\0", 1).expect_err("UTF-16 is no plain text");
        assert!(wide.contains("iconv -f UTF-16 -t UTF-8 FILE | tail"), "{wide}");
        let unmarked = start(b"\0c\0o\0d\0e\0\n", 1).expect_err("UTF-16 is no plain text");
        assert!(unmarked.contains("iconv -f UTF-16BE -t UTF-8 FILE | tail"), "{unmarked}");
    }
}
