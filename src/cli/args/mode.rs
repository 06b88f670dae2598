//! Options that print something else instead of lines.

/// Options that print something else instead of lines. The last one wins.
#[derive(Debug, clap::Args)]
#[group(skip)]
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
    /// The ids of its options.
    pub const OPTIONS: [&str; 4] = ["count", "files_with_matches", "files_without_match", "quiet"];

    /// The option that replaces lines by other output, if one is given.
    pub fn short(&self) -> Option<&'static str> {
        let asked = [
            (self.count, "--count"),
            (self.files_with_matches, "--files-with-matches"),
            (self.files_without_match, "--files-without-match"),
        ];
        asked.into_iter().find(|(is_asked, _)| *is_asked).map(|(_, name)| name)
    }
}
