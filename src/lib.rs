//! Finds Tencent Cloud IM error codes in logs.

pub mod catalog;
pub mod rules;
