//! Blocks of several files that come in turns, each to a stage of its own.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::{Block, STDIN};
use crate::pipeline::{Output, Stage};
use crate::stats::{Open, Seen};

/// A stage that does with the blocks of each file what its own clone of another stage does, so that what that one knows of the lines
/// before is never about another file. Keeps a stage for each file until that is left.
#[derive(Clone)]
pub struct ByFile<S> {
    /// What the first file gets a clone of.
    stage: S,
    /// The stage of each file.
    stages: HashMap<usize, S>,
    /// The file of the last block.
    recent: Option<usize>,
    /// The names of the inputs, if a header tells which one of them the output comes from.
    headers: Option<Arc<[String]>>,
    /// The file that the last output came from.
    last: Option<usize>,
    /// Whether that ended within a line.
    is_open: bool,
}

impl<S> ByFile<S> {
    /// Does as `stage` does; a file gets its clone with its first block.
    pub fn new(stage: S) -> Self {
        Self { stage, stages: HashMap::new(), recent: None, headers: None, last: None, is_open: false }
    }

    /// The same; with the `names` of the inputs, a line `==> NAME <==` stands before what comes from another file than that before, as
    /// `tail` writes it.
    pub fn with_headers(mut self, names: Option<Arc<[String]>>) -> Self {
        self.headers = names;
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
        let (names, file) = (self.headers.as_deref(), block.file);
        let seen = stage.block(block, &mut Turn { out, names, file, last: &mut self.last, is_open: &mut self.is_open })?;
        // Whoever runs this ends such a line.
        self.is_open &= !matches!(seen.open, Open::Apart(_));
        if seen.is_enough {
            self.stages.remove(&file);
        }
        Ok(seen)
    }
}

/// The output of a file while it is its turn: no line of another file goes on with one of this.
struct Turn<'o> {
    out: &'o mut dyn Output,
    names: Option<&'o [String]>,
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
                self.out.add(b"\n")?;
            }
            if let Some(names) = self.names {
                let before = if last.is_some() { "\n" } else { "" };
                let name = names.get(self.file).map_or(STDIN, String::as_str);
                self.out.add(format!("{before}==> {name} <==\n").as_bytes())?;
            }
        }
        *self.is_open = *end != b'\n';
        Ok(())
    }
}

impl Output for Turn<'_> {
    fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.begin(&block.bytes()[range.clone()])?;
        self.out.keep(block, range)
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.begin(bytes)?;
        self.out.add(bytes)
    }

    fn is_apart(&self) -> bool {
        self.names.is_some() && *self.last != Some(self.file)
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
        let names: Arc<[String]> = ["a", "b"].map(str::to_string).into();
        let annotator = Annotator::new(Detector::built_in(), Some(Arc::new(Append::default()))).with_lines(lines);
        let mut stage = ByFile::new(annotator).with_headers(Some(names));
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
    fn no_line_goes_on_with_one_of_another_file() {
        let long = "x".repeat(2 * LINE_LIMIT);
        let (mut a, b) = (blocks(0, &format!("{long}\n")), blocks(1, "b\n").remove(0));
        let rest = a.split_off(1);
        let turns = a.into_iter().chain([b]).chain(rest).collect();
        let text = written(turns, Lines::default());
        assert!(text.contains("x\n\n==> b <==\nb\n\n==> a <==\nx"), "{}", text.replace('x', ""));
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
