//! `junit`: JUnit XML, which every build server shows: a test for each code that was seen.
//!
//! There is no standard. The document keeps to what the servers have in common, as the schema
//! `junit-10.xsd` of Jenkins' xUnit plugin has it; that is why the whole has no `skipped` of its
//! own. Some readers show `NaN` where a `time` is missing, so that each test has one: 0.

use std::io::{self, Write};

use super::xml::XmlText;
use crate::catalog::Severity;
use crate::report::model::relative_path;
use crate::report::{Report, ReportData};
use crate::stats::{CodeRow, Location};

/// A JUnit document with one suite.
///
/// A code of severity error or fatal, or one that no catalog holds, is a failed test; all others
/// are passed ones that tell what was seen as their output. A run that saw nothing is one passed
/// test: Jenkins takes a document without any for a failure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Junit;

impl Report for Junit {
    fn needs_excerpts(&self) -> bool {
        true
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let tally = &data.stats.codes;
        let rows = tally.worst_first(data.catalog);
        let last = Test::uncounted(tally.overflowed())
            .or_else(|| rows.is_empty().then(|| Test::nothing_seen(data)));
        let tests = rows.len() + usize::from(last.is_some());
        let failed = |row: &&&CodeRow| is_failure(row, data);
        let failures = rows.iter().filter(failed).count()
            + last.iter().filter(|test| test.failure.is_some()).count();
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"imerr-annotate\" {counts}>")?;
        writeln!(out, "  <testsuite name=\"imerr-annotate\" {counts} skipped=\"0\" time=\"0\">")?;
        // One after the other: there may be as many as a tally has rows.
        for test in rows.into_iter().map(|row| Test::of(row, data)).chain(last) {
            test.write(out)?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

/// A `testcase`. Class and name together are unique, and the same in every run: servers keep a
/// test's history by them.
struct Test {
    class: String,
    name: String,
    failure: Option<Failure>,
    /// What there is to say, line by line.
    output: Vec<String>,
}

struct Failure {
    kind: &'static str,
    message: String,
}

impl Test {
    fn of(row: &CodeRow, data: &ReportData<'_>) -> Self {
        let subject = &row.key;
        let meaning = data.meaning(subject);
        let kind =
            if subject.meanings.is_unknown() { "unknown" } else { data.severity(subject).as_str() };
        let seen = seen(row, data);
        let failure =
            is_failure(row, data).then(|| Failure { kind, message: format!("{seen}: {meaning}") });
        let mut output = vec![
            format!("{seen}, with {} confidence.", row.confidence),
            format!("Meaning: {meaning}"),
            format!("Remedy: {}", data.remedy(subject)),
        ];
        if !row.excerpts.is_empty() {
            output.push("First lines:".to_string());
        }
        // The mark before a line keeps it from being read as a command, such as `::error::` at the
        // beginning of one.
        output.extend(row.excerpts.iter().map(|line| format!("> {line}")));
        Self {
            class: class(row, data),
            name: format!("{}: {meaning}", data.title(subject)),
            failure,
            output,
        }
    }

    /// The test for codes beyond those that are counted one by one; None if there are none. They
    /// fail: most are unknown.
    fn uncounted(count: u64) -> Option<Self> {
        let message = format!("Seen {count} times: codes beyond those that are told one by one.");
        (count > 0).then(|| Self {
            class: "imerr".to_string(),
            name: "further codes".to_string(),
            failure: Some(Failure { kind: "unknown", message: message.clone() }),
            output: vec![message],
        })
    }

    fn nothing_seen(data: &ReportData<'_>) -> Self {
        let totals = &data.stats.totals;
        Self {
            class: "imerr".to_string(),
            name: "no codes seen".to_string(),
            failure: None,
            output: vec![format!(
                "Nothing was found; files: {}, lines: {}.",
                totals.files, totals.lines
            )],
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">",
            XmlText(&self.class),
            XmlText(&self.name)
        )?;
        let element = match &self.failure {
            Some(Failure { kind, message }) => {
                write!(out, "      <failure message=\"{}\" type=\"{kind}\">", XmlText(message))?;
                "failure"
            }
            None => {
                write!(out, "      <system-out>")?;
                "system-out"
            }
        };
        for line in &self.output {
            writeln!(out, "{}", XmlText(line))?;
        }
        writeln!(out, "</{element}>\n    </testcase>")
    }
}

fn is_failure(row: &CodeRow, data: &ReportData<'_>) -> bool {
    data.severity(&row.key) >= Severity::Error
}

/// `imerr.sdk.account`: servers group by what stands before the last point.
fn class(row: &CodeRow, data: &ReportData<'_>) -> String {
    match data.entry(&row.key) {
        None => "imerr.unknown".to_string(),
        Some(_) if row.key.meanings.is_ambiguous() => "imerr.ambiguous".to_string(),
        Some(entry) => format!("imerr.{}.{}", entry.system, entry.category),
    }
}

/// `Seen 412 times, first at app.log:12, last at app.log:977`
fn seen(row: &CodeRow, data: &ReportData<'_>) -> String {
    let at = |place: &Location| format!("{}:{}", relative_path(data.file(place)), place.line);
    match row.count {
        1 => format!("Seen once, at {}", at(&row.first)),
        count => {
            format!("Seen {count} times, first at {}, last at {}", at(&row.first), at(&row.last))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use roxmltree::{Document, Node};

    use super::*;
    use crate::testutil::TestRun;

    /// Of each test class, name, whether it failed, and its text. Counts are checked.
    fn read(document: &str) -> Vec<(String, String, bool, String)> {
        let document = Document::parse(document).expect("the document is well-formed");
        let suites = document.root_element();
        let suite = suites.first_element_child().expect("there is a suite");
        let attribute =
            |node: Node, name: &str| node.attribute(name).unwrap_or_default().to_string();
        let tests: Vec<_> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .map(|test| {
                let result = test.first_element_child().expect("every test says something");
                let is_failed = result.has_tag_name("failure");
                assert!(is_failed || result.has_tag_name("system-out"));
                assert_eq!(
                    is_failed,
                    !attribute(result, "message").is_empty()
                        && !attribute(result, "type").is_empty()
                );
                let text = result.text().unwrap_or_default().to_string();
                (attribute(test, "classname"), attribute(test, "name"), is_failed, text)
            })
            .collect();
        let failures = tests.iter().filter(|(_, _, is_failed, _)| *is_failed).count();
        for node in [suites, suite] {
            assert_eq!(attribute(node, "tests"), tests.len().to_string());
            assert_eq!(attribute(node, "failures"), failures.to_string());
            assert_eq!(attribute(node, "errors"), "0");
        }
        assert_eq!(attribute(suite, "skipped"), "0");
        let names: HashSet<_> = tests.iter().map(|(class, name, ..)| (class, name)).collect();
        assert_eq!(names.len(), tests.len(), "servers take tests of one name for one");
        tests
    }

    fn tests_of(files: &[(&str, &str)]) -> Vec<(String, String, bool, String)> {
        read(&TestRun::from_logs(files, 0).document(&Junit))
    }

    #[test]
    fn errors_fail_and_warnings_pass() {
        let rows = [
            (
                "imsdk code:6206",
                "imerr.sdk.account",
                "6206 ERR_USER_SIG_EXPIRED: The UserSig has expired.",
                true,
            ),
            ("imsdk error_code:6707", "imerr.unknown", "6707: No catalog holds this code.", true),
            (
                "imsdk code:-10112",
                "imerr.server.access",
                "-10112 ERR_SVR_SSO_APPID_WITHOUT_USING: ",
                true,
            ),
            ("imsdk code:10013", "imerr.server.group", "10013 ", false),
            ("error code: 8020", "imerr.ambiguous", "8020: ", false),
            (
                "imsdk code:8020",
                "imerr.sdk.message",
                "8020 ERR_SDK_INVALID_CANCEL_MESSAGE: ",
                false,
            ),
        ];
        for (line, class, name, is_failed) in rows {
            let [(seen_class, seen_name, seen_failed, _)] = &tests_of(&[("a.log", line)])[..]
            else {
                panic!("one test: {line}")
            };
            assert_eq!((seen_class.as_str(), *seen_failed), (class, is_failed), "{line}");
            assert!(seen_name.starts_with(name), "{seen_name}");
        }
    }

    #[test]
    fn a_test_tells_how_often_where_and_what_to_do() {
        let files = [
            ("./a.log", "\nimsdk code:6206 one\nimsdk code:6206 two\n"),
            ("stdin", "imsdk code:6206\nimsdk code:8020\n"),
        ];
        let document = TestRun::from_logs(&files, 0).document(&Junit);
        let tests = read(&document);
        assert_eq!(tests.len(), 2);
        assert_eq!(
            tests[0].3,
            "Seen 3 times, first at a.log:2, last at stdin:1, with high confidence.\n\
             Meaning: The UserSig has expired.\n\
             Remedy: Get a new UserSig from your server and log in again.\n\
             First lines:\n> imsdk code:6206 one\n> imsdk code:6206 two\n> imsdk code:6206\n"
        );
        assert!(document.contains(
            "<failure message=\"Seen 3 times, first at a.log:2, last at stdin:1: The UserSig has expired.\" type=\"error\">"
        ));
    }

    #[test]
    fn a_run_that_saw_nothing_is_a_passed_test() {
        let [(_, name, is_failed, text)] = &tests_of(&[("a.log", "started\nstopped\n")])[..] else {
            panic!("one test")
        };
        assert_eq!((name.as_str(), *is_failed), ("no codes seen", false));
        assert_eq!(text, "Nothing was found; files: 1, lines: 2.\n");
    }

    #[test]
    fn codes_beyond_the_counted_ones_are_one_failed_test() {
        let limit = crate::stats::CodeStats::UNKNOWN_LIMIT;
        let text: String =
            (200_001..).take(limit + 7).map(|code| format!("imsdk error_code:{code}\n")).collect();
        let tests = tests_of(&[("a.log", &text)]);
        let (_, name, is_failed, text) = &tests[limit];
        assert_eq!((tests.len(), name.as_str(), *is_failed), (limit + 1, "further codes", true));
        assert!(text.starts_with("Seen 7 times"), "{text}");
    }

    #[test]
    fn hostile_names_and_lines_are_only_text() {
        let name = "a\"/><x\n::error::\u{202e}&.log";
        let line = "imsdk code:6206 ]]></failure><failure>&x;\u{0}\u{1b}[31m\u{fffe} [[ATTACHMENT|/etc/passwd]] %0A##vso[x] 中文";
        let document = TestRun::from_logs(&[(name, line)], 0).document(&Junit);
        let [(_, _, is_failed, text)] = &read(&document)[..] else { panic!("one test") };
        assert!(*is_failed);
        assert!(text.contains("at a\"/><x\\u{a}::error::\\u{202e}&.log:1,"), "{text}");
        assert!(
            text.ends_with(
                "\n> imsdk code:6206 ]]></failure><failure>&x;\\u{0}\\u{1b}[31m\\u{fffe} [ [ATTACHMENT|/etc/passwd]] %0A##vso[x] 中文\n"
            ),
            "{text}"
        );
        assert!(
            !document.contains("##")
                && !document.lines().any(|line| line.trim_start().starts_with("::")),
            "{document}"
        );
    }
}
