//! What went well: checks that were clear in every rep that could be judged.

use super::{CheckPart, RepPart, Report};
use crate::patterns::Status;

/// Most telling first.
const GOOD: [(&str, &str); 11] = [
    ("E1", "your back kept its shape"),
    ("E3", "hips and chest rose together"),
    ("E4", "the bar went up close and straight"),
    ("E2", "you finished tall without leaning back"),
    ("P6", "your back stayed in shape on the way down"),
    ("P4", "you lowered the bar with control"),
    ("P5", "you hinged at the hips first on the way down"),
    ("P2", "you locked out fully"),
    ("S4", "your shoulders were in the right place over the bar"),
    ("S2", "the bar started over mid-foot"),
    ("P1", "you kept your whole foot on the floor"),
];
/// Less sure than this is no ground for praise (SPEC 11.1: medium).
const SURE: f64 = 0.5;

fn clear(check: &CheckPart) -> bool {
    check.status == Status::Ok && check.confidence.is_none_or(|c| c >= SURE)
}

/// Sentences' halves, lower case, at most `most`.
pub fn of_set(report: &Report, most: usize) -> Vec<&'static str> {
    let reps: Vec<&RepPart> = report.full_reps().collect();
    // What is a finding in a rep that was not full is not praised either.
    let flagged = |code: &str| report.reps.iter().any(|rep| rep.with_status(Status::Flag).any(|c| c.code == code));
    pick(most, |code| !reps.is_empty() && !flagged(code) && reps.iter().all(|rep| rep.checks.iter().any(|c| c.code == code && clear(c))))
}

pub fn of_rep(rep: &RepPart, most: usize) -> Vec<&'static str> {
    pick(most, |code| rep.checks.iter().any(|c| c.code == code && clear(c)))
}

fn pick(most: usize, good: impl Fn(&str) -> bool) -> Vec<&'static str> {
    GOOD.iter().filter(|(code, _)| good(code)).map(|(_, said)| *said).take(most).collect()
}

/// "a", "a and b", "a, b and c".
pub fn list(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
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
        assert_eq!(clean, ["your back kept its shape", "hips and chest rose together", "the bar went up close and straight"]);
        let faulty = of_set(&sample::build(Case::Faulty).report, 9);
        assert!(!faulty.contains(&clean[0]) && !faulty.contains(&clean[2]) && faulty.contains(&"you lowered the bar with control"));
        assert!(of_set(&sample::build(Case::NotAssessable).report, 3).iter().all(|p| p.starts_with("you hinged")));
    }
}
