//! Follows several files at the same time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use same_file::Handle;

use super::followed_path::FollowedPath;
use crate::input::encoding::Encoding;
use crate::input::error::FileError;
use crate::input::events::{Event, Events, Input};
use crate::input::tail::Tail;

/// Follows files by their paths. Never ends while one of them can be waited for.
///
/// The blocks of several files come as they are written, in turns. With each new file at a path,
/// [offsets](crate::input::Block::offset) and line numbers start again.
pub struct Follower {
    inputs: Arc<[Input]>,
    settings: FollowSettings,
    poll: Duration,
    last_look: Option<Instant>,
    files: Vec<FollowedPath>,
    /// Indices of the files that may have events, in the order of their turns.
    ready: VecDeque<usize>,
    /// Whether the file at each index is in `ready`.
    is_ready: Vec<bool>,
    /// Errors of inputs that cannot be followed. They come first.
    rejected: VecDeque<Event>,
}

/// Settings that all files share.
pub(super) struct FollowSettings {
    pub(super) counts_lines: bool,
    pub(super) output: Option<Handle>,
    tail: Option<u64>,
    pub(super) encoding: Encoding,
}

impl FollowSettings {
    pub(super) fn tail(&self) -> Option<Tail> {
        self.tail.map(|lines| Tail {
            lines,
            counts_lines: self.counts_lines,
            encoding: self.encoding,
            is_followed: true,
        })
    }
}

impl Follower {
    /// The default time between two looks at the files.
    pub const POLL: Duration = Duration::from_millis(100);

    /// Follows `inputs`. Standard input and streams become errors. `counts_lines` asks for line
    /// numbers in blocks; counting costs a pass over the bytes.
    pub fn new(inputs: impl Into<Arc<[Input]>>, counts_lines: bool) -> Self {
        let inputs = inputs.into();
        let mut files = Vec::new();
        let mut rejected = VecDeque::new();
        for (index, input) in inputs.iter().enumerate() {
            match input {
                Input::Stdin | Input::Stream(_) => {
                    rejected.push_back(Event::Failed(index, FileError::NotFollowable));
                }
                Input::Path(path) => files.push(FollowedPath::new(path.clone(), index)),
            }
        }
        Self {
            inputs,
            settings: FollowSettings {
                counts_lines,
                output: None,
                tail: None,
                encoding: Encoding::default(),
            },
            poll: Self::POLL,
            last_look: None,
            is_ready: vec![false; files.len()],
            files,
            ready: VecDeque::new(),
            rejected,
        }
    }

    /// Sets how the inputs are decoded.
    #[cfg(feature = "decode")]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.settings.encoding = encoding;
        self
    }

    /// Refuses to read the file `output`: it would grow for ever while it is read.
    pub fn with_output(mut self, output: Option<Handle>) -> Self {
        self.settings.output = output;
        self
    }

    /// Starts this many lines before the end of each file that exists at the start.
    pub fn with_tail(mut self, lines: Option<u64>) -> Self {
        self.settings.tail = lines;
        self
    }

    /// Sets the time between two looks at the files.
    pub fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }

    /// Looks at all files once.
    fn look(&mut self) {
        for index in 0..self.files.len() {
            if self.files[index].look(&self.settings) {
                self.mark_ready(index);
            }
        }
        // Taken after the look, which may take longer than the interval.
        self.last_look = Some(Instant::now());
    }

    fn mark_ready(&mut self, index: usize) {
        if !self.is_ready[index] {
            self.is_ready[index] = true;
            self.ready.push_back(index);
        }
    }

    fn until_next_look(&self) -> Duration {
        self.last_look.map_or(Duration::ZERO, |look| self.poll.saturating_sub(look.elapsed()))
    }
}

impl Events for Follower {
    fn inputs(&self) -> Arc<[Input]> {
        Arc::clone(&self.inputs)
    }

    /// Returns the next event. Never blocks: without input it returns [`Event::Idle`].
    fn next(&mut self, mut spare: Vec<u8>) -> Option<Event> {
        if let Some(event) = self.rejected.pop_front() {
            return Some(event);
        }
        // Also look while one file always has more: the others must not wait for it.
        if self.until_next_look().is_zero() {
            self.look();
        }
        while let Some(&index) = self.ready.front() {
            let file = &mut self.files[index];
            if let Some(event) = file.next(&mut spare, &self.settings) {
                if !file.is_in_long_line() {
                    self.ready.rotate_left(1);
                }
                return Some(event);
            }
            self.ready.pop_front();
            self.is_ready[index] = false;
        }
        if self.files.iter().all(FollowedPath::is_abandoned) {
            return None;
        }
        Some(Event::Idle(spare, self.until_next_look()))
    }

    /// Always false: [`next`](Self::next) never blocks.
    fn may_wait(&self) -> bool {
        false
    }

    fn skip_file(&mut self, file: usize) {
        for index in 0..self.files.len() {
            if self.files[index].input_index() == file {
                self.files[index].skip();
                self.mark_ready(index);
            }
        }
    }

    fn stop(&mut self) -> Vec<Event> {
        self.files.iter_mut().flat_map(FollowedPath::stop).collect()
    }
}
