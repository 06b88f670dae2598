//! A user's own codes and rules, and the optional catalogs: what a run goes by beside the built-in catalogs and rules.
//!
//! [`CustomBuilder`] gathers files, in the form of those in `patterns/`, and [`CustomBuilder::finish`] makes one catalog and one set of rules of all,
//! or tells every problem of every file.

mod samples;
mod text;

use std::fmt;

pub use imerr_catalog::{DataFile, Diagnostic, Span, read};
use imerr_catalog::{left, read_all};

use crate::catalog::{Catalog, CodeRange, SourcedEntry, check_together};
use crate::detect::{Detector, PatternError, check_pattern};
use crate::rules::{Key, PatternPlace, RuleFile, Rules};
use text::text_of;

include!(concat!(env!("OUT_DIR"), "/optional.rs"));

/// Files that are being gathered.
#[derive(Clone, Debug)]
pub struct CustomBuilder {
    /// The built-in catalog and rules, with the optional ones that were asked for.
    catalog: Catalog,
    rules: Rules,
    entries: Vec<SourcedEntry>,
    rule_files: Vec<(String, RuleFile)>,
    replaced: Vec<Replaced>,
    problems: Vec<Diagnostic>,
}

/// What a run goes by.
#[non_exhaustive]
pub struct Loaded {
    /// Finds the codes of the catalog by the rules.
    pub detector: Detector,
    /// What gave way to something of the user.
    pub replaced: Vec<Replaced>,
    rule_files: Vec<(String, RuleFile)>,
}

/// Something of the user that takes the place of something built in, or of something in a file that was added before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// The file of the user.
    pub path: String,
    /// Where in it.
    pub place: Span,
    /// What it is: `6206 of sdk`, `key error code`.
    pub what: String,
    /// What gave way: `the one built in`, `the one at team.toml:12`.
    pub loser: String,
}

impl fmt::Display for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {} takes the place of {}",
            self.path, self.place.line, self.what, self.loser
        )
    }
}

