//! Following files by their names while they are written: rotated, cut off, deleted and made again, or not there yet.
//!
//! Files are looked at in intervals, which works everywhere (network file systems and containers included) and with any number of
//! files. Under a name there stands one file after the other; each is read to its end before the next one begins:
//!
//! * [`growing`] reads one file, notices that it was cut off by its [`witness`], and reads on in the [`copy`] that was made before;
//! * [`incarnation`] makes blocks of what is read;
//! * [`name`] tells what stands under a name now, and [`skipped`] what stood there between two looks; [`followed`] goes from one
//!   file to the next.
//!
//! No follower can see a file that comes and goes between two looks, nor what was written between the last look and the moment in
//! which the file was cut off, unless it stands at a number behind the name, or a copy holds it.

mod copy;
mod followed;
mod growing;
mod incarnation;
mod name;
mod skipped;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use same_file::Handle;

use super::encoding::Encoding;
use super::error::FileError;
use super::events::{Event, Events, Input};
use super::tail::Tail;
use followed::Followed;

/// Follows files by their names, and never ends as long as one of them can be waited for.
///
/// The blocks of several files come as they are written, in turns. With each file that stands under a name
/// [offsets](super::Block::offset) and line numbers begin anew.
pub struct Follower {
    inputs: Arc<[Input]>,
    settings: Settings,
    poll: Duration,
    looked: Option<Instant>,
    files: Vec<Followed>,
    /// Files that may have something to tell, whose turn it is first.
    ready: VecDeque<usize>,
    /// Whether each file is among those.
    is_ready: Vec<bool>,
    /// What is told before anything else.
    refused: VecDeque<Event>,
}

/// What holds for all files.
struct Settings {
    counts_lines: bool,
    output: Option<Handle>,
    tail: Option<u64>,
    encoding: Encoding,
}

impl Settings {
    fn tail(&self) -> Option<Tail> {
        self.tail.map(|lines| Tail {
            lines,
            counts_lines: self.counts_lines,
            encoding: self.encoding,
            is_followed: true,
        })
    }
}

impl Follower {
    /// How often files are looked at by default.
    pub const POLL: Duration = Duration::from_millis(100);

    /// Follows `inputs`; standard input is refused. `counts_lines` asks for the line numbers of blocks; they cost a pass over
    /// the bytes.
    pub fn new(inputs: impl Into<Arc<[Input]>>, counts_lines: bool) -> Self {
        let inputs = inputs.into();
        let (mut files, mut refused) = (Vec::new(), VecDeque::new());
        for (place, input) in inputs.iter().enumerate() {
            match input {
                Input::Stdin | Input::Stream(_) => {
                    refused.push_back(Event::Failed(place, FileError::NoFile))
                }
                Input::Path(path) => files.push(Followed::new(path.clone(), place)),
            }
        }
        let settings =
            Settings { counts_lines, output: None, tail: None, encoding: Encoding::default() };
        let is_ready = vec![false; files.len()];
        Self {
            inputs,
            settings,
            poll: Self::POLL,
            looked: None,
            files,
            ready: VecDeque::new(),
            is_ready,
            refused,
        }
    }

    /// The same follower, which takes its inputs to be in `encoding`.
    #[cfg(feature = "decode")]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.settings.encoding = encoding;
        self
    }

    /// The same follower, which refuses to read the file that the output goes to: it would grow for ever.
    pub fn with_output(mut self, output: Option<Handle>) -> Self {
        self.settings.output = output;
        self
    }

    /// The same follower, which begins so many lines before the end of each file that is there at the start.
    pub fn with_tail(mut self, tail: Option<u64>) -> Self {
        self.settings.tail = tail;
        self
    }

    /// The same follower, which looks at the files in intervals of `poll`.
    pub fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }

    /// Looks once at all files.
    fn look(&mut self) {
        for (place, file) in self.files.iter_mut().enumerate() {
            if file.look(&self.settings) && !std::mem::replace(&mut self.is_ready[place], true) {
                self.ready.push_back(place);
            }
        }
        // Behind the look, which may take longer than the interval.
        self.looked = Some(Instant::now());
    }

    /// How long it is until the next look.
    fn until_next_look(&self) -> Duration {
        self.looked.map_or(Duration::ZERO, |looked| self.poll.saturating_sub(looked.elapsed()))
    }
}

impl Events for Follower {
    fn inputs(&self) -> Arc<[Input]> {
        Arc::clone(&self.inputs)
    }

    /// The next event; never waits, but may come with [`Event::Idle`].
    fn next(&mut self, mut spare: Vec<u8>) -> Option<Event> {
        if let Some(event) = self.refused.pop_front() {
            return Some(event);
        }
        // Also while one file has always more: the others must not wait for it.
        if self.until_next_look().is_zero() {
            self.look();
        }
        while let Some(&place) = self.ready.front() {
            let file = &mut self.files[place];
            match file.next(&mut spare, &self.settings) {
                Some(event) => {
                    if !file.is_in_long_line() {
                        self.ready.rotate_left(1);
                    }
                    return Some(event);
                }
                None => {
                    self.ready.pop_front();
                    self.is_ready[place] = false;
                }
            }
        }
        let is_over = self.files.iter().all(Followed::is_given_up);
        (!is_over).then(|| Event::Idle(spare, self.until_next_look()))
    }

    /// Files do not keep a reader waiting.
    fn may_wait(&self) -> bool {
        false
    }

    fn skip_file(&mut self, file: usize) {
        for (place, followed) in
            self.files.iter_mut().enumerate().filter(|(_, followed)| followed.is_of(file))
        {
            followed.leave();
            if !std::mem::replace(&mut self.is_ready[place], true) {
                self.ready.push_back(place);
            }
        }
    }

    fn stop(&mut self) -> Vec<Event> {
        self.files.iter_mut().flat_map(Followed::stop).collect()
    }
}
