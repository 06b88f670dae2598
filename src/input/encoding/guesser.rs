//! Converts text to UTF-8 whose encoding is guessed from its lines.

use std::io::{self, Read};

use encoding_rs::Decoder;

use super::evidence::{Evidence, Verdict};
use crate::input::Notice;

/// The number of bytes by which a line is judged, from its first one that is not ASCII on.
const LINE_PREFIX: usize = 64 << 10;
/// If the first byte that is not ASCII is after this offset, the text is not judged: looking for it
/// costs a tenth of the time in which such text is read and searched.
const BEGINNING: u64 = 4 << 20;

/// Passes text on as it is, until a line shows that it is in GB18030 or Big5; from that line on it
/// is converted to UTF-8.
///
/// Whole lines are judged, in order, so that the sizes of reads make no difference. That delays no
/// line, since a line is not returned before it is complete.
#[derive(Default)]
pub(in crate::input) struct Guesser {
    state: State,
    /// The number of bytes before `held`.
    position: u64,
    /// The part of a line from its first byte on that is not ASCII, until the line is complete.
    held: Vec<u8>,
    /// Whether `held` continues a line whose beginning was judged, and whether that was converted.
    continued: Option<bool>,
    /// The text to return, from `returned` on.
    ready: Vec<u8>,
    returned: usize,
    at_end: bool,
    /// An error that comes after the bytes that were read before it.
    error: Option<io::Error>,
    notice: Option<Notice>,
}

enum State {
    Open(Box<Evidence>),
    Unchanged,
    Converting(Decoder),
}

impl Default for State {
    fn default() -> Self {
        Self::Open(Box::default())
    }
}

impl Guesser {
    /// Whether the rest of the text passes unchanged, without this guesser.
    pub(in crate::input) fn is_done(&self) -> bool {
        matches!(self.state, State::Unchanged) && !self.has_pending() && self.notice.is_none()
    }

    pub(in crate::input) fn is_converting(&self) -> bool {
        matches!(self.state, State::Converting(_))
    }

    /// What was found out since the last call.
    pub(in crate::input) fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    fn has_pending(&self) -> bool {
        self.returned < self.ready.len() || !self.held.is_empty() || self.error.is_some()
    }

    /// Reads from `reader` what is available, and converts it.
    pub(in crate::input) fn read(
        &mut self,
        reader: &mut dyn Read,
        out: &mut [u8],
    ) -> io::Result<usize> {
        loop {
            if self.returned < self.ready.len() {
                return (&self.ready[self.returned..])
                    .read(out)
                    .inspect(|count| self.returned += count);
            }
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            if self.at_end || out.is_empty() {
                return Ok(0);
            }
            self.ready.clear();
            self.returned = 0;
            match reader.read(out) {
                Ok(0) => self.end(),
                Ok(count) if self.passes(&out[..count]) => {
                    self.pass(count);
                    return Ok(count);
                }
                Ok(count) => self.add(&out[..count]),
                Err(error) if is_temporary(&error) => return Err(error),
                Err(error) => {
                    self.end();
                    self.error = Some(error);
                }
            }
        }
    }

    /// Whether `bytes` need no judgment.
    fn passes(&self, bytes: &[u8]) -> bool {
        let is_between = self.held.is_empty() && self.continued.is_none();
        is_between && (matches!(self.state, State::Unchanged) || bytes.is_ascii())
    }

    /// Goes on after bytes that need no judgment.
    fn pass(&mut self, count: usize) {
        self.position += count as u64;
        if self.position > BEGINNING {
            self.give_up();
        }
    }

    /// Judges what is held, though its line may not be complete.
    fn end(&mut self) {
        self.at_end = true;
        self.add(&[]);
        if let State::Converting(decoder) = &mut self.state {
            convert(decoder, &[], true, &mut self.ready);
        }
        self.give_up();
    }

    /// Judges the lines that are complete with `bytes`.
    fn add(&mut self, bytes: &[u8]) {
        let is_waiting = !self.held.is_empty() && !self.at_end;
        self.held.extend_from_slice(bytes);
        // Without this, many small reads would search and copy the same bytes again and again.
        if is_waiting && self.held.len() < LINE_PREFIX && memchr::memchr(b'\n', bytes).is_none() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let mut rest = &held[..];
        while !rest.is_empty() {
            if self.continued.is_none() {
                let (ascii, others) = rest.split_at(encoding_rs::Encoding::ascii_valid_up_to(rest));
                self.ready.extend_from_slice(ascii);
                self.position += ascii.len() as u64;
                rest = others;
            }
            let Some(length) = self.part_length(rest) else { break };
            let (part, others) = rest.split_at(length);
            self.add_part(part);
            self.position += part.len() as u64;
            rest = others;
        }
        self.held = rest.to_vec();
    }

