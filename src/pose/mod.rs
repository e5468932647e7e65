//! pose
pub mod skeleton;
