//! The hot loop: blocks of lines in, the same lines with what is said about them out.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::detect::{Detector, Finding};
use crate::filter::Filter;
use crate::input::{Block, HELD_BACK, Input, Part};
use crate::pipeline::{Output, Stage};
use crate::render::{
    Additions, DEFAULT_KEY, Line, Render, Surroundings, annotation_with, is_of_block, lines_of_blocks, shown, shown_line,
};
use crate::stats::{Notes, Seen, Totals};

/// Annotates blocks. Cheap to clone: each worker takes its own.
#[derive(Clone)]
pub struct Annotator {
    detector: Detector,
    filter: Arc<Filter>,
    render: Option<Arc<dyn Render>>,
    keeps_plain_lines: bool,
    needs_line_numbers: bool,
    names_lines: bool,
    shows_controls: bool,
    /// The key of the member that annotated JSON lines have.
    json_key: Arc<str>,
    /// What is noted of each finding, if anything is.
    notes: Option<Notes>,
    inputs: Arc<[Input]>,
    /// The place and the name of the input that the last block came from.
    input: (usize, String),
    /// What stands around the lines of that input.
    around: Surroundings,
    findings: Vec<Finding>,
    rendered: Vec<u8>,
    long_line: LongLine,
}

/// The very long line that is passing through.
#[derive(Clone, Default)]
struct LongLine {
    /// Whether its bytes are part of the output.
    is_kept: bool,
    /// What is put before its end.
    ending: Vec<u8>,
}

impl Annotator {
    /// An annotator that finds with `detector` and writes with `render`; without a renderer it only counts.
    pub fn new(detector: Detector, render: Option<Arc<dyn Render>>) -> Self {
        let needs_line_numbers = render.as_ref().is_some_and(|render| render.needs_line_numbers());
        let keeps_plain_lines = render.as_ref().is_some_and(|render| render.keeps_plain_lines());
        Self {
            detector,
            filter: Arc::default(),
            render,
            keeps_plain_lines,
            needs_line_numbers,
            names_lines: false,
            shows_controls: false,
            around: Surroundings::default(),
            json_key: Arc::from(DEFAULT_KEY),
            notes: None,
            inputs: Arc::new([]),
            input: (0, "-".to_string()),
            findings: Vec::new(),
            rendered: Vec::new(),
            long_line: LongLine::default(),
        }
    }

