//! Helpers that the tests of several modules share.

pub(crate) mod fragments;

use crate::detect::{Detector, Finding, Scratch};

/// The findings of one line.
pub(crate) fn findings(detector: &Detector, line: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    detector.detect(line, &mut Scratch::default(), &mut findings);
    findings
}
