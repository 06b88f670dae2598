//! Counts by category, kind and file, and their shares of all findings.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalog::{Entry, Kind};
use crate::report::ReportData;
use crate::stats::FileRow;

/// The count of each group, largest first. None is the group of the unknown codes.
pub(crate) type Groups<K> = Vec<(Option<K>, u64)>;

/// The findings by system and category. An ambiguous code counts for its likeliest entry.
pub(crate) fn categories<'r>(data: &ReportData<'r>) -> Groups<(&'r str, &'r str)> {
    group(data, |entry| (entry.system.as_ref(), entry.category.as_ref()))
}

/// The findings by kind. An ambiguous code counts for its likeliest entry.
pub(crate) fn kinds(data: &ReportData<'_>) -> Groups<Kind> {
    group(data, |entry| entry.kind)
}

fn group<'r, K: Ord>(data: &ReportData<'r>, group_of: impl Fn(&'r Entry) -> K) -> Groups<K> {
    let codes = &data.stats.codes;
    let mut counts: BTreeMap<Option<K>, u64> = BTreeMap::new();
    for row in &codes.rows {
        *counts.entry(data.entry(&row.key).map(&group_of)).or_default() += row.count;
    }
    if codes.overflowed > 0 {
        *counts.entry(None).or_default() += codes.overflowed;
    }
    let mut groups: Groups<K> = counts.into_iter().collect();
    groups.sort_by_key(|&(_, count)| Reverse(count));
    groups
}

/// The files with findings, those with the most first.
pub(crate) fn files(data: &ReportData<'_>) -> Vec<FileRow> {
    let mut files = data.stats.codes.files.to_vec();
    files.sort_by_key(|row| (Reverse(row.count), row.file));
    files
}

/// The share of `count` in all findings, in percent.
pub(crate) fn share(count: u64, data: &ReportData<'_>) -> f64 {
    count as f64 * 100.0 / data.stats.codes.count.max(1) as f64
}

/// The share as text: `58.0%`. Only nothing is `0.0%`, and only all findings are `100%`.
pub(crate) fn percent(count: u64, data: &ReportData<'_>) -> String {
    let share = share(count, data);
    if count == data.stats.codes.count {
        "100%".to_string()
    } else if count > 0 && share < 0.05 {
        "<0.1%".to_string()
    } else if share >= 99.95 {
        ">99.9%".to_string()
    } else {
        format!("{share:.1}%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn groups_are_complete_and_the_largest_comes_first() {
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
    fn shares_have_one_decimal() {
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
