//! Applies one cause to the signals of one session.

use std::time::Duration;

use imerr_catalog::causes::{Cause, Codes, EventRef};

use super::CauseSet;
use super::cause_set::has_code;
use super::clocks::Clocks;
use super::signals::{ATTEMPT_GAP, Kind, Point, Run};
use crate::catalog::Catalog;

/// What each kind of signal is to a cause. The lists are indexed by kind.
pub(super) struct Roles<'c> {
    cause: &'c Cause,
    starts: Vec<bool>,
    start_events: Vec<bool>,
    leads_to: Vec<bool>,
    before: Vec<bool>,
    ends: Vec<bool>,
    after: Vec<bool>,
    without: Vec<bool>,
    /// A code starts an incident only on a line with one of these literals, if there are any.
    texts: u32,
}

impl<'c> Roles<'c> {
    pub fn new(cause: &'c Cause, set: &CauseSet, kinds: &[Kind], catalog: &Catalog) -> Self {
        let is_code = |codes| are_codes(kinds, cause, codes, catalog);
        let is_event = |events: &[EventRef]| are_events(kinds, &set.event_indexes(events));
        let mut starts = is_code(&cause.starts.codes);
        let start_events = is_event(&cause.starts.events);
        for (start, is_event) in starts.iter_mut().zip(&start_events) {
            *start |= is_event;
        }
        let after: Vec<_> = cause.starts.after.iter().map(|(event, _)| event.clone()).collect();
        Self {
            cause,
            starts,
            start_events,
            leads_to: is_code(&cause.leads_to),
            before: cause
                .before
                .as_ref()
                .map_or(vec![false; kinds.len()], |(codes, _)| is_code(codes)),
            ends: is_event(&cause.ends),
            after: is_event(&after),
            without: is_event(&cause.starts.without),
            texts: set.text_bits(cause),
        }
    }

    /// Whether signals of a kind can follow from the cause.
    pub fn leads_to(&self, kind: u32) -> bool {
        self.leads_to[kind as usize]
    }

    /// Whether signals of a kind end an incident.
    pub fn ends(&self, kind: u32) -> bool {
        self.ends[kind as usize]
    }
}

/// For each kind, whether it is one of these codes of the cause.
fn are_codes(kinds: &[Kind], cause: &Cause, codes: &Codes, catalog: &Catalog) -> Vec<bool> {
    let mut found = Vec::with_capacity(kinds.len());
    for kind in kinds {
        found.push(match kind {
            Kind::Code(key) => has_code(cause, codes, key, catalog),
            Kind::Event(_) => false,
        });
    }
    found
}

/// For each kind, whether it is one of these events.
fn are_events(kinds: &[Kind], indexes: &[usize]) -> Vec<bool> {
    let mut found = Vec::with_capacity(kinds.len());
    for kind in kinds {
        found.push(match kind {
            Kind::Event(event) => indexes.contains(&(*event as usize)),
            Kind::Code(_) => false,
        });
    }
    found
}

/// An incident whose parts are runs, by their indexes among those of a session.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub starts: Vec<usize>,
    /// The consequences, each with the last start before it; with the first start if it came before
    /// all of them.
    pub consequences: Vec<(usize, usize)>,
    pub ending: DraftEnding,
    pub rounds: u64,
    pub is_storm: bool,
    /// The end of the last run.
    pub last: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DraftEnding {
    /// The index of the event.
    Event(usize),
    Quiet,
    /// The signals end.
    Open,
}

/// Applies a cause to the runs of a session that no other cause has taken, and takes those that
/// belong to an incident.
pub(super) fn incidents(
    roles: &Roles<'_>,
    runs: &[&Run],
    clocks: &Clocks,
    taken: &mut [bool],
) -> Vec<Draft> {
    let mut machine = Machine {
        roles,
        runs,
        clocks,
        open: None,
        earlier: Vec::new(),
        last_after: None,
        is_excluded: false,
        done: Vec::new(),
    };
    for (index, is_taken) in taken.iter().enumerate() {
        machine.step(index, *is_taken);
    }
    machine.close(DraftEnding::Open);
    let drafts = join_rounds(machine.done, roles.cause.recurs, runs, clocks);
    for draft in &drafts {
        for &index in draft.starts.iter().chain(draft.consequences.iter().map(|(one, _)| one)) {
            taken[index] = true;
        }
    }
    drafts
}

struct Machine<'m> {
    roles: &'m Roles<'m>,
    runs: &'m [&'m Run],
    clocks: &'m Clocks,
    open: Option<Draft>,
    /// The runs since the last incident, or the event that ended it, which belong to the next one
    /// if they came shortly before it.
    earlier: Vec<usize>,
    /// The last event that starts must come after.
    last_after: Option<Point>,
    /// Whether an event came without which incidents start.
    is_excluded: bool,
    done: Vec<Draft>,
}

