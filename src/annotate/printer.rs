//! Prints lines: prefix, escaped control characters, what the renderer writes, and line
//! terminators.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::prefix::{CONTEXT, Prefix, SELECTED};
use super::scanner::ScannedLine;
use super::selector::{BufferedLine, Disposition, line_end};
use crate::catalog::Catalog;
use crate::detect::Finding;
use crate::format::{FormatProperties, Line, LineContext, Render, whole_characters};
use crate::input::Block;
use crate::pipeline::Output;
use crate::stats::LineTermination;
use crate::syntax::ADDED_LINE_END;
use crate::terminal::{escape_controls, escape_line_controls};

/// Prints the lines of one file after the other.
#[derive(Clone)]
pub(super) struct Printer {
    /// Without a renderer nothing is printed.
    render: Option<Arc<dyn Render>>,
    pub format: FormatProperties,
    pub prefix: Prefix,
    pub escapes_controls: bool,
    /// Whether only some lines of the log are printed.
    pub selects_lines: bool,
    /// The name of the file.
    file: String,
    /// What is printed around the lines of the file.
    context: LineContext,
    rendered: Vec<u8>,
    /// How the last line ends that was printed for the current block.
    pub termination: LineTermination,
    /// Where the first line of the current block starts whose key is the one for annotations.
    pub key_conflict_offset: Option<u64>,
}

/// A block, the output for it, and how far its lines are counted.
pub(super) struct BlockOutput<'a> {
    pub block: &'a Block,
    pub out: &'a mut dyn Output,
    number: u64,
    /// Where the line with this number starts.
    counted_to: usize,
}

impl<'a> BlockOutput<'a> {
    pub fn new(block: &'a Block, out: &'a mut dyn Output) -> Self {
        Self { block, out, number: block.line, counted_to: 0 }
    }

    /// The number of the line that starts at `start`, which no earlier call passed.
    pub fn number_at(&mut self, start: usize) -> u64 {
        let lines = &self.block.bytes()[self.counted_to..start];
        self.number += memchr::memchr_iter(b'\n', lines).count() as u64;
        self.counted_to = start;
        self.number
    }
}

impl Printer {
    pub fn new(render: Option<Arc<dyn Render>>) -> Self {
        let silent = FormatProperties { passthru: false, ..FormatProperties::default() };
        Self {
            format: render.as_ref().map_or(silent, |render| render.properties()),
            render,
            prefix: Prefix::default(),
            escapes_controls: false,
            selects_lines: false,
            file: String::new(),
            context: LineContext::default(),
            rendered: Vec::new(),
            termination: LineTermination::Complete,
            key_conflict_offset: None,
        }
    }

    /// Whether anything is printed.
    pub fn is_silent(&self) -> bool {
        self.render.is_none()
    }

    /// Prepares for the lines of a file.
    pub fn begin_file(&mut self, name: &str) {
        name.clone_into(&mut self.file);
        self.context.explained.clear();
        self.prefix.begin_file(name);
    }

    /// Prepares for a block.
    pub fn begin_block(&mut self) {
        self.termination = LineTermination::Complete;
        self.key_conflict_offset = None;
    }

    /// Prints lines of the log, in one piece if they have no prefix.
    pub fn copy_lines(
        &mut self,
        range: Range<usize>,
        separator: &[u8],
        to: &mut BlockOutput<'_>,
    ) -> io::Result<()> {
        if !self.format.passthru || range.is_empty() {
            return Ok(());
        }
        let bytes = to.block.bytes();
        self.termination = self.termination_of(&bytes[range.clone()], false);
        if self.prefix.is_empty() {
            return to.out.copy(to.block, range);
        }
        let mut number = self.number(range.start, to);
        let mut start = range.start;
        while start < range.end {
            let end = line_end(bytes, start, range.end);
            self.prefix.print(number, separator, to.out)?;
            to.out.copy(to.block, start..end)?;
            start = end;
            number += 1;
        }
        Ok(())
    }

