//! The codes and rules that a run goes by beside those built in.

use std::path::PathBuf;

use imerr::custom::CustomBuilder;

/// What a run goes by beside the built-in catalogs and rules.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Your own codes")]
pub struct CatalogArgs {
    /// Also know the codes of a file, or of all *.toml files of a directory; they win over those built in (repeatable)
    #[arg(long, value_name = "FILE|DIR", global = true)]
    pub catalog: Vec<PathBuf>,

    /// Also go by the rules of a file: what your codes look like in a log (repeatable)
    #[arg(long, value_name = "FILE", global = true)]
    pub rules: Vec<PathBuf>,

    /// Optional catalogs, by their names.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', global = true, help = help(), value_parser = optional_catalog)]
    pub with: Vec<String>,
}

fn help() -> String {
    format!("Also know the codes of other products: {}", names())
}

fn names() -> String {
    CustomBuilder::optional().collect::<Vec<_>>().join(", ")
}

/// `name`, if it is that of an optional catalog.
pub fn optional_catalog(name: &str) -> Result<String, String> {
    match CustomBuilder::optional().any(|one| one == name) {
        true => Ok(name.to_string()),
        false => Err(format!("no optional catalog is called '{name}'; there are: {}", names())),
    }
}
