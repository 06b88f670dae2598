//! The times of the lines in blocks.

use std::collections::HashMap;
use std::sync::Arc;

use crate::input::{Block, Part};
use crate::stats::Occurrence;
use crate::timestamp::{LocalTimestamp, Timeline, TimestampReader};

/// Something in a line that has the time of that line.
pub trait Timed {
    /// The offset of the line in the file.
    fn line_offset(&self) -> u64;

    /// Sets the time, and whether it is that of a line before.
    fn set_time(&mut self, time: Option<LocalTimestamp>, is_of_line_before: bool);
}

impl Timed for Occurrence {
    fn line_offset(&self) -> u64 {
        self.line_offset
    }

    fn set_time(&mut self, time: Option<LocalTimestamp>, is_of_line_before: bool) {
        self.time = time;
        self.is_time_of_line_before = is_of_line_before;
    }
}

/// Reads the times of the lines of a file, block by block. Another file starts over.
#[derive(Clone, Debug)]
pub struct LineTimes {
    reader: Arc<TimestampReader>,
    /// The file generation of the last block.
    generation: u64,
    /// The offset of the first block in the file.
    start: u64,
    timeline: Timeline,
    /// The offset in the file up to which lines were read or skipped.
    position: u64,
    /// The timestamp of the last line that was read.
    own_time: Option<LocalTimestamp>,
}

impl LineTimes {
    /// Starts with the first block of a file.
    pub fn new(reader: Arc<TimestampReader>) -> Self {
        let timeline = Timeline::new(Arc::clone(&reader), None);
        Self { reader, generation: 0, start: 0, timeline, position: 0, own_time: None }
    }

    /// Goes on to `block`, and returns whether it is the first one of a file.
    pub fn begin_block(&mut self, block: &Block) -> bool {
        if self.generation == block.generation {
            return false;
        }
        self.generation = block.generation;
        self.start = block.offset;
        self.position = block.offset;
        self.timeline = Timeline::new(Arc::clone(&self.reader), block.modified);
        self.timeline.look_ahead(block.bytes());
        true
    }

    /// Whether times with and without an offset disagree in the present file, as in
    /// [`Timeline::zones_disagree`].
    pub fn zones_disagree(&self) -> bool {
        self.timeline.zones_disagree()
    }

    /// The timestamp of `line` at `offset` in the file, and of no other line.
    pub fn read(&mut self, offset: u64, line: &[u8]) -> Option<LocalTimestamp> {
        self.timeline.read(offset - self.start, line)
    }

    /// Sets the times of `occurrences`, which are the next ones in `block`, in order. One in a line
    /// without a timestamp has that of the line before.
    pub fn set_times(&mut self, block: &Block, occurrences: &mut [impl Timed]) {
        self.begin_block(block);
        for occurrence in occurrences {
            let line_offset = occurrence.line_offset();
            // Another one may be in the line that was read last.
            if self.position <= line_offset {
                let skipped = self.skipped(line_offset, block);
                let line = &block.bytes()[(line_offset - block.offset) as usize..];
                let newline = memchr::memchr(b'\n', line);
                let line = &line[..newline.map_or(line.len(), |newline| newline + 1)];
                let start = line_offset - self.start - skipped.len() as u64;
                self.own_time = self.timeline.read_after(start, skipped, line);
                self.position = line_offset + line.len() as u64;
            }
            let time = self.own_time.or(self.timeline.last());
            occurrence.set_time(time, self.own_time.is_none() && time.is_some());
        }
    }

    /// Goes on to the end of `block`.
    pub fn end_block(&mut self, block: &Block) {
        self.begin_block(block);
        if matches!(block.part, Part::Lines | Part::LongStart) {
            let end = block.offset + block.bytes().len() as u64;
            let skipped = self.skipped(end, block);
            self.timeline.skip(end - self.start - skipped.len() as u64, skipped);
            self.position = end;
        }
    }

    /// The lines of `block` up to `end` in the file that were not read.
    fn skipped<'b>(&self, end: u64, block: &'b Block) -> &'b [u8] {
        // The end of the start of a long line comes again with its next part.
        let start = self.position.max(block.offset);
        &block.bytes()[(start - block.offset) as usize..(end - block.offset) as usize]
    }
}

/// Sets the times of the occurrences in blocks of any number of files.
#[derive(Debug)]
pub struct OccurrenceTimes {
    reader: Arc<TimestampReader>,
    files: HashMap<usize, LineTimes>,
}

impl OccurrenceTimes {
    /// Starts with the first block of each file.
    pub fn new(reader: Arc<TimestampReader>) -> Self {
        Self { reader, files: HashMap::new() }
    }

    /// Sets the times of `occurrences`, which are the next ones in `block`.
    pub fn set_times(&mut self, block: &Block, occurrences: &mut [impl Timed]) {
        self.times_of(block).set_times(block, occurrences);
    }

    /// Goes on to the end of `block`.
    pub fn end_block(&mut self, block: &Block) {
        self.times_of(block).end_block(block);
    }

    /// Whether times with and without an offset disagree in a file, since the last
    /// [`clear`](Self::clear).
    pub fn zones_disagree(&self) -> bool {
        self.files.values().any(LineTimes::zones_disagree)
    }

    fn times_of(&mut self, block: &Block) -> &mut LineTimes {
        let times = self.files.entry(block.file);
        times.or_insert_with(|| LineTimes::new(Arc::clone(&self.reader)))
    }

    /// Forgets all files. Their further blocks are taken as the first ones.
    pub fn clear(&mut self) {
        self.files.clear();
    }
}
