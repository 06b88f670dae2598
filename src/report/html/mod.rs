//! `html`: the report as one web page, to send to other people.
//!
//! The page is complete without its script, without its style and on paper: the policies of build
//! servers and mail programs stop both. So everything is in the markup; graphics have attributes
//! instead of styles, and nothing is fetched. The script adds filters, sorting, zooming and the
//! other language. A content security policy allows it and the style by their hashes, and nothing
//! else.

mod bilingual;
mod code_table;
mod diagnosis;
mod document;
mod excerpts;
mod file_table;
mod log_text;
#[cfg(test)]
mod tests;
mod timeline;

pub use document::Html;
