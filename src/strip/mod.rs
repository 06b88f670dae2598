//! Recognizes and removes the annotations of earlier runs, one file per format.

mod annotated_codes;
mod annotations;
mod below_lines;
mod brackets;
mod logfmt;
mod stripper;

pub use crate::syntax::{ANNOTATION_LIMIT, DEFAULT_KEY};
pub use annotated_codes::annotated_codes;
pub(crate) use annotations::PriorAnnotations;
pub use annotations::find_annotation;
pub(crate) use below_lines::{added_line_end, find_below_lines, is_below_line};
pub use stripper::Stripper;
