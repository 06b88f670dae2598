//! The result of a diagnosis. Documents are made from it in any language: it has no texts but those
//! of causes, and lines of the log.

use std::sync::Arc;

use imerr_catalog::causes::{Cause, Event};
use imerr_catalog::string_enum;

use crate::detect::Confidence;
use crate::stats::CodeKey;
use crate::timestamp::LocalTimestamp;

/// What went wrong in a run.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The causes that incidents refer to by index.
    pub causes: Arc<[Cause]>,
    /// The events that signals refer to by name.
    pub events: Arc<[Event]>,
    /// The incidents by time and place: those of one stream in its order. Of thousands, the later
    /// ones of a cause are counted in the last one that is kept.
    pub incidents: Vec<Incident>,
    /// The causes with an incident, in the order of their first ones.
    pub counts: Vec<CauseCount>,
    /// The cause that explains most of the findings; None without an incident.
    pub verdict: Option<Verdict>,
    /// The codes of findings that belong to no incident, the worst severity first, then by count.
    pub not_explained: Vec<NotExplained>,
    /// The sessions with an incident, which incidents refer to by index.
    pub sessions: Vec<Session>,
    /// The logs, each with its rotations.
    pub streams: Vec<Stream>,
    /// All findings. Each is in exactly one incident or not explained.
    pub findings: u64,
    /// Whether there were too many signals to keep them all apart, so that incidents may be
    /// coarser and may lack findings.
    pub is_coarse: bool,
    /// Findings that were too many to be kept, among those not explained.
    pub overflowed: u64,
}

/// The cause that explains most of the findings, in all its incidents. A finding of a cause that
/// blocks the app for a minute or more counts 16 times one of another fault, and that twice one of
/// what is no fault, such as a muted sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The cause.
    pub count: CauseCount,
    /// Why it is this one; None if there is no other cause.
    pub reason: Option<VerdictReason>,
}

string_enum! {
    /// Why a cause is named before the others.
    VerdictReason {
        /// It explains more findings than any other one.
        MostFindings = "most-findings",
        /// Others explain as many findings, but are no faults.
        Fault = "fault",
        /// Others explain as many findings, but of single requests: while this one lasts, hardly
        /// any request works.
        Blocks = "blocks",
        /// Others explain as many findings, and come later.
        First = "first",
    }
}

/// How much there is of a cause, in all its incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CauseCount {
    /// The index of the cause.
    pub cause: usize,
    /// The index of its first incident.
    pub incident: usize,
    /// The number of its incidents.
    pub incidents: usize,
    /// The number of sessions with one.
    pub sessions: usize,
    /// The findings that started them.
    pub starts: u64,
    /// The findings that followed from them.
    pub consequences: u64,
}

impl CauseCount {
    /// The findings that belong to its incidents.
    pub fn findings(&self) -> u64 {
        self.starts + self.consequences
    }
}

/// One occurrence of a cause in a session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Incident {
    /// The index of its cause.
    pub cause: usize,
    /// The index of its session.
    pub session: usize,
    /// Where it starts.
    pub first: Place,
    /// The last signal that belongs to it.
    pub last: Place,
    /// The findings and events that started it, in the order in which they first occurred.
    pub starts: Vec<SignalCount>,
    /// The findings that followed from it, in the order in which they first occurred.
    pub consequences: Vec<Consequence>,
    /// How it ended.
    pub ending: Ending,
    /// How often the cause recurred, if it does; otherwise 1.
    pub rounds: u64,
    /// Whether it is a storm of attempts.
    pub is_storm: bool,
    /// How sure it is. High: its session and its times are known.
    pub confidence: Confidence,
    /// Whether it was decided by the absence of an event, in a session whose beginning is not in
    /// the log.
    pub is_beginning_unknown: bool,
    /// Whether its lines have times of several clocks, such as UTC and local time. Then the order
    /// of lines counts, and its times cannot be compared.
    pub clocks_differ: bool,
    /// The first lines of its first signals: at most [`Incident::EXCERPTS`].
    pub excerpts: Vec<(Place, Arc<str>)>,
    /// Tickets of a team about the same.
    pub known: Vec<KnownTicket>,
}

impl Incident {
    /// The most excerpts.
    pub const EXCERPTS: usize = 8;

    /// The times of its first and its last signal; one time where they cannot be compared.
    pub fn time_span(&self) -> Option<(LocalTimestamp, LocalTimestamp)> {
        let first = self.first.time?;
        let last = self.last.time.filter(|last| !self.clocks_differ && *last > first);
        Some((first, last.unwrap_or(first)))
    }

    /// The findings that started it.
    pub fn start_findings(&self) -> u64 {
        let is_code = |start: &&SignalCount| matches!(start.kind, SignalKind::Code(_));
        self.starts.iter().filter(is_code).map(|start| start.count).sum()
    }

    /// The signals that started it, events included.
    pub fn start_signals(&self) -> u64 {
        self.starts.iter().map(|start| start.count).sum()
    }

    /// The findings that followed from it.
    pub fn consequence_count(&self) -> u64 {
        self.consequences.iter().map(|one| one.signals.count).sum()
    }

