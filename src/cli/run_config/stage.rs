//! The stage of a run, which is chosen once and not per line.

use std::io;
use std::sync::Arc;

use imerr::annotate::Annotator;
use imerr::input::{Block, Input};
use imerr::pipeline::{Output, Stage};
use imerr::stages::TimeRangeStage;
use imerr::stats::BlockOutcome;
use imerr::strip::Stripper;

/// Removes annotations or adds them.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a run has one stage per thread")]
pub enum LogStage {
    Strip(Stripper),
    Annotate(TimeRangeStage<Annotator>),
}

impl LogStage {
    /// Replaces the inputs that blocks come from. What the stage has compiled so far stays.
    pub fn set_inputs(&mut self, inputs: Arc<[Input]>) {
        if let Self::Annotate(stage) = self {
            stage.stage = stage.stage.clone().with_inputs(inputs);
        }
    }
}

impl Stage for LogStage {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match self {
            Self::Strip(stage) => stage.block(block, out),
            Self::Annotate(stage) => stage.block(block, out),
        }
    }

    fn needs_order(&self) -> bool {
        match self {
            Self::Strip(stage) => stage.needs_order(),
            Self::Annotate(stage) => stage.needs_order(),
        }
    }
}
