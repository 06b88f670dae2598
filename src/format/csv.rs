//! `csv`: one record for each finding, after a header, without the log.
//!
//! Fields are quoted as in RFC 4180. Lines end in LF like all our output, not in the CR LF of the
//! RFC, because `cut` and `awk` would take the CR for a part of the last column.
//!
//! `file` and `text` have the bytes of the log, with U+FFFD in place of what is not UTF-8.
//! `truncated` says whether `text` is only the beginning of a very long line. A spreadsheet reads a
//! field that begins with `=`, `+`, `-` or `@` as a formula. Such fields are not changed, since
//! other programs read them as data: import `file` and `text` as text.

use std::borrow::Cow;

use csv::Writer;

use super::json_members::whole_characters;
use super::{FormatProperties, Line, Render};
use crate::catalog::{Catalog, Entry};
use crate::detect::Finding;
use crate::stats::ColumnCounter;
use crate::terminal::escape_controls;

/// Writes a table for programs and spreadsheets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv {
    escapes_controls: bool,
}

/// The columns: those of `jsonl`, with the other meanings of an ambiguous code as
/// `system/category`, likeliest first.
const HEADER: [&str; 20] = [
    "file",
    "line",
    "column",
    "offset",
    "start",
    "end",
    "code",
    "known",
    "name",
    "system",
    "category",
    "kind",
    "severity",
    "confidence",
    "meaning",
    "remedy",
    "retry",
    "alternatives",
    "truncated",
    "text",
];

impl Render for Csv {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn begin_run(&self, out: &mut Vec<u8>) {
        push(out, HEADER);
    }

    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.push_records(out, line, line.text, catalog, false);
    }

    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.push_records(out, line, whole_characters(line.text), catalog, true);
    }
}

impl Csv {
    /// With `escapes`, [escapes](escape_controls) control characters of the log, for a terminal.
    pub fn with_escaped_controls(self, escapes: bool) -> Self {
        Self { escapes_controls: escapes }
    }

    /// Writes a record for each finding, with `text` for the line.
    fn push_records(
        self,
        out: &mut Vec<u8>,
        line: &Line<'_>,
        text: &[u8],
        catalog: &Catalog,
        truncated: bool,
    ) {
        let (mut file, mut text) = (Cow::Borrowed(line.file.as_bytes()), Cow::Borrowed(text));
        if self.escapes_controls {
            file = escape_controls(line.file.as_bytes());
            text = Cow::Owned(escape_controls(&text).into_owned());
        }
        let (file, text) = (String::from_utf8_lossy(&file), String::from_utf8_lossy(&text));
        let truncated = if truncated { "true" } else { "false" };
        let mut columns = ColumnCounter::default();
        for finding in line.findings {
            let column = columns.column_at(line.text, finding.start);
            push(out, record(line, finding, column, [&file, truncated, &text], catalog));
        }
    }
}

