//! The trait for following a run.

use std::io::{self, Write};

use crate::input::{Block, FileError, Input, Notice};
use crate::stats::{BlockOutcome, Occurrence, Totals};

/// Follows a run: what was found, what failed, and where files start and end in the output.
///
/// All methods are called in input order, whatever the number of threads. `()` ignores everything,
/// also inputs that could not be read.
pub trait Observer {
    /// The file could not be read, or not to its end. The run goes on with the next one.
    fn file_failed(&mut self, input: &Input, error: &FileError);

    /// Something about the file is worth a message, but it is read all the same.
    fn notice(&mut self, _input: &Input, _notice: Notice) {}

    /// The output for a block was written.
    fn block_done(&mut self, _block: &Block, _outcome: BlockOutcome) {}

    /// Some of the occurrences of a block that is not done. Called for blocks with very many.
    fn occurrences(&mut self, block: &Block, occurrences: Vec<Occurrence>) {
        self.block_done(block, BlockOutcome::of_occurrences(occurrences));
    }

    /// So many more bytes and lines are done. `lines` stays 0 when lines are not counted.
    ///
    /// Called once per block, and once more for a last line without a line terminator.
    fn progress(&mut self, _bytes: u64, _lines: u64) {}

    /// The file is open; what is written to `out` comes before its lines.
    fn file_started(&mut self, _input: &Input, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// The file is done; what is written to `out` comes after its lines.
    fn file_finished(
        &mut self,
        _input: &Input,
        _totals: &Totals,
        _out: &mut dyn Write,
    ) -> io::Result<()> {
        Ok(())
    }

    /// The system refused a thread, so the run goes on with this number of threads.
    fn threads_refused(&mut self, _started: usize, _error: &io::Error) {}

    /// Whether to go on after a block; `totals` are those of the run so far.
    fn should_continue(&self, _totals: &Totals) -> bool {
        true
    }
}

impl Observer for () {
    fn file_failed(&mut self, _input: &Input, _error: &FileError) {}
}
