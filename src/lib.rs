//! Finds the error codes of Tencent Cloud IM (Chat) in logs and explains them: what a code means
//! and what to do.
//!
//! ```
//! let line = imerr::annotate_line("login failed, code: 6206, imsdk");
//! assert!(line.contains("The UserSig has expired. -> Get a new UserSig"));
//! assert_eq!(imerr::explain(6206)[0].name(), Some("ERR_USER_SIG_EXPIRED"));
//! ```
//!
//! # Overview
//!
//! * [`annotate_line`], [`explain`](fn@explain) and [`annotate`](fn@annotate) use the built-in
//!   codes and need no setup.
//! * [`Detector`] finds the codes in a line, and [`Filter`] selects some of them.
//! * [`Catalog`] has an [`Entry`] for each code; [`CustomBuilder`] adds catalogs and rules of your
//!   own.
//! * [`Annotator`] annotates blocks of lines in one of the formats of [`mod@format`], and
//!   [`Stripper`] removes annotations.
//! * [`pipeline::run`] moves blocks from an [`input::Feed`] through either of them to a writer.
//! * [`stats::RunStats`] counts the codes, [`report`] writes documents about them, and a
//!   [`gate::Gate`] fails a run.
//! * [`export`] writes the catalog as tables for other programs.
//! * [`fn@diagnose::diagnose`] finds what went wrong first, and which findings follow from it.
//! * [`timestamp::Timeline`] reads the timestamps of the lines of a file.
//!
//! # Features
//!
//! The package has the name of the program, so a dependency names both:
//! `imerr = { package = "imerr-annotate", path = "...", default-features = false }`.
//!
//! * `cli` (default) builds the program. It turns on the others.
//! * `decode` reads compressed files, archives, and other encodings than UTF-8.
//! * `glob` selects files of directories and members of archives by globs.
//!
//! # Example: find codes
//!
//! ```
//! use imerr::Detector;
//!
//! let detector = Detector::built_in();
//! for finding in detector.find(b"imsdk: login failed, code: 6206, desc: expired") {
//!     let entry = finding.entry().expect("6206 is a known code");
//!     assert_eq!((finding.code, entry.kind.as_str()), (6206, "auth"));
//! }
//! ```
//!
//! # Example: annotate a log
//!
//! ```
//! let log = &b"start\nimsdk: login failed, code: 6206\n"[..];
//! let mut out = Vec::new();
//! let totals = imerr::annotate(log, &mut out)?;
//! assert_eq!(totals.matches, 1);
//! assert!(out.starts_with(b"start\nimsdk: login failed, code: 6206 [imerr 6206 sdk/account "));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Example: codes of your own
//!
//! ```
//! use imerr::CustomBuilder;
//!
//! let codes = r#"
//! system = "my-app"
//!
//! [[entry]]
//! code = 100001
//! category = "cart"
//! kind = "conflict"
//! severity = "warning"
//! meaning = "Another device is changing the same cart."
//! remedy = "Read the cart again after 1 s and apply the change again."
//! retry = "backoff"
//! status = "current"
//! "#;
//! let mut builder = CustomBuilder::default();
//! builder.add("my-app.toml", codes);
//! let detector = builder.finish().expect("the catalog has no error").detector;
//! let findings = detector.find(b"pay failed, error_code: 100001");
//! assert_eq!(findings[0].meaning(), "Another device is changing the same cart.");
//! ```
//!
//! # Example: a format of your own
//!
//! ```
//! use std::sync::Arc;
//!
//! use imerr::format::{FormatProperties, Line, LineContext, Render};
//! use imerr::input::Feed;
//! use imerr::pipeline::{Interrupt, run};
//! use imerr::{Annotator, Detector};
//!
//! /// The number of each line and the remedies, without the log.
//! #[derive(Debug)]
//! struct Remedies;
//!
//! impl Render for Remedies {
//!     fn properties(&self) -> FormatProperties {
//!         FormatProperties::RECORDS
//!     }
//!
//!     fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
//!         self.long_line_end(line, out);
//!     }
//!
//!     fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
//!         for finding in line.findings() {
//!             let record = format!("{}: {}\n", line.number, finding.remedy());
//!             out.extend_from_slice(record.as_bytes());
//!         }
//!     }
//! }
//!
//! let mut feed = Feed::from_reader(&b"start\nimsdk: login failed, code: 6206\n"[..], true);
//! let mut annotator = Annotator::new(Detector::built_in(), Some(Arc::new(Remedies)));
//! let mut out = Vec::new();
//! run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())?;
//! assert_eq!(out, b"2: Get a new UserSig from your server and log in again.\n");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Example: statistics
//!
//! ```
//! use imerr::input::{Block, Feed, FileError, Input};
//! use imerr::pipeline::{Interrupt, Observer, run};
//! use imerr::stats::{BlockOutcome, OccurrenceRecorder, RunStats};
//! use imerr::{Annotator, Catalog, Detector};
//!
//! struct Counter(RunStats, Catalog);
//!
//! impl Observer for Counter {
//!     fn file_failed(&mut self, input: &Input, error: &FileError) {
//!         eprintln!("{}: {error}", input.name());
//!     }
//!
//!     fn block_done(&mut self, block: &Block, outcome: BlockOutcome) {
//!         self.0.add(block.file, outcome, &self.1);
//!     }
//! }
//!
//! let detector = Detector::built_in();
//! let mut counter = Counter(RunStats::default(), detector.catalog().clone());
//! let mut feed = Feed::from_reader(&b"imsdk code:6206\nimsdk code:6206\n"[..], true);
//! let mut annotator =
//!     Annotator::new(detector, None).with_recorder(Some(OccurrenceRecorder::default()));
//! run(&mut feed, &mut annotator, &mut std::io::sink(), &mut counter, &Interrupt::default())?;
//! let row = &counter.0.codes.rows[0];
//! assert_eq!((row.key.code, row.count, row.last.line), (6206, 2, 2));
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod annotate;
pub mod catalog;
mod confidence;
pub mod custom;
pub mod detect;
pub mod diagnose;
pub mod export;
pub mod filter;
pub mod format;
mod functions;
pub mod gate;
pub mod input;
// For the program.
#[doc(hidden)]
pub mod language;
#[doc(hidden)]
pub mod lock;
mod markdown;
pub mod mask;
pub mod pipeline;
pub mod report;
pub mod rules;
#[doc(hidden)]
pub mod stages;
pub mod stats;
pub mod strip;
mod syntax;
pub mod terminal;
#[cfg(test)]
mod testutil;
pub mod timestamp;

/// The page for users of the library: its examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
pub struct LibraryPage;

pub use annotate::Annotator;
pub use catalog::{Catalog, Entry};
pub use custom::CustomBuilder;
pub use detect::{Confidence, Detector, ResolvedFinding};
pub use filter::Filter;
pub use functions::{annotate, annotate_line, explain};
pub use stats::Totals;
pub use strip::Stripper;
