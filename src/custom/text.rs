//! From the bytes of a file to its text.

use crate::catalog::{Diagnostic, Span};

/// What some editors put ahead of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text that `bytes` are, without a byte order mark; or the first byte that is of no UTF-8, and what to do about it.
pub(super) fn text_of<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let problem = |place, text| Diagnostic { path: path.to_string(), place, text };
    if is_utf_16(bytes) {
        let first = Span { line: 1, column: 1, length: 1 };
        return Err(problem(
            first,
            "looks like UTF-16, and TOML must be UTF-8; save the file as UTF-8".to_string(),
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let good = String::from_utf8_lossy(good);
        let told = format!(
            "the byte 0x{:02x} is not UTF-8, as TOML must be; save the file as UTF-8",
            bad[0]
        );
        problem(Span::of(&good, good.len()..good.len()), told)
    })
}

/// Whether a byte order mark says so, or every other byte is NUL, as where ASCII is written in it.
fn is_utf_16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
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
                (Err(told), Err(wanted)) => assert!(told.starts_with(wanted), "{told}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
