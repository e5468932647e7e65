//! The saved observation of a video ([`Track`]) and how it is read and written.

mod bodies;
mod bow;
pub mod file;
mod lines;
mod observe;
mod outline_codec;
mod persons;
mod roll;
mod scene;
mod steady;
mod types;

pub use file::{TRACK_FILE, load, save, settle};
pub use observe::observe;
pub use types::*;
