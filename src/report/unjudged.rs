//! What could not be judged in any rep, grouped by reason, with how to film better.

use super::{Report, reasons, words};
use crate::patterns::{Reason, Status};
use crate::signals::View;

/// Checks that share one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub reason: Reason,
    pub why: &'static str,
    pub film_better: &'static str,
    /// Titles, in the registry's order.
    pub titles: Vec<String>,
    /// Codes, same order.
    pub codes: Vec<String>,
}

/// Checks that no rep could answer; those left out on request or foreign to the lift are no loss.
pub fn groups(report: &Report) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![];
    for check in report.reps.first().into_iter().flat_map(|rep| &rep.checks) {
        let everywhere = report.reps.iter().all(|rep| rep.checks.iter().any(|c| c.code == check.code && c.status == Status::NotAssessable));
        let Some(reason) =
            check.reason.filter(|r| everywhere && !matches!(r, Reason::NotSelected | Reason::VariantNa | Reason::RoundOnTheWayUp))
        else {
            continue;
        };
        let place = groups.iter().position(|g| g.reason == reason).unwrap_or_else(|| {
            let said = reasons::explain(reason);
            groups.push(Group { reason, why: said.why, film_better: said.film_better, titles: vec![], codes: vec![] });
            groups.len() - 1
        });
        groups[place].titles.push(check.title.clone());
        groups[place].codes.push(check.code.clone());
    }
    // What better filming can cure comes first.
    groups.sort_by_key(|g| match g.reason {
        Reason::RoundOnTheWayUp => 3,
        Reason::NotVisibleByNature | Reason::PlateOcclusion => 2,
        Reason::NoHistory => 1,
        _ => 0,
    });
    groups
}

/// All of it in one line: "7 things could not be judged: 3 need a front view, 2 need earlier sets, 2 no camera can see."
pub fn in_short(groups: &[Group]) -> Option<String> {
    let all: usize = groups.iter().map(|g| g.codes.len()).sum();
    let parts: Vec<String> = groups.iter().map(|g| format!("{} ({})", g.codes.len(), g.why)).collect();
    let shown = &parts[..parts.len().min(3)];
    let rest = if parts.len() > shown.len() { "; and more" } else { "" };
    (all > 0).then(|| format!("{} could not be judged: {}{rest}.", words::count(all, "thing"), shown.join(", ")))
}

/// How to film so that more can be said; `None` when there is a score, or pain comes first.
pub fn film_again(report: &Report) -> Option<String> {
    if report.set.score.is_some() || report.pain.is_some() {
        return None;
    }
    if report.reps.is_empty() {
        return Some("Film the whole set, from before the first pull until the bar is down again, exactly from the side.".into());
    }
    if matches!(report.camera.view, View::Front | View::Rear) {
        let text = "This view shows stance, grip and knees. Film a second clip exactly from the side for the back, the hips and the bar.";
        return Some(text.into());
    }
    // What would open up the most checks.
    let curable = |g: &Group| !matches!(g.reason, Reason::NoHistory | Reason::NotVisibleByNature | Reason::PlateOcclusion);
    let best = groups(report).into_iter().filter(|g| curable(g) && !g.film_better.is_empty()).max_by_key(|g| g.codes.len());
    best.map(|g| g.film_better.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    #[test]
    fn groups_share_a_reason_and_curable_ones_lead() {
        let groups = groups(&sample::build(Case::Faulty).report);
        let first = &groups[0];
        assert_eq!((first.reason, first.codes.join(" ")), (Reason::ViewSide, "S1 S3".to_owned()));
        assert!(first.film_better.contains("front"));
        assert_eq!(groups.len(), 5);
    }

    #[test]
    fn a_check_judged_in_one_rep_is_not_listed() {
        let mut report = sample::build(Case::Faulty).report;
        let judged = report.reps[1].checks.iter_mut().find(|c| c.code == "S1").unwrap();
        judged.status = Status::Ok;
        let side = groups(&report).into_iter().find(|g| g.reason == Reason::ViewSide).unwrap();
        assert_eq!(side.codes.join(" "), "S3");
    }
}
