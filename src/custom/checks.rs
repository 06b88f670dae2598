//! Checks of custom files that need more than the file: the encoding, the detector, other rules.

use super::{Diagnostic, Span};
use crate::detect::check_pattern;
use crate::rules::{Key, RuleFile, Rules};

/// The byte order mark that some editors write in front of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file without its byte order mark. Fails if it is not UTF-8, at the first byte that
/// is not.
pub(super) fn text_of<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if is_utf_16(bytes) {
        let message = "looks like UTF-16, and TOML must be UTF-8; save the file as UTF-8";
        return Err(Diagnostic::new(path, Span::START, message));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let good = String::from_utf8_lossy(good);
        let span = Span::of(&good, good.len()..good.len());
        let hint = "is not UTF-8, as TOML must be; save the file as UTF-8";
        Diagnostic::new(path, span, format!("the byte 0x{:02x} {hint}", bad[0]))
    })
}

/// Whether the text begins with a byte order mark of UTF-16, or with an ASCII character in UTF-16.
fn is_utf_16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..])
}

/// Reports regular expressions that do not compile. The reader reports those that are missing or
/// too long.
pub(super) fn broken_patterns(path: &str, file: &RuleFile) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for ((rule, pattern), location) in file.rules.patterns().zip(&file.patterns) {
        if !(1..=Rules::PATTERN_LIMIT).contains(&pattern.len()) {
            continue;
        }
        if let Err(error) = check_pattern(&rule, pattern) {
            problems.push(Diagnostic::new(path, location.of(error.span), error.to_string()));
        }
    }
    problems
}

/// Reports a file that brings the number of merged rules over a limit.
pub(super) fn too_many_rules(path: &str, file: &RuleFile, merged: &Rules) -> Vec<Diagnostic> {
    let literals = [&file.rules, merged].map(Rules::marker_literal_count);
    let counts = [
        ("keys", file.rules.key_count(), merged.key_count(), Rules::KEY_LIMIT),
        ("words of markers", literals[0], literals[1], Rules::MARKER_LITERAL_LIMIT),
        ("markers", file.rules.markers.len(), merged.markers.len(), Rules::MARKER_LIMIT),
        ("shapes", file.rules.shapes.len(), merged.shapes.len(), Rules::SHAPE_LIMIT),
    ];
    let mut problems = Vec::new();
    for (kind, in_file, count, limit) in counts {
        if in_file > 0 && count > limit {
            let total = format!("with those built in and those of other files, {count} {kind}");
            let message = format!("{total} are more than the {limit} that are possible");
            problems.push(Diagnostic::new(path, Span::START, message));
        }
    }
    problems
}

/// Reports keys that contain no trigger: lines with them are never searched.
pub(super) fn unreachable_keys(path: &str, file: &RuleFile, merged: &Rules) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for key in file.rules.keys.iter().chain(file.rules.literal_keys.iter()) {
        if !has_trigger(key, merged) {
            let lower = key.words.to_lowercase();
            let message = format!(
                "no trigger is part of the key '{lower}'; put triggers = [\"{lower}\"] at the top"
            );
            let span = file.find(&format!("key {}", key.words)).unwrap_or(Span::START);
            problems.push(Diagnostic::new(path, span, message));
        }
    }
    problems
}

/// Whether a usual spelling of the key, with a colon, contains a trigger: some triggers reach over
/// the end of a key.
fn has_trigger(key: &Key, rules: &Rules) -> bool {
    let lower = key.words.to_lowercase();
    let spellings = [
        lower.replace(' ', "") + ":",
        lower.replace(' ', "_") + ":",
        lower.to_uppercase().replace(' ', "_") + ":",
        lower.split(' ').map(capitalized).collect::<String>() + ":",
    ];
    let mut triggers = rules.triggers.iter();
    triggers.any(|trigger| spellings.iter().any(|spelling| spelling.contains(trigger.as_ref())))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    first.to_uppercase().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_key_can_be_replaced() {
        let rules = crate::rules::built_in();
        for key in rules.keys.iter().chain(rules.literal_keys.iter()) {
            assert!(has_trigger(key, &rules), "{}", key.words);
        }
    }

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
