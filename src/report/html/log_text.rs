//! Text of the log as text of the page, whatever is in it.

use maud::{Markup, PreEscaped};

use crate::stats::Quote;
use crate::terminal::Policy;

/// Appends `text` to the markup. Characters of markup are escaped; characters that are invisible or
/// change the direction of text become visible: `\x1b`, `\u{202e}`.
pub(super) fn push_text(markup: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            _ => push_visible(markup, c),
        }
    }
}

/// Appends a character, or an escape if it is unsafe to show. XML forbids more characters than a
/// document.
fn push_visible(text: &mut String, c: char) {
    match c {
        '\n' | '\r' => text.extend(c.escape_default()),
        '\t' => text.push(c),
        _ if c.is_ascii_control() => text.push_str(&format!("\\x{:02x}", u32::from(c))),
        _ if Policy::Document.forbids(c) || Policy::Xml.forbids(c) => {
            text.extend(c.escape_unicode());
        }
        _ => text.push(c),
    }
}

/// `text` with escapes for the characters that are unsafe to show.
pub(super) fn visible(text: &str) -> String {
    let mut visible = String::new();
    text.chars().for_each(|c| push_visible(&mut visible, c));
    visible
}

/// Appends a line, with its codes marked.
pub(super) fn push_quote(markup: &mut String, quote: &Quote) {
    let mut position = 0;
    for code in &quote.codes {
        push_text(markup, &quote.text[position..code.start]);
        markup.push_str("<mark>");
        push_text(markup, &quote.text[code.clone()]);
        markup.push_str("</mark>");
        position = code.end;
    }
    push_text(markup, &quote.text[position..]);
}

/// `text` as markup.
pub(super) fn log_text(text: &str) -> Markup {
    let mut markup = String::new();
    push_text(&mut markup, text);
    PreEscaped(markup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_only_text() {
        let rows = [
            ("plain 文字 \u{1f600}", "plain 文字 \u{1f600}"),
            ("</script><img onerror=x>", "&lt;/script&gt;&lt;img onerror=x&gt;"),
            ("<!--&lt;]]>", "&lt;!--&amp;lt;]]&gt;"),
            ("a\tb\r\x1b[31m\0\x7f", "a\tb\\r\\x1b[31m\\x00\\x7f"),
            ("a\u{202e}b\u{9b}c\u{2028}", "a\\u{202e}b\\u{9b}c\\u{2028}"),
            ("\u{fffe}\u{ffff}\u{feff}\u{fffd}", "\\u{fffe}\\u{ffff}\\u{feff}\u{fffd}"),
        ];
        for (text, wanted) in rows {
            assert_eq!(log_text(text).0, wanted, "{text:?}");
        }
    }
}
