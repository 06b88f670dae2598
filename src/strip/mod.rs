//! Recognizing and removing the annotations of earlier runs, for every format.

mod annotations;
mod below_lines;
mod stripper;

pub(crate) use annotations::member_start;
pub use annotations::{ANNOTATION_LIMIT, DEFAULT_KEY, PriorAnnotations, find_annotation};
pub(crate) use below_lines::{
    ADDED_LINE_END, MARK, added_line_end, find_below_lines, is_below_line,
};
pub(crate) use below_lines::{ADDED_LINE_END_MARK, EXCERPT, FIELD, MARK_WIDTH, MORE};
pub use stripper::Stripper;
