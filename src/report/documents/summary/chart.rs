//! Bars, and the chart of findings over time.

use super::document::MARGIN;
use crate::language::Label;
use crate::report::page::{Page, TextStyle, flowed};
use crate::stats::{Histogram, Intervals};
use crate::terminal::{padded, width};
use crate::timestamp::{LocalTimestamp, SECOND};

const BAR_HEIGHT: usize = 2;
const MAX_BAR_WIDTH: usize = 8;
/// Fewer findings with a time have no chart.
const MIN_FINDINGS: u64 = 3;
/// Blocks that fill eighths of a column from the left.
const FROM_LEFT: [&str; 9] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
/// Blocks that fill eighths of a column from below.
const FROM_BELOW: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const FROM_BELOW_ASCII: [&str; 3] = [" ", ".", "#"];

/// Writes the chart: a row of bars for errors and one for other findings, each with a scale of its
/// own. Writes nothing if that would show no more than the first and the last time.
pub(super) fn write_chart(histogram: &Histogram, page: &mut Page) {
    let Some((earliest, latest)) = histogram.time_range else { return };
    // No interval has a larger count than one that contains all findings.
    let total: u64 = histogram.intervals(1).counts.iter().map(|(_, counts)| counts.total()).sum();
    let words = page.words;
    let label = MARGIN.max(width(&words.max(total)) + 2);
    let columns = page.width - label;
    let Intervals { width: interval, counts } = histogram.intervals(columns);
    let bar_width = (columns / counts.len()).clamp(1, MAX_BAR_WIDTH);
    if counts.len() == 1 || total < MIN_FINDINGS {
        return;
    }
    page.end_line();
    let mut notes = vec![words.intervals(&words.duration(interval))];
    if histogram.without_time > 0 {
        notes.push(words.without_time(histogram.without_time));
    }
    let time = padded(words.label(Label::Time), label);
    page.labeled(0, TextStyle::Dim, &time, &flowed(&notes, columns, words.comma()));
    let errors: Vec<u64> = counts.iter().map(|(_, counts)| counts.errors).collect();
    let others: Vec<u64> = counts.iter().map(|(_, counts)| counts.others).collect();
    let [error_label, other_label] =
        [Label::Errors, Label::Others].map(|one| padded(words.label(one), label));
    write_bars(&error_label, &errors, bar_width, page);
    write_bars(&other_label, &others, bar_width, page);
    let [first, last] = [earliest, latest].map(|time| axis_time(time, interval));
    write_axis(&first, &last, label, bar_width * counts.len(), page);
}

/// Writes a row of bars after `label`, unless all counts are 0.
fn write_bars(label: &str, counts: &[u64], bar_width: usize, page: &mut Page) {
    let largest = counts.iter().max().copied().unwrap_or(0);
    if largest == 0 {
        return;
    }
    let scale = padded(&page.words.max(largest), width(label));
    let lines = bars(counts, bar_width, BAR_HEIGHT, page.ascii);
    for (label, line) in [label, &scale].into_iter().zip(lines) {
        page.put(TextStyle::Dim, label);
        page.line(TextStyle::Plain, line.trim_end());
    }
}

/// Writes the first and the last time below the ends of the bars, or on two lines if one is too
/// narrow.
fn write_axis(first: &str, last: &str, label: usize, bars_width: usize, page: &mut Page) {
    page.blanks(label);
    if first == last {
        page.line(TextStyle::Dim, first);
    } else if first.len() + 2 + last.len() > page.width - label {
        page.line(TextStyle::Dim, page.words.range(first, "").trim_end());
        page.blanks(label);
        page.line(TextStyle::Dim, last);
    } else {
        let gap = bars_width.saturating_sub(first.len() + last.len()).max(2);
        page.line(TextStyle::Dim, &format!("{first}{:gap$}{last}", ""));
    }
}

/// The time, without milliseconds if intervals of this `width` are not shorter than a second.
fn axis_time(time: LocalTimestamp, width: i64) -> String {
    let mut text = time.to_string();
    if width >= SECOND {
        text.truncate(text.len() - ".000".len());
    }
    text
}

/// A horizontal bar, with all of `columns` if `count` is `largest`.
pub(super) fn bar(count: u64, largest: u64, columns: usize, ascii: bool) -> String {
    if ascii {
        return "#".repeat(steps(count, largest, columns));
    }
    let eighths = steps(count, largest, 8 * columns);
    FROM_LEFT[8].repeat(eighths / 8) + FROM_LEFT[eighths % 8]
}

