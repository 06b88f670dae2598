//! Makes the columns of a table out of findings.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use imerr::catalog::{Catalog, Entry, Lang};
use imerr::timestamp::LocalTimestamp;
use serde_json::json;

use crate::records::{FoundCode, Record, read_record};

/// The most findings of a batch, and the bytes of text after which it ends. A column of a batch has
/// less than 2 GiB.
const BATCH_ROWS: usize = 1 << 16;
const BATCH_TEXT: usize = 64 << 20;

const NUMBERS: [&str; 7] = ["line", "column", "offset", "start", "end", "code", "text_start"];
const WORDS: [&str; 8] =
    ["name", "system", "category", "kind", "severity", "meaning", "remedy", "retry"];

/// Where the times are: after the file.
const TIME_COLUMN: usize = 1;

/// Where the findings are from: the first column of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Values of an array or list: `row`.
    Rows,
    /// Files: `file`.
    Files,
}

/// Collects findings in batches of columns.
pub struct Findings {
    catalog: Catalog,
    source: Source,
    /// The row of the next findings.
    pub row: i64,
    /// The file of the next findings.
    file: String,
    /// Added to the offsets of lines.
    base_offset: i64,
    has_lines: bool,
    rows: Int64Builder,
    files: StringBuilder,
    numbers: [Int64Builder; 7],
    known: BooleanBuilder,
    truncated: BooleanBuilder,
    confidence: StringBuilder,
    words: [StringBuilder; 8],
    alternatives: StringBuilder,
    text: StringBuilder,
    text_bytes: usize,
    batches: Vec<RecordBatch>,
    /// The beginning of a record that is not complete.
    pending: Vec<u8>,
}

impl Findings {
    pub fn new(catalog: Catalog, source: Source) -> Self {
        Self {
            catalog,
            source,
            row: 0,
            file: String::new(),
            base_offset: 0,
            has_lines: true,
            rows: Int64Builder::new(),
            files: StringBuilder::new(),
            numbers: Default::default(),
            known: BooleanBuilder::new(),
            truncated: BooleanBuilder::new(),
            confidence: StringBuilder::new(),
            words: Default::default(),
            alternatives: StringBuilder::new(),
            text: StringBuilder::new(),
            text_bytes: 0,
            batches: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// The input is the part of a file from this offset on. If that is not its beginning, the
    /// numbers of lines are not known.
    pub fn with_base_offset(mut self, offset: u64) -> Self {
        self.base_offset = offset as i64;
        self.has_lines = offset == 0;
        self
    }

    /// Adds all complete records, and returns the rest.
    pub fn add<'r>(&mut self, mut records: &'r [u8]) -> &'r [u8] {
        while let Some((record, rest)) = read_record(records) {
            match record {
                Record::File(name) => self.file = name.to_string(),
                Record::Finding(found) => self.add_finding(&found),
            }
            records = rest;
        }
        records
    }

