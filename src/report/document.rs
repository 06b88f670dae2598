//! The trait of all kinds of documents.

use std::io::{self, Write};

use super::ReportData;

/// A kind of document about a run.
pub trait Report: std::fmt::Debug + Send + Sync {
    /// How many occurrences the document lists at most; 0 if it needs only counts.
    fn occurrences(&self) -> usize {
        0
    }

    /// Whether it quotes lines of the log.
    fn needs_excerpts(&self) -> bool {
        false
    }

    /// Writes the document. Fails only if `out` does.
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::report::{Gitlab, Junit, Sarif};
    use crate::testutil::TestRun;

    #[test]
    fn the_same_log_gives_the_same_bytes() {
        let lines = catalog::built_in()
            .entries()
            .iter()
            .map(|entry| format!("imsdk code:{} \n", entry.codes.first))
            .collect::<String>();
        let logs = [("a.log", &lines), ("b.log", &lines)];
        let reports: [&dyn Report; 3] = [&Gitlab, &Junit, &Sarif];
        for report in reports {
            let document = || TestRun::from_logs(&logs, 2000).document(report);
            assert_eq!(document(), document(), "{report:?}");
        }
    }
}