/// Vertical bars side by side, each `columns` wide, in `height` lines from top to bottom.
fn bars(counts: &[u64], columns: usize, height: usize, ascii: bool) -> Vec<String> {
    let largest = counts.iter().max().copied().unwrap_or(0);
    let cells = if ascii { &FROM_BELOW_ASCII[..] } else { &FROM_BELOW };
    let per_line = cells.len() - 1;
    let mut lines = vec![String::new(); height];
    for &count in counts {
        let mut rest = steps(count, largest, per_line * height);
        for line in lines.iter_mut().rev() {
            line.push_str(&cells[rest.min(per_line)].repeat(columns));
            rest = rest.saturating_sub(per_line);
        }
    }
    lines
}

/// `count` as a number of steps, of which `largest` has `all`. At least one if `count` is not 0.
fn steps(count: u64, largest: u64, all: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let steps = (count as f64 / largest as f64 * all as f64).round() as usize;
    steps.clamp(1, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Lang, Severity};
    use crate::language;
    use crate::report::Summary;

    fn drawn(times: &[(i64, Severity)], width: usize) -> String {
        let mut histogram = Histogram::default();
        for &(millis, severity) in times {
            histogram.add(
                Some(LocalTimestamp::from_millis(1_795_514_400_000 + millis)),
                severity >= Severity::Error,
            );
        }
        histogram.add(None, false);
        let summary = Summary { width, ..Summary::PLAIN };
        let mut page =
            Page::new(summary.width, summary.ascii, &summary.styles, language::of(Lang::En));
        write_chart(&histogram, &mut page);
        page.text
    }

    #[test]
    fn errors_and_others_have_bars_of_their_own() {
        let times = [
            (0, Severity::Error),
            (60_000, Severity::Error),
            (60_001, Severity::Error),
            (600_000, Severity::Warning),
        ];
        let wanted = "
time      in intervals of 10 s, 1 finding without a time
errors          █
max 2     █     █
others                                                                █
max 1                                                                 █
          2026-11-24 10:00:00                       2026-11-24 10:10:00
";
        assert_eq!(drawn(&times, 80), wanted);
    }

    #[test]
    fn one_interval_has_no_chart_and_many_fit() {
        let (first, last) = ((0, Severity::Error), (86_400_000 * 100, Severity::Error));
        assert_eq!(drawn(&[first; 3], 80), "");
        assert_eq!(drawn(&[first, last], 80), "");
        let narrow = drawn(&[first, first, last], 40);
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        assert!(
            narrow.contains("of 5 d") && narrow.ends_with("\n          2027-03-04 10:00:00\n"),
            "{narrow}"
        );
    }

    #[test]
    fn durations_have_their_largest_unit() {
        let rows = [
            (1, "1 ms", "1毫秒"),
            (500, "500 ms", "500毫秒"),
            (1000, "1 s", "1秒"),
            (120_000, "2 min", "2分钟"),
            (43_200_000, "12 h", "12小时"),
            (864_000_000, "10 d", "10天"),
        ];
        for (millis, english, chinese) in rows {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| language::of(lang).duration(millis));
            assert_eq!((en.as_str(), zh.as_str()), (english, chinese));
        }
    }

    #[test]
    fn bars_are_as_long_as_their_share() {
        let rows = [
            (0, 100, "", ""),
            (1, 1_000_000, "▏", "#"),
            (50, 100, "██", "##"),
            (60, 100, "██▍", "##"),
            (99, 100, "████", "####"),
            (100, 100, "████", "####"),
            (u64::MAX, u64::MAX, "████", "####"),
            (0, 0, "", ""),
        ];
        for (count, most, blocks, ascii) in rows {
            assert_eq!(
                (bar(count, most, 4, false).as_str(), bar(count, most, 4, true).as_str()),
                (blocks, ascii),
                "{count}"
            );
        }
    }

    #[test]
    fn bars_side_by_side_have_a_common_base() {
        assert_eq!(bars(&[0, 1, 8, 12, 16], 1, 2, false), ["   ▄█", " ▁███"]);
        assert_eq!(bars(&[0, 1, 8, 12, 16], 2, 2, true), ["      ..##", "  ..######"]);
        assert_eq!(bars(&[], 1, 2, false), ["", ""]);
    }
}
