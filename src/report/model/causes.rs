//! What to fix, and in which order: codes with one cause put together, the worst first.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::catalog::{Entry, Severity};
use crate::report::ReportData;
use crate::stats::CodeRow;

/// A cause: one code, or several that a catalog says have the same.
#[derive(Debug)]
pub(crate) struct Cause<'r> {
    /// The code that stands for the cause. It need not be among those that were seen.
    pub code: i64,
    /// What was seen of each code, the worst first; never empty.
    pub rows: Vec<&'r CodeRow>,
    /// How often all of them together were seen.
    pub count: u64,
    /// The worst severity of a code; None if no catalog holds it.
    pub severity: Option<Severity>,
    /// What speaks for the cause.
    pub entry: Option<&'r Entry>,
}

/// The causes of a run: by severity, then by count. Unknown codes count as errors, behind those
/// that are known.
pub(crate) fn causes<'r>(data: &ReportData<'r>) -> Vec<Cause<'r>> {
    let rows = data.stats.codes.worst_first(data.catalog);
    let named = |row: &CodeRow| data.entry(&row.key).and_then(|entry| entry.same_cause_as);
    let leads: HashSet<i64> = rows.iter().copied().filter_map(named).collect();
    let mut causes: Vec<Cause<'r>> = Vec::new();
    let mut places: HashMap<i64, usize> = HashMap::new();
    for row in rows {
        let lead = named(row).or(leads.get(&row.key.code).copied());
        if let Some(&at) = lead.and_then(|lead| places.get(&lead)) {
            causes[at].add(row, data);
            continue;
        }
        if let Some(lead) = lead {
            places.insert(lead, causes.len());
        }
        causes.push(Cause::new(lead, row, data));
    }
    causes.sort_by_key(|cause| {
        (
            Reverse(cause.severity.unwrap_or(Severity::Error)),
            cause.severity.is_none(),
            Reverse(cause.count),
            cause.code,
        )
    });
    causes
}

impl<'r> Cause<'r> {
    fn new(lead: Option<i64>, row: &'r CodeRow, data: &ReportData<'r>) -> Self {
        let own = data.entry(&row.key);
        Self {
            code: lead.unwrap_or(row.key.code),
            rows: vec![row],
            count: row.count,
            severity: row.key.meanings.known_severity(data.catalog),
            entry: lead.and_then(|lead| data.catalog.entries_for_code(lead).next()).or(own),
        }
    }

    fn add(&mut self, row: &'r CodeRow, data: &ReportData<'r>) {
        self.rows.push(row);
        self.count += row.count;
        self.severity = self.severity.max(row.key.meanings.known_severity(data.catalog));
    }

    /// The row of a cause that is seen under one code only.
    pub fn single(&self) -> Option<&'r CodeRow> {
        if let [row] = self.rows[..] { Some(row) } else { None }
    }

    /// What it is, in one sentence.
    pub fn meaning(&self, data: &ReportData<'_>) -> String {
        match (self.single(), self.entry) {
            (None, Some(entry)) => entry.meaning.to_string(),
            _ => data.meaning(&self.rows[0].key),
        }
    }

    /// What to do about it.
    pub fn remedy(&self, data: &ReportData<'_>) -> String {
        match (self.single(), self.entry) {
            (None, Some(entry)) => entry.remedy.to_string(),
            _ => data.remedy(&self.rows[0].key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    /// `6206: 70001*3 6206*2` for each cause.
    fn told(run: &TestRun) -> Vec<String> {
        let data = run.data();
        let one = |cause: &Cause<'_>| {
            let rows: Vec<String> =
                cause.rows.iter().map(|row| format!("{}*{}", row.key.code, row.count)).collect();
            format!("{}: {}", cause.code, rows.join(" "))
        };
        causes(&data).iter().map(one).collect()
    }

    #[test]
    fn the_worst_cause_comes_first() {
        let rows: [(&[i64], &[&str]); 5] = [
            (&[], &[]),
            (
                &[6208, 6208, 70107, 424_242, 424_242],
                &["70107: 70107*1", "424242: 424242*2", "6208: 6208*2"],
            ),
            // More of one cause than of another, though no code alone is.
            (
                &[70107, 70107, 6206, -10003, 70001],
                &["6206: -10003*1 6206*1 70001*1", "70107: 70107*2"],
            ),
            // The leading code need not be there.
            (&[-10003, 70001, 70001], &["6206: 70001*2 -10003*1"]),
            (&[70001], &["6206: 70001*1"]),
        ];
        for (codes, wanted) in rows {
            assert_eq!(told(&TestRun::from_codes(codes)), wanted, "{codes:?}");
        }
    }

    #[test]
    fn several_codes_speak_with_the_words_of_the_leading_one() {
        let several = TestRun::from_codes(&[-10003, 70001]);
        let cause = &causes(&several.data())[0];
        assert_eq!(cause.meaning(&several.data()), "The UserSig has expired.");
        assert_eq!(
            (cause.single().is_none(), cause.count, cause.severity),
            (true, 2, Some(Severity::Error))
        );
        let unknown = TestRun::from_codes(&[424_242]);
        let cause = &causes(&unknown.data())[0];
        assert_eq!(cause.meaning(&unknown.data()), "No catalog holds this code.");
    }
}