    /// The length of the part of a line that is judged or converted next; None to wait for more.
    fn part_length(&self, text: &[u8]) -> Option<usize> {
        let prefix = &text[..text.len().min(LINE_PREFIX)];
        if let Some(newline) = memchr::memchr(b'\n', prefix) {
            return Some(newline + 1);
        }
        let is_enough = prefix.len() == LINE_PREFIX || self.at_end || self.continued.is_some();
        (is_enough && !prefix.is_empty()).then_some(prefix.len())
    }

    fn add_part(&mut self, part: &[u8]) {
        let is_converted = match self.continued {
            Some(is_converted) => is_converted,
            None => self.judge(part),
        };
        match &mut self.state {
            State::Converting(decoder) if is_converted => {
                convert(decoder, part, false, &mut self.ready);
            }
            _ => self.ready.extend_from_slice(part),
        }
        let ends_line = part.last() == Some(&b'\n');
        self.continued = (!ends_line).then_some(is_converted);
    }

    /// Whether a line with this beginning is converted.
    fn judge(&mut self, beginning: &[u8]) -> bool {
        match &mut self.state {
            State::Unchanged => false,
            State::Open(_) if self.position > BEGINNING => {
                self.give_up();
                false
            }
            // A log may be written by several programs.
            State::Converting(_) => str::from_utf8(beginning).is_err() || !has_wide(beginning),
            State::Open(evidence) => match evidence.add(beginning) {
                Verdict::Open => false,
                Verdict::Unchanged => {
                    self.give_up();
                    false
                }
                Verdict::In(encoding) => {
                    self.notice = Some(Notice::Guessed(encoding.name()));
                    self.state = State::Converting(encoding.new_decoder_without_bom_handling());
                    true
                }
            },
        }
    }

    /// Passes the rest unchanged unless the encoding is known.
    fn give_up(&mut self) {
        if let State::Open(evidence) = &self.state {
            self.notice = evidence.likeliest().map(|encoding| Notice::Unsure(encoding.name()));
            self.state = State::Unchanged;
        }
    }
}

