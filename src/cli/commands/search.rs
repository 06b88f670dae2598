//! `search`: codes by words.

use std::io::{self, Write};

use imerr::catalog::Catalog;

use super::list::table;
use crate::args::SearchArgs;
use crate::exit_status::Outcome;
use crate::messages;

pub fn search(
    args: &SearchArgs,
    catalog: &Catalog,
    terminal: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
    let found = catalog.search(&words);
    if found.is_empty() {
        messages::error(
            &words.join(" "),
            "no code has all of these words; try fewer, or 'imerr-annotate list'",
        );
        return Ok(Outcome::NothingFound);
    }
    table(&found, terminal, out)?;
    Ok(Outcome::Done)
}
