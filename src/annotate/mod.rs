//! Turns blocks of a log into annotated blocks: a scanner finds the lines with codes, a selector
//! decides which lines are printed, and a printer writes them.

mod annotator;
mod long_line;
mod prefix;
mod printer;
mod scanner;
mod selector;
#[cfg(test)]
mod tests;
mod text;

pub use annotator::Annotator;
pub use selector::{LineSelection, Select};
