//! What the output for a line depends on besides the line.

use std::collections::HashSet;

use imerr_catalog::string_enum;

use crate::detect::{Finding, Meanings};

string_enum! {
    /// How a code is explained that was explained earlier in the same file.
    Repeat {
        /// In full, like the first time.
        Full = "full",
        /// In one line.
        Short = "short",
        /// Not at all.
        None = "none",
    }
}

/// The prefix of a line in the output, and the codes that were explained earlier in its file.
#[derive(Clone, Debug, Default)]
pub struct LineContext {
    /// The file name and line number in front of each line, without colors.
    pub(crate) prefix: String,
    explained: HashSet<(i64, Meanings)>,
}

impl LineContext {
    /// The most codes that are remembered, so that memory is bounded. Further ones are explained in
    /// full each time.
    const LIMIT: usize = 1 << 12;

    /// Records that the code of `finding` is explained now. Returns whether it already was.
    pub(super) fn mark_explained(&mut self, finding: &Finding) -> bool {
        let key = (finding.code, finding.meanings);
        let was_explained = self.explained.contains(&key);
        if self.explained.len() < Self::LIMIT {
            self.explained.insert(key);
        }
        was_explained
    }

    /// Forgets the codes of the file before.
    pub(crate) fn start_file(&mut self) {
        self.explained.clear();
    }
}
