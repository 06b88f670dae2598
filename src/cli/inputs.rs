//! The inputs of a run: FILEs, lists of file names, and directories with all files in them.
//!
//! All are collected before the first one is read, so that no output of the run becomes an
//! input.

use std::error::Error as _;
use std::fs::{self, File};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::CommandFactory;
use ignore::{DirEntry, WalkBuilder};
use imerr::catalog::nearest;
use imerr::input::{
    ArchiveFormat, FileError, Globs, Input, archive_format, describe, has_archive_name,
};
use imerr::language;
use imerr::terminal::replace_unsafe;
use same_file::Handle;

use super::args::{Args, InputArgs, severity};
use super::error::Error;
use super::language::Meant;
use super::user_file::{is_dash, open_or_stdin};
use super::{messages, system, temporary_file};

/// The inputs of a run, and an error for each that is left out.
#[derive(Default)]
pub struct Inputs {
    pub list: Vec<Input>,
    /// Whether there are several, or one argument stands for any number, as a directory or archive
    /// does.
    pub are_several: bool,
    pub errors: Vec<Error>,
}

/// Collects the inputs that the arguments and the list of files name, in this order; standard input
/// if there are no names.
///
/// The directory `output`, where outputs go, is not walked. If the inputs are followed, a directory
/// needs `--recursive`, since files that appear in it later are not followed.
pub fn gather(args: &InputArgs, follow: bool, output: Option<&Path>) -> Inputs {
    let mut inputs = Inputs::default();
    if args.reads_stdin() {
        inputs.list.push(Input::Stdin);
    }
    let output = output.and_then(|path| Handle::from_path(path).ok()).map(Arc::new);
    let mut paths = args.files.clone();
    if args.reads_current_directory() {
        paths.push(PathBuf::from("."));
    }
    if let Some(list) = &args.files_from {
        match read_list(list) {
            Ok(listed) => paths.extend(listed),
            Err(error) => inputs.errors.push(error),
        }
    }
    for path in paths {
        if follow && let Some(format) = archive_at(&path) {
            let error = file_error(&Input::Path(path), &FileError::Archive(format));
            inputs.errors.push(error);
            continue;
        }
        if follow && !args.recursive && path.is_dir() {
            inputs.errors.push(file_error(&Input::Path(path), &FileError::Directory));
            continue;
        }
        let is_walked = (args.recursive || !follow) && path.is_dir();
        inputs.are_several |= is_walked || has_archive_name(&path);
        inputs.add(path, args, is_walked, output.as_ref());
    }
    inputs.are_several |= inputs.list.len() > 1;
    if args.reads_current_directory() {
        inputs.remove_dots();
    }
    inputs
}

impl Inputs {
    pub fn of_child() -> Self {
        let streams = ["stdout", "stderr"].map(|name| Input::Stream(name.to_string()));
        Self { list: streams.to_vec(), are_several: true, errors: Vec::new() }
    }

    /// Removes the `./` in front of the paths, since the user did not type it.
    fn remove_dots(&mut self) {
        for input in &mut self.list {
            if let Input::Path(path) = input
                && let Ok(name) = path.strip_prefix(".")
            {
                *path = name.to_path_buf();
            }
        }
    }

    fn add(
        &mut self,
        path: PathBuf,
        args: &InputArgs,
        is_walked: bool,
        output: Option<&Arc<Handle>>,
    ) {
        if is_dash(&path) && args.list_is_stdin() {
            self.errors.push(Error::new("-", "is the list of files already"));
        } else if is_dash(&path) {
            self.list.push(Input::Stdin);
        } else if is_walked {
            self.walk(&path, args, output);
        } else {
            self.list.push(Input::Path(path));
        }
    }

    /// Adds the files below `directory`, sorted by path. Anything else is left out: to open a FIFO
    /// would block. So are temporary files: they belong to a run that has not ended, or was killed.
    fn walk(&mut self, directory: &Path, args: &InputArgs, output: Option<&Arc<Handle>>) {
        let mut walk = WalkBuilder::new(directory);
        // Ignore files often name logs, so they are not read.
        walk.standard_filters(false).sort_by_file_path(Path::cmp);
        let globs = match Globs::new(&args.glob) {
            Ok(globs) => globs,
            Err(error) => return self.errors.push(Error::of_path(directory, error)),
        };
        let output = output.cloned();
        walk.filter_entry(move |entry| {
            entry.depth() == 0
                || is_selected(entry, &globs)
                    && !output.as_ref().is_some_and(|output| is_directory_of(entry, output))
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) if is_input(&entry) => self.list.push(Input::Path(entry.into_path())),
                Ok(_) => {}
                Err(error) => self.errors.push(walk_error(&error, directory)),
            }
        }
    }
}

