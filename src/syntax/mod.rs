//! The syntax of annotations, which formats write and `strip` recognizes.

mod marks;
mod meanings;

pub(crate) use marks::*;
pub use marks::{ANNOTATION_LIMIT, DEFAULT_KEY};
pub(crate) use meanings::{find_meanings, next_meaning_candidate};
