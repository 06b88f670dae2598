//! The signals of a run, in bounded memory.
//!
//! Signals of one kind that follow each other in a session are one [`Run`], so that a million
//! findings of a storm take little more memory than one.

use std::collections::HashMap;
use std::sync::Arc;

use super::SessionKind;
use super::merged_sessions::MergedSessions;
use crate::stats::CodeKey;
use crate::timestamp::LocalTimestamp;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Runs that are kept apart. Beyond, all of one kind in a session are one.
    pub runs: usize,
    pub sessions: usize,
    /// Kinds of signal: any number can be an unknown code.
    pub kinds: usize,
    pub excerpts: usize,
    /// Incidents that are kept apart. Beyond, those of one cause are one.
    pub incidents: usize,
}

impl Limits {
    /// Up to these, a diagnosis takes some 30 MiB: a run takes 104 bytes and an incident some 5 KiB
    /// with its part of a document.
    pub const DEFAULT: Self =
        Self { runs: 60_000, sessions: 10_000, kinds: 20_000, excerpts: 10_000, incidents: 2_000 };
}

/// Signals of one kind and session are one run if they are at most so many milliseconds apart.
const MAX_GAP: i64 = 1_000;
/// The same in lines, where a time is missing.
const MAX_GAP_LINES: u64 = 20;
/// Starts that are more milliseconds apart are separate attempts: one failed login prints several
/// lines within two milliseconds.
pub(super) const ATTEMPT_GAP: i64 = 300;
/// The excerpts of each kind of signal in a session.
const EXCERPTS_OF_KIND: u8 = 3;

/// What a signal is: a code with its meanings, or an event by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Code(CodeKey),
    Event(u32),
}

/// Where and when a signal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub file: usize,
    pub line: u64,
    pub time: Option<LocalTimestamp>,
}

/// Signals of one kind that follow each other in a session.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub session: u32,
    pub kind: u32,
    /// The literals of causes that are on the lines.
    pub texts: u32,
    pub count: u64,
    /// How many of them are attempts of their own.
    pub attempts: u32,
    pub first: Point,
    pub last: Point,
    /// The first line.
    pub excerpt: Option<Arc<str>>,
}

/// A session as its lines name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SessionName {
    pub stream: usize,
    pub kind: SessionKind,
    pub key: Box<[u8]>,
    /// For lines of a file in front of the first line with a key: the file. Such a session becomes
    /// a part of another one in the end.
    pub start_of: Option<usize>,
}

impl SessionName {
    pub fn has_key(&self) -> bool {
        self.start_of.is_none()
    }
}

/// The signals of a run in input order.
#[derive(Debug)]
pub(super) struct SignalStore {
    pub limits: Limits,
    pub kinds: Vec<Kind>,
    pub sessions: Vec<SessionName>,
    /// Sessions beyond the limit. The last one of the others has their signals.
    pub merged: MergedSessions,
    pub runs: Vec<Run>,
    /// Findings of kinds that are too many to be kept.
    pub overflowed: u64,
    pub is_coarse: bool,
    kind_ids: HashMap<Kind, u32>,
    session_ids: HashMap<SessionName, u32>,
    /// The last run of each session.
    last_runs: HashMap<u32, usize>,
    /// Beyond the limit: the run of each kind in a session.
    merged_runs: HashMap<(u32, u32, u32), usize>,
    excerpts: HashMap<(u32, u32), u8>,
    excerpt_count: usize,
}