    /// Prints a line with codes. A buffered line is returned instead, to be printed later.
    ///
    /// A line that an earlier run annotated stays as it is: annotating twice is the same as
    /// annotating once.
    #[inline]
    pub fn print_line(
        &mut self,
        line: &ScannedLine<'_>,
        findings: &mut [Finding],
        catalog: &Catalog,
        disposition: Disposition,
        to: &mut BlockOutput<'_>,
    ) -> io::Result<Option<BufferedLine>> {
        let is_buffered = disposition == Disposition::Buffered;
        let separator = if disposition == Disposition::Selected { SELECTED } else { CONTEXT };
        let is_replaced = line.prior.is_only_added_line_end() && self.format.replaces_previous;
        if self.format.passthru && !line.prior.is_empty() && !is_replaced {
            if is_buffered {
                return Ok(Some(self.buffered_copy(line.range.clone(), line.number, to.block)));
            }
            self.termination = self.termination_of(&to.block.bytes()[line.range.clone()], true);
            self.prefix.print(line.number, separator, to.out)?;
            to.out.copy(to.block, line.range.clone())?;
            return Ok(None);
        }
        self.render(line, to.block.offset, findings, catalog, is_buffered);
        if is_buffered {
            return Ok(Some(BufferedLine { number: line.number, text: self.rendered.clone() }));
        }
        self.termination = self.termination_of(&self.rendered, true);
        self.prefix.print_lines(&self.rendered, line.number, separator, to.out)?;
        Ok(None)
    }

    /// Renders a line of a block that starts at `block_offset` in its file.
    #[inline]
    fn render(
        &mut self,
        line: &ScannedLine<'_>,
        block_offset: u64,
        findings: &mut [Finding],
        catalog: &Catalog,
        is_buffered: bool,
    ) {
        self.rendered.clear();
        let Some(render) = self.render.as_deref() else { return };
        let mut escaped = None;
        if self.escapes_controls {
            escaped = escape_line_controls(&line.original, findings);
        }
        let text = escaped.as_deref().unwrap_or(&line.original);
        if !self.prefix.is_empty() {
            self.context.prefix = self.prefix.plain(line.number);
        }
        // A buffered line may never be printed, so it must not mark codes as already explained.
        let mut unprinted = is_buffered.then(|| self.context.clone());
        let context = unprinted.as_mut().unwrap_or(&mut self.context);
        let (number, end) = (line.number, line.terminator);
        let offset = block_offset + line.range.start as u64;
        let line = Line { file: &self.file, number, offset, text, end, findings, catalog };
        render.render_line(&line, context, &mut self.rendered);
        if self.key_conflict_offset.is_none()
            && self.rendered.len() == text.len() + end.len()
            && render.has_key_conflict(text)
        {
            self.key_conflict_offset = Some(offset);
        }
    }

    /// A line of the log, to be printed later.
    pub fn buffered_copy(&self, range: Range<usize>, number: u64, block: &Block) -> BufferedLine {
        let line = &block.bytes()[range];
        let text =
            if self.escapes_controls { escape_controls(line).into_owned() } else { line.to_vec() };
        BufferedLine { number, text }
    }

    /// Prints a line of the buffer, which is context.
    pub fn print_buffered(&self, line: &BufferedLine, out: &mut dyn Output) -> io::Result<()> {
        self.prefix.print_lines(&line.text, line.number, CONTEXT, out)
    }

    /// What is inserted at the end of a line that is too long to be held; `start` is its beginning.
    pub fn long_line_end(
        &self,
        block: &Block,
        start: &[u8],
        findings: &[Finding],
        catalog: &Catalog,
    ) -> Vec<u8> {
        let (file, number, offset) = (self.file.as_str(), block.line, block.offset);
        let mut ending = Vec::new();
        if let Some(render) = &self.render {
            let text = whole_characters(start);
            let line = Line { file, number, offset, text, end: b"", findings, catalog };
            render.long_line_end(&line, &mut ending);
        }
        ending
    }