/// The most names of a list.
const NAMES_LIMIT: usize = 2_000_000;

/// The longest name of a list, in bytes. No system has longer ones.
const NAME_LIMIT: u64 = 64 << 10;

/// Reads the names of a list, which end with NUL bytes if the first one does.
fn read_list(list: &Path) -> Result<Vec<PathBuf>, Error> {
    let io_error = |error: io::Error| Error::of_path(list, describe(&error)).with_hint(NEEDS_NAMES);
    let mut reader = open_or_stdin(list).map_err(io_error)?;
    let mut start = Vec::new();
    reader.by_ref().take(NAME_LIMIT + 1).read_until(0, &mut start).map_err(io_error)?;
    let has_nul = start.last() == Some(&0) && !start.contains(&b'\n');
    let separator = if has_nul { 0 } else { b'\n' };
    let mut reader = start.as_slice().chain(reader);
    let (mut paths, mut number, mut name) = (Vec::new(), 1, Vec::new());
    loop {
        name.clear();
        let mut limited = reader.by_ref().take(NAME_LIMIT + 1);
        if limited.read_until(separator, &mut name).map_err(io_error)? == 0 {
            return Ok(paths);
        }
        if let Err((cause, hint)) = check_name(&name, number) {
            return Err(Error::of_path(list, cause).with_hint(hint));
        }
        let name = name.strip_suffix(&[separator]).unwrap_or(&name);
        let path = if has_nul { path_of(name) } else { path_of_line(name) };
        if !path.as_os_str().is_empty() {
            paths.push(path);
        }
        number += 1;
    }
}

const NEEDS_NAMES: &str = "--files-from needs a file with names of files";

/// What is wrong, and what to do, if a list cannot have this name as the one with this number.
fn check_name(name: &[u8], number: usize) -> Result<(), (String, &'static str)> {
    if number == 1 && (name.starts_with(b"\xff\xfe") || name.starts_with(b"\xfe\xff")) {
        return Err(("is in UTF-16".to_string(), "write the list in UTF-8"));
    }
    if number == 1 && name.iter().any(|byte| is_control(*byte)) {
        let cause = "is no list of names: it has control characters";
        return Err((cause.to_string(), NEEDS_NAMES));
    }
    if name.len() as u64 > NAME_LIMIT {
        let cause = format!("name {number} has more than {NAME_LIMIT} bytes, the limit for a name");
        return Err((cause, NEEDS_NAMES));
    }
    if number > NAMES_LIMIT {
        let cause = format!("has more than {NAMES_LIMIT} names, the limit for a list");
        return Err((cause, "name directories, or use several runs"));
    }
    Ok(())
}

/// Whether a byte shows that a file is compressed or binary. Names may have tabs and, before a NUL
/// byte, line ends.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0)
}

/// The path in a line of a list, which may end with CR LF. A file whose name ends with CR is
/// preferred if it exists.
fn path_of_line(line: &[u8]) -> PathBuf {
    match line.strip_suffix(b"\r") {
        Some(name) if !path_of(line).exists() => path_of(name),
        _ => path_of(line),
    }
}

fn path_of(name: &[u8]) -> PathBuf {
    system::path_from_bytes(name.to_vec())
}

pub fn file_error(input: &Input, error: &FileError) -> Error {
    let cause = match language::of(messages::lang()).file_error(error) {
        Some(text) => Error::new(input.name(), with_file_name(text, input)).translated(),
        None => Error::new(input.name(), with_file_name(error.to_string(), input)).localized(),
    };
    match error {
        // Only of followed inputs: others are walked.
        FileError::Directory => {
            let [cause, hint] = messages::words().is_directory();
            Error::new(input.name(), cause).translated().with_hint(hint)
        }
        FileError::Io(io) => match hint_for_unread(&input.name(), io.kind()) {
            Some(hint) => cause.with_hint(hint),
            None => cause,
        },
        _ => cause,
    }
}

