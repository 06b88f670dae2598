//! Writes one output file per input, several at once.
//!
//! A worker processes one input after the other, an archive from its first to its last member. It
//! keeps its stage, with all that was compiled for it, from file to file. If there are fewer inputs
//! than threads, a worker shares the blocks of a large file among several.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use imerr::input::{Event, Events, Feed, FileError, InputList, describe};
use imerr::pipeline::{self, Interrupt, Observer, run_on_threads};

use super::process_logs::MIN_BYTES_FOR_THREADS;
use crate::atomic_file::AtomicFile;
use crate::error::Error;
use crate::exit_status::Outcome;
use crate::finish::Finisher;
use crate::observer::RunObserver;
use crate::run_config::{LogStage, Mirror, MirroredFile, RunConfig};
use crate::{messages, signals, system};

/// Writes the output file of each input.
pub fn write_outputs(
    config: &RunConfig,
    mirror: &Mirror,
    interrupt: &Interrupt,
    finisher: &Finisher,
) -> io::Result<Outcome> {
    let workers = config.threads.min(mirror.files.len()).max(1);
    let run = MirrorRun {
        config,
        mirror,
        interrupt,
        finisher,
        threads_per_file: (config.threads / workers).max(1),
        next: AtomicUsize::new(0),
        failed: AtomicBool::new(!config.file_errors.is_empty()),
    };
    let stage = config.stage(&config.log.style);
    let stages = vec![stage; workers];
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
    mirror: &'r Mirror,
    interrupt: &'r Interrupt,
    finisher: &'r Finisher,
    threads_per_file: usize,
    /// The index of the next file. They are taken in their order, so that the statistics of
    /// finished files are merged early.
    next: AtomicUsize,
    failed: AtomicBool,
}

impl MirrorRun<'_> {
    /// Writes the outputs of one input after the other until there are no more.
    fn work(&self, mut stage: LogStage) {
        while !self.interrupt.is_requested()
            && let Some(file) = self.mirror.files.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            self.process_input(file, &mut stage);
            self.finisher.stats.finish_input(file.input);
        }
    }

    /// Writes the output of an input, or of each member of an archive.
    fn process_input(&self, input: &MirroredFile, stage: &mut LogStage) {
        let mut feed = self.config.feed().with_only(input.input);
        while !self.interrupt.is_requested()
            && let Some(event) = feed.next(Vec::new())
        {
            let mut observer = RunObserver::new(self.config, self.finisher, Some(input.input));
            observer.interrupt = Some(self.interrupt);
            observer.has_output = true;
            match event {
                Event::Started { file } => {
                    self.process(file, input, &mut feed, stage, &mut observer)
                }
                Event::Notice { file, notice } => {
                    observer.notice(&self.config.inputs.at(file), notice);
                }
                Event::Failed { file, error } => {
                    observer.file_failed(&self.config.inputs.at(file), &error);
                }
                // The rest of a file whose output could not be written.
                _ => {}
            }
            self.failed.fetch_or(observer.failed, Ordering::Relaxed);
        }
    }

    /// Writes the output of the file that `feed` has started, and prints an error.
    fn process(
        &self,
        file: usize,
        input: &MirroredFile,
        feed: &mut Feed,
        stage: &mut LogStage,
        observer: &mut RunObserver<'_>,
    ) {
        let written = match self.target(file, input) {
            Ok(target) => {
                let written = self.write(file, &input.path, &target, feed, stage, observer);
                written.map_err(|error| {
                    let error = Error::of_path(&target, describe(&error));
                    error.with_hint("this output was not written")
                })
            }
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            observer.failed = true;
            messages::print(&error);
            feed.skip_file(file);
        }
    }

    /// The output for a file: the one that was chosen for the input, or one for a member.
    fn target(&self, file: usize, input: &MirroredFile) -> Result<PathBuf, Error> {
        match &input.target {
            Some(target) => Ok(target.clone()),
            None => self.mirror.target_of_member(&self.config.inputs.at(file)),
        }
    }

    /// Errors are those of the output; those of the input go to the observer.
    fn write(
        &self,
        file: usize,
        path: &Path,
        target: &Path,
        feed: &mut Feed,
        stage: &mut LogStage,
        observer: &mut RunObserver<'_>,
    ) -> io::Result<()> {
        let config = self.config;
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => {
                observer.file_failed(&config.inputs.at(file), &FileError::Io(error));
                feed.skip_file(file);
                return Ok(());
            }
        };
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut out = AtomicFile::create(target, system::permissions(Some(&metadata)))?;
        stage.restart(&config.inputs);
        config.write_record(&mut out, |renderer, record| renderer.begin_run(record))?;
        let mut events = FileEvents { feed, started: Some(file), is_over: false };
        // A run locks its interrupt while it works, so each has one of its own; the observer checks
        // the common one.
        let interrupt = Interrupt::default();
        let totals = if self.threads_per_file > 1 && metadata.len() >= MIN_BYTES_FOR_THREADS {
            let threads = self.threads_per_file;
            pipeline::run_parallel(&mut events, stage, &mut out, observer, &interrupt, threads)?
        } else {
            pipeline::run(&mut events, stage, &mut out, observer, &interrupt)?
        };
        if observer.failed || !observer.finished {
            return Ok(());
        }
        config.write_record(&mut out, |renderer, record| renderer.end_run(&totals, record))?;
        out.commit(config.log.replaces_outputs)?;
        self.mirror.claim_written(target);
        Ok(())
    }
}

/// The events of the file that a feed has started.
struct FileEvents<'f> {
    feed: &'f mut Feed,
    /// The file, until the event for its start has passed.
    started: Option<usize>,
    is_over: bool,
}

impl Events for FileEvents<'_> {
    fn inputs(&self) -> InputList {
        self.feed.inputs()
    }

    fn next(&mut self, spare: Vec<u8>) -> Option<Event> {
        if let Some(file) = self.started.take() {
            return Some(Event::Started { file });
        }
        if self.is_over {
            return None;
        }
        let event = self.feed.next(spare);
        self.is_over = matches!(event, Some(Event::Finished { .. }) | None);
        event
    }

    fn may_wait(&self) -> bool {
        self.feed.may_wait()
    }

    fn skip_file(&mut self, file: usize) {
        self.feed.skip_file(file);
    }

    fn is_decoding(&self) -> bool {
        self.feed.is_decoding()
    }
}
