//! Text for people: styled rows with hanging indents, as wide as the terminal.

use std::io::{self, Write};

use imerr::terminal::{MAX_PROSE_COLUMNS, Role, Styles, width, wrap};

use crate::color::Sink;

/// Text, and the role of its style; None for plain text.
pub type Piece<'t> = (Option<Role>, &'t str);

/// Text is not wrapped into fewer columns.
const MIN_TEXT_COLUMNS: usize = 20;

pub struct TextPage<'p> {
    styles: &'p Styles,
    /// The columns of the terminal; None if rows are not wrapped.
    columns: Option<usize>,
    out: &'p mut dyn Write,
}

impl<'p> TextPage<'p> {
    /// A page for standard output.
    pub fn stdout(styles: &'p Styles, out: &'p mut dyn Write) -> Self {
        Self { styles, columns: Sink::Stdout.columns(), out }
    }

    /// The same page, but for sentences: not wider than is easy to read.
    pub fn for_sentences(self) -> Self {
        Self { columns: self.columns.map(|columns| columns.min(MAX_PROSE_COLUMNS)), ..self }
    }

    pub fn end_line(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes `label` followed by `text`, wrapped to the columns. Further lines are indented to
    /// where the text begins. An address or a command that is too long for that gets a line of its
    /// own, with as much of the indent as fits.
    pub fn row(&mut self, label: &[Piece<'_>], text: &[Piece<'_>]) -> io::Result<()> {
        let indent = label.iter().map(|(_, text)| width(text)).sum();
        let columns = self.columns.filter(|columns| *columns >= indent + MIN_TEXT_COLUMNS);
        let lines = styled_lines(text, columns.map(|columns| columns - indent), self.styles);
        let mut row = String::new();
        for (role, text) in label {
            row += &styled(*role, text, self.styles);
        }
        for (index, StyledLine { text, width }) in lines.iter().enumerate() {
            let room = columns.map_or(indent, |columns| columns.saturating_sub(*width));
            if index > 0 || room < indent {
                row.truncate(row.trim_end_matches(' ').len());
                row += &format!("\n{}", " ".repeat(indent.min(room)));
            }
            row += text;
        }
        writeln!(self.out, "{row}")
    }
}

struct StyledLine {
    text: String,
    width: usize,
}

/// `pieces` as one text, in lines of at most `columns` if given.
fn styled_lines(pieces: &[Piece<'_>], columns: Option<usize>, styles: &Styles) -> Vec<StyledLine> {
    let text: String = pieces.iter().map(|(_, text)| *text).collect();
    let lines = columns.map_or_else(|| vec![text.as_str()], |columns| wrap(&text, columns));
    let mut styled_lines = Vec::new();
    let mut end = 0;
    for line in lines {
        let start = end + text[end..].find(line).unwrap_or(0);
        end = start + line.len();
        let mut styled_line = String::new();
        let mut piece_start = 0;
        for (role, piece) in pieces {
            let piece_end = piece_start + piece.len();
            let (from, to) = (piece_start.max(start), piece_end.min(end));
            if from < to {
                styled_line += &styled(*role, &text[from..to], styles);
            }
            piece_start = piece_end;
        }
        styled_lines.push(StyledLine { text: styled_line, width: width(line) });
    }
    styled_lines
}

/// `text` in its style, which the blanks around it do not have.
fn styled(role: Option<Role>, text: &str, styles: &Styles) -> String {
    let Some(role) = role else { return text.to_string() };
    let word = text.trim_matches(' ');
    if word.is_empty() {
        return text.to_string();
    }
    let start = text.len() - text.trim_start_matches(' ').len();
    let end = start + word.len();
    format!("{}{}{}", &text[..start], styles.paint(role, word), &text[end..])
}

#[cfg(test)]
mod tests {
    use imerr::terminal::Theme;

    use super::*;

    fn row(
        label: &[Piece<'_>],
        text: &[Piece<'_>],
        columns: Option<usize>,
        styles: &Styles,
    ) -> String {
        let mut out = Vec::new();
        let mut page = TextPage { styles, columns, out: &mut out };
        page.row(label, text).expect("a vector takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn further_lines_are_indented_to_the_text() {
        let label = "  note      ";
        for (text, columns, wanted) in [
            ("one two three", None, "  note      one two three\n"),
            (
                "one two three four five six",
                Some(32),
                "  note      one two three four\n            five six\n",
            ),
            ("one two three four five six", Some(31), "  note      one two three four five six\n"),
            (
                "购物车正被另一台设备修改。",
                Some(32),
                "  note      购物车正被另一台设备\n            修改。\n",
            ),
            (
                "https://example.com/a/long-page",
                Some(32),
                "  note\n https://example.com/a/long-page\n",
            ),
        ] {
            let styles = Styles::default();
            let row = row(&[(None, label)], &[(None, text)], columns, &styles);
            assert_eq!(row, wanted, "{text} {columns:?}");
        }
    }

    #[test]
    fn styles_end_with_their_line_and_leave_blanks_out() {
        let styles = Styles::colored(Theme::none());
        let label = [(Some(Role::Error), "  error ")];
        let text =
            [(Some(Role::Detail), "one two three"), (None, " "), (Some(Role::Fatal), "four five")];
        let row = row(&label, &text, Some(28), &styles);
        let wanted = "  \x1b[1merror\x1b[22m one two three \x1b[1;4mfour\x1b[22;24m\n        \
                      \x1b[1;4mfive\x1b[22;24m\n";
        assert_eq!(row, wanted);
    }
}