impl Machine<'_> {
    fn step(&mut self, index: usize, is_taken: bool) {
        let run = self.runs[index];
        let kind = run.kind as usize;
        let quiet = self.roles.cause.quiet;
        if self
            .open
            .as_ref()
            .is_some_and(|open| self.clocks.is_beyond(&open.last, &run.first, quiet))
        {
            self.close(DraftEnding::Quiet);
        }
        if self.roles.ends[kind] {
            self.close(DraftEnding::Event(index));
            self.earlier.clear();
        }
        if !is_taken {
            self.attach(index);
        }
        self.is_excluded |= self.roles.without[kind];
        if self.roles.after[kind] {
            self.last_after = Some(run.last);
        }
    }

    /// Attaches a run to the open incident, or opens one with it.
    fn attach(&mut self, index: usize) {
        let run = self.runs[index];
        if self.is_start(run) {
            let mut open = self.open.take().unwrap_or_else(|| Draft {
                starts: Vec::new(),
                consequences: self.runs_before(index),
                ending: DraftEnding::Open,
                rounds: 1,
                is_storm: false,
                last: run.last,
            });
            open.starts.push(index);
            open.last = run.last;
            self.open = Some(open);
        } else if self.roles.leads_to(run.kind)
            && let Some(open) = &mut self.open
        {
            let start = open.starts.last().copied().unwrap_or(index);
            open.consequences.push((index, start));
            open.last = run.last;
        } else if self.open.is_none() && self.roles.before[run.kind as usize] {
            self.earlier.push(index);
        }
    }

    /// The runs that came shortly before the start at `index`, as consequences of it.
    fn runs_before(&mut self, index: usize) -> Vec<(usize, usize)> {
        let Some((_, span)) = self.roles.cause.before else { return Vec::new() };
        let mut earlier = std::mem::take(&mut self.earlier);
        let start = &self.runs[index].first;
        earlier.retain(|&one| !self.clocks.is_beyond(&self.runs[one].last, start, span));
        earlier.into_iter().map(|one| (one, index)).collect()
    }

    fn is_start(&self, run: &Run) -> bool {
        if !self.roles.starts[run.kind as usize] || self.is_excluded {
            return false;
        }
        // Events have no literals, so that they do not need one.
        let is_event = self.roles.start_events[run.kind as usize];
        if self.roles.texts != 0 && run.texts & self.roles.texts == 0 && !is_event {
            return false;
        }
        match (&self.roles.cause.starts.after, self.last_after) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some((_, span)), Some(event)) => !self.clocks.is_beyond(&event, &run.first, *span),
        }
    }

    /// Closes the open incident. One without enough starts gives back what it had.
    fn close(&mut self, ending: DraftEnding) {
        let Some(mut draft) = self.open.take() else { return };
        let starts = &self.roles.cause.starts;
        if !self.has_burst(&draft.starts, starts.at_least, starts.within) {
            return;
        }
        if let Some(storm) = &self.roles.cause.storm {
            draft.is_storm = has_attempts(&draft.starts, self.runs, storm.at_least, storm.within);
        }
        draft.ending = ending;
        self.done.push(draft);
    }

    /// Whether at least so many signals come within `span`; without a span, whether there are so
    /// many.
    fn has_burst(&self, indexes: &[usize], at_least: u64, span: Option<Duration>) -> bool {
        let runs = self.runs;
        let (mut first, mut total) = (0, 0);
        for (place, &index) in indexes.iter().enumerate() {
            total += runs[index].count;
            while let Some(span) = span
                && first < place
                && self.clocks.is_beyond(&runs[indexes[first]].last, &runs[index].first, span)
            {
                total -= runs[indexes[first]].count;
                first += 1;
            }
            if total >= at_least {
                return true;
            }
        }
        false
    }
}

/// Whether at least `at_least` attempts come within `span`. Without times, attempts cannot be
/// distinguished.
fn has_attempts(indexes: &[usize], runs: &[&Run], at_least: u64, span: Duration) -> bool {
    let mut attempts: Vec<i64> = Vec::new();
    let mut last: Option<i64> = None;
    for &index in indexes {
        let run = runs[index];
        let Some((first, end)) = run.first.time.zip(run.last.time) else { continue };
        let (first, end) = (first.millis(), end.millis());
        let is_new = last.is_none_or(|last| first - last > ATTEMPT_GAP);
        if is_new {
            attempts.push(first);
        }
        // Where in the run the others are is not kept. They are at its end at the latest.
        attempts.extend((1..run.attempts).map(|_| end));
        last = Some(end);
    }
    let span = span.as_millis() as i64;
    let Some(size) = usize::try_from(at_least).ok().filter(|size| *size > 0) else { return false };
    attempts.windows(size).any(|window| window[size - 1] - window[0] <= span)
}

/// Joins incidents that follow each other within `span`.
fn join_rounds(
    drafts: Vec<Draft>,
    span: Option<Duration>,
    runs: &[&Run],
    clocks: &Clocks,
) -> Vec<Draft> {
    let Some(span) = span else { return drafts };
    let mut joined: Vec<Draft> = Vec::new();
    for draft in drafts {
        let first = runs[draft.starts[0]].first;
        match joined.last_mut() {
            Some(last) if !clocks.is_beyond(&last.last, &first, span) => {
                last.starts.extend(draft.starts);
                last.consequences.extend(draft.consequences);
                last.ending = draft.ending;
                last.is_storm |= draft.is_storm;
                last.last = draft.last;
                last.rounds += draft.rounds;
            }
            _ => joined.push(draft),
        }
    }
    joined
}
