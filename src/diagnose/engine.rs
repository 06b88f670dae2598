//! Makes a diagnosis of the signals of a run: session by session, cause by cause.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::clocks::Clocks;
use super::collector::SignalCollector;
use super::machine::{Draft, DraftEnding, Roles, incidents};
use super::order::{file_order, sessions, streams};
use super::signals::{Kind, Point, Run, SignalStore};
use super::verdict::{Tally, counts, verdict};
use super::{
    Cause, CauseSet, Consequence, Diagnosis, Distance, Ending, Event, Incident, NotExplained,
    Place, Session, SessionKind, SignalCount, SignalKind, Stream,
};
use crate::catalog::Catalog;
use crate::detect::Confidence;
use crate::stats::CodeKey;

/// Applies the causes of a collector to its signals. `catalog` is that of the detector.
///
/// The causes are applied to each session by rank, the highest first. A finding that one of them
/// takes is not offered to the next.
pub fn diagnose(collector: &SignalCollector, catalog: &Catalog) -> Diagnosis {
    let SignalCollector { causes, files, store, .. } = collector;
    let roles: Vec<Roles<'_>> =
        causes.causes().iter().map(|one| Roles::new(one, causes, &store.kinds, catalog)).collect();
    let order = file_order(files);
    let clocks = Clocks::new(files);
    let mut builder = Builder::new(causes, store, &roles, &clocks);
    for (session, runs) in sessions(files, store, &order) {
        builder.add_session(session, &runs);
    }
    builder.finish(streams(files, store, &order), &order, catalog)
}

/// Collects what is found session by session.
struct Builder<'b> {
    causes: &'b CauseSet,
    store: &'b SignalStore,
    roles: &'b [Roles<'b>],
    clocks: &'b Clocks,
    /// The names of the events.
    events: Vec<Arc<str>>,
    /// The event with which a new session begins.
    init: Option<usize>,
    incidents: Vec<Incident>,
    /// The incidents of each cause, also those that are merged.
    tallies: HashMap<usize, Tally>,
    sessions: Vec<Session>,
    not_explained: HashMap<CodeKey, NotExplained>,
    findings: u64,
}

/// A part of a session that begins with the session, or where the log begins.
struct Segment<'r> {
    runs: &'r [&'r Run],
    /// The kinds of the signals of the whole session.
    kinds: &'r HashSet<u32>,
    begins: bool,
    /// Whether another session of the same app or user follows.
    is_followed: bool,
}

