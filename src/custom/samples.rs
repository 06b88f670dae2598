//! Tests rules with their sample lines, and causes with their sample logs.

use std::sync::Arc;

use super::{Diagnostic, Loaded};
use crate::detect::{Confidence, Detector};
use crate::diagnose;
use crate::rules::Sample;

impl Loaded {
    /// The sample lines of custom rules in which a code is found but must not be, or is not found
    /// but must be; and the sample logs of custom causes that are diagnosed wrongly. Costs a search
    /// of each.
    pub fn wrong_samples(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for (path, file) in &self.rule_files {
            for sample in &file.samples {
                if is_found(&self.detector, &sample.line) != sample.found {
                    let message = wrong_sample(&self.detector, sample);
                    wrong.push(Diagnostic::new(path, sample.span, message));
                }
            }
        }
        if !self.cause_files.is_empty() {
            let causes = Arc::new(self.causes());
            for file in &self.cause_files {
                wrong.extend(diagnose::wrong_samples(file, &causes, &self.detector));
            }
        }
        wrong.sort();
        wrong
    }
}

fn is_found(detector: &Detector, line: &str) -> bool {
    let findings = detector.find(line.as_bytes());
    findings.iter().any(|finding| finding.confidence >= Confidence::Medium)
}

fn wrong_sample(detector: &Detector, sample: &Sample) -> String {
    let rule = &sample.rule;
    if !sample.found {
        return format!("{rule}: a code is found in this line");
    }
    match unknown_code(detector, &sample.line) {
        Some(code) => format!(
            "{rule}: no code is found in this line: {code} is in no catalog that is given; name \
             its file as well: check-catalog CODES.toml RULES.toml"
        ),
        None => format!("{rule}: no code is found in this line"),
    }
}

/// The first candidate of a line, if no catalog has the code of any candidate.
fn unknown_code(detector: &Detector, line: &str) -> Option<i64> {
    let codes: Vec<i64> = detector.explain(line.as_bytes()).map(|one| one.code).collect();
    let is_known = |code| code == 0 || detector.catalog().ids_for_code(code).next().is_some();
    if codes.iter().any(|&code| is_known(code)) { None } else { codes.first().copied() }
}

#[cfg(test)]
mod tests {
    use crate::custom::CustomBuilder;

    #[test]
    fn a_number_that_is_in_no_catalog_is_named() {
        fn rules(found: &str, ignored: &str) -> String {
            format!(
                "triggers = [\"fehler\"]\n[[key]]\nname = \"fehler\"\nweight = 50\nbare = \
                    5\nfound = [\"{found}\"]\nignored = [\"{ignored}\"]\n"
            )
        }
        let rows = [
            ("fehler: 6206", "fehler 6206", ""),
            (
                "fehler: 100001",
                "",
                "r.toml:6:10: key fehler: no code is found in this line: 100001 is in no catalog \
                    that is given; name its file as well",
            ),
            ("fehler 6206", "", "r.toml:6:10: key fehler: no code is found in this line"),
            ("nothing", "", "r.toml:6:10: key fehler: no code is found in this line"),
            (
                "fehler: 6206",
                "fehler: 6206",
                "r.toml:7:12: key fehler: a code is found in this line",
            ),
        ];
        for (found, ignored, wanted) in rows {
            let mut builder = CustomBuilder::default();
            builder.add("r.toml", &rules(found, if ignored.is_empty() { "x" } else { ignored }));
            let problems: Vec<String> = builder
                .finish()
                .expect("the rules are good")
                .wrong_samples()
                .iter()
                .map(|one| one.to_string())
                .collect();
            assert_eq!(problems.len(), usize::from(!wanted.is_empty()), "{found}: {problems:?}");
            assert!(
                problems.iter().all(|one| one.starts_with(wanted)
                    && one.contains(" check-catalog ") == one.contains("100001")),
                "{problems:?}"
            );
        }
    }
}
