//! Reads files with tickets about incidents that were seen before.

use serde::Deserialize;

use super::document::Document;
use super::table::Table;
use crate::{Diagnostic, Span};

/// A ticket about incidents of a cause, or with a text on one of their lines, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownIncident {
    /// The name of the cause.
    pub cause: Option<String>,
    /// A text that is on one of the lines.
    pub text: Option<String>,
    /// The address or the number of the ticket.
    pub ticket: String,
    /// What the team wrote about it.
    pub note: Option<String>,
    /// The span of the record.
    pub span: Span,
}

/// Reads the `[[known]]` tables of the file `path`.
///
/// Fails with every problem of the file, in file order.
pub fn read_known(path: &str, text: &str) -> Result<Vec<KnownIncident>, Vec<Diagnostic>> {
    let document = Document::new(path, text);
    let top = document.parse();
    let top = Table::top(&document, &top);
    top.check_fields(&[], &["known"]);
    let known = top.tables("known").iter().filter_map(read_one).collect();
    document.finish(known)
}

fn read_one(table: &Table<'_, '_>) -> Option<KnownIncident> {
    #[derive(Deserialize)]
    struct Fields {
        cause: Option<String>,
        text: Option<String>,
        ticket: String,
        note: Option<String>,
    }
    let Fields { cause, text, ticket, note } = table.read(&[])?;
    if cause.is_none() && text.is_none() {
        table.report("a ticket needs the name of a cause, a text, or both");
    }
    Some(KnownIncident { cause, text, ticket, note, span: table.span() })
}
