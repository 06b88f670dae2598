//! The times of the lines of a file, in order.
//!
//! A line may leave out the year, the day, or which of two numbers is the month. The lines before
//! it, the first lines of the file and the time at which it was last written fill these in.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;

use super::fields::EPOCH_RANGE;
use super::form_reader::FormReader;
use super::local::start_of;
use super::locate::{self, Stamp};
use super::written::Written;
use super::{DAY, HOUR, LocalTimestamp, MINUTE, TimestampReader};

/// The earliest timestamp of a line: 2001-01-01. A clock that was never set shows 1970, 1980 or
/// 2000, and one such line would stretch the time range of a log over decades.
const EARLIEST: LocalTimestamp = LocalTimestamp::from_millis(EPOCH_RANGE.start);

/// How far a date without a year may be after the last write of the file. Beyond, it is taken as
/// one of the year before.
const MAX_AHEAD_WITHOUT_YEAR: i64 = DAY;

/// How far a time without a date may be after the last write of the file. Beyond, it is taken as
/// one of the day before.
const MAX_AHEAD_WITHOUT_DATE: i64 = MINUTE;

/// How far a clock may be behind the line before, as where threads write at the same time. Beyond,
/// it is one of the next day.
const MAX_CLOCK_BEHIND: i64 = HOUR;

/// How near a date without a year must be to the dates with a year in its file to be of their year.
const NEIGHBORHOOD: i64 = 7 * DAY;

/// How far a clock is behind that of another zone. Zones differ from UTC by 15 minutes to 14 hours;
/// threads that write at the same time are within a second.
const BEHIND_OTHER_ZONE: RangeInclusive<i64> = 10 * MINUTE..=14 * HOUR;

const SHORTEST_YEAR: i64 = 365 * DAY;

/// The most years from one leap year to the next.
const MAX_YEARS_BETWEEN_LEAP_YEARS: i16 = 8;

/// The form of a file is learned from all lines in its first `SAMPLE_STEP` bytes, and from the
/// first line in each further step.
///
/// So a caller that needs the times of few lines reads few lines only.
const SAMPLE_STEP: u64 = 64 << 10;

/// How many sampled lines with the time in a member outweigh one that begins with its time.
const BEGINNING_WEIGHT: u8 = 8;

/// The most sampled lines with the time in a member after which members are times again.
const MAX_EVIDENCE: u8 = 64;

/// Reads the timestamps of the lines of one file, in order.
///
/// ```
/// use std::sync::Arc;
///
/// use imerr::timestamp::{Timeline, TimestampReader};
///
/// let mut timeline = Timeline::new(Arc::new(TimestampReader::started()), None);
/// let lines = "2024-05-16 23:59:59 start\n00:00:01.250 login\n  at login\n";
/// let mut times = Vec::new();
/// for line in lines.lines() {
///     timeline.read(0, line.as_bytes());
///     times.push(timeline.last().expect("the first line has a time").to_string());
/// }
/// assert_eq!(
///     times,
///     ["2024-05-16 23:59:59.000", "2024-05-17 00:00:01.250", "2024-05-17 00:00:01.250"]
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Timeline {
    reader: Arc<TimestampReader>,
    /// When the file was last written; None if it is still written.
    written: Option<LocalTimestamp>,
    /// The time of the last line that has one.
    last: Option<LocalTimestamp>,
    /// Whether a line with a date was read.
    is_dated: bool,
    form: Form,
    form_reader: FormReader,
    /// The last date without a year, and the start of its day in the year that it was found to be
    /// of.
    last_yearless: Option<(u32, u32, i64)>,
    /// The time of the last line with a date, and whether it has an offset.
    last_dated: Option<(LocalTimestamp, bool)>,
    zones_disagree: bool,
}

/// What sampled lines show about all lines of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Form {
    /// The offset at or after which the next line to sample starts.
    next_sample: u64,
    /// How many more sampled lines with the time in a member it takes until members are times.
    evidence: u8,
    /// Whether the day comes first in dates such as 05/06/2026, if known.
    is_day_first: Option<bool>,
    /// The last time whose year is known.
    with_year: Option<LocalTimestamp>,
}

impl Timeline {
    /// Starts with the first line of a file that was last written at `modified`. None means that
    /// the file is still written, as a stream is.
    pub fn new(reader: Arc<TimestampReader>, modified: Option<SystemTime>) -> Self {
        let modified = modified.and_then(|time| Timestamp::try_from(time).ok());
        let written = modified.map(|time| reader.local(time));
        Self {
            reader,
            written,
            last: None,
            is_dated: false,
            form: Form::default(),
            form_reader: FormReader::default(),
            last_yearless: None,
            last_dated: None,
            zones_disagree: false,
        }
    }

