//! `csv`: one record for each finding, after a header, without the log.
//!
//! Fields are quoted as in RFC 4180. Lines end in LF like all our output, not in the CR LF of the
//! RFC, because `cut` and `awk` would take the CR for a part of the last column.
//!
//! `file` and `text` have the bytes of the log, with U+FFFD in place of what is not UTF-8.
//! `truncated` says whether `text` is only a part of the line. A spreadsheet reads a
//! field that begins with `=`, `+`, `-` or `@` as a formula. Such fields are not changed, since
//! other programs read them as data: import `file` and `text` as text.

use std::borrow::Cow;

use csv::WriterBuilder;

use super::format::Record;
use super::{FormatProperties, Line, LineContext, Render};
use crate::catalog::Entry;
use crate::terminal::escape_controls;

/// Writes a table for programs and spreadsheets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv {
    /// Whether control characters of the log are [escaped](escape_controls), for a terminal.
    pub escape_controls: bool,
}

/// The columns: those of `jsonl`, with the other meanings of an ambiguous code as
/// `system/category`, likeliest first.
const HEADER: &[u8] = b"file,line,column,offset,start,end,code,known,name,system,category,kind,\
    severity,confidence,meaning,remedy,retry,alternatives,truncated,text\n";

impl Render for Csv {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn begin_run(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(HEADER);
    }

    fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
        self.write_records(line, false, out).expect("a Vec takes all bytes");
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        self.write_records(line, true, out).expect("a Vec takes all bytes");
    }
}

impl Csv {
    /// `is_truncated` says whether the line is longer than its text.
    fn write_records(
        self,
        line: &Line<'_>,
        is_truncated: bool,
        out: &mut Vec<u8>,
    ) -> csv::Result<()> {
        let file = self.field(line.file.as_encoded_bytes());
        let mut writer = WriterBuilder::new().has_headers(false).from_writer(out);
        for Record { finding, column, text } in line.records() {
            let is_truncated = is_truncated || text.len() < line.text.len();
            let mut entries = finding.entries();
            let entry = entries.next();
            let mut alternatives = Vec::new();
            for entry in entries {
                alternatives.push(format!("{}/{}", entry.system, entry.category));
            }
            let texts = entry.map(|entry| entry.texts(line.catalog.lang()));
            // A missing value is an empty field.
            writer.serialize((
                (&file, line.number, column, line.offset, finding.start, finding.end),
                (finding.code, entry.is_some(), entry.and_then(Entry::name)),
                (entry.map(|entry| &entry.system), entry.map(|entry| &entry.category)),
                (entry.map(|entry| entry.kind.as_str()), entry.map(|one| one.severity.as_str())),
                finding.confidence.as_str(),
                (texts.map(|texts| texts.meaning), texts.map(|texts| texts.remedy)),
                (entry.map(|entry| entry.retry.as_str()), alternatives.join(" ")),
                (is_truncated, self.field(&line.text[text])),
            ))?;
        }
        Ok(writer.flush()?)
    }

    /// Text of the log as a field: bytes that are not UTF-8 become U+FFFD.
    fn field(self, text: &[u8]) -> Cow<'_, str> {
        if !self.escape_controls {
            return String::from_utf8_lossy(text);
        }
        match escape_controls(text) {
            Cow::Borrowed(text) => String::from_utf8_lossy(text),
            Cow::Owned(text) => String::from_utf8_lossy(&text).into_owned().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::detect::Detector;
    use crate::format::LinePart;
    use crate::testutil::fragments;

    fn rendered(file: &str, text: &[u8]) -> Vec<u8> {
        rendered_by(|line, out| Csv::default().write_records(line, false, out), file, text)
    }

    fn rendered_by(
        render: fn(&Line<'_>, &mut Vec<u8>) -> csv::Result<()>,
        file: &str,
        text: &[u8],
    ) -> Vec<u8> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, text);
        let mut out = Vec::new();
        Csv::default().begin_run(&mut out);
        let line = Line {
            file: file.as_ref(),
            number: 12,
            offset: 345,
            text,
            end: b"\n",
            findings: &findings,
            part: LinePart::default(),
            catalog: detector.catalog(),
        };
        render(&line, &mut out).expect("a Vec takes all bytes");
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
                "{}a,12,18,345,17,21,6707,false,,,,,,high,,,,,false,\"imsdk \
                    error_code:6707, \"\"\r\"\" \u{fffd}\"\n",
                str::from_utf8(HEADER).expect("the header is ASCII")
            )
        );
    }

    #[test]
    fn records_of_long_lines_are_truncated() {
        let text = String::from_utf8(rendered_by(write_long_line, "a", b"imsdk code:6206 "))
            .expect("UTF-8");
        assert!(text.ends_with(",true,imsdk code:6206 \n"), "{text}");
    }

    fn write_long_line(line: &Line<'_>, out: &mut Vec<u8>) -> csv::Result<()> {
        Csv::default().long_line_end(line, out);
        Ok(())
    }

    #[test]
    fn alternatives_have_system_and_category() {
        assert_eq!(records("stdin", b"result code: 2003")[0]["alternatives"], "web/login");
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn a_csv_reader_gets_file_and_text_back(
            file in "[a,\"\r\n=;'\u{202e}错]{0,8}", prefix in "[a,\"\r=+@\t\0 \
                错]{0,8}", suffix in "[a,\"\r=+@\t\0 错]{0,8}",
        ) {
            let line = format!("{prefix} imsdk code:6206 {suffix}");
            let records = records(&file, line.as_bytes());
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!((&records[0]["file"], &records[0]["text"]), (&file, &line));
        }
    }
}
