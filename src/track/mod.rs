//! The saved observation of a video ([`Track`]) and how it is read and written.

mod outline_codec;
mod scene;
mod types;

pub use types::*;
