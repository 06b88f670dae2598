//! The syntax of annotations, which formats write and `strip` recognizes.

mod marks;
mod meanings;

pub(crate) use marks::{
    ADDED_LINE_END, ADDED_LINE_END_MARK, BELOW_MARK, BELOW_MARK_WIDTH, BRACKET, CONTINUATION,
    EXCERPT, FIELD, INSERTION_LIMIT, MEANING_SEPARATOR, SCHEMA_MEMBERS, TAGGED_SGR,
    UNKNOWN_MEANING, json_member_start, tagged_sequence_len, tagged_sequences,
    without_tagged_suffix,
};
pub use marks::{ANNOTATION_LIMIT, DEFAULT_KEY};
pub(crate) use meanings::{find_meanings, next_meaning_candidate};