    /// The same annotator, for findings that pass `filter` only.
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = Arc::new(filter);
        self
    }

    /// The same annotator, with the inputs that blocks come from, by their place; without any, all come from standard input.
    pub fn with_inputs(mut self, inputs: Arc<[Input]>) -> Self {
        self.input = (0, inputs.first().map_or("-".to_string(), Input::name));
        self.inputs = inputs;
        self.begin();
        self
    }

    /// The same annotator; with `names`, each line of the log that comes out begins with the name of its file and a colon.
    ///
    /// Plain lines then no longer pass in one piece. Formats without the log name files in their own way and stay as they are.
    pub fn with_file_names(mut self, names: bool) -> Self {
        self.names_lines = names && self.keeps_log();
        self.begin();
        self
    }

    /// The same annotator; with `shows`, control characters of the log other than tabs and colors are [shown], not passed
    /// on. Formats without the log stay as they are. What comes out is for a terminal; it cannot be turned back.
    pub fn with_shown_controls(mut self, shows: bool) -> Self {
        self.shows_controls = shows && self.keeps_log();
        self
    }

    /// Whether the log is part of the output.
    fn keeps_log(&self) -> bool {
        self.render.as_ref().is_some_and(|render| render.keeps_plain_lines())
    }

    /// The same annotator, which takes a member `key` of JSON lines for an annotation.
    pub fn with_json_key(mut self, key: &str) -> Self {
        self.json_key = Arc::from(key);
        self
    }

    /// The same annotator, which tells of each finding what `notes` asks for. Lines have to be counted for it.
    pub fn with_notes(mut self, notes: Option<Notes>) -> Self {
        self.needs_line_numbers |= notes.is_some();
        self.notes = notes;
        self
    }

    /// The same annotator; with `only`, lines without findings are left out.
    pub fn with_only(mut self, only: bool) -> Self {
        self.keeps_plain_lines &= !only;
        self
    }

    fn lines(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        let bytes = block.bytes();
        let mut seen = Seen::default();
        let (mut written, mut number, mut counted) = (0, block.line, 0);
        let mut scan = self.detector.scan(bytes);
        while let Some(line) = scan.next_line(&mut self.detector) {
            let at = bytes.len().min(line.end + 1);
            let (text, end) = split_end(bytes, line.clone(), at);
            if is_of_block(text) {
                continue;
            }
            let additions = Additions::find(text, &self.json_key, self.detector.catalog());
            let own = additions.own(text);
            match own {
                Cow::Borrowed(own) => scan.findings(&mut self.detector, own, &mut self.findings),
                // What was put into the line has moved its codes.
                Cow::Owned(ref own) => self.detector.detect(own, &mut self.findings),
            }
            if !self.is_of_interest() {
                continue;
            }
            seen.totals.matched_lines += 1;
            seen.totals.matches += self.findings.len() as u64;
            if self.needs_line_numbers {
                number += memchr::memchr_iter(b'\n', &bytes[counted..line.start]).count() as u64;
                counted = line.start;
            }
            if let Some(notes) = &self.notes {
                notes.take(number, &own, &self.findings, &mut seen.sightings);
            }
            let Some(render) = &self.render else { continue };
            if self.keeps_plain_lines {
                self.plain_lines(block, written..line.start, out)?;
            }
            written = at;
            let is_renewed = additions.takes_end() && render.renews();
            if !(additions.is_empty() || is_renewed) && render.keeps_plain_lines() {
                self.name(out)?;
                // An annotation of an earlier run stays: annotating twice is annotating once.
                out.keep(block, line.start..at)?;
                continue;
            }
            let file = self.input.1.as_str();
            let offset = block.offset + line.start as u64;
            let end = if additions.takes_end() { b"" } else { end };
            let shown = if self.shows_controls { shown_line(&own, &mut self.findings) } else { None };
            let text = shown.as_deref().unwrap_or(&own);
            self.rendered.clear();
            render.line_within(
                &Line { file, number, offset, text, end, findings: &self.findings },
                &mut self.around,
                self.detector.catalog(),
                &mut self.rendered,
            );
            match self.names_lines {
                false => out.add(&self.rendered)?,
                true => {
                    for line in self.rendered.split_inclusive(|&byte| byte == b'\n') {
                        self.name(out)?;
                        out.add(line)?;
                    }
                }
            }
        }
        if self.keeps_plain_lines {
            self.plain_lines(block, written..bytes.len(), out)?;
        }
        Ok(seen)
    }

    /// Passes whole lines of `block` on, without those that are written anew.
    fn plain_lines(&self, block: &Block, lines: Range<usize>, out: &mut dyn Output) -> io::Result<()> {
        let mut start = lines.start;
        if self.render.as_ref().is_some_and(|render| render.renews()) {
            for old in lines_of_blocks(block.bytes(), lines.clone()) {
                self.own_lines(block, start..old.start, out)?;
                start = old.end;
            }
        }
        self.own_lines(block, start..lines.end, out)
    }

    /// Passes whole lines of `block` on, in one piece unless each is named.
    fn own_lines(&self, block: &Block, lines: Range<usize>, out: &mut dyn Output) -> io::Result<()> {
        if !self.names_lines {
            return out.keep(block, lines);
        }
        let bytes = &block.bytes()[..lines.end];
        let mut start = lines.start;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |newline| start + newline + 1);
            self.name(out)?;
            out.keep(block, start..end)?;
            start = end;
        }
        Ok(())
    }

    /// Makes ready for a file.
    fn begin(&mut self) {
        self.around.begin();
        self.around.prefix = if self.names_lines { format!("{}:", self.input.1) } else { String::new() };
    }

    /// Writes what stands before a line if lines are named.
    fn name(&self, out: &mut dyn Output) -> io::Result<()> {
        if !self.names_lines {
            return Ok(());
        }
        out.add(self.input.1.as_bytes())?;
        out.add(b":")
    }

    /// Whether one of the findings passes the filter; the others are taken out.
    fn is_of_interest(&mut self) -> bool {
        self.filter.apply(&mut self.findings, self.detector.catalog());
        !self.findings.is_empty()
    }

    fn long_start(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        let text = block.bytes();
        self.detector.detect(text, &mut self.findings);
        self.is_of_interest();
        // A number that touches the cut may go on behind it.
        self.findings.retain(|finding| finding.end < text.len());
        let found = !self.findings.is_empty();
        self.long_line = LongLine { is_kept: self.keeps_plain_lines, ending: Vec::new() };
        if let Some(render) = self.render.as_ref().filter(|_| found) {
            let file = self.input.1.as_str();
            let line = Line { file, number: block.line, offset: block.offset, text, end: b"", findings: &self.findings };
            render.long_line_end(&line, self.detector.catalog(), &mut self.long_line.ending);
            self.long_line.is_kept = render.keeps_plain_lines();
        }
        if self.long_line.is_kept {
            self.name(out)?;
        }
        self.pass(block, 0..text.len() - HELD_BACK, out)?;
        let mut seen =
            Seen::from(Totals { matched_lines: u64::from(found), matches: self.findings.len() as u64, ..Totals::default() });
        if let Some(notes) = &self.notes {
            notes.take(block.line, text, &self.findings, &mut seen.sightings);
        }
        Ok(seen)
    }

    fn long_end(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<()> {
        let bytes = block.bytes();
        let line = 0..bytes.len() - usize::from(bytes.last() == Some(&b'\n'));
        let (text, end) = split_end(bytes, line, bytes.len());
        self.pass(block, 0..text.len(), out)?;
        if !(self.long_line.is_kept && annotation_with(text, &self.json_key).is_some()) {
            out.add(&self.long_line.ending)?;
        }
        self.pass(block, bytes.len() - end.len()..bytes.len(), out)
    }

    fn pass(&self, block: &Block, range: Range<usize>, out: &mut dyn Output) -> io::Result<()> {
        if self.long_line.is_kept { out.keep(block, range) } else { Ok(()) }
    }
}

