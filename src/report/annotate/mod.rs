//! The second decode: the annotated video, stills and clips, in one pass over the frames.

mod against;
pub mod card;
mod draw;
mod evidence;
mod marks;
mod overlay;
mod pass;
mod scene;
mod stills;
mod want;

pub use pass::{Made, Plan, run};
pub use scene::Scene;
