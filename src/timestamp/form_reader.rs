//! Reading timestamps that differ from the one before only in minutes, seconds and their fraction.
//!
//! Nearly all lines of a log are so. Comparing a timestamp with the one before takes a fifth of the
//! instructions of reading it in its form.

use super::forms::{self, Preceding};
use super::written::Written;
use super::{MINUTE, SECOND};

/// The longest timestamp that is remembered, with the text after it that counts.
const TEXT_LIMIT: usize = 64;

/// How much text after a timestamp decides what belongs to it: ` GMT+08:00` and the byte after it.
const TAIL: usize = 12;

/// Reads the timestamps of the lines of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct FormReader {
    last: Option<Last>,
}

impl FormReader {
    /// Reads the timestamp that `text` starts with. The result does not depend on earlier ones.
    #[inline]
    pub fn read(&mut self, text: &[u8], preceding: Preceding) -> Option<Written> {
        if let Some(last) = &self.last
            && last.preceding == preceding
            && let Some(written) = last.read_similar(text)
        {
            return Some(written);
        }
        // Most words in front of a timestamp are not one.
        if !forms::may_begin(text) {
            return None;
        }
        if forms::begins_with_count(text) {
            return forms::count(text, preceding);
        }
        let (written, length) = forms::read(text, preceding)?;
        if let Some(last) = Last::new(text, length, written, preceding) {
            self.last = Some(last);
        }
        Some(written)
    }
}

/// The timestamp that was read last.
#[derive(Clone, Debug)]
struct Last {
    text: [u8; TEXT_LIMIT],
    /// The length of the timestamp.
    length: usize,
    written: Written,
    preceding: Preceding,
    clock: Clock,
    /// What the clock shows after the full hour, in milliseconds.
    in_hour: i64,
}

impl Last {
    /// None if the timestamp has no clock with colons, or more text after it decides its form.
    fn new(text: &[u8], length: usize, written: Written, preceding: Preceding) -> Option<Self> {
        let clock = Clock::find(&text[..length])?;
        let after_weekday = text.get(..3).is_some_and(forms::starts_like_weekday);
        if after_weekday && matches!(written, Written::Yearless { .. }) {
            // A year after it would be the year of the date.
            return None;
        }
        let mut kept = [0; TEXT_LIMIT];
        kept.get_mut(..length + TAIL)?.copy_from_slice(text.get(..length + TAIL)?);
        let in_hour = clock.in_hour(text)?;
        let last = Self { text: kept, length, written, preceding, clock, in_hour };
        // What was found is the clock if it shows the time; offsets are whole quarters of an hour.
        let difference = written.millis()? - in_hour;
        (difference % (15 * MINUTE) == 0).then_some(last)
    }

    /// Reads a timestamp that has other minutes and seconds than this one at most.
    #[inline]
    fn read_similar(&self, text: &[u8]) -> Option<Written> {
        let Clock { minute, second, end } = self.clock;
        let text = text.get(..self.length + TAIL)?;
        let is_similar = text[0] == self.text[0]
            && text[..minute] == self.text[..minute]
            && text[minute + 2] == b':'
            && text[second + 2] == self.text[second + 2]
            && text[end..=self.length] == self.text[end..=self.length];
        if !is_similar || !self.ends(text) {
            return None;
        }
        Some(self.written.plus(self.clock.in_hour(text)? - self.in_hour))
    }

    /// Whether the text after the timestamp does not belong to it, nor in another form.
    #[inline]
    fn ends(&self, text: &[u8]) -> bool {
        let (after, kept) = (&text[self.length..], &self.text[self.length..self.length + TAIL]);
        let blanks = usize::from(matches!(after[0], b' ' | b'\t'));
        match after[blanks] {
            // The separator of a fraction or of an address.
            b'.' | b',' | b':' => blanks == 0 && after[1] == b' ',
            // A time zone.
            b'+' | b'-' => !after[blanks + 1].is_ascii_digit(),
            // Its name, AM or PM.
            b'U' | b'G' | b'Z' | b'z' | b'A' | b'P' | b'a' | b'p' | 0xE4 => after == kept,
            _ => true,
        }
    }
}

