//! Which lines of the log come out, and what stands before them.

use imerr::annotate::{LineSelection, Select};

use super::number;

/// Which lines of the log come out.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Which lines")]
pub struct LineArgs {
    /// Print only lines with codes
    #[arg(long)]
    pub only: bool,

    /// Print only lines without codes; -c, -l and -q ask for them too
    #[arg(short = 'v', long)]
    pub invert_match: bool,

    /// Of lines with codes print also NUM lines before each
    #[arg(short = 'B', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub before_context: Option<usize>,

    /// Of lines with codes print also NUM lines behind each
    #[arg(short = 'A', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub after_context: Option<usize>,

    /// The same as -A NUM -B NUM
    #[arg(short = 'C', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<usize>)]
    pub context: Option<usize>,

    /// Stop in each file after NUM lines with codes, with -v after NUM lines without
    #[arg(short = 'm', long, value_name = "NUM", allow_negative_numbers = true, value_parser = number::<u64>)]
    pub max_count: Option<u64>,
}

impl LineArgs {
    /// The ids of its options.
    pub const OPTIONS: [&str; 6] =
        ["only", "invert_match", "before_context", "after_context", "context", "max_count"];

    /// What is meant. Context is that of lines with codes unless -v asks for the others.
    pub fn lines(&self) -> LineSelection {
        let mut lines = LineSelection::default();
        lines.select = match (self.invert_match, self.only || self.has_context()) {
            (true, _) => Select::WithoutCodes,
            (false, true) => Select::WithCodes,
            (false, false) => Select::All,
        };
        lines.before = self.before_context.or(self.context).unwrap_or(0);
        lines.after = self.after_context.or(self.context).unwrap_or(0);
        lines.max = self.max_count;
        lines
    }

    /// Whether lines around those with codes are asked for.
    pub fn has_context(&self) -> bool {
        self.before_context.or(self.after_context).or(self.context).is_some()
    }
}
