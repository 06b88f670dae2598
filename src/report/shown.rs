//! How names of files are shown to people: nothing in them commands a terminal or hides what is there.

use std::borrow::Cow;
use std::fmt::Write;

/// `name` with control characters, and those that turn or hide text, as escapes: `\n`, `\x1b`, `\u{202e}`.
pub(super) fn shown(name: &str) -> Cow<'_, str> {
    if !name.chars().any(is_hidden) {
        return Cow::Borrowed(name);
    }
    let mut shown = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if c.is_ascii_control() => {
                write!(shown, "\\x{:02x}", c as u32).expect("a String takes all text");
            }
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Controls of C0 and C1, marks of direction, breaks of lines, and characters without width or glyph.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_command_nothing() {
        let rows = [
            ("app.log", "app.log"),
            ("日志 é\u{301}.log", "日志 é\u{301}.log"),
            ("C:\\logs\\app.log", "C:\\logs\\app.log"),
            ("a\nb\r\t\0.log", "a\\nb\\r\\t\\x00.log"),
            ("\x1b[31m\x7f\u{9b}2J", "\\x1b[31m\\x7f\\u{9b}2J"),
            ("gol\u{202e}.txt\u{2066}", "gol\\u{202e}.txt\\u{2066}"),
            (
                "a\u{200b}b\u{feff}\u{2028}\u{e0041}\u{ad}",
                "a\\u{200b}b\\u{feff}\\u{2028}\\u{e0041}\\u{ad}",
            ),
        ];
        for (name, wanted) in rows {
            assert_eq!(shown(name), wanted);
        }
    }
}
