//! Truth of one rendered lift: `NAME.truth.json` beside its video (CONTRACT "Truth for evaluate").
//!
//! Read beyond the contract when present: `time_s` per frame, `hidden` {joint: [bool]}, `view`,
//! `angles_deg` {trunk, hip, knee}, `plate_radius_px` per frame, and per rep `kind`, `knee_pass_s`,
//! `knee_pass_down_s`, `measured` {name: value}. Other keys are left alone.

mod read;

pub use read::{parse, read};

use super::fields::{Channel, Points};
use crate::patterns::Severity;
use crate::reps::{RepKind, Variant};
use crate::signals::{Facing, Joint, Side, View};
use std::collections::BTreeMap;

/// Which side of the body a truth joint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BodySide {
    Near,
    Far,
    Left,
    Right,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Seconds since the first shown frame, one per frame; every channel below has this length.
    pub time_s: Vec<f64>,
    pub facing: Option<Facing>,
    /// As given: signed or unsigned, 0 = side view.
    pub yaw_deg: Option<f64>,
    pub view: Option<View>,
    pub variant: Option<Variant>,
    pub joints: BTreeMap<(BodySide, Joint), Points>,
    /// Not visible in the picture: behind the plate or another part of the body.
    pub hidden: BTreeMap<(BodySide, Joint), Vec<bool>>,
    pub bar_px: Option<Points>,
    pub plate_radius_px: Option<Channel>,
    pub bar_height_cm: Option<Channel>,
    pub bar_forward_cm: Option<Channel>,
    pub lumbar_flexion_deg: Option<Channel>,
    /// "trunk", "hip", "knee" in SPEC 3.2's convention.
    pub angles_deg: BTreeMap<String, Channel>,
    pub reps: Vec<TruthRep>,
    /// Things that were read but cannot be used, for the table's notes.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TruthRep {
    pub kind: RepKind,
    pub lift_off_s: Option<f64>,
    pub knee_pass_s: Option<f64>,
    pub lockout_s: Option<f64>,
    pub descent_s: Option<f64>,
    pub knee_pass_down_s: Option<f64>,
    pub floor_s: Option<f64>,
    /// Code → what happened. A code that is absent did not happen.
    pub faults: BTreeMap<String, Fault>,
    /// What a perfect measurement reads, name with unit → value, whether or not it is a fault.
    pub measured: BTreeMap<String, f64>,
}

/// One fault of one rep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// In the unit of `dose::DOSES`, when a number was given.
    pub dose: Option<f64>,
    /// `None`: unknown whether it happened; left out of the scores.
    pub severity: Option<Severity>,
}

impl TruthRep {
    /// From the first to the last event known.
    pub fn span_s(&self) -> Option<[f64; 2]> {
        let known = [self.lift_off_s, self.knee_pass_s, self.lockout_s, self.descent_s, self.knee_pass_down_s, self.floor_s];
        let times: Vec<f64> = known.into_iter().flatten().collect();
        Some([times.iter().copied().reduce(f64::min)?, times.iter().copied().reduce(f64::max)?])
    }

    /// True severity of a check; `None` when the truth does not know.
    pub fn severity(&self, code: &str) -> Option<Severity> {
        self.faults.get(code).map_or(Some(Severity::None), |f| f.severity)
    }

    /// No fault of any kind reaches its mild step.
    pub fn is_clean(&self) -> bool {
        self.faults.values().all(|f| f.severity == Some(Severity::None))
    }
}

impl Truth {
    pub fn frames(&self) -> usize {
        self.time_s.len()
    }

    /// A joint's points (or hidden flags) on the side that the program calls near, or on the other;
    /// by the anatomical side where the truth names it, so that confused sides count as error.
    pub fn of_side<T>(map: &BTreeMap<(BodySide, Joint), T>, joint: Joint, near: bool, program_near: Side) -> Option<&T> {
        let anatomical = if near == (program_near == Side::Left) { BodySide::Left } else { BodySide::Right };
        let direct = if near { BodySide::Near } else { BodySide::Far };
        map.get(&(anatomical, joint)).or_else(|| map.get(&(direct, joint)))
    }

    /// Yaw folded to the program's 0 (side) … 90 (front or rear).
    pub fn folded_yaw_deg(&self) -> Option<f64> {
        self.yaw_deg.map(|yaw| {
            let turned = yaw.abs() % 180.0;
            if turned > 90.0 { 180.0 - turned } else { turned }
        })
    }
}
