//! The lines that rules bring along, tried on all rules together.

use super::{Diagnostic, Loaded};
use crate::detect::{Confidence, Detector};
use crate::rules::Sample;

impl Loaded {
    /// The sample lines of the user's rules that are not judged as they must be. Costs a search of each.
    pub fn wrong_samples(&self) -> Vec<Diagnostic> {
        let detector = &self.detector;
        let mut wrong = Vec::new();
        for (path, file) in &self.rule_files {
            for sample in &file.samples {
                if is_found(detector, &sample.line) != sample.found {
                    wrong.push(Diagnostic {
                        path: path.clone(),
                        place: sample.place,
                        text: told(detector, sample),
                    });
                }
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

fn told(detector: &Detector, sample: &Sample) -> String {
    let rule = &sample.rule;
    if !sample.found {
        return format!("{rule}: a code is found in this line");
    }
    match in_no_catalog(detector, &sample.line) {
        Some(code) => format!(
            "{rule}: no code is found in this line: {code} is in no catalog that is given; name its file as well: check CODES.toml RULES.toml"
        ),
        None => format!("{rule}: no code is found in this line"),
    }
}

/// The number that a line has where a code is looked for, if none of those numbers is a code that is known.
fn in_no_catalog(detector: &Detector, line: &str) -> Option<i64> {
    let codes: Vec<i64> =
        detector.explain(line.as_bytes()).into_iter().map(|explanation| explanation.code).collect();
    let is_known =
        |code: i64| code == 0 || detector.catalog().entries_for_code(code).next().is_some();
    codes.first().copied().filter(|_| !codes.iter().any(|&code| is_known(code)))
}

#[cfg(test)]
mod tests {
    use crate::custom::CustomBuilder;

    #[test]
    fn a_line_of_which_the_number_is_in_no_catalog_names_it() {
        let rules = |found: &str, ignored: &str| {
            format!(
                "triggers = [\"fehler\"]\n[[key]]\nname = \"fehler\"\nweight = 50\nbare = 5\nfound = [\"{found}\"]\nignored = [\"{ignored}\"]\n"
            )
        };
        let rows = [
            ("fehler: 6206", "fehler 6206", ""),
            (
                "fehler: 100001",
                "",
                "r.toml:6:10: key fehler: no code is found in this line: 100001 is in no catalog that is given; name its file as well",
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
            let mut own = CustomBuilder::default();
            own.add("r.toml", &rules(found, if ignored.is_empty() { "x" } else { ignored }));
            let told: Vec<String> = own
                .finish()
                .expect("the rules are good")
                .wrong_samples()
                .iter()
                .map(|one| one.to_string())
                .collect();
            assert_eq!(told.len(), usize::from(!wanted.is_empty()), "{found}: {told:?}");
            assert!(
                told.iter().all(|one| one.starts_with(wanted)
                    && one.contains(" check ") == one.contains("100001")),
                "{told:?}"
            );
        }
    }
}
