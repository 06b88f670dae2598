//! Reads the files with custom codes and rules.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use imerr::catalog::Lang;
use imerr::custom::{CustomBuilder, Diagnostic, FileSummary, Loaded};

use super::args::CatalogArgs;
use super::error::Error;
use super::messages::{self, Level};
use super::source_text::SourceText;
use super::user_file;

const MAX_OVERRIDES: usize = 5;

/// The most problems that a run prints; `check-catalog` prints all.
const MAX_PROBLEMS: usize = 10;

/// Reads everything that the options name, and the files with `causes`, and merges it with what is
/// built in. Outputs speak `lang`. Returns an error for each file that cannot be read, and for the
/// first problems of the others.
pub fn load(args: &CatalogArgs, causes: &[PathBuf], lang: Lang) -> Result<Loaded, Vec<Error>> {
    let mut files = CatalogFiles::default();
    files.add_args(args);
    files.add(causes.iter());
    let CatalogFiles { builder, texts, mut errors } = files;
    match builder.with_lang(lang).finish() {
        Ok(loaded) if errors.is_empty() => return Ok(loaded),
        Ok(_) => {}
        Err(problems) => {
            for problem in problems.iter().take(MAX_PROBLEMS) {
                errors.push(Error::of_diagnostic(problem, excerpt_of(&texts, problem)));
            }
            if problems.len() > MAX_PROBLEMS {
                let more = problems.len() - MAX_PROBLEMS;
                let [cause, hint] = messages::words().more_catalog_problems(more);
                errors.push(Error::new("--catalog", cause).translated().with_hint(hint));
            }
        }
    }
    Err(errors)
}

/// The files with custom codes and rules.
#[derive(Default)]
pub struct CatalogFiles {
    pub builder: CustomBuilder,
    /// By name.
    pub texts: HashMap<String, SourceText>,
    /// One for each file or directory that cannot be read.
    pub errors: Vec<Error>,
}

impl CatalogFiles {
    pub fn add_args(&mut self, args: &CatalogArgs) {
        for name in &args.also {
            self.builder.add_optional(name);
        }
        self.add(args.catalog.iter());
    }

    /// Adds files, and all files of directories. Returns the names of those without problems, and
    /// what they contain.
    pub fn add<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p PathBuf>,
    ) -> Vec<(String, FileSummary)> {
        let mut summaries = Vec::new();
        for path in self.expand(paths) {
            match user_file::CATALOG.read_or_stdin(&path) {
                Ok(text) => {
                    let name = path.display().to_string();
                    let summary = self.builder.add(&name, &text);
                    summaries.extend(summary.map(|summary| (name.clone(), summary)));
                    self.texts.insert(name, SourceText::new(text));
                }
                Err(error) => self.errors.push(error),
            }
        }
        summaries
    }

    /// Replaces directories by their `*.toml` files, and drops files that were named before.
    fn expand<'p>(&mut self, paths: impl Iterator<Item = &'p PathBuf>) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for path in paths {
            if !path.is_dir() {
                files.push(path.clone());
                continue;
            }
            match toml_files(path) {
                Ok(found) if found.is_empty() => {
                    self.errors.push(Error::of_path(path, "contains no *.toml file"));
                }
                Ok(found) => files.extend(found),
                Err(error) => self.errors.push(Error::of_io(path, &error)),
            }
        }
        let mut seen = HashSet::new();
        files.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        files
    }
}

/// The excerpt of the file that a problem is in; None if the file is built in.
pub fn excerpt_of(texts: &HashMap<String, SourceText>, problem: &Diagnostic) -> Option<String> {
    texts.get(&problem.path)?.excerpt(problem.span)
}

/// The files of a directory that a shell's `*.toml` matches, sorted.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        let name = path.file_name().unwrap_or_default();
        if is_toml && !name.as_encoded_bytes().starts_with(b".") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Prints which entries and rules the custom ones replace.
pub fn print_overrides(loaded: &Loaded) {
    for one in loaded.overrides.iter().take(MAX_OVERRIDES) {
        let (path, line) = (&one.path, one.span.line);
        let text = messages::words().replaces(&one.subject, &one.overridden);
        messages::say(Level::Note, format_args!("{path}:{line}: {text}"));
    }
    if loaded.overrides.len() > MAX_OVERRIDES {
        let more = loaded.overrides.len() - MAX_OVERRIDES;
        let error = Error::new("--catalog", messages::words().more_replaced(more)).translated();
        messages::print_as(Level::Note, &error);
    }
}
