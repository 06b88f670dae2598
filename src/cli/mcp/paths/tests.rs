//! Roots, links out of them, and files that are no logs.

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
