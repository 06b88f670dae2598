//! Tests causes with their samples.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use imerr_catalog::causes::{Cause, CauseFile, Expect};
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::{
    CauseSet, Diagnosis, Ending, EventSearch, EventStage, SessionKey, SignalCollector, diagnose,
};
use crate::annotate::Annotator;
use crate::custom::Diagnostic;
use crate::detect::Detector;
use crate::input::{Block, Events, Feed, FileError, Input};
use crate::pipeline::{Interrupt, Observer, run};
use crate::stages::OccurrenceTimes;
use crate::stats::{BlockOutcome, Occurrence, OccurrenceRecorder};
use crate::timestamp::TimestampReader;

/// The samples of `file` in which `causes` find something else than they must. Costs a diagnosis of
/// each sample.
pub fn wrong_samples(
    file: &CauseFile,
    causes: &Arc<CauseSet>,
    detector: &Detector,
) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for cause in &file.causes {
        for sample in &cause.samples {
            let diagnosis = diagnose_log(sample.log.trim_start_matches('\n'), causes, detector);
            let found = found(cause, &diagnosis);
            if let Some(problem) = difference(&sample.expect, &found) {
                let message = format!("{}: {problem}", cause.name);
                wrong.push(Diagnostic::new(&file.path, sample.span, message));
            }
        }
    }
    wrong
}

/// What is found in a sample.
fn found(cause: &Cause, diagnosis: &Diagnosis) -> Expect {
    let mut found = Expect { rounds: 1, ..Expect::default() };
    let (mut consequences, mut others) = (BTreeMap::new(), BTreeMap::new());
    let mut incidents = 0;
    for incident in &diagnosis.incidents {
        let name = &diagnosis.cause(incident).name;
        if *name != cause.name {
            *others.entry(name.clone()).or_default() += 1;
            continue;
        }
        incidents += 1;
        if found.first == 0 {
            found.first = incident.first.line;
        }
        found.starts += incident.start_signals();
        found.storm |= incident.is_storm;
        found.rounds = found.rounds.max(incident.rounds);
        if let Ending::Event(name, _) = &incident.ending {
            found.ended_by = Some(name.to_string());
        }
        for one in &incident.consequences {
            if let super::SignalKind::Code(key) = one.signals.kind {
                *consequences.entry(key.code).or_default() += one.signals.count;
            }
        }
    }
    let mut not_explained = BTreeMap::new();
    for one in &diagnosis.not_explained {
        *not_explained.entry(one.key.code).or_default() += one.count;
    }
    if incidents > 1 {
        others.insert(cause.name.clone(), incidents);
    }
    found.consequences = consequences.into_iter().collect();
    found.not_explained = not_explained.into_iter().collect();
    found.others = others.into_iter().collect();
    found
}

/// The first field in which what was found is not what must be found.
fn difference(wanted: &Expect, found: &Expect) -> Option<String> {
    let mut wanted_others = wanted.others.clone();
    wanted_others.sort();
    let rows = [
        ("first", wanted.first.to_string(), found.first.to_string()),
        ("starts", wanted.starts.to_string(), found.starts.to_string()),
        ("consequences", counts(&wanted.consequences), counts(&found.consequences)),
        (
            "ended_by",
            wanted.ended_by.clone().unwrap_or_default(),
            found.ended_by.clone().unwrap_or_default(),
        ),
        ("not_explained", counts(&wanted.not_explained), counts(&found.not_explained)),
        ("others", counts(&wanted_others), counts(&found.others)),
        ("storm", wanted.storm.to_string(), found.storm.to_string()),
        ("rounds", wanted.rounds.to_string(), found.rounds.to_string()),
    ];
    let mut differences = Vec::new();
    for (field, wanted, found) in rows {
        if wanted != found {
            differences.push(format!("{field} is {}, not {}", shown(&found), shown(&wanted)));
        }
    }
    (!differences.is_empty()).then(|| differences.join("; "))
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}

/// `6014 = 3, 6206 = 1`
fn counts<K: std::fmt::Display>(counts: &[(K, u64)]) -> String {
    let texts: Vec<String> = counts.iter().map(|(key, count)| format!("{key} = {count}")).collect();
    texts.join(", ")
}

/// The diagnosis of a log, as if it was written in 2026.
pub(crate) fn diagnose_log(log: &str, causes: &Arc<CauseSet>, detector: &Detector) -> Diagnosis {
    diagnose(&signals(log, causes, detector), detector.catalog())
}

/// The signals of a log, and the lines around them.
pub(crate) fn signals(log: &str, causes: &Arc<CauseSet>, detector: &Detector) -> SignalCollector {
    let mut feed = Feed::from_reader(Cursor::new(log.as_bytes().to_vec()));
    let collector = SignalCollector::new(Arc::clone(causes), feed.inputs(), SessionKey::default())
        .with_surroundings();
    let mut observer = Samples { collector, times: times(), pending: Vec::new() };
    let annotator =
        Annotator::new(detector.clone(), None).with_recorder(Some(OccurrenceRecorder::default()));
    let mut stage = EventStage::new(annotator, Some(EventSearch::new(causes)));
    let interrupt = Interrupt::default();
    run(&mut feed, &mut stage, &mut std::io::sink(), &mut observer, &interrupt)
        .expect("a sink takes everything");
    observer.collector
}

pub(super) fn times() -> OccurrenceTimes {
    let now = date(2026, 12, 31).at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC);
    let now = now.expect("every date is in UTC");
    OccurrenceTimes::new(Arc::new(TimestampReader::new(&now)))
}

/// Collects the signals of a log in memory.
pub(super) struct Samples {
    pub collector: SignalCollector,
    pub times: OccurrenceTimes,
    pub pending: Vec<Occurrence>,
}

impl Observer for Samples {
    fn file_failed(&mut self, _: &Input, _: &FileError) {}

    fn occurrences(&mut self, _: &Block, occurrences: Vec<Occurrence>) {
        self.pending.extend(occurrences);
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        outcome.occurrences.splice(0..0, self.pending.drain(..));
        self.collector.add(block, &mut outcome, &mut self.times);
        self.times.end_block(block);
    }
}
