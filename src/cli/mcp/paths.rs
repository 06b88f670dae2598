//! Which files the client may read: those below the roots that the user names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;

/// The directories that the client may read.
pub struct Roots {
    /// Without symbolic links.
    directories: Vec<PathBuf>,
    /// As the user named them, but absolute: a client may know them by these names.
    named: Vec<PathBuf>,
}

/// The most bytes of a path. No system has longer ones.
const PATH_LIMIT: usize = 4096;

impl Roots {
    /// Fails with an error for each one that is no directory.
    pub fn new(roots: &[PathBuf]) -> Result<Self, Vec<Error>> {
        let (mut directories, mut named, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for root in roots {
            match fs::canonicalize(root) {
                Ok(directory) if directory.is_dir() => {
                    directories.push(directory);
                    named.push(std::path::absolute(root).unwrap_or_else(|_| root.clone()));
                }
                Ok(_) => {
                    let error = Error::of_path(root, "is not a directory");
                    errors.push(error.with_hint("--root needs a directory with logs"));
                }
                Err(error) => errors.push(Error::of_io(root, &error)),
            }
        }
        if errors.is_empty() { Ok(Self { directories, named }) } else { Err(errors) }
    }

    /// The file or directory that `path` names, without symbolic links. A relative path is one of
    /// the first root that has it.
    ///
    /// The error says what the client can do. About a path outside of the roots it says the same
    /// whether it exists or not.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, String> {
        if self.directories.is_empty() {
            return Err(
                "this server reads no logs: it was started without --root DIR. Ask the user \
                        to add --root with the directory of the logs, or pass text to find_codes"
                    .to_string(),
            );
        }
        if path.is_empty() || path.len() > PATH_LIMIT || path.contains('\0') {
            return Err(format!(
                "the path is empty, has a NUL, or has more than {PATH_LIMIT} bytes"
            ));
        }
        let mut is_inside = false;
        for directory in &self.directories {
            let candidate = directory.join(path);
            if !self.contains_name(&candidate) {
                continue;
            }
            is_inside = true;
            let Ok(found) = fs::canonicalize(&candidate) else { continue };
            if !self.contains(&found) {
                return Err(format!("{path:?} is a link that leads out of the roots"));
            }
            return readable(found, path);
        }
        let roots: Vec<String> =
            self.directories.iter().map(|root| root.display().to_string()).collect();
        let roots = roots.join(", ");
        Err(match is_inside {
            true => format!("no file {path:?}; the roots are {roots}"),
            false => format!("{path:?} is outside of the roots, which are {roots}"),
        })
    }

    fn contains(&self, path: &Path) -> bool {
        self.directories.iter().any(|root| path.starts_with(root))
    }

    /// Whether a path is below a root by its name alone.
    fn contains_name(&self, path: &Path) -> bool {
        let path = without_parents(path);
        self.contains(&path) || self.named.iter().any(|root| path.starts_with(root))
    }
}

/// `found`, unless to read it could wait for ever.
fn readable(found: PathBuf, path: &str) -> Result<PathBuf, String> {
    match fs::metadata(&found) {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => Ok(found),
        Ok(_) => Err(format!("{path:?} is neither a file nor a directory")),
        Err(error) => Err(format!("{path:?}: {}", imerr::input::describe(&error))),
    }
}

/// `path` with `.` and `..` resolved by their names.
fn without_parents(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = resolved.pop(),
            component => resolved.push(component),
        }
    }
    resolved
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    /// Roots `logs` and `more` beside a secret, with links in all directions.
    fn tree() -> (tempfile::TempDir, Roots) {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let at = |name: &str| folder.path().join(name);
        for name in ["logs/sub", "more", "logs2"] {
            fs::create_dir_all(at(name)).expect("the folder is writable");
        }
        for name in ["secret", "logs/a.log", "logs/sub/b.log", "more/c.log", "logs2/d.log"] {
            fs::write(at(name), "x").expect("the folder is writable");
        }
        let links = [
            ("../secret", "logs/out"),
            ("..", "logs/up"),
            ("a.log", "logs/in"),
            ("../more/c.log", "logs/other-root"),
            ("nowhere", "logs/dangling"),
            ("logs", "named"),
        ];
        for (target, name) in links {
            symlink(target, at(name)).expect("the folder is writable");
        }
        let made = Command::new("mkfifo").arg(at("logs/fifo")).status();
        assert!(made.expect("mkfifo is there").success());
        let roots = Roots::new(&[at("named"), at("more")]);
        (folder, roots.unwrap_or_else(|errors| panic!("{errors:?}")))
    }

    #[test]
    fn only_files_below_the_roots_are_read() {
        let (folder, roots) = tree();
        let real = fs::canonicalize(folder.path()).expect("it is there");
        let inside = [
            ("a.log", "logs/a.log"),
            ("./sub/../a.log", "logs/a.log"),
            ("sub", "logs/sub"),
            (".", "logs"),
            ("c.log", "more/c.log"),
            ("in", "logs/a.log"),
            ("other-root", "more/c.log"),
            ("{}/logs/a.log", "logs/a.log"),
            ("{}/named/a.log", "logs/a.log"),
            ("{}/logs/../more/c.log", "more/c.log"),
        ];
        for (path, wanted) in inside {
            let path = path.replace("{}", &real.display().to_string());
            assert_eq!(roots.resolve(&path), Ok(real.join(wanted)), "{path}");
        }
        let refused = [
            ("", "is empty"),
            ("a\0", "has a NUL"),
            (&"a/".repeat(3000), "more than 4096 bytes"),
            ("missing.log", "no file \"missing.log\"; the roots are"),
            ("dangling", "no file"),
            ("out", "leads out of the roots"),
            ("up/secret", "leads out of the roots"),
            ("up", "leads out of the roots"),
            ("../secret", "outside of the roots"),
            ("../nothing", "outside of the roots"),
            ("sub/../../secret", "outside of the roots"),
            ("{}/secret", "outside of the roots"),
            ("{}/logs2/d.log", "outside of the roots"),
            ("/etc/passwd", "outside of the roots"),
            ("/", "outside of the roots"),
            ("fifo", "neither a file nor a directory"),
        ];
        for (path, wanted) in refused {
            let path = path.replace("{}", &real.display().to_string());
            let error = roots.resolve(&path).expect_err(&path);
            assert!(error.contains(wanted), "{path}: {error}");
        }
    }

    #[test]
    fn a_root_is_a_directory() {
        let (folder, _) = tree();
        let roots = ["logs/a.log", "missing", "logs"].map(|name| folder.path().join(name));
        let errors = Roots::new(&roots).err().expect("two are wrong");
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 2, "{errors:?}");
        let without = Roots::new(&[]).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert!(without.resolve("a.log").expect_err("there is no root").contains("--root DIR"));
    }
}
