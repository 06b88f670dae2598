//! Files that are still written.

use std::time::Duration;

/// Whether and how files are followed.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Input")]
pub struct FollowArgs {
    /// Go on with what is written to the FILEs: also when they are rotated, cut off, deleted and made again, or not there yet
    #[arg(short, long, conflicts_with = "output")]
    pub follow: bool,

    /// With -f, look at the files every MS milliseconds
    #[arg(long, value_name = "MS", requires = "follow", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub poll: u64,
}

impl FollowArgs {
    /// How often to look at the files, if they are followed.
    pub fn interval(&self) -> Option<Duration> {
        self.follow.then(|| Duration::from_millis(self.poll))
    }
}
