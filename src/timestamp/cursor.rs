//! Reading a text from its front, byte by byte.

use std::ops::RangeInclusive;

/// What of a text is still to be read. A copy is a place to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t>(pub &'t [u8]);

impl<'t> Cursor<'t> {
    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Goes past `byte`; false when another one is next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        self.eat_any(&[byte]).is_some()
    }

    /// Goes past the next byte and returns it, if it is one of `bytes`.
    pub(super) fn eat_any(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&next, rest) = self.0.split_first()?;
        bytes.contains(&next).then(|| {
            self.0 = rest;
            next
        })
    }

    /// Goes past `text`; false when something else is next.
    pub(super) fn eat_text(&mut self, text: &[u8]) -> bool {
        self.0.strip_prefix(text).map(|rest| self.0 = rest).is_some()
    }

    /// Goes past blanks, at most `limit`, and returns how many there were.
    pub(super) fn eat_blanks(&mut self, limit: usize) -> usize {
        let count = self.count(limit, |byte| byte == b' ');
        self.0 = &self.0[count..];
        count
    }

    /// Goes past a number, if it has as many digits as `digits` allows.
    ///
    /// Nine digits are the most that fit.
    pub(super) fn eat_number(&mut self, digits: RangeInclusive<usize>) -> Option<u32> {
        let count = self.digits(*digits.end() + 1);
        digits.contains(&count).then(|| {
            let (number, rest) = self.0.split_at(count);
            self.0 = rest;
            number.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
        })
    }

    /// How many digits are next, of which `limit` are counted.
    pub(super) fn digits(&self, limit: usize) -> usize {
        self.count(limit, |byte| byte.is_ascii_digit())
    }

    /// How many letters are next, of which `limit` are counted.
    pub(super) fn letters(&self, limit: usize) -> usize {
        self.count(limit, |byte| byte.is_ascii_alphabetic())
    }

    /// Whether no word or number goes on here.
    pub(super) fn is_edge(&self) -> bool {
        !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    fn count(&self, limit: usize, is_counted: impl Fn(u8) -> bool) -> usize {
        self.0.iter().take(limit).take_while(|&&byte| is_counted(byte)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_whole() {
        let rows: [(&str, Option<u32>, &str); 6] = [
            ("05-09", Some(5), "-09"),
            ("7", Some(7), ""),
            ("123", None, "123"),
            ("", None, ""),
            ("x1", None, "x1"),
            ("-1", None, "-1"),
        ];
        for (text, wanted, rest) in rows {
            let mut cursor = Cursor(text.as_bytes());
            assert_eq!(cursor.eat_number(1..=2), wanted, "{text:?}");
            assert_eq!(cursor.0, rest.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn what_does_not_fit_stays() {
        let mut cursor = Cursor(b"  T1_");
        assert!(!cursor.eat(b'T') && !cursor.eat_text(b" T"));
        assert_eq!((cursor.eat_blanks(1), cursor.eat_blanks(3)), (1, 1));
        assert_eq!(cursor.eat_any(b"tT"), Some(b'T'));
        assert!(
            !cursor.is_edge()
                && cursor.eat(b'1')
                && !cursor.is_edge()
                && cursor.eat(b'_')
                && cursor.is_edge()
        );
    }
}
