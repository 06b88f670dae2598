//! Finds Tencent Cloud IM error codes in logs.

pub mod catalog;
pub mod detect;
pub mod filter;
pub mod input;
pub mod rules;
