//! Options for catalogs and rules beyond the built-in ones.

use std::path::PathBuf;

use imerr::custom::CustomBuilder;

/// Options for catalogs and rules beyond the built-in ones.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Custom codes")]
pub struct CatalogArgs {
    /// Add the codes in a file, or in all *.toml files of a directory; they override built-in ones
    /// (repeatable)
    #[arg(long, value_name = "FILE|DIR", global = true)]
    pub catalog: Vec<PathBuf>,

    /// Add the rules in a file: how your codes appear in a log (repeatable)
    #[arg(long, value_name = "FILE", global = true)]
    pub rules: Vec<PathBuf>,

    /// The names of optional catalogs.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', global = true, help = help(), value_parser = optional_catalog)]
    pub with: Vec<String>,
}

fn help() -> String {
    format!("Add the codes of another product: {}", names())
}

fn names() -> String {
    CustomBuilder::optional().collect::<Vec<_>>().join(", ")
}

/// Checks that `name` is an optional catalog.
pub fn optional_catalog(name: &str) -> Result<String, String> {
    if CustomBuilder::optional().any(|one| one == name) {
        Ok(name.to_string())
    } else {
        Err(format!("no optional catalog is called '{name}'; there are: {}", names()))
    }
}
