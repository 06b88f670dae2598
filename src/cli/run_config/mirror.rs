//! `--output-dir DIR`: which output file each input gets.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use imerr::input::{FileError, Input};

use crate::atomic_file::ClaimedFiles;
use crate::error::Error;
use crate::inputs::file_error;

#[derive(Debug)]
pub struct MirroredFile {
    pub input: usize,
    pub path: PathBuf,
    pub target: PathBuf,
}

/// Chooses an output below `directory` for each of `inputs`. Those that cannot have one are left
/// out, with an error each.
pub fn mirrored_files(
    inputs: &[Input],
    directory: &Path,
    replace: bool,
    claimed: &mut ClaimedFiles,
) -> Result<(Vec<MirroredFile>, Vec<Error>), Error> {
    if fs::metadata(directory).is_ok_and(|metadata| !metadata.is_dir()) {
        let error = Error::of_path(directory, "is not a directory");
        return Err(error.with_hint("-o needs a directory, or a name for a new one"));
    }
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        match mirrored_file(index, input, directory, replace, claimed) {
            Ok(file) => files.push(file),
            Err(error) => errors.push(error),
        }
    }
    Ok((files, errors))
}

fn mirrored_file(
    index: usize,
    input: &Input,
    directory: &Path,
    replace: bool,
    claimed: &mut ClaimedFiles,
) -> Result<MirroredFile, Error> {
    let Input::Path(path) = input else {
        let cause = "standard input has no path for -o to mirror";
        return Err(Error::new(input.name(), cause).with_hint("write it with > FILE"));
    };
    let metadata = fs::metadata(path).map_err(|error| file_error(input, &FileError::Io(error)))?;
    if metadata.is_dir() {
        return Err(file_error(input, &FileError::Directory));
    }
    let target = mirrored_path(path, directory);
    let claim = claimed.claim(&target, format!("the output for {}", path.display()));
    claim.map_err(|error| error.with_hint("use another directory for -o"))?;
    if let Ok(metadata) = fs::symlink_metadata(&target) {
        if metadata.is_dir() {
            let error = Error::of_path(&target, "is a directory");
            return Err(error.with_hint("move it away, or use another directory for -o"));
        }
        if !replace {
            return Err(Error::of_path(&target, "already exists").with_hint("--force replaces it"));
        }
    }
    Ok(MirroredFile { input: index, path: path.clone(), target })
}

/// Extensions of compressed files. Outputs are not compressed, so their names must not have one.
const COMPRESSED: [&str; 5] = ["gz", "zst", "xz", "bz2", "lz4"];

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
    let extension = mirrored.extension().unwrap_or_default();
    if COMPRESSED.iter().any(|compressed| extension.eq_ignore_ascii_case(compressed)) {
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
