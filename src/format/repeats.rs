//! CodeRange that come again in a file.

use std::collections::HashSet;

use crate::detect::Meanings;
use imerr_catalog::string_enum;

string_enum! {
    /// How a code is told that was told before in the same file.
    Repeat {
        /// As the first time.
        Full = "full",
        /// In one line.
        Short = "short",
        /// Not at all.
        None = "none",
    }
}

/// What stands around a line: what comes before it in the output, and what was told further up in the file.
#[derive(Clone, Debug, Default)]
pub struct LineContext {
    /// What each line begins with that is not the log's.
    pub(crate) prefix: String,
    told: HashSet<(i64, Meanings)>,
}

impl LineContext {
    /// How many codes are kept in mind; more are told as if for the first time.
    const LIMIT: usize = 1 << 12;

    /// OccurrenceRecorder that the code of `finding` is told, and returns whether it was before.
    pub(super) fn mark_explained(&mut self, finding: &crate::detect::Finding) -> bool {
        let key = (finding.code, finding.meanings);
        let is_told = self.told.contains(&key);
        if self.told.len() < Self::LIMIT {
            self.told.insert(key);
        }
        is_told
    }

    /// Forgets what was told.
    pub(crate) fn start_file(&mut self) {
        self.told.clear();
    }
}
