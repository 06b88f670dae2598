//! Reads a data file, which contains either entries or rules.

use toml::de::DeTable;

use super::document::Document;
use super::entries::entries_of;
use super::rules::{RuleFile, rules_of};
use crate::{Diagnostic, SourcedEntry, nearest};

/// The content of a data file.
#[derive(Clone, Debug)]
pub enum DataFile {
    /// Entries of one system.
    Entries(Vec<SourcedEntry>),
    /// Rules.
    Rules(Box<RuleFile>),
}

/// Reads the data file `text`, named `path`. Its content shows whether it has entries or rules.
///
/// Fails with every problem of the file, in file order; if the syntax is broken, with the syntax
/// errors only.
pub fn read(path: &str, text: &str) -> Result<DataFile, Vec<Diagnostic>> {
    let (file, diagnostics) = read_recoverable(path, text);
    if diagnostics.is_empty() { Ok(file) } else { Err(diagnostics) }
}

/// As [`read`], but returns the readable part of the file together with the problems.
pub fn read_recoverable(path: &str, text: &str) -> (DataFile, Vec<Diagnostic>) {
    let document = Document::new(path, text);
    let top = document.parse();
    // If the syntax is broken, other problems would be guesses.
    let file = if document.problem_count() > 0 {
        DataFile::Entries(Vec::new())
    } else if has_field(&top, RuleFile::is_known) {
        DataFile::Rules(Box::new(rules_of(&document, &top)))
    } else if has_field(&top, |field| nearest(field, ["system", "entry"]).is_some()) {
        DataFile::Entries(entries_of(&document, &top))
    } else {
        let message = "contains neither a system with [[entry]] tables nor rules such as [[key]] \
                       or [[marker]]";
        document.report(0..1, message.to_string());
        DataFile::Entries(Vec::new())
    };
    (file, document.into_diagnostics())
}

fn has_field(top: &DeTable<'_>, test: impl Fn(&str) -> bool) -> bool {
    top.keys().any(|field| test(field.get_ref()))
}
