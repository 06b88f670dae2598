//! The prefix of a line: the file name and the line number, as grep prints them.

use std::io;

use crate::pipeline::Output;
use crate::terminal::{Role, Styles, width};

/// The separator after the file name and the line number of a selected line.
pub(super) const SELECTED: &[u8] = b":";
/// The separator in a line of context.
pub(super) const CONTEXT: &[u8] = b"-";

/// Prints the prefixes of lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    pub has_name: bool,
    pub has_number: bool,
    /// Whether the lines below the first one of an output have blanks in its place.
    pub is_printed_once: bool,
    pub styles: Styles,
    /// The name of the file as it is printed, with styles.
    name: Vec<u8>,
    name_columns: usize,
}

impl Prefix {
    pub fn is_empty(&self) -> bool {
        !(self.has_name || self.has_number)
    }

    /// The separator in a line without codes where all lines are printed. After a number it sets
    /// the line apart from those with codes; a name alone has a colon in each line.
    pub fn separator_without_codes(&self) -> &'static [u8] {
        if self.has_number { CONTEXT } else { SELECTED }
    }

    pub fn begin_file(&mut self, name: &str) {
        self.name_columns = width(name);
        self.name.clear();
        self.styles.write(Role::File, name.as_bytes(), &mut self.name);
    }

    /// Prints the prefix of line `number`.
    pub fn print(&self, number: u64, separator: &[u8], out: &mut dyn Output) -> io::Result<()> {
        if self.has_name {
            out.write_bytes(&self.name)?;
            out.write_bytes(separator)?;
        }
        if self.has_number {
            let mut field = Vec::with_capacity(32);
            self.styles.write(Role::Line, number.to_string().as_bytes(), &mut field);
            field.extend_from_slice(separator);
            out.write_bytes(&field)?;
        }
        Ok(())
    }

    /// Prints `text`, the output for line `number`, with the prefix in front of each of its lines,
    /// or of the first one. `hole` NUL bytes come first in the line.
    pub fn print_lines(
        &self,
        mut hole: u64,
        text: &[u8],
        number: u64,
        separator: &[u8],
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if self.is_empty() {
            out.write_nuls(hole)?;
            return out.write_bytes(text);
        }
        let blanks = b" ".repeat(self.columns(number));
        for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
            if index > 0 && self.is_printed_once {
                out.write_bytes(&blanks)?;
            } else {
                self.print(number, separator, out)?;
            }
            out.write_nuls(std::mem::take(&mut hole))?;
            out.write_bytes(line)?;
        }
        Ok(())
    }

    /// The columns of the prefix of line `number`; 0 if it has none.
    pub fn columns(&self, number: u64) -> usize {
        let mut columns = 0;
        if self.has_name {
            columns += self.name_columns + 1;
        }
        if self.has_number {
            columns += number.to_string().len() + 1;
        }
        columns
    }
}
