//! `search`: finds codes by words.

use std::io::{self, Write};

use imerr::catalog::Catalog;

use super::list::table;
use crate::args::SearchArgs;
use crate::exit_status::Outcome;
use crate::messages;

pub fn search(args: &SearchArgs, catalog: &Catalog, out: &mut dyn Write) -> io::Result<Outcome> {
    let words: Vec<&str> = args.words.iter().flat_map(|words| words.split_whitespace()).collect();
    if words.is_empty() {
        messages::message("search: no word to search for; try 'imerr-annotate search expired'");
        return Ok(Outcome::NothingFound);
    }
    let found = catalog.search(&words);
    if found.is_empty() {
        let words = words.join(" ");
        let hint = "try fewer, or 'imerr-annotate list'";
        messages::message(format_args!("{words}: no code has all of these words; {hint}"));
        return Ok(Outcome::NothingFound);
    }
    table(&found, out)?;
    Ok(Outcome::Done)
}
