//! `--fail-on-cause help`: lists the causes of a diagnosis.

use std::io::{self, Write};

use imerr::catalog::Lang;
use imerr::diagnose::CauseSet;
use imerr::terminal::Styles;

use super::text_page::TextPage;
use crate::exit_status::Outcome;

/// Prints one cause per line: its name and its title.
pub fn causes(
    causes: &CauseSet,
    styles: &Styles,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let width = causes.causes().iter().map(|cause| cause.name.len()).max().unwrap_or(0);
    let mut page = TextPage::stdout(styles, out);
    for cause in causes.causes() {
        let name = format!("{:<width$}  ", cause.name);
        page.row(&[(None, &name)], &[(None, &cause.texts(lang).title)])?;
    }
    Ok(Outcome::Done)
}
