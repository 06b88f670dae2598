//! Prints headers or separators between the output for one file and that for another.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::Block;
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, LineTermination, Occurrence};

/// A stage around another one. Where the output of that one goes on with another file, a header or
/// separator comes first.
#[derive(Clone)]
pub struct SectionStage<S> {
    stage: S,
    sections: Sections,
}

#[derive(Clone, Default)]
struct Sections {
    /// Returns the header of a file, if sections have headers.
    header: Option<Arc<dyn Fn(usize) -> String + Send + Sync>>,
    /// Whether a line `--` separates sections without headers.
    has_separators: bool,
    /// The file of the last output.
    last_output: Option<usize>,
    /// Whether that output lacks a line terminator.
    is_unterminated: bool,
}

impl<S> SectionStage<S> {
    /// Prints nothing between files.
    pub fn new(stage: S) -> Self {
        Self { stage, sections: Sections::default() }
    }

    /// Prints what `header` returns for the index of an input on a line of its own, and an empty
    /// line before all headers but the first.
    pub fn with_headers(
        mut self,
        header: impl Fn(usize) -> String + Send + Sync + 'static,
    ) -> Self {
        self.sections.header = Some(Arc::new(header));
        self
    }

    /// Prints `--`, as grep does between lines of context that are not neighbors. Headers take
    /// precedence.
    pub fn with_separators(mut self) -> Self {
        self.sections.has_separators = true;
        self
    }
}

impl Sections {
    fn is_needed(&self) -> bool {
        self.has_separators || self.header.is_some()
    }
}

impl<S: Stage> Stage for SectionStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if !self.sections.is_needed() {
            return self.stage.block(block, out);
        }
        let mut section = SectionOutput { out, sections: &mut self.sections, file: block.file };
        let outcome = self.stage.block(block, &mut section)?;
        if let LineTermination::MustTerminate(_) = outcome.termination {
            // The run terminates it.
            self.sections.is_unterminated = false;
        }
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.sections.is_needed() || self.stage.needs_order()
    }
}

/// The output for a block of a file. Starts a section if the last output was for another file.
struct SectionOutput<'o> {
    out: &'o mut dyn Output,
    sections: &'o mut Sections,
    file: usize,
}

impl SectionOutput<'_> {
    /// Prints what comes before `bytes`.
    fn before(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(last_byte) = bytes.last() else { return Ok(()) };
        let last_output = self.sections.last_output.replace(self.file);
        if last_output != Some(self.file) {
            self.begin_section(last_output.is_none())?;
        }
        self.sections.is_unterminated = *last_byte != b'\n';
        Ok(())
    }

    fn begin_section(&mut self, is_first: bool) -> io::Result<()> {
        if self.sections.is_unterminated {
            self.out.write_bytes(b"\n")?;
        }
        if let Some(header) = &self.sections.header {
            let blank_line = if is_first { "" } else { "\n" };
            let header = header(self.file);
            self.out.write_bytes(format!("{blank_line}{header}\n").as_bytes())?;
        } else if self.sections.has_separators && !is_first {
            self.out.write_bytes(b"--\n")?;
        }
        Ok(())
    }
}

