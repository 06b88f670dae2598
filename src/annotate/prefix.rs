//! What stands before lines: the name of the file and the number of the line, as grep writes them.

use std::io;

use crate::pipeline::Output;
use crate::terminal::{Role, Styles};

/// What stands before a line behind name and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The line is one of those that were asked for.
    Selected,
    /// It stands near one of those.
    Context,
}

impl Mark {
    const fn text(self) -> &'static [u8] {
        match self {
            Self::Selected => b":",
            Self::Context => b"-",
        }
    }
}

/// Writes what stands before lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    pub names: bool,
    pub numbers: bool,
    pub paint: Styles,
    /// Whether control characters of names are shown.
    pub shows_controls: bool,
    /// The name of the file, as it is written.
    name: Vec<u8>,
    /// The same without colors.
    plain_name: String,
}

impl Prefix {
    /// Whether anything stands before lines.
    pub fn is_empty(&self) -> bool {
        !(self.names || self.numbers)
    }

    /// Makes ready for a file.
    pub fn begin(&mut self, name: &str) {
        self.plain_name = match self.shows_controls {
            true => name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect(),
            false => name.to_string(),
        };
        self.name.clear();
        self.paint.write(Role::File, self.plain_name.as_bytes(), &mut self.name);
    }

    /// Writes what stands before line `number`.
    pub fn write(&self, number: u64, mark: Mark, out: &mut dyn Output) -> io::Result<()> {
        if self.names {
            out.write_bytes(&self.name)?;
            out.write_bytes(mark.text())?;
        }
        if self.numbers {
            let mut digits = Vec::with_capacity(32);
            self.paint.write(Role::Line, number.to_string().as_bytes(), &mut digits);
            digits.extend_from_slice(mark.text());
            out.write_bytes(&digits)?;
        }
        Ok(())
    }

    /// Writes `text`, whose lines belong to line `number`, with what stands before each.
    pub fn write_lines(
        &self,
        text: &[u8],
        number: u64,
        mark: Mark,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if self.is_empty() {
            return out.write_bytes(text);
        }
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            self.write(number, mark, out)?;
            out.write_bytes(line)?;
        }
        Ok(())
    }

    /// What stands before line `number`, without colors.
    pub fn plain(&self, number: u64) -> String {
        let name = if self.names { format!("{}:", self.plain_name) } else { String::new() };
        if self.numbers { format!("{name}{number}:") } else { name }
    }
}
