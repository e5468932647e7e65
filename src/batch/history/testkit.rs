//! Sets of a made-up lifter.

use crate::batch::date::Day;
use crate::batch::metadata::SetFacts;
use crate::batch::record::{CheckSum, SetRecord};
use crate::patterns::Severity;
use crate::reps::Variant;

/// A set on a day of March 2026.
pub fn set(day: u8, load_kg: f64, score: f64) -> SetRecord {
    SetRecord {
        recording: None,
        name: format!("{day}-{load_kg}.mp4"),
        result: Default::default(),
        sha256: String::new(),
        facts: SetFacts { date: Day::new(2026, 3, day), load_kg: Some(load_kg), one_rep_max_kg: Some(200.0), ..SetFacts::default() },
        variant: Variant::Conventional,
        rep_count: 5,
        score: Some(score),
        score_sigma: None,
        coverage: 1.0,
        band: None,
        headline: Default::default(),
        view: None,
        mean_fps: None,
        scale_source: None,
        warnings: vec![],
        mean_velocity_mps: Some(0.5),
        velocity_sigma_mps: Some(0.02),
        velocity_loss_pct: None,
        fatigue: None,
        form_drop: None,
        checks: vec![],
        top: None,
        fault: None,
    }
}

/// With one fault found in one repetition.
pub fn with_fault(code: &str, severity: Severity, set: SetRecord) -> SetRecord {
    let checks = vec![CheckSum { code: code.into(), severity, reps_flagged: 1, assessed: true }];
    SetRecord { checks, ..set }
}
