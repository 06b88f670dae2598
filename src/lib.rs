//! Finds the error codes of Tencent Cloud IM (Chat) in logs and explains them: what a code means
//! and what to do.
//!
//! ```
//! let line = imerr::annotate_line("login failed, code: 6206, imsdk");
//! assert!(line.contains("The UserSig has expired. -> Get a new UserSig"));
//! assert_eq!(imerr::explain(6206)[0].name(), Some("ERR_USER_SIG_EXPIRED"));
//! ```
//!
//! The package is `imerr-annotate`, as the program, and its library is `imerr`. So a dependency
//! names both: `imerr = { package = "imerr-annotate", path = "...", default-features = false }`.
//!
//! # Overview
//!
//! Most users need these functions, which use the built-in codes and no setup:
//!
//! | function | from | to |
//! | --- | --- | --- |
//! | [`annotate_line`] | a line | the line with the meaning and remedy of its codes |
//! | [`explain`](fn@explain) | a code | its [`Entry`]s |
//! | [`annotate`](fn@annotate) | a [`Read`](std::io::Read) and a [`Write`](std::io::Write) | the log, annotated |
//! | [`count`] | a `Read` | [`RunStats`](stats::RunStats): how often, where and when |
//! | [`diagnose`](fn@diagnose) | a `Read` | a [`Diagnosis`](diagnose::Diagnosis): what went wrong first |
//!
//! and these types:
//!
//! * [`Detector`] finds the codes of a line. Each is a [`ResolvedFinding`] with a [`Confidence`].
//! * [`Entry`] is what the [`Catalog`] knows about a code.
//! * [`Annotator`] annotates in one of the formats of [`mod@format`], only the codes that a
//!   [`Filter`] selects. [`Stripper`] removes annotations.
//! * [`mask::Masker`] replaces names and secrets.
//! * [`CustomBuilder`] adds catalogs and rules of your own.
//!
//! The rest is for programs like `imerr-annotate`: [`pipeline::run`] moves blocks from an
//! [`input::Feed`] through an [`Annotator`] to a writer and reports to an
//! [`Observer`](pipeline::Observer), [`report`] writes documents, a [`gate::Gate`] fails a run,
//! [`export`] writes the catalog as tables, and [`timestamp::Timeline`] reads the times of lines.
//!
//! # Features
//!
//! * `cli` (default) builds the program. It turns on the others.
//! * `decode` reads compressed files, archives, and other encodings than UTF-8.
//! * `glob` selects files of directories and members of archives by globs.
//! * `html` writes the report as a web page.
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
//! # Example: annotate lines as they come
//!
//! ```
//! use std::io::{BufRead, Write};
//!
//! fn annotate_lines(input: impl BufRead, mut output: impl Write) -> std::io::Result<()> {
//!     for line in input.lines() {
//!         writeln!(output, "{}", imerr::annotate_line(&line?))?;
//!     }
//!     Ok(())
//! }
//!
//! let mut out = Vec::new();
//! annotate_lines(&b"start\nimsdk: login failed, code: 6206\n"[..], &mut out)?;
//! assert!(out.starts_with(b"start\nimsdk: login failed, code: 6206 [imerr 6206 sdk/account "));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Example: count and diagnose
//!
//! ```
//! let log = "imsdk: OnUserSigExpired\nimsdk: error code:6014|not login\n";
//! let stats = imerr::count(log.as_bytes())?;
//! assert_eq!((stats.codes.rows[0].key.code, stats.codes.rows[0].count), (6014, 1));
//! let diagnosis = imerr::diagnose(log.as_bytes())?;
//! let incident = &diagnosis.incidents[0];
//! assert_eq!(diagnosis.cause(incident).name, "usersig-expired");
//! assert_eq!(incident.consequence_count(), 1);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Example: mask names and secrets
//!
//! ```
//! use imerr::Detector;
//! use imerr::mask::Masker;
//!
//! let mut masker = Masker::new(Detector::built_in().catalog());
//! let masked = masker.mask("login failed, userID: alice, code: 6206\nretry for alice\n");
//! assert_eq!(masked, "login failed, userID: user-1, code: 6206\nretry for user-1\n");
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
//! // Err has a list of problems. Each displays as `path:line:column: message`.
//! let detector = builder.finish().expect("the catalog has no error").detector;
//! let findings = detector.find(b"pay failed, error_code: 100001");
//! assert_eq!(findings[0].meaning(), "Another device is changing the same cart.");
//! ```
//!
//! # Example: a format of your own
//!
//! ```
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
//! let mut feed = Feed::from_reader(&b"start\nimsdk: login failed, code: 6206\n"[..]);
//! let mut annotator = Annotator::for_format(Detector::built_in(), Remedies);
//! let mut out = Vec::new();
//! run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())?;
//! assert_eq!(out, b"2: Get a new UserSig from your server and log in again.\n");
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
pub use functions::{annotate, annotate_line, count, diagnose, explain};
pub use stats::Totals;
pub use strip::Stripper;