    fn add_finding(&mut self, found: &FoundCode<'_>) {
        match self.source {
            Source::Rows => self.rows.append_value(self.row),
            Source::Files => self.files.append_value(&self.file),
        }
        let numbers = [
            self.has_lines.then_some(found.line),
            Some(found.column),
            Some(found.offset + self.base_offset),
            Some(found.start),
            Some(found.end),
            Some(found.code),
            Some(found.text_start),
        ];
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            column.append_option(number);
        }
        self.known.append_value(!found.ids.is_empty());
        self.truncated.append_value(found.is_truncated);
        self.confidence.append_value(found.confidence.as_str());
        self.add_entries(found);
        let text = String::from_utf8_lossy(found.text);
        self.text_bytes += text.len();
        self.text.append_value(text);
        if self.known.len_so_far() >= BATCH_ROWS || self.text_bytes >= BATCH_TEXT {
            self.end_batch();
        }
    }

    /// The likeliest entry in columns of its own, the others in one.
    fn add_entries(&mut self, found: &FoundCode<'_>) {
        let lang = self.catalog.lang();
        let entries: Vec<&Entry> = found.ids.iter().map(|&id| self.catalog.entry(id)).collect();
        let Some((first, others)) = entries.split_first() else {
            self.words.iter_mut().for_each(StringBuilder::append_null);
            return self.alternatives.append_null();
        };
        for (column, word) in self.words.iter_mut().zip(words(first, lang)) {
            column.append_option(word);
        }
        if others.is_empty() {
            return self.alternatives.append_null();
        }
        let mut objects = Vec::new();
        for entry in others {
            let members = WORDS.iter().zip(words(entry, lang));
            let object: serde_json::Map<String, serde_json::Value> =
                members.map(|(key, word)| (key.to_string(), json!(word))).collect();
            objects.push(object);
        }
        self.alternatives.append_value(json!(objects).to_string());
    }

    fn end_batch(&mut self) {
        let mut columns: Vec<ArrayRef> = vec![match self.source {
            Source::Rows => Arc::new(self.rows.finish()),
            Source::Files => Arc::new(self.files.finish()),
        }];
        let [line, column, offset, start, end, code, text_start] = &mut self.numbers;
        for number in [line, column, offset, start, end, code] {
            columns.push(Arc::new(number.finish()));
        }
        columns.push(Arc::new(self.known.finish()));
        let [name, system, category, kind, severity, meaning, remedy, retry] = &mut self.words;
        let words =
            [name, system, category, kind, severity, &mut self.confidence, meaning, remedy, retry];
        for word in words {
            columns.push(Arc::new(word.finish()));
        }
        columns.push(Arc::new(self.alternatives.finish()));
        columns.push(Arc::new(self.truncated.finish()));
        columns.push(Arc::new(text_start.finish()));
        columns.push(Arc::new(self.text.finish()));
        self.text_bytes = 0;
        let batch = RecordBatch::try_new(schema(self.source), columns);
        self.batches.push(batch.expect("the columns are those of the schema"));
    }

    /// The schema and all batches.
    pub fn finish(mut self) -> (SchemaRef, Vec<RecordBatch>) {
        if self.known.len_so_far() > 0 {
            self.end_batch();
        }
        (schema(self.source), self.batches)
    }

    /// The same with the times of the findings. They depend on the lines before, so a run has them
    /// only after its output.
    pub fn finish_with_times(
        self,
        times: &[Option<LocalTimestamp>],
    ) -> (SchemaRef, Vec<RecordBatch>) {
        let (schema, batches) = self.finish();
        let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
        let time = DataType::Timestamp(TimeUnit::Millisecond, None);
        fields.insert(TIME_COLUMN, Arc::new(Field::new("time", time, true)));
        let schema = Arc::new(Schema::new(fields));
        let mut rest = times;
        let mut with_times = Vec::new();
        for batch in batches {
            let (times, after) = rest.split_at(batch.num_rows());
            rest = after;
            let mut column = TimestampMillisecondBuilder::new();
            column.extend(times.iter().map(|time| time.map(LocalTimestamp::millis)));
            let mut columns = batch.columns().to_vec();
            columns.insert(TIME_COLUMN, Arc::new(column.finish()));
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
            with_times.push(batch.expect("the columns are those of the schema"));
        }
        (schema, with_times)
    }
}

/// The number of values that a builder has.
trait LenSoFar {
    fn len_so_far(&self) -> usize;
}

impl LenSoFar for BooleanBuilder {
    fn len_so_far(&self) -> usize {
        arrow_array::builder::ArrayBuilder::len(self)
    }
}

/// The values of an entry in the order of `WORDS`.
fn words(entry: &Entry, lang: Lang) -> [Option<&str>; 8] {
    let texts = entry.texts(lang);
    [
        entry.name(),
        Some(&entry.system),
        Some(&entry.category),
        Some(entry.kind.as_str()),
        Some(entry.severity.as_str()),
        Some(texts.meaning),
        Some(texts.remedy),
        Some(entry.retry.as_str()),
    ]
}

/// The columns, in the order of the members of `jsonl`. All are nullable: Spark knows no others.
fn schema(source: Source) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let flag = |name: &str| Field::new(name, DataType::Boolean, true);
    let mut fields = vec![match source {
        Source::Rows => number("row"),
        Source::Files => text("file"),
    }];
    fields.extend(NUMBERS[..6].iter().map(|name| number(name)));
    fields.push(flag("known"));
    fields.extend(WORDS[..5].iter().map(|name| text(name)));
    fields.push(text("confidence"));
    fields.extend(WORDS[5..].iter().map(|name| text(name)));
    fields.extend([text("alternatives"), flag("truncated"), number("text_start"), text("text")]);
    Arc::new(Schema::new(fields))
}

/// Takes the output of a run.
impl Write for Findings {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(bytes);
        let rest = self.add(&pending).len();
        let done = pending.len() - rest;
        pending.drain(..done);
        self.pending = pending;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
