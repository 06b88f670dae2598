//! How the bytes of a file become text: as a user chooses, or as a byte order mark says.

use std::str::FromStr;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use imerr_catalog::nearest;

use super::utf16::{self, Guess};

/// How the bytes of a file become text, after decompression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// A file with a byte order mark of UTF-16 is converted, and so is text that is clearly in
    /// UTF-16, GB18030 or Big5. All others pass unchanged, including a UTF-8 byte order mark.
    ///
    /// A file is clearly in UTF-16 if its first line, or the first 8 KiB, has at least four ASCII
    /// characters in it, and no characters that logs do not have.
    ///
    /// For GB18030 and Big5, lines are judged in order, as far as they are in the first 4 MiB, by
    /// their bytes that are not ASCII. The first line that clearly shows an encoding decides: it
    /// and all lines after it are converted. Lines before it pass unchanged, and so does the whole
    /// rest after 4 KiB of undecided bytes. No line waits for a later one. In a text in GB18030 or
    /// Big5, lines in UTF-8 pass unchanged.
    #[default]
    Auto,
    /// A file with a byte order mark of UTF-16 is converted; all others pass unchanged.
    Marked,
    /// Every file passes unchanged.
    None,
    /// Every file is in this encoding. A byte order mark of this encoding at the beginning is
    /// dropped. A sequence that is invalid in the encoding becomes U+FFFD.
    Forced(&'static encoding_rs::Encoding),
}

/// The most usual values, for error messages.
const LABELS: [&str; 9] =
    ["auto", "none", "utf-8", "utf-16le", "utf-16be", "gb18030", "gbk", "big5", "shift_jis"];

impl FromStr for Encoding {
    type Err = String;

    /// Parses `auto`, `none`, or a label of the WHATWG encoding standard.
    fn from_str(label: &str) -> Result<Self, String> {
        match label {
            "auto" => return Ok(Self::Auto),
            "none" => return Ok(Self::None),
            _ => {}
        }
        match encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Ok(Self::Forced(encoding)),
            None => Err(match nearest(label, LABELS) {
                Some(near) => format!("'{label}' is no encoding; did you mean '{near}'?"),
                None => format!("'{label}' is no encoding; use {}, ...", LABELS.join(", ")),
            }),
        }
    }
}

impl Encoding {
    /// Whether more than `beginning` is needed to know if a file has a byte order mark of UTF-16.
    pub(in crate::input) fn is_undecided(self, beginning: &[u8]) -> bool {
        self.reads_marks() && matches!(beginning, [] | [0xff] | [0xfe])
    }

    fn reads_marks(self) -> bool {
        matches!(self, Self::Auto | Self::Marked)
    }

    /// The encoding of UTF-16 whose byte order mark `beginning` starts with, if marks are read.
    pub(in crate::input) fn bom_encoding(
        self,
        beginning: &[u8],
    ) -> Option<&'static encoding_rs::Encoding> {
        let (encoding, _) = encoding_rs::Encoding::for_bom(beginning)?;
        (self.reads_marks() && encoding != UTF_8).then_some(encoding)
    }

    /// The name by which `iconv` knows the encoding of a file with this beginning, if it is in
    /// UTF-16.
    pub(in crate::input) fn utf16_name(self, beginning: &[u8]) -> Option<&'static str> {
        match self {
            _ if self.bom_encoding(beginning).is_some() => Some("UTF-16"),
            Self::Forced(forced) if forced == UTF_16LE || forced == UTF_16BE => Some(forced.name()),
            Self::Auto => match utf16::guess(beginning, true) {
                Guess::In(guessed) => Some(guessed.name()),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_parsed() {
        assert_eq!("auto".parse(), Ok(Encoding::Auto));
        assert_eq!("none".parse(), Ok(Encoding::None));
        assert_eq!("GBK".parse(), Ok(Encoding::Forced(encoding_rs::GBK)));
        for label in ["", "utf-99", "replacement", "iso-2022-kr"] {
            assert!(label.parse::<Encoding>().is_err(), "{label}");
        }
    }

    #[test]
    fn two_bytes_show_whether_there_is_a_byte_order_mark() {
        for (beginning, undecided, encoding) in [
            (&b""[..], true, None),
            (b"\xff", true, None),
            (b"\xfe", true, None),
            (b"\xff\xfe", false, Some(UTF_16LE)),
            (b"\xfe\xffa", false, Some(UTF_16BE)),
            (b"\xef\xbb\xbf", false, None),
            (b"\xffa", false, None),
        ] {
            assert_eq!(Encoding::Auto.is_undecided(beginning), undecided, "{beginning:?}");
            assert_eq!(Encoding::Auto.bom_encoding(beginning), encoding, "{beginning:?}");
            assert!(
                !Encoding::None.is_undecided(beginning)
                    && Encoding::None.bom_encoding(beginning).is_none()
            );
        }
    }
}
