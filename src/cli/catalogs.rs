//! Reads the files with custom codes and rules.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use imerr::custom::{CustomBuilder, Diagnostic, FileSummary, Loaded};
use imerr::input::describe;

use super::args::CatalogArgs;
use super::excerpt::excerpt;
use super::inputs::is_dash;
use super::messages;

/// The most overrides that are listed.
const MAX_OVERRIDES: usize = 5;

/// The most problems that a run prints; `check` prints all.
const MAX_PROBLEMS: usize = 10;

/// Reads everything that the options name and merges it with the built-in codes and rules.
pub fn load(args: &CatalogArgs) -> Result<Loaded, LoadError> {
    let mut files = CatalogFiles::default();
    files.add_args(args);
    let CatalogFiles { builder, texts, unreadable } = files;
    match builder.finish() {
        Ok(loaded) if unreadable.is_empty() => Ok(loaded),
        Ok(_) => Err(LoadError { problems: Vec::new(), texts, unreadable }),
        Err(problems) => Err(LoadError { problems, texts, unreadable }),
    }
}

/// Why the custom codes and rules cannot be used.
pub struct LoadError {
    problems: Vec<Diagnostic>,
    texts: Texts,
    unreadable: Vec<Unreadable>,
}

impl LoadError {
    /// Prints the files that cannot be read, and the first problems of the others.
    pub fn print(&self) {
        self.unreadable.iter().for_each(Unreadable::print);
        for problem in self.problems.iter().take(MAX_PROBLEMS) {
            let Diagnostic { path, span, message } = problem;
            messages::error(&format!("{path}:{}:{}", span.line, span.column), message);
            if let Some(excerpt) = self.texts.excerpt(problem) {
                messages::quote(&excerpt);
            }
        }
        if self.problems.len() > MAX_PROBLEMS {
            let more = self.problems.len() - MAX_PROBLEMS;
            let hint = "'imerr-annotate check FILE...' tells all";
            messages::error("--catalog", &format!("{more} more problems; {hint}"));
        }
    }
}

/// A file or directory that cannot be read.
pub struct Unreadable {
    path: PathBuf,
    cause: String,
}

impl Unreadable {
    fn new(path: &Path, cause: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), cause: cause.into() }
    }

    pub fn print(&self) {
        messages::error(&self.path.display().to_string(), &self.cause);
    }
}

/// The files with custom codes and rules, and their texts for excerpts.
#[derive(Default)]
pub struct CatalogFiles {
    pub builder: CustomBuilder,
    pub texts: Texts,
    pub unreadable: Vec<Unreadable>,
}

impl CatalogFiles {
    /// Adds everything that the options name.
    pub fn add_args(&mut self, args: &CatalogArgs) {
        for name in &args.with {
            self.builder.add_optional(name);
        }
        self.add(args.catalog.iter().chain(&args.rules));
    }

    /// Adds files, and all files of directories. Returns the names of those without problems, and
    /// what they contain.
    pub fn add<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p PathBuf>,
    ) -> Vec<(String, FileSummary)> {
        let mut summaries = Vec::new();
        for path in self.expand(paths) {
            match read(&path) {
                Ok(text) => {
                    let name = path.display().to_string();
                    let summary = self.builder.add(&name, &text);
                    summaries.extend(summary.map(|summary| (name.clone(), summary)));
                    self.texts.0.insert(name, text);
                }
                Err(error) => self.unreadable.push(Unreadable::new(&path, describe(&error))),
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
                    self.unreadable.push(Unreadable::new(path, "holds no *.toml file"));
                }
                Ok(found) => files.extend(found),
                Err(error) => self.unreadable.push(Unreadable::new(path, describe(&error))),
            }
        }
        let mut seen = Vec::new();
        files.retain(|path| {
            let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            let is_new = !seen.contains(&canonical);
            seen.push(canonical);
            is_new
        });
        files
    }
}

/// The texts of files, by name.
#[derive(Default)]
pub struct Texts(HashMap<String, Vec<u8>>);

impl Texts {
    /// The line of a problem with carets under its span.
    pub fn excerpt(&self, problem: &Diagnostic) -> Option<String> {
        excerpt(self.0.get(&problem.path)?, problem.span)
    }
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

/// The content of a file, or of standard input for `-`.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !is_dash(path) {
        return fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Prints what the custom codes and rules override.
pub fn print_overrides(loaded: &Loaded) {
    for one in loaded.overrides.iter().take(MAX_OVERRIDES) {
        let message = format!("{} takes the place of {}", one.subject, one.shadowed);
        messages::notice(&format!("{}:{}", one.path, one.span.line), &message);
    }
    if loaded.overrides.len() > MAX_OVERRIDES {
        let more = loaded.overrides.len() - MAX_OVERRIDES;
        messages::notice("--catalog", &format!("{more} more take the place of others"));
    }
}
