//! Video → [`Track`](crate::track::Track): who lifts, cuts, camera, which frame needs what.
//!
//! The only stage that names media, pose and bar together.

mod bodies;
mod bow;
mod cuts;
mod lines;
mod looks;
mod passes;
mod persons;
mod picture;
mod plates;
mod raster;
mod rests;
mod roll;
mod scene;
mod scout;
mod shots;
mod steady;
mod turned;

pub use passes::observe;
