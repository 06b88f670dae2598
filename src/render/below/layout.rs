//! Text in lines of a width.

/// `text` in lines of at most `width` columns, broken at blanks; a longer word has a line for itself. All of it is ASCII.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.len() > width {
        let blank = rest[..=width].rfind(' ').or_else(|| rest.find(' '));
        let Some(blank) = blank else { break };
        lines.push(rest[..blank].trim_end());
        rest = rest[blank..].trim_start();
    }
    lines.push(rest);
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks() {
        let rows: [(&str, &[&str]); 6] = [
            ("", &[]),
            ("one two", &["one two"]),
            ("one two three", &["one two", "three"]),
            ("one  two  3", &["one  two", "3"]),
            ("a-word-of-its-own", &["a-word-of-its-own"]),
            ("x a-word-of-its-own y", &["x", "a-word-of-its-own", "y"]),
        ];
        for (text, wanted) in rows {
            assert_eq!(wrapped(text, 8), wanted, "{text:?}");
        }
    }
}
