//! `Rsyslog`: the file of a `lookup_table()`.

use std::io::{self, Write};

use serde_json::json;

use super::{CodeTable, Export};

/// JSON for a lookup table of strings. The value says what an annotation says after the code; for
/// other codes it is empty. rsyslog ignores the member `comment`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rsyslog;

impl Export for Rsyslog {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = Vec::new();
        for row in table.rows() {
            rows.push(json!({"index": row.code(), "value": row.summary()}));
        }
        let document = json!({
            "comment": [table.title(), table.words().table_limits()],
            "version": 1,
            "nomatch": "",
            "type": "string",
            "table": rows,
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}
