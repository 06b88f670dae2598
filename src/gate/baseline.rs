//! How often each code was seen before: what a gate does not fail for again.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::stats::{CodeRow, CodeStats};

/// Counts of an earlier run, by code.
///
/// In a file it is `{"schema_version":1,"codes":{"6206":412,...}}`, sorted by code and one code a line, so that a change of it
/// can be read in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema_version: u32,
    codes: BTreeMap<i64, u64>,
}

/// A baseline cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BaselineError {
    /// It is no JSON of this shape.
    Json(serde_json::Error),
    /// It was written by a program that counts otherwise.
    Version(u32),
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What the reader of JSON says of something that is no object names a type of the program.
            Self::Json(error) if error.to_string().contains("expected struct") => {
                write!(f, "is no baseline: an object with schema_version and codes is needed")
            }
            Self::Json(error) => write!(f, "is no baseline: {error}"),
            Self::Version(version) => {
                write!(
                    f,
                    "is a baseline of schema_version {version}; this program reads {}",
                    Baseline::VERSION
                )
            }
        }
    }
}

impl std::error::Error for BaselineError {}

impl Baseline {
    /// The `schema_version` that is written and read.
    pub const VERSION: u32 = 1;

    /// The counts of what was seen.
    pub fn of(tally: &CodeStats) -> Self {
        let mut codes = BTreeMap::new();
        for row in tally.rows() {
            *codes.entry(row.key.code).or_default() += row.count;
        }
        Self { schema_version: Self::VERSION, codes }
    }

    /// Reads a baseline from its file's text.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text).map_err(BaselineError::Json)?;
        if baseline.schema_version == Self::VERSION {
            Ok(baseline)
        } else {
            Err(BaselineError::Version(baseline.schema_version))
        }
    }

    /// The codes that it holds.
    pub(super) fn codes(&self) -> impl Iterator<Item = i64> {
        self.codes.keys().copied()
    }

    /// The text of its file.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("numbers are JSON");
        format!("{text}\n")
    }

    /// What was seen more often than here, worst first, and how much more. Where a code was found with several meanings, the
    /// excess is that of the worst.
    pub(super) fn beyond<'t>(
        &self,
        tally: &'t CodeStats,
        catalog: &Catalog,
    ) -> Vec<(&'t CodeRow, u64)> {
        let mut known = self.codes.clone();
        let mut rows = tally.worst_first(catalog);
        // What was there before is taken from the least severe first, so that nothing severe hides behind it.
        rows.reverse();
        let mut beyond = Vec::new();
        for row in rows {
            let known = known.entry(row.key.code).or_default();
            let covered = row.count.min(*known);
            *known -= covered;
            if row.count > covered {
                beyond.push((row, row.count - covered));
            }
        }
        beyond.reverse();
        beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_read_as_it_is_written() {
        let baseline =
            Baseline { schema_version: 1, codes: [(70001, 2), (-10003, 1), (6206, 412)].into() };
        let text = baseline.to_text();
        assert_eq!(
            text,
            "{\n  \"schema_version\": 1,\n  \"codes\": {\n    \"-10003\": 1,\n    \"6206\": 412,\n    \"70001\": 2\n  }\n}\n"
        );
        assert_eq!(Baseline::read(&text).ok(), Some(baseline));
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        let rows = [
            ("", "is no baseline: EOF"),
            ("[]", "is no baseline: an object with schema_version and codes is needed"),
            ("{\"schema_version\":1}", "missing field `codes`"),
            ("{\"schema_version\":1,\"codes\":{\"x\":1}}", "is no baseline"),
            ("{\"schema_version\":1,\"codes\":{},\"more\":1}", "unknown field"),
            ("{\"schema_version\":2,\"codes\":{}}", "schema_version 2; this program reads 1"),
        ];
        for (text, wanted) in rows {
            let told = Baseline::read(text).expect_err(text).to_string();
            assert!(told.contains(wanted), "{text}: {told}");
        }
    }
}