/// `text` with the name of the file in place of `FILE` in a command. A member of an archive and a
/// stream have no name that a command takes.
fn with_file_name(text: String, input: &Input) -> String {
    let Input::Path(path) = input else { return text };
    match path.to_str().map(shlex::try_quote) {
        Some(Ok(name)) if replace_unsafe(&name) == name => text.replace("FILE", &name),
        _ => text,
    }
}

/// A hint for the name of a file that cannot be opened.
fn hint_for_unread(name: &str, kind: io::ErrorKind) -> Option<String> {
    let messages = messages::words();
    match kind {
        io::ErrorKind::NotFound => {
            let near = near_file(Path::new(name));
            let file = near.as_deref().map(|name| Meant::File { name });
            meant(name, name).or(file).map(|meant| messages.meant(&meant))
        }
        // The name of a member, as outputs have it.
        io::ErrorKind::NotADirectory => {
            let path = Path::new(name);
            let archive = path.ancestors().skip(1).find(|path| archive_at(path).is_some())?;
            let member = path.strip_prefix(archive).ok()?;
            let (archive, member) = (archive.to_str()?, member.to_str()?);
            Some(messages.meant(&Meant::Member { archive, member }))
        }
        _ => None,
    }
}

/// The error for words of which the first one is no file, and shows what was meant instead: a
/// command of this program or, if the others are no files either, a code or another program.
pub fn wrong_guess(files: &[PathBuf]) -> Option<Error> {
    if !files.first().is_some_and(|path| is_missing(path)) {
        return None;
    }
    let words: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    let (name, all_words) = (words.first()?, words.join(" "));
    let meant = meant(name, &all_words)?;
    let is_command =
        matches!(meant, Meant::Command { .. } | Meant::LateCommand { .. } | Meant::Typed { .. });
    if !files.iter().all(|path| is_missing(path)) && !is_command {
        return None;
    }
    let messages = messages::words();
    let error = Error::of_cause(messages.no_file_named(name)).translated();
    Some(error.with_hint(messages.meant(&meant)))
}

/// Whether `path` is the path of a file, and there is none.
fn is_missing(path: &Path) -> bool {
    let metadata = path.symlink_metadata();
    !is_dash(path) && metadata.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Words for which other programs have commands, and the command that does the same here.
const COMMANDS_OF_OTHERS: [(&str, &str); 10] = [
    ("lookup", "explain"),
    ("show", "explain"),
    ("info", "explain"),
    ("describe", "explain"),
    ("summary", "stats"),
    ("count", "stats"),
    ("analyze", "diagnose"),
    ("validate", "check-catalog"),
    ("lint", "check-catalog"),
    ("completion", "completions"),
];

/// Words for which other programs have commands, and what is typed here in front of their files.
const OPTIONS_FOR_COMMANDS: [(&str, &str); 13] = [
    ("annotate", ""),
    ("cat", ""),
    ("filter", "--only "),
    ("find", "--only "),
    ("follow", "-f "),
    ("grep", "--only "),
    ("mask", "diagnose --bundle out.zip "),
    ("redact", "diagnose --bundle out.zip "),
    ("report", "--report html=report.html "),
    ("scan", ""),
    ("strip", "--strip "),
    ("tail", "-f "),
    ("watch", "-f "),
];

/// Commands of other programs that renew their data.
const UPDATES: [&str; 3] = ["update", "upgrade", "self-update"];

/// The command line for a command of another program, which with its files is `words`. Words that
/// are no files, such as the pattern of grep, are left out.
fn typed_instead(name: &str, words: &str) -> Option<String> {
    let (_, options) = OPTIONS_FOR_COMMANDS.iter().find(|(word, _)| *word == name)?;
    let words: Vec<&str> = words.split(' ').skip(1).collect();
    if !words.is_empty() && words.iter().all(|word| word.parse::<i64>().is_ok()) {
        return Some(format!("imerr-annotate explain {}", words.join(" ")));
    }
    let mut files = words;
    files.retain(|word| !is_missing(Path::new(word)));
    if files.is_empty() {
        files.push("FILE");
    }
    Some(format!("imerr-annotate {options}{}", files.join(" ")))
}

/// What the name of a missing file means, which with further ones is `words`.
fn meant<'w>(name: &'w str, words: &'w str) -> Option<Meant<'w>> {
    let catalog = imerr::catalog::built_in();
    let is_entry = match name.parse::<i64>() {
        Ok(code) => catalog.entries_for_code(code).next().is_some(),
        Err(_) => catalog.ids_for_name(name.as_bytes()).next().is_some(),
    };
    if is_entry {
        return Some(Meant::Code { words });
    }
    if let Ok(number) = name.parse::<u32>() {
        // Of `-n 20`, as of tail; else a misspelled code, which `explain` has near ones for.
        let is_count = number < 1000 || number.is_multiple_of(100);
        return match name.len() {
            4..=6 if !is_count => Some(Meant::Code { words }),
            1..=6 => Some(Meant::LastLines { count: name }),
            _ => None,
        };
    }
    // Of `-l error`, as of other viewers.
    if let Ok(severity) = severity(&name.to_ascii_lowercase()) {
        return Some(Meant::Severity { name: severity.as_str() });
    }
    if let Some(words) = typed_instead(name, words) {
        return Some(Meant::Typed { words });
    }
    if UPDATES.contains(&name) {
        return Some(Meant::Update);
    }
    if let Some((_, command)) = COMMANDS_OF_OTHERS.iter().find(|(word, _)| *word == name) {
        return Some(Meant::Command { name: command.to_string() });
    }
    let commands = Args::command();
    let commands: Vec<&str> = commands.get_subcommands().map(|one| one.get_name()).collect();
    let near = nearest(name, commands.iter().copied().chain(["version"]));
    if near == Some(name) && name != "version" {
        return Some(Meant::LateCommand { name });
    }
    if near == Some("version") {
        return Some(Meant::Version);
    }
    // `sh` may be an abbreviation of `search`, but is more likely a program.
    let is_sure = near.is_some_and(|near| near.len() <= name.len() + 1);
    if !is_sure && is_program(name) {
        return Some(Meant::Program { name });
    }
    near.map(|name| Meant::Command { name: name.to_string() })
}

/// The most files of a directory among which a near name is looked for.
const NEAR_LIMIT: usize = 10_000;

/// The file beside the missing one at `path` whose name is likely meant: the same name with another
/// extension or a further one, or a near one with the same extension.
fn near_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?.take(NEAR_LIMIT) {
        names.extend(entry.ok()?.file_name().into_string().ok());
    }
    names.sort();
    let near = name_near(name, &names)?;
    path.with_file_name(near).to_str().map(str::to_string)
}

