//! Passes only the lines of a time range to another stage.
//!
//! Whether a line passes can depend on the lines before it: a line without a timestamp, as in a
//! stack trace, belongs to the line before it. So one stage needs all blocks of a file, in order.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::LineTimes;
use crate::input::{Block, Part};
use crate::pipeline::{Output, Stage};
use crate::stats::{BlockOutcome, Occurrence, TimesOutOfRange, Totals};
use crate::timestamp::{LocalTimestamp, TimeArg, TimestampReader};

/// A stage that passes only the lines of a time range to another stage.
#[derive(Clone)]
pub struct TimeRangeStage<S> {
    /// The stage that the lines are passed to.
    pub stage: S,
    range: Option<(TimeRange, LineTimes)>,
    /// The bounds for the present file, once a line has a time.
    bounds: Option<Bounds>,
    /// Whether the last line is in the range.
    is_inside: bool,
}

/// A range of time.
#[derive(Clone, Debug)]
pub struct TimeRange {
    /// Reads the timestamps of lines.
    pub reader: Arc<TimestampReader>,
    /// The first point in time in the range; unbounded if there is none.
    pub since: Option<TimeArg>,
    /// The first point in time after the range; unbounded if there is none.
    pub until: Option<TimeArg>,
}

/// A range of time in a file.
#[derive(Clone, Copy)]
struct Bounds {
    since: Option<LocalTimestamp>,
    until: Option<LocalTimestamp>,
}

impl Bounds {
    /// The bounds in a file whose first time is `first`.
    fn new(range: &TimeRange, first: LocalTimestamp) -> Self {
        let near = |arg: TimeArg| arg.near(first);
        Self { since: range.since.map(near), until: range.until.map(near) }
    }

    fn contains(&self, time: LocalTimestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }
}

impl<S: Stage> TimeRangeStage<S> {
    /// Passes the lines in `range` to `stage`, and those before the first timestamp of a file.
    /// Without a range, all lines pass.
    pub fn new(stage: S, range: Option<TimeRange>) -> Self {
        fn with_times(range: TimeRange) -> (TimeRange, LineTimes) {
            let times = LineTimes::new(Arc::clone(&range.reader));
            (range, times)
        }
        Self { stage, range: range.map(with_times), bounds: None, is_inside: true }
    }

    /// Passes the lines of `block` in the range on, in runs that are as long as possible.
    fn lines(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let mut outcome = BlockOutcome::default();
        for run in self.runs_inside(block, &mut outcome.totals) {
            if run.len() == block.bytes().len() {
                return self.stage.block(block, out);
            }
            let excerpt = block.excerpt(run.clone());
            let mut out = ExcerptOutput { out, block, start: run.start };
            outcome += self.stage.block(&excerpt, &mut out)?;
        }
        Ok(outcome)
    }

    /// The runs of lines in the range. Counts the other lines in `totals`.
    fn runs_inside(&mut self, block: &Block, totals: &mut Totals) -> Vec<Range<usize>> {
        let (block, offset) = (block.bytes(), block.offset);
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        while start < block.len() {
            let end = memchr::memchr(b'\n', &block[start..])
                .map_or(block.len(), |newline| start + newline + 1);
            let time = self.advance(offset + start as u64, &block[start..end]);
            if !self.is_inside {
                totals.lines_out_of_range += 1;
                self.add_out_of_range(time, totals);
            } else {
                match runs.last_mut() {
                    Some(run) if run.end == start => run.end = end,
                    _ => runs.push(start..end),
                }
            }
            start = end;
        }
        runs
    }

    fn zones_disagree(&self) -> bool {
        self.range.as_ref().is_some_and(|(_, times)| times.zones_disagree())
    }

    /// Counts the time of a line outside of the range, if it has one.
    fn add_out_of_range(&self, time: Option<LocalTimestamp>, totals: &mut Totals) {
        if let Some((bounds, time)) = self.bounds.zip(time) {
            let Bounds { since, until } = bounds;
            let times = TimesOutOfRange { since, until, earliest: time, latest: time };
            totals.add_times_out_of_range(times);
        }
    }

    /// Goes on to the line at `offset`, of which `line` may be the beginning only. Returns its
    /// time.
    fn advance(&mut self, offset: u64, line: &[u8]) -> Option<LocalTimestamp> {
        let (range, times) = self.range.as_mut()?;
        let time = times.read(offset, line)?;
        let bounds = self.bounds.get_or_insert_with(|| Bounds::new(range, time));
        self.is_inside = bounds.contains(time);
        Some(time)
    }
}