fn is_temporary(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Whether a text in UTF-8 has a character of three bytes or more, as Chinese does. A few
/// characters of GB18030 can look like characters of two bytes.
fn has_wide(text: &[u8]) -> bool {
    text.iter().any(|byte| *byte >= 0xe0)
}

fn convert(decoder: &mut Decoder, bytes: &[u8], is_last: bool, out: &mut Vec<u8>) {
    let start = out.len();
    let most = decoder.max_utf8_buffer_length(bytes.len()).expect("a part of a line is short");
    out.resize(start + most, 0);
    let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut out[start..], is_last);
    out.truncate(start + written);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns at most `size` bytes per read.
    struct ShortReads<'t> {
        bytes: &'t [u8],
        size: usize,
    }

    impl Read for ShortReads<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let size = self.size.min(out.len());
            (&mut self.bytes).take(size as u64).read(out)
        }
    }

    fn gb18030(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    /// The text and the notices for `bytes`, which are the same for all sizes of reads.
    fn read(bytes: &[u8]) -> (Vec<u8>, Vec<Notice>) {
        let results = [1, 2, 3, 7, 100, 1 << 20].map(|size| {
            let mut reader = ShortReads { bytes, size };
            let (mut guesser, mut text, mut notices) = (Guesser::default(), vec![], vec![]);
            let mut out = [0; 300];
            loop {
                let count = guesser.read(&mut reader, &mut out).expect("a slice never fails");
                notices.extend(guesser.take_notice());
                text.extend_from_slice(&out[..count]);
                if count == 0 {
                    return (text, notices);
                }
            }
        });
        let [first, rest @ ..] = results;
        for other in rest {
            assert!(other == first, "{}", bytes.escape_ascii());
        }
        first
    }

    const GUESSED: Notice = Notice::Guessed("gb18030");
    const UNSURE: Notice = Notice::Unsure("gb18030");

    #[test]
    fn a_text_is_converted_from_the_line_on_that_shows_its_encoding() {
        let chinese = "10:00 登录失败，错误码：70001\r\n";
        let ascii = "2026-11-28 code: 6206\n".repeat(5000);
        let rows: [(Vec<u8>, Vec<u8>, &[Notice]); 8] = [
            (gb18030(chinese), chinese.into(), &[GUESSED]),
            (gb18030(chinese.trim_end()), chinese.trim_end().into(), &[GUESSED]),
            (chinese.into(), chinese.into(), &[]),
            (ascii.clone().into(), ascii.clone().into(), &[]),
            // Even if it comes late.
            (
                [ascii.as_bytes(), &gb18030(chinese)].concat(),
                [&ascii, chinese].concat().into(),
                &[GUESSED],
            ),
            // Two characters may be anything.
            (gb18030("失败 6206\n"), gb18030("失败 6206\n"), &[UNSURE]),
            (
                [gb18030("失败\n"), gb18030(chinese), gb18030("失败\n")].concat(),
                [gb18030("失败\n"), chinese.into(), "失败\n".into()].concat(),
                &[GUESSED],
            ),
            (b"caf\xe9 \xff\n".to_vec(), b"caf\xe9 \xff\n".to_vec(), &[]),
        ];
        for (bytes, text, notices) in rows {
            let found = read(&bytes);
            assert_eq!(String::from_utf8_lossy(&found.0), String::from_utf8_lossy(&text));
            assert!(found.0 == text);
            assert_eq!(found.1, notices, "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn text_that_is_ascii_for_long_is_not_judged() {
        let chinese = gb18030("登录失败，错误码：70001\n");
        for (length, is_converted) in [(BEGINNING - 1, true), (BEGINNING, false)] {
            let mut log = vec![b'\n'; length as usize];
            log.extend(b"\n");
            log.extend(&chinese);
            for size in [1000, 1 << 20] {
                let mut reader = ShortReads { bytes: &log, size };
                let (mut guesser, mut out) = (Guesser::default(), vec![0; 1 << 20]);
                while guesser.read(&mut reader, &mut out).expect("a slice never fails") > 0 {}
                assert_eq!(guesser.is_converting(), is_converted, "{length} {size}");
            }
        }
    }

    #[test]
    fn lines_in_utf_8_pass_in_a_text_in_gb18030() {
        let (first, second) = ("登录失败，请重试\n", "登录超时，错误码：6206\n");
        let mixed = [&gb18030(first), second.as_bytes(), &gb18030(second)].concat();
        assert_eq!(read(&mixed).0, [first, second, second].concat().as_bytes());
        // The other way round, the text is in UTF-8.
        let mixed = [first.as_bytes(), &gb18030(second)].concat();
        assert_eq!(read(&mixed), (mixed, vec![]));
    }

    #[test]
    fn long_lines_are_converted_in_parts() {
        for text in ["登录失败，请重试", "x发送消息失败"] {
            let line = text.repeat(9_000);
            let log = format!("{line}\n{line}\n登录失败");
            let (found, notices) = read(&gb18030(&log));
            assert!(found == log.as_bytes());
            assert_eq!(notices, [GUESSED]);
        }
    }

    #[test]
    fn damaged_bytes_become_replacement_characters() {
        let bytes =
            [&gb18030("发送消息失败\n失败")[..], b"\xff\n\x81\n", &gb18030("超时")].concat();
        assert_eq!(read(&bytes).0, "发送消息失败\n失败\u{fffd}\n\u{fffd}\n超时".as_bytes());
        let cut = &gb18030("发送消息失败\n超时")[..16];
        assert_eq!(read(cut).0, "发送消息失败\n超\u{fffd}".as_bytes());
    }

    #[test]
    fn an_error_comes_after_the_bytes_before_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let bytes = gb18030("发送消息失败");
        let mut reader = bytes.chain(Broken);
        let (mut guesser, mut out) = (Guesser::default(), [0; 100]);
        let count = guesser.read(&mut reader, &mut out).expect("the text comes first");
        assert_eq!(&out[..count], "发送消息失败".as_bytes());
        assert!(guesser.read(&mut reader, &mut out).is_err());
        assert!(matches!(guesser.read(&mut reader, &mut out), Ok(0)));
    }

    #[test]
    fn a_complete_line_is_returned_at_once() {
        struct Pieces(Vec<Vec<u8>>);
        impl Read for Pieces {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                assert!(!self.0.is_empty(), "the reader blocks though a line is complete");
                let piece = self.0.remove(0);
                out[..piece.len()].copy_from_slice(&piece);
                Ok(piece.len())
            }
        }
        let lines = ["开始\n", "发送消息失败\n", "失败\n"];
        let mut pieces = Pieces(lines.map(gb18030).to_vec());
        let (mut guesser, mut out) = (Guesser::default(), [0; 100]);
        let wanted = [gb18030(lines[0]), lines[1].into(), lines[2].into()];
        for line in wanted {
            let count = guesser.read(&mut pieces, &mut out).expect("the reader never fails");
            assert_eq!(out[..count], line);
        }
    }
}
