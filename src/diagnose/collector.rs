//! Collects the signals of a run, in input order.

use std::collections::HashMap;
use std::sync::Arc;

use super::clocks::is_other_clock;
use super::session::SessionKey;
use super::signals::{Kind, Limits, Point, SessionName, SignalStore};
use super::streams::{Age, rotation};
use super::surroundings::{Surroundings, SurroundingsReader};
use super::{CauseSet, SessionKind};
use crate::input::{Block, InputList};
use crate::stages::{OccurrenceTimes, Timed};
use crate::stats::{BlockOutcome, EventOccurrence, Occurrence, excerpt};
use crate::timestamp::LocalTimestamp;

/// Collects the signals of a run, whatever its size, in bounded memory.
#[derive(Debug)]
pub struct SignalCollector {
    pub(super) causes: Arc<CauseSet>,
    inputs: InputList,
    key: SessionKey,
    pub(super) files: HashMap<usize, FileState>,
    /// The stream of each name.
    streams: HashMap<String, usize>,
    pub(super) store: SignalStore,
    /// What keeps the lines around signals, if a bundle quotes them.
    surroundings: Option<SurroundingsReader>,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub(super) struct FileState {
    pub stream: usize,
    pub age: Age,
    /// The time of its first signal that has one.
    pub first_time: Option<LocalTimestamp>,
    /// The time of its last signal that has one.
    last_time: Option<LocalTimestamp>,
    /// Whether lines have times of several clocks.
    pub clocks_differ: bool,
    /// The strongest kind of key in it. Weaker ones are not looked for.
    key_kind: SessionKind,
    /// The session of the last line with a key.
    session: Option<u32>,
    /// The first session with a key.
    pub first_session: Option<u32>,
}

impl FileState {
    fn see_time(&mut self, time: Option<LocalTimestamp>) {
        let Some(time) = time else { return };
        self.clocks_differ |= self.last_time.is_some_and(|last| is_other_clock(last, time));
        self.first_time.get_or_insert(time);
        self.last_time = Some(time);
    }

    /// The session of its last line with a key.
    pub fn last_session(&self) -> Option<u32> {
        self.session
    }
}

/// Sets the times of all findings of `block`, which is done, and adds its signals if there is a
/// collector.
pub fn finish_block(
    block: &Block,
    outcome: &mut BlockOutcome,
    times: &mut OccurrenceTimes,
    signals: Option<&mut SignalCollector>,
) {
    match signals {
        Some(signals) => signals.add(block, outcome, times),
        None => times.set_times(block, &mut outcome.occurrences),
    }
    times.end_block(block);
}

impl SignalCollector {
    /// Collects the signals that `causes` refer to. `inputs` has the names of the files.
    pub fn new(causes: Arc<CauseSet>, inputs: InputList, key: SessionKey) -> Self {
        Self {
            causes,
            inputs,
            key,
            files: HashMap::new(),
            streams: HashMap::new(),
            store: SignalStore::new(Limits::DEFAULT),
            surroundings: None,
        }
    }

    /// Keeps the lines around the first signals of each kind in a session, too.
    pub fn with_surroundings(mut self) -> Self {
        self.surroundings = Some(SurroundingsReader::default());
        self
    }

    /// Returns the lines around signals, which are not kept any longer.
    pub fn take_surroundings(&mut self) -> Surroundings {
        self.surroundings.take().map_or(Surroundings::default(), |reader| reader.kept)
    }

    /// The same with other limits.
    #[cfg(test)]
    pub(super) fn with_limits(mut self, limits: Limits) -> Self {
        self.store = SignalStore::new(limits);
        self
    }

    /// Adds the findings and events of `block`, which are all that it has, and sets the times of
    /// the findings.
    pub fn add(&mut self, block: &Block, outcome: &mut BlockOutcome, times: &mut OccurrenceTimes) {
        let mut signals = merge(&mut outcome.occurrences, &outcome.events);
        times.set_times(block, &mut signals);
        let mut last = LineSession::default();
        let mut quoted: Vec<(u64, usize)> = Vec::new();
        for signal in &signals {
            let offset = signal.line_offset();
            if last.offset != Some(offset) {
                let line = line_at(block, offset);
                last =
                    LineSession { offset: Some(offset), session: self.session(block.file, line) };
            }
            if let Some(line) = self.add_signal(block, signal, last.session) {
                // A line that began in an earlier block has its signals without surroundings.
                quoted.extend(offset.checked_sub(block.offset).map(|at| (line, at as usize)));
            }
        }
        if let Some(surroundings) = &mut self.surroundings {
            surroundings.read(block, &quoted);
        }
    }

