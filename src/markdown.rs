//! Writes text that is not trusted into GitHub-flavored Markdown.

use std::fmt::Write;

/// The text as code, in which GitHub and GitLab look for no mentions and references: in backticks
/// if it is plain, otherwise as `<code>` with entities. In backticks, a table cell cannot contain a
/// backtick, or a backslash in front of a pipe.
pub(crate) fn code_span(text: &str) -> String {
    if text.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c)) {
        return format!("`{text}`");
    }
    let escaped = with_entities(text, |c| c.is_ascii_punctuation() && !"/.-,".contains(c));
    format!("<code>{escaped}</code>")
}

/// Escapes the characters of a text that would end the cell, begin an element or mention a user.
pub(crate) fn escape(text: &str) -> String {
    // Mentions are searched after entities are decoded. No user name begins with the invisible
    // character.
    with_entities(text, |c| r"|<>&`*[]\~$@".contains(c)).replace("&#64;", "&#64;&#8203;")
}

fn with_entities(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_escaped(c) {
            write!(escaped, "&#{};", c as u32).expect("a String takes all text");
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_catalogs_stay_in_their_cell_and_mention_no_user() {
        assert_eq!(
            escape("Ask @team | see <x> & get_group_info."),
            "Ask &#64;&#8203;team &#124; see &#60;x&#62; &#38; get_group_info."
        );
    }
}
