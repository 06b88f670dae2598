//! Text of logs and file names inside XML.

use std::fmt::{self, Display, Formatter, Write};

use crate::terminal::Policy;

/// A text of one line that can stand in an element or an attribute, whatever it holds.
///
/// * Characters that XML 1.0 forbids even as references, that steer a terminal or that turn the
///   direction of writing are shown as `\u{1b}`.
/// * `[[` comes apart: GitLab and Jenkins upload files that a test's output names as
///   `[[ATTACHMENT|path]]`.
/// * `#` is a reference: build servers that see the document on standard output take `##vso[` and
///   `##teamcity[` for commands.
///
/// Libraries that write XML do the first only in part: quick-xml leaves forbidden characters in,
/// quick-junit U+FFFE and U+FFFF.
#[derive(Clone, Copy, Debug)]
pub(super) struct XmlText<'t>(pub(super) &'t str);

impl Display for XmlText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut before = ' ';
        for c in self.0.chars() {
            if (before, c) == ('[', '[') {
                f.write_char(' ')?;
            }
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                '#' => f.write_str("&#35;")?,
                // Readers make a blank of a bare one in an attribute.
                '\t' => f.write_str("&#9;")?,
                _ if Policy::Xml.forbids(c) => write!(f, "{}", c.escape_unicode())?,
                _ => f.write_char(c)?,
            }
            before = c;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_or_shown() {
        let rows = [
            ("plain 中文 \u{1f600} \u{fffd}", "plain 中文 \u{1f600} \u{fffd}"),
            ("<a b=\"c\">&'", "&lt;a b=&quot;c&quot;&gt;&amp;&apos;"),
            ("]]><!--", "]]&gt;&lt;!--"),
            ("\u{1b}[31mred\u{0}", "\\u{1b}[31mred\\u{0}"),
            ("a\nb\r\tc\u{85}\u{7f}", "a\\u{a}b\\u{d}&#9;c\\u{85}\\u{7f}"),
            ("\u{fffe}\u{ffff}", "\\u{fffe}\\u{ffff}"),
            ("a\u{202e}b\u{2066}c\u{2028}", "a\\u{202e}b\\u{2066}c\\u{2028}"),
            ("[[ATTACHMENT|/etc/passwd]]", "[ [ATTACHMENT|/etc/passwd]]"),
            ("[[[x", "[ [ [x"),
            ("##vso[task.complete]", "&#35;&#35;vso[task.complete]"),
        ];
        for (text, wanted) in rows {
            assert_eq!(XmlText(text).to_string(), wanted, "{text:?}");
        }
    }

    #[test]
    fn every_character_makes_well_formed_xml() {
        for start in (0..=0x10_ffff_u32).step_by(0x1000) {
            let text: String = (start..start + 0x1000).filter_map(char::from_u32).collect();
            let document = format!("<a b=\"{0}\">{0}</a>", XmlText(&text));
            let parsed =
                roxmltree::Document::parse(&document).expect("the document is well-formed");
            let shown = parsed.root_element().text().unwrap_or_default();
            assert_eq!(
                parsed.root_element().attribute("b").unwrap_or_default(),
                shown,
                "from {start:#x}"
            );
        }
    }
}
