//! Keeps reading files as they grow, by their paths: through rotation, truncation, deletion, and
//! before they exist.
//!
//! Files are polled. Polling works everywhere (network file systems and containers included) and
//! with any number of files. A `watcher` may report changes before that. One file after the other
//! may have a path; each is read to its present end before the next one starts, and kept for a
//! while, since programs may still write to it:
//!
//! * `growing_file` reads one file, and notices truncation by a `content_sample`;
//! * `file_generation` makes blocks of what is read;
//! * `followed_path` looks the path up, and moves from one file to the next;
//! * `rotations` finds the files that had the path between two polls, and `copies` the copy made
//!   before a truncation;
//! * `known_files` recognizes files that were read before, possibly under another path.
//!
//! No follower can see a file that appears and disappears between two polls, nor what was written
//! between the last poll and a truncation, unless the file is still at a number or date after the
//! path, or a copy has the content.

mod content_sample;
mod copies;
mod file_generation;
mod followed_path;
mod follower;
mod growing_file;
mod known_files;
mod rotations;
#[cfg(test)]
mod tests;
mod watcher;

pub use follower::Follower;
pub use watcher::{Change, Watcher};
