//! Where settings are looked for.

use std::fs::{self, File as Opened};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use imerr::input::describe;

use super::keys::Keys;
use super::setting::{File, Setting, Trouble};
use super::typed::Typed;
use super::variables::Variables;
use super::{definition, file};

/// The file of the current directory.
const PROJECT: &str = "./.imerr-annotate.toml";

/// A larger file is none of settings.
const SIZE_LIMIT: u64 = 1 << 20;

/// A file that may hold settings.
#[derive(Debug)]
pub struct Candidate {
    pub path: PathBuf,
    is_project: bool,
    /// Whether it was asked for, so that it has to be there.
    is_named: bool,
}

/// Everything that settings are read from, the weakest first.
#[derive(Debug, Default)]
pub struct Sources {
    pub candidates: Vec<Candidate>,
    variables: Variables,
}

impl Sources {
    /// What holds for what was typed.
    pub fn of(typed: &Typed) -> Self {
        if typed.no_config() {
            return Self::default();
        }
        let variables = Variables::given();
        let candidate = |path, is_project, is_named| Candidate { path, is_project, is_named };
        let named =
            typed.config().or_else(|| variables.config().filter(|_| !variables.no_config()));
        let candidates = match named {
            Some(path) => vec![candidate(path, false, true)],
            None if variables.no_config() => Vec::new(),
            None => {
                let user = user_file().map(|path| candidate(path, false, false));
                user.into_iter().chain([candidate(PROJECT.into(), true, false)]).collect()
            }
        };
        Self { candidates, variables }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty() && !self.candidates.iter().any(Candidate::is_there)
    }

    /// Says what there is to know of variables that are no settings.
    pub fn tell_strangers(&self) {
        if !self.variables.is_empty() {
            self.variables.strangers(&Keys::of(&definition())).iter().for_each(Trouble::tell);
        }
    }

    /// The settings of each source, the weakest first. The error is all that is wrong with any of them.
    pub fn settings(&self, keys: &Keys) -> Result<Vec<Vec<Setting>>, Vec<Trouble>> {
        let (mut levels, mut troubles) = (Vec::new(), Vec::new());
        for candidate in self.candidates.iter().filter(|candidate| candidate.is_there()) {
            match candidate.read() {
                Ok(read) => {
                    let (settings, wrong) = file::settings(&Rc::new(read), keys);
                    levels.push(settings);
                    troubles.extend(wrong);
                }
                Err(trouble) => troubles.push(trouble),
            }
        }
        let (settings, wrong) = self.variables.settings(keys);
        levels.push(settings);
        troubles.extend(wrong);
        if troubles.is_empty() { Ok(levels) } else { Err(troubles) }
    }
}

impl Candidate {
    /// Whether it has to be read.
    pub fn is_there(&self) -> bool {
        self.is_named || fs::symlink_metadata(&self.path).is_ok()
    }

    fn read(&self) -> Result<File, Trouble> {
        let name = self.path.display().to_string();
        match self.text() {
            Ok(text) => {
                Ok(File { name, text, folder: folder(&self.path), is_project: self.is_project })
            }
            Err(text) => Err(Trouble { subject: name, text, excerpt: None }),
        }
    }

    fn text(&self) -> Result<String, String> {
        let told = |error: io::Error| describe(&error);
        // To open a FIFO would wait for its writer. A file that is named may be one: `--config <(...)`.
        if !self.is_named && !fs::metadata(&self.path).map_err(told)?.is_file() {
            return Err(
                "is no file with settings, but a directory or something else; move it away"
                    .to_string(),
            );
        }
        let mut bytes = Vec::new();
        Opened::open(&self.path)
            .and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes))
            .map_err(told)?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err("is larger than 1 MiB, the limit for files with settings".to_string());
        }
        String::from_utf8(bytes).map_err(|_| "is not UTF-8, as TOML must be".to_string())
    }
}

/// The file of the user: below `XDG_CONFIG_HOME`, or else `.config` of the home directory; on Windows below `APPDATA`.
///
/// Variables alone tell where that is, so that an empty environment reads no file.
fn user_file() -> Option<PathBuf> {
    let folder =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let own = match cfg!(windows) {
        true => folder("APPDATA"),
        false => {
            folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
        }
    };
    own.map(|own| own.join("imerr-annotate").join("config.toml"))
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        // Not empty: `-` in it is a file of that name, not standard input.
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
