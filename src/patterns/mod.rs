//! The checks of the guide (SPEC 6–8), their registry, the score (SPEC 11) and the checklist (SPEC 10).
//!
//! [`judge`] is the one entry: signals and repetitions in, [`Judged`] out.

mod body_plane;
mod calibration;
mod checklist;
mod checks;
mod confidence;
mod context;
mod explain;
mod headline;
mod judge;
mod judged;
mod judged_set;
mod merge;
pub(crate) mod metric;
mod metrics;
mod outcome;
mod phrase;
mod phrases;
mod points;
pub(crate) mod praise;
mod registry;
mod repetition;
mod score;
mod second;
mod set_shape;
mod settled;
#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
pub(crate) mod testkit_front;
#[cfg(test)]
pub(crate) mod testkit_pose;
#[cfg(test)]
mod testkit_signals;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod verdict;
mod window;
mod words;

pub use calibration::back_range;
pub use checklist::{FAULT_AT_MOST, FOREIGN};
pub use checks::CHECKS;
pub(crate) use checks::{
    e1::BACK_BENT_DEG, e1::BACK_CHANGE_DEG, e2::LEAN_BACK_DEG, e3::TRUNK_TIP_DEG, e4::BAR_DRIFT_CM, e5::TRUNK_GIVE_DEG,
    p6::BACK_LOWERING_CHANGE_DEG, p6::BACK_LOWERING_OVER_SET_DEG,
};
pub use context::Context;
pub use explain::{explain_with, list};
pub use headline::{Level, MEDIUM, decides};
#[cfg(test)]
pub use judge::judge;
pub use judge::judge_calibrated;
pub use judged::{ChecklistLine, JudgedRep, Judgement, Seen};
pub use judged_set::Judged;
pub use metrics::described;
pub use outcome::*;
pub use phrases::falls;
pub use registry::{find, validate_selection};
pub use repetition::BackRange;
pub use second::{Second, with_front};
pub use types::*;
pub(crate) use words::rep_list;
pub use words::{NOTICE, inapplicable};
