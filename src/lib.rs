//! Finds the error codes of Tencent Cloud IM (Chat) in logs, and writes beside each what it means and what to do.
//!
//! * [`catalog::Catalog`] knows the codes: meaning, cause, remedy.
//! * [`detect::Detector`] finds and judges codes in a line.
//! * [`custom::CustomBuilder`] adds a user's own codes and rules to those, and catalogs of other products.
//! * [`annotate::Annotator`] turns blocks of a log into annotated blocks, in one of the formats of [`mod@format`];
//!   [`strip::Stripper`] turns them back.
//! * [`pipeline::run`] drives blocks from an [`input::Feed`] through either, in order.
//! * [`input::Follower`] follows files that are still written; [`stages::PerFileStage`] keeps their lines apart.
//! * [`filter::Filter`] and [`annotate::LineSelection`] narrow a log down, `stages::TimeRangeStage` to a time range.
//! * [`stats::RunStats`] counts what was seen, and [`report`] writes documents about it; [`gate`] judges it.
//!
//! # Features
//!
//! The package is called as the program is, so what depends on the library names both:
//! `imerr = { package = "imerr-annotate", path = "...", default-features = false }`.
//!
//! * `cli` (default) builds the program. It turns on the other two.
//! * `decode` reads compressed files and other encodings than UTF-8.
//! * `parallel` adds `pipeline::run_parallel`, which annotates on several threads.
//!
//! # Example: find codes in a line
//!
//! ```
//! use imerr::detect::Detector;
//!
//! let detector = Detector::built_in();
//! for finding in detector.find(b"imsdk: login failed, code: 6206, desc: expired") {
//!     assert_eq!(finding.code, 6206);
//!     assert_eq!(finding.meaning(), "The UserSig has expired.");
//! }
//! ```
//!
//! # Example: look a code up
//!
//! ```
//!
//! let catalog = imerr::catalog::built_in();
//! let entry = catalog.entries_for_code(6206).next().expect("6206 is a code of the SDK");
//! assert_eq!((entry.name(), entry.kind.as_str()), (Some("ERR_USER_SIG_EXPIRED"), "auth"));
//! ```
//!
//! # Example: annotate a reader
//!
//! ```
//! use std::sync::Arc;
//!
//! use imerr::annotate::Annotator;
//! use imerr::detect::Detector;
//! use imerr::input::Feed;
//! use imerr::pipeline::{Interrupt, run};
//! use imerr::format::Append;
//!
//! let mut feed = Feed::from_reader(&b"imsdk: login failed, code: 6206\n"[..], false);
//! let mut annotator = Annotator::new(Detector::built_in(), Some(Arc::new(Append::default())));
//! let mut out = Vec::new();
//! run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())?;
//! assert!(out.starts_with(b"imsdk: login failed, code: 6206 [imerr 6206 sdk/account error: "));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Example: codes of your own
//!
//! ```
//! use imerr::custom::CustomBuilder;
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
//! remedy = "Read the cart anew after 1 s and apply the change again."
//! retry = "backoff"
//! status = "current"
//! "#;
//! let mut own = CustomBuilder::default();
//! own.add("my-app.toml", codes);
//! let detector = own.finish().expect("the catalog holds no mistake").detector;
//! for finding in detector.find(b"pay failed, error_code: 100001") {
//!     assert_eq!(finding.entry().expect("the code is known").category, "cart");
//! }
//! ```
//!
//! # Example: a format of your own
//!
//! ```
//! use std::sync::Arc;
//!
//! use imerr::annotate::Annotator;
//! use imerr::catalog::Catalog;
//! use imerr::detect::Detector;
//! use imerr::format::{FormatProperties, Line, Render};
//! # use imerr::input::Feed;
//! # use imerr::pipeline::{Interrupt, run};
//! /// The number of each line and the remedies, without the log.
//! #[derive(Debug)]
//! struct Remedies;
//!
//! impl Render for Remedies {
//!     fn properties(&self) -> FormatProperties {
//!         FormatProperties::RECORDS
//!     }
//!
//!     fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
//!         for finding in line.findings {
//!             let remedy = finding.meanings.remedy(catalog);
//!             out.extend_from_slice(format!("{}: {remedy}\n", line.number).as_bytes());
//!         }
//!     }
//!
//!     fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
//!         self.render_line(line, catalog, out);
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

pub mod annotate;
pub mod catalog;
pub mod custom;
pub mod detect;
pub mod filter;
pub mod format;
pub mod gate;
pub mod input;
pub mod pipeline;
#[cfg(test)]
mod promises;
pub mod report;
pub mod rules;
pub mod stages;
pub mod stats;
pub mod strip;
pub mod terminal;
#[cfg(test)]
mod testutil;
pub mod timestamp;
