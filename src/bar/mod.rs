//! The near plate: candidates in every frame, linked to one path through the clip.

mod edges;
mod find;
mod floor;
mod gray;
mod known;
mod link;
mod mend;
mod rim;
mod rings;
mod shrink;
mod votes;

pub use find::{Candidate, PlateFinder};
pub(crate) use gray::Gray;
pub use known::Hint;
pub use link::link;

/// Why a frame could not be searched.
#[derive(Debug, thiserror::Error)]
pub enum BarError {
    #[error("the region to search for the plate lies outside the picture")]
    EmptyRegion,
    #[error(transparent)]
    OpenCv(#[from] opencv::Error),
}
