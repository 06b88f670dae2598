//! Blocks of several files that come in turns, each to a stage of its own.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::{Block, STDIN};
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, LineTermination};

/// A stage that does with the blocks of each file what its own clone of another stage does, so that what that one knows of the lines
/// before is never about another file. Keeps a stage for each file until that is left.
#[derive(Clone)]
pub struct PerFileStage<S> {
    /// What the first file gets a clone of.
    stage: S,
    /// The stage of each file.
    stages: HashMap<usize, S>,
    /// The file of the last block.
    recent: Option<usize>,
    /// The names of the inputs, if a header tells which one of them the output comes from.
    headers: Option<Arc<[String]>>,
    /// Whether a line `--` stands where the file changes and no header does.
    has_gaps: bool,
    /// The file that the last output came from.
    last: Option<usize>,
    /// Whether that ended within a line.
    is_open: bool,
}

impl<S> PerFileStage<S> {
    /// Does as `stage` does; a file gets its clone with its first block.
    pub fn new(stage: S) -> Self {
        Self {
            stage,
            stages: HashMap::new(),
            recent: None,
            headers: None,
            has_gaps: false,
            last: None,
            is_open: false,
        }
    }

    /// The same; with the `names` of the inputs, a line `==> NAME <==` stands before what comes from another file than that before, as
    /// `tail` writes it.
    pub fn with_headers(mut self, names: Option<Arc<[String]>>) -> Self {
        self.headers = names;
        self
    }

    /// The same; with `gaps`, a line `--` stands between what comes from different files where no header does, as grep writes it
    /// between lines of context that are not neighbors.
    pub fn with_gaps(mut self, gaps: bool) -> Self {
        self.has_gaps = gaps;
        self
    }
}

impl<S: Stage> Stage for PerFileStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let recent = self.recent.replace(block.file);
        if !self.stages.contains_key(&block.file) {
            // A stage minds by itself that another file begins, as it does where files come one after the other. So a clone of
            // one that has worked is as good as a new one, and what is compiled at the first use is compiled once.
            let stage =
                recent.and_then(|file| self.stages.get(&file)).unwrap_or(&self.stage).clone();
            self.stages.insert(block.file, stage);
        }
        let stage = self.stages.get_mut(&block.file).expect("each file has a stage by now");
        let (names, has_gaps, file) = (self.headers.as_deref(), self.has_gaps, block.file);
        let mut turn =
            Turn { out, names, has_gaps, file, last: &mut self.last, is_open: &mut self.is_open };
        let seen = stage.block(block, &mut turn)?;
        // Whoever runs this ends such a line.
        self.is_open &= !matches!(seen.termination, LineTermination::MustTerminate(_));
        if seen.file_done {
            self.stages.remove(&file);
        }
        Ok(seen)
    }
}

/// The output of a file while it is its turn: no line of another file goes on with one of this.
struct Turn<'o> {
    out: &'o mut dyn Output,
    names: Option<&'o [String]>,
    has_gaps: bool,
    file: usize,
    last: &'o mut Option<usize>,
    is_open: &'o mut bool,
}

impl Turn<'_> {
    /// Comes before `bytes`.
    fn begin(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(end) = bytes.last() else { return Ok(()) };
        let last = self.last.replace(self.file);
        if last != Some(self.file) {
            if *self.is_open {
                self.out.write_bytes(b"\n")?;
            }
            if let Some(names) = self.names {
                let before = if last.is_some() { "\n" } else { "" };
                let name = names.get(self.file).map_or(STDIN, String::as_str);
                self.out.write_bytes(format!("{before}==> {name} <==\n").as_bytes())?;
            } else if self.has_gaps && last.is_some() {
                self.out.write_bytes(b"--\n")?;
            }
        }
        *self.is_open = *end != b'\n';
        Ok(())
    }
}

