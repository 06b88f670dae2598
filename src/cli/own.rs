//! Reading the user's own codes and rules.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use imerr::custom::{CustomBuilder, Diagnostic, Held, Loaded};
use imerr::input::describe;

use super::args::CatalogArgs;
use super::excerpt::excerpt;
use super::inputs::is_dash;
use super::messages;

/// The most things that are named one by one where they take the place of built-in ones.
const NAMED: usize = 5;

/// The most problems that a run tells; `check` tells all.
const TOLD: usize = 10;

/// What a run goes by. None if something is wrong with it; that is reported.
pub fn load(args: &CatalogArgs) -> Option<Loaded> {
    let mut files = Gathered::default();
    files.add_named(args);
    let is_whole = !files.is_incomplete;
    let (result, texts) = files.finish();
    match result {
        Ok(knowledge) => is_whole.then_some(knowledge),
        Err(problems) => {
            problems.iter().take(TOLD).for_each(|problem| tell(problem, &texts));
            if problems.len() > TOLD {
                let more = problems.len() - TOLD;
                messages::error(
                    "--catalog",
                    &format!("{more} more problems; 'imerr-annotate check FILE...' tells all"),
                );
            }
            None
        }
    }
}

fn tell(problem: &Diagnostic, texts: &Texts) {
    messages::error(
        &format!("{}:{}:{}", problem.path, problem.place.line, problem.place.column),
        &problem.text,
    );
    texts.excerpt(problem).iter().for_each(|excerpt| messages::quote(excerpt));
}

/// Files with codes and rules, and their texts, so that a problem is told with the line that it is about.
#[derive(Default)]
pub struct Gathered {
    own: CustomBuilder,
    texts: Texts,
    /// Whether something could not be read; that is reported.
    pub is_incomplete: bool,
}

impl Gathered {
    /// Adds all that `args` name.
    pub fn add_named(&mut self, args: &CatalogArgs) {
        for name in &args.with {
            self.own.add_optional(name);
        }
        self.add(args.catalog.iter().chain(&args.rules));
    }

    /// Adds files, or those of directories; returns what each of those holds that could be read.
    pub fn add<'p>(&mut self, paths: impl Iterator<Item = &'p PathBuf>) -> Vec<(String, Held)> {
        let (files, is_whole) = files(paths);
        self.is_incomplete |= !is_whole;
        let mut all = Vec::new();
        for path in files {
            let Some(text) = text(&path) else {
                self.is_incomplete = true;
                continue;
            };
            let name = path.display().to_string();
            all.extend(self.own.add(&name, &text).map(|held| (name.clone(), held)));
            self.texts.0.insert(name, text);
        }
        all
    }

    /// What a run would go by, or everything that is wrong; and the texts.
    pub fn finish(self) -> (Result<Loaded, Vec<Diagnostic>>, Texts) {
        (self.own.finish(), self.texts)
    }
}

/// The texts of files, by their names.
#[derive(Default)]
pub struct Texts(HashMap<String, Vec<u8>>);

impl Texts {
    /// The line that a problem is about, with a mark.
    pub fn excerpt(&self, problem: &Diagnostic) -> Option<String> {
        excerpt(self.0.get(&problem.path)?, problem.place)
    }
}

/// The files that are meant, each once: of a directory all that end in `.toml`, in the order of their names. With it, whether every
/// directory could be read; what could not is reported.
fn files<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> (Vec<PathBuf>, bool) {
    let (mut all, mut is_whole) = (Vec::new(), true);
    for path in paths {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        match in_directory(path) {
            Ok(files) if files.is_empty() => {
                messages::error(&path.display().to_string(), "holds no *.toml file");
                is_whole = false;
            }
            Ok(files) => all.extend(files),
            Err(error) => {
                messages::error(&path.display().to_string(), &describe(&error));
                is_whole = false;
            }
        }
    }
    let mut seen = Vec::new();
    all.retain(|path| {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let is_new = !seen.contains(&real);
        seen.push(real);
        is_new
    });
    (all, is_whole)
}

fn in_directory(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<PathBuf> = entries.iter().map(|entry| entry.path()).collect();
    // As a shell expands `*.toml`: without hidden files, such as one with settings.
    let is_hidden = |path: &Path| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    files.retain(|path| {
        path.extension().is_some_and(|ending| ending == "toml")
            && !is_hidden(path)
            && !path.is_dir()
    });
    files.sort();
    Ok(files)
}

/// What a file holds; None if it cannot be read, which is reported.
fn text(path: &Path) -> Option<Vec<u8>> {
    let read = match is_dash(path) {
        true => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => fs::read(path),
    };
    read.map_err(|error| messages::error(&path.display().to_string(), &describe(&error))).ok()
}

/// Says what takes the place of something built in.
pub fn tell_replaced(knowledge: &Loaded) {
    for replaced in knowledge.replaced.iter().take(NAMED) {
        messages::notice(
            &format!("{}:{}", replaced.path, replaced.place.line),
            &format!("{} takes the place of {}", replaced.what, replaced.loser),
        );
    }
    if knowledge.replaced.len() > NAMED {
        let more = knowledge.replaced.len() - NAMED;
        messages::notice("--catalog", &format!("{more} more take the place of others"));
    }
}