fn name_near<'n>(name: &str, names: &'n [String]) -> Option<&'n str> {
    let parts = |name: &'n str| name.split_once('.').unwrap_or((name, ""));
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let mut same_stem = names.iter().filter(|other| parts(other).0 == stem);
    if let Some(other) = same_stem.next() {
        return Some(other);
    }
    let mut stems = Vec::new();
    for other in names {
        let (other_stem, other_extension) = parts(other);
        if other_extension == extension {
            stems.push(other_stem);
        }
    }
    let near = nearest(stem, stems)?;
    names.iter().map(String::as_str).find(|other| parts(other) == (near, extension))
}

/// Whether a program of this name is in PATH.
pub fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path);
    !name.contains('/') && folders.any(|folder| folder.join(name).is_file())
}

fn is_input(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
        && !temporary_file::is_temporary(entry.file_name())
}

/// Whether the globs let an entry pass.
fn is_selected(entry: &DirEntry, globs: &Globs) -> bool {
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    globs.selects(entry.path(), is_dir)
}

/// Whether `entry` is the directory of `handle`.
fn is_directory_of(entry: &DirEntry, handle: &Handle) -> bool {
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    is_dir && Handle::from_path(entry.path()).is_ok_and(|one| one == *handle)
}

/// The format of the archive at `path`. A FIFO is not opened, since that would block.
pub fn archive_at(path: &Path) -> Option<ArchiveFormat> {
    if !path.is_file() {
        return None;
    }
    archive_format(File::open(path).ok()?)
}

fn walk_error(error: &ignore::Error, root: &Path) -> Error {
    match error {
        ignore::Error::WithPath { path, err } => walk_error(err, path),
        ignore::Error::WithDepth { err, .. } => walk_error(err, root),
        ignore::Error::Io(error) => Error::of_path(root, describe(system_error(error))),
        other => Error::of_path(root, other.to_string()),
    }
}

/// The error of the operating system; a walk wraps it into errors that name the path once more.
fn system_error(error: &io::Error) -> &io::Error {
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(source) => system_error(source),
        None => error,
    }
}
