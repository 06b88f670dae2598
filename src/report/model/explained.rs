//! What the causes of a diagnosis explain, for documents about counts.

use std::cmp::Reverse;

use crate::diagnose;
use crate::report::ReportData;

/// A cause that was found, with all its incidents.
#[derive(Debug)]
pub(crate) struct Explained<'r> {
    pub cause: &'r diagnose::Cause,
    /// The findings that belong to its incidents.
    pub findings: u64,
    /// The incidents that are kept apart.
    pub incidents: u64,
}

/// The causes that explain findings, that of the verdict first, then by findings. There are none
/// without a diagnosis.
pub(crate) fn explained<'r>(data: &ReportData<'r>) -> Vec<Explained<'r>> {
    let Some(diagnosis) = data.diagnosis else { return Vec::new() };
    let mut found: Vec<(usize, Explained<'r>)> = Vec::new();
    for incident in &diagnosis.incidents {
        let findings = incident.findings();
        match found.iter_mut().find(|(cause, _)| *cause == incident.cause) {
            Some((_, one)) => {
                one.findings += findings;
                one.incidents += 1;
            }
            None => {
                let cause = &diagnosis.causes[incident.cause];
                found.push((incident.cause, Explained { cause, findings, incidents: 1 }));
            }
        }
    }
    let main = diagnosis.verdict.map(|verdict| verdict.count.cause);
    found.retain(|(_, one)| one.findings > 0);
    found.sort_by_key(|(cause, one)| (Some(*cause) != main, Reverse(one.findings)));
    found.into_iter().map(|(_, one)| one).collect()
}
