//! Options for following files.

use std::time::Duration;

/// Options for following files.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Input")]
pub struct FollowArgs {
    /// Keep reading as the FILEs grow. Survives rotation, truncation and files that don't exist yet
    #[arg(short, long, conflicts_with = "output")]
    pub follow: bool,

    /// With -f, check the files every MS milliseconds
    #[arg(long, value_name = "MS", requires = "follow", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub poll: u64,
}

impl FollowArgs {
    /// How often the files are checked, or None if they are not followed.
    pub fn interval(&self) -> Option<Duration> {
        self.follow.then(|| Duration::from_millis(self.poll))
    }
}