    /// Adds the counts of a later incident of the same cause, which is not kept.
    pub(super) fn merge(&mut self, later: Self) {
        for one in later.starts {
            match self.starts.iter_mut().find(|start| start.kind == one.kind) {
                Some(start) => start.extend(&one),
                None => self.starts.push(one),
            }
        }
        for one in later.consequences {
            let kind = &one.signals.kind;
            match self.consequences.iter_mut().find(|other| other.signals.kind == *kind) {
                Some(other) => other.signals.extend(&one.signals),
                None => self.consequences.push(one),
            }
        }
        self.last = later.last;
        self.ending = later.ending;
        self.is_storm |= later.is_storm;
        self.clocks_differ |= later.clocks_differ;
    }

    /// The findings that belong to it.
    pub fn findings(&self) -> u64 {
        self.start_findings() + self.consequence_count()
    }
}

/// A place in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, as an index into the list of inputs.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// The time of the line, if it is known.
    pub time: Option<LocalTimestamp>,
}

/// What a signal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// A finding of a code.
    Code(CodeKey),
    /// An event of this name.
    Event(Arc<str>),
}

/// Signals of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalCount {
    /// What they are.
    pub kind: SignalKind,
    /// Their number.
    pub count: u64,
    /// The first one.
    pub first: Place,
    /// The last one.
    pub last: Place,
}

impl SignalCount {
    fn extend(&mut self, later: &Self) {
        self.count += later.count;
        self.last = later.last;
    }
}

/// Findings of one code that followed from an incident. They are in its session, and no event that
/// ends it came before them. They come after its first start, or so shortly before it as the cause
/// allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consequence {
    /// The findings.
    pub signals: SignalCount,
    /// How far the first one is after the last start before it.
    pub after: Distance,
}

/// How far a signal is after another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// In milliseconds.
    Time(i64),
    /// In lines, where a time is missing or of another clock.
    Lines(u64),
    /// It is shortly before all starts.
    Before,
}

/// How an incident ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With an event, at a place.
    Event(Arc<str>, Place),
    /// Nothing of it was seen any more, though the log goes on.
    Quiet,
    /// A new session of the same app or user began.
    NewSession,
    /// The log ended before.
    EndOfLog,
}

impl Ending {
    /// What JSON calls it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Event(..) => "event",
            Self::Quiet => "quiet",
            Self::NewSession => "new-session",
            Self::EndOfLog => "end-of-log",
        }
    }
}

/// A code of which findings belong to no incident.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotExplained {
    /// The code and its meanings.
    pub key: CodeKey,
    /// The number of findings.
    pub count: u64,
    /// The first one.
    pub first: Place,
    /// The last one.
    pub last: Place,
    /// The index of a cause that such findings follow from, if the log may begin after it.
    pub begins_after: Option<usize>,
}

/// One run of one app, or one user of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// What it is known by.
    pub kind: SessionKind,
    /// The process id, user or other key; empty if it is a whole log.
    pub key: Arc<str>,
    /// The index of its stream.
    pub stream: usize,
}

string_enum! {
    /// What a session is known by.
    SessionKind {
        /// The pattern of the user.
        Custom = "custom",
        /// The id of the process.
        Process = "process",
        /// The user.
        User = "user",
        /// The SDKAppID.
        App = "app",
        /// The log: its lines show none of these.
        Log = "log",
    }
}

/// A log and its rotations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stream {
    /// The files with signals, the oldest first, as indexes into the list of inputs.
    pub files: Vec<usize>,
    /// The number of its sessions.
    pub sessions: usize,
}

/// A ticket about an incident that was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTicket {
    /// The address or the number of the ticket.
    pub ticket: String,
    /// What the team wrote about it.
    pub note: Option<String>,
}

impl Diagnosis {
    /// The cause of an incident.
    pub fn cause(&self, incident: &Incident) -> &Cause {
        &self.causes[incident.cause]
    }

    /// The event of this name. A diagnosis refers to no other ones.
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.name == name)
    }

    /// The session of an incident.
    pub fn session(&self, incident: &Incident) -> &Session {
        &self.sessions[incident.session]
    }

    /// The findings that belong to no incident.
    pub fn not_explained_count(&self) -> u64 {
        self.not_explained.iter().map(|one| one.count).sum::<u64>() + self.overflowed
    }

    /// The findings that belong to an incident.
    pub(crate) fn explained(&self) -> u64 {
        self.findings - self.not_explained_count()
    }

    /// Whether no incident explains most of the findings, so that no cause is the answer.
    pub(crate) fn explains_little(&self) -> bool {
        2 * self.explained() < self.findings
    }

    /// Replaces the index of each file by its place in `places`.
    #[doc(hidden)]
    pub fn renumber_files(&mut self, places: &[usize]) {
        let renumber = |place: &mut Place| place.file = places[place.file];
        for incident in &mut self.incidents {
            renumber(&mut incident.first);
            renumber(&mut incident.last);
            if let Ending::Event(_, place) = &mut incident.ending {
                renumber(place);
            }
            let consequences = incident.consequences.iter_mut().map(|one| &mut one.signals);
            for count in incident.starts.iter_mut().chain(consequences) {
                renumber(&mut count.first);
                renumber(&mut count.last);
            }
            incident.excerpts.iter_mut().for_each(|(place, _)| renumber(place));
        }
        for one in &mut self.not_explained {
            renumber(&mut one.first);
            renumber(&mut one.last);
        }
        for stream in &mut self.streams {
            stream.files.iter_mut().for_each(|file| *file = places[*file]);
        }
    }
}
