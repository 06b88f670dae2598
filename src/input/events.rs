//! What a run reads from.

use std::sync::Arc;

use super::feed::{Event, Input};

/// Files as one stream of events: one file after the other, or several at the same time.
///
/// The blocks of one file come in order. A file may begin again after its end: what stands under its name is another one then.
pub trait Events {
    /// The inputs.
    fn inputs(&self) -> Arc<[Input]>;

    /// The next event; a block is put into the memory of `spare`. None when all inputs are done.
    fn next(&mut self, spare: Vec<u8>) -> Option<Event>;

    /// Whether the next event may keep the caller waiting: what is done so far should be written out before.
    fn may_wait(&self) -> bool;

    /// Nothing more of the file at place `file` is wanted: what is left to say of it comes next, and then the other files.
    fn leave(&mut self, file: usize);

    /// What is left to say when nothing more is asked for, before the end or behind it.
    fn stop(&mut self) -> Vec<Event> {
        Vec::new()
    }
}
