//! Fingerprints: what a finding is known by from one run to the next, whatever line it has moved
//! to.

use std::collections::HashMap;

/// Gives out fingerprints: of the file's name, the code, and how many times the file had the code
/// before.
///
/// No two findings of a document have the same one but for a clash of hashes: 25,000 have one with
/// a chance of 1 in 59 billion.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    seen: HashMap<(String, i64), u64>,
}

impl Fingerprints {
    /// The fingerprint of the next finding of `code` in the file called `path`: 16 hexadecimal
    /// digits.
    pub(crate) fn next(&mut self, path: &str, code: i64) -> String {
        let ordinal = self.seen.entry((path.to_string(), code)).or_default();
        *ordinal += 1;
        // No path holds a NUL, so that the parts cannot run into one another.
        format!("{:016x}", fnv1a(format!("{path}\0{code}\0{ordinal}").as_bytes()))
    }
}

/// The 64-bit FNV-1a hash. Unlike the hasher of the standard library it is the same in every
/// release.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
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
    fn each_finding_has_its_own_and_keeps_it() {
        let rows =
            [("a.log", 6206), ("a.log", 6206), ("a.log", -10003), ("b.log", 6206), ("a.log6", 206)];
        let given = || {
            let mut fingerprints = Fingerprints::default();
            rows.map(|(path, code)| fingerprints.next(path, code))
        };
        let mut distinct = given().to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), rows.len());
        assert_eq!(given(), given());
        // Servers compare with what they kept of earlier runs.
        assert_eq!(given()[0], "52284413a3628539");
    }
}
