//! Options that select lines, or print something else instead of lines.

use imerr::annotate::{LineSelection, Select};

use super::program::number;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Lines")]
pub struct LineArgs {
    /// Print only lines with codes
    #[arg(long)]
    pub only: bool,

    /// Print only lines without codes; also counts for -c, -l and -q
    #[arg(short = 'v', long)]
    pub invert_match: bool,

    /// Print only lines with codes, and NUM lines before each
    #[arg(short = 'B', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub before_context: Option<usize>,

    /// Print only lines with codes, and NUM lines after each
    #[arg(short = 'A', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub after_context: Option<usize>,

    /// The same as -A NUM -B NUM
    #[arg(short = 'C', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub context: Option<usize>,

    /// Stop reading a file after NUM lines with codes, or with -v after NUM lines without
    #[arg(short = 'm', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<u64>)]
    pub max_count: Option<u64>,
}

impl LineArgs {
    /// The selection that the options mean together. Context implies --only, unless -v is given.
    pub fn lines(&self) -> LineSelection {
        let mut lines = LineSelection::default();
        lines.select = if self.invert_match {
            Select::WithoutCodes
        } else if self.only || self.has_context() {
            Select::WithCodes
        } else {
            Select::All
        };
        lines.before = self.before_context.or(self.context).unwrap_or(0);
        lines.after = self.after_context.or(self.context).unwrap_or(0);
        lines.max = self.max_count;
        lines
    }

    /// Whether an option for context is given.
    pub fn has_context(&self) -> bool {
        self.before_context.or(self.after_context).or(self.context).is_some()
    }
}

/// Options that print something else instead of lines. The last one wins.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct ModeArgs {
    /// Print only the number of lines with codes, per file if there are several
    #[arg(short, long, overrides_with_all = ["files_with_matches", "files_without_match", "quiet"])]
    pub count: bool,

    /// Print only the names of files with codes
    #[arg(short = 'l', long, overrides_with_all = ["files_without_match", "quiet"])]
    pub files_with_matches: bool,

    /// Print only the names of files without codes
    #[arg(long, overrides_with = "quiet")]
    pub files_without_match: bool,

    /// Print nothing. Without a gate, exit with status 0 if a code is found and 1 if not
    #[arg(short, long)]
    pub quiet: bool,
}

impl ModeArgs {
    /// The option that replaces lines by other output, if one is given.
    pub fn replaces_lines(&self) -> Option<&'static str> {
        if self.count {
            Some("--count")
        } else if self.files_with_matches {
            Some("--files-with-matches")
        } else if self.files_without_match {
            Some("--files-without-match")
        } else {
            None
        }
    }
}
