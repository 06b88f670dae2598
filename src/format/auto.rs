//! `auto`: `json` for lines that are one JSON object, `append` for all other lines.

use super::json::{is_object, starts_as_object};
use super::{Append, Json, Line, Render};
use crate::catalog::Catalog;
use crate::terminal::Styles;

/// Writes each line in a format that its reader can still parse.
#[derive(Clone, Debug, Default)]
pub struct Auto {
    append: Append,
    json: Json,
}

impl Auto {
    /// With `color`, colors brackets by severity. JSON is never colored.
    pub fn new(color: bool) -> Self {
        Self::with_json(color, Json::default())
    }

    /// Uses `json` for the lines that are JSON.
    pub fn with_json(color: bool, json: Json) -> Self {
        Self { append: Append::new(color), json }
    }

    /// Uses the colors and links of `styles` for lines that are not JSON, and `json` for those that
    /// are.
    pub fn with_styles(styles: Styles, json: Json) -> Self {
        Self { append: Append::with_styles(styles), json }
    }
}

impl Render for Auto {
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        if is_object(line.text) {
            self.json.render_line(line, catalog, out);
        } else {
            self.append.render_line(line, catalog, out);
        }
    }

    fn has_key_conflict(&self, text: &[u8]) -> bool {
        self.json.has_key_conflict(text)
    }

    /// A line that starts as an object may be JSON, which a bracket would break.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        if starts_as_object(line.text) {
            self.json.long_line_end(line, catalog, out);
        } else {
            self.append.long_line_end(line, catalog, out);
        }
    }
}
