//! The lines that rules bring along, tried on all rules together.

use super::{Knowledge, Problem};
use crate::detect::{Confidence, Detector};
use crate::rules::Sample;

impl Knowledge {
    /// The sample lines of the user's rules that are not judged as they must be. Costs a search of each.
    pub fn wrong_samples(&self) -> Vec<Problem> {
        let mut detector = self.detector.clone();
        let mut wrong = Vec::new();
        for (path, file) in &self.rule_files {
            for sample in file.samples.iter().filter(|sample| is_found(&mut detector, &sample.line) != sample.found) {
                wrong.push(Problem { path: path.clone(), place: sample.place, text: told(sample) });
            }
        }
        wrong.sort();
        wrong
    }
}

fn is_found(detector: &mut Detector, line: &str) -> bool {
    let mut findings = Vec::new();
    detector.detect(line.as_bytes(), &mut findings);
    findings.iter().any(|finding| finding.confidence >= Confidence::Medium)
}

fn told(sample: &Sample) -> String {
    let what = if sample.found { "no code is found in this line" } else { "a code is found in this line" };
    format!("{}: {what}", sample.rule)
}
