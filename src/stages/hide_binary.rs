//! Leaves out the output for binary files.

use std::io;
use std::ops::Range;

use crate::input::Block;
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, LineTermination, Occurrence};

/// A stage around another one. What that one finds in binary files counts, but its output for them
/// is left out.
#[derive(Clone)]
pub struct HideBinaryStage<S> {
    stage: S,
    /// The stage of the binary files. What it explains there is not seen, so that the other one
    /// must not refer to it.
    hidden: Option<S>,
    is_enabled: bool,
}

impl<S> HideBinaryStage<S> {
    /// Without `is_enabled`, nothing is left out.
    pub fn new(stage: S, is_enabled: bool) -> Self {
        Self { stage, hidden: None, is_enabled }
    }
}

impl<S: Stage> Stage for HideBinaryStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if !(self.is_enabled && block.is_binary) {
            return self.stage.block(block, out);
        }
        let stage = self.hidden.get_or_insert_with(|| self.stage.clone());
        let mut outcome = stage.block(block, &mut NoOutput(out))?;
        outcome.termination = LineTermination::Complete;
        // It is the worst of those that are printed.
        outcome.worst_code = None;
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.stage.needs_order()
    }
}

/// Takes occurrences alone.
struct NoOutput<'o>(&'o mut dyn Output);

impl Output for NoOutput<'_> {
    fn copy(&mut self, _: &Block, _: Range<usize>) -> io::Result<()> {
        Ok(())
    }

    fn write_bytes(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn write_nuls(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        self.0.take_occurrences(occurrences)
    }
}
