//! The names of members: as text, and as paths that stay below the archive.

use encoding_rs::GB18030;

/// The name of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MemberName {
    /// A relative path without `..` and control characters.
    pub(super) path: String,
    /// Whether the archive has a name that differs in more than its encoding and its separators.
    pub(super) is_changed: bool,
}

impl MemberName {
    /// Takes over a name as an archive has it.
    pub(super) fn new(name: &str) -> Self {
        let mut is_changed = name.starts_with('/');
        let mut parts = Vec::new();
        for part in name.split('/') {
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

    /// Takes over the bytes of a name.
    pub(super) fn from_bytes(name: &[u8]) -> Self {
        Self::new(&decode(name))
    }
}

/// The text of a name. It is UTF-8, or else GB18030, which Windows writes where Chinese is the
/// language of the system.
pub(super) fn decode(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_string();
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(name) {
        Some(text) => text.into_owned(),
        None => String::from_utf8_lossy(name).into_owned(),
    }
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
    fn names_stay_below_the_archive() {
        let rows: [(&[u8], &str, bool); 14] = [
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
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

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
