//! Follows several files at the same time.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use same_file::Handle;

use super::followed_path::{FollowOptions, FollowedPath};
use super::known_files::OtherPaths;
use super::watcher::{Change, Watcher};
use crate::input::feed::ReadOptions;
use crate::input::input_list::InputList;
use crate::input::{Event, Events, FileError, Input};

/// Follows files by their paths. Never ends while one of them can be waited for.
///
/// The blocks of several files come as they are written, in turns. With each new file at a path,
/// [offsets](crate::input::Block::offset) and line numbers start again.
pub struct Follower {
    inputs: InputList,
    pub(super) options: FollowOptions,
    poll_interval: Duration,
    watcher: Option<Box<dyn Watcher>>,
    last_poll: Option<Instant>,
    /// The path of each input.
    paths: Vec<FollowedPath>,
    /// Indices of the paths that may have events, in the order of their turns.
    ready: VecDeque<usize>,
    /// Whether the path at each index is in `ready`.
    is_ready: Vec<bool>,
}

impl Follower {
    /// The default time between two polls of the files.
    pub const POLL_INTERVAL: Duration = Duration::from_millis(100);
    /// How long a file that was replaced is still read, since it was replaced or last grew.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// Logs are rotated less than once in so much time.
    const ROTATION_GAP: Duration = Duration::from_secs(1);

    /// Follows `inputs`. Standard input and streams become errors.
    pub fn new(inputs: impl Into<InputList>) -> Self {
        let inputs = inputs.into();
        let mut follower = Self {
            options: FollowOptions {
                read: ReadOptions { counts_lines: true, ..ReadOptions::default() },
                reads_encoded_files_whole: false,
                patience: Self::PATIENCE,
                rotation_gap: Self::ROTATION_GAP,
            },
            poll_interval: Self::POLL_INTERVAL,
            watcher: None,
            last_poll: None,
            paths: Vec::new(),
            ready: VecDeque::new(),
            is_ready: vec![false; inputs.len()],
            inputs: inputs.clone(),
        };
        for (index, input) in inputs.to_vec().into_iter().enumerate() {
            let path = if let Input::Path(path) = &input { path.clone() } else { PathBuf::new() };
            follower.paths.push(FollowedPath::new(path, index));
            if !matches!(input, Input::Path(_)) {
                follower.paths[index].abandon(FileError::NotFollowable);
                follower.mark_ready(index);
            }
        }
        follower
    }

    /// Sets whether lines are counted. They are by default, which costs a pass over the bytes. If
    /// not, the line numbers and counts of lines are wrong.
    pub fn with_line_numbers(mut self, counts_lines: bool) -> Self {
        self.options.read.counts_lines = counts_lines;
        self
    }

    /// Sets how the inputs are decoded.
    #[cfg(feature = "decode")]
    pub fn with_encoding(mut self, encoding: crate::input::Encoding) -> Self {
        self.options.read.encoding = encoding;
        self
    }

    /// Refuses to read the file `output`: it would grow for ever while it is read.
    pub fn with_output(mut self, output: Option<Handle>) -> Self {
        self.options.read.output = output;
        self
    }

    /// Starts this many lines before the end of each file that exists at the start. A compressed
    /// file or one in UTF-16 is an error then.
    pub fn with_tail(mut self, lines: Option<u64>) -> Self {
        self.options.read.tail = lines;
        self
    }

    /// Starts this many lines before the end, where that is possible, and else at the beginning.
    pub fn with_default_tail(mut self, lines: u64) -> Self {
        self.options.read.tail = Some(lines);
        self.options.reads_encoded_files_whole = true;
        self
    }

    /// Sets the time between two polls of the files.
    pub fn with_poll_interval(mut self, poll_interval: Duration) -> Self {
        self.poll_interval = poll_interval;
        self
    }

    /// Sets how long a file that was replaced is still read.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.options.patience = patience;
        self
    }

    /// Polls early when `watcher` reports a change.
    pub fn with_watcher(mut self, watcher: Box<dyn Watcher>) -> Self {
        self.watcher = Some(watcher);
        self
    }

    /// Polls all paths once.
    fn poll_all(&mut self) {
        for index in 0..self.paths.len() {
            self.poll(index);
        }
        // Taken after the poll, which may take longer than the interval.
        self.last_poll = Some(Instant::now());
    }

    fn poll(&mut self, index: usize) {
        let (before, rest) = self.paths.split_at_mut(index);
        let Some((path, after)) = rest.split_first_mut() else { return };
        if path.poll(&self.options, &OtherPaths { before, after }) {
            self.mark_ready(index);
        }
        self.watch(index);
    }

    /// Watches the files of a path if they have changed.
    fn watch(&mut self, index: usize) {
        if let Some(watcher) = &mut self.watcher {
            self.paths[index].watch(watcher.as_mut());
        }
    }

    fn mark_ready(&mut self, index: usize) {
        if !self.is_ready[index] {
            self.is_ready[index] = true;
            self.ready.push_back(index);
        }
    }

    fn until_next_poll(&self) -> Duration {
        self.last_poll
            .map_or(Duration::ZERO, |poll| self.poll_interval.saturating_sub(poll.elapsed()))
    }
}

impl Events for Follower {
    fn inputs(&self) -> InputList {
        self.inputs.clone()
    }

    /// Returns the next event. Never blocks: without input it returns [`Event::Idle`].
    fn next(&mut self, mut spare: Vec<u8>) -> Option<Event> {
        // Also poll while one file always has more: the others must not wait for it.
        if self.until_next_poll().is_zero() {
            self.poll_all();
        }
        let changes = self.watcher.as_mut().map(|watcher| watcher.changes());
        for change in changes.unwrap_or_default() {
            match change {
                Change::Path(index) => self.poll(index),
                Change::Content(index) if self.paths[index].poll_files(&self.options) => {
                    self.mark_ready(index);
                }
                Change::Content(_) => {}
            }
        }
        while let Some(&index) = self.ready.front() {
            let path = &mut self.paths[index];
            if let Some(event) = path.next(&mut spare, &self.options) {
                if !path.is_in_long_line() {
                    self.ready.rotate_left(1);
                }
                self.watch(index);
                return Some(event);
            }
            self.ready.pop_front();
            self.is_ready[index] = false;
        }
        if self.paths.iter().all(FollowedPath::is_done) {
            return None;
        }
        Some(Event::Idle { spare, pause: self.until_next_poll() })
    }

    /// Always false: [`next`](Self::next) never blocks.
    fn may_wait(&self) -> bool {
        false
    }

    fn skip_file(&mut self, file: usize) {
        self.paths[file].skip();
        self.mark_ready(file);
    }

    fn stop(&mut self) -> Vec<Event> {
        self.paths.iter_mut().flat_map(FollowedPath::stop).collect()
    }
}
