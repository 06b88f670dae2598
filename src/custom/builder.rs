//! Collects data files and merges them with the built-in catalog and rules.

use std::fmt;
use std::mem;

use imerr_catalog::{Overridden, read_recoverable, retain_not_overridden};

use super::checks::{broken_patterns, text_of, too_many_rules, unreachable_keys};
use super::{DataFile, Diagnostic, Span, read};
use crate::catalog::{Catalog, CodeRange, Lang, SourcedEntry, check_together};
use crate::detect::Detector;
use crate::diagnose::{CauseFile, CauseSet};
use crate::rules::{RuleFile, Rules};

include!(concat!(env!("OUT_DIR"), "/optional.rs"));

/// Collects files with custom codes and rules.
#[derive(Clone, Debug)]
pub struct CustomBuilder {
    /// The built-in catalog, with the optional ones that were added.
    catalog: Catalog,
    lang: Lang,
    /// The built-in rules, with those of the optional catalogs that were added.
    rules: Rules,
    entries: Vec<SourcedEntry>,
    rule_files: Vec<(String, RuleFile)>,
    cause_files: Vec<CauseFile>,
    /// Entries of one file that override those of another.
    overrides: Vec<Override>,
    problems: Vec<Diagnostic>,
}

/// The merged codes and rules.
#[non_exhaustive]
pub struct Loaded {
    /// Finds the codes of the merged catalog by the merged rules.
    pub detector: Detector,
    /// The built-in codes and rules that custom ones override, and those of one file that a later
    /// file overrides.
    pub overrides: Vec<Override>,
    pub(super) rule_files: Vec<(String, RuleFile)>,
    pub(super) cause_files: Vec<CauseFile>,
}

/// A custom entry or rule that overrides a built-in one or one of an earlier file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// The file with the custom entry or rule.
    pub path: String,
    /// The span of the custom entry or rule.
    pub span: Span,
    /// The codes, name or rule: `6206 of sdk`, `key error code`.
    pub subject: String,
    /// What is overridden: `the one built in`, `the one at team.toml:12`.
    pub overridden: String,
}

impl Loaded {
    /// The built-in causes and the custom ones.
    pub fn causes(&self) -> CauseSet {
        let mut causes = CauseSet::built_in();
        for file in &self.cause_files {
            causes.add(file.clone());
        }
        causes
    }
}

impl Override {
    fn of_entry(by: &SourcedEntry, subject: impl fmt::Display, overridden: String) -> Self {
        let subject = format!("{subject} of {}", by.entry.system);
        Self { path: by.path.to_string(), span: by.span, subject, overridden }
    }

    fn of_overridden(Overridden { name, entry, by }: Overridden<SourcedEntry>) -> Self {
        let overridden = the_one_at(&entry.path, entry.span);
        match name {
            Some(name) => Self::of_entry(&by, name, overridden),
            None => Self::of_entry(&by, entry.entry.codes, overridden),
        }
    }

    /// The override of `rule` by `file`: of the last one of the `earlier` files that has the rule,
    /// or of the built-in rule.
    fn of_rule(rule: String, path: &str, file: &RuleFile, earlier: &[(String, RuleFile)]) -> Self {
        let mut earlier = earlier.iter().rev();
        let overridden = earlier.find_map(|(path, file)| Some(the_one_at(path, file.find(&rule)?)));
        Self {
            path: path.to_string(),
            span: file.find(&rule).unwrap_or(Span::START),
            subject: rule,
            overridden: overridden.unwrap_or(BUILT_IN.to_string()),
        }
    }
}

const BUILT_IN: &str = "the one built in";

fn the_one_at(path: &str, span: Span) -> String {
    format!("the one at {path}:{}", span.line)
}

/// How much a data file contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileSummary {
    /// Entries of a catalog.
    pub entries: usize,
    /// Rules.
    pub rules: usize,
    /// Causes.
    pub causes: usize,
    /// Sample lines of the rules, or sample logs of the causes.
    pub samples: usize,
}

