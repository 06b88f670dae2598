//! Declares the modules of the program for the target `settings`, so that `src/cli/main.rs` stays
//! the only list of them.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new("../src/cli").canonicalize()?;
    let program = folder.join("main.rs");
    println!("cargo::rerun-if-changed={}", program.display());
    let mut modules = String::new();
    for line in fs::read_to_string(program)?.lines() {
        let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) else {
            continue;
        };
        let file = folder.join(format!("{name}.rs"));
        let file = if file.exists() { file } else { folder.join(name).join("mod.rs") };
        modules += &format!("#[path = {file:?}]\nmod {name};\n");
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets the directory");
    fs::write(Path::new(&out).join("program.rs"), modules)
}
