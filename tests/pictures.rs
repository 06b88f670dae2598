//! The pictures of the documentation: colored output of the program, as SVG.
//!
//! `UPDATE_PICTURES=1 cargo test --test pictures` draws them again. Look at them before you commit
//! them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anstyle_svg::Term;

/// The name of each picture, and the arguments whose output it shows.
const PICTURES: [(&str, &[&str]); 2] = [
    ("below", &["--format", "below", "-C1", "-m2", "fixtures/logs/electron.log"]),
    ("inline", &["--format", "inline", "-n", "--only", "-m6", "fixtures/logs/electron.log"]),
];

#[test]
fn the_pictures_show_the_present_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, args) in PICTURES {
        let output = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"))
            .args(args)
            .args(["--color", "always"])
            .current_dir(root)
            .env_clear()
            .output();
        let output = output.expect("the binary is built before its tests");
        assert!(output.status.success(), "{args:?}");
        let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
        let command = format!("$ imerr-annotate {}\n", args.join(" "));
        let drawn = Term::new().render_svg(&format!("{command}{text}"));
        let path = root.join(format!("docs/pictures/{name}.svg"));
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            fs::write(&path, drawn).expect("the directory is writable");
            continue;
        }
        let kept =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            kept == drawn,
            "{} does not show the present output; UPDATE_PICTURES=1 draws it again",
            path.display()
        );
    }
}
