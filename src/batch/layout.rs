//! Names in a folder of results.

use crate::track::TRACK_FILE;

/// What became of an input, in its result folder.
pub const OUTCOME_FILE: &str = "outcome.json";
/// A set as a small drawing, in its result folder.
pub const THUMB_FILE: &str = "thumb.svg";
/// A table of metadata that is read without being asked for.
pub const SETS_FILE: &str = "sets.csv";
/// [`super::outcome::Keys::model`] of an input that is a saved track.
pub const SAVED_TRACK: &str = "saved track";
/// A set against the same lifter's set before it, in its result folder.
pub const COMPARE_FILE: &str = "compare-before.html";
/// Files of one result besides its outcome; folders of pictures apart.
pub const RESULT_FILES: &[&str] = &["report.json", "series.csv", TRACK_FILE, "report.html", "annotated.mp4", "card.png", THUMB_FILE];