/// Where minutes and seconds are in a timestamp.
#[derive(Clone, Copy, Debug)]
struct Clock {
    minute: usize,
    second: usize,
    /// The end of the seconds or of their fraction.
    end: usize,
}

impl Clock {
    /// Finds `00:00:00`, with or without a fraction.
    fn find(text: &[u8]) -> Option<Self> {
        let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        let mut colons = memchr::memchr_iter(b':', text);
        // In `24/Nov/2026:10:00:00`, the year is not the hour.
        let colon = colons.find(|&colon| {
            text.get(colon + 3) == Some(&b':')
                && two_digits(text, colon + 1).is_some()
                && two_digits(text, colon + 4).is_some()
                && !is_digit(colon + 6)
                && !(colon > 2 && is_digit(colon - 3))
        })?;
        let second = colon + 4;
        let fraction = &text[second + 2..];
        let digits = fraction.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
        let end = match fraction.first() {
            Some(b'.' | b',') if digits > 0 => second + 3 + digits,
            // After a colon, only three digits are a fraction.
            Some(b':') if digits == 3 => second + 6,
            Some(b':') => return None,
            _ => second + 2,
        };
        Some(Self { minute: colon + 1, second, end })
    }

    /// What the clock shows after the full hour, in milliseconds; None if there is no such time.
    #[inline]
    fn in_hour(self, text: &[u8]) -> Option<i64> {
        let minutes = two_digits(text, self.minute)?;
        let seconds = two_digits(text, self.second)?;
        if minutes > 59 || seconds > 59 {
            return None;
        }
        let mut millis = 0;
        let mut unit = 100;
        for byte in text.get(self.second + 3..self.end).unwrap_or_default() {
            if !byte.is_ascii_digit() {
                return None;
            }
            millis += i64::from(byte - b'0') * unit;
            unit /= 10;
        }
        Some(minutes * MINUTE + seconds * SECOND + millis)
    }
}

#[inline]
fn two_digits(text: &[u8], at: usize) -> Option<i64> {
    match text.get(at..at + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_like_the_one_before_are_compared_with_it() {
        let rows = [
            ("2026-11-24 10:00:00,123 - INFO of a", "2026-11-24 10:59:07,004 - WARN of b", true),
            (
                "2026-11-24T10:00:00.1234Z INFO of this",
                "2026-11-24T10:00:01.9999Z WARN of that",
                true,
            ),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:00:59 WARN of that one", true),
            ("Nov 24 10:00:00 app-1 sshd[1]: one", "Nov 24 10:00:01 app-1 sshd[2]: two", true),
            (
                "24/Nov/2026:10:00:00 +0800] \"GET /a/b/c\"",
                "24/Nov/2026:10:01:00 +0800] \"PUT /a/b/d\"",
                true,
            ),
            (
                "Tue Nov 24 10:00:00 2026] a message of it",
                "Tue Nov 24 10:00:01 2026] another of them",
                true,
            ),
            ("10:00:00.123 [main] INFO of this one", "10:00:01.456 [pool] WARN of that one", true),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 11:00:00 INFO of this one", false),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:60:00 INFO of this one", false),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:00:60 INFO of this one", false),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:00:00.5 INFO of this", false),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:00:00 +0800 INFO of it", false),
            ("2026-11-24 10:00:00 INFO of this one", "2026-11-24 10:00:00 PM of this one", false),
            ("Nov 24 10:00:00 a host and its text", "Nov 24 10:00:00 PM host and its text", false),
            ("Tue Nov 24 10:00:00 a host, its text", "Tue Nov 24 10:00:01 a host, its text", false),
            ("1795485600.123 INFO of this and that", "1795485600.124 INFO of this and that", false),
        ];
        for (first, second, wanted) in rows {
            let mut reader = FormReader::default();
            assert!(reader.read(first.as_bytes(), Preceding::Nothing).is_some(), "{first}");
            let similar = reader.last.and_then(|last| last.read_similar(second.as_bytes()));
            let alone = FormReader::default().read(second.as_bytes(), Preceding::Nothing);
            assert_eq!(similar.is_some(), wanted, "{second}");
            assert!(similar.is_none() || similar == alone, "{second}: {similar:?}");
        }
    }
}
