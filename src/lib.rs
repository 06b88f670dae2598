//! Finds the error codes of Tencent Cloud IM (Chat) in logs, and writes beside each what it means and what to do.
//!
//! * [`catalog::Catalog`] knows the codes: meaning, cause, remedy.
//! * [`detect::Detector`] finds and judges codes in a line.
//! * [`own::Own`] adds a user's own codes and rules to those, and catalogs of other products.
//! * [`annotate::Annotator`] turns blocks of a log into annotated blocks, in one of the formats of [`render`];
//!   [`strip::Stripper`] turns them back.
//! * [`pipeline::run`] drives blocks from an [`input::Feed`] through either, in order.
//!
//! # Example: find codes in a line
//!
//! ```
//! use imerr::detect::Detector;
//!
//! let mut detector = Detector::built_in();
//! let mut findings = Vec::new();
//! detector.detect(b"imsdk: login failed, code: 6206, desc: expired", &mut findings);
//! let entry = detector.catalog().entry(findings[0].meanings.places()[0]);
//! assert_eq!(entry.meaning, "The UserSig has expired.");
//! ```
//!
//! # Example: look a code up
//!
//! ```
//! use imerr::catalog::Catalog;
//!
//! let catalog = Catalog::built_in();
//! let entry = catalog.with_code(6206).next().expect("6206 is a code of the SDK");
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
//! use imerr::input::{Feed, FileError, Input, Notice};
//! use imerr::pipeline::{Interrupt, Observer, run};
//! use imerr::render::Append;
//!
//! struct Silent;
//! impl Observer for Silent {
//!     fn notice(&mut self, _: &Input, _: Notice) {}
//!     fn failed(&mut self, _: &Input, _: &FileError) {}
//! }
//!
//! let mut feed = Feed::of_reader(&b"imsdk: login failed, code: 6206\n"[..], false);
//! let mut annotator = Annotator::new(Detector::built_in(), Some(Arc::new(Append::default())));
//! let mut out = Vec::new();
//! run(&mut feed, &mut annotator, &mut out, &mut Silent, &Interrupt::default())?;
//! assert!(out.starts_with(b"imsdk: login failed, code: 6206 [imerr 6206 sdk/account error: "));
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod annotate;
pub mod catalog;
pub mod detect;
pub mod filter;
pub mod gate;
pub mod input;
pub mod own;
pub mod pipeline;
#[cfg(all(test, feature = "below"))]
mod promises;
pub mod render;
pub mod report;
pub mod rules;
pub mod stats;
pub mod strip;
#[cfg(feature = "time")]
pub mod window;
