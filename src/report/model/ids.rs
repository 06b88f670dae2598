//! Identifiers that servers compare from run to run: of codes, findings and files.
//!
//! Relative paths stay as they are, absolute ones become `file:` URIs.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write;

use crate::catalog::{Catalog, EntryId};
use crate::stats::CodeKey;

/// The identifier of a code with its meanings as a rule: `TIM6206`. No other code and no other
/// choice of meanings has the same one.
///
/// It depends on the catalog only, so a rule has the same identifier in every run. If several
/// systems have the code, the systems that are meant follow: `TIM8020.sdk`, or `TIM8020.sdk.web` if
/// the line does not decide. A system that only forwards the code of another one does not count:
/// 70001 is `TIM70001`, and `TIM70001.web` only if the line mentions the web.
pub(crate) fn rule_id(key: &CodeKey, catalog: &Catalog) -> String {
    let mut id = format!("TIM{}", key.code);
    let mut owners: Vec<EntryId> = catalog.ids_for_code(key.code).collect();
    owners.retain(|&owner| catalog.entry(owner).passes_on.is_none());
    if owners.len() <= 1 && owners == key.entries.ids() {
        return id;
    }
    for entry in key.entries.in_catalog(catalog) {
        id.push('.');
        id.push_str(&entry.system);
    }
    if key.entries.is_unknown() {
        id.push_str(".unknown");
    }
    id
}

/// Makes the fingerprints of findings, which do not change when lines are added to the log.
///
/// A fingerprint depends on the file, the code, and the number of findings of the code in front of
/// it in the file. Two findings of a document have the same one only if hashes collide: for 25,000
/// findings the chance is 1 in 59 billion.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    counts: HashMap<(String, i64), u64>,
}

impl Fingerprints {
    /// The fingerprint of the next finding of `code` in the file `path`: 16 hexadecimal digits.
    pub(crate) fn next(&mut self, path: &str, code: i64) -> String {
        let count = self.counts.entry((path.to_string(), code)).or_default();
        *count += 1;
        // No path contains a NUL, so different parts never give the same text.
        format!("{:016x}", fnv1a(format!("{path}\0{code}\0{count}").as_bytes()))
    }
}

/// The 64-bit FNV-1a hash. Unlike the hash of the standard library, it never changes.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// The path of a file, with `/` between its parts and without `./` at its beginning.
pub(crate) fn relative_path(name: &str) -> String {
    relative_path_on(name, cfg!(windows))
}

/// The file as a URI reference, percent-encoded; a relative one for a relative path. The bytes of a
/// name that is not UTF-8 stay the same.
pub(crate) fn uri(name: &OsStr) -> String {
    uri_on(name.as_encoded_bytes(), cfg!(windows))
}

fn relative_path_on(name: &str, is_windows: bool) -> String {
    String::from_utf8_lossy(&relative_bytes(name.as_bytes(), is_windows)).into_owned()
}

fn relative_bytes(name: &[u8], is_windows: bool) -> Vec<u8> {
    let mut path = name.to_vec();
    // On other systems a file name may contain a backslash.
    if is_windows {
        path.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    }
    while path.starts_with(b"./") {
        let slashes = path[1..].iter().take_while(|byte| **byte == b'/').count();
        path.drain(..1 + slashes);
    }
    path
}

fn uri_on(name: &[u8], is_windows: bool) -> String {
    let path = relative_bytes(name, is_windows);
    match path.as_slice() {
        [letter, b':', rest @ ..] if is_windows && letter.is_ascii_alphabetic() => {
            format!("file:///{}:{}", char::from(*letter), encoded(rest))
        }
        // `//server/share` of Windows: the server is the authority of the URI.
        [b'/', b'/', ..] if is_windows => format!("file:{}", encoded(&path)),
        [b'/', ..] => {
            let slashes = path.iter().take_while(|byte| **byte == b'/').count();
            format!("file:///{}", encoded(&path[slashes..]))
        }
        _ => encoded(&path),
    }
}

