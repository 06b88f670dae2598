//! Judges whether a file without a byte order mark is in UTF-16.
//!
//! The byte beside each ASCII character is NUL then: the second one in little endian, the first one
//! in big endian. Chinese text has few of them, but its line ends are two.

use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// So many ASCII characters are enough if all characters fit.
const ENOUGH: usize = 4;
/// So many ASCII characters, which are half of all, show an encoding in which others are damaged.
const ENOUGH_IN_DAMAGED: usize = 8;
/// With this many pairs of ASCII bytes, if they are most of the text, it is not in UTF-16.
const ASCII_PAIRS: usize = 4;

/// The encoding of a file without a byte order mark, as far as its beginning shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Guess {
    /// More bytes may show it.
    Open,
    /// The file is in UTF-16.
    In(&'static Encoding),
    /// The file may be in UTF-16.
    Unsure(&'static Encoding),
    /// The file is not in UTF-16.
    Other,
}

/// Judges the beginning of a file. If it `is_complete`, there is no more to look at.
///
/// The shortest beginning that decides does so for all longer ones, so that the sizes of reads make
/// no difference. A line of text in another encoding decides at its end, so that it is not late.
pub(in crate::input) fn guess(beginning: &[u8], is_complete: bool) -> Guess {
    let mut orders = [Order::new(UTF_16LE), Order::new(UTF_16BE)];
    let mut units = beginning.chunks_exact(2);
    for unit in &mut units {
        for order in &mut orders {
            order.add([unit[0], unit[1]]);
        }
        if let Some(decided) = decided(&orders) {
            return decided;
        }
    }
    if let [first] = *units.remainder() {
        for order in &mut orders {
            order.look_at_first(first);
        }
    }
    if is_complete {
        orders.iter_mut().for_each(Order::end);
    }
    decided(&orders).unwrap_or(Guess::Open)
}

/// The guess, if both byte orders have one or one of them fits.
fn decided(orders: &[Order; 2]) -> Option<Guess> {
    let guesses = orders.each_ref().map(|order| order.guess);
    let is_in = |guess: &&Guess| matches!(guess, Guess::In(_));
    if let Some(guess) = guesses.iter().find(is_in) {
        return Some(*guess);
    }
    if guesses.contains(&Guess::Open) {
        return None;
    }
    let is_unsure = |guess: &&Guess| matches!(guess, Guess::Unsure(_));
    Some(guesses.iter().find(is_unsure).copied().unwrap_or(Guess::Other))
}

/// The text as it is in one byte order.
struct Order {
    encoding: &'static Encoding,
    guess: Guess,
    /// Whether the last unit was the first half of a character.
    is_in_pair: bool,
    ascii: usize,
    /// Characters that Chinese texts have.
    usual: usize,
    other: usize,
    /// Units of two bytes that are both ASCII. Text in ASCII consists of them, and so do a few
    /// Chinese characters in UTF-16.
    ascii_pairs: usize,
}

impl Order {
    fn new(encoding: &'static Encoding) -> Self {
        Self {
            encoding,
            guess: Guess::Open,
            is_in_pair: false,
            ascii: 0,
            usual: 0,
            other: 0,
            ascii_pairs: 0,
        }
    }

    /// Adds a unit of two bytes, unless the guess is made.
    fn add(&mut self, bytes: [u8; 2]) {
        self.look_at_first(bytes[0]);
        if self.guess != Guess::Open {
            return;
        }
        let is_little = self.encoding == UTF_16LE;
        let unit = if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
        self.ascii_pairs += usize::from(bytes.into_iter().all(is_text));
        if self.count(unit).is_break() {
            let is_damaged = self.ascii >= ENOUGH_IN_DAMAGED && 2 * self.ascii >= self.units();
            self.guess = if is_damaged { Guess::Unsure(self.encoding) } else { Guess::Other };
        } else if self.ascii_pairs >= ASCII_PAIRS && !self.has_other_than_pairs() {
            self.guess = Guess::Other;
        } else if unit == u16::from(b'\n') {
            self.end_line();
        } else if bytes.contains(&b'\n') && !(self.ascii > 0 && self.is_likely()) {
            self.guess = Guess::Other;
        }
    }

    /// Looks at the first byte of a unit. If it ends a line of text in another encoding, and the
    /// line does not look like UTF-16, the second byte may be late.
    fn look_at_first(&mut self, first: u8) {
        let ends_line = self.encoding == UTF_16LE && self.is_likely();
        if self.guess == Guess::Open && first == b'\n' && !ends_line {
            self.guess = Guess::Other;
        }
    }

    /// Counts a unit; breaks at one that no log has.
    fn count(&mut self, unit: u16) -> ControlFlow<()> {
        if self.is_in_pair != matches!(unit, 0xdc00..=0xdfff) {
            return ControlFlow::Break(());
        }
        self.is_in_pair = matches!(unit, 0xd800..=0xdbff);
        match unit {
            0x20..=0x7e | 0x09 | 0x0a | 0x0c | 0x0d | 0x1b => self.ascii += 1,
            // Control characters, and two alphabets whose first byte ends a line.
            0..=0x9f | 0x0a00..=0x0aff => return ControlFlow::Break(()),
            // Characters for private use and noncharacters.
            0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfffe.. => return ControlFlow::Break(()),
            // ASCII in the other byte order.
            _ if unit.swap_bytes() < 0x7f => self.other += 1,
            0xa0..=0xff | 0x2010..=0x203f | 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xff00..=0xffef => {
                self.usual += 1;
            }
            // The halves of an emoji or a rare ideograph.
            0xd800..=0xdfff => self.usual += 1,
            _ => self.other += 1,
        }
        ControlFlow::Continue(())
    }

    fn units(&self) -> usize {
        self.ascii + self.usual + self.other
    }

    /// Whether nothing contradicts it so far.
    fn is_likely(&self) -> bool {
        (self.ascii > 0 || self.units() > 1)
            && self.other <= self.ascii
            && self.has_other_than_pairs()
    }

    /// Whether at most three quarters are pairs of ASCII bytes.
    fn has_other_than_pairs(&self) -> bool {
        4 * self.ascii_pairs <= 3 * self.units()
    }

    fn is_certain(&self) -> bool {
        let has_few_pairs = 4 * self.ascii_pairs <= 3 * (self.usual + self.other)
            || 2 * self.ascii_pairs <= self.ascii;
        self.ascii >= ENOUGH && self.is_likely() && has_few_pairs
    }

    fn end_line(&mut self) {
        if self.is_certain() {
            self.guess = Guess::In(self.encoding);
        } else if !self.is_likely() {
            self.guess = Guess::Other;
        }
    }

    /// Decides by what there is.
    fn end(&mut self) {
        if self.guess != Guess::Open {
            return;
        }
        self.guess = if self.is_certain() {
            Guess::In(self.encoding)
        } else if self.ascii >= ENOUGH
            && self.is_likely()
            && self.ascii_pairs < self.usual + self.other
        {
            Guess::Unsure(self.encoding)
        } else {
            Guess::Other
        };
    }
}

/// Whether text in ASCII has this byte.
fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn little(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn big(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    /// The guess for a whole file, after the one for each of its beginnings is compared with it.
    fn guess_file(file: &[u8]) -> Guess {
        let whole = guess(file, true);
        for length in 0..file.len() {
            let part = guess(&file[..length], false);
            assert!(part == Guess::Open || part == whole, "{length} of {}", file.escape_ascii());
        }
        whole
    }

    #[test]
    fn logs_are_recognized_in_both_byte_orders() {
        for text in [
            "2026-11-28 10:00:00 imsdk code:6206\r\n",
            "code",
            "\r\n\r\nimsdk",
            "登录失败 70001\n",
            "登录失败，错误码：70001\n登录失败\n",
            "登录失败\r\n登录超时\r\n",
            "失败\n失败\n失败\n失败\n",
            // One of these characters has the byte of a line feed, and one has a NUL byte.
            "[10:00] 上传失败 6206\n",
            "[10:00] 第一次 6206\n",
            "[10:00] 😀 code:6206\n",
            "10:00:00 Échec de la connexion, code 6206\n",
            "10:00:00 Не удалось подключиться, code:6206\n",
        ] {
            assert_eq!(guess_file(&little(text)), Guess::In(UTF_16LE), "{text}");
            assert_eq!(guess_file(&big(text)), Guess::In(UTF_16BE), "{text}");
        }
    }

    #[test]
    fn a_line_shows_the_encoding_at_its_end() {
        let line = "登录失败，错误码：70001\n";
        for (bytes, encoding) in [(little(line), UTF_16LE), (big(line), UTF_16BE)] {
            assert_eq!(guess(&bytes, false), Guess::In(encoding));
            assert_eq!(guess(&bytes[..bytes.len() - 1], false), Guess::Open);
        }
    }

    #[test]
    fn other_texts_are_known_at_the_end_of_their_first_line() {
        let rows: [&[u8]; 16] = [
            b"\n",
            b"a\n",
            b"ab\n",
            b"2026-11-28 10:00:00 imsdk code:6206\n",
            "登\n".as_bytes(),
            "登录\n".as_bytes(),
            "a登录失败，错误码：70001\n".as_bytes(),
            b"\xb5\xc7\xc2\xbc\n",
            b"\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc6206\n",
            b"caf\xe9\n",
            b"Gr\xf6\xdfe\n",
            b"\xcd\xe5 \xf3\xe4\xe0\xeb\xee\xf1\xfc\n",
            b"\x82\xb1\x82\xf1\n",
            // A NUL byte, as where a writer was killed.
            b"a\0b imsdk code:6206\n",
            b"\0imsdk code:6206\n",
            b"\0\0imsdk code:6206\n",
        ];
        for line in rows {
            assert_eq!(guess(line, false), Guess::Other, "{}", line.escape_ascii());
            guess_file(line);
        }
    }

    #[test]
    fn binary_files_are_no_text() {
        let rows: [&[u8]; 14] = [
            b"",
            b"\0",
            b"o\0k\0\n\0",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x03\0",
            b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0",
            b"\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08\0",
            b"a\0\0\0b\0\0\0c\0\0\0d\0\0\0\n\0\0\0",
            b"\0\0\0a\0\0\0b\0\0\0c\0\0\0d\0\0\0\n",
            b"./a.log\0./b.log\0./c.log\0./d.log\0./e.log\0",
            b"cat\0-n\0app.log\0",
            b"abc\0def\0ghi\0jkl\0mno\0pqr\0stu\0vwx\0",
            b"ab\0\0cd\0\0ef\0\0gh\0\0ij\0\0",
        ];
        for file in rows {
            assert_eq!(guess_file(file), Guess::Other, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn damaged_text_may_be_in_utf_16() {
        let text = "2026-11-28 imsdk code:6206 and more\n";
        for (at, unit) in [(20, 0xd800), (20, 0xdc00), (20, 1), (20, 0), (34, 0xffff)] {
            let mut units: Vec<u16> = text.encode_utf16().collect();
            units[at] = unit;
            let little: Vec<u8> = units.iter().copied().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units.iter().copied().flat_map(u16::to_be_bytes).collect();
            assert_eq!(guess_file(&little), Guess::Unsure(UTF_16LE), "{at} {unit:#x}");
            assert_eq!(guess_file(&big), Guess::Unsure(UTF_16BE), "{at} {unit:#x}");
        }
        // A byte is missing.
        let mut cut = little(text);
        cut.remove(40);
        assert_eq!(guess_file(&cut), Guess::Unsure(UTF_16LE));
    }

    proptest! {
        /// Four ASCII characters have four NUL bytes.
        #[test]
        fn a_file_with_few_nul_bytes_is_other(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            nuls in prop::collection::vec(0_usize..200, 0..4),
        ) {
            let mut bytes: Vec<u8> = bytes.into_iter().map(|byte| byte.max(1)).collect();
            for nul in nuls {
                if let Some(byte) = bytes.get_mut(nul) {
                    *byte = 0;
                }
            }
            let nuls = bytes.iter().filter(|byte| **byte == 0).count();
            prop_assume!(nuls < ENOUGH);
            prop_assert_eq!(guess_file(&bytes), Guess::Other);
        }

        #[test]
        fn the_shortest_beginning_decides(units in prop::collection::vec(
            prop_oneof![
                4 => 0x20_u16..0x7f,
                1 => Just(0x0a),
                3 => 0x4e00_u16..0x9fff,
                1 => any::<u16>(),
                1 => any::<u8>().prop_map(|byte| u16::from(byte) << 8 | u16::from(byte)),
            ],
            0..40,
        )) {
            let little: Vec<u8> = units.iter().copied().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units.iter().copied().flat_map(u16::to_be_bytes).collect();
            for file in [&little[..], &big, &little[little.len().min(1)..]] {
                guess_file(file);
            }
        }
    }
}
