//! The names of members: as text, and as paths that stay below the archive.

use encoding_rs::GB18030;

/// The name of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MemberName {
    /// A relative path without `..` and control characters.
    pub(super) path: String,
    /// Whether `path` differs from the name in the archive in more than its encoding and
    /// separators.
    pub(super) is_changed: bool,
}

impl MemberName {
    /// Makes a safe path of the name `name`.
    pub(super) fn new(name: &str) -> Self {
        let below_drive = without_drive(name);
        let mut is_changed = name.starts_with('/') || below_drive != name;
        let mut parts = Vec::new();
        for part in below_drive.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    is_changed = true;
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        let mut path = parts.join("/");
        is_changed |= path.contains(char::REPLACEMENT_CHARACTER);
        if path.contains(is_unsafe) {
            is_changed = true;
            path = path.replace(is_unsafe, "\u{fffd}");
        }
        if path.is_empty() {
            return Self { path: "unnamed".to_string(), is_changed: true };
        }
        Self { path, is_changed }
    }

    /// Makes a safe path of the bytes of a name.
    pub(super) fn from_bytes(name: &[u8]) -> Self {
        Self::new(&decode(name))
    }
}

/// The text of a name. It is UTF-8, or else GB18030 if it is clearly that.
pub(super) fn decode(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_string();
    }
    decode_gb18030(name).unwrap_or_else(|| String::from_utf8_lossy(name).into_owned())
}

/// Decodes a name of a zip archive without the UTF-8 flag. Many writers use UTF-8 all the same.
/// Windows uses its code page: GB18030 where the language is Chinese, 437 by the specification.
pub(super) fn decode_zip(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_string();
    }
    decode_gb18030(name).unwrap_or_else(|| decode_437(name))
}

/// The text of a name if it is valid GB18030 and at least half of its other characters than ASCII
/// are in GB2312, which has the common ones. Names in Western encodings hardly ever pass this test.
fn decode_gb18030(name: &[u8]) -> Option<String> {
    let text = GB18030.decode_without_bom_handling_and_without_replacement(name)?;
    let others = text.chars().filter(|character| !character.is_ascii());
    let (mut common, mut count) = (0, 0);
    for character in others {
        let mut utf8 = [0; 4];
        let (bytes, ..) = GB18030.encode(character.encode_utf8(&mut utf8));
        common += usize::from(matches!(*bytes, [0xa1..=0xf7, 0xa1..=0xfe]));
        count += 1;
    }
    (2 * common >= count).then(|| text.into_owned())
}

fn decode_437(name: &[u8]) -> String {
    /// The characters from 0x80 on.
    const CHARACTERS: &str = "\
        ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
    let mut text = String::new();
    for &byte in name {
        text.push(match usize::from(byte).checked_sub(0x80) {
            None => char::from(byte),
            Some(index) => CHARACTERS.chars().nth(index).unwrap_or(char::REPLACEMENT_CHARACTER),
        });
    }
    text
}

/// `name` without Windows drives (`C:`) at its beginning.
fn without_drive(mut name: &str) -> &str {
    while let [b'A'..=b'Z' | b'a'..=b'z', b':', ..] = name.trim_start_matches('/').as_bytes() {
        name = &name.trim_start_matches('/')[2..];
    }
    name
}

/// Control characters, and those that change the direction of text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_in_zip_archives_are_in_the_encoding_of_their_windows() {
        let rows: [(&[u8], &str); 8] = [
            (b"a.log", "a.log"),
            ("错误.log".as_bytes(), "错误.log"),
            (b"\xb4\xed\xce\xf3.log", "错误.log"),
            (b"\xc8\xd5\xd6\xbe_\x86\xb4.log", "日志_喆.log"),
            (b"f\x81r.log", "für.log"),
            (b"r\x82sum\x82.log", "résumé.log"),
            (b"Stra\xe1e.log", "Straße.log"),
            (b"\x80\xff", "Ç "),
        ];
        for (name, text) in rows {
            assert_eq!(decode_zip(name), text, "{}", name.escape_ascii());
        }
    }

    #[test]
    fn names_stay_below_the_archive() {
        let rows: [(&[u8], &str, bool); 17] = [
            (b"C:/logs/app.log", "logs/app.log", true),
            (b"c:D:app.log", "app.log", true),
            (b"//?/C:/app.log", "?/C:/app.log", true),
            (b"logs/app.log", "logs/app.log", false),
            (b"./logs//app.log", "logs/app.log", false),
            (b"/etc/passwd", "etc/passwd", true),
            (b"../../etc/passwd", "etc/passwd", true),
            (b"a/../b", "b", true),
            (b"a/../../b", "b", true),
            (b"..", "unnamed", true),
            (b"", "unnamed", true),
            (b"a\x1b[31m\nb", "a\u{fffd}[31m\u{fffd}b", true),
            ("a\u{202e}b".as_bytes(), "a\u{fffd}b", true),
            ("错误/一.log".as_bytes(), "错误/一.log", false),
            (b"\xb4\xed\xce\xf3.log", "错误.log", false),
            (b"a\xff.log", "a\u{fffd}.log", true),
            (b"...", "...", false),
        ];
        for (name, path, is_changed) in rows {
            let wanted = MemberName { path: path.to_string(), is_changed };
            assert_eq!(MemberName::from_bytes(name), wanted, "{}", name.escape_ascii());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_name_leads_out_or_commands_a_terminal(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just(b"..".to_vec()),
                    Just(b"/".to_vec()),
                    Just(b".".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..4),
                ],
                0..12,
            ),
        ) {
            let name = MemberName::from_bytes(&parts.concat());
            prop_assert!(!name.path.is_empty() && !name.path.chars().any(char::is_control));
            let is_inside = |part: &str| !part.is_empty() && part != ".." && part != ".";
            prop_assert!(name.path.split('/').all(is_inside), "{:?}", name);
            let again = MemberName::new(&name.path);
            prop_assert_eq!(again.path, name.path);
        }
    }
}
