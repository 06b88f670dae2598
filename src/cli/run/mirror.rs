//! Writes one output file per input, several at once.
//!
//! Each file is processed by one worker from its first to its last line. A worker keeps its stage,
//! with all that was compiled for it, from file to file.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use imerr::input::{FileError, describe};
use imerr::pipeline::{self, Interrupt, Observer, run_on_threads};

use crate::atomic_file::AtomicFile;
use crate::error::Error;
use crate::exit_status::Outcome;
use crate::finish::Finisher;
use crate::observer::RunObserver;
use crate::run_config::{LogStage, MirroredFile, RunConfig};
use crate::{messages, signals, system};

pub fn run(
    config: &RunConfig,
    files: &[MirroredFile],
    interrupt: &Interrupt,
    finisher: &Finisher,
) -> io::Result<Outcome> {
    let run = MirrorRun {
        config,
        files,
        interrupt,
        finisher,
        next: AtomicUsize::new(0),
        failed: AtomicBool::new(!config.file_errors.is_empty()),
    };
    let threads = config.threads.min(files.len()).max(1);
    let stage = config.stage(&config.log.style);
    let stages = vec![stage; threads];
    run_on_threads(
        stages,
        |stage| run.work(stage),
        |started, error| messages::threads_refused(started, &error),
    );
    Ok(if interrupt.is_requested() {
        Outcome::Interrupted(signals::last())
    } else if run.failed.into_inner() {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// The state that the workers share.
struct MirrorRun<'r> {
    config: &'r RunConfig,
    files: &'r [MirroredFile],
    interrupt: &'r Interrupt,
    finisher: &'r Finisher,
    /// The index of the next file. They are taken in their order, so that the statistics of
    /// finished files are merged early.
    next: AtomicUsize,
    failed: AtomicBool,
}

impl MirrorRun<'_> {
    /// Writes one file after the other until there are no more.
    fn work(&self, mut stage: LogStage) {
        while !self.interrupt.is_requested()
            && let Some(file) = self.files.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            let mut observer = RunObserver::new(self.config, self.finisher, Some(file.input));
            observer.interrupt = Some(self.interrupt);
            process(self.config, file, &mut stage, &mut observer);
            self.failed.fetch_or(observer.failed, Ordering::Relaxed);
            self.finisher.stats.finish_input(file.input);
        }
    }
}

/// Writes one file, and prints an error.
fn process(
    config: &RunConfig,
    file: &MirroredFile,
    stage: &mut LogStage,
    observer: &mut RunObserver<'_>,
) {
    observer.consequence = "; no output was written for it";
    if let Err(error) = write(config, file, stage, observer) {
        observer.failed = true;
        let error = Error::of_path(&file.target, describe(&error));
        messages::print(&error.with_hint("this output was not written"));
    }
}

/// Errors are those of the output; those of the input go to the observer.
fn write(
    config: &RunConfig,
    file: &MirroredFile,
    stage: &mut LogStage,
    observer: &mut RunObserver<'_>,
) -> io::Result<()> {
    let metadata = match fs::metadata(&file.path) {
        Ok(metadata) => metadata,
        Err(error) => {
            observer.file_failed(&config.inputs.at(file.input), &FileError::Io(error));
            return Ok(());
        }
    };
    if let Some(directory) = file.target.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut out = AtomicFile::create(&file.target, system::permissions(Some(&metadata)))?;
    let mut feed = config.feed().with_only(file.input);
    stage.restart(&config.inputs);
    config.write_record(&mut out, |renderer, record| renderer.begin_run(record))?;
    // A run locks its interrupt while it works, so each has one of its own; the observer checks
    // the common one.
    let totals = pipeline::run(&mut feed, stage, &mut out, observer, &Interrupt::default())?;
    if observer.failed || !observer.finished {
        return Ok(());
    }
    config.write_record(&mut out, |renderer, record| renderer.end_run(&totals, record))?;
    out.commit(config.log.replaces_outputs)
}
