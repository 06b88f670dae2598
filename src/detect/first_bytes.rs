//! Which bytes the texts of a list can begin with: the cheapest test before they are compared.

use crate::catalog::Text;

/// A set of bytes.
#[derive(Clone)]
pub(super) struct FirstBytes([bool; 256]);

impl FirstBytes {
    /// The first bytes of `texts`.
    pub(super) fn of(texts: &[Text]) -> Self {
        let mut set = [false; 256];
        for byte in texts.iter().filter_map(|text| text.bytes().next()) {
            set[usize::from(byte)] = true;
        }
        Self(set)
    }

    /// The text of `texts`, of which these are the first bytes, that `rest` begins with.
    #[inline]
    pub(super) fn find<'t>(&self, texts: &'t [Text], rest: &[u8]) -> Option<&'t Text> {
        let first = *rest.first()?;
        if self.0[usize::from(first)] {
            texts.iter().find(|text| rest.starts_with(text.as_bytes()))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_text_that_fits_is_found() {
        let texts = [Text::from("ab"), Text::from("a"), Text::from("、")];
        let set = FirstBytes::of(&texts);
        let find = |rest: &str| set.find(&texts, rest.as_bytes()).map(|text| text.as_ref());
        assert_eq!(
            [find("abc"), find("ac"), find("、x"), find("b"), find("")],
            [Some("ab"), Some("a"), Some("、"), None, None]
        );
    }
}