impl<S: Stage> Stage for TimeRangeStage<S> {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let Some((_, times)) = &mut self.range else { return self.stage.block(block, out) };
        if times.begin_block(block) {
            self.is_inside = true;
            self.bounds = None;
        }
        let mut time = None;
        match block.part {
            Part::Lines => {
                let mut outcome = self.lines(block, out)?;
                outcome.totals.zones_disagree = self.zones_disagree();
                return Ok(outcome);
            }
            Part::LongStart => time = self.advance(block.offset, block.bytes()),
            Part::LongMiddle | Part::LongEnd => {}
        }
        if self.is_inside {
            return self.stage.block(block, out);
        }
        let mut outcome = BlockOutcome::default();
        self.add_out_of_range(time, &mut outcome.totals);
        outcome.totals.lines_out_of_range = u64::from(block.part == Part::LongEnd);
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.range.is_some() || self.stage.needs_order()
    }
}

/// The output for an excerpt of a block, as output for the block.
struct ExcerptOutput<'o> {
    out: &'o mut dyn Output,
    block: &'o Block,
    /// Where the excerpt starts in the block.
    start: usize,
}

impl Output for ExcerptOutput<'_> {
    fn copy(&mut self, _excerpt: &Block, range: Range<usize>) -> io::Result<()> {
        self.out.copy(self.block, self.start + range.start..self.start + range.end)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_bytes(bytes)
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        self.out.take_occurrences(occurrences)
    }

    fn write_nuls(&mut self, count: u64) -> io::Result<()> {
        self.out.write_nuls(count)
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

    /// The output for `log` between two times of 2026-11-24; an empty one is unbounded.
    fn between(since: &str, until: &str, log: &str, render: Arc<dyn Render>) -> String {
        let now = "2026-11-24T12:00:00+00:00[UTC]".parse().expect("a time");
        let reader = Arc::new(TimestampReader::new(&now));
        let range =
            TimeRange { reader, since: time_arg(since, &now), until: time_arg(until, &now) };
        let annotator = Annotator::new(Detector::built_in(), Some(render));
        let mut stage = TimeRangeStage::new(annotator, Some(range));
        let mut feed = Feed::from_reader(io::Cursor::new(log.as_bytes().to_vec()));
        let mut out = Vec::new();
        run(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
            .expect("a vector takes everything");
        String::from_utf8(out).expect("the log is UTF-8")
    }

    fn time_arg(text: &str, now: &jiff::ZonedDateTime) -> Option<TimeArg> {
        let time = || TimeArg::parse(text, now).expect("the test's times are right");
        (!text.is_empty()).then(time)
    }

    const LOG: &str = "head\n2026-11-24 09:00:00 a\n  at a\n2026-11-24 10:00:00 b\n  at b\n\n\
                       2026-11-24 11:00:00 c\n  at c";

    #[test]
    fn lines_without_a_timestamp_belong_to_the_line_before() {
        let append = || Arc::new(Append::default()) as Arc<dyn Render>;
        let rows = [
            ("", "", LOG),
            ("10:00", "", "head\n2026-11-24 10:00:00 b\n  at b\n\n2026-11-24 11:00:00 c\n  at c"),
            ("", "10:00", "head\n2026-11-24 09:00:00 a\n  at a\n"),
            ("09:30", "10:30", "head\n2026-11-24 10:00:00 b\n  at b\n\n"),
            ("12:00", "", "head\n"),
            ("11-24 09:30", "11-24 10:30", "head\n2026-11-24 10:00:00 b\n  at b\n\n"),
        ];
        for (since, until, wanted) in rows {
            assert_eq!(between(since, until, LOG, append()), wanted, "{since} to {until}");
        }
    }

    #[test]
    fn a_time_without_a_year_is_of_the_year_of_the_log() {
        let log = LOG.replace("2026-", "2019-");
        let append = Arc::new(Append::default());
        let wanted = "head\n2019-11-24 10:00:00 b\n  at b\n\n";
        assert_eq!(between("11-24 09:30", "[11-24 10:30:00]", &log, append), wanted);
    }

    #[test]
    fn lines_keep_their_numbers_and_long_lines_their_ends() {
        let log = format!(
            "2026-11-24 09:00:00 imsdk code:6206 {0}\n  imsdk code:6206\n\
             2026-11-24 10:00:00 imsdk code:6208 {0}\n  imsdk code:6206\n",
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