impl Default for CustomBuilder {
    fn default() -> Self {
        Self {
            catalog: crate::catalog::built_in(),
            rules: crate::rules::built_in(),
            entries: Vec::new(),
            rule_files: Vec::new(),
            replaced: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl CustomBuilder {
    /// The names of the optional catalogs, ascending.
    pub fn optional() -> impl Iterator<Item = &'static str> {
        OPTIONAL.iter().map(|(name, _)| *name)
    }

    /// Adds an optional catalog with its rules. Returns whether there is one of that name.
    pub fn add_optional(&mut self, name: &str) -> bool {
        let Some((_, files)) = OPTIONAL.iter().find(|(one, _)| *one == name) else { return false };
        let mut entries = Vec::new();
        for (path, text) in *files {
            match read(path, text).expect("the build checked the files") {
                DataFile::Entries(read) => entries.extend(read),
                DataFile::Rules(read) => self.rules.add(read.rules),
            }
        }
        self.catalog =
            std::mem::replace(&mut self.catalog, crate::catalog::built_in()).with_own(entries).0;
        true
    }

    /// Reads a file, which wins over those that were added before. What is wrong in it is told by [`CustomBuilder::finish`]; returns whether
    /// nothing is, and what the file holds. The content is UTF-8, with a byte order mark or without.
    pub fn add(&mut self, path: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> Option<Held> {
        let text = match text_of(path, content.as_ref()) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        match read_all(path, text) {
            (file, problems) if !problems.is_empty() => {
                self.problems.extend(problems);
                if let DataFile::Rules(file) = file {
                    self.problems.extend(broken_shapes(path, &file));
                }
                None
            }
            (DataFile::Entries(entries), _) => {
                let held = Held { entries: entries.len(), ..Held::default() };
                self.add_entries(entries);
                Some(held)
            }
            (DataFile::Rules(file), _) => {
                let held = Held {
                    rules: file.places.len(),
                    samples: file.samples.len(),
                    ..Held::default()
                };
                self.rule_files.push((path.to_string(), *file));
                Some(held)
            }
        }
    }

    fn add_entries(&mut self, entries: Vec<SourcedEntry>) {
        // The first file, often the only one, is not copied.
        if self.entries.is_empty() {
            self.entries = entries;
            return;
        }
        let (left, given_way) = left(&self.entries, &entries);
        self.replaced.extend(given_way.into_iter().map(|given| {
            let what = given
                .name
                .map_or_else(|| given.loser.entry.codes.to_string(), |name| name.to_string());
            let loser = format!("the one at {}:{}", given.loser.path, given.loser.place.line);
            replaced(&what, &given.winner, loser)
        }));
        self.entries = left;
        self.entries.extend(entries);
    }

    /// One catalog and one set of rules of all that was added, or every problem, file by file.
    pub fn finish(mut self) -> Result<Loaded, Vec<Diagnostic>> {
        // What a broken file holds is not known, so nothing can be said of codes that others name.
        let is_broken = !self.problems.is_empty();
        let known = |code| is_broken || self.catalog.ids_for_code(code).next().is_some();
        self.problems.extend(check_together(&self.entries, known));
        self.problems
            .extend(self.entries.iter().filter(|own| is_success(own, &self.catalog)).map(success));
        let (catalog, winners) = self.catalog.with_own(self.entries);
        let built_in = || "the one built in".to_string();
        let mut replaced_all: Vec<Replaced> = winners
            .iter()
            .map(|(codes, own)| replaced(&codes.to_string(), own, built_in()))
            .chain(self.replaced)
            .collect();
        let mut rules = self.rules;
        for (place, (path, file)) in self.rule_files.iter().enumerate() {
            self.problems.extend(broken_shapes(path, file));
            replaced_all.extend(rules.give_way(file.rules.clone()).into_iter().map(|what| {
                let mut before = self.rule_files[..place].iter().rev();
                let loser = before.find_map(|(path, file)| {
                    Some(format!("the one at {path}:{}", file.find(&what)?.line))
                });
                let loser = loser.unwrap_or_else(built_in);
                Replaced { path: path.clone(), place: file.place_of(&what), what, loser }
            }));
            self.problems.extend(too_many(path, file, &rules));
        }
        for (path, file) in &self.rule_files {
            self.problems.extend(sleeping_keys(path, file, &rules));
        }
        if !self.problems.is_empty() {
            self.problems.sort();
            return Err(self.problems);
        }
        Ok(Loaded {
            detector: Detector::from_checked(catalog, rules),
            replaced: replaced_all,
            rule_files: self.rule_files,
        })
    }
}

fn replaced(what: &str, own: &SourcedEntry, loser: String) -> Replaced {
    Replaced {
        what: format!("{what} of {}", own.entry.system),
        path: own.path.to_string(),
        place: own.place,
        loser,
    }
}

/// Whether the code is 0, and of a system that has no built-in 0 to be told otherwise.
fn is_success(own: &SourcedEntry, built_in: &Catalog) -> bool {
    own.entry.codes == CodeRange::one(0)
        && built_in.entries_for_code(0).all(|entry| entry.system != own.entry.system)
}

fn success(own: &SourcedEntry) -> Diagnostic {
    let text = "0: means success wherever it is logged, and is never found; leave the entry out"
        .to_string();
    Diagnostic { path: own.path.to_string(), place: own.place, text }
}

/// How much a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// Entries of a catalog.
    pub entries: usize,
    /// Rules.
    pub rules: usize,
    /// Lines that rules bring along.
    pub samples: usize,
}

/// Shapes that cannot be compiled. What is missing or too long is told by whoever reads the file.
fn broken_shapes(path: &str, file: &RuleFile) -> Vec<Diagnostic> {
    let shapes = file.rules.shapes.iter().zip(&file.patterns);
    let shapes =
        shapes.filter(|(shape, _)| (1..=Rules::PATTERN_LIMIT).contains(&shape.pattern.len()));
    let broken =
        shapes.filter_map(|(shape, place)| check_pattern(shape).err().map(|error| (error, place)));
    let problem = |(error, place): (PatternError, &PatternPlace)| Diagnostic {
        path: path.to_string(),
        place: place.of(error.span),
        text: error.to_string(),
    };
    broken.map(problem).collect()
}

/// More rules than there can be, those that are built in among them.
fn too_many(path: &str, file: &RuleFile, rules: &Rules) -> Vec<Diagnostic> {
    let counts = [
        ("markers", rules.markers.len(), Rules::MARKER_LIMIT, file.rules.markers.len()),
        ("shapes", rules.shapes.len(), Rules::SHAPE_LIMIT, file.rules.shapes.len()),
    ];
    let over = counts.into_iter().filter(|&(_, count, limit, own)| count > limit && own > 0);
    let problem = |(what, count, limit, _): (&str, usize, usize, usize)| Diagnostic {
        path: path.to_string(),
        place: Span { line: 1, column: 1, length: 1 },
        text: format!(
            "with those built in and those of other files, {count} {what} are more than the {limit} that are possible"
        ),
    };
    over.map(problem).collect()
}

/// Keys that no trigger wakes, so that they are never looked at.
fn sleeping_keys(path: &str, file: &RuleFile, rules: &Rules) -> Vec<Diagnostic> {
    let wakes =
        |spelling: &str| rules.triggers.iter().any(|trigger| spelling.contains(trigger.as_ref()));
    let sleeps = |key: &&Key| {
        let lower = key.words.to_lowercase();
        let camel: String = lower.split(' ').map(title).collect();
        let spellings = [
            lower.replace(' ', ""),
            lower.replace(' ', "_"),
            lower.to_uppercase().replace(' ', "_"),
            camel,
        ];
        !spellings.iter().any(|spelling| wakes(spelling))
    };
    let keys = file.rules.keys.iter().chain(file.rules.literal_keys.iter()).filter(sleeps);
    let problem = |key: &Key| Diagnostic {
        path: path.to_string(),
        place: file.place_of(&format!("key {}", key.words)),
        text: format!(
            "no trigger wakes the key '{0}'; put triggers = [\"{0}\"] at the top",
            key.words.to_lowercase()
        ),
    };
    keys.map(problem).collect()
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Confidence;

    const ENTRY: &str = "[[entry]]\ncode = 31004\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\nmeaning = \"CustomBuilder.\"\nremedy = \"Do.\"\n\
                         retry = \"never\"\nstatus = \"current\"\n";

    fn knowledge(files: &[(&str, &str)]) -> Result<Loaded, Vec<String>> {
        let mut own = CustomBuilder::default();
        for (path, text) in files {
            own.add(path, text);
        }
        own.finish().map_err(|problems| problems.iter().map(Diagnostic::to_string).collect())
    }

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        knowledge(files).err().unwrap_or_default()
    }

    #[test]
    fn a_file_is_told_by_its_content() {
        let system = format!("system = \"app\"\n{ENTRY}");
        assert!(problems(&[("a.toml", &system), ("b.toml", "stems = [\"APP_\"]")]).is_empty());
        let rows = [
            ("", "a.toml:1:1: holds neither"),
            ("x = 1", "a.toml:1:1: holds neither"),
            ("sistem = \"app\"", "a.toml:1:1: unknown key 'sistem'; did you mean 'system'?"),
            (
                "stems = [\"A_\"]\nsystem = \"app\"",
                "a.toml:2:1: a file holds a system with its entries or rules, not both",
            ),
            ("system = ", "a.toml:1:"),
        ];
        for (text, wanted) in rows {
            let told = problems(&[("a.toml", text)]);
            assert!(told.iter().any(|problem| problem.starts_with(wanted)), "{text}: {told:?}");
        }
    }

    #[test]
    fn problems_of_all_files_are_told_at_once() {
        let (good, broken) = (
            format!("system = \"app\"\n{ENTRY}see = [7]\n"),
            format!("system = \"App\"\n{ENTRY}see = [8]\n"),
        );
        let told = problems(&[("a.toml", &good), ("b.toml", &broken), ("c.toml", &good)]);
        assert_eq!(
            told,
            ["b.toml:1:10: system must stand at the top, as lower-case letters, digits and '-'"]
        );
        assert_eq!(
            problems(&[("a.toml", &good)]),
            ["a.toml:11:8: 31004: see names 7, which no catalog holds"]
        );
    }

    #[test]
    fn a_later_file_wins_over_an_earlier_one() {
        let of = |system: &str, codes: &str, names: &str, meaning: &str| {
            let entry = ENTRY
                .replace("code = 31004", &format!("{codes}\nnames = [\"{names}\"]"))
                .replace("CustomBuilder.", meaning);
            format!("system = \"{system}\"\n{entry}")
        };
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
            knowledge(&files.map(|(path, text)| (path, text.as_str()))).expect("no file is broken");
        let told: Vec<String> = known.replaced.iter().map(Replaced::to_string).collect();
        let wanted = [
            "m.toml:3: 6206 of sdk takes the place of the one built in",
            "f.toml:3: 1..9 of app takes the place of the one at r.toml:3",
            "m.toml:3: 6206 of sdk takes the place of the one at t.toml:3",
            "s.toml:3: 5 of app takes the place of the one at f.toml:3",
        ];
        assert_eq!(told, wanted);
        let meaning = |code| {
            known
                .detector
                .catalog()
                .entries_for_code(code)
                .map(|entry| entry.meaning.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!([meaning(6206), meaning(5), meaning(9)], [["Mine."], ["Second."], ["Range."]]);
        assert_eq!(known.detector.catalog().ids_for_name(b"APP_FIVE").count(), 1);
        let moved = of("app", "code = 6", "APP_FIVE", "Moved.");
        let known =
            knowledge(&[("f.toml", &first), ("m.toml", &moved)]).expect("no file is broken");
        assert_eq!(
            known.replaced[0].to_string(),
            "m.toml:3: APP_FIVE of app takes the place of the one at f.toml:3"
        );
    }

    #[test]
    fn codes_that_are_never_found_are_refused() {
        let of = |system: &str, code: &str| {
            format!("system = \"{system}\"\n{}", ENTRY.replace("code = 31004", code))
        };
        let told = |system, code| problems(&[("a.toml", &of(system, code))]);
        assert_eq!(
            told("app", "code = 0"),
            [
                "a.toml:3:8: 0: means success wherever it is logged, and is never found; leave the entry out"
            ]
        );
        assert!(told("sdk", "code = 0").is_empty(), "the built-in success may be told otherwise");
        assert_eq!(
            told("app", "code = 5\nname_only = true"),
            ["a.toml:4:13: name_only needs names: nothing else would find the code"]
        );
        for code in [
            "code = -1",
            "code = 9999999999",
            "range = [-5, 5]",
            "code = 5\nnames = [\"A\"]\nname_only = true",
        ] {
            assert!(told("app", code).is_empty(), "{code}: {:?}", told("app", code));
        }
    }

    fn shape(pattern: &str) -> String {
        format!(
            "[[shape]]\nname = \"s\"\ntriggers = [\"cart\"]\npattern = '''{pattern}'''\nweight = 50\nfound = []\nignored = []\n"
        )
    }

    #[test]
    fn a_shape_is_tried_though_something_else_is_wrong() {
        let broken = shape("(cart").replace("weight = 50", "weight = 500");
        let told = problems(&[("a.toml", &broken)]);
        assert!(
            told.len() == 2
                && told[0].starts_with("a.toml:4:14: ")
                && told[1].contains("weight must be"),
            "{told:?}"
        );
    }

    #[test]
    fn a_shape_that_cannot_be_is_named() {
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
            let told = problems(&[("r.toml", &shape(pattern))]);
            assert!(
                matches!(told.as_slice(), [one] if one.starts_with(wanted)),
                "{pattern}: {told:?}"
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
        let known = knowledge(&[("r.toml", &shape(r"c(?:.*z|art (?P<code>\d+))"))])
            .expect("the rules are good");
        let line = "cart 6206 ".repeat(20_000);
        assert_eq!(known.detector.find(line.as_bytes()).len(), 1000);
    }

    #[test]
    fn limits_count_what_is_built_in() {
        let marker = |number: usize| {
            format!(
                "[[marker]]\nname = \"m{number}\"\nweight = 1\nwords = [\"word{number}\"]\nfound = []\nignored = []\n"
            )
        };
        let some: String = (0..20).map(marker).collect();
        assert!(problems(&[("r.toml", &some)]).is_empty());
        let told =
            problems(&[("r.toml", &some), ("s.toml", &(20..120).map(marker).collect::<String>())]);
        assert!(
            matches!(told.as_slice(), [one] if one.starts_with("s.toml:1:1: with those built in")),
            "{told:?}"
        );
    }

    const KEY: &str =
        "[[key]]\nname = \"error code\"\nweight = 10\nbare = 10\nfound = []\nignored = []\n";

    #[test]
    fn own_rules_win_over_those_of_the_same_name() {
        let known = knowledge(&[("r.toml", KEY)]).expect("the rules are good");
        assert_eq!(
            known.replaced.iter().map(Replaced::to_string).collect::<Vec<_>>(),
            ["r.toml:2: key error code takes the place of the one built in"]
        );
        let both = knowledge(&[("r.toml", KEY), ("s.toml", &KEY.replace("= 10", "= 20"))])
            .expect("the rules are good");
        assert_eq!(
            both.replaced[1].to_string(),
            "s.toml:2: key error code takes the place of the one at r.toml:2"
        );
        assert_eq!(known.detector.explain(b"error code: 6206")[0].points, 10);
    }

    #[test]
    fn a_key_that_nothing_wakes_is_told() {
        let key = KEY.replace("error code", "fehler");
        assert_eq!(
            problems(&[("r.toml", &key)]),
            [
                "r.toml:2:8: no trigger wakes the key 'fehler'; put triggers = [\"fehler\"] at the top"
            ]
        );
        let known = knowledge(&[(
            "r.toml",
            &format!("triggers = [\"fehler\"]\n{}", key.replace("= 10", "= 50")),
        )])
        .expect("the rules are good");
        assert_eq!(known.detector.find(b"fehler: 6206").len(), 1);
    }

    #[test]
    fn every_optional_catalog_is_found_in_its_own_lines_only() {
        for name in CustomBuilder::optional() {
            let mut own = CustomBuilder::default();
            assert!(own.add_optional(name));
            let knowledge = own.finish().expect("the build checked the files");
            for sample in optional_samples(name) {
                let (with, without) = (&knowledge.detector, &Detector::built_in());
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
                let mut with = shown(&knowledge.detector, &sample.line);
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
