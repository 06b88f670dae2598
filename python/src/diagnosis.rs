//! Diagnoses files: what the program's `diagnose` writes, as JSON and as text.

use std::io;
use std::sync::Arc;

use imerr::Annotator;
use imerr::diagnose::{CauseSet, EventSearch, Known, SessionKey, SignalCollector, read_known};
use imerr::pipeline::Interrupt;
use imerr::report::{DiagnosisJson, DiagnosisText};
use imerr::stats::OccurrenceRecorder;
use pyo3::prelude::*;

use crate::files::{Inputs, run_inputs};
use crate::observer::RunObserver;
use crate::options::{Settings, invalid};

/// What tells runs of an app apart, and which tickets are known.
pub struct Options {
    pub session_key: SessionKey,
    /// The file with tickets: its name and its text.
    known: Option<(String, Vec<u8>)>,
}

impl Options {
    pub fn new(session_key: Option<&str>, known: Option<(String, Vec<u8>)>) -> PyResult<Self> {
        let session_key = match session_key {
            Some(pattern) => {
                SessionKey::custom(pattern).map_err(|error| invalid("session_key", error))?
            }
            None => SessionKey::default(),
        };
        Ok(Self { session_key, known })
    }

    /// The tickets. Fails with every problem of their file, and if there is no cause of a name.
    fn known(&self, causes: &CauseSet) -> PyResult<Known> {
        let Some((path, content)) = &self.known else { return Ok(Known::default()) };
        let Ok(text) = std::str::from_utf8(content) else {
            return Err(invalid("known", format!("{path}: not valid UTF-8")));
        };
        let known = read_known(path, text).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            invalid("known", lines.join("\n"))
        })?;
        let names: Vec<&str> = causes.causes().iter().map(|cause| cause.name.as_str()).collect();
        let mut problems = Vec::new();
        for (name, span) in known.causes().filter(|(name, _)| !names.contains(name)) {
            let cause = imerr::catalog::unknown_word(name, &names);
            problems.push(format!("{path}:{}:{}: the cause {cause}", span.line, span.column));
        }
        if problems.is_empty() { Ok(known) } else { Err(invalid("known", problems.join("\n"))) }
    }
}

/// Returns the diagnosis of `inputs` as JSON and as text, and the observer.
pub fn diagnose(settings: &Settings, inputs: Inputs) -> PyResult<(String, String, RunObserver)> {
    let causes = Arc::new(settings.causes());
    let known = settings.diagnosis.known(&causes)?;
    let (detector, filter) = settings.search(false);
    let catalog = detector.catalog().clone();
    let list = inputs.list();
    let annotator = Annotator::new(detector, None)
        .with_filter(filter)
        .with_json_key(&settings.json_key)
        .with_inputs(list.clone())
        .with_recorder(Some(OccurrenceRecorder::default()));
    let session_key = settings.diagnosis.session_key.clone();
    let signals = SignalCollector::new(Arc::clone(&causes), list.clone(), session_key);
    let events = Some(EventSearch::new(&causes));
    let interrupt = Arc::new(Interrupt::default());
    let mut observer = RunObserver::of_signals(catalog, Arc::clone(&interrupt), signals);
    let out = &mut io::sink();
    run_inputs(settings, inputs, &list, (annotator, events), out, &mut observer, &interrupt)?;
    let diagnosis = observer.diagnosis(&list, &known);
    let json = observer.document(&list, diagnosis.as_ref(), &DiagnosisJson);
    let text = observer.document(&list, diagnosis.as_ref(), &DiagnosisText::PLAIN);
    Ok((json, text, observer))
}
