//! `below`: the line untouched, and below it a block that shows where the code stands and tells what it means, as compilers do.
//!
//! How the lines of blocks are known again is told in `block.rs`.

mod block;
mod carets;
mod characters;
mod excerpt;

use self::block::{Block, Explained};
use self::carets::Screen;
use super::highlight::WHOLE_LIMIT;
use super::{Append, FormatProperties, Line, LineContext, Render, Repeat, distinct};
use crate::catalog::Catalog;
use crate::strip::ADDED_LINE_END_MARK;
use crate::terminal::Styles;
use crate::terminal::ansi::{SgrState, SgrTracker};

/// The line, then carets under its codes, what they mean, what to do, and where to read on.
///
/// Carets stand below the line itself where the lines there are under their code, and otherwise below an excerpt of it.
///
/// A line that is too long to be held gets brackets as [`Append`] writes them: nothing is known of what stands above the end.
#[derive(Clone, Debug)]
pub struct Below {
    width: usize,
    /// Tells the width anew.
    measure: Option<fn() -> Option<usize>>,
    wrap: Wrap,
    repeat: Repeat,
    styles: Styles,
    append: Append,
}

/// What becomes of lines that are wider than blocks where they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrap {
    /// They run on, as in an editor.
    #[default]
    No,
    /// They are broken into rows, as on a terminal.
    Yes,
    /// One or the other, as in a pager.
    Unknown,
}

impl Below {
    /// The least width in columns.
    pub const MIN_WIDTH: usize = 40;

    /// Blocks of at most `width` columns.
    pub fn new(width: usize) -> Self {
        let styles = Styles::none();
        let (measure, wrap, repeat, append) = (None, Wrap::No, Repeat::Full, Append::default());
        Self { width, measure, wrap, repeat, append, styles }
    }

    /// The same, which asks `measure` for the width before each block; where that does not know, it stays as it was given.
    pub fn with_measure(self, measure: fn() -> Option<usize>) -> Self {
        Self { measure: Some(measure), ..self }
    }

    /// The same, for where lines that are wider are shown so.
    pub fn with_wrap(self, wrap: Wrap) -> Self {
        Self { wrap, ..self }
    }

    /// The same, with codes that come again in a file told as `repeat` says.
    ///
    /// Unless they are told in full, what becomes of a line depends on those before it: one stage has to see all blocks of a
    /// file, in order.
    pub fn with_repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }

    /// The same, with colors and links as `styles` has them.
    pub fn with_styles(self, styles: Styles) -> Self {
        Self { append: Append::with_styles(styles.clone()), styles, ..self }
    }
}

impl Render for Below {
    fn properties(&self) -> FormatProperties {
        FormatProperties {
            stateful: self.repeat != Repeat::Full,
            replaces_previous: true,
            ..FormatProperties::default()
        }
    }

    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.render_in_context(line, &mut LineContext::default(), catalog, out);
    }

    fn render_in_context(
        &self,
        line: &Line<'_>,
        around: &mut LineContext,
        catalog: &Catalog,
        out: &mut Vec<u8>,
    ) {
        if line.text.len() > WHOLE_LIMIT {
            return self.append.render_line(line, catalog, out);
        }
        out.extend_from_slice(line.text);
        let mut told = Vec::new();
        for finding in distinct(line.findings) {
            let is_repeated = around.mark_explained(&finding) && self.repeat != Repeat::Full;
            if !(is_repeated && self.repeat == Repeat::None) {
                told.push(Explained { finding, is_repeated });
            }
        }
        if told.is_empty() {
            return out.extend_from_slice(line.end);
        }
        let end = if line.end.is_empty() {
            out.extend_from_slice(ADDED_LINE_END_MARK);
            b"\n"
        } else {
            line.end
        };
        out.extend_from_slice(end);
        let width = self.measure.and_then(|measure| measure()).unwrap_or(self.width);
        let screen = Screen { width: width.max(Self::MIN_WIDTH), wrap: self.wrap };
        let lines = Block {
            styles: &self.styles,
            screen,
            line,
            told: &told,
            prefix: &around.prefix,
            catalog,
        }
        .lines();
        self.frame(line.text, lines, end, out);
    }

    /// Brackets as `append` writes them.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.append.long_line_end(line, catalog, out);
    }
}

impl Below {
    /// Writes the lines of a block. What the line above looks like at its end does not reach into the block, but goes on
    /// behind it.
    fn frame(&self, text: &[u8], lines: Vec<Vec<u8>>, end: &[u8], out: &mut Vec<u8>) {
        let mut walk = SgrTracker::new(text);
        let attributes = walk
            .to(text.len())
            .filter(|attributes| self.styles.theme().is_some() && !attributes.are_plain());
        let last = lines.len() - 1;
        for (place, line) in lines.iter().enumerate() {
            if attributes.is_some() && place == 0 {
                out.extend_from_slice(b"\x1b[0m");
            }
            out.extend_from_slice(line);
            if let Some(attributes) = attributes.filter(|_| place == last) {
                resume(attributes, out);
            }
            out.extend_from_slice(end);
        }
    }
}

fn resume(attributes: &SgrState<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[0");
    attributes.replay(out);
    out.push(b'm');
}

#[cfg(test)]
mod tests;
