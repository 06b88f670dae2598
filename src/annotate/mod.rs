//! The hot loop: blocks of lines in, the same lines with what is said about them out.

mod long;
mod prefix;
mod selector;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::detect::{Detector, Finding, Scratch};
use crate::filter::Filter;
use crate::format::{Line, LineContext, Render};
use crate::input::{Block, Input, Part, STDIN};
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, LineTermination, OccurrenceRecorder};
use crate::strip::{DEFAULT_KEY, PriorAnnotations, is_below_line};
use crate::terminal::{Styles, escape_controls, escape_line_controls};
use long::LongLine;
use prefix::Prefix;
use selector::{Disposition, Selector};
pub use selector::{LineSelection, Select};
use write::{Numbers, Text};

/// Annotates blocks. Cheap to clone: each worker takes its own.
#[derive(Clone)]
pub struct Annotator {
    detector: Detector,
    filter: Arc<Filter>,
    render: Option<Arc<dyn Render>>,
    /// Whether the log is part of the output.
    keeps_log: bool,
    needs_line_numbers: bool,
    shows_controls: bool,
    /// The key of the member that annotated JSON lines have.
    json_key: Arc<str>,
    /// What is noted of each finding, if anything is.
    notes: Option<OccurrenceRecorder>,
    inputs: Arc<[Input]>,
    /// The place and the name of the input that the last block came from.
    input: (usize, String),
    /// The reading that the last block came from.
    generation: u64,
    /// What stands before lines.
    prefix: Prefix,
    /// Which lines come out, and what became of those before.
    selector: Selector,
    /// What stands around the lines of that input.
    around: LineContext,
    scratch: Scratch,
    findings: Vec<Finding>,
    rendered: Vec<u8>,
    long_line: LongLine,
    /// Whether what was written last of the block has no line end.
    open: LineTermination,
}

impl Annotator {
    /// An annotator that finds with `detector` and writes with `render`; without a renderer it only counts.
    pub fn new(detector: Detector, render: Option<Arc<dyn Render>>) -> Self {
        let format = render.as_ref().map(|render| render.properties());
        Self {
            detector,
            filter: Arc::default(),
            keeps_log: format.is_some_and(|format| format.passthru),
            needs_line_numbers: format.is_some_and(|format| format.line_numbers),
            render,
            shows_controls: false,
            json_key: Arc::from(DEFAULT_KEY),
            notes: None,
            inputs: Arc::new([]),
            input: (0, STDIN.to_string()),
            generation: 0,
            prefix: Prefix::default(),
            selector: Selector::default(),
            around: LineContext::default(),
            scratch: Scratch::default(),
            findings: Vec::new(),
            rendered: Vec::new(),
            long_line: LongLine::default(),
            open: LineTermination::Complete,
        }
    }

