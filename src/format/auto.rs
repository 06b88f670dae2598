//! `auto`: `json` for lines that are one JSON object, `append` for all others, line by line.

use super::json::{begins_as_object, is_object};
use super::{Append, Json, Line, Render};
use crate::catalog::Catalog;
use crate::terminal::Styles;

/// Each line in the format that its reader can take.
#[derive(Clone, Debug, Default)]
pub struct Auto {
    append: Append,
    json: Json,
}

impl Auto {
    /// With `color`, brackets are colored by severity; JSON never is.
    pub fn new(color: bool) -> Self {
        Self::with_json(color, Json::default())
    }

    /// The same, with `json` for the lines that are JSON.
    pub fn with_json(color: bool, json: Json) -> Self {
        Self { append: Append::new(color), json }
    }

    /// The same, with colors and links as `styles` has them; JSON has none.
    pub fn with_styles(styles: Styles, json: Json) -> Self {
        Self { append: Append::with_styles(styles), json }
    }
}

impl Render for Auto {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        match is_object(line.text) {
            true => self.json.render_line(line, catalog, out),
            false => self.append.render_line(line, catalog, out),
        }
    }

    fn has_key_conflict(&self, text: &[u8]) -> bool {
        self.json.has_key_conflict(text)
    }

    /// A line that begins as JSON may be JSON, which a bracket would break.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        match begins_as_object(line.text) {
            true => self.json.long_line_end(line, catalog, out),
            false => self.append.long_line_end(line, catalog, out),
        }
    }
}