impl Default for CustomBuilder {
    fn default() -> Self {
        Self {
            catalog: crate::catalog::built_in(),
            lang: Lang::En,
            rules: crate::rules::built_in(),
            entries: Vec::new(),
            rule_files: Vec::new(),
            cause_files: Vec::new(),
            overrides: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl CustomBuilder {
    /// The same builder, whose catalog has texts in `lang`: see
    /// [`Catalog::with_lang`](crate::catalog::Catalog::with_lang).
    #[must_use]
    pub fn with_lang(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }

    /// The names of the optional catalogs, ascending.
    pub fn optional() -> impl Iterator<Item = &'static str> {
        OPTIONAL.iter().map(|(name, _)| *name)
    }

    /// Adds an optional catalog with its rules. Returns false if there is no catalog of that name.
    pub fn add_optional(&mut self, name: &str) -> bool {
        let Some((_, files)) = OPTIONAL.iter().find(|(one, _)| *one == name) else { return false };
        let mut entries = Vec::new();
        for (path, text) in *files {
            match read(path, text).expect("the build script checks the files") {
                DataFile::Entries(read) => entries.extend(read),
                DataFile::Rules(read) => self.rules.add(read.rules),
                DataFile::Causes(read) => self.cause_files.push(read),
            }
        }
        let catalog = mem::replace(&mut self.catalog, crate::catalog::built_in());
        self.catalog = catalog.override_with(entries).0;
        true
    }

    /// Reads a file, which overrides the files that were added earlier. Its content is UTF-8, with
    /// or without a byte order mark. Returns what it contains; None if it has problems, which
    /// [`CustomBuilder::finish`] returns.
    pub fn add(
        &mut self,
        path: &str,
        content: &(impl AsRef<[u8]> + ?Sized),
    ) -> Option<FileSummary> {
        let text = match text_of(path, content.as_ref()) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let (file, problems) = read_recoverable(path, text);
        let is_good = problems.is_empty();
        self.problems.extend(problems);
        match file {
            DataFile::Entries(entries) if is_good => {
                let count = entries.len();
                self.add_entries(entries);
                Some(FileSummary { entries: count, ..FileSummary::default() })
            }
            DataFile::Entries(_) => None,
            DataFile::Rules(file) => {
                self.problems.extend(broken_patterns(path, &file));
                let (rules, samples) = (file.locations.len(), file.samples.len());
                if !is_good {
                    return None;
                }
                self.rule_files.push((path.to_string(), *file));
                Some(FileSummary { rules, samples, ..FileSummary::default() })
            }
            DataFile::Causes(file) if is_good => {
                let causes = file.causes.len();
                let samples = file.causes.iter().map(|cause| cause.samples.len()).sum();
                self.cause_files.push(file);
                Some(FileSummary { causes, samples, ..FileSummary::default() })
            }
            DataFile::Causes(_) => None,
        }
    }

    fn add_entries(&mut self, entries: Vec<SourcedEntry>) {
        // There is often one file only, which need not be copied.
        if self.entries.is_empty() {
            self.entries = entries;
            return;
        }
        let (retained, overridden) = retain_not_overridden(&self.entries, &entries);
        self.overrides.extend(overridden.into_iter().map(Override::of_overridden));
        self.entries = retained;
        self.entries.extend(entries);
    }

    /// Merges everything that was added with the built-in catalog and rules.
    ///
    /// # Errors
    ///
    /// Every problem of every file. Each displays as `path:line:column: message`.
    pub fn finish(mut self) -> Result<Loaded, Vec<Diagnostic>> {
        self.check_entries();
        let (catalog, overridden) = self.catalog.override_with(self.entries);
        let catalog = catalog.with_lang(self.lang);
        let mut overrides = Vec::new();
        for (codes, by) in &overridden {
            overrides.push(Override::of_entry(by, codes, BUILT_IN.to_string()));
        }
        overrides.extend(self.overrides);
        let mut rules = self.rules;
        for (index, (path, file)) in self.rule_files.iter().enumerate() {
            let earlier = &self.rule_files[..index];
            for rule in rules.override_with(file.rules.clone()) {
                overrides.push(Override::of_rule(rule, path, file, earlier));
            }
            self.problems.extend(too_many_rules(path, file, &rules));
        }
        for (path, file) in &self.rule_files {
            self.problems.extend(unreachable_keys(path, file, &rules));
        }
        self.problems.extend(cause_problems(&self.cause_files, &catalog));
        if !self.problems.is_empty() {
            self.problems.sort();
            return Err(self.problems);
        }
        let detector = Detector::from_checked(catalog, rules);
        let Self { rule_files, cause_files, .. } = self;
        Ok(Loaded { detector, overrides, rule_files, cause_files })
    }

    fn check_entries(&mut self) {
        // A file with problems may have the codes that other files refer to.
        let is_broken = !self.problems.is_empty();
        let is_known = |code| is_broken || self.catalog.ids_for_code(code).next().is_some();
        self.problems.extend(check_together(&self.entries, is_known));
        for sourced in &self.entries {
            if is_success(sourced, &self.catalog) {
                let message = "0: means success wherever it is logged, and is never found; \
                               leave the entry out";
                self.problems.push(Diagnostic::new(&sourced.path, sourced.span, message));
            }
        }
    }
}

/// The problems of files with causes, each with those before it.
fn cause_problems(files: &[CauseFile], catalog: &Catalog) -> Vec<Diagnostic> {
    if files.is_empty() {
        return Vec::new();
    }
    let mut causes = CauseSet::built_in();
    let mut problems = Vec::new();
    for file in files {
        problems.extend(causes.problems(file, catalog));
        causes.add(file.clone());
    }
    problems
}

/// Whether the code is 0 and its system has no 0 in `catalog` that it could override.
fn is_success(sourced: &SourcedEntry, catalog: &Catalog) -> bool {
    sourced.entry.codes == CodeRange::one(0)
        && catalog.entries_for_code(0).all(|entry| entry.system != sourced.entry.system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Lang;
    use crate::detect::Confidence;

    const ENTRY: &str = "[[entry]]\ncode = 31004\ncategory = \"c\"\nkind = \"auth\"\nseverity \
        = \"error\"\nmeaning = \"Custom.\"\nremedy = \"Do.\"\n\
                         retry = \"never\"\nstatus = \"current\"\n";

    fn load(files: &[(&str, &str)]) -> Result<Loaded, Vec<String>> {
        let mut builder = CustomBuilder::default();
        for (path, text) in files {
            builder.add(path, text);
        }
        builder.finish().map_err(|problems| problems.iter().map(Diagnostic::to_string).collect())
    }

    fn overrides(loaded: &Loaded) -> Vec<String> {
        let mut shown = Vec::new();
        for Override { path, span, subject, overridden } in &loaded.overrides {
            shown.push(format!("{path}:{}: {subject} replaces {overridden}", span.line));
        }
        shown
    }

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        load(files).err().unwrap_or_default()
    }

    #[test]
    fn the_content_of_a_file_shows_its_kind() {
        let system = format!("system = \"app\"\n{ENTRY}");
        assert!(problems(&[("a.toml", &system), ("b.toml", "stems = [\"APP_\"]")]).is_empty());
        let rows = [
            ("", "a.toml:1:1: contains neither"),
            ("x = 1", "a.toml:1:1: contains neither"),
            ("sistem = \"app\"", "a.toml:1:1: unknown key 'sistem'; did you mean 'system'?"),
            (
                "stems = [\"A_\"]\nsystem = \"app\"",
                "a.toml:2:1: a file contains a system with its entries or rules, not both",
            ),
            ("system = ", "a.toml:1:"),
        ];
        for (text, wanted) in rows {
            let found = problems(&[("a.toml", text)]);
            assert!(found.iter().any(|problem| problem.starts_with(wanted)), "{text}: {found:?}");
        }
    }

    #[test]
    fn problems_of_all_files_are_reported_at_once() {
        let (good, broken) = (
            format!("system = \"app\"\n{ENTRY}see = [7]\n"),
            format!("system = \"App\"\n{ENTRY}see = [8]\n"),
        );
        let found = problems(&[("a.toml", &good), ("b.toml", &broken), ("c.toml", &good)]);
        assert_eq!(
            found,
            ["b.toml:1:10: system is needed at the top, in lower-case letters, digits and '-'"]
        );
        assert_eq!(
            problems(&[("a.toml", &good)]),
            ["a.toml:11:8: 31004: see names 7, which is in no catalog"]
        );
    }

    #[test]
    fn a_later_file_overrides_an_earlier_one() {
        fn of(system: &str, codes: &str, names: &str, meaning: &str) -> String {
            let entry = ENTRY
                .replace("code = 31004", &format!("{codes}\nnames = [\"{names}\"]"))
                .replace("Custom.", meaning);
            format!("system = \"{system}\"\n{entry}")
        }
        let team = of("sdk", "code = 6206", "ERR_USER_SIG_EXPIRED", "Team.");
        let mine = of("sdk", "code = 6206", "ERR_USER_SIG_EXPIRED", "Mine.");
        let range = of("app", "range = [1, 9]", "APP_RANGE", "Range.");
        let (first, second) = (
            of("app", "code = 5", "APP_FIVE", "First."),
            of("app", "code = 5", "APP_FIVE", "Second."),
        );
        let files = [
            ("t.toml", &team),
            ("r.toml", &range),
            ("f.toml", &first),
            ("m.toml", &mine),
            ("s.toml", &second),
        ];
        let known =
            load(&files.map(|(path, text)| (path, text.as_str()))).expect("no file is broken");
        let found = overrides(&known);
        let wanted = [
            "m.toml:3: 6206 of sdk replaces the one built in",
            "f.toml:3: 1..9 of app replaces the one at r.toml:3",
            "m.toml:3: 6206 of sdk replaces the one at t.toml:3",
            "s.toml:3: 5 of app replaces the one at f.toml:3",
        ];
        assert_eq!(found, wanted);
        assert_eq!(
            [meanings(&known, 6206), meanings(&known, 5), meanings(&known, 9)],
            [["Mine."], ["Second."], ["Range."]]
        );
        assert_eq!(known.detector.catalog().ids_for_name(b"APP_FIVE").count(), 1);
        let moved = of("app", "code = 6", "APP_FIVE", "Moved.");
        let known = load(&[("f.toml", &first), ("m.toml", &moved)]).expect("no file is broken");
        assert_eq!(overrides(&known)[0], "m.toml:3: APP_FIVE of app replaces the one at f.toml:3");
    }

    fn meanings(known: &Loaded, code: i64) -> Vec<String> {
        known
            .detector
            .catalog()
            .entries_for_code(code)
            .map(|entry| entry.meaning.to_string())
            .collect::<Vec<_>>()
    }

    #[test]
    fn custom_entries_may_have_texts_in_chinese() {
        let text = format!("system = \"app\"\n{ENTRY}[entry.zh]\nmeaning = \"购物车已被锁定。\"\n");
        let loaded = load(&[("a.toml", &text)]).expect("the catalog is good");
        let findings = loaded.detector.find(b"error_code: 31004");
        let texts = findings[0].entries().next().expect("the code is known").texts(Lang::Zh);
        assert_eq!((texts.meaning, texts.remedy), ("购物车已被锁定。", "Do."));
    }

    #[test]
    fn codes_that_are_never_found_are_refused() {
        fn of(system: &str, code: &str) -> String {
            format!("system = \"{system}\"\n{}", ENTRY.replace("code = 31004", code))
        }
        let found = |system, code| problems(&[("a.toml", &of(system, code))]);
        assert_eq!(
            found("app", "code = 0"),
            ["a.toml:3:8: 0: means success wherever it is logged, and is never found; leave \
                    the entry out"]
        );
        assert!(found("sdk", "code = 0").is_empty(), "the built-in success may be overridden");
        assert_eq!(
            found("app", "code = 5\nname_only = true"),
            ["a.toml:4:13: name_only needs names: nothing else would find the code"]
        );
        for code in [
            "code = -1",
            "code = 9999999999",
            "range = [-5, 5]",
            "code = 5\nnames = [\"A\"]\nname_only = true",
        ] {
            assert!(found("app", code).is_empty(), "{code}: {:?}", found("app", code));
        }
    }

    fn shape(pattern: &str) -> String {
        format!(
            "[[shape]]\nname = \"s\"\ntriggers = [\"cart\"]\npattern = '''{pattern}'''\nweight = \
                50\nfound = []\nignored = []\n"
        )
    }

    #[test]
    fn a_shape_is_compiled_although_another_field_is_wrong() {
        let broken = shape("(cart").replace("weight = 50", "weight = 500");
        let found = problems(&[("a.toml", &broken)]);
        assert!(
            found.len() == 2
                && found[0].starts_with("a.toml:4:14: ")
                && found[1].contains("weight must be"),
            "{found:?}"
        );
    }

    #[test]
    fn a_shape_that_does_not_compile_is_reported() {
        let rows = [
            (
                r"cart (?P<code>\d+",
                "r.toml:4:19: shape s: the regular expression is broken: unclosed group",
            ),
            (
                "cart\n(?P<code>\\d+",
                "r.toml:5:1: shape s: the regular expression is broken: unclosed group",
            ),
            (
                "\ncart (?=x)(?P<code>\\d+)",
                "r.toml:5:6: shape s: the regular expression is broken: look-around",
            ),
            (r"cart \d+", "r.toml:4:11: shape s: the regular expression has no group"),
            (
                r"cart (?P<code>(\d{1,900}){1,900})",
                "r.toml:4:11: shape s: the regular expression takes more than",
            ),
            (&"a".repeat(1001), "r.toml:4:11: pattern has 1001 bytes, the limit is 1000"),
        ];
        for (pattern, wanted) in rows {
            let found = problems(&[("r.toml", &shape(pattern))]);
            assert!(
                matches!(found.as_slice(), [one] if one.starts_with(wanted)),
                "{pattern}: {found:?}"
            );
        }
        assert!(problems(&[("r.toml", &shape(r"cart (?P<code>\d+)"))]).is_empty());
        let escaped = shape("").replace("''''''", r#""cart (?P<code>\\d+""#);
        assert!(
            problems(&[("r.toml", &escaped)])[0]
                .starts_with("r.toml:4:11: shape s: the regular expression is broken")
        );
    }

    #[test]
    fn a_long_line_is_searched_in_bounded_time() {
        // Each match reads on to the end of the line: without a limit, the square of its length.
        let known =
            load(&[("r.toml", &shape(r"c(?:.*z|art (?P<code>\d+))"))]).expect("the rules are good");
        let line = "cart 6206 ".repeat(20_000);
        assert_eq!(known.detector.find(line.as_bytes()).len(), 1000);
    }

    #[test]
    fn limits_include_built_in_rules() {
        fn marker(number: usize) -> String {
            format!(
                "[[marker]]\nname = \"m{number}\"\nweight = 1\nwords = [\"word{number}\"]\nfound \
                    = []\nignored = []\n"
            )
        }
        let some: String = (0..20).map(marker).collect();
        assert!(problems(&[("r.toml", &some)]).is_empty());
        let found =
            problems(&[("r.toml", &some), ("s.toml", &(20..120).map(marker).collect::<String>())]);
        assert!(
            matches!(found.as_slice(), [one] if one.starts_with("s.toml:1:1: with those built in")),
            "{found:?}"
        );
    }

    const KEY: &str =
        "[[key]]\nname = \"error code\"\nweight = 10\nbare = 10\nfound = []\nignored = []\n";

    #[test]
    fn custom_rules_override_those_of_the_same_name() {
        let known = load(&[("r.toml", KEY)]).expect("the rules are good");
        assert_eq!(overrides(&known), ["r.toml:2: key error code replaces the one built in"]);
        let both = load(&[("r.toml", KEY), ("s.toml", &KEY.replace("= 10", "= 20"))])
            .expect("the rules are good");
        assert_eq!(overrides(&both)[1], "s.toml:2: key error code replaces the one at r.toml:2");
        let explanation = known.detector.explain(b"error code: 6206").next();
        assert_eq!(explanation.map(|one| one.points), Some(10));
    }

    #[test]
    fn a_key_that_nothing_wakes_is_found() {
        let key = KEY.replace("error code", "fehler");
        assert_eq!(
            problems(&[("r.toml", &key)]),
            ["r.toml:2:8: no trigger is part of the key 'fehler'; put triggers = [\"fehler\"] at \
                    the top"]
        );
        let known = load(&[(
            "r.toml",
            &format!("triggers = [\"fehler\"]\n{}", key.replace("= 10", "= 50")),
        )])
        .expect("the rules are good");
        assert_eq!(known.detector.find(b"fehler: 6206").len(), 1);
    }

    #[test]
    fn every_optional_catalog_is_found_in_its_product_s_lines_only() {
        for name in CustomBuilder::optional() {
            let mut builder = CustomBuilder::default();
            assert!(builder.add_optional(name));
            let loaded = builder.finish().expect("the build checked the files");
            for sample in optional_samples(name) {
                let (with, without) = (&loaded.detector, &Detector::built_in());
                assert_eq!(!shown(with, &sample.line).is_empty(), sample.found, "{}", sample.line);
                assert!(
                    !sample.found || shown(without, &sample.line).is_empty(),
                    "{}",
                    sample.line
                );
                let systems = shown(with, &sample.line);
                assert!(
                    systems.iter().all(|system| system == name),
                    "{}: {systems:?}",
                    sample.line
                );
            }
            // Of the lines of all others, nothing changes about the other codes.
            for sample in crate::rules::samples() {
                let mut with = shown(&loaded.detector, &sample.line);
                with.retain(|system| system != name);
                assert_eq!(with, shown(&Detector::built_in(), &sample.line), "{}", sample.line);
            }
        }
    }

    fn optional_samples(name: &str) -> Vec<crate::rules::Sample> {
        let (_, files) =
            OPTIONAL.iter().find(|(one, _)| *one == name).expect("the catalog is there");
        let read = files.iter().filter_map(|(path, text)| match read(path, text) {
            Ok(DataFile::Rules(file)) => Some(file.samples),
            _ => None,
        });
        read.flatten().collect()
    }

    /// The systems of the codes that are shown in `line`.
    fn shown(detector: &Detector, line: &str) -> Vec<String> {
        let findings = detector.find(line.as_bytes());
        let shown = findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
        shown.flat_map(|finding| finding.entries()).map(|entry| entry.system.to_string()).collect()
    }
}
