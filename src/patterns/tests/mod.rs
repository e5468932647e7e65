//! The checks on the planar lifter (SPEC 14.1): contract, dose and response, error rates, score.

mod addition;
mod body;
mod contract;
mod dose;
pub(crate) mod fixtures;
mod phrases;
mod rates;
mod scores;
mod views;
