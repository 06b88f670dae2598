//! Sessions beyond the limit, of which the diagnosis sees one: how many there are.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::signals::SessionName;

/// The most sessions that are counted. They and the kinds of their signals take about 10 MiB.
const LIMIT: usize = 200_000;

/// Counts sessions without keeping their names.
#[derive(Debug, Default)]
pub(super) struct MergedSessions {
    /// The number of each session by a hash of its name.
    numbers: HashMap<u64, u32>,
    of_stream: HashMap<usize, usize>,
    /// Sessions and the kinds of their signals.
    seen: HashSet<(u32, u32)>,
    with_kind: HashMap<u32, usize>,
}

impl MergedSessions {
    /// The number of the session with this name, from 1.
    pub fn number(&mut self, name: &SessionName) -> u32 {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(&number) = self.numbers.get(&hash) {
            return number;
        }
        let number = self.numbers.len().min(LIMIT - 1) as u32 + 1;
        if self.numbers.len() < LIMIT {
            self.numbers.insert(hash, number);
            *self.of_stream.entry(name.stream).or_default() += usize::from(name.has_key());
        }
        number
    }

    /// Counts a signal of a session.
    pub fn see(&mut self, number: u32, kind: u32) {
        if self.seen.len() < 2 * LIMIT && self.seen.insert((number, kind)) {
            *self.with_kind.entry(kind).or_default() += 1;
        }
    }

    /// The sessions with a signal of one of these kinds: at least those with the most frequent one.
    pub fn with_any(&self, kinds: impl Iterator<Item = u32>) -> usize {
        kinds.filter_map(|kind| self.with_kind.get(&kind)).copied().max().unwrap_or(0)
    }

    /// The sessions of a stream that have a key.
    pub fn of_stream(&self, stream: usize) -> usize {
        self.of_stream.get(&stream).copied().unwrap_or(0)
    }
}
