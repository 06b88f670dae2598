//! `search`: finds codes by words.

use std::io::{self, Write};

use imerr::catalog::Catalog;

use super::list::table;
use crate::args::SearchArgs;
use crate::exit_status::Outcome;
use crate::messages;

pub fn search(
    args: &SearchArgs,
    catalog: &Catalog,
    columns: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let words: Vec<&str> = args.words.iter().flat_map(|words| words.split_whitespace()).collect();
    if words.is_empty() {
        messages::error("search", "a word is needed, such as 'imerr-annotate search expired'");
        return Ok(Outcome::NothingFound);
    }
    let found = catalog.search(&words);
    if found.is_empty() {
        messages::error(
            &words.join(" "),
            "no code has all of these words; try fewer, or 'imerr-annotate list'",
        );
        return Ok(Outcome::NothingFound);
    }
    table(&found, columns, out)?;
    Ok(Outcome::Done)
}