    /// Looks for the year of dates without one in the first lines of the file, before they are
    /// read.
    ///
    /// It is that of the first time with a year, also in a member, that is within a week of a date
    /// without one before it.
    pub fn look_ahead(&mut self, lines: &[u8]) {
        let mut dates = None;
        let lines = &lines[..lines.len().min(SAMPLE_STEP as usize)];
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            let Some(stamp) = locate::find(line, &mut self.form_reader) else { continue };
            match stamp.written {
                Written::Yearless { month, day, time } => dates = Some((month, day, time)),
                Written::Clock(_) => {}
                Written::Instant(_) | Written::Local(_) | Written::Slashed { .. } => {
                    let Some((month, day, time)) = dates else { return };
                    let with_year = self.resolve(&Stamp { is_member: false, ..stamp });
                    if let Some(near) = with_year
                        && near_year(near, month, day, time).is_some()
                    {
                        self.form.with_year = with_year;
                        return;
                    }
                }
            }
        }
    }

    /// The time of the last line that has one.
    pub fn last(&self) -> Option<LocalTimestamp> {
        self.last
    }

    /// Whether the file has times with an offset next to times without one, and these are not of
    /// the zone of the run: from one kind to the other, the clock goes back.
    pub fn zones_disagree(&self) -> bool {
        self.zones_disagree
    }

    /// The timestamp of the next line, in the time zone of the run; None if the line has none.
    /// `offset` is the number of bytes from the first line to this one.
    ///
    /// A timestamp is at the start of the line, after what loggers write in front of it (level,
    /// tag, address, container), or after a key of JSON or logfmt (`time`, `ts`, `@timestamp`,
    /// ...). Dates inside a message are not timestamps. In files whose lines begin with their
    /// timestamps, a key may be part of the body of a request: it counts only if the line is a JSON
    /// object or logfmt with this member of its own, and within a week of the file's dates.
    ///
    /// * With an offset or `Z` it is converted, without one it is local.
    /// * Without a date it is of the day of the last line with one, or of the day after where the
    ///   clock went back by more than an hour. Before any such line it is of the latest day that
    ///   puts it at most a minute after the last write of the file.
    /// * Without a year it is of the year that puts it within a week of the file's dates with a
    ///   year: those before it, or one that [`look_ahead`](Self::look_ahead) found. Else it is of
    ///   the latest year that puts it at most a day after the last write.
    /// * Of 05/06/2026, the order is that of an earlier date with a number above 12. Before any
    ///   such date, AM or PM means that the month comes first, and without them there is none.
    /// * Before 2001 it comes from a clock that was not set, and is ignored.
    ///
    /// Only the first bytes are inspected, and nothing is allocated.
    pub fn read(&mut self, offset: u64, line: &[u8]) -> Option<LocalTimestamp> {
        let stamp = locate::find(line, &mut self.form_reader);
        let time = self.resolve_found(stamp);
        self.accept(offset, stamp, time);
        time
    }

    /// Reads `line` after `skipped`, the lines in front of it from `offset` on. Does what reading
    /// each of them would do, but reads as few as possible.
    pub fn read_after(
        &mut self,
        offset: u64,
        skipped: &[u8],
        line: &[u8],
    ) -> Option<LocalTimestamp> {
        let unsampled = self.read_samples(offset, skipped);
        let offset = offset + skipped.len() as u64;
        let stamp = locate::find(line, &mut self.form_reader);
        let mut time = self.resolve_found(stamp);
        // A time with a date does not depend on the lines in front of it.
        if time.is_none() || stamp.is_some_and(Stamp::is_clock) {
            self.skip_unsampled(unsampled);
            time = self.resolve_found(stamp);
        }
        self.accept(offset, stamp, time);
        time
    }

    /// Goes on after a line that was read.
    fn accept(&mut self, offset: u64, stamp: Option<Stamp>, time: Option<LocalTimestamp>) {
        if offset >= self.form.next_sample {
            self.learn(offset, stamp, time);
        }
        self.set_last(stamp, time);
    }

    /// Does the same where no line follows.
    pub fn skip(&mut self, offset: u64, skipped: &[u8]) {
        let unsampled = self.read_samples(offset, skipped);
        self.skip_unsampled(unsampled);
    }

    /// Reads the lines to sample and returns the lines after the last one.
    fn read_samples<'l>(&mut self, mut offset: u64, mut lines: &'l [u8]) -> &'l [u8] {
        loop {
            let (unsampled, rest) = lines.split_at(self.sample_start(offset, lines));
            if rest.is_empty() {
                return unsampled;
            }
            let (line, after) = rest.split_at(line_length(rest));
            offset += unsampled.len() as u64;
            self.skip_unsampled(unsampled);
            self.read(offset, line);
            offset += line.len() as u64;
            lines = after;
        }
    }

    fn set_last(&mut self, stamp: Option<Stamp>, time: Option<LocalTimestamp>) {
        if time.is_some() {
            self.last = time;
            self.is_dated |= !stamp.is_some_and(Stamp::is_clock);
        }
        if let Some((time, stamp)) = time.zip(stamp)
            && !stamp.is_clock()
        {
            self.compare_zones(time, matches!(stamp.written, Written::Instant(_)));
        }
    }

    fn compare_zones(&mut self, time: LocalTimestamp, has_offset: bool) {
        if let Some((last, had_offset)) = self.last_dated
            && had_offset != has_offset
        {
            self.zones_disagree |= BEHIND_OTHER_ZONE.contains(&(last.millis() - time.millis()));
        }
        self.last_dated = Some((time, has_offset));
    }

    /// Where the next line to sample starts in `lines`, or their length.
    fn sample_start(&self, offset: u64, lines: &[u8]) -> usize {
        let distance = self.form.next_sample.saturating_sub(offset);
        let Ok(distance @ 1..) = usize::try_from(distance) else { return 0 };
        let Some(rest) = lines.get(distance - 1..) else { return lines.len() };
        memchr::memchr(b'\n', rest).map_or(lines.len(), |newline| distance + newline)
    }

    /// Skips lines of which none is sampled: only the last one with a date counts, and the times
    /// without a date after it.
    fn skip_unsampled(&mut self, lines: &[u8]) {
        let mut end = lines.len();
        let (mut first_clock, mut last_clock) = (end, end);
        while end > 0 {
            let start = memchr::memrchr(b'\n', &lines[..end - 1]).map_or(0, |newline| newline + 1);
            let stamp = locate::find(&lines[start..end], &mut self.form_reader);
            let time = self.resolve_found(stamp);
            end = start;
            if time.is_none() {
                continue;
            }
            if !stamp.is_some_and(Stamp::is_clock) {
                self.set_last(stamp, time);
                break;
            }
            if first_clock == lines.len() {
                last_clock = start;
            }
            first_clock = start;
        }
        // Without a date before them, times do not depend on each other.
        let mut rest = &lines[if self.is_dated { first_clock } else { last_clock }..];
        while !rest.is_empty() {
            let (line, after) = rest.split_at(line_length(rest));
            let stamp = locate::find(line, &mut self.form_reader);
            let time = self.resolve_found(stamp);
            self.set_last(stamp, time);
            rest = after;
        }
    }

    /// Learns from a sampled line.
    fn learn(&mut self, offset: u64, stamp: Option<Stamp>, time: Option<LocalTimestamp>) {
        let form = &mut self.form;
        form.next_sample = offset + 1;
        if form.next_sample >= SAMPLE_STEP {
            form.next_sample = (offset / SAMPLE_STEP + 1) * SAMPLE_STEP;
        }
        let Some(stamp) = stamp else { return };
        if stamp.is_member {
            form.evidence = form.evidence.saturating_sub(1);
        } else {
            form.evidence = MAX_EVIDENCE.min(form.evidence + BEGINNING_WEIGHT);
        }
        let Some(time) = time else { return };
        match stamp.written {
            Written::Slashed { day_first, month_first, .. } => {
                if day_first.is_none() || month_first.is_none() {
                    form.is_day_first = Some(day_first.is_some());
                }
                form.with_year = Some(time);
            }
            Written::Instant(_) | Written::Local(_) => form.with_year = Some(time),
            // It is near the times with a year, and so are those after it.
            Written::Yearless { .. } if form.with_year.is_some_and(|near| is_near(near, time)) => {
                form.with_year = Some(time);
            }
            Written::Yearless { .. } | Written::Clock(_) => {}
        }
    }

    fn resolve_found(&mut self, stamp: Option<Stamp>) -> Option<LocalTimestamp> {
        self.resolve(&stamp?)
    }

    /// Adds what a timestamp leaves out; None if it does not count.
    pub(super) fn resolve(&mut self, stamp: &Stamp) -> Option<LocalTimestamp> {
        let may_be_of_body = stamp.is_member && self.form.evidence > 0;
        if may_be_of_body && !stamp.is_own {
            return None;
        }
        let time = match stamp.written {
            Written::Instant(millis) => {
                self.reader.local(Timestamp::from_millisecond(millis).ok()?)
            }
            Written::Local(millis) => LocalTimestamp::from_millis(millis),
            Written::Slashed { day_first, month_first, has_half } => {
                self.in_order(day_first, month_first, has_half)?
            }
            Written::Yearless { month, day, time } => self.of_yearless(month, day, time)?,
            Written::Clock(time) => self.on_day(time),
        };
        let is_far = self.form.with_year.is_some_and(|near| !is_near(near, time));
        (time >= EARLIEST && !(may_be_of_body && is_far)).then_some(time)
    }

    /// The reading of a date with the day first or the month first, whichever is right.
    fn in_order(
        &self,
        day_first: Option<i64>,
        month_first: Option<i64>,
        has_half: bool,
    ) -> Option<LocalTimestamp> {
        let (Some(with_day), Some(with_month)) = (day_first, month_first) else {
            return day_first.or(month_first).map(LocalTimestamp::from_millis);
        };
        let is_american = has_half || with_day == with_month;
        let is_day_first = self.form.is_day_first.or(is_american.then_some(false))?;
        Some(LocalTimestamp::from_millis(if is_day_first { with_day } else { with_month }))
    }

    /// The time of a date without a year. Most lines have the date of the line before.
    fn of_yearless(&mut self, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
        if let Some((last_month, last_day, start)) = self.last_yearless
            && (month, day) == (last_month, last_day)
        {
            let time = LocalTimestamp::from_millis(start + time);
            if self.is_in_right_year(time) {
                return Some(time);
            }
        }
        let found = self.in_year(month, day, time)?;
        self.last_yearless = Some((month, day, found.millis() - time));
        Some(found)
    }

    /// Whether [`in_year`](Self::in_year) would put a time into no other year. False if that takes
    /// more than a comparison.
    fn is_in_right_year(&self, time: LocalTimestamp) -> bool {
        if let Some(near) = self.form.with_year {
            return is_near(near, time);
        }
        let limit = self.last_write().millis() + MAX_AHEAD_WITHOUT_YEAR;
        (limit - SHORTEST_YEAR + 1..=limit).contains(&time.millis())
    }

    /// The time in the year that puts it near others of the file, else in the latest year that
    /// puts it at most a day after the last write.
    fn in_year(&self, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
        if let Some(near) = self.form.with_year
            && let Some(time) = near_year(near, month, day, time)
        {
            return Some(time);
        }
        let written = self.last_write();
        let limit = written.millis() + MAX_AHEAD_WITHOUT_YEAR;
        let next_year = written.to_datetime().year() + 1;
        let earliest_year = next_year - MAX_YEARS_BETWEEN_LEAP_YEARS - 1;
        let years = (earliest_year..=next_year).rev();
        let mut times = years.filter_map(|year| in_year(year, month, day, time));
        times.find(|time| time.millis() <= limit)
    }

    /// The time on the day of the last line, or on the next day after midnight. Without a line with
    /// a date, on the latest day that puts it at most a minute after the last write.
    fn on_day(&self, time: i64) -> LocalTimestamp {
        let latest = match self.last {
            Some(last) if self.is_dated => last.millis() - MAX_CLOCK_BEHIND + DAY - 1,
            _ => self.last_write().millis() + MAX_AHEAD_WITHOUT_DATE,
        };
        let on_latest_day = LocalTimestamp::from_millis(latest).floor(DAY).millis() + time;
        let is_ahead = on_latest_day > latest;
        LocalTimestamp::from_millis(if is_ahead { on_latest_day - DAY } else { on_latest_day })
    }

    fn last_write(&self) -> LocalTimestamp {
        self.written.unwrap_or_else(|| self.reader.now())
    }
}

/// The length of the first of `lines`, with its newline.
fn line_length(lines: &[u8]) -> usize {
    memchr::memchr(b'\n', lines).map_or(lines.len(), |newline| newline + 1)
}

/// The time in this year; None if it does not have the day, as without February 29.
fn in_year(year: i16, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
    let date = Date::new(year, month as i8, day as i8).ok()?;
    Some(LocalTimestamp::from_millis(start_of(date) + time))
}

/// The time in the year that puts it near `near`.
fn near_year(near: LocalTimestamp, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
    let year = near.to_datetime().year();
    let mut times = (year - 1..=year + 1).filter_map(|year| in_year(year, month, day, time));
    times.find(|time| is_near(near, *time))
}

fn is_near(one: LocalTimestamp, other: LocalTimestamp) -> bool {
    (one.millis() - other.millis()).abs() <= NEIGHBORHOOD
}