impl Output for SectionOutput<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.before(&block.bytes()[range.clone()])?;
        self.out.copy(block, range)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.before(bytes)?;
        self.out.write_bytes(bytes)
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        self.out.take_occurrences(occurrences)
    }

    fn at_section_start(&self) -> bool {
        self.sections.last_output != Some(self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::super::PerFileStage;
    use super::*;
    use crate::annotate::{Annotator, LineSelection};
    use crate::detect::Detector;
    use crate::format::Append;
    use crate::input::{Event, Events, Feed, LINE_LIMIT};

    /// The blocks of a log, as blocks of the input with index `file`.
    fn blocks(file: usize, log: &str) -> Vec<Block> {
        let mut feed = Feed::from_reader(io::Cursor::new(log.as_bytes().to_vec()));
        let mut blocks = Vec::new();
        while let Some(event) = feed.next(Vec::new()) {
            if let Event::Block(mut block) = event {
                block.file = file;
                block.generation = 1 + file as u64;
                blocks.push(block);
            }
        }
        blocks
    }

    fn block(file: usize, log: &str) -> Block {
        blocks(file, log).remove(0)
    }

    fn stage(selection: LineSelection) -> SectionStage<PerFileStage<Annotator>> {
        let append = Arc::new(Append::default());
        let annotator = Annotator::new(Detector::built_in(), Some(append));
        SectionStage::new(PerFileStage::new(annotator.with_line_selection(selection)))
    }

    fn with_headers(selection: LineSelection) -> SectionStage<PerFileStage<Annotator>> {
        stage(selection).with_headers(|file| format!("==> {} <==", ["a", "b"][file]))
    }

    fn output(mut stage: SectionStage<PerFileStage<Annotator>>, blocks: Vec<Block>) -> String {
        let mut out = Vec::new();
        for block in blocks {
            stage.block(&block, &mut out).expect("a vector takes everything");
        }
        String::from_utf8(out).expect("the logs are UTF-8")
    }

    /// Lines with codes that an earlier run annotated, so that they are printed as they are.
    const ONE: &str = "TIM code:6206 [imerr 6206 sdk/account error: x]\n";
    const TWO: &str = "TIM code:6208 [imerr 6208 sdk/account error: x]\n";

    #[test]
    fn a_header_is_printed_when_the_file_changes() {
        let blocks =
            || vec![block(1, "one\n"), block(1, "two\n"), block(0, "three\n"), block(1, "four\n")];
        assert_eq!(
            output(with_headers(LineSelection::default()), blocks()),
            "==> b <==\none\ntwo\n\n==> a <==\nthree\n\n==> b <==\nfour\n"
        );
        assert_eq!(output(with_headers(LineSelection::WITH_CODES), blocks()), "");
    }

    #[test]
    fn a_header_takes_the_place_of_a_separator() {
        let blocks = vec![
            block(0, &format!("a\nimsdk code:1\n{ONE}")),
            block(1, &format!("a\nb\n{ONE}c\nd\n{TWO}")),
        ];
        let context = LineSelection { before: 1, ..LineSelection::WITH_CODES };
        assert_eq!(
            output(with_headers(context), blocks),
            format!("==> a <==\nimsdk code:1\n{ONE}\n==> b <==\nb\n{ONE}--\nd\n{TWO}")
        );
    }

    #[test]
    fn separators_are_printed_between_files_and_between_distant_lines() {
        let context = LineSelection { before: 1, ..LineSelection::WITH_CODES };
        // The first block prints nothing yet.
        let blocks =
            || vec![block(0, "x\n"), block(1, ONE), block(0, ONE), block(0, TWO), block(1, TWO)];
        assert_eq!(
            output(stage(context).with_separators(), blocks()),
            format!("{ONE}--\nx\n{ONE}{TWO}--\n{TWO}")
        );
        assert_eq!(
            output(
                stage(context).with_separators(),
                vec![block(0, ONE), block(0, "x\ny\n"), block(0, TWO)]
            ),
            format!("{ONE}--\ny\n{TWO}")
        );
        assert_eq!(
            output(stage(LineSelection::WITH_CODES), blocks()),
            format!("{ONE}{ONE}{TWO}{TWO}")
        );
    }

    #[test]
    fn an_unterminated_line_is_terminated_before_another_file() {
        let long = format!("{}\n", "x".repeat(2 * LINE_LIMIT));
        let mut parts = blocks(0, &long);
        parts.insert(1, block(1, "b\n"));
        let text = output(with_headers(LineSelection::default()), parts);
        assert!(text.contains("x\n\n==> b <==\nb\n\n==> a <==\nx"), "{}", text.replace('x', ""));
    }

    #[test]
    fn very_long_lines_of_two_files_keep_their_annotations() {
        let long = |code: &str| format!("imsdk code:{code} {}\n", "x".repeat(2 * LINE_LIMIT));
        let (a, b) = (blocks(0, &long("6206")), blocks(1, &long("6208")));
        let alternating = a.into_iter().zip(b).flat_map(|(a, b)| [a, b]).collect();
        let text = output(with_headers(LineSelection::default()), alternating);
        let annotations: Vec<&str> = text
            .lines()
            .filter_map(|line| line.find(" [imerr ").map(|start| &line[start..][..12]))
            .collect();
        assert_eq!(annotations, [" [imerr 6206", " [imerr 6208"]);
    }
}