    /// The same annotator, for findings that pass `filter` only.
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = Arc::new(filter);
        self
    }

    /// The same annotator, with the inputs that blocks come from, by their place; without any, all come from standard input.
    pub fn with_inputs(mut self, inputs: Arc<[Input]>) -> Self {
        self.input = (0, inputs.first().map_or(STDIN.to_string(), Input::name));
        self.selector = Selector::new(self.selector.lines);
        self.inputs = inputs;
        self.begin();
        self
    }

    /// The same annotator; with `names`, each line of the log that comes out begins with the name of its file and a colon, or a
    /// hyphen where it only stands near one that was asked for.
    ///
    /// Plain lines then no longer pass in one piece. Formats without the log name files in their own way and stay as they are.
    pub fn with_file_names(mut self, names: bool) -> Self {
        self.prefix.names = names && self.keeps_log;
        self.begin();
        self
    }

    /// The same annotator; with `numbers`, the number of each line stands before it as its file's name does. LineSelection have to be
    /// counted for it.
    pub fn with_line_numbers(mut self, numbers: bool) -> Self {
        self.prefix.numbers = numbers && self.keeps_log;
        self.needs_line_numbers |= self.prefix.numbers;
        self.begin();
        self
    }

    /// The same annotator, which colors what stands before lines.
    pub fn with_styles(mut self, paint: Styles) -> Self {
        self.prefix.paint = paint;
        self.begin();
        self
    }

    /// The same annotator; with `shows`, control characters of the log other than tabs and colors are [escaped](escape_controls), not passed
    /// on. Formats without the log stay as they are. What comes out is for a terminal; it cannot be turned back.
    pub fn with_shown_controls(mut self, shows: bool) -> Self {
        self.shows_controls = shows && self.keeps_log;
        self.prefix.shows_controls = self.shows_controls;
        self.begin();
        self
    }

    /// The same annotator, which takes a member `key` of JSON lines for an annotation.
    pub fn with_json_key(mut self, key: &str) -> Self {
        self.json_key = Arc::from(key);
        self
    }

    /// The same annotator, which tells of each finding what `notes` asks for. LineSelection have to be counted for it.
    pub fn with_notes(mut self, notes: Option<OccurrenceRecorder>) -> Self {
        self.needs_line_numbers |= notes.is_some();
        self.notes = notes;
        self
    }

    /// The same annotator, which passes on these lines of the log. Formats without the log mind the limit alone.
    pub fn with_lines(mut self, lines: LineSelection) -> Self {
        let has_no_log = self.render.is_some() && !self.keeps_log;
        self.selector = Selector::new(if has_no_log {
            LineSelection { max: lines.max, ..LineSelection::default() }
        } else {
            lines
        });
        self.begin();
        self
    }

    /// Makes ready for a file.
    fn begin(&mut self) {
        self.around.start_file();
        self.selector.begin();
        self.prefix.begin(&self.input.1);
    }

    fn lines(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let bytes = block.bytes();
        let mut seen = BlockOutcome::default();
        let mut written = 0;
        let mut numbers = Numbers::of(block);
        let render = self.render.clone();
        let detector = self.detector.clone();
        let mut scan = detector.scan(bytes);
        while let Some(line) = scan.next_line() {
            let at = bytes.len().min(line.end + 1);
            let (text, end) = split_end(bytes, line.clone(), at);
            if is_below_line(text) {
                continue;
            }
            let additions = PriorAnnotations::find(text, &self.json_key, self.detector.catalog());
            let own = additions.original(text);
            match own {
                Cow::Borrowed(own) => scan.findings(own, &mut self.findings),
                // What was put into the line has moved its codes.
                Cow::Owned(ref own) => detector.detect(own, &mut self.scratch, &mut self.findings),
            }
            if !self.apply_filter() {
                continue;
            }
            if written < line.start {
                self.plain_lines(block, written..line.start, &mut numbers, out)?;
            }
            if self.selector.is_done() {
                seen.file_done = true;
                return Ok(seen);
            }
            written = at;
            let number = if self.needs_line_numbers { numbers.at(bytes, line.start) } else { 0 };
            let disposition = self.selector.disposition(true);
            if disposition == Disposition::Selected
                || self.selector.lines.select == Select::WithoutCodes
            {
                seen.totals.matched_lines += 1;
                seen.totals.matches += self.findings.len() as u64;
                if let Some(notes) = &self.notes {
                    notes.record(number, &own, &self.findings, &mut seen.occurrences);
                }
            }
            if disposition == Disposition::Selected {
                self.select(1, out)?;
            }
            if disposition == Disposition::Dropped {
                self.selector.skip();
                continue;
            }
            let Some(render) = render.as_deref() else { continue };
            let is_renewed =
                additions.is_only_added_line_end() && render.properties().replaces_previous;
            // An annotation of an earlier run stays: annotating twice is annotating once.
            let stays = !(additions.is_empty() || is_renewed) && self.keeps_log;
            if !stays {
                let file = self.input.1.as_str();
                let offset = block.offset + line.start as u64;
                let end = if additions.has_added_line_end() { b"" } else { end };
                let shown = if self.shows_controls {
                    escape_line_controls(&own, &mut self.findings)
                } else {
                    None
                };
                let text = shown.as_deref().unwrap_or(&own);
                self.rendered.clear();
                // What may not come out has told nobody anything.
                let mut apart = (disposition == Disposition::Buffered).then(|| self.around.clone());
                if !self.prefix.is_empty() {
                    self.around.prefix = self.prefix.plain(number);
                }
                render.render_in_context(
                    &Line { file, number, offset, text, end, findings: &self.findings },
                    apart.as_mut().unwrap_or(&mut self.around),
                    self.detector.catalog(),
                    &mut self.rendered,
                );
                if seen.key_conflict_offset.is_none()
                    && self.rendered.len() == text.len() + end.len()
                    && render.has_key_conflict(text)
                {
                    seen.key_conflict_offset = Some(offset);
                }
            }
            let line = if stays { Text::Kept(line.start..at) } else { Text::Rendered };
            self.line_with_codes(block, line, number, disposition, out)?;
        }
        self.plain_lines(block, written..bytes.len(), &mut numbers, out)?;
        seen.file_done = self.selector.is_done();
        Ok(seen)
    }

    /// Whether one of the findings passes the filter; the others are taken out.
    fn apply_filter(&mut self) -> bool {
        self.filter.apply(&mut self.findings, self.detector.catalog());
        !self.findings.is_empty()
    }
}

impl Stage for Annotator {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if self.input.0 != block.file {
            self.input =
                (block.file, self.inputs.get(block.file).map_or(STDIN.to_string(), Input::name));
        }
        if self.generation != block.generation {
            self.generation = block.generation;
            self.begin();
        }
        let selected = self.selector.selected();
        self.open = LineTermination::Complete;
        let mut seen = match self.shows_controls {
            false => self.part(block, out),
            true => self.part(block, &mut Showing(out)),
        }?;
        seen.totals.selected_lines = self.selector.selected() - selected;
        seen.termination = self.open;
        Ok(seen)
    }

    fn needs_order(&self) -> bool {
        let is_stateful = self.render.as_deref().is_some_and(|render| render.properties().stateful);
        is_stateful || self.selector.looks_around() && !self.selector.lines.in_any_order
    }
}

impl Annotator {
    /// Writes what becomes of a part of a file.
    fn part(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match block.part {
            Part::Lines => self.lines(block, out),
            Part::LongStart => self.long_start(block, out),
            Part::LongMiddle => self.long_middle(block, out),
            Part::LongEnd => self.long_end(block, out),
        }
    }
}

/// Shows the control characters of what is kept.
pub(crate) struct Showing<'o>(pub &'o mut dyn Output);

impl Output for Showing<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        match escape_controls(&block.bytes()[range.clone()]) {
            Cow::Borrowed(_) => self.0.copy(block, range),
            Cow::Owned(shown) => self.0.write_bytes(&shown),
        }
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_bytes(bytes)
    }

    fn at_section_start(&self) -> bool {
        self.0.at_section_start()
    }
}

/// The line at `line` without and with its end, which reaches up to `next`: the CR of a CR LF belongs to the end.
pub(crate) fn split_end(bytes: &[u8], line: Range<usize>, next: usize) -> (&[u8], &[u8]) {
    let cr = next > line.end && line.end > line.start && bytes[line.end - 1] == b'\r';
    let end = line.end - usize::from(cr);
    (&bytes[line.start..end], &bytes[end..next])
}
