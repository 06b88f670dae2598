//! Counts that add up over blocks, files and workers.

/// Counts of a block, a file or a whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Files that were read to their end.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Lines read; 0 when lines are not counted.
    pub lines: u64,
    /// Lines with a finding.
    pub matched_lines: u64,
    /// Lines that were asked for: those with a finding, or those without.
    pub selected_lines: u64,
    /// Findings.
    pub matches: u64,
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.matched_lines += other.matched_lines;
        self.selected_lines += other.selected_lines;
        self.matches += other.matches;
    }
}
