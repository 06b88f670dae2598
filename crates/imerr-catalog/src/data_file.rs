//! Reading one file, whatever it holds.

use crate::plain::read_plain;
use crate::read::catalog_of;
use crate::rules::{RuleFile, rules_of};
use crate::source::{Diagnostic, Source, nearest};
use crate::sourced::SourcedEntry;

/// What a data file holds.
#[derive(Clone, Debug)]
pub enum DataFile {
    /// A system and its entries.
    Entries(Vec<SourcedEntry>),
    /// Rules.
    Rules(Box<RuleFile>),
}

/// Reads the data file `text`, named `path`: its content tells whether it is a catalog or holds rules.
///
/// Every problem of the file is returned, in file order, not the first only; where its syntax is broken, that alone.
pub fn read(path: &str, text: &str) -> Result<DataFile, Vec<Diagnostic>> {
    match read_all(path, text) {
        (file, problems) if problems.is_empty() => Ok(file),
        (_, problems) => Err(problems),
    }
}

/// The same; with the problems comes what could be read all the same.
pub fn read_all(path: &str, text: &str) -> (DataFile, Vec<Diagnostic>) {
    if let Some(entries) = read_plain(path, text) {
        return (DataFile::Entries(entries), Vec::new());
    }
    let source = Source::new(path, text);
    let top = source.parse();
    let fields = || top.keys().map(|field| field.get_ref().as_ref());
    let is_near = |field: &str| nearest(field, ["system", "entry"]).is_some();
    let file = if source.is_broken() {
        // What a file means that is no TOML is anybody's guess.
        DataFile::Entries(Vec::new())
    } else if fields().any(RuleFile::is_known) {
        DataFile::Rules(Box::new(rules_of(&source, &top)))
    } else if fields().any(is_near) {
        DataFile::Entries(catalog_of(&source, &top))
    } else {
        source.problem(
            0..1,
            "holds neither a system with [[entry]] tables nor rules such as [[key]] or [[marker]]"
                .to_string(),
        );
        DataFile::Entries(Vec::new())
    };
    (file, source.into_problems())
}
