//! The saved observation of a video ([`Track`]) and how it is read and written.

mod file;
mod outline_codec;
mod scene;
mod types;

pub use file::{TRACK_FILE, load, save, settle};
pub use types::*;