impl<'b> Builder<'b> {
    fn new(
        causes: &'b CauseSet,
        store: &'b SignalStore,
        roles: &'b [Roles<'b>],
        clocks: &'b Clocks,
    ) -> Self {
        Self {
            causes,
            store,
            roles,
            clocks,
            events: causes.events().iter().map(|event| event.name.as_str().into()).collect(),
            init: causes.event(Event::INIT),
            incidents: Vec::new(),
            tallies: HashMap::new(),
            sessions: Vec::new(),
            not_explained: HashMap::new(),
            findings: 0,
        }
    }

    fn is_init(&self, run: &Run) -> bool {
        self.init
            .is_some_and(|init| self.store.kinds[run.kind as usize] == Kind::Event(init as u32))
    }

    fn add_session(&mut self, session: u32, runs: &[&Run]) {
        let mut starts: Vec<usize> =
            (0..runs.len()).filter(|&index| self.is_init(runs[index])).collect();
        if starts.first() != Some(&0) {
            starts.insert(0, 0);
        }
        let kinds: HashSet<u32> = runs.iter().map(|run| run.kind).collect();
        for (place, &start) in starts.iter().enumerate() {
            let end = starts.get(place + 1).copied().unwrap_or(runs.len());
            self.add_segment(
                session,
                &Segment {
                    runs: &runs[start..end],
                    kinds: &kinds,
                    begins: self.is_init(runs[start]),
                    is_followed: end < runs.len(),
                },
            );
        }
    }

    fn add_segment(&mut self, session: u32, segment: &Segment<'_>) {
        let mut taken = vec![false; segment.runs.len()];
        let mut place = None;
        let mut first_start = usize::MAX;
        for (cause, roles) in self.roles.iter().enumerate() {
            for draft in incidents(roles, segment.runs, self.clocks, &mut taken) {
                if !self.is_about_product(segment.kinds, &draft, segment.runs) {
                    continue;
                }
                first_start = first_start.min(draft.starts[0]);
                let tally = self.tallies.entry(cause).or_default();
                let (is_first, last) = (tally.incidents == 0, tally.last);
                tally.found += 1;
                if tally.session.replace(session) == Some(session) {
                    tally.incidents += 1;
                } else {
                    let kinds = draft.starts.iter().map(|&index| segment.runs[index].kind);
                    let sessions = self.store.sessions_in(session, kinds);
                    // Each of several sessions in one has an incident of its own.
                    tally.incidents += sessions;
                    tally.sessions += sessions;
                }
                if self.incidents.len() >= self.store.limits.incidents && !is_first {
                    let session = self.incidents[last].session;
                    let incident = self.incident(cause, session, &draft, segment);
                    self.incidents[last].merge(incident);
                    continue;
                }
                let place = *place.get_or_insert_with(|| {
                    self.sessions.push(self.session(session));
                    self.sessions.len() - 1
                });
                let incident = self.incident(cause, place, &draft, segment);
                self.tallies.entry(cause).or_default().last = self.incidents.len();
                self.incidents.push(incident);
            }
        }
        self.add_rest(segment, &taken, first_start);
    }

    /// Whether the session has more `kinds` of signals than the events that start an incident.
    /// Other products write some of these events too.
    fn is_about_product(&self, kinds: &HashSet<u32>, draft: &Draft, runs: &[&Run]) -> bool {
        if !draft.consequences.is_empty() {
            return true;
        }
        let is_start = |kind: u32| draft.starts.iter().any(|&index| runs[index].kind == kind);
        let is_code = |kind: u32| matches!(self.store.kinds[kind as usize], Kind::Code(_));
        kinds.iter().any(|&kind| is_code(kind) || !is_start(kind))
    }

    fn session(&self, session: u32) -> Session {
        let name = &self.store.sessions[session as usize];
        let key = String::from_utf8_lossy(&name.key);
        Session { kind: name.kind, key: key.into(), stream: name.stream }
    }

    /// Counts the findings that no incident has taken.
    fn add_rest(&mut self, segment: &Segment<'_>, taken: &[bool], first_start: usize) {
        for (index, run) in segment.runs.iter().enumerate() {
            let Kind::Code(key) = self.store.kinds[run.kind as usize] else { continue };
            self.findings += run.count;
            if taken[index] {
                continue;
            }
            let may_begin_after = !segment.begins && index < first_start;
            let begins_after =
                if may_begin_after { self.cause_before(&segment.runs[..index], run) } else { None };
            let one = self.not_explained.entry(key).or_insert_with(|| NotExplained {
                key,
                count: 0,
                first: place(&run.first),
                last: place(&run.last),
                begins_after: None,
            });
            one.count += run.count;
            one.last = place(&run.last);
            one.begins_after = one.begins_after.or(begins_after);
        }
    }

    /// The cause from which a finding follows if the log begins after it: no event after which it
    /// would be over is in the log before.
    fn cause_before(&self, before: &[&Run], run: &Run) -> Option<usize> {
        for (index, roles) in self.roles.iter().enumerate() {
            if roles.leads_to(run.kind) && !before.iter().any(|one| roles.ends(one.kind)) {
                return Some(index);
            }
        }
        None
    }

    fn incident(
        &self,
        cause: usize,
        session: usize,
        draft: &Draft,
        segment: &Segment<'_>,
    ) -> Incident {
        let runs = segment.runs;
        let definition = &self.causes.causes()[cause];
        let is_beginning_unknown = !definition.starts.without.is_empty() && !segment.begins;
        let first = runs[draft.starts[0]].first;
        let has_session = self.sessions[session].kind != SessionKind::Log;
        let clocks_differ =
            [first.file, draft.last.file].iter().any(|&file| self.clocks.differ(file));
        let has_time = first.time.is_some() && !clocks_differ;
        Incident {
            cause,
            session,
            first: place(&first),
            last: place(&draft.last),
            starts: self.counts(draft.starts.iter().map(|&index| runs[index])),
            consequences: self.consequences(draft, runs),
            ending: self.ending(draft.ending, segment),
            rounds: draft.rounds,
            is_storm: draft.is_storm,
            confidence: match (has_session, has_time) {
                _ if is_beginning_unknown => Confidence::Low,
                (true, true) => Confidence::High,
                (false, false) => Confidence::Low,
                _ => Confidence::Medium,
            },
            is_beginning_unknown,
            clocks_differ,
            excerpts: excerpts(draft, runs),
            known: Vec::new(),
        }
    }

    fn ending(&self, ending: DraftEnding, segment: &Segment<'_>) -> Ending {
        match ending {
            DraftEnding::Event(index) => {
                let run = segment.runs[index];
                let name = match self.kind(run) {
                    SignalKind::Event(name) => name,
                    SignalKind::Code(_) => Arc::default(),
                };
                Ending::Event(name, place(&run.first))
            }
            DraftEnding::Quiet => Ending::Quiet,
            DraftEnding::Open if segment.is_followed => Ending::NewSession,
            DraftEnding::Open => Ending::EndOfLog,
        }
    }

    fn kind(&self, run: &Run) -> SignalKind {
        match self.store.kinds[run.kind as usize] {
            Kind::Code(key) => SignalKind::Code(key),
            Kind::Event(event) => SignalKind::Event(Arc::clone(&self.events[event as usize])),
        }
    }

    /// The runs of each kind together.
    fn counts<'r>(&self, runs: impl Iterator<Item = &'r Run>) -> Vec<SignalCount> {
        let mut counts: Vec<SignalCount> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for run in runs {
            let index = *places.entry(run.kind).or_insert(counts.len());
            if index == counts.len() {
                let (first, last) = (place(&run.first), place(&run.last));
                counts.push(SignalCount { kind: self.kind(run), count: 0, first, last });
            }
            counts[index].count += run.count;
            counts[index].last = place(&run.last);
        }
        counts
    }

    fn consequences(&self, draft: &Draft, runs: &[&Run]) -> Vec<Consequence> {
        let counts = self.counts(draft.consequences.iter().map(|&(index, _)| runs[index]));
        let mut seen = HashSet::new();
        let mut firsts = draft.consequences.iter();
        let mut consequences = Vec::new();
        for signals in counts {
            let first = firsts.find(|(index, _)| seen.insert(runs[*index].kind));
            let &(index, start) = first.expect("each kind has a first run");
            let after = if index < start {
                Distance::Before
            } else {
                self.clocks.distance(&runs[start].last, &runs[index].first)
            };
            consequences.push(Consequence { signals, after });
        }
        consequences
    }

    fn finish(
        self,
        streams: Vec<Stream>,
        order: &HashMap<usize, usize>,
        catalog: &Catalog,
    ) -> Diagnosis {
        let mut incidents = self.incidents;
        incidents.sort_by_key(|one| {
            // Without a time, after those with one.
            let Place { file, line, time } = one.first;
            let stream = self.sessions[one.session].stream;
            (time.is_none(), time, stream, order[&file], line)
        });
        let mut not_explained: Vec<NotExplained> = self.not_explained.into_values().collect();
        not_explained.sort_by_key(|one| {
            let severity = one.key.entries.severity(catalog);
            (std::cmp::Reverse((severity, one.count)), one.key.code, one.first.file, one.first.line)
        });
        let causes: Arc<[Cause]> = self.causes.causes().into();
        let found: usize = self.tallies.values().map(|tally| tally.found).sum();
        let are_merged = found > incidents.len();
        let counts = counts(&incidents, &self.tallies);
        Diagnosis {
            verdict: verdict(&incidents, &counts, &causes),
            counts,
            causes,
            events: self.causes.events().into(),
            incidents,
            not_explained,
            sessions: self.sessions,
            streams,
            findings: self.findings + self.store.overflowed,
            is_coarse: self.store.is_coarse || are_merged,
            overflowed: self.store.overflowed,
        }
    }
}

fn place(point: &Point) -> Place {
    Place { file: point.file, line: point.line, time: point.time }
}

/// The first line of each kind of signal, in order.
fn excerpts(draft: &Draft, runs: &[&Run]) -> Vec<(Place, Arc<str>)> {
    let mut indexes: Vec<usize> = draft.starts.clone();
    indexes.extend(draft.consequences.iter().map(|(index, _)| *index));
    indexes.sort_unstable();
    let mut seen = HashSet::new();
    let mut excerpts: Vec<(Place, Arc<str>)> = Vec::new();
    for index in indexes {
        let run = runs[index];
        let place = place(&run.first);
        let is_shown = excerpts
            .last()
            .is_some_and(|(last, _)| (last.file, last.line) == (place.file, place.line));
        let Some(excerpt) = run.excerpt.as_ref().filter(|_| seen.insert(run.kind)) else {
            continue;
        };
        if !is_shown && excerpts.len() < Incident::EXCERPTS {
            excerpts.push((place, Arc::clone(excerpt)));
        }
    }
    excerpts
}
