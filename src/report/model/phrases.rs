//! Phrases that several documents for people contain.

use std::collections::{BTreeMap, BTreeSet};

use super::breakdown::{self, Groups};
use crate::catalog::Severity;
use crate::language::{Label, Language};
use crate::report::ReportData;
use crate::stats::{CodeKey, Totals};
use crate::timestamp::LocalTimestamp;

/// How much was read and found, in one sentence.
pub(crate) fn headline(data: &ReportData<'_>) -> String {
    let (totals, codes) = (&data.stats.totals, &data.stats.codes);
    let words = data.words();
    let read = words.lines_of_files(totals.lines, totals.files);
    if codes.count == 0 {
        return nothing_found(totals, &read, words);
    }
    let distinct: BTreeSet<i64> = codes.rows.iter().map(|row| row.key.code).collect();
    words.found(codes.count, distinct.len() as u64, &read)
}

/// Why nothing was found.
fn nothing_found(totals: &Totals, read: &str, words: &dyn Language) -> String {
    let Totals { files, lines, filtered, lines_out_of_range, .. } = *totals;
    if files == 0 {
        return words.nothing_read();
    }
    if filtered > 0 {
        return words.none_passes_filters(filtered, read);
    }
    // A line is outside only because it or one above it has a time.
    let Some(times) = &totals.times_out_of_range else { return words.nothing_found(read) };
    if lines_out_of_range < lines {
        return words.nothing_found_in_range(lines - lines_out_of_range, read, times);
    }
    words.nothing_in_range(read, times)
}

/// `2 fatal, 3 errors, 1 unknown, 1 warning`, with the severity of each part.
pub(crate) fn severities(data: &ReportData<'_>) -> Vec<(Option<Severity>, String)> {
    let mut counts: BTreeMap<(Severity, bool), u64> = BTreeMap::new();
    let codes = &data.stats.codes;
    for row in &codes.rows {
        let known = row.key.entries.known_severity(data.catalog);
        let severity = known.unwrap_or(Severity::Error);
        *counts.entry((severity, known.is_some())).or_default() += row.count;
    }
    let mut parts = Vec::new();
    for ((severity, is_known), count) in counts.into_iter().rev() {
        let severity = is_known.then_some(severity);
        parts.push((severity, data.words().findings_of(count, severity)));
    }
    parts
}

pub(crate) fn explanation(key: &CodeKey, data: &ReportData<'_>) -> String {
    let (meaning, remedy) = (data.meaning(key), data.remedy(key));
    format!("{}: {meaning} {}", data.title(key), data.words().labeled(Label::Remedy, &remedy))
}

/// The word for a severity; the one for unknown codes without one.
pub(crate) fn severity(severity: Option<Severity>, words: &dyn Language) -> &'static str {
    severity.map_or(words.label(Label::Unknown), |severity| words.severity(severity))
}

/// The name, such as `sdk/account`, and the count of each category.
pub(crate) fn categories(data: &ReportData<'_>) -> Vec<(String, u64)> {
    let name = |(system, category): (&str, &str)| format!("{system}/{category}");
    named(breakdown::categories(data), name, data.words())
}

/// The name, such as `auth` or `鉴权（auth）`, and the count of each kind.
pub(crate) fn kinds(data: &ReportData<'_>) -> Vec<(String, u64)> {
    named(breakdown::kinds(data), |kind| data.words().kind(kind), data.words())
}

fn named<K>(
    groups: Groups<K>,
    name: impl Fn(K) -> String,
    words: &dyn Language,
) -> Vec<(String, u64)> {
    let unknown = words.label(Label::Unknown);
    let name = |group: Option<K>| group.map_or(unknown.to_string(), &name);
    groups.into_iter().map(|(group, count)| (name(group), count)).collect()
}

/// One time, or two with the date of the second only if it is another one.
pub(crate) fn time_range(
    earliest: LocalTimestamp,
    latest: LocalTimestamp,
    words: &dyn Language,
) -> String {
    let (first, last) = (earliest.to_string(), latest.to_string());
    let (date, time) = last.split_at("2026-11-24 ".len());
    if first == last {
        first
    } else if first.starts_with(date) {
        words.range(&first, time)
    } else {
        words.range(&first, &last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Lang;
    use crate::language;
    use crate::stats::TimesOutOfRange;
    use crate::testutil::TestRun;

    #[test]
    fn the_headline_counts_codes_once() {
        let rows: [(&[i64], &str); 3] = [
            (&[], "No error codes found in 5000 lines of 3 files"),
            (&[6206], "1 finding of 1 code in 5000 lines of 3 files"),
            (&[6206, 6206, 70001], "3 findings of 2 codes in 5000 lines of 3 files"),
        ];
        for (codes, wanted) in rows {
            assert_eq!(headline(&TestRun::from_codes(codes).data()), wanted);
        }
    }

    #[test]
    fn a_run_without_findings_says_why() {
        let at = |hours: i64| LocalTimestamp::from_millis(1_795_514_400_000 + hours * 3_600_000);
        let rows: [(u64, u64, &str); 5] = [
            (0, 0, "No error codes found in 5000 lines of 3 files"),
            (5, 0, "5 findings in 5000 lines of 3 files, none passes the filters"),
            (5, 10, "5 findings in 5000 lines of 3 files, none passes the filters"),
            (
                0,
                10,
                "No error codes found in 4990 lines in the time range (since 2026-11-24 \
                 12:00:00), out of 5000 lines of 3 files; the lines outside of it are from \
                 2026-11-24 10:00:00 to 2026-11-24 11:00:00",
            ),
            (
                0,
                5000,
                "No line is in the time range (since 2026-11-24 12:00:00), out of 5000 lines of \
                 3 files; the lines outside of it are from 2026-11-24 10:00:00 to 2026-11-24 \
                 11:00:00",
            ),
        ];
        for (filtered, lines_out_of_range, wanted) in rows {
            let mut run = TestRun::default();
            run.stats.totals.filtered = filtered;
            run.stats.totals.lines_out_of_range = lines_out_of_range;
            for time in [at(1), at(0)] {
                if lines_out_of_range > 0 {
                    let (earliest, latest) = (time, time);
                    let (since, until) = (Some(at(2)), None);
                    let times = TimesOutOfRange { since, until, earliest, latest };
                    run.stats.totals.add_times_out_of_range(times);
                }
            }
            assert_eq!(headline(&run.data()), wanted);
        }
    }

    #[test]
    fn severities_are_counted_worst_first() {
        let run = TestRun::from_codes(&[6206, 6206, 6208, 424_242, 70020, 10015]);
        let parts: Vec<String> =
            severities(&run.data()).into_iter().map(|(_, text)| text).collect();
        assert_eq!(parts.join(", "), "1 fatal, 3 errors, 1 unknown, 1 warning");
    }

    #[test]
    fn a_common_date_is_written_once() {
        let at = |millis: i64| LocalTimestamp::from_millis(1_795_514_400_000 + millis);
        let rows = [
            (0, 0, "2026-11-24 10:00:00.000"),
            (0, 1, "2026-11-24 10:00:00.000 to 10:00:00.001"),
            (0, 86_400_000, "2026-11-24 10:00:00.000 to 2026-11-25 10:00:00.000"),
        ];
        for (earliest, latest, wanted) in rows {
            assert_eq!(time_range(at(earliest), at(latest), language::of(Lang::En)), wanted);
        }
    }
}
