//! Findings that are one finding: what two checks see of the same fault is reported once (SPEC 6.1, 6.5, 7.4, 8.3).

use super::checks::e1::BACK_OVER_FLATTEST_SET_DEG;
use super::checks::e3::HIP_RISE_BEFORE_LIFT_OFF_TRUNKS;
use super::checks::p3::SHOULDER_ROLL_CM;
use super::checks::s7::BAR_SHIN_GAP_CM;
use super::judged::Judgement;
use super::{Measured, Reason, Severity, Status, Verdict};
use crate::config::Config;

/// The cue of a back that rounds because the hips come up first: the guide's chain (hips up, shoulders drop, back rounds).
pub const CHAIN_CUE: &str = "hips and chest rise together";

/// Applies the rules between checks of one repetition.
pub fn settle(checks: &mut [Judgement], config: &Config) {
    let e1 = get(checks, "E1").cloned();
    let e3 = get(checks, "E3").cloned();
    let flagged = |m: &Option<Measured>| m.as_ref().is_some_and(|m| m.status == Status::Flag);
    // A back that is round before anything moves is not rounded by the hips.
    let during = e1.as_ref().is_some_and(|m| m.measure != Some(BACK_OVER_FLATTEST_SET_DEG));
    if flagged(&e1) && during && flagged(&e3) {
        with(checks, "E1", |m| m.cue = Some(CHAIN_CUE));
    }
    // The trunk giving at lift-off is what E1 sees; it costs nothing twice.
    if flagged(&e1) {
        with(checks, "E5", |m| m.deduction_share = 0.0);
    }
    // A bar that is away from the legs all the way is away from the shins at the start.
    let e4 = get(checks, "E4").cloned();
    if flagged(&e4) && e4.is_some_and(|m| m.measure == Some(BAR_SHIN_GAP_CM)) {
        with(checks, "S7", |m| m.deduction_share = 0.0);
    }
    // A back that was severely rounded on the way up is no reference for the way down.
    if e1.is_some_and(|m| m.severity == Severity::Severe) {
        rule_out(checks, "P6", Reason::RoundOnTheWayUp, |_| true);
    }
    // A trunk that leans back takes the line from hip to ear along, and the shoulders seem to come forward of it.
    if flagged(&get(checks, "E2").cloned()) {
        rule_out(checks, "P3", Reason::LeansBack, |m| m.measure == Some(SHOULDER_ROLL_CM));
    }
    // Shoulders behind the bar while the hips shoot up: the hips find the place the shoulders lacked.
    let early = e3
        .as_ref()
        .filter(|m| m.status == Status::Flag)
        .is_some_and(|m| m.metrics.iter().any(|(metric, value)| *metric == HIP_RISE_BEFORE_LIFT_OFF_TRUNKS && *value >= config.e3.pre[0]));
    if early {
        with(checks, "S4", |m| {
            if m.value < 0.0 && m.status == Status::Flag {
                m.deduction_share = 0.0;
                m.text.push_str(" Counted together with the hips rising before the bar left the floor.");
            }
        });
    }
}

fn get<'a>(checks: &'a [Judgement], code: &str) -> Option<&'a Measured> {
    checks.iter().find(|c| c.info.code == code)?.measured()
}

/// Takes back what a check measured, where that is what another one saw.
fn rule_out(checks: &mut [Judgement], code: &str, reason: Reason, which: impl Fn(&Measured) -> bool) {
    if let Some(check) = checks.iter_mut().find(|c| c.info.code == code && c.measured().is_some_and(&which)) {
        check.verdict = Verdict::NotApplicable(reason);
    }
}

fn with(checks: &mut [Judgement], code: &str, change: impl FnOnce(&mut Measured)) {
    if let Some(Verdict::Measured(m)) = checks.iter_mut().find(|c| c.info.code == code).map(|c| &mut c.verdict) {
        change(m);
    }
}
