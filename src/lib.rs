//! Finds Tencent Cloud IM error codes in logs.

pub mod annotate;
pub mod catalog;
pub mod detect;
pub mod filter;
pub mod input;
pub mod pipeline;
pub mod render;
pub mod rules;
pub mod stats;
pub mod strip;
