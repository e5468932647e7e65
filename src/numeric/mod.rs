//! Numbers without meaning: order statistics, the normal law, robust slopes, outliers, resampling, filters.

pub mod filter;
mod order;
pub mod stats;
mod turns;

pub use order::{median, median_and_mad, quantile};
pub use turns::{Turn, turns};

/// Five decimals: enough for any reader, and the same bytes on any machine. What a sentence tells is rounded from these as well, or the
/// last digit beside it would be another. Nothing has no sign: a sum over no terms is −0.
pub fn kept(value: f64) -> f64 {
    (value * 1e5).round() / 1e5 + 0.0
}

/// A channel on a grid of times; missing is `None`.
pub type Series = Vec<Option<f64>>;
