//! Blocks of several files that come in turns, each to a stage of its own.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::{Block, Input};
use crate::pipeline::{Output, Stage};
use crate::stats::Seen;

/// A stage that does with the blocks of each file what its own clone of another stage does, so that what that one knows of the lines
/// before is never about another file.
#[derive(Clone)]
pub struct ByFile<S> {
    /// What the first file gets a clone of.
    stage: S,
    /// The stage of each file.
    stages: HashMap<usize, S>,
    /// The file of the last block.
    recent: Option<usize>,
    /// The inputs, if a header tells which one of them the output comes from.
    headers: Option<Arc<[Input]>>,
    /// The file that the last output came from.
    last: Option<usize>,
}

impl<S> ByFile<S> {
    /// Does as `stage` does; a file gets its clone with its first block.
    pub fn new(stage: S) -> Self {
        Self { stage, stages: HashMap::new(), recent: None, headers: None, last: None }
    }

    /// The same; with `inputs`, a line `==> NAME <==` stands before what comes from another file than that before, as `tail` writes it.
    pub fn with_headers(mut self, inputs: Option<Arc<[Input]>>) -> Self {
        self.headers = inputs;
        self
    }
}

impl<S: Stage> Stage for ByFile<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        let recent = self.recent.replace(block.file);
        if !self.stages.contains_key(&block.file) {
            // A stage minds by itself that another file begins, as it does where files come one after the other. So a clone of
            // one that has worked is as good as a new one, and what is compiled at the first use is compiled once.
            let stage = recent.and_then(|file| self.stages.get(&file)).unwrap_or(&self.stage).clone();
            self.stages.insert(block.file, stage);
        }
        let stage = self.stages.get_mut(&block.file).expect("each file has a stage by now");
        match &self.headers {
            Some(inputs) if self.last != Some(block.file) => {
                let mut headed = Headed { out, inputs, file: block.file, last: &mut self.last };
                stage.block(block, &mut headed)
            }
            _ => stage.block(block, out),
        }
    }
}

/// Puts a header before the first bytes.
struct Headed<'o> {
    out: &'o mut dyn Output,
    inputs: &'o [Input],
    file: usize,
    last: &'o mut Option<usize>,
}

impl Headed<'_> {
    fn head(&mut self) -> io::Result<()> {
        if *self.last == Some(self.file) {
            return Ok(());
        }
        let before = if self.last.is_some() { "\n" } else { "" };
        let name = self.inputs.get(self.file).map_or("-".to_string(), Input::name);
        *self.last = Some(self.file);
        self.out.add(format!("{before}==> {name} <==\n").as_bytes())
    }
}

impl Output for Headed<'_> {
    fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        if !range.is_empty() {
            self.head()?;
        }
        self.out.keep(block, range)
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            self.head()?;
        }
        self.out.add(bytes)
    }

    fn is_apart(&self) -> bool {
        *self.last != Some(self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, Lines};
    use crate::detect::Detector;
    use crate::input::{Event, Feed, LINE_LIMIT};
    use crate::render::Append;

    /// The blocks of a log as those of the file at place `file`.
    fn blocks(file: usize, log: &str) -> Vec<Block> {
        let mut feed = Feed::of_reader(io::Cursor::new(log.as_bytes().to_vec()), true);
        let events = std::iter::from_fn(|| feed.next(Vec::new()));
        let blocks = events.filter_map(|event| match event {
            Event::Block(mut block) => {
                block.file = file;
                Some(block)
            }
            _ => None,
        });
        blocks.collect()
    }

    struct Text(Vec<u8>);

    impl Output for Text {
        fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
            self.add(&block.bytes()[range])
        }

        fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }

    /// What becomes of blocks of the files `a` and `b`.
    fn written(blocks: Vec<Block>, lines: Lines) -> String {
        let inputs: Arc<[Input]> = ["a", "b"].map(|name| Input::Path(name.into())).into();
        let annotator = Annotator::new(Detector::built_in(), Some(Arc::new(Append::default()))).with_lines(lines);
        let mut stage = ByFile::new(annotator).with_headers(Some(inputs));
        let mut out = Text(Vec::new());
        for block in blocks {
            stage.block(&block, &mut out).expect("a vector takes everything");
        }
        String::from_utf8(out.0).expect("the logs are UTF-8")
    }

    #[test]
    fn headers_stand_where_the_file_changes() {
        let take = |file, log| blocks(file, log).remove(0);
        let turns = || vec![take(1, "one\n"), take(1, "two\n"), take(0, "three\n"), take(1, "four\n")];
        assert_eq!(written(turns(), Lines::default()), "==> b <==\none\ntwo\n\n==> a <==\nthree\n\n==> b <==\nfour\n");
        assert_eq!(written(turns(), Lines::WITH_CODES), "");
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
        let text = written(turns, Lines { before: 1, ..Lines::WITH_CODES });
        let wanted = "==> a <==\nimsdk code:1\nTIM code:6206 [imerr 6206 sdk/account error: x]\n\n==> b <==\nb\n\
                      TIM code:6206 [imerr 6206 sdk/account error: y]\n--\nd\nTIM code:6206 [imerr 6206 sdk/account error: z]\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn very_long_lines_of_two_files_keep_their_annotations() {
        let long = |code: &str| format!("imsdk code:{code} {}\n", "x".repeat(2 * LINE_LIMIT));
        let (a, b) = (blocks(0, &long("6206")), blocks(1, &long("6208")));
        let turns = a.into_iter().zip(b).flat_map(|(a, b)| [a, b]).collect();
        let text = written(turns, Lines::default());
        let ends: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("[imerr "))
            .map(|line| &line[line.find(" [imerr ").expect("it has one")..][..12])
            .collect();
        assert_eq!(ends, [" [imerr 6206", " [imerr 6208"]);
    }
}
