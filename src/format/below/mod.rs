//! `below`: the line as it is, and below it a block that points at its codes and explains them,
//! like a compiler's diagnostics.
//!
//! `strip/below_lines.rs` recognizes the lines of blocks.

#[allow(clippy::module_inception, reason = "the folder only re-exports; the format needs a file")]
mod below;
mod block;
mod carets;
mod excerpt;
mod field;

pub use below::{Below, Wrap};

#[cfg(test)]
mod tests;
