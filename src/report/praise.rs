//! What went well: checks that were clear in every rep that could be judged.

use super::{CheckPart, RepPart, Report};
use crate::patterns::praise::{allowed, praises};
use crate::patterns::{MEDIUM, Severity, Status};

/// Likelier than this to be a fault is no ground for praise: the measure is less than its own error inside the limit.
const FAULT_AT_MOST: f64 = 0.16;

fn clear(check: &CheckPart) -> bool {
    check.status == Status::Ok && check.confidence.is_none_or(|c| c >= MEDIUM) && check.p_flag.is_none_or(|p| p <= FAULT_AT_MOST)
}

fn found(rep: &RepPart, code: &str) -> bool {
    rep.checks.iter().any(|c| c.code == code && matches!(c.status, Status::Flag | Status::Borderline))
}

/// Sentences' halves, lower case, at most `most`: clear in every full rep, and beside no finding of the same part of the lift,
/// borderline ones and those of reps that were not full included (SPEC 11.3).
pub fn of_set(report: &Report, most: usize) -> Vec<&'static str> {
    let reps: Vec<&RepPart> = report.full_reps().collect();
    pick(
        most,
        |code| !reps.is_empty() && reps.iter().all(|rep| rep.checks.iter().any(|c| c.code == code && clear(c))),
        |code| report.reps.iter().any(|rep| found(rep, code)),
    )
}

pub fn of_rep(rep: &RepPart, most: usize) -> Vec<&'static str> {
    // A pull that was not finished is not praised for how it went.
    if rep.kind != crate::reps::RepKind::Full {
        return vec![];
    }
    pick(most, |code| rep.checks.iter().any(|c| c.code == code && clear(c)), |code| found(rep, code))
}

/// Whether a set may be told "well done": nothing to work on, nothing missed, enough seen.
pub fn well_done(report: &Report) -> bool {
    let worst = report.reps.iter().flat_map(|r| &r.checks).filter(|c| c.status == Status::Flag).map(|c| c.severity).max();
    report.set.score.is_some() && report.set.headline.cap.is_none() && worst.is_none_or(|w| w == Severity::None)
}

fn pick(most: usize, good: impl Fn(&str) -> bool, found: impl Fn(&str) -> bool) -> Vec<&'static str> {
    praises().into_iter().filter(|(info, _)| good(info.code) && allowed(info, &found)).map(|(_, praise)| praise.said).take(most).collect()
}

/// "a", "a and b", "a, b and c".
pub fn list(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        // A comma where a part has an "and" of its own: "your back kept its shape, and hips and chest rose together".
        [head @ .., last] if parts.iter().any(|p| p.contains(" and ")) => format!("{}, and {last}", head.join(", ")),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    #[test]
    fn only_what_was_clear_in_every_rep_is_praised() {
        let clean = of_set(&sample::build(Case::Clean).report, 3);
        assert_eq!(clean, ["your back kept its shape", "hips and chest rose together", "the bar stayed close on the way up"]);
        let faulty = of_set(&sample::build(Case::Faulty).report, 9);
        // E1, E3 and E4 are findings: nothing of the back, the hips or the bar is praised.
        assert_eq!(
            faulty,
            [
                "you finished tall without leaning back",
                "you lowered the bar with control",
                "you hinged at the hips first on the way down",
                "you locked out fully"
            ]
        );
        assert!(of_set(&sample::build(Case::NotAssessable).report, 3).iter().all(|p| p.starts_with("you hinged")));
    }
}
