//! `new-catalog`: prints a template for a catalog.

use std::io::{self, Write};

use crate::args::NewCatalogArgs;
use crate::exit_status::Outcome;

const TEMPLATE: &str = include_str!("new_catalog.toml");

pub fn new_catalog(args: &NewCatalogArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    out.write_all(TEMPLATE.replace("NAME", &args.name).as_bytes())?;
    Ok(Outcome::Done)
}
