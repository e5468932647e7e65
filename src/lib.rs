//! formcheck: deadlift form from one recorded video.
//!
//! Three steps, each of which stands alone ([`pipeline`]): **observe** a video with the networks, which takes about as long as the
//! video lasts and gives a [`track::Track`]; **assess** the track, which is pure and takes milliseconds; **write** the files.
//!
//! # Assessing a saved track
//!
//! A track holds all that was seen, so that it can be judged again without video, network or decoder. A build with
//! `--no-default-features` can do this and nothing native is linked. `examples/assess_track.rs` is the same as a program.
//!
//! ```
//! use formcheck::config::Config;
//! use formcheck::{pipeline, track};
//! use std::path::Path;
//!
//! # fn main() -> formcheck::error::Result<()> {
//! let track = track::load(Path::new("fixtures/tracks/side_e4_belt.track.json.gz"))?;
//! let report = pipeline::assess(&track, None, &Config::default())?.report;
//!
//! let rep = report.full_reps().next().expect("the clip shows one pull");
//! let worst = rep.flags()[0];
//! assert_eq!(worst.code, "E4");
//! println!("rep {}: {} (p {:.2})", rep.index, worst.named(), worst.p_flag.unwrap_or(0.0));
//!
//! // What was not seen is no number: from the side nobody knows how wide the feet stand, and the report says why.
//! let stance = rep.checks.iter().find(|c| c.code == "S1").expect("every check stands in every repetition");
//! assert_eq!(stance.value, None);
//! assert!(stance.reason.is_some());
//! # Ok(())
//! # }
//! ```
//!
//! # Other thresholds
//!
//! A configuration is TOML over the defaults; an unknown key, a value out of range or reversed steps are refused with the line.
//!
//! ```
//! use formcheck::config;
//! # use formcheck::{pipeline, track};
//! # use std::path::Path;
//!
//! # fn main() -> formcheck::error::Result<()> {
//! # let track = track::load(Path::new("fixtures/tracks/side_e4_belt.track.json.gz"))?;
//! let lenient = config::parse("[E4]\ndrift_cm = [20.0, 30.0, 40.0]")?;
//! let report = pipeline::assess(&track, None, &lenient)?.report;
//! assert!(report.full_reps().all(|rep| rep.flags().iter().all(|c| c.code != "E4")));
//!
//! let error = config::parse("[E4]\ndrift_cm = [8.0, 5.0, 3.0]").expect_err("steps that fall");
//! assert!(error.message.starts_with("line 2"));
//! # Ok(())
//! # }
//! ```
//!
//! # Observing a video and writing the files
//!
//! Needs the feature `vision`, the networks (`make setup`) and a video; `examples/observe_video.rs` also shows progress.
//!
//! ```no_run
//! use formcheck::config::Config;
//! use formcheck::pipeline::{self, Cancel, ObserveOptions, Outputs, Silent};
//! use std::path::Path;
//!
//! # fn main() -> formcheck::error::Result<()> {
//! let (video, folder) = (Path::new("set1.mp4"), Path::new("out/set1"));
//! let cancel = Cancel::default(); // set it from another thread to stop
//! let track = pipeline::observe(video, &ObserveOptions::default(), &Silent, &cancel)?;
//! let assessment = pipeline::assess(&track, None, &Config::default())?;
//! let outputs = Outputs { video: true, html: true, ..Outputs::default() };
//! for file in pipeline::write(&assessment, &track, Some(video), folder, outputs, &Silent, &cancel)? {
//!     println!("wrote {}", file.display());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Every failure is an [`Error`]: one sentence with the facts, a hint, and the kind that decides the program's exit code.
//!
//! # How it is laid out
//!
//! Two wings that never meet, and what both stand on (`tests/layers.rs` keeps that true):
//!
//! ```text
//!                     cli
//!            batch        evaluate
//!                  pipeline               observe → Track → assess → Report → files
//!                   report
//!                  patterns
//!                    reps
//!      signals                  observe
//!                           pose  media  bar
//!                   track
//!     numeric  files  config  progress  error
//! ```
//!
//! [`track::Track`] is the waist: the right wing's slow native code writes it, the left wing is pure functions
//! over small serialisable values.

// Nothing of a file, a network or a user makes the library panic on purpose.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]
// The face is what is public and shown: observe a video, assess a track, write the files, and the values that come of it. Hidden is
// what the program, the tests, the fuzzers and the benches of this repository reach from outside; it promises nothing to anyone else.
#![deny(missing_docs)]

// The made-up set in `report::sample` is shared with `tests/` and `examples/`, so it names this crate from outside.
#[cfg(test)]
extern crate self as formcheck;

#[cfg(test)]
mod alive;
#[cfg(feature = "vision")]
mod bar;
#[doc(hidden)]
pub mod batch;
#[doc(hidden)]
pub mod cli;
pub mod config;
mod day;
pub mod device;
pub mod error;
#[doc(hidden)]
pub mod evaluate;
#[doc(hidden)]
pub mod files;
mod isolate;
#[cfg(feature = "vision")]
#[doc(hidden)]
pub mod media;
#[doc(hidden)]
pub mod numeric;
#[cfg(feature = "vision")]
#[doc(hidden)]
pub mod observe;
mod pair;
mod patterns;
pub mod pipeline;
#[cfg(feature = "vision")]
#[doc(hidden)]
pub mod pose;
pub mod progress;
pub mod report;
#[doc(hidden)]
pub mod reps;
#[doc(hidden)]
pub mod signals;
pub mod track;

pub use error::{Error, ErrorKind};
