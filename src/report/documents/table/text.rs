//! Text in columns of a terminal: how wide it is, and how it is made to fit.

use crate::terminal::{width, wrap};

/// `text` with spaces behind it, up to `columns`.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The end of `text` that fits into `columns`, with `mark` before it if something is left out.
pub(super) fn fitted(text: &str, columns: usize, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let room = columns.saturating_sub(width(mark));
    // A character without width may follow each that has one; more than that are left out with the
    // rest.
    let starts = text.char_indices().rev().map(|(at, _)| at).take(2 * room);
    let start = starts.take_while(|&at| width(&text[at..]) <= room).last().unwrap_or(text.len());
    format!("{mark}{}", &text[start..])
}

/// `parts` in lines of at most `columns`, with `between` where two stand on one line. It ends a
/// line without its spaces. A part goes over to the next line whole, unless it is wider than a
/// line.
pub(super) fn flowed<'p>(
    parts: impl IntoIterator<Item = &'p str>,
    between: &str,
    columns: usize,
) -> Vec<String> {
    let end = between.trim_end();
    // What ends a line that others follow has its place on each.
    let columns = columns - width(end);
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + width(between) + width(part) <= columns => {
                line.push_str(between);
                line.push_str(part);
            }
            line => {
                if let Some(line) = line {
                    line.push_str(end);
                }
                lines.extend(if part.contains(' ') {
                    wrapped(part, columns)
                } else {
                    broken(part, columns)
                });
            }
        }
    }
    lines
}

/// `text` in one or more lines of at most `columns`; a word that is wider is broken.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    if text.is_empty() {
        return vec![String::new()];
    }
    wrap(text, columns).into_iter().flat_map(|line| broken(line, columns)).collect()
}

/// `part` in pieces of at most `columns`: one, unless it is wider.
fn broken(part: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in part.chars() {
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
    fn the_end_of_a_long_text_is_kept() {
        let rows = [
            ("app.log:12", 10, "app.log:12"),
            ("logs/app.log:12", 10, "…pp.log:12"),
            ("日志/聊天.log:12", 16, "日志/聊天.log:12"),
            ("日志/聊天.log:12", 12, "…聊天.log:12"),
            ("日志/聊天.log:12", 11, "…天.log:12"),
            ("abc", 1, "…"),
        ];
        for (text, columns, wanted) in rows {
            let fitted = fitted(text, columns, "…");
            assert_eq!(fitted, wanted, "{text} {columns}");
            assert!(width(&fitted) <= columns);
        }
    }

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
        assert_eq!(flowed(["one", "two", "three"], ", ", 9), ["one, two,", "three"]);
        assert_eq!(flowed(["one", "two", "three"], ", ", 8), ["one,", "two,", "three"]);
        assert_eq!(flowed(["one", "two or three"], ", ", 9), ["one,", "two or", "three"]);
    }
}
