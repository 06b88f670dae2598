//! How documents for people put things: the same words in each.

use super::breakdown;
use crate::catalog::{Entry, Severity};
use crate::report::ReportData;
use crate::stats::CodeKey;
use crate::timestamp::LocalTimestamp;

/// `1 line`, `2 lines`
pub(crate) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// What was read and found, in one sentence.
pub(crate) fn headline(data: &ReportData<'_>) -> String {
    let (totals, tally) = (&data.stats.totals, &data.stats.codes);
    let read = format!("{} of {}", counted(totals.lines, "line"), counted(totals.files, "file"));
    if tally.count() == 0 {
        return format!("No error codes found in {read}");
    }
    let mut codes: Vec<i64> = tally.rows().iter().map(|row| row.key.code).collect();
    codes.sort_unstable();
    codes.dedup();
    format!(
        "{} of {} in {read}",
        counted(tally.count(), "finding"),
        counted(codes.len() as u64, "code")
    )
}

/// The word for a severity; None is an unknown code.
pub(crate) fn severity(severity: Option<Severity>) -> &'static str {
    severity.map_or("unknown", Severity::as_str)
}

/// The constant of a code, if all its meanings have the same; empty if there is none.
pub(crate) fn name<'o>(subject: &CodeKey, data: &ReportData<'o>) -> &'o str {
    let mut names = entries(subject, data).map(|entry| entry.name().unwrap_or_default());
    let first = names.next().unwrap_or_default();
    if names.all(|name| name == first) { first } else { "" }
}

/// `sdk/account`, or all that an ambiguous code can belong to; empty if no catalog holds it.
pub(crate) fn category(subject: &CodeKey, data: &ReportData<'_>) -> String {
    let mut categories: Vec<String> = entries(subject, data)
        .map(|entry| format!("{}/{}", entry.system, entry.category))
        .collect();
    categories.dedup();
    categories.join(" or ")
}

/// `sdk/account 12 (60.0%)` for each category.
pub(crate) fn categories(data: &ReportData<'_>) -> Vec<String> {
    let name = |key: Option<(&str, &str)>| {
        key.map_or("unknown".into(), |(system, category)| format!("{system}/{category}"))
    };
    breakdown::categories(data)
        .into_iter()
        .map(|(key, count)| with_share(&name(key), count, data))
        .collect()
}

/// `auth 12 (60.0%)` for each kind.
pub(crate) fn kinds(data: &ReportData<'_>) -> Vec<String> {
    let name = |kind: Option<crate::catalog::Kind>| kind.map_or("unknown", |kind| kind.as_str());
    breakdown::kinds(data)
        .into_iter()
        .map(|(kind, count)| with_share(name(kind), count, data))
        .collect()
}

/// A time, or two; the second without its date if it is the same.
pub(crate) fn between(earliest: LocalTimestamp, latest: LocalTimestamp) -> String {
    if earliest == latest {
        return earliest.to_string();
    }
    let (earliest, latest) = (earliest.to_string(), latest.to_string());
    let date = "2026-11-24 ".len();
    let has_same_date = earliest[..date] == latest[..date];
    format!("{earliest} to {}", if has_same_date { &latest[date..] } else { &latest })
}

fn with_share(name: &str, count: u64, data: &ReportData<'_>) -> String {
    format!("{name} {count} ({})", breakdown::percent(count, data))
}

fn entries<'o>(subject: &CodeKey, data: &ReportData<'o>) -> impl Iterator<Item = &'o Entry> {
    let catalog = data.catalog;
    let places = subject.meanings.ids().to_vec();
    places.into_iter().map(|place| catalog.entry(place))
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
    fn a_date_is_told_once() {
        let at = |millis: i64| LocalTimestamp::from_millis(1_795_514_400_000 + millis);
        let rows = [
            (0, 0, "2026-11-24 10:00:00.000"),
            (0, 1, "2026-11-24 10:00:00.000 to 10:00:00.001"),
            (0, 86_400_000, "2026-11-24 10:00:00.000 to 2026-11-25 10:00:00.000"),
        ];
        for (earliest, latest, wanted) in rows {
            assert_eq!(between(at(earliest), at(latest)), wanted);
        }
    }

    #[test]
    fn ambiguous_codes_have_the_name_that_all_meanings_share() {
        let run = TestRun::from_codes(&[70001, 6206, 424_242]);
        let data = run.data();
        let told: Vec<(&str, String)> = data
            .stats
            .codes
            .rows()
            .iter()
            .map(|row| (name(&row.key, &data), category(&row.key, &data)))
            .collect();
        let wanted = [
            ("", "server/account or web/login"),
            ("ERR_USER_SIG_EXPIRED", "sdk/account"),
            ("", ""),
        ];
        assert_eq!(told, wanted.map(|(name, category)| (name, category.to_string())));
    }
}