impl SignalStore {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            kinds: Vec::new(),
            sessions: Vec::new(),
            merged: MergedSessions::default(),
            runs: Vec::new(),
            overflowed: 0,
            is_coarse: false,
            kind_ids: HashMap::new(),
            session_ids: HashMap::new(),
            last_runs: HashMap::new(),
            merged_runs: HashMap::new(),
            excerpts: HashMap::new(),
            excerpt_count: 0,
        }
    }

    /// The session with this name. Ids beyond the limit are for [`SignalStore::add`] and
    /// [`SignalStore::kept_session`].
    pub fn session(&mut self, name: SessionName) -> u32 {
        if let Some(&id) = self.session_ids.get(&name) {
            return id;
        }
        if self.sessions.len() >= self.limits.sessions {
            self.is_coarse = true;
            return self.last_session() + self.merged.number(&name);
        }
        let id = self.sessions.len() as u32;
        self.sessions.push(name.clone());
        self.session_ids.insert(name, id);
        id
    }

    /// The last session that can be kept.
    fn last_session(&self) -> u32 {
        self.limits.sessions as u32 - 1
    }

    /// The session that has the signals of another one: beyond the limit, all are one.
    pub fn kept_session(&self, session: u32) -> u32 {
        session.min(self.last_session())
    }

    /// The sessions that have signals of these kinds among the signals of a kept one.
    pub fn sessions_in(&self, session: u32, kinds: impl Iterator<Item = u32>) -> usize {
        if session < self.last_session() { 1 } else { self.merged.with_any(kinds).max(1) }
    }

    /// Adds a signal. `excerpt` makes its line.
    pub fn add(
        &mut self,
        session: u32,
        kind: Kind,
        texts: u32,
        point: Point,
        excerpt: impl FnOnce() -> Arc<str>,
    ) {
        let Some(kind) = self.kind_id(kind) else { return };
        if let Some(number) = session.checked_sub(self.last_session()) {
            self.merged.see(number, kind);
        }
        let session = self.kept_session(session);
        if let Some(&index) = self.last_runs.get(&session)
            && self.runs[index].is_continued_by(kind, texts, &point)
        {
            self.runs[index].extend(point);
            return;
        }
        if self.runs.len() >= self.limits.runs {
            self.add_coarsely(session, kind, texts, point);
            return;
        }
        let excerpt = self.has_room_for_excerpt(session, kind).then(excerpt);
        self.last_runs.insert(session, self.runs.len());
        self.runs.push(Run::new(session, kind, texts, point, excerpt));
    }

    fn kind_id(&mut self, kind: Kind) -> Option<u32> {
        if let Some(&id) = self.kind_ids.get(&kind) {
            return Some(id);
        }
        if self.kinds.len() >= self.limits.kinds {
            self.overflowed += u64::from(matches!(kind, Kind::Code(_)));
            return None;
        }
        let id = self.kinds.len() as u32;
        self.kinds.push(kind);
        self.kind_ids.insert(kind, id);
        Some(id)
    }

    fn has_room_for_excerpt(&mut self, session: u32, kind: u32) -> bool {
        let count = self.excerpts.entry((session, kind)).or_default();
        if *count >= EXCERPTS_OF_KIND || self.excerpt_count >= self.limits.excerpts {
            return false;
        }
        *count += 1;
        self.excerpt_count += 1;
        true
    }

    /// Adds a signal to the last run of its kind in its session, whatever came between.
    fn add_coarsely(&mut self, session: u32, kind: u32, texts: u32, point: Point) {
        if !self.is_coarse || self.merged_runs.is_empty() {
            self.is_coarse = true;
            for (index, run) in self.runs.iter().enumerate() {
                self.merged_runs.insert((run.session, run.kind, run.texts), index);
            }
        }
        if let Some(&index) = self.merged_runs.get(&(session, kind, texts)) {
            self.runs[index].extend(point);
        } else if self.runs.len() < 2 * self.limits.runs {
            self.merged_runs.insert((session, kind, texts), self.runs.len());
            self.runs.push(Run::new(session, kind, texts, point, None));
        } else if let Kind::Code(_) = self.kinds[kind as usize] {
            self.overflowed += 1;
        }
    }
}

impl Run {
    fn new(session: u32, kind: u32, texts: u32, point: Point, excerpt: Option<Arc<str>>) -> Self {
        Self { session, kind, texts, count: 1, attempts: 1, first: point, last: point, excerpt }
    }

    fn is_continued_by(&self, kind: u32, texts: u32, point: &Point) -> bool {
        if self.kind != kind || self.texts != texts || self.last.file != point.file {
            return false;
        }
        match self.last.time.zip(point.time) {
            Some((last, next)) => (0..=MAX_GAP).contains(&(next.millis() - last.millis())),
            None => point.line.abs_diff(self.last.line) <= MAX_GAP_LINES,
        }
    }

    fn extend(&mut self, point: Point) {
        self.count += 1;
        let gap = self.last.time.zip(point.time).map(|(last, next)| next.millis() - last.millis());
        self.attempts += u32::from(gap.is_some_and(|gap| gap > ATTEMPT_GAP));
        self.last = point;
    }
}
