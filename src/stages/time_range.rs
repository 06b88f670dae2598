//! Passing on the lines of a span of time alone.
//!
//! What becomes of a line depends on others here, as it does with context and with codes that come again: one without
//! a timestamp belongs to the one before it, as the lines of a stack trace do. So the blocks of a file have to come to one window, in order.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::input::{Block, Part};
use crate::pipeline::{Output, Stage};
use crate::stats::BlockOutcome;
use crate::timestamp::LocalTimestamp;
use crate::timestamp::TimestampReader;

/// A stage that sees only the lines of a span of time.
#[derive(Clone)]
pub struct TimeRangeStage<S> {
    stage: S,
    span: Option<Span>,
    /// The generation of the last block.
    generation: u64,
    /// Whether the line before lies in the span.
    is_inside: bool,
}

/// A span of time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Span {
    /// Reads the times of lines.
    pub clock: Arc<TimestampReader>,
    /// The first point in time that belongs to it; all if there is none.
    pub since: Option<LocalTimestamp>,
    /// The first point in time behind it; none if there is none.
    pub until: Option<LocalTimestamp>,
}

impl Span {
    /// From `since` on and before `until`, if there are such.
    pub fn new(
        clock: Arc<TimestampReader>,
        since: Option<LocalTimestamp>,
        until: Option<LocalTimestamp>,
    ) -> Self {
        Self { clock, since, until }
    }

    fn contains(&self, time: LocalTimestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }
}

impl<S> TimeRangeStage<S> {
    /// Passes lines in `span` to `stage`; all lines if there is none. The lines of a file before its first timestamp pass.
    pub fn new(stage: S, span: Option<Span>) -> Self {
        Self { stage, span, generation: 0, is_inside: true }
    }

    /// The stage behind the window.
    pub fn stage_mut(&mut self) -> &mut S {
        &mut self.stage
    }
}

impl<S: Stage> Stage for TimeRangeStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let Self { stage, span: Some(span), generation, is_inside } = self else {
            return self.stage.block(block, out);
        };
        if *generation != block.generation {
            (*generation, *is_inside) = (block.generation, true);
        }
        let mut move_on = |line: &[u8]| {
            *is_inside = span.clock.read(line).map_or(*is_inside, |time| span.contains(time));
            *is_inside
        };
        match block.part {
            Part::Lines => {}
            Part::LongStart if !move_on(block.bytes()) => return Ok(BlockOutcome::default()),
            _ if !*is_inside => return Ok(BlockOutcome::default()),
            _ => return stage.block(block, out),
        }
        let mut seen = BlockOutcome::default();
        for lines in runs(block.bytes(), move_on) {
            seen += match lines.len() == block.bytes().len() {
                true => stage.block(block, out)?,
                false => stage.block(
                    &block.excerpt(lines.clone()),
                    &mut Shifted { out, block, by: lines.start },
                )?,
            };
        }
        Ok(seen)
    }

    fn needs_order(&self) -> bool {
        self.span.is_some() || self.stage.needs_order()
    }
}

/// The longest runs of lines of `bytes` that are inside.
fn runs(bytes: &[u8], mut is_inside: impl FnMut(&[u8]) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..])
            .map_or(bytes.len(), |newline| start + newline + 1);
        if is_inside(&bytes[start..end]) {
            match runs.last_mut().filter(|last| last.end == start) {
                Some(last) => last.end = end,
                None => runs.push(start..end),
            }
        }
        start = end;
    }
    runs
}

/// The output of an excerpt of a block, as the output of the block.
struct Shifted<'o> {
    out: &'o mut dyn Output,
    block: &'o Block,
    by: usize,
}

impl Output for Shifted<'_> {
    fn copy(&mut self, _excerpt: &Block, range: Range<usize>) -> io::Result<()> {
        self.out.copy(self.block, self.by + range.start..self.by + range.end)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_bytes(bytes)
    }

    fn at_section_start(&self) -> bool {
        self.out.at_section_start()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::Annotator;
    use crate::detect::Detector;
    use crate::format::{Append, Jsonl, Render};
    use crate::input::Feed;
    use crate::pipeline::{Interrupt, run};

    fn stamp(text: &str, now: &jiff::ZonedDateTime) -> LocalTimestamp {
        crate::timestamp::parse_time_arg(text, now).expect("the test's times are right")
    }

    /// What comes out of `log` between two times of 2026-11-24.
    fn between(since: &str, until: &str, log: &str, render: Arc<dyn Render>) -> String {
        let now = "2026-11-24T12:00:00+00:00[UTC]".parse().expect("a time");
        let since = (!since.is_empty()).then(|| stamp(since, &now));
        let until = (!until.is_empty()).then(|| stamp(until, &now));
        let span = Span { clock: Arc::new(TimestampReader::new(&now)), since, until };
        let mut window =
            TimeRangeStage::new(Annotator::new(Detector::built_in(), Some(render)), Some(span));
        let mut feed = Feed::from_reader(io::Cursor::new(log.as_bytes().to_vec()), true);
        let mut out = Vec::new();
        run(&mut feed, &mut window, &mut out, &mut (), &Interrupt::default())
            .expect("a vector takes everything");
        String::from_utf8(out).expect("the log is UTF-8")
    }

    const LOG: &str = "head\n2026-11-24 09:00:00 a\n  at a\n2026-11-24 10:00:00 b\n  at b\n\n2026-11-24 11:00:00 c\n  at c";

    #[test]
    fn lines_without_a_time_belong_to_the_one_before() {
        let append = || Arc::new(Append::default()) as Arc<dyn Render>;
        let rows = [
            ("", "", LOG),
            ("10:00", "", "head\n2026-11-24 10:00:00 b\n  at b\n\n2026-11-24 11:00:00 c\n  at c"),
            ("", "10:00", "head\n2026-11-24 09:00:00 a\n  at a\n"),
            ("09:30", "10:30", "head\n2026-11-24 10:00:00 b\n  at b\n\n"),
            ("12:00", "", "head\n"),
        ];
        for (since, until, wanted) in rows {
            assert_eq!(between(since, until, LOG, append()), wanted, "{since} to {until}");
        }
    }

    #[test]
    fn lines_keep_their_numbers_and_very_long_ones_their_ends() {
        let log = format!(
            "2026-11-24 09:00:00 imsdk code:6206 {0}\n  imsdk code:6206\n2026-11-24 10:00:00 imsdk code:6208 {0}\n  imsdk code:6206\n",
            "x".repeat(3 << 20)
        );
        let records = between("10:00", "", &log, Arc::new(Jsonl));
        let lines: Vec<&str> =
            records.split("\"line\":").skip(1).filter_map(|rest| rest.split(',').next()).collect();
        assert_eq!(lines, ["3", "4"]);
        let kept = between("10:00", "", &log, Arc::new(Append::default()));
        assert!(
            kept.starts_with("2026-11-24 10")
                && kept.contains("xxx [imerr 6208")
                && kept.len() < 4 << 20
        );
    }
}
