//! Keeps a separate stage for each file, where blocks of several files alternate.

use std::collections::HashMap;
use std::io;

use crate::input::Block;
use crate::pipeline::{Output, Stage};
use crate::stats::BlockOutcome;

/// A stage that gives the blocks of each file to a clone of another stage.
///
/// So the state of a stage never comes from the lines of another file. The clone for a file is kept
/// until the file is skipped.
#[derive(Clone)]
pub struct PerFileStage<S> {
    /// The first file gets a clone of this one.
    stage: S,
    stages: HashMap<usize, S>,
    /// The file of the last block.
    last_block: Option<usize>,
}

impl<S> PerFileStage<S> {
    /// Gives the blocks of each file to a clone of `stage`.
    pub fn new(stage: S) -> Self {
        Self { stage, stages: HashMap::new(), last_block: None }
    }
}

impl<S: Stage> Stage for PerFileStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let file = block.file;
        let last_block = self.last_block.replace(file);
        if !self.stages.contains_key(&file) {
            // Every stage can go on with another file, so a clone of one that has worked is as good
            // as a new one. And what was compiled at its first use need not be compiled again.
            let used = last_block.and_then(|last| self.stages.get(&last));
            let stage = used.unwrap_or(&self.stage).clone();
            self.stages.insert(file, stage);
        }
        let stage = self.stages.get_mut(&file).expect("each file has a stage by now");
        let outcome = stage.block(block, out)?;
        if outcome.file_done {
            self.stages.remove(&file);
        }
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        true
    }
}