    /// The number of the line that starts at `start`, if lines are printed with numbers.
    pub fn number(&self, start: usize, to: &mut BlockOutput<'_>) -> u64 {
        if self.prefix.has_number { to.number_at(start) } else { 0 }
    }

    /// How `text` ends, the last lines that are printed. Text after an unterminated annotation
    /// would hide it from `--strip`, and be hidden by it.
    pub fn termination_of(&self, text: &[u8], is_annotated: bool) -> LineTermination {
        match text.last() {
            None | Some(b'\n') => LineTermination::Complete,
            Some(_) if self.selects_lines || !self.prefix.is_empty() => {
                LineTermination::MustTerminate(b"\n")
            }
            Some(_) if is_annotated => LineTermination::MustTerminate(ADDED_LINE_END),
            Some(_) => LineTermination::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::blocks;
    use crate::format::{Append, Jsonl};

    /// Keeps what is written.
    #[derive(Default)]
    struct Written(Vec<u8>);

    impl Output for Written {
        fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
            self.write_bytes(&block.bytes()[range])
        }

        fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }

    fn printer(names: bool, numbers: bool) -> Printer {
        let mut printer = Printer::new(Some(Arc::new(Append::default())));
        printer.prefix.has_name = names;
        printer.prefix.has_number = numbers;
        printer.begin_file("a.log");
        printer
    }

    fn copied(mut printer: Printer, log: &str, separator: &[u8]) -> String {
        let block = blocks(log).remove(0);
        let mut out = Written::default();
        printer
            .copy_lines(0..log.len(), separator, &mut BlockOutput::new(&block, &mut out))
            .expect("a vector takes everything");
        String::from_utf8(out.0).expect("the log is UTF-8")
    }

    #[test]
    fn lines_have_prefixes() {
        let rows = [
            ((false, false), SELECTED, "a\nb\n"),
            ((true, false), SELECTED, "a.log:a\na.log:b\n"),
            ((true, false), CONTEXT, "a.log-a\na.log-b\n"),
            ((false, true), SELECTED, "1:a\n2:b\n"),
            ((true, true), CONTEXT, "a.log-1-a\na.log-2-b\n"),
        ];
        for ((names, numbers), separator, wanted) in rows {
            let text = copied(printer(names, numbers), "a\nb\n", separator);
            assert_eq!(text, wanted, "{names} {numbers} {separator:?}");
        }
        let mut records = printer(true, true);
        records.format = Jsonl.properties();
        assert_eq!(copied(records, "a\n", SELECTED), "", "the format has no log");
    }

    #[test]
    fn unsafe_characters_of_names_are_replaced_on_terminals() {
        for (replaces_unsafe, wanted) in
            [(true, "a\u{fffd}gol\u{fffd}:x\n"), (false, "a\u{202e}gol\x1b:x\n")]
        {
            let mut printer = printer(true, false);
            printer.prefix.replaces_unsafe = replaces_unsafe;
            printer.begin_file("a\u{202e}gol\x1b");
            assert_eq!(copied(printer, "x\n", SELECTED), wanted);
        }
    }

    #[test]
    fn unterminated_lines_are_known() {
        use LineTermination::{Complete, Missing, MustTerminate};
        let (plain, numbered) = (printer(false, false), printer(false, true));
        let mut selecting = printer(false, false);
        selecting.selects_lines = true;
        // How a plain and an annotated line end.
        let rows = [
            (&plain, "", Complete, Complete),
            (&plain, "a\n", Complete, Complete),
            (&plain, "a\nb", Missing, MustTerminate(ADDED_LINE_END)),
            (&numbered, "b", MustTerminate(b"\n"), MustTerminate(b"\n")),
            (&selecting, "b", MustTerminate(b"\n"), MustTerminate(b"\n")),
        ];
        for (printer, text, wanted, annotated) in rows {
            assert_eq!(printer.termination_of(text.as_bytes(), false), wanted, "{text:?}");
            assert_eq!(printer.termination_of(text.as_bytes(), true), annotated, "{text:?}");
        }
    }
}
