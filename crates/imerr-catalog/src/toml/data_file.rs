//! Reads a data file, which contains entries, rules or causes.

use toml::de::DeTable;

use super::causes::{KINDS, causes_of};
use super::document::Document;
use super::entries::entries_of;
use super::rules::{RuleFile, rules_of};
use crate::causes::CauseFile;
use crate::{Diagnostic, SourcedEntry, nearest};

/// The content of a data file.
#[derive(Clone, Debug)]
pub enum DataFile {
    /// Entries of one system.
    Entries(Vec<SourcedEntry>),
    /// Rules.
    Rules(Box<RuleFile>),
    /// Causes.
    Causes(CauseFile),
}

/// Reads the data file `text`, named `path`. Its content shows whether it has entries, rules or
/// causes.
///
/// Fails with every problem of the file, in file order; if the syntax is broken, with the syntax
/// errors only, and with the first of them if nothing looks like an entry, a rule or a cause.
pub fn read(path: &str, text: &str) -> Result<DataFile, Vec<Diagnostic>> {
    let (file, diagnostics) = read_recoverable(path, text);
    if diagnostics.is_empty() { Ok(file) } else { Err(diagnostics) }
}

const NO_CATALOG: &str = "contains neither a system with [[entry]] tables, nor rules such as \
                          [[key]] or [[marker]], nor a [[cause]]";

/// As [`read`], but returns the readable part of the file together with the problems.
pub fn read_recoverable(path: &str, text: &str) -> (DataFile, Vec<Diagnostic>) {
    let document = Document::new(path, text);
    let top = document.parse();
    // If the syntax is broken, other problems would be guesses.
    let is_broken = document.problem_count() > 0;
    let has_rules = has_field(&top, RuleFile::is_known);
    let has_entries = has_field(&top, |field| nearest(field, ["system", "entry"]).is_some());
    let has_causes = has_field(&top, |field| KINDS.contains(&field));
    let file = if has_causes && !is_broken {
        DataFile::Causes(causes_of(&document, &top))
    } else if has_rules && !is_broken {
        DataFile::Rules(Box::new(rules_of(&document, &top)))
    } else if has_entries && !is_broken {
        DataFile::Entries(entries_of(&document, &top))
    } else {
        DataFile::Entries(Vec::new())
    };
    if has_rules || has_entries || has_causes {
        return (file, document.into_diagnostics());
    }
    if !is_broken {
        document.report(0..1, NO_CATALOG.to_string());
    }
    // A log has a syntax error on each line.
    let mut problems = document.into_diagnostics();
    problems.truncate(1);
    if is_broken && let Some(problem) = problems.first_mut() {
        problem.message = format!("{}; the file {NO_CATALOG}", problem.message);
    }
    (file, problems)
}

fn has_field(top: &DeTable<'_>, test: impl Fn(&str) -> bool) -> bool {
    top.keys().any(|field| test(field.get_ref()))
}
