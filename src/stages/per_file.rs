//! Keeps a separate stage for each file, where blocks of several files alternate.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::{Block, STDIN};
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, LineTermination, Occurrence};

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
    sections: Sections,
}

/// The text between the output for one file and that for another.
#[derive(Clone, Default)]
struct Sections {
    /// The names of the inputs, if each section has a header.
    headers: Option<Arc<[String]>>,
    /// Whether a line `--` separates sections without headers.
    has_separators: bool,
    /// The file of the last output.
    last_output: Option<usize>,
    /// Whether that output lacks a line terminator.
    is_unterminated: bool,
}

impl<S> PerFileStage<S> {
    /// Gives the blocks of each file to a clone of `stage`.
    pub fn new(stage: S) -> Self {
        Self { stage, stages: HashMap::new(), last_block: None, sections: Sections::default() }
    }

    /// Prints `==> NAME <==` when the output goes on with another file, as `tail` does. `names` are
    /// those of the inputs.
    pub fn with_headers(mut self, names: Arc<[String]>) -> Self {
        self.sections.headers = Some(names);
        self
    }

    /// Prints `--` when the output goes on with another file, as grep does between lines of context
    /// that are not neighbors. Headers take precedence.
    pub fn with_separators(mut self) -> Self {
        self.sections.has_separators = true;
        self
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
        let mut section = SectionOutput { out, sections: &mut self.sections, file };
        let outcome = stage.block(block, &mut section)?;
        if let LineTermination::MustTerminate(_) = outcome.termination {
            // The run terminates it.
            self.sections.is_unterminated = false;
        }
        if outcome.file_done {
            self.stages.remove(&file);
        }
        Ok(outcome)
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
        if let Some(names) = &self.sections.headers {
            let blank_line = if is_first { "" } else { "\n" };
            let name = names.get(self.file).map_or(STDIN, String::as_str);
            self.out.write_bytes(format!("{blank_line}==> {name} <==\n").as_bytes())?;
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
        let Sections { headers, has_separators, last_output, .. } = &*self.sections;
        (*has_separators || headers.is_some()) && *last_output != Some(self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, LineSelection};
    use crate::detect::Detector;
    use crate::format::Append;
    use crate::input::{Event, Events, Feed, LINE_LIMIT};

    /// The blocks of a log, as blocks of the input with index `file`.
    fn blocks(file: usize, log: &str) -> Vec<Block> {
        let mut feed = Feed::from_reader(io::Cursor::new(log.as_bytes().to_vec()), true);
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

    fn stage(selection: LineSelection) -> PerFileStage<Annotator> {
        let append = Arc::new(Append::default());
        let annotator = Annotator::new(Detector::built_in(), Some(append));
        PerFileStage::new(annotator.with_line_selection(selection))
    }

    fn with_headers(selection: LineSelection) -> PerFileStage<Annotator> {
        stage(selection).with_headers(["a", "b"].map(str::to_string).into())
    }

    fn output(mut stage: PerFileStage<Annotator>, blocks: Vec<Block>) -> String {
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
