//! Text with a hanging indent, for lists on a terminal.

use imerr::terminal::{width, wrap};

/// Text is not wrapped into fewer columns.
const MIN_TEXT_COLUMNS: usize = 20;

/// `label` followed by `text`, wrapped to `columns` if given. Further lines are indented to where
/// the text begins. A word that is too long gets a line of its own.
pub fn hanging(label: &str, text: &str, columns: Option<usize>) -> String {
    let indent = width(label);
    let Some(columns) = columns.filter(|columns| *columns >= indent + MIN_TEXT_COLUMNS) else {
        return format!("{label}{text}");
    };
    let line_break = format!("\n{}", " ".repeat(indent));
    format!("{label}{}", wrap(text, columns - indent).join(&line_break))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_are_indented_to_the_text() {
        let label = "  note      ";
        for (text, columns, wanted) in [
            ("one two three", None, "  note      one two three"),
            (
                "one two three four five six",
                Some(32),
                "  note      one two three four\n            five six",
            ),
            ("one two three four five six", Some(31), "  note      one two three four five six"),
            (
                "购物车正被另一台设备修改。",
                Some(32),
                "  note      购物车正被另一台设备\n            修改。",
            ),
            (
                "https://example.com/a/long-page",
                Some(32),
                "  note      https://example.com/a/long-page",
            ),
        ] {
            assert_eq!(hanging(label, text, columns), wanted, "{text} {columns:?}");
        }
    }
}
