//! The catalogs of the repository, for tests.

use std::fs;
use std::path::Path;

use crate::{Catalog, read_catalog};

/// The catalog of all files in `patterns/catalogs/tencent-im`.
pub fn catalog() -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = fs::read_dir(root.join("patterns/catalogs/tencent-im")).expect("a folder");
    let mut entries = Vec::new();
    for file in folder {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a text");
        entries.extend(read_catalog("c.toml", &text).expect("a catalog without mistakes"));
    }
    Catalog::from_entries(entries.into_iter().map(|sourced| sourced.entry).collect())
}

/// A catalog file without mistakes.
pub const GOOD: &str = r#"system = "sdk"

[[entry]]
code = 6206
names = ["ERR_USER_SIG_EXPIRED"]
category = "account"
kind = "auth"
severity = "error"
meaning = "The UserSig has expired."
remedy = "Get a new UserSig."
retry = "after-fix"
status = "current"
see = [70001]
"#;
