//! `Elastic`: documents for the index that an enrich policy reads.

use std::io::{self, Write};

use serde_json::json;

use super::{CodeTable, Export};

/// NDJSON for the bulk API: an action and a document for each code. The id of a document is its
/// code, so a later export replaces the documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elastic;

impl Export for Elastic {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        for row in table.rows() {
            writeln!(out, "{}", json!({"index": {"_index": "imerr-codes", "_id": row.code()}}))?;
            serde_json::to_writer(&mut *out, &row.columns())?;
            writeln!(out)?;
        }
        Ok(())
    }
}
