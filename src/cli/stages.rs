//! What reads and works as a job wants it.

use std::sync::Arc;

use imerr::annotate::{Annotator, LineSelection};
use imerr::format::Render;
use imerr::input::{Feed, Input};
use imerr::stages::TimeRangeStage;
use imerr::strip::Stripper;

use super::closing::Closing;
use super::job::{Job, Task};

/// What reads `inputs` as `job` needs them.
pub fn feed(job: &Job, closing: &Closing, inputs: impl Into<Arc<[Input]>>) -> Feed {
    Feed::new(inputs, counts_lines(job, closing)).with_encoding(job.encoding).with_tail(job.tail)
}

/// Whether the lines of the inputs have to be counted.
pub fn counts_lines(job: &Job, closing: &Closing) -> bool {
    let has_numbers = matches!(&job.task, Task::Annotate(render) if job.numbers || render.properties().line_numbers);
    has_numbers || closing.is_needed()
}

/// What takes annotations out as `job` wants it.
pub fn stripper(job: &Job) -> Stripper {
    Stripper::with_json_key(&job.json_key).with_catalog(job.detector.catalog().clone())
}

/// What annotates as `job` wants it.
pub fn annotator(
    job: &Job,
    closing: &Closing,
    render: Option<Arc<dyn Render>>,
) -> TimeRangeStage<Annotator> {
    let detector = job
        .detector
        .clone()
        .with_unknown(job.filter.wants_some_unknown())
        .with_preferred(job.prefer.as_deref());
    let annotator = Annotator::new(detector, render)
        .with_filter(job.filter.clone())
        .with_inputs(Arc::clone(&job.inputs));
    let annotator = annotator
        .with_json_key(&job.json_key)
        .with_escaped_controls(job.shows_controls)
        .with_file_names(job.names == Some(true))
        .with_line_numbers(job.numbers)
        .with_styles(job.paint.clone())
        .with_line_selection(lines(job, closing))
        .with_recorder(closing.notes());
    TimeRangeStage::new(annotator, job.span.clone())
}

/// Which lines are of interest. Whoever asks only whether there is one needs no second.
fn lines(job: &Job, closing: &Closing) -> LineSelection {
    let mut lines = job.lines;
    if !matches!(job.task, Task::Annotate(_)) {
        (lines.before, lines.after) = (0, 0);
    }
    if matches!(job.task, Task::Quiet | Task::Files(_)) && !closing.is_needed() {
        lines.max = Some(lines.max.map_or(1, |max| max.min(1)));
        lines.unordered = true;
    }
    lines
}
