//! Causes: codes with the same cause put together, the worst cause first.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::catalog::{Entry, Severity};
use crate::report::ReportData;
use crate::stats::CodeRow;

/// One code, or several codes that have the same cause according to a catalog.
#[derive(Debug)]
pub(crate) struct Cause<'r> {
    /// The code that represents the cause. It need not be one of those that were found.
    pub code: i64,
    /// The rows of its codes, worst first. There is at least one.
    pub rows: Vec<&'r CodeRow>,
    /// The findings of all its codes.
    pub count: u64,
    /// The worst severity of its codes; None if all are unknown.
    pub severity: Option<Severity>,
    /// The entry that explains the cause if it has several codes.
    entry: Option<&'r Entry>,
}

/// The causes of a run, by severity and then by count. Unknown codes come last among the errors.
pub(crate) fn causes<'r>(data: &ReportData<'r>) -> Vec<Cause<'r>> {
    let rows = data.stats.codes.worst_first(data.catalog);
    let named = |row: &CodeRow| data.entry(&row.key).and_then(|entry| entry.same_cause_as);
    let representatives: HashSet<i64> = rows.iter().copied().filter_map(named).collect();
    let mut causes: Vec<Cause<'r>> = Vec::new();
    let mut indexes: HashMap<i64, usize> = HashMap::new();
    for row in rows {
        let code = named(row).or(representatives.get(&row.key.code).copied());
        if let Some(&index) = code.and_then(|code| indexes.get(&code)) {
            causes[index].add(row, data);
            continue;
        }
        if let Some(code) = code {
            indexes.insert(code, causes.len());
        }
        causes.push(Cause::new(code, row, data));
    }
    causes.sort_by_key(|cause| {
        let severity = cause.severity.unwrap_or(Severity::Error);
        (Reverse(severity), cause.severity.is_none(), Reverse(cause.count), cause.code)
    });
    causes
}

impl<'r> Cause<'r> {
    fn new(representative: Option<i64>, row: &'r CodeRow, data: &ReportData<'r>) -> Self {
        let code = representative.unwrap_or(row.key.code);
        Self {
            code,
            rows: vec![row],
            count: row.count,
            severity: row.key.entries.known_severity(data.catalog),
            entry: data.catalog.entries_for_code(code).next().or(data.entry(&row.key)),
        }
    }

    fn add(&mut self, row: &'r CodeRow, data: &ReportData<'r>) {
        self.rows.push(row);
        self.count += row.count;
        self.severity = self.severity.max(row.key.entries.known_severity(data.catalog));
    }

    /// The meaning and the remedy.
    pub fn texts(&self, data: &ReportData<'r>) -> (Cow<'r, str>, Cow<'r, str>) {
        match self.entry {
            Some(entry) if self.rows.len() > 1 => {
                let texts = entry.texts(data.catalog.lang());
                (Cow::Borrowed(texts.meaning), Cow::Borrowed(texts.remedy))
            }
            _ => (data.meaning(&self.rows[0].key), data.remedy(&self.rows[0].key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    /// `6206: 70001*3 6206*2` for each cause.
    fn summaries(run: &TestRun) -> Vec<String> {
        let mut summaries = Vec::new();
        for cause in causes(&run.data()) {
            let rows: Vec<String> =
                cause.rows.iter().map(|row| format!("{}*{}", row.key.code, row.count)).collect();
            summaries.push(format!("{}: {}", cause.code, rows.join(" ")));
        }
        summaries
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
            // The code that represents a cause need not be found.
            (&[-10003, 70001, 70001], &["6206: 70001*2 -10003*1"]),
            (&[70001], &["6206: 70001*1"]),
        ];
        for (codes, wanted) in rows {
            assert_eq!(summaries(&TestRun::from_codes(codes)), wanted, "{codes:?}");
        }
    }

    #[test]
    fn a_cause_of_several_codes_is_explained_by_its_representative() {
        let several = TestRun::from_codes(&[-10003, 70001]);
        let cause = &causes(&several.data())[0];
        assert_eq!(cause.texts(&several.data()).0, "The UserSig has expired.");
        assert_eq!((cause.rows.len(), cause.count, cause.severity), (2, 2, Some(Severity::Error)));
        let unknown = TestRun::from_codes(&[424_242]);
        let cause = &causes(&unknown.data())[0];
        assert_eq!(cause.texts(&unknown.data()).0, "No catalog holds this code.");
    }
}