    /// Returns the number of the line if its text was kept.
    fn add_signal(&mut self, block: &Block, signal: &Signal<'_>, session: u32) -> Option<u64> {
        let (kind, line, time) = match signal {
            Signal::Code(one) => (Kind::Code(one.key), one.line, one.time),
            Signal::Event(one, time) => (Kind::Event(one.event), one.line, *time),
        };
        let text = line_at(block, signal.line_offset());
        let texts = match kind {
            Kind::Code(key) => self.causes.texts_on(text, key.code),
            Kind::Event(_) => 0,
        };
        if let Some(file) = self.files.get_mut(&block.file) {
            file.see_time(time);
        }
        let point = Point { file: block.file, line, time };
        let mut is_kept = false;
        self.store.add(session, kind, texts, point, || {
            is_kept = true;
            excerpt(text.trim_ascii_end())
        });
        is_kept.then_some(line)
    }

    /// The session of a line: that of its key, else that of the line with a key before it.
    fn session(&mut self, file: usize, line: &[u8]) -> u32 {
        if !self.files.contains_key(&file) {
            let state = self.new_file(file);
            self.files.insert(file, state);
        }
        let state = self.files.get_mut(&file).expect("it was inserted");
        let mut name = SessionName {
            stream: state.stream,
            kind: SessionKind::Log,
            key: Box::default(),
            start_of: Some(file),
        };
        if let Some((kind, key)) = self.key.find(line, state.key_kind) {
            state.key_kind = kind;
            name = SessionName { kind, key: key.into(), start_of: None, ..name };
        } else if let Some(session) = state.session {
            return session;
        }
        let has_key = name.has_key();
        let session = self.store.session(name);
        if has_key {
            state.session = Some(session);
            state.first_session = state.first_session.or(Some(session));
        }
        session
    }

    fn new_file(&mut self, file: usize) -> FileState {
        let name = self.inputs.get(file).map_or(String::new(), |input| input.name());
        let rotation = rotation(&name);
        let next = self.streams.len();
        FileState {
            stream: *self.streams.entry(rotation.stream).or_insert(next),
            age: rotation.age,
            first_time: None,
            last_time: None,
            clocks_differ: false,
            key_kind: SessionKind::Log,
            session: None,
            first_session: None,
        }
    }
}

#[derive(Default)]
struct LineSession {
    offset: Option<u64>,
    session: u32,
}

/// A finding or an event.
enum Signal<'o> {
    Code(&'o mut Occurrence),
    Event(EventOccurrence, Option<LocalTimestamp>),
}

impl Timed for Signal<'_> {
    fn line_offset(&self) -> u64 {
        match self {
            Self::Code(occurrence) => occurrence.line_offset,
            Self::Event(event, _) => event.line_offset,
        }
    }

    fn set_time(&mut self, time: Option<LocalTimestamp>, is_of_line_before: bool) {
        match self {
            Self::Code(occurrence) => occurrence.set_time(time, is_of_line_before),
            Self::Event(_, own) => *own = time,
        }
    }
}

/// Findings and events in the order of lines. The events of a line come first: it says what
/// happened, and with which code.
fn merge<'o>(occurrences: &'o mut [Occurrence], events: &[EventOccurrence]) -> Vec<Signal<'o>> {
    let mut signals = Vec::with_capacity(occurrences.len() + events.len());
    let mut events = events.iter().peekable();
    for occurrence in occurrences {
        while let Some(event) = events.next_if(|one| one.line_offset <= occurrence.line_offset) {
            signals.push(Signal::Event(*event, None));
        }
        signals.push(Signal::Code(occurrence));
    }
    signals.extend(events.map(|event| Signal::Event(*event, None)));
    signals
}

/// The line at `offset` in the file; empty if it began in an earlier block.
fn line_at(block: &Block, offset: u64) -> &[u8] {
    let Some(start) = offset.checked_sub(block.offset) else { return &[] };
    let line = block.bytes().get(start as usize..).unwrap_or_default();
    &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())]
}
