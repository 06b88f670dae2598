//! The catalog as tables for other programs: one file for each, behind the trait [`Export`].
//!
//! A table explains a code that its reader has already cut out of a line. It finds no codes:
//! nested JSON, keys in Chinese and numbers that are no codes need the detector.
//!
//! The same catalog always gives the same bytes. `fluent_bit.rs` is the smallest example to copy
//! for a new format.

mod code_table;
mod csv;
mod elastic;
mod fluent_bit;
mod lnav;
mod logstash;
mod markdown;
mod otel;
mod rsyslog;
mod splunk;
mod sqlite;
mod syslog_ng;
mod yaml;

pub use code_table::{CodeTable, Export};
pub use csv::Csv;
pub use elastic::Elastic;
pub use fluent_bit::FluentBit;
pub use lnav::Lnav;
pub use logstash::Logstash;
pub use markdown::Markdown;
pub use otel::Otel;
pub use rsyslog::Rsyslog;
pub use splunk::{Splunk, SplunkConf};
pub use sqlite::Sqlite;
pub use syslog_ng::SyslogNg;
