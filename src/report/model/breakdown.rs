//! Findings added up by category, kind and file, and their shares.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalog::{Entry, Kind};
use crate::report::ReportData;
use crate::stats::FileRow;

/// Counts by what they have in common, the most first.
pub(crate) type Sums<K> = Vec<(K, u64)>;

/// By system and category; None for codes that no catalog holds. An ambiguous code counts as the
/// likeliest.
pub(crate) fn categories<'r>(data: &ReportData<'r>) -> Sums<Option<(&'r str, &'r str)>> {
    by(data, |entry| (entry.system.as_ref(), entry.category.as_ref()))
}

/// By kind, likewise.
pub(crate) fn kinds(data: &ReportData<'_>) -> Sums<Option<Kind>> {
    by(data, |entry| entry.kind)
}

/// The files in which something was seen, those with the most findings first.
pub(crate) fn files(data: &ReportData<'_>) -> Vec<FileRow> {
    let mut files = data.stats.codes.files().to_vec();
    files.sort_by_key(|row| (Reverse(row.count), row.file));
    files
}

/// So many of all findings, in percent.
pub(crate) fn share(count: u64, data: &ReportData<'_>) -> f64 {
    count as f64 * 100.0 / data.stats.codes.count().max(1) as f64
}

/// The share for people: `58.0%`, and never 0 or 100 for what is only nearly that.
pub(crate) fn percent(count: u64, data: &ReportData<'_>) -> String {
    let all = data.stats.codes.count();
    let share = share(count, data);
    match share {
        _ if count == all => "100%".to_string(),
        _ if share < 0.05 && count > 0 => "<0.1%".to_string(),
        _ if share >= 99.95 => ">99.9%".to_string(),
        _ => format!("{share:.1}%"),
    }
}

fn by<'r, K: Ord + Copy>(data: &ReportData<'r>, of: impl Fn(&'r Entry) -> K) -> Sums<Option<K>> {
    let tally = &data.stats.codes;
    let mut sums: BTreeMap<Option<K>, u64> = BTreeMap::new();
    for row in tally.rows() {
        *sums.entry(data.entry(&row.key).map(&of)).or_default() += row.count;
    }
    if tally.overflowed() > 0 {
        *sums.entry(None).or_default() += tally.overflowed();
    }
    let mut sums: Sums<Option<K>> = sums.into_iter().collect();
    sums.sort_by_key(|&(_, count)| Reverse(count));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn sums_are_complete_and_the_most_comes_first() {
        let run = TestRun::from_codes(&[6206, 70001, 6206, 10010, 424_242, 424_242, 424_242, 6206]);
        let data = run.data();
        let wanted = [
            (None, 3),
            (Some(("sdk", "account")), 3),
            (Some(("server", "account")), 1),
            (Some(("server", "group")), 1),
        ];
        assert_eq!(categories(&data), wanted);
        assert_eq!(kinds(&data), [(Some(Kind::Auth), 4), (None, 3), (Some(Kind::NotFound), 1)]);
    }

    #[test]
    fn files_with_the_most_findings_come_first() {
        let run = TestRun::default()
            .with_finding(0, 1, 6206)
            .with_finding(1, 1, 6206)
            .with_finding(1, 2, 6206)
            .with_finding(2, 9, 6208);
        let files: Vec<(usize, u64)> =
            files(&run.data()).iter().map(|row| (row.file, row.count)).collect();
        assert_eq!(files, [(1, 2), (0, 1), (2, 1)]);
    }

    #[test]
    fn shares_are_told_to_a_tenth() {
        let run = TestRun::from_codes(&[6206; 10_000]);
        let rows = [
            (0, "0.0%"),
            (1, "<0.1%"),
            (5, "0.1%"),
            (14, "0.1%"),
            (3333, "33.3%"),
            (9994, "99.9%"),
            (9999, ">99.9%"),
            (10_000, "100%"),
        ];
        for (count, wanted) in rows {
            assert_eq!(percent(count, &run.data()), wanted, "{count}");
        }
    }
}