fn record<'a>(
    line: &Line<'a>,
    finding: &Finding,
    column: u64,
    [file, truncated, text]: [&'a str; 3],
    catalog: &'a Catalog,
) -> [Cow<'a, str>; HEADER.len()] {
    let mut entries = finding.meanings.entries(catalog);
    let first = entries.next();
    let field = |of: fn(&'a Entry) -> &'a str| Cow::Borrowed(first.map_or("", of));
    let mut alternatives = Vec::new();
    for entry in entries {
        alternatives.push(format!("{}/{}", entry.system, entry.category));
    }
    [
        file.into(),
        line.number.to_string().into(),
        column.to_string().into(),
        line.offset.to_string().into(),
        finding.start.to_string().into(),
        finding.end.to_string().into(),
        finding.code.to_string().into(),
        if first.is_some() { "true" } else { "false" }.into(),
        field(|entry| entry.name().unwrap_or_default()),
        field(|entry| &entry.system),
        field(|entry| &entry.category),
        field(|entry| entry.kind.as_str()),
        field(|entry| entry.severity.as_str()),
        finding.confidence.as_str().into(),
        field(|entry| &entry.meaning),
        field(|entry| &entry.remedy),
        field(|entry| entry.retry.as_str()),
        alternatives.join(" ").into(),
        truncated.into(),
        text.into(),
    ]
}

fn push<'a>(out: &mut Vec<u8>, record: [impl Into<Cow<'a, str>>; HEADER.len()]) {
    let mut writer = Writer::from_writer(out);
    for field in record {
        writer.write_field(field.into().as_bytes()).expect("a Vec takes all bytes");
    }
    writer.write_record(None::<&[u8]>).expect("a Vec takes all bytes");
    writer.flush().expect("a Vec takes all bytes");
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::detect::Detector;
    use crate::testutil::fragments;

    fn rendered(file: &str, text: &[u8]) -> Vec<u8> {
        rendered_by(Csv::render_line, file, text)
    }

    fn rendered_by(
        render: fn(&Csv, &Line<'_>, &Catalog, &mut Vec<u8>),
        file: &str,
        text: &[u8],
    ) -> Vec<u8> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, text);
        let mut out = Vec::new();
        let csv = Csv::default();
        csv.begin_run(&mut out);
        let line = Line { file, number: 12, offset: 345, text, end: b"\n", findings: &findings };
        render(&csv, &line, detector.catalog(), &mut out);
        out
    }

    fn records(file: &str, text: &[u8]) -> Vec<HashMap<String, String>> {
        let rendered = rendered(file, text);
        let mut reader = csv::Reader::from_reader(rendered.as_slice());
        reader
            .deserialize()
            .map(|record| record.expect("a record has as many fields as the header"))
            .collect()
    }

    #[test]
    fn a_record_has_the_columns_of_the_header() {
        let records = records("a,\"b\"\n.log", "错误 imsdk code:6206, =1+1 \"x\"".as_bytes());
        let [record] = records.as_slice() else { panic!("one record, not {records:?}") };
        let rows = [
            ("file", "a,\"b\"\n.log"),
            ("line", "12"),
            ("column", "15"),
            ("offset", "345"),
            ("start", "18"),
            ("end", "22"),
            ("code", "6206"),
            ("known", "true"),
            ("name", "ERR_USER_SIG_EXPIRED"),
            ("system", "sdk"),
            ("category", "account"),
            ("kind", "auth"),
            ("severity", "error"),
            ("confidence", "high"),
            ("meaning", "The UserSig has expired."),
            ("retry", "after-fix"),
            ("alternatives", ""),
            ("truncated", "false"),
            ("text", "错误 imsdk code:6206, =1+1 \"x\""),
        ];
        for (column, wanted) in rows {
            assert_eq!(record[column], wanted, "{column}");
        }
    }

    #[test]
    fn fields_are_quoted_as_in_rfc_4180() {
        let text = String::from_utf8(rendered("a", b"imsdk error_code:6707, \"\r\" \xff"))
            .expect("what is not UTF-8 is replaced");
        assert_eq!(
            text,
            format!(
                "{}\na,12,18,345,17,21,6707,false,,,,,,high,,,,,false,\"imsdk error_code:6707, \"\"\r\"\" \u{fffd}\"\n",
                HEADER.join(",")
            )
        );
    }

    #[test]
    fn records_of_long_lines_are_truncated() {
        let text =
            String::from_utf8(rendered_by(Csv::long_line_end, "a", b"imsdk code:6206 \xe9\x94"))
                .expect("UTF-8");
        assert!(text.ends_with(",true,imsdk code:6206 \n"), "{text}");
    }

    #[test]
    fn alternatives_have_system_and_category() {
        assert_eq!(records("stdin", b"result code: 2003")[0]["alternatives"], "web/login");
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn a_csv_reader_gets_file_and_text_back(
            file in "[a,\"\r\n=;'\u{202e}错]{0,8}", prefix in "[a,\"\r=+@\t\0 错]{0,8}", suffix in "[a,\"\r=+@\t\0 错]{0,8}",
        ) {
            let line = format!("{prefix} imsdk code:6206 {suffix}");
            let records = records(&file, line.as_bytes());
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!((&records[0]["file"], &records[0]["text"]), (&file, &line));
        }
    }
}
