//! `junit`: JUnit XML, which every build server shows: a test for each code.
//!
//! The format has no standard. The document has only what the servers have in common, as in the
//! schema `junit-10.xsd` of Jenkins' xUnit plugin; there, `testsuites` has no `skipped`. Some
//! readers show `NaN` if a `time` is missing, so every test has the time 0.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};

use crate::catalog::Severity;
use crate::language::{Label, capitalized};
use crate::report::model::phrases::headline;
use crate::report::model::relative_path;
use crate::report::{Report, ReportData};
use crate::stats::{CodeRow, Location};
use crate::terminal::Policy;

/// A JUnit document with one suite.
///
/// A code of severity error or fatal is a failed test, and so is an unknown code. Any other code is
/// a passed test with the details as its output. A run without findings is one passed test, since
/// Jenkins reads a document without tests as a failure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Junit;

impl Report for Junit {
    fn needs_excerpts(&self) -> bool {
        true
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let words = data.words();
        let rows = data.stats.codes.worst_first(data.catalog);
        let overflowed = data.stats.codes.overflowed;
        let mut last = None;
        if overflowed > 0 {
            let message = capitalized(&words.further_codes(overflowed)) + words.full_stop();
            // It fails, since most of these codes are unknown.
            let failure = Some(("unknown", message.clone()));
            last = Some(TestCase::of_run("further codes", failure, message));
        } else if rows.is_empty() {
            let message = headline(data) + words.full_stop();
            last = Some(TestCase::of_run("no codes seen", None, message));
        }
        let tests = rows.len() + usize::from(last.is_some());
        let failures =
            rows.iter().filter(|row| is_failure(row, data)).count() + usize::from(overflowed > 0);
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"imerr-annotate\" {counts}>")?;
        writeln!(out, "  <testsuite name=\"imerr-annotate\" {counts} skipped=\"0\" time=\"0\">")?;
        // One at a time, since there may be 100,000 rows.
        let cases = rows.into_iter().map(|row| TestCase::new(row, data));
        for case in cases.chain(last) {
            case.write(out)?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

/// A `testcase`. Servers keep the history of a test by class and name, so both together are unique
/// and the same in every run.
struct TestCase {
    class: String,
    name: String,
    /// The type and the message of a failed test.
    failure: Option<(&'static str, String)>,
    output: Vec<String>,
}

impl TestCase {
    fn new(row: &CodeRow, data: &ReportData<'_>) -> Self {
        let (key, words) = (&row.key, data.words());
        let (meaning, remedy) = (data.meaning(key), data.remedy(key));
        let counts = counts(row, data);
        let kind = if key.entries.is_unknown() { "unknown" } else { data.severity(key).as_str() };
        let mut output = vec![
            [&counts, words.comma(), &words.confidence(row.confidence), words.full_stop()].concat(),
            words.labeled(Label::Meaning, &meaning),
            words.labeled(Label::Remedy, &remedy),
        ];
        if !row.excerpts.is_empty() {
            output.push(words.first_lines().to_string());
        }
        // A command such as `::error::` is run only at the beginning of a line.
        output.extend(row.excerpts.iter().map(|line| format!("> {line}")));
        Self {
            class: class(row, data),
            name: format!("{}: {meaning}", data.title(key)),
            failure: is_failure(row, data)
                .then(|| (kind, format!("{counts}{}{meaning}", words.colon()))),
            output,
        }
    }

    /// A test that is about no single code.
    fn of_run(name: &str, failure: Option<(&'static str, String)>, message: String) -> Self {
        let (class, name) = ("imerr".to_string(), name.to_string());
        Self { class, name, failure, output: vec![message] }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (class, name) = (XmlText(&self.class), XmlText(&self.name));
        writeln!(out, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"0\">")?;
        let element = if let Some((kind, message)) = &self.failure {
            write!(out, "      <failure message=\"{}\" type=\"{kind}\">", XmlText(message))?;
            "failure"
        } else {
            write!(out, "      <system-out>")?;
            "system-out"
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

/// `imerr.sdk.account`: servers group tests by the part in front of the last point.
fn class(row: &CodeRow, data: &ReportData<'_>) -> String {
    match data.entry(&row.key) {
        None => "imerr.unknown".to_string(),
        Some(_) if row.key.entries.is_ambiguous() => "imerr.ambiguous".to_string(),
        Some(entry) => format!("imerr.{}.{}", entry.system, entry.category),
    }
}

/// `Seen 412 times, first at app.log:12, last at app.log:977`
fn counts(row: &CodeRow, data: &ReportData<'_>) -> String {
    let (first, last) = (location(&row.first, data), location(&row.last, data));
    data.words().seen(row.count, &first, &last)
}

fn location(location: &Location, data: &ReportData<'_>) -> String {
    format!("{}:{}", relative_path(&data.file(location.file)), location.line)
}

/// A text of one line, for an element or an attribute.
///
/// * Characters that are [unsafe in XML](Policy::Xml) are written as `\u{1b}`.
/// * `[[` gets a blank in its middle: GitLab and Jenkins upload files that the output of a test
///   names as `[[ATTACHMENT|path]]`.
/// * `#` is written as a reference: build servers run `##vso[` and `##teamcity[` if the document is
///   printed to standard output.
///
/// XML writers do not replace all unsafe characters: quick-xml leaves forbidden characters in,
/// quick-junit U+FFFE and U+FFFF.
#[derive(Clone, Copy, Debug)]
struct XmlText<'t>(&'t str);

impl Display for XmlText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut previous = ' ';
        for c in self.0.chars() {
            if (previous, c) == ('[', '[') {
                f.write_char(' ')?;
            }
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                '#' => f.write_str("&#35;")?,
                // Readers replace a tab in an attribute by a blank.
                '\t' => f.write_str("&#9;")?,
                _ if Policy::Xml.forbids(c) => write!(f, "{}", c.escape_unicode())?,
                _ => f.write_char(c)?,
            }
            previous = c;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use roxmltree::{Document, Node};

    use super::*;
    use crate::testutil::TestRun;

    /// The class, name, failure and text of each test. Checks the counts.
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
                let result = test.first_element_child().expect("every test has a result");
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
        assert_eq!(names.len(), tests.len(), "servers merge tests with one name");
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
    fn a_test_has_count_location_and_remedy() {
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
            "<failure message=\"Seen 3 times, first at a.log:2, last at stdin:1: The UserSig has \
                expired.\" type=\"error\">"
        ));
    }

    #[test]
    fn a_run_without_findings_is_a_passed_test() {
        let [(_, name, is_failed, text)] = &tests_of(&[("a.log", "started\nstopped\n")])[..] else {
            panic!("one test")
        };
        assert_eq!((name.as_str(), *is_failed), ("no codes seen", false));
        assert_eq!(text, "No error codes found in 2 lines of 1 file.\n");
    }

    #[test]
    fn codes_without_a_row_are_one_failed_test() {
        let limit = crate::stats::CodeStats::UNKNOWN_LIMIT;
        let text: String =
            (200_001..).take(limit + 7).map(|code| format!("imsdk error_code:{code}\n")).collect();
        let tests = tests_of(&[("a.log", &text)]);
        let (_, name, is_failed, text) = &tests[limit];
        assert_eq!((tests.len(), name.as_str(), *is_failed), (limit + 1, "further codes", true));
        assert_eq!(text, "And further codes, with 7 findings.\n");
    }

    #[test]
    fn hostile_names_and_lines_are_only_text() {
        let name = "a\"/><x\n::error::\u{202e}&.log";
        let line = "imsdk code:6206 ]]></failure><failure>&x;\u{0}\u{1b}[31m\u{fffe} \
            [[ATTACHMENT|/etc/passwd]] %0A##vso[x] 中文";
        let document = TestRun::from_logs(&[(name, line)], 0).document(&Junit);
        let [(_, _, is_failed, text)] = &read(&document)[..] else { panic!("one test") };
        assert!(*is_failed);
        assert!(text.contains("at a\"/><x\\u{a}::error::\\u{202e}&.log:1,"), "{text}");
        assert!(
            text.ends_with(
                "\n> imsdk code:6206 ]]></failure><failure>&x;\\u{0}\\u{1b}[31m\\u{fffe} [ \
                    [ATTACHMENT|/etc/passwd]] %0A##vso[x] 中文\n"
            ),
            "{text}"
        );
        assert!(
            !document.contains("##")
                && !document.lines().any(|line| line.trim_start().starts_with("::")),
            "{document}"
        );
    }

    #[test]
    fn text_is_escaped() {
        let rows = [
            ("plain 中文 \u{1f600} \u{fffd}", "plain 中文 \u{1f600} \u{fffd}"),
            ("<a b=\"c\">&'", "&lt;a b=&quot;c&quot;&gt;&amp;&apos;"),
            ("]]><!--", "]]&gt;&lt;!--"),
            ("\u{1b}[31mred\u{0}", "\\u{1b}[31mred\\u{0}"),
            ("a\nb\r\tc\u{85}\u{7f}", "a\\u{a}b\\u{d}&#9;c\\u{85}\\u{7f}"),
            ("\u{fffe}\u{ffff}", "\\u{fffe}\\u{ffff}"),
            ("a\u{202e}b\u{2066}c\u{2028}", "a\\u{202e}b\\u{2066}c\\u{2028}"),
            ("[[ATTACHMENT|/etc/passwd]]", "[ [ATTACHMENT|/etc/passwd]]"),
            ("[[[x", "[ [ [x"),
            ("##vso[task.complete]", "&#35;&#35;vso[task.complete]"),
        ];
        for (text, wanted) in rows {
            assert_eq!(XmlText(text).to_string(), wanted, "{text:?}");
        }
    }

    #[test]
    fn every_character_makes_well_formed_xml() {
        for start in (0..=0x10_ffff_u32).step_by(0x1000) {
            let text: String = (start..start + 0x1000).filter_map(char::from_u32).collect();
            let document = format!("<a b=\"{0}\">{0}</a>", XmlText(&text));
            let parsed =
                roxmltree::Document::parse(&document).expect("the document is well-formed");
            let shown = parsed.root_element().text().unwrap_or_default();
            assert_eq!(
                parsed.root_element().attribute("b").unwrap_or_default(),
                shown,
                "from {start:#x}"
            );
        }
    }
}
