//! Reading the user's own codes and rules.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use imerr::input::describe;
use imerr::own::{Knowledge, Own, Problem};

use super::args::OwnArgs;
use super::inputs::is_dash;
use super::messages;

/// The most things that are named one by one where they take the place of built-in ones.
const NAMED: usize = 5;

/// What a run goes by. None if something is wrong with it; that is reported.
pub fn load(args: &OwnArgs) -> Option<Knowledge> {
    let mut own = Own::default();
    let is_whole = gather(args, &mut own);
    match own.finish() {
        Ok(knowledge) if is_whole => {
            tell_replaced(&knowledge);
            Some(knowledge)
        }
        Ok(_) => None,
        Err(problems) => {
            problems.iter().for_each(tell);
            None
        }
    }
}

/// Adds all that `args` name. Returns whether everything could be read; what could not is reported.
pub fn gather(args: &OwnArgs, own: &mut Own) -> bool {
    for name in &args.with {
        own.add_optional(name);
    }
    let (files, mut is_whole) = files(args.catalog.iter().chain(&args.rules));
    for path in files {
        match text(&path) {
            Some(text) => drop(own.add(&path.display().to_string(), &text)),
            None => is_whole = false,
        }
    }
    is_whole
}

/// The files that are meant, each once: of a directory all that end in `.toml`, in the order of their names. With it, whether every
/// directory could be read; what could not is reported.
pub fn files<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> (Vec<PathBuf>, bool) {
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
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml") && !is_hidden(path) && !path.is_dir());
    files.sort();
    Ok(files)
}

/// The text of a file; None if it cannot be read, which is reported.
pub fn text(path: &Path) -> Option<String> {
    let read = match is_dash(path) {
        true => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => fs::read(path),
    };
    let name = path.display();
    let (place, told) = match read.map(decoded) {
        Ok(Ok(text)) => return Some(text),
        Ok(Err((line, told))) => (format!("{name}:{line}"), told),
        Err(error) => (name.to_string(), describe(&error)),
    };
    messages::error(&place, &told);
    None
}

/// The text that `bytes` are, without a byte order mark; otherwise the line that is no UTF-8, and what to do about it.
fn decoded(mut bytes: Vec<u8>) -> Result<String, (usize, String)> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let (good, bad) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = 1 + good.iter().filter(|&&byte| byte == b'\n').count();
        (line, format!("the byte 0x{:02x} is not UTF-8, as TOML must be; save the file as UTF-8", bad[0]))
    })
}

/// Says what takes the place of something built in.
pub fn tell_replaced(knowledge: &Knowledge) {
    for replaced in knowledge.replaced.iter().take(NAMED) {
        messages::notice(
            &format!("{}:{}", replaced.path, replaced.place.line),
            &format!("{} takes the place of the one built in", replaced.what),
        );
    }
    if knowledge.replaced.len() > NAMED {
        let more = knowledge.replaced.len() - NAMED;
        messages::notice("--catalog", &format!("{more} more take the place of those built in"));
    }
}

fn tell(problem: &Problem) {
    messages::error(&format!("{}:{}:{}", problem.path, problem.place.line, problem.place.column), &problem.text);
}
