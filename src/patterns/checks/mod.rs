//! Every check of the guide: one file per check (SPEC 6–8) and the list of all of them, in SPEC's order (SPEC 2). No macros: this is all
//! there is.

mod bar_place;
pub mod d2;
pub mod e1;
mod e1_evidence;
pub mod e2;
pub mod e3;
mod e3_measures;
pub mod e4;
pub mod e5;
mod front;
pub mod p1;
pub mod p2;
pub mod p3;
pub mod p4;
pub mod p5;
pub mod p6;
pub mod p7;
pub mod s1;
pub mod s2;
pub mod s3;
pub mod s4;
pub mod s5;
pub mod s6;
pub mod s7;
pub mod s9;
mod set_position;
pub mod t2;
pub mod unseen;

use super::Check;

/// All checks, in the order of reports.
pub static CHECKS: &[&dyn Check] = &[
    &e1::RoundedBack,
    &e2::Hyperextension,
    &e3::HipsFirst,
    &e4::BarDrift,
    &e5::Bracing,
    &unseen::E6,
    &s1::Stance,
    &s2::BarOverMidFoot,
    &s3::Grip,
    &s4::Shoulders,
    &s5::StartPosition,
    &s6::ChestUp,
    &s7::BarAtShins,
    &unseen::S8,
    &s9::Lats,
    &unseen::S10,
    &p1::WholeFoot,
    &p2::IncompleteLockout,
    &p3::ShoulderPosition,
    &p4::Control,
    &p5::HingeFirst,
    &p6::BackInLowering,
    &p7::Rushing,
    &unseen::D1,
    &d2::GripSlip,
    &unseen::T1,
    &t2::KneeTracking,
    &unseen::T3,
    &unseen::F3,
    &unseen::O1,
    &unseen::O2,
    &unseen::O3,
    &unseen::O4,
    &unseen::O5,
    &unseen::O6,
    &unseen::O7,
];
