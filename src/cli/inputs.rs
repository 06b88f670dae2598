//! Which files are meant: FILEs, lists of names, and folders with all that is in them.
//!
//! All names are gathered before the first file is read, so that progress knows the whole and an output that is written
//! meanwhile is not met on the way.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};
use imerr::input::{Input, describe};
use same_file::Handle;

use super::args::WalkArgs;
use super::{messages, system};

/// The inputs of a run.
pub struct Inputs {
    pub list: Vec<Input>,
    /// Whether something that was asked for is not among them; it is reported already.
    pub incomplete: bool,
}

/// Standard input where nothing is named; otherwise what `files` and the list of `args` name, in this order.
///
/// The directory `left_out`, where the output goes, is not walked.
pub fn gather(files: &[PathBuf], args: &WalkArgs, left_out: Option<&Path>) -> Inputs {
    let mut inputs = Inputs { list: Vec::new(), incomplete: false };
    if files.is_empty() && args.files_from.is_none() {
        inputs.list.push(Input::Stdin);
    }
    let left_out = left_out.and_then(|path| Handle::from_path(path).ok()).map(Arc::new);
    for file in files.iter().cloned().chain(inputs.listed(args)) {
        match fs::metadata(&file) {
            _ if is_dash(&file) && args.list_is_stdin() => {
                inputs.problem("-", "is the list of files already")
            }
            _ if is_dash(&file) => inputs.list.push(Input::Stdin),
            Ok(about) if args.recursive && about.is_dir() => {
                inputs.walk(&file, args, left_out.as_ref())
            }
            _ => inputs.list.push(Input::Path(file)),
        }
    }
    inputs
}

impl Inputs {
    fn problem(&mut self, subject: &str, what: &str) {
        self.incomplete = true;
        messages::error(subject, what);
    }

    /// The names in the list, if there is one.
    fn listed(&mut self, args: &WalkArgs) -> Vec<PathBuf> {
        let Some(list) = &args.files_from else { return Vec::new() };
        let mut names = Vec::new();
        let read = match is_dash(list) {
            true => io::stdin().read_to_end(&mut names),
            false => File::open(list).and_then(|mut file| file.read_to_end(&mut names)),
        };
        if let Err(error) = read {
            let what =
                format!("{}; --files-from needs a file with names of files", describe(&error));
            self.problem(&list.display().to_string(), &what);
        } else if !args.null && names.contains(&0) {
            self.problem(
                &list.display().to_string(),
                "holds NUL bytes; --null reads names that end with them",
            );
            names.clear();
        }
        let end = if args.null { 0 } else { b'\n' };
        names
            .split(|&byte| byte == end)
            .filter(|name| !name.is_empty())
            .map(|name| system::path(name.to_vec()))
            .collect()
    }

    /// Adds the files below `folder`, sorted by path. What is neither a file nor a directory is passed over: a FIFO would wait.
    fn walk(&mut self, folder: &Path, args: &WalkArgs, left_out: Option<&Arc<Handle>>) {
        let mut walk = WalkBuilder::new(folder);
        // Logs are what ignore files usually name, so none is minded.
        walk.standard_filters(false).follow_links(args.follow_links).sort_by_file_path(Path::cmp);
        match overrides(&args.glob) {
            Ok(globs) => walk.overrides(globs),
            Err(error) => return self.problem(&folder.display().to_string(), &error),
        };
        if let Some(left_out) = left_out.cloned() {
            walk.filter_entry(move |entry| !is_below_root(entry, &left_out));
        }
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    self.list.push(Input::Path(entry.into_path()));
                }
                Ok(_) => {}
                Err(error) => {
                    let (place, cause) = explain(&error);
                    let place = place.unwrap_or(folder).display().to_string();
                    self.problem(&place, &cause);
                }
            }
        }
    }
}

/// Whether `entry` is the directory `one`, met on the way.
fn is_below_root(entry: &DirEntry, one: &Handle) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    entry.depth() > 0
        && is_folder
        && Handle::from_path(entry.path()).is_ok_and(|handle| handle == *one)
}

/// Whether `path` stands for standard input or output.
pub fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The globs as ripgrep understands them: those with a slash count from the current directory.
pub fn overrides(globs: &[String]) -> Result<Override, String> {
    let mut builder =
        OverrideBuilder::new(std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")));
    for glob in globs {
        builder.add(glob).map_err(|error| error.to_string())?;
    }
    builder.build().map_err(|error| error.to_string())
}

/// What the operating system said; a walk wraps it into errors that name the path once more.
fn innermost(error: &io::Error) -> &io::Error {
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(source) => innermost(source),
        None => error,
    }
}

/// Where a walk met a problem, and the problem.
fn explain(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), explain(err).1),
        ignore::Error::WithDepth { err, .. } => explain(err),
        ignore::Error::Loop { ancestor, child } => {
            (Some(child), format!("leads back to {}; it is not followed", ancestor.display()))
        }
        ignore::Error::Io(error) => (None, describe(innermost(error))),
        other => (None, other.to_string()),
    }
}
