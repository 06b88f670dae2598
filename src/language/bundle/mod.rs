//! The words of a bundle, in each language.

mod chinese;
mod english;

use chinese::Chinese;
use english::English;

use crate::catalog::Lang;
use crate::mask::{MaskCount, MaskKind};
use crate::report::ReportData;

/// The words of a bundle in a language.
pub fn of(lang: Lang) -> &'static dyn BundleWords {
    match lang {
        Lang::En => &English,
        Lang::Zh => &Chinese,
    }
}

/// The words of a bundle in one language. Sentences end with a full stop.
pub trait BundleWords: Sync {
    /// What a kind of masked values is, in the plural.
    fn kind(&self, kind: MaskKind) -> &'static str;
    /// A number of masked values and the places where they were.
    fn masked(&self, count: &MaskCount) -> String;
    /// The content of `MASKED.txt`. So many lines of the log are in the excerpts.
    fn masked_list(&self, masked: &[MaskCount], data: &ReportData<'_>, lines: u64) -> String;
    /// No line of the log is quoted.
    fn no_excerpts(&self) -> &'static str;
    /// So many lines with signals are not quoted.
    fn excerpts_left_out(&self, lines: u64) -> String;
    /// The heading of lines that no incident explains.
    fn not_explained(&self) -> &'static str;
    /// The text between the titles of causes.
    fn between_titles(&self) -> &'static str;
    /// No line names a version.
    fn no_versions(&self) -> &'static str;
}
