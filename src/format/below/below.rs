//! The format `below` and its options.

use super::block::{BelowBlock, Explained};
use super::carets::Screen;
use crate::format::highlight::write_highlighted;
use crate::format::{Append, FormatProperties, Line, LineContext, Render, Repeat};
use crate::syntax::{ADDED_LINE_END_MARK, BELOW_END, INSERTION_LIMIT};
use crate::terminal::Styles;
use crate::terminal::ansi::SgrTracker;

/// Writes the line, then carets under its codes, to the right of them or below them what the codes
/// mean, and below that what to do.
///
/// With colors, the codes in the line are highlighted, and carets are printed only where text is to
/// the right of them.
///
/// Carets are below the line itself where that is certain to align with the codes, otherwise,
/// without colors, below an excerpt of the line.
///
/// A line that is too long to be held in memory gets brackets as [`Append`] writes them, because
/// its text is not known when its end is written.
#[derive(Clone, Debug)]
pub struct Below {
    /// The most columns of a block; fewer than [`Below::MIN_WIDTH`] count as that.
    pub width: usize,
    /// Called for the width before each block. If it returns None, the width is `width`.
    pub measure: Option<fn() -> Option<usize>>,
    /// Called for the rows of the screen before each block. With them, codes that occur again are
    /// explained again where the explanation has left the screen; otherwise, 50 lines below it.
    pub measure_rows: Option<fn() -> Option<usize>>,
    /// How the screen shows wide lines.
    pub wrap: Wrap,
    /// How codes that occur again are explained.
    ///
    /// Unless this is [`Repeat::Full`], the format is [stateful](FormatProperties::stateful).
    pub repeat: Repeat,
    /// The colors and links.
    pub styles: Styles,
}

/// The way in which the reader's screen shows lines that are wider than the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrap {
    /// In one row that can be scrolled, like an editor.
    #[default]
    No,
    /// In several rows, like a terminal.
    Yes,
    /// In either way, like a pager.
    Unknown,
}

impl Below {
    /// The least width in columns.
    pub const MIN_WIDTH: usize = 20;

    /// Blocks of at most `width` columns for a screen that can be scrolled, without styles, in
    /// which every code is explained in full.
    pub fn new(width: usize) -> Self {
        let styles = Styles::default();
        let (measure, measure_rows) = (None, None);
        Self { width, measure, measure_rows, wrap: Wrap::No, repeat: Repeat::Full, styles }
    }
}

impl Render for Below {
    fn properties(&self) -> FormatProperties {
        FormatProperties {
            line_numbers: self.repeat != Repeat::Full,
            stateful: self.repeat != Repeat::Full,
            replaces_previous: true,
            ..FormatProperties::default()
        }
    }

    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        if line.text.len() > INSERTION_LIMIT {
            return Append::new(self.styles.clone()).render_line(line, context, out);
        }
        write_highlighted(line, &self.styles, out);
        let measured = self.measure.and_then(|measure| measure());
        let width = measured.unwrap_or(self.width).max(Self::MIN_WIDTH);
        let rows = self.measure_rows.and_then(|measure| measure());
        if rows.is_some() {
            context.add_wrapped_rows(line, width);
        }
        let explained = self.codes_to_explain(line, rows, context);
        if explained.is_empty() {
            return out.extend_from_slice(line.end);
        }
        let mut end = line.end;
        if end.is_empty() {
            out.extend_from_slice(ADDED_LINE_END_MARK);
            end = b"\n";
        }
        out.extend_from_slice(end);
        let block = BelowBlock {
            styles: &self.styles,
            screen: Screen { width, wrap: self.wrap },
            line,
            explained: &explained,
            prefix_columns: context.prefix_columns,
        };
        // Marks are recognized only in lines without a prefix.
        let mark = if context.prefix_columns == 0 { BELOW_END } else { b"" };
        let lines = block.lines();
        if rows.is_some() {
            context.add_rows(lines.len());
        }
        self.write_block(line.text, &lines, &[mark, end].concat(), out);
    }

    /// Writes brackets as `append` does.
    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        Append::new(self.styles.clone()).long_line_end(line, out);
    }
}

impl Below {
    fn codes_to_explain<'l>(
        &self,
        line: &Line<'l>,
        rows: Option<usize>,
        context: &mut LineContext,
    ) -> Vec<Explained<'l>> {
        let mut codes = Vec::new();
        let last_codes = context.begin_line();
        for finding in line.distinct_findings() {
            let earlier = match self.repeat {
                Repeat::Full => None,
                Repeat::Short | Repeat::None => context.mark_explained(&finding, line.number, rows),
            };
            let is_shown = match (self.repeat, &earlier) {
                (Repeat::None, Some(earlier)) => earlier.is_new_in_file,
                // Where every line has a code, a highlighted one without a block is that of the line
                // above.
                (Repeat::Short, Some(earlier)) => {
                    let is_highlighted = self.styles.theme.is_some();
                    earlier.is_far || !is_highlighted || !last_codes.contains(&finding.code)
                }
                _ => true,
            };
            if is_shown {
                codes.push(Explained { finding, earlier, has_numbers: context.has_numbers });
            }
        }
        codes
    }

    /// Writes the lines of a block. If `text` above the block leaves colors on, they are off in the
    /// block and on again after it.
    fn write_block(&self, text: &[u8], lines: &[Vec<u8>], end: &[u8], out: &mut Vec<u8>) {
        let mut tracker = SgrTracker::new(text);
        let mut colors = None;
        if self.styles.theme.is_some() {
            colors = tracker.state_at(text.len()).filter(|state| !state.is_default());
        }
        if colors.is_some() {
            out.extend_from_slice(b"\x1b[0m");
        }
        out.extend_from_slice(&lines.join(end));
        if let Some(state) = colors {
            out.extend_from_slice(b"\x1b[0");
            state.write_parameters(out);
            out.push(b'm');
        }
        out.extend_from_slice(end);
    }
}
