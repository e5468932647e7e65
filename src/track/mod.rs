//! The saved observation of a video ([`Track`]): its types, the skeleton layouts its poses come in, how it is
//! read and written. Both wings share it and nothing else.

pub mod arms;
pub mod bounded;
pub mod check;
mod cut;
pub mod event;
pub mod file;
mod joints;
mod outline_codec;
mod shots;
pub mod skeleton;
pub mod turned;
mod types;

pub use cut::cut;
pub use event::{Event, EventCode};
pub use file::{TRACK_FILE, load, save, settle};
pub use joints::{Joint, Side};
pub use shots::{main_shot, only_main_shot, shots};
pub use skeleton::Layout;
pub use types::*;
