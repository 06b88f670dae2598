//! When findings were seen: a picture over the width of the terminal.

use super::MARGIN;
use super::bar::bars;
use super::page::{Ink, Page};
use super::text::{flowed, padded};
use crate::catalog::Severity;
use crate::report::model::phrases::counted;
use crate::stats::{Counts, Histogram};
use crate::timestamp::LocalTimestamp;

/// How many lines errors and other findings get each.
const HEIGHT: usize = 2;
/// The widest that an interval becomes, in columns.
const WIDEST: usize = 8;

/// Draws errors and other findings apart, each as high as their own most allows. Nothing without
/// times.
pub(super) fn draw(histogram: &Histogram, page: &mut Page<'_>) {
    let Some((earliest, latest)) = histogram.time_range() else { return };
    let bands = |counts: &[Counts]| -> [(&str, Severity, Vec<u64>); 2] {
        [
            ("errors", Severity::Error, counts.iter().map(|counts| counts.errors).collect()),
            ("others", Severity::Warning, counts.iter().map(|counts| counts.others).collect()),
        ]
    };
    let most = |counts: &[u64]| format!("max {}", counts.iter().max().copied().unwrap_or(0));
    // No interval holds more than there are findings.
    let most_digits = histogram
        .intervals(1)
        .counts
        .iter()
        .map(|(_, counts)| counts.total())
        .sum::<u64>()
        .to_string()
        .len();
    let label = MARGIN.max("max ".len() + most_digits + 2);
    let columns = page.style.width - label;
    let intervals = histogram.intervals(columns);
    let counts: Vec<Counts> = intervals.counts.iter().map(|&(_, counts)| counts).collect();
    let each = (columns / counts.len().max(1)).clamp(1, WIDEST);

    page.end_line();
    let mut about = vec![format!("in intervals of {}", span(intervals.width))];
    if histogram.without_time() > 0 {
        about.push(format!("{} without a time", counted(histogram.without_time(), "finding")));
    }
    page.labeled("time", label, &flowed(about.iter().map(String::as_str), ", ", columns));
    for (name, severity, counts) in bands(&counts) {
        if counts.iter().all(|&count| count == 0) {
            continue;
        }
        for (label_text, line) in [name.to_string(), most(&counts)].iter().zip(bars(
            &counts,
            each,
            HEIGHT,
            page.style.ascii,
        )) {
            page.put(Ink::Calm, &padded(label_text, label));
            page.put(Ink::Of(Some(severity)), line.trim_end());
            page.end_line();
        }
    }
    axis(earliest, latest, intervals.width, label, each * counts.len(), page);
}

/// The first and the last time, at the ends of the picture as far as they have room.
fn axis(
    earliest: LocalTimestamp,
    latest: LocalTimestamp,
    width: i64,
    label: usize,
    drawn: usize,
    page: &mut Page<'_>,
) {
    let [first, last] = [earliest, latest].map(|time| time_to(width, time));
    let columns = page.style.width - label;
    page.space(label);
    if first == last {
        return page.line(Ink::Calm, &first);
    }
    if first.len() + 2 + last.len() > columns {
        page.line(Ink::Calm, &format!("{first} to"));
        page.space(label);
        return page.line(Ink::Calm, &last);
    }
    let gap = drawn.saturating_sub(first.len() + last.len()).max(2);
    page.line(Ink::Calm, &format!("{first}{}{last}", " ".repeat(gap)));
}

/// The time, without what is smaller than a second where intervals are wider than that.
fn time_to(width: i64, time: LocalTimestamp) -> String {
    let text = time.to_string();
    if width < 1000 { text } else { text[..text.len() - ".000".len()].to_string() }
}

/// `10 ms`, `2 s`, `5 min`, `6 h`, `1 d`
fn span(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    match units.into_iter().find(|(unit, _)| millis % unit == 0) {
        Some((unit, name)) => format!("{} {name}", millis / unit),
        None => format!("{millis} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let style = Summary::new(width);
        let mut page = Page::new(&style);
        draw(&histogram, &mut page);
        page.into_text()
    }

    #[test]
    fn errors_and_others_are_told_apart() {
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
    fn few_intervals_are_broad_and_many_fit() {
        let one = drawn(&[(0, Severity::Info)], 80);
        assert!(
            one.contains("\nothers    ████████\n")
                && one.ends_with("\n          2026-11-24 10:00:00.000\n"),
            "{one}"
        );
        let narrow = drawn(&[(0, Severity::Error), (86_400_000 * 100, Severity::Error)], 40);
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        assert!(
            narrow.contains("of 5 d") && narrow.ends_with("\n          2027-03-04 10:00:00\n"),
            "{narrow}"
        );
    }

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        let rows = [
            (1, "1 ms"),
            (500, "500 ms"),
            (1000, "1 s"),
            (120_000, "2 min"),
            (43_200_000, "12 h"),
            (864_000_000, "10 d"),
        ];
        for (millis, wanted) in rows {
            assert_eq!(span(millis), wanted);
        }
    }
}
