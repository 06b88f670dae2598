//! Recognizes binary files: pictures, programs, and other data that is no text.

/// So many bytes show whether a file is binary.
pub(super) const BINARY_WINDOW: usize = 8 << 10;

/// What binary files begin with that may have few NUL bytes, or have the first ones late: PNG, GIF,
/// JPEG, PDF, ELF, Java classes and programs of macOS.
const MAGICS: [&[u8]; 8] = [
    b"\x89PNG\r\n",
    b"GIF87a",
    b"GIF89a",
    b"\xff\xd8\xff",
    b"%PDF-",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
];

/// The first byte that shows that `text`, the beginning of a file, is binary.
pub(super) fn find_binary(text: &[u8]) -> Option<usize> {
    find_binary_nul(text).or_else(|| find_byte_after_magic(text))
}

/// The first byte of a known format that no text has. A text may begin with the letters of one.
fn find_byte_after_magic(text: &[u8]) -> Option<usize> {
    if !MAGICS.iter().any(|magic| text.starts_with(magic)) {
        return None;
    }
    let window = &text[..text.len().min(BINARY_WINDOW)];
    let text = std::str::from_utf8(window);
    let invalid = text.err().filter(|error| error.error_len().is_some());
    let invalid = invalid.map(|error| error.valid_up_to());
    let control = window.iter().position(|&byte| is_binary(byte) || byte == 0x7f);
    control.into_iter().chain(invalid).min()
}

/// The first NUL byte of binary data. A log may have some: an application logs the end of a C
/// string, or a message has a few bytes of a packet. In binary data, more than one byte in 16 is a
/// control character, even if it is compressed.
///
/// NUL bytes in front of a line do not count. They are those of a log that was truncated while its
/// writer went on at its old position.
fn find_binary_nul(text: &[u8]) -> Option<usize> {
    let hole = text.iter().take_while(|byte| **byte == 0).count();
    let mut is_hole = false;
    let (mut nul, mut controls, mut bytes) = (None, 0, 0);
    for (at, &byte) in text.iter().enumerate().skip(hole).take(BINARY_WINDOW) {
        if byte == 0 && is_hole {
            continue;
        }
        is_hole = byte == b'\n';
        bytes += 1;
        controls += usize::from(is_binary(byte));
        if byte == 0 && nul.is_none() {
            nul = Some(at);
        }
    }
    nul.filter(|_| controls > 1 && controls * 16 > bytes)
}

/// Control characters that no log has, but binary data.
pub(super) fn is_binary(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b'\x1b')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_nul_bytes_make_no_file_binary() {
        let line = "05-09 12:51:37 imsdk login failed, code: 6206\n";
        let noise: String = (1..8192_u32).map(|n| ((n * 7919 / 32) % 128) as u8 as char).collect();
        let rows = [
            ("a\0b\n".to_string(), None),
            (format!("{line}a\0b\n{line}"), None),
            (line.replace('\n', "\0\n").repeat(9), None),
            (format!("{line}payload: \0\0\0\x07\x01\n{line}{line}"), None),
            (format!("{line}\0\0\0\0\0\0\0\0{line}"), None),
            ("\0o\0k\0\n".to_string(), Some(2)),
            ("\x7fELF\x02\x01\x01\0\0\0".to_string(), Some(7)),
            (noise.clone(), noise.find('\0')),
            (format!("{}{noise}", line.repeat(999)), None),
        ];
        for (text, wanted) in rows {
            let start: String = text.chars().take(20).collect();
            assert_eq!(find_binary_nul(text.as_bytes()), wanted, "{start:?}");
        }
    }

    #[test]
    fn small_files_of_known_formats_are_binary() {
        let rows: [(&[u8], Option<usize>); 9] = [
            (b"\x89PNG\r\n\x1a\n", Some(0)),
            (b"GIF89a\x01\x02\x01", Some(6)),
            (b"\xff\xd8\xff\xe0JFIF", Some(0)),
            (b"%PDF-1.4 \xe2\xe3\xcf\xd3\n1 0 obj\n", Some(9)),
            (b"\x7fELF\x02", Some(0)),
            (b"\xca\xfe\xba\xbe0123456789", Some(0)),
            // Texts.
            (b"\x89PNG", None),
            ("GIF89a 的日志\nimsdk code:6206\n".as_bytes(), None),
            (b"GIF89a \xe6\x97", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(find_binary(text), wanted, "{}", text.escape_ascii());
        }
    }
}
