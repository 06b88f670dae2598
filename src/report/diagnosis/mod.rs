//! Documents about a [`Diagnosis`](crate::diagnose::Diagnosis).

mod json;
mod markdown;
pub(in crate::report) mod parts;
mod text;

#[cfg(test)]
mod tests;

pub use json::DiagnosisJson;
pub use markdown::DiagnosisMarkdown;
pub use text::DiagnosisText;
