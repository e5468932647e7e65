//! Numbers without meaning: order statistics, the normal law, robust slopes, outliers, resampling, filters.

pub mod filter;
mod order;
pub mod stats;
mod turns;

pub use order::{median, median_and_mad, quantile};
pub use turns::{Turn, turns};

/// A channel on a grid of times; missing is `None`.
pub type Series = Vec<Option<f64>>;