impl Output for Turn<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.begin(&block.bytes()[range.clone()])?;
        self.out.copy(block, range)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.begin(bytes)?;
        self.out.write_bytes(bytes)
    }

    fn at_section_start(&self) -> bool {
        (self.has_gaps || self.names.is_some()) && *self.last != Some(self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, LineSelection};
    use crate::detect::Detector;
    use crate::format::Append;
    use crate::input::{Event, Feed, LINE_LIMIT};

    /// The blocks of a log as those of the file at place `file`.
    fn blocks(file: usize, log: &str) -> Vec<Block> {
        let mut feed = Feed::from_reader(io::Cursor::new(log.as_bytes().to_vec()), true);
        let events = std::iter::from_fn(|| feed.next(Vec::new()));
        let blocks = events.filter_map(|event| match event {
            Event::Block(mut block) => {
                (block.file, block.generation) = (file, 1 + file as u64);
                Some(block)
            }
            _ => None,
        });
        blocks.collect()
    }

    struct Text(Vec<u8>);

    impl Output for Text {
        fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
            self.write_bytes(&block.bytes()[range])
        }

        fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }

    /// What becomes of blocks of the files `a` and `b`, with headers.
    fn written(blocks: Vec<Block>, lines: LineSelection) -> String {
        let names: Arc<[String]> = ["a", "b"].map(str::to_string).into();
        written_by(PerFileStage::new(annotator(lines)).with_headers(Some(names)), blocks)
    }

    fn annotator(lines: LineSelection) -> Annotator {
        Annotator::new(Detector::built_in(), Some(Arc::new(Append::default()))).with_lines(lines)
    }

    fn written_by(mut stage: PerFileStage<Annotator>, blocks: Vec<Block>) -> String {
        let mut out = Text(Vec::new());
        for block in blocks {
            stage.block(&block, &mut out).expect("a vector takes everything");
        }
        String::from_utf8(out.0).expect("the logs are UTF-8")
    }

    #[test]
    fn headers_stand_where_the_file_changes() {
        let take = |file, log| blocks(file, log).remove(0);
        let turns =
            || vec![take(1, "one\n"), take(1, "two\n"), take(0, "three\n"), take(1, "four\n")];
        assert_eq!(
            written(turns(), LineSelection::default()),
            "==> b <==\none\ntwo\n\n==> a <==\nthree\n\n==> b <==\nfour\n"
        );
        assert_eq!(written(turns(), LineSelection::WITH_CODES), "");
    }

    #[test]
    fn lines_that_are_no_neighbors_are_set_apart_within_a_file_alone() {
        let take = |file, log| blocks(file, log).remove(0);
        let turns = vec![
            take(0, "a\nimsdk code:1\nTIM code:6206 [imerr 6206 sdk/account error: x]\n"),
            take(
                1,
                "a\nb\nTIM code:6206 [imerr 6206 sdk/account error: y]\nc\nd\nTIM code:6206 [imerr 6206 sdk/account error: z]\n",
            ),
        ];
        let text = written(turns, LineSelection { before: 1, ..LineSelection::WITH_CODES });
        let wanted = "==> a <==\nimsdk code:1\nTIM code:6206 [imerr 6206 sdk/account error: x]\n\n==> b <==\nb\n\
                      TIM code:6206 [imerr 6206 sdk/account error: y]\n--\nd\nTIM code:6206 [imerr 6206 sdk/account error: z]\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn lines_of_different_files_are_set_apart_where_no_header_does() {
        let take = |file, log| blocks(file, log).remove(0);
        // Each line has a code and an annotation, so that all come out as they are.
        let [one, two] = [
            "TIM code:6206 [imerr 6206 sdk/account error: x]\n",
            "TIM code:6208 [imerr 6208 sdk/account error: x]\n",
        ];
        // What is read first of the first file has nothing to write yet.
        let turns = || vec![take(0, "x\n"), take(1, one), take(0, one), take(0, two), take(1, two)];
        let stage = || {
            PerFileStage::new(annotator(LineSelection { before: 1, ..LineSelection::WITH_CODES }))
        };
        assert_eq!(
            written_by(stage().with_gaps(true), turns()),
            format!("{one}--\nx\n{one}{two}--\n{two}")
        );
        assert_eq!(
            written_by(
                stage().with_gaps(true),
                vec![take(0, one), take(0, "x\ny\n"), take(0, two)]
            ),
            format!("{one}--\ny\n{two}")
        );
        let stage = PerFileStage::new(annotator(LineSelection::WITH_CODES));
        assert_eq!(written_by(stage, turns()), format!("{one}{one}{two}{two}"));
    }

    #[test]
    fn no_line_goes_on_with_one_of_another_file() {
        let long = "x".repeat(2 * LINE_LIMIT);
        let (mut a, b) = (blocks(0, &format!("{long}\n")), blocks(1, "b\n").remove(0));
        let rest = a.split_off(1);
        let turns = a.into_iter().chain([b]).chain(rest).collect();
        let text = written(turns, LineSelection::default());
        assert!(text.contains("x\n\n==> b <==\nb\n\n==> a <==\nx"), "{}", text.replace('x', ""));
    }

    #[test]
    fn very_long_lines_of_two_files_keep_their_annotations() {
        let long = |code: &str| format!("imsdk code:{code} {}\n", "x".repeat(2 * LINE_LIMIT));
        let (a, b) = (blocks(0, &long("6206")), blocks(1, &long("6208")));
        let turns = a.into_iter().zip(b).flat_map(|(a, b)| [a, b]).collect();
        let text = written(turns, LineSelection::default());
        let ends: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("[imerr "))
            .map(|line| &line[line.find(" [imerr ").expect("it has one")..][..12])
            .collect();
        assert_eq!(ends, [" [imerr 6206", " [imerr 6208"]);
    }
}
