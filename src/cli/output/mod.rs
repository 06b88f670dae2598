//! Output into a folder that mirrors the tree of the inputs, one file for each.
//!
//! Files are independent of each other, so each is worked on by one worker from its first to its last line; a worker keeps its
//! stage, with all that was compiled for it, from file to file.

pub mod draft;
mod plan;

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use imerr::annotate::Annotator;
use imerr::format::Render;
use imerr::input::{FileError, Input, describe};
use imerr::pipeline::{self, Interrupt, Observer, Stage};
use imerr::stages::TimeRangeStage;

use super::closing::Closing;
use super::exit_status::Outcome;
use super::job::{Job, Task};
use super::messages;
use super::signals;
use super::stages;
use super::watch::{Watch, written};
use draft::Draft;
use plan::Planned;

/// Writes what becomes of each input of `job` below the folder of its target.
pub fn run(job: &Job, interrupt: &Arc<Interrupt>, closing: &Arc<Closing>) -> io::Result<Outcome> {
    let (files, refused) = plan::plan(&job.inputs, &job.target);
    let failed = AtomicBool::new(refused || job.incomplete);
    let work = Work { job, files, next: AtomicUsize::new(0), failed, interrupt, closing };
    match &job.task {
        Task::Strip => work.through(&stages::stripper(job), None, |_, _| {})?,
        Task::Annotate(render) => {
            let stage = stages::annotator(job, closing, Some(render.clone()));
            work.through(&stage, Some(render.as_ref()), name)?;
        }
        // The arguments exclude each other.
        Task::Count | Task::Files(_) | Task::Quiet | Task::Tell => {}
    }
    Ok(match work.failed.into_inner() {
        _ if interrupt.is_requested() => Outcome::Interrupted(signals::last()),
        true => Outcome::Failed,
        false => Outcome::Done,
    })
}

/// Tells an annotator which file comes next. What it has compiled so far stays.
fn name(stage: &mut TimeRangeStage<Annotator>, input: &Input) {
    let annotator = stage.stage_mut();
    *annotator = annotator.clone().with_inputs(Arc::new([input.clone()]));
}

/// What the workers share.
struct Work<'j> {
    job: &'j Job,
    files: Vec<Planned<'j>>,
    next: AtomicUsize,
    failed: AtomicBool,
    interrupt: &'j Arc<Interrupt>,
    closing: &'j Arc<Closing>,
}

impl Work<'_> {
    /// Works on all files; each worker takes the next one when it is done with the last.
    fn through<S: Stage + Sync>(
        &self,
        stage: &S,
        render: Option<&dyn Render>,
        begin: fn(&mut S, &Input),
    ) -> io::Result<()> {
        let threads = self.job.threads.min(self.files.len());
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .build()
            .map_err(io::Error::other)?;
        pool.scope(|scope| {
            for _ in 0..threads {
                let mut stage = stage.clone();
                scope.spawn(move |_| {
                    while let Some((turn, file)) = self.take() {
                        begin(&mut stage, file.input);
                        self.file(turn, file, &mut stage, render);
                    }
                });
            }
        });
        Ok(())
    }

    fn take(&self) -> Option<(usize, &Planned<'_>)> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.files.get(turn).filter(|_| !self.interrupt.is_requested()).map(|file| (turn, file))
    }

    /// Writes one file, and says what went wrong.
    fn file(
        &self,
        turn: usize,
        file: &Planned<'_>,
        stage: &mut impl Stage,
        render: Option<&dyn Render>,
    ) {
        let mut watch =
            Watch::of_one_output(self.job, file.place, Arc::clone(self.interrupt), self.closing);
        let written = self.write(file, stage, render, &mut watch);
        let failed = watch.failed;
        watch.hand_over(turn);
        match written {
            Ok(()) if !failed => {}
            Ok(()) => self.failed.store(true, Ordering::Relaxed),
            Err(error) => {
                self.failed.store(true, Ordering::Relaxed);
                let what = format!("{}; nothing is left of this output", describe(&error));
                messages::error(&file.target.display().to_string(), &what);
            }
        }
    }

    /// Errors are those of the output.
    fn write(
        &self,
        file: &Planned<'_>,
        stage: &mut impl Stage,
        render: Option<&dyn Render>,
        watch: &mut Watch,
    ) -> io::Result<()> {
        let about = match fs::metadata(file.path) {
            Ok(about) => about,
            Err(error) => {
                watch.file_failed(file.input, &FileError::Io(error));
                return Ok(());
            }
        };
        let mut draft = Draft::new(&file.target, &about, self.job.target.compress)?;
        let mut feed = stages::feed(self.job, self.closing, [file.input.clone()]);
        if let Some(render) = render {
            draft.write_all(&written(|start| render.begin_run(start)))?;
        }
        // A run holds its interrupt while it works, so each has its own; the watch looks at the common one.
        let totals = pipeline::run(&mut feed, stage, &mut draft, watch, &Interrupt::default())?;
        if watch.failed || !watch.ended {
            return Ok(());
        }
        if let Some(render) = render {
            draft.write_all(&written(|end| render.end_run(&totals, end)))?;
        }
        draft.finish(self.job.target.force)
    }
}