impl Stage for Annotator {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        if self.input.0 != block.file {
            self.input = (block.file, self.inputs.get(block.file).map_or("-".to_string(), Input::name));
            self.begin();
        } else if block.offset == 0 {
            self.begin();
        }
        match self.shows_controls {
            false => self.part(block, out),
            true => self.part(block, &mut Showing(out)),
        }
    }
}

impl Annotator {
    /// Writes what becomes of a part of a file.
    fn part(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        match block.part {
            Part::Lines => return self.lines(block, out),
            Part::LongStart => return self.long_start(block, out),
            Part::LongMiddle => self.pass(block, 0..block.bytes().len(), out)?,
            Part::LongEnd => self.long_end(block, out)?,
        }
        Ok(Seen::default())
    }
}

/// Shows the control characters of what is kept.
pub(crate) struct Showing<'o>(pub &'o mut dyn Output);

impl Output for Showing<'_> {
    fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        match shown(&block.bytes()[range.clone()]) {
            Cow::Borrowed(_) => self.0.keep(block, range),
            Cow::Owned(shown) => self.0.add(&shown),
        }
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.add(bytes)
    }
}

/// The line at `line` without and with its end, which reaches up to `next`: the CR of a CR LF belongs to the end.
pub(crate) fn split_end(bytes: &[u8], line: Range<usize>, next: usize) -> (&[u8], &[u8]) {
    let cr = next > line.end && line.end > line.start && bytes[line.end - 1] == b'\r';
    let end = line.end - usize::from(cr);
    (&bytes[line.start..end], &bytes[end..next])
}
