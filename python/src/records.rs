//! Carries findings out of a run in the bytes that a format writes, so that they come in input
//! order, whatever the number of threads.
//!
//! A record has a length of 4 bytes, a kind, fields of fixed size, a text and a line feed: a run
//! ends output that has none. Numbers are in the byte order of the machine.

use imerr::catalog::EntryId;
use imerr::detect::Confidence;
use imerr::format::{FormatProperties, Line, LineContext, Render};

const FILE: u8 = 0;
const FINDING: u8 = 1;

/// Writes a record for each finding.
#[derive(Debug)]
pub struct Records;

impl Render for Records {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
        write_findings(line, false, out);
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        write_findings(line, true, out);
    }
}

/// The record that says that the next ones are of the file `name`.
pub fn file_record(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    write_record(&mut out, FILE, |out| out.extend_from_slice(name.as_bytes()));
    out
}

fn write_record(out: &mut Vec<u8>, kind: u8, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.push(kind);
    write(out);
    out.push(b'\n');
    let length = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&length.to_ne_bytes());
}

fn write_findings(line: &Line<'_>, is_long: bool, out: &mut Vec<u8>) {
    for record in line.records() {
        let finding = &record.finding;
        let is_truncated = is_long || record.text.len() < line.text.len();
        write_record(out, FINDING, |out| {
            let numbers = [
                line.number,
                record.column,
                line.offset,
                finding.start as u64,
                finding.end as u64,
                finding.code as u64,
                record.text.start as u64,
            ];
            numbers.iter().for_each(|number| out.extend_from_slice(&number.to_ne_bytes()));
            let ids = finding.entries.ids();
            out.extend_from_slice(&[finding.confidence as u8, u8::from(is_truncated)]);
            out.push(ids.len() as u8);
            ids.iter().for_each(|id| out.extend_from_slice(&(id.index() as u32).to_ne_bytes()));
            out.extend_from_slice(&line.text[record.text.clone()]);
        });
    }
}

/// A record as it is read again.
pub enum Record<'r> {
    /// The next findings are in this file.
    File(&'r str),
    Finding(FoundCode<'r>),
}

/// A finding and its place.
pub struct FoundCode<'r> {
    pub line: i64,
    pub column: i64,
    pub offset: i64,
    pub start: i64,
    pub end: i64,
    pub code: i64,
    pub text_start: i64,
    pub confidence: Confidence,
    pub is_truncated: bool,
    pub ids: Vec<EntryId>,
    pub text: &'r [u8],
}

/// Reads a record at the beginning of `bytes`, and returns what follows it. None if it is not
/// complete.
pub fn read_record(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (record, rest) = rest.split_at_checked(u32::from_ne_bytes(*length) as usize)?;
    let (&kind, fields) = record.strip_suffix(b"\n")?.split_first()?;
    let record = match kind {
        FILE => Record::File(std::str::from_utf8(fields).ok()?),
        _ => Record::Finding(read_finding(fields)?),
    };
    Some((record, rest))
}

fn read_finding(mut fields: &[u8]) -> Option<FoundCode<'_>> {
    let mut number = || {
        let (bytes, rest) = fields.split_first_chunk()?;
        fields = rest;
        Some(i64::from_ne_bytes(*bytes))
    };
    let [line, column, offset, start, end, code, text_start] =
        [number()?, number()?, number()?, number()?, number()?, number()?, number()?];
    let ([confidence, is_truncated, count], mut rest) = fields.split_first_chunk()?;
    let mut ids = Vec::with_capacity(usize::from(*count));
    for _ in 0..*count {
        let (id, others) = rest.split_first_chunk()?;
        ids.push(EntryId::new(u32::from_ne_bytes(*id)));
        rest = others;
    }
    Some(FoundCode {
        line,
        column,
        offset,
        start,
        end,
        code,
        text_start,
        confidence: Confidence::ALL[usize::from(*confidence)],
        is_truncated: *is_truncated == 1,
        ids,
        text: rest,
    })
}
