//! Text behind a label, wrapped below itself.

use imerr::terminal::{width, wrap};

/// The fewest columns that text is wrapped into.
const LEAST: usize = 20;

/// `label` and `text`, in lines of so many columns if there is a terminal that has them. What goes on stands below where the text
/// begins; a longer word has a line for itself.
pub fn hanging(label: &str, text: &str, columns: Option<usize>) -> String {
    let indent = width(label);
    match columns.filter(|columns| *columns >= indent + LEAST) {
        Some(columns) => {
            label.to_string()
                + &wrap(text, columns - indent).join(&format!("\n{}", " ".repeat(indent)))
        }
        None => format!("{label}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_on_below_itself() {
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
