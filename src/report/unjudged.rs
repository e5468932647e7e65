//! What could not be judged in any rep, grouped by reason, with how to film better.

use super::{Report, reasons, words};
use crate::config::Config;
use crate::patterns::{Reason, Status};
use crate::reps::RepKind;
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
    for code in report.reps.first().into_iter().flat_map(|rep| &rep.checks).map(|check| &check.code) {
        let everywhere = || report.reps.iter().filter_map(|rep| rep.check(code));
        // A touch-and-go rep has no set position of its own: what the first one could not show, none did.
        let told = everywhere().any(|c| !matches!(c.status, Status::NotAssessable | Status::NotApplicable));
        let Some(check) = everywhere().find(|c| c.status == Status::NotAssessable).filter(|_| !told) else { continue };
        let foreign = |r: &Reason| matches!(r, Reason::NotSelected | Reason::VariantNa | Reason::RoundOnTheWayUp | Reason::LeansBack);
        let Some(reason) = check.reason.filter(|r| !foreign(r)) else { continue };
        // From the front plates are seen on their edge: that the second film shows no plate, no other film cures.
        let reason = if check.from_front && reason == Reason::NoBar { Reason::NotVisibleByNature } else { reason };
        let place = groups.iter().position(|g| g.reason == reason).unwrap_or_else(|| {
            let said = reasons::explain(reason);
            groups.push(Group { reason, why: said.why, film_better: reasons::remedy(reason, report), titles: vec![], codes: vec![] });
            groups.len() - 1
        });
        groups[place].titles.push(check.title.clone());
        groups[place].codes.push(check.code.clone());
    }
    // What better filming can cure comes first.
    groups.sort_by_key(|g| match g.reason {
        Reason::RoundOnTheWayUp | Reason::LeansBack => 3,
        Reason::NotVisibleByNature | Reason::PlateOcclusion => 2,
        Reason::NoHistory => 1,
        _ => 0,
    });
    groups
}

/// Whether another clip of the same set could cure it.
fn curable(group: &Group) -> bool {
    !matches!(group.reason, Reason::NoHistory | Reason::NotVisibleByNature | Reason::PlateOcclusion)
}

/// All of it in one line: "18 things need earlier sets, your own eyes or a front view".
pub fn in_short(groups: &[Group]) -> Option<String> {
    let all: usize = groups.iter().map(|g| g.codes.len()).sum();
    let mut needs: Vec<(&str, usize)> = vec![];
    // What another clip would cure is said before what stands in every report.
    let curable: Vec<&str> = groups.iter().filter(|g| curable(g)).map(|g| reasons::need(g.reason)).collect();
    for group in groups {
        let need = reasons::need(group.reason);
        match needs.iter_mut().find(|(known, _)| *known == need) {
            Some((_, n)) => *n += group.codes.len(),
            None => needs.push((need, group.codes.len())),
        }
    }
    needs.sort_by_key(|(need, n)| (!curable.contains(need), std::cmp::Reverse(*n)));
    // So that it stays one line.
    let most = if needs.len() > 3 { 2 } else { 3 };
    let shown: Vec<&str> = needs.iter().take(most).map(|(need, _)| *need).collect();
    let list = match shown.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        [head @ .., last] if needs.len() == shown.len() => format!("{} or {last}", head.join(", ")),
        few => format!("{} and more", few.join(", ")),
    };
    let verb = if all == 1 { "needs" } else { "need" };
    Some(format!("{} {verb} {list}", words::count(all, "thing")))
}

/// Share of what matters above which nothing needs to be filmed again: that from which a set can match the guide (SPEC 11.3).
const ENOUGH: f64 = 0.75;

/// How to film so that more can be said; `None` when most could be judged, or pain comes first.
pub fn film_again(report: &Report) -> Option<String> {
    if report.pain.is_some() || report.set.score.is_some() && report.set.coverage >= ENOUGH {
        return None;
    }
    if report.reps.is_empty() {
        return Some("Film the whole set, from before the first pull until the bar is down again, exactly from the side.".into());
    }
    // What a missed pull or one that the film cuts off lacks is no matter of frames a second.
    let whole = report.full_reps().next().is_some();
    if !whole && report.reps.iter().any(|rep| rep.kind == RepKind::Partial) {
        return Some("Film the whole set, from before the first pull until the bar is down again.".into());
    }
    if !whole && report.camera.view == View::Side {
        return None;
    }
    let judged = |code: &str| report.reps.iter().any(|rep| rep.check(code).is_some_and(|c| c.reason.is_none()));
    let from_front = matches!(report.camera.view, View::Front | View::Rear);
    if from_front && ["S1", "S3", "T2"].into_iter().any(judged) {
        let text = "This view shows stance, grip and knees. Film a second clip exactly from the side for the back, the hips and the bar.";
        return Some(text.into());
    }
    // From an angle the view itself comes before anything else that is wrong with the film.
    if report.camera.view == View::Oblique && groups(report).iter().any(|g| g.reason == Reason::ViewOblique) {
        return Some(reasons::remedy(Reason::ViewOblique, report).into());
    }
    // What would open up most of what counts.
    let weights = Config::default().score.weight;
    let weight = |g: &Group| g.codes.iter().filter_map(|code| weights.get(code)).sum::<f64>();
    let groups = groups(report);
    // A front view that shows nothing is not cured by a side view alone; a bar that was let go has its own cue.
    let other = |g: &Group| !(from_front && g.reason == Reason::ViewFront || g.reason == Reason::BarDropped && judged("P4"));
    let best = groups.iter().filter(|g| curable(g) && other(g) && !g.film_better.is_empty()).max_by(|a, b| weight(a).total_cmp(&weight(b)));
    best.filter(|g| weight(g) > 0.0).map(|g| g.film_better.to_owned())
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
        let line = in_short(&groups).unwrap();
        assert_eq!(line, "6 things need a front view, your feet in sight and more");
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
