//! SARIF 2.1.0, for GitHub code scanning and for viewers of findings.

mod document;
mod rule;
#[cfg(test)]
mod tests;

pub use document::Sarif;
