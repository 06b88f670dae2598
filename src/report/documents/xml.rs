//! Text of logs and file names in XML.

use std::fmt::{self, Display, Formatter, Write};

use crate::terminal::Policy;

/// A text of one line, for an element or an attribute.
///
/// * Characters that are [unsafe in XML](Policy::Xml) are written as `\u{1b}`.
/// * `[[` gets a blank in its middle: GitLab and Jenkins upload files that the output of a test
///   names as `[[ATTACHMENT|path]]`.
/// * `#` is written as a reference: build servers run `##vso[` and `##teamcity[` if the document is
///   printed to standard output.
///
/// XML writers do not replace all unsafe characters: quick-xml leaves forbidden characters in,
/// quick-junit U+FFFE and U+FFFF.
#[derive(Clone, Copy, Debug)]
pub(super) struct XmlText<'t>(pub(super) &'t str);

impl Display for XmlText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut previous = ' ';
        for c in self.0.chars() {
            if (previous, c) == ('[', '[') {
                f.write_char(' ')?;
            }
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                '#' => f.write_str("&#35;")?,
                // Readers replace a tab in an attribute by a blank.
                '\t' => f.write_str("&#9;")?,
                _ if Policy::Xml.forbids(c) => write!(f, "{}", c.escape_unicode())?,
                _ => f.write_char(c)?,
            }
            previous = c;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
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
