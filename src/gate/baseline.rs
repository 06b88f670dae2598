//! Baselines: the counts of an earlier run, for which a gate does not fail again.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::stats::{CodeRow, CodeStats};

/// The counts of an earlier run, by code.
///
/// Its file is `{"schema_version":1,"codes":{"6206":412,...}}`, sorted and with one code per line,
/// so that reviewers can read a change of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema_version: u32,
    pub(super) codes: BTreeMap<i64, u64>,
}

/// The `schema_version` that is written and read.
const VERSION: u32 = 1;

/// Why a baseline cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BaselineError {
    /// The text is not JSON, or its object has other members than a baseline.
    Json(serde_json::Error),
    /// The text is JSON, but no object.
    NotAnObject,
    /// The baseline has another `schema_version`.
    Version(u32),
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "is no baseline: {error}"),
            Self::NotAnObject => {
                f.write_str("is no baseline: an object with schema_version and codes is needed")
            }
            Self::Version(version) => {
                let kind = "is a baseline of schema_version";
                write!(f, "{kind} {version}; this program reads {VERSION}")
            }
        }
    }
}

impl std::error::Error for BaselineError {}

impl Baseline {
    /// The counts in `stats`.
    pub fn new(stats: &CodeStats) -> Self {
        let mut codes = BTreeMap::new();
        for row in &stats.rows {
            *codes.entry(row.key.code).or_default() += row.count;
        }
        Self { schema_version: VERSION, codes }
    }

    /// Parses the text of a baseline file.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline = serde_json::from_str::<Self>(text);
        // serde reads an array as the fields of a struct.
        let is_json = baseline.as_ref().map_or_else(serde_json::Error::is_data, |_| true);
        if is_json && !text.trim_start().starts_with('{') {
            return Err(BaselineError::NotAnObject);
        }
        let baseline = baseline.map_err(BaselineError::Json)?;
        match baseline.schema_version {
            VERSION => Ok(baseline),
            version => Err(BaselineError::Version(version)),
        }
    }

    /// The text of the baseline file.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("numbers are JSON");
        format!("{text}\n")
    }

    /// The codes that were found more often than in the baseline, worst first, each with its
    /// excess. Where a code was found with several meanings, the excess is that of the worst.
    pub(super) fn excess<'s>(
        &self,
        stats: &'s CodeStats,
        catalog: &Catalog,
    ) -> Vec<(&'s CodeRow, u64)> {
        let mut uncovered = self.codes.clone();
        let mut rows = stats.worst_first(catalog);
        // The baseline covers the least severe meaning first, so that it hides nothing severe.
        rows.reverse();
        let mut excess = Vec::new();
        for row in rows {
            let remaining = uncovered.entry(row.key.code).or_default();
            let covered = row.count.min(*remaining);
            *remaining -= covered;
            if row.count > covered {
                excess.push((row, row.count - covered));
            }
        }
        excess.reverse();
        excess
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_baseline_is_read_back() {
        let codes = [(70001, 2), (-10003, 1), (6206, 412)].into();
        let baseline = Baseline { schema_version: 1, codes };
        let text = baseline.to_text();
        let wanted = "{\n  \"schema_version\": 1,\n  \"codes\": {\n    \"-10003\": \
            1,\n    \"6206\": 412,\n    \"70001\": 2\n  }\n}\n";
        assert_eq!(text, wanted);
        assert_eq!(Baseline::parse(&text).ok(), Some(baseline));
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        let not_an_object = "is no baseline: an object with schema_version and codes is needed";
        let rows = [
            ("", "is no baseline: EOF"),
            ("codes", "is no baseline: expected value at line 1 column 1"),
            ("[]", not_an_object),
            ("[1,{}]", not_an_object),
            ("[1,", "is no baseline: EOF"),
            (" 7 ", not_an_object),
            ("{\"schema_version\":1}", "is no baseline: missing field `codes`"),
            ("{\"schema_version\":1,\"codes\":{\"x\":1}}", "is no baseline: "),
            ("{\"schema_version\":1,\"codes\":[]}", "is no baseline: "),
            ("{\"schema_version\":1,\"codes\":{},\"more\":1}", "is no baseline: unknown field"),
            (
                "{\"schema_version\":2,\"codes\":{}}",
                "is a baseline of schema_version 2; this program reads 1",
            ),
        ];
        for (text, wanted) in rows {
            let message = Baseline::parse(text).expect_err(text).to_string();
            assert!(message.starts_with(wanted), "{text}: {message}");
        }
    }
}
