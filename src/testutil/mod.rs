//! Helpers that the tests of several modules share.

pub(crate) mod fragments;
pub(crate) mod hostile;
pub(crate) mod json_schema;
mod test_run;

use crate::detect::{Detector, Finding, Scratch};

pub(crate) use test_run::TestRun;

/// The findings of one line.
pub(crate) fn findings(detector: &Detector, line: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    detector.detect(line, &mut Scratch::default(), &mut findings);
    findings
}
