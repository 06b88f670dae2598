//! Searches and annotates files on other threads, while this one looks for signals.

use std::fs;
use std::io::{BufWriter, Write};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use imerr::Annotator;
use imerr::diagnose::{EventSearch, EventStage};
use imerr::input::{Encoding, Feed, Input, InputList};
use imerr::pipeline::{Interrupt, run, run_parallel};
use imerr::stages::TimeRangeStage;
use imerr::stats::OccurrenceRecorder;
use pyo3::prelude::*;

use crate::findings::{Findings, Source};
use crate::observer::RunObserver;
use crate::options::Settings;
use crate::python_io::{PyReader, PyWriter};
use crate::records::Records;

/// How often signals are looked for.
const SIGNAL_POLL: Duration = Duration::from_millis(50);
/// Below this many bytes, to start threads costs more than they gain.
const MIN_BYTES_FOR_THREADS: u64 = 1 << 20;
/// The bytes that are written to a Python file at once.
const WRITE_SIZE: usize = 1 << 20;

/// The files of a run.
pub struct Inputs {
    pub paths: Vec<PathBuf>,
    /// Reads the first file.
    pub reader: Option<Py<PyAny>>,
    /// The reader starts at this offset of the file.
    pub offset: u64,
    /// The reader reads a part of a file that is known to be text in UTF-8.
    pub is_text: bool,
}

impl Inputs {
    pub fn list(&self) -> InputList {
        InputList::from(self.paths.iter().cloned().map(Input::Path))
    }

    /// Whether the files are so large that several threads read them.
    fn are_large(&self) -> bool {
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
        self.reader.is_none() && self.paths.iter().map(size).sum::<u64>() >= MIN_BYTES_FOR_THREADS
    }
}

/// Adds the findings in `inputs` to a table. Returns it, the statistics as JSON and the observer.
pub fn find(
    settings: &Settings,
    inputs: Inputs,
    unknown: bool,
) -> PyResult<(Findings, String, RunObserver)> {
    let (detector, filter) = settings.search(unknown);
    let catalog = detector.catalog().clone();
    let list = inputs.list();
    let mut findings =
        Findings::new(catalog.clone(), Source::Files).with_base_offset(inputs.offset);
    let annotator = Annotator::new(detector, Some(Arc::new(Records)))
        .with_filter(filter)
        .with_json_key(&settings.json_key)
        .with_inputs(list.clone())
        .with_recorder(Some(OccurrenceRecorder::default()));
    let interrupt = Arc::new(Interrupt::default());
    let mut observer = RunObserver::new(catalog, Arc::clone(&interrupt), true);
    let stage = (annotator, None);
    run_inputs(settings, inputs, &list, stage, &mut findings, &mut observer, &interrupt)?;
    let stats = observer.stats_json(&list);
    Ok((findings, stats, observer))
}

/// Writes the annotated `inputs` to the Python file `out`.
pub fn annotate(settings: &Settings, inputs: Inputs, out: Py<PyAny>) -> PyResult<RunObserver> {
    let (detector, filter) = settings.search(false);
    let catalog = detector.catalog().clone();
    let list = inputs.list();
    let annotator = Annotator::new(detector, Some(Arc::clone(&settings.renderer)))
        .with_filter(filter)
        .with_json_key(&settings.json_key)
        .with_inputs(list.clone());
    let interrupt = Arc::new(Interrupt::default());
    let mut observer = RunObserver::new(catalog, Arc::clone(&interrupt), false);
    let mut out = BufWriter::with_capacity(WRITE_SIZE, PyWriter(out));
    let stage = (annotator, None);
    run_inputs(settings, inputs, &list, stage, &mut out, &mut observer, &interrupt)?;
    out.flush()?;
    Ok(observer)
}

/// Runs the annotator over the inputs; with an event search, the observer gets events as well.
pub fn run_inputs(
    settings: &Settings,
    inputs: Inputs,
    list: &InputList,
    (annotator, events): (Annotator, Option<EventSearch>),
    out: &mut (dyn Write + Send),
    observer: &mut RunObserver,
    interrupt: &Interrupt,
) -> PyResult<()> {
    let threads = if inputs.are_large() { settings.threads } else { 1 };
    let encoding = if inputs.is_text { Encoding::None } else { settings.encoding };
    let mut feed = Feed::new(list.clone())
        .with_encoding(encoding)
        .with_text(inputs.is_text)
        .with_tail(settings.tail)
        .with_members(settings.globs.member_filter());
    if let Some(reader) = inputs.reader {
        feed = feed.with_reader(PyReader(reader));
    }
    let mut stage = TimeRangeStage::new(EventStage::new(annotator, events), settings.time_range());
    let (done, ended) = channel::<()>();
    let followed = &mut *observer;
    let run = move || {
        let _done = done;
        if threads > 1 {
            run_parallel(&mut feed, &mut stage, out, followed, interrupt, threads)
        } else {
            run(&mut feed, &mut stage, out, followed, interrupt)
        }
    };
    thread::scope(|scope| -> PyResult<_> {
        let worker = scope.spawn(run);
        let signals = watch_signals(&ended, interrupt);
        let totals = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
        signals?;
        Ok(totals?)
    })?;
    match observer.python_error.take() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Waits until the other end of `ended` is dropped. A signal that raises an exception, such as
/// Ctrl-C, stops the run.
fn watch_signals(ended: &Receiver<()>, interrupt: &Interrupt) -> PyResult<()> {
    while ended.recv_timeout(SIGNAL_POLL) == Err(RecvTimeoutError::Timeout) {
        let signals = Python::attach(|py| py.check_signals());
        if signals.is_err() {
            // The run stops after the block that it works on.
            drop(interrupt.request(Duration::ZERO));
            return signals;
        }
    }
    Ok(())
}
