//! Recognizing and removing the annotations of earlier runs, for every format.

mod annotations;
mod below_lines;
mod stripper;

pub(crate) use annotations::member_start;
pub use annotations::{
    ANNOTATION_LIMIT, DEFAULT_KEY, PriorAnnotations, annotation, annotation_with,
};
pub(crate) use below_lines::{ENDED, EXCERPT, FIELD, MARK_WIDTH, MORE};
pub(crate) use below_lines::{ENDED_LINE, MARK, ended, is_below_line, lines_of_blocks};
pub use stripper::Stripper;
