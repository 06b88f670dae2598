//! Decodes the bytes of a data file.

use super::{Diagnostic, Span};

/// The byte order mark that some editors write in front of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file without its byte order mark. Fails if it is not UTF-8, at the first byte that
/// is not.
pub(super) fn text_of<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if is_utf_16(bytes) {
        let message =
            "looks like UTF-16, and TOML must be UTF-8; save the file as UTF-8".to_string();
        return Err(Diagnostic { path: path.to_string(), span: Span::START, message });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let good = String::from_utf8_lossy(good);
        Diagnostic {
            path: path.to_string(),
            span: Span::of(&good, good.len()..good.len()),
            message: format!(
                "the byte 0x{:02x} is not UTF-8, as TOML must be; save the file as UTF-8",
                bad[0]
            ),
        }
    })
}

/// Whether the text begins with a byte order mark of UTF-16, or with an ASCII character in UTF-16.
fn is_utf_16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_is_not_utf_8_is_reported_with_its_location() {
        let utf_16: Vec<u8> =
            "system = \"app\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &utf_16].concat();
        let rows: [(&[u8], Result<&str, &str>); 8] = [
            (b"", Ok("")),
            (b"a = 1\n", Ok("a = 1\n")),
            (b"\xef\xbb\xbfa = 1", Ok("a = 1")),
            (b"a = \"\xe9\x94\x99\"", Ok("a = \"错\"")),
            (
                b"a = 1\r\nb = \"\xe9\x94\x99\xb4\xed\"",
                Err("c.toml:2:7: the byte 0xb4 is not UTF-8, as TOML must be; save the file"),
            ),
            (b"\x7fELF\x02\xf0\x00", Err("c.toml:1:6: the byte 0xf0 is not UTF-8")),
            (
                &utf_16,
                Err(
                    "c.toml:1:1: looks like UTF-16, and TOML must be UTF-8; save the file as UTF-8",
                ),
            ),
            (&marked, Err("c.toml:1:1: looks like UTF-16")),
        ];
        for (bytes, wanted) in rows {
            match (text_of("c.toml", bytes).map_err(|problem| problem.to_string()), wanted) {
                (Ok(text), Ok(wanted)) => assert_eq!(text, wanted),
                (Err(problem), Err(wanted)) => assert!(problem.starts_with(wanted), "{problem}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
