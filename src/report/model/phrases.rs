//! Phrases that several documents for people contain.

use std::collections::BTreeSet;

use super::breakdown::{self, Groups};
use crate::catalog::Severity;
use crate::report::ReportData;
use crate::stats::CodeKey;
use crate::timestamp::LocalTimestamp;

/// `1 line`, `2 lines`
pub(crate) fn count_of(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How much was read and found, in one sentence.
pub(crate) fn headline(data: &ReportData<'_>) -> String {
    let (totals, codes) = (&data.stats.totals, &data.stats.codes);
    let read = format!("{} of {}", count_of(totals.lines, "line"), count_of(totals.files, "file"));
    if codes.count == 0 {
        return format!("No error codes found in {read}");
    }
    let distinct: BTreeSet<i64> = codes.rows.iter().map(|row| row.key.code).collect();
    let findings = count_of(codes.count, "finding");
    format!("{findings} of {} in {read}", count_of(distinct.len() as u64, "code"))
}

pub(crate) fn explanation(key: &CodeKey, data: &ReportData<'_>) -> String {
    format!("{}: {} Remedy: {}", data.title(key), data.meaning(key), data.remedy(key))
}

/// The word for a severity; `unknown` without one.
pub(crate) fn severity(severity: Option<Severity>) -> &'static str {
    severity.map_or("unknown", Severity::as_str)
}

/// `sdk/account 12 (60.0%)` for each category.
pub(crate) fn categories(data: &ReportData<'_>) -> Vec<String> {
    let name = |(system, category): (&str, &str)| format!("{system}/{category}");
    with_shares(breakdown::categories(data), name, data)
}

/// `auth 12 (60.0%)` for each kind.
pub(crate) fn kinds(data: &ReportData<'_>) -> Vec<String> {
    with_shares(breakdown::kinds(data), |kind| kind.to_string(), data)
}

fn with_shares<K>(
    groups: Groups<K>,
    name: impl Fn(K) -> String,
    data: &ReportData<'_>,
) -> Vec<String> {
    let mut phrases = Vec::new();
    for (group, count) in groups {
        let name = group.map_or("unknown".to_string(), &name);
        phrases.push(format!("{name} {count} ({})", breakdown::percent(count, data)));
    }
    phrases
}

/// One time, or two with the date of the second only if it is another one.
pub(crate) fn time_range(earliest: LocalTimestamp, latest: LocalTimestamp) -> String {
    let (first, last) = (earliest.to_string(), latest.to_string());
    let (date, time) = last.split_at("2026-11-24 ".len());
    if first == last {
        first
    } else if first.starts_with(date) {
        format!("{first} to {time}")
    } else {
        format!("{first} to {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn a_common_date_is_written_once() {
        let at = |millis: i64| LocalTimestamp::from_millis(1_795_514_400_000 + millis);
        let rows = [
            (0, 0, "2026-11-24 10:00:00.000"),
            (0, 1, "2026-11-24 10:00:00.000 to 10:00:00.001"),
            (0, 86_400_000, "2026-11-24 10:00:00.000 to 2026-11-25 10:00:00.000"),
        ];
        for (earliest, latest, wanted) in rows {
            assert_eq!(time_range(at(earliest), at(latest)), wanted);
        }
    }
}
