//! Helpers that the tests of several modules share.

pub(crate) mod fragments;
pub(crate) mod hostile;
pub(crate) mod json_schema;
mod test_run;

use crate::detect::{Detector, Finding, Scratch};
use crate::format::{Line, LineContext, LinePart, Render};

pub(crate) use test_run::TestRun;

/// The findings of one line.
pub(crate) fn findings(detector: &Detector, line: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    detector.detect(line, &mut Scratch::default(), &mut findings);
    findings
}

/// The output of `format` for the line `text` with the line end `end`, with unknown codes.
pub(crate) fn render(format: &dyn Render, text: &[u8], end: &[u8]) -> String {
    render_with(format, &Detector::built_in().with_unknown(true), text, end)
}

/// The same for the findings of `detector`.
pub(crate) fn render_with(
    format: &dyn Render,
    detector: &Detector,
    text: &[u8],
    end: &[u8],
) -> String {
    let findings = findings(detector, text);
    let catalog = detector.catalog();
    let line = Line {
        file: "stdin".as_ref(),
        number: 1,
        offset: 0,
        text,
        end,
        findings: &findings,
        part: LinePart::default(),
        catalog,
    };
    let mut out = Vec::new();
    format.render_line(&line, &mut LineContext::default(), &mut out);
    String::from_utf8(out).expect("the line is UTF-8")
}
