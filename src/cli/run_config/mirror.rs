//! `--output-dir DIR`: which output file each input gets.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use imerr::input::{FileError, Input};
use imerr::lock::lock;

use crate::atomic_file::ClaimedFiles;
use crate::error::Error;
use crate::inputs::{archive_at, file_error};
use crate::language::OutputProblem;
use crate::messages;

const OTHER_DIRECTORY: &str = "use another directory for -o";

/// The outputs of all inputs.
pub struct Mirror {
    pub files: Vec<MirroredFile>,
    directory: PathBuf,
    /// Whether outputs may replace files.
    replaces: bool,
    claimed: Mutex<ClaimedFiles>,
}

pub struct MirroredFile {
    pub input: usize,
    pub path: PathBuf,
    /// None for an archive: each member gets an output when it is found.
    pub target: Option<PathBuf>,
}

impl Mirror {
    /// Chooses an output below `directory` for each of `inputs`. Those that cannot have one are
    /// left out, with an error each.
    pub fn new(
        inputs: &[Input],
        directory: &Path,
        replaces: bool,
        claimed: ClaimedFiles,
    ) -> Result<(Self, Vec<Error>), Error> {
        if fs::metadata(directory).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(Error::of_output(directory, OutputProblem::NotDirectory));
        }
        let directory = directory.to_path_buf();
        let claimed = Mutex::new(claimed);
        let mut mirror = Self { files: Vec::new(), directory, replaces, claimed };
        let mut errors = Vec::new();
        for (index, input) in inputs.iter().enumerate() {
            match mirror.file(index, input) {
                Ok(file) => mirror.files.push(file),
                Err(error) => errors.push(error),
            }
        }
        Ok((mirror, errors))
    }

    fn file(&self, index: usize, input: &Input) -> Result<MirroredFile, Error> {
        let Input::Path(path) = input else {
            let [cause, hint] = messages::words().output_problem(OutputProblem::NoPath);
            return Err(Error::new(input.name(), cause).translated().with_hint(hint));
        };
        let metadata =
            fs::metadata(path).map_err(|error| file_error(input, &FileError::Io(error)))?;
        if metadata.is_dir() {
            return Err(file_error(input, &FileError::Directory));
        }
        let is_archive = archive_at(path).is_some();
        let target = if is_archive { None } else { Some(self.target(path, OTHER_DIRECTORY)?) };
        Ok(MirroredFile { input: index, path: path.clone(), target })
    }

    /// Chooses the output for a member of an archive.
    pub fn target_of_member(&self, member: &Input) -> Result<PathBuf, Error> {
        let path = PathBuf::from(member.os_name());
        // Without its directory, an output would be claimed under another key than an earlier one.
        if let Some(parent) = mirrored_path(&path, &self.directory).parent() {
            fs::create_dir_all(parent).map_err(|error| Error::of_io(parent, &error))?;
        }
        self.target(&path, "the archive has several members of this name")
    }

    /// Claims an output that now exists. A file system may give it to a name that differs in case.
    pub fn claim_written(&self, target: &Path) {
        let description = format!("the output {}", target.display());
        // It is the output itself that has claimed the path.
        let _ = self.claimed().claim(target, description);
    }

    /// The output for `path`. If another input has it, the error has this hint.
    fn target(&self, path: &Path, hint: &str) -> Result<PathBuf, Error> {
        let target = mirrored_path(path, &self.directory);
        let claim = self.claimed().claim(&target, format!("the output for {}", path.display()));
        claim.map_err(|error| error.with_hint(hint))?;
        let Ok(metadata) = fs::symlink_metadata(&target) else { return Ok(target) };
        if metadata.is_dir() {
            return Err(Error::of_output(&target, OutputProblem::IsDirectoryBelow));
        }
        if !self.replaces {
            return Err(Error::of_output(&target, OutputProblem::Exists));
        }
        Ok(target)
    }

    fn claimed(&self) -> MutexGuard<'_, ClaimedFiles> {
        lock(&self.claimed)
    }
}

/// Extensions of compressed files. Outputs are not compressed, so their names must not have one.
const COMPRESSED: [&str; 5] = ["gz", "zst", "xz", "bz2", "lz4"];

pub fn has_compressed_name(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    COMPRESSED.iter().any(|compressed| extension.eq_ignore_ascii_case(compressed))
}

/// `path` below `directory`: without its root, and with `..` resolved so far that it stays in
/// there.
fn mirrored_path(path: &Path, directory: &Path) -> PathBuf {
    let mut parts: Vec<OsString> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_owned()),
            Component::ParentDir => _ = parts.pop(),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    let mut mirrored = directory.join(parts.iter().collect::<PathBuf>());
    if has_compressed_name(&mirrored) {
        mirrored.set_extension("");
    }
    mirrored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored_paths_stay_below_the_directory() {
        let rows = [
            ("a.log", "out/a.log"),
            ("./logs/./a.log", "out/logs/a.log"),
            ("logs/a.log.gz", "out/logs/a.log"),
            ("logs/a.log.GZ", "out/logs/a.log"),
            ("logs/a.log.Zst", "out/logs/a.log"),
            ("/var/log/a.log", "out/var/log/a.log"),
            ("../../a.log", "out/a.log"),
            ("x/../a.log", "out/a.log"),
            ("x/../../y/a.log", "out/y/a.log"),
        ];
        for (path, expected) in rows {
            let mirrored = mirrored_path(Path::new(path), Path::new("out"));
            assert_eq!(mirrored, Path::new(expected), "{path}");
        }
    }
}
