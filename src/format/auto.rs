//! `auto`: `json` for lines that are one JSON object, `append` for all other lines.

use super::json::starts_as_object;
use super::{Append, Json, Line, LineContext, Render};
use crate::terminal::Styles;

/// Writes each line in a format that its reader can still parse.
#[derive(Clone, Debug, Default)]
pub struct Auto {
    append: Append,
    json: Json,
}

impl Auto {
    /// Uses the colors and links of `styles` for lines that are not JSON, and `json` for those that
    /// are.
    pub fn new(styles: Styles, json: Json) -> Self {
        Self { append: Append::new(styles), json }
    }
}

impl Render for Auto {
    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        if !self.json.render_object(line, context, out) {
            self.append.render_line(line, context, out);
        }
    }

    fn has_key_conflict(&self, text: &[u8]) -> bool {
        self.json.has_key_conflict(text)
    }

    /// A line that starts as an object may be JSON, which a bracket would break.
    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        if !starts_as_object(line.text) {
            self.append.long_line_end(line, out);
        }
    }
}