/// Encodes all bytes as `%XX` but `/` and the unreserved ones of RFC 3986. A colon is encoded so
/// that no part of a path is read as a scheme.
fn encoded(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes all text");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::PossibleEntries;

    fn key(code: i64, systems: &[&str], catalog: &Catalog) -> CodeKey {
        let is_meant = |id: &EntryId| systems.contains(&catalog.entry(*id).system.as_ref());
        CodeKey { code, entries: PossibleEntries::new(catalog.ids_for_code(code).filter(is_meant)) }
    }

    #[test]
    fn rule_ids_name_systems_only_where_they_must() {
        let catalog = crate::catalog::built_in();
        let rows: [(i64, &[&str], &str); 9] = [
            (6206, &["sdk"], "TIM6206"),
            (-10003, &["server"], "TIM-10003"),
            (120_042, &["server"], "TIM120042"),
            (6707, &[], "TIM6707"),
            (70001, &["server"], "TIM70001"),
            (70001, &["web"], "TIM70001.web"),
            (8020, &["sdk"], "TIM8020.sdk"),
            (8020, &["sdk", "web"], "TIM8020.sdk.web"),
            // A number that only counts with its name, seen without one.
            (0, &[], "TIM0.unknown"),
        ];
        for (code, systems, wanted) in rows {
            assert_eq!(
                rule_id(&key(code, systems, &catalog), &catalog),
                wanted,
                "{code} {systems:?}"
            );
        }
    }

    #[test]
    fn no_two_keys_share_a_rule_id() {
        let catalog = crate::catalog::built_in();
        let mut owners: HashMap<String, CodeKey> = HashMap::new();
        for entry in catalog.entries() {
            let code = entry.codes.first;
            let ids: Vec<EntryId> = catalog.ids_for_code(code).collect();
            for choice in 0..1_u32 << ids.len() {
                let mut bits = (0..).map(|bit| choice >> bit & 1 == 1);
                let chosen = ids.iter().copied().filter(|_| bits.next() == Some(true));
                let key = CodeKey { code, entries: PossibleEntries::new(chosen) };
                let owner = *owners.entry(rule_id(&key, &catalog)).or_insert(key);
                assert_eq!(owner, key);
            }
        }
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        let rows: [(&str, u64); 3] = [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ];
        for (text, wanted) in rows {
            assert_eq!(fnv1a(text.as_bytes()), wanted, "{text}");
        }
    }

    #[test]
    fn fingerprints_are_distinct_and_stable() {
        let rows =
            [("a.log", 6206), ("a.log", 6206), ("a.log", -10003), ("b.log", 6206), ("a.log6", 206)];
        let mut distinct = fingerprints_of(rows).to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), rows.len());
        assert_eq!(fingerprints_of(rows), fingerprints_of(rows));
        // Servers compare it with fingerprints of earlier versions.
        assert_eq!(fingerprints_of(rows)[0], "52284413a3628539");
    }

    fn fingerprints_of(rows: [(&str, i64); 5]) -> [String; 5] {
        let mut fingerprints = Fingerprints::default();
        rows.map(|(path, code)| fingerprints.next(path, code))
    }

    #[test]
    fn paths_become_uris() {
        let rows = [
            ("app.log", "app.log"),
            ("./logs/app.log", "logs/app.log"),
            (".//./app.log", "app.log"),
            ("../app.log", "../app.log"),
            ("stdin", "stdin"),
            ("./stdin", "stdin"),
            ("/var/log/a b.log", "file:///var/log/a%20b.log"),
            ("//var/log/app.log", "file:///var/log/app.log"),
            ("100%.log", "100%25.log"),
            ("javascript:x", "javascript%3Ax"),
            ("C:\\app.log", "C%3A%5Capp.log"),
            ("a?b#c[d].log", "a%3Fb%23c%5Bd%5D.log"),
            ("日志.log", "%E6%97%A5%E5%BF%97.log"),
            ("a\n::error::\u{202e}\"'\0", "a%0A%3A%3Aerror%3A%3A%E2%80%AE%22%27%00"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name.as_bytes(), false), wanted, "{name:?}");
        }
        assert_eq!(uri_on(b"./bad\xff\xe6.log", false), "bad%FF%E6.log");
    }

    #[test]
    fn windows_has_drives_servers_and_backslashes() {
        let rows = [
            ("logs\\app.log", "logs/app.log"),
            (".\\logs\\app.log", "logs/app.log"),
            ("C:\\logs\\a b.log", "file:///C:/logs/a%20b.log"),
            ("\\\\server\\share\\app.log", "file://server/share/app.log"),
            ("\\logs\\app.log", "file:///logs/app.log"),
            ("日", "%E6%97%A5"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name.as_bytes(), true), wanted, "{name:?}");
        }
    }

    #[test]
    fn plain_paths_keep_their_characters() {
        let rows = [("./日 志.log", "日 志.log"), ("/var/log/a.log", "/var/log/a.log")];
        for (name, wanted) in rows {
            assert_eq!(relative_path_on(name, false), wanted, "{name:?}");
        }
    }
}
