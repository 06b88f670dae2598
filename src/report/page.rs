//! The page that a table for a terminal is written on, and text that fits into columns.

use crate::catalog::Severity;
use crate::language::Language;
use crate::terminal::{MAX_PROSE_COLUMNS, Role, Styles, padded, width, wrap};

#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum TextStyle {
    Plain,
    Bold,
    Dim,
    /// The label of a remedy.
    Fix,
    /// The style of the severity in annotations; None for an unknown code.
    Severity(Option<Severity>),
}

pub(in crate::report) struct Page {
    pub width: usize,
    pub ascii: bool,
    styles: Styles,
    pub words: &'static dyn Language,
    pub text: String,
}

impl Page {
    /// The least width, in columns.
    pub(in crate::report) const MIN_WIDTH: usize = 40;

    pub(in crate::report) fn new(
        width: usize,
        ascii: bool,
        styles: &Styles,
        words: &'static dyn Language,
    ) -> Self {
        let width = width.max(Self::MIN_WIDTH);
        Self { width, ascii, styles: styles.clone(), words, text: String::new() }
    }

    /// Writes `text`, which has no line end. Blanks at its end have no style.
    pub(in crate::report) fn put(&mut self, style: TextStyle, text: &str) {
        let (text, blanks) = text.split_at(text.trim_end_matches(' ').len());
        let role = match style {
            TextStyle::Plain => None,
            TextStyle::Bold => Some(Role::Title),
            TextStyle::Dim => Some(Role::Detail),
            TextStyle::Fix => Some(Role::Fix),
            TextStyle::Severity(severity) => Some(Role::of(severity)),
        };
        match role.filter(|_| !text.is_empty()) {
            Some(role) => self.text += &self.styles.paint(role, text),
            None => self.text.push_str(text),
        }
        self.text.push_str(blanks);
    }

    pub(in crate::report) fn blanks(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    /// Ends the line and removes blanks at its end.
    pub(in crate::report) fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    pub(in crate::report) fn line(&mut self, style: TextStyle, text: &str) {
        self.put(style, text);
        self.end_line();
    }

    /// Writes lines, each after `columns` blanks.
    pub(in crate::report) fn indented(
        &mut self,
        columns: usize,
        style: TextStyle,
        lines: &[String],
    ) {
        for line in lines {
            self.blanks(columns);
            self.line(style, line);
        }
    }

    /// Writes lines after `indent` blanks and the columns of `label`, which is in front of the
    /// first line.
    pub(in crate::report) fn labeled(
        &mut self,
        indent: usize,
        style: TextStyle,
        label: &str,
        lines: &[String],
    ) {
        let columns = width(label);
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            self.blanks(indent);
            self.put(style, &padded(label, columns));
            self.line(TextStyle::Plain, line);
        }
    }

    /// The rows that are ended.
    pub(in crate::report) fn rows(&self) -> usize {
        self.text.matches('\n').count()
    }

    pub(in crate::report) fn ellipsis(&self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }
}

/// `text` with as many blanks in front of it as it has less than `columns`.
pub(in crate::report) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `parts`, separated by `comma`, in lines of at most `columns`. A part is broken only if it is
/// wider than a line.
pub(in crate::report) fn flowed(parts: &[String], columns: usize, comma: &str) -> Vec<String> {
    // Every line may end with a comma.
    let columns = columns - width(comma.trim_end());
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        if let Some(line) = lines.last_mut() {
            let start = line.len();
            line.push_str(comma);
            if width(line) + width(part) <= columns {
                line.push_str(part);
                continue;
            }
            line.truncate(start + comma.trim_end().len());
        }
        if part.contains(' ') {
            lines.extend(wrapped(part, columns));
        } else {
            lines.extend(broken(part, columns));
        }
    }
    lines
}

/// `text` in one or more lines of at most `columns`, and not too long to be read. A wider word is
/// broken.
pub(in crate::report) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.min(MAX_PROSE_COLUMNS);
    if text.is_empty() {
        return vec![String::new()];
    }
    wrap(text, columns).into_iter().flat_map(|line| broken(line, columns)).collect()
}

/// `text` in pieces of at most `columns`.
fn broken(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        let last = pieces.len() - 1;
        pieces[last].push(c);
        if width(&pieces[last]) > columns && pieces[last].chars().count() > 1 {
            pieces[last].pop();
            pieces.push(c.to_string());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_never_too_wide() {
        let rows: [(&str, usize, &[&str]); 6] = [
            ("", 5, &[""]),
            ("one two three", 7, &["one two", "three"]),
            ("one two three", 6, &["one", "two", "three"]),
            ("abcdefghij x", 4, &["abcd", "efgh", "ij", "x"]),
            ("日志 聊天", 5, &["日志", "聊天"]),
            ("日志聊天。", 8, &["日志聊", "天。"]),
        ];
        for (text, columns, wanted) in rows {
            assert_eq!(wrapped(text, columns), wanted, "{text} {columns}");
        }
        assert_eq!(joined(&["one", "two", "three"], 9), ["one, two,", "three"]);
        assert_eq!(joined(&["one", "two", "three"], 8), ["one,", "two,", "three"]);
        assert_eq!(joined(&["one", "two or three"], 9), ["one,", "two or", "three"]);
    }

    fn joined(parts: &[&str], columns: usize) -> Vec<String> {
        flowed(&parts.iter().map(|part| part.to_string()).collect::<Vec<_>>(), columns, ", ")
    }
}
