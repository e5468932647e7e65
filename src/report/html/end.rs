//! The page's second half: checklist, what could not be judged, limits, where it comes from.

use crate::patterns::FOREIGN;
use crate::report::{ChecklistItem, Report, Seen, reasons, unjudged as groups, words};
use crate::signals::{RollSource, View, WarningCode};
use crate::track::ChosenBy;

#[derive(Clone)]
pub struct Item {
    pub class: &'static str,
    pub mark: &'static str,
    pub said: &'static str,
    pub text: String,
    pub note: String,
}

impl Item {
    pub fn of(item: &ChecklistItem) -> Item {
        let (class, mark, said) = match item.seen {
            Seen::Yes => ("yes", "✓", "seen"),
            Seen::No => ("no", "✗", "not as it should be"),
            Seen::CannotBeSeen => ("unseen", "?", "cannot be seen, check yourself"),
        };
        // The group's title says it for all.
        let note = item.note.trim_start_matches("cannot be seen on video: ").trim_end_matches(" - check yourself").to_owned();
        Item { class, mark, said, text: item.item.clone(), note }
    }
}

/// What was seen, and what the lifter must see to.
pub struct ItemGroup {
    pub title: String,
    pub items: Vec<Item>,
}

/// From this many items on, one reason is said once for all of them.
const SHARED: usize = 3;

pub fn checklist(report: &Report) -> Vec<ItemGroup> {
    let of = |seen: bool| {
        let lines = report.checklist.iter().filter(|item| item.note != FOREIGN);
        lines.filter(move |item| (item.seen == Seen::CannotBeSeen) != seen).map(Item::of)
    };
    let mut groups = vec![ItemGroup { title: "Seen in this video".into(), items: of(true).collect() }];
    let unseen: Vec<Item> = of(false).collect();
    let mut notes: Vec<String> = vec![];
    for note in unseen.iter().map(|i| &i.note).filter(|n| !n.is_empty()) {
        if !notes.contains(note) && unseen.iter().filter(|i| i.note == *note).count() >= SHARED {
            notes.push(note.clone());
        }
    }
    let (shared, own): (Vec<Item>, Vec<Item>) = unseen.into_iter().partition(|i| notes.contains(&i.note));
    // Of a video without a lift there is nothing that ought to have been seen.
    if report.reps.is_empty() {
        notes.clear();
    }
    for note in notes {
        let items = shared.iter().filter(|i| i.note == note).map(|i| Item { note: String::new(), ..i.clone() }).collect();
        groups.push(ItemGroup { title: format!("Not seen here ({note}): check yourself"), items });
    }
    groups.push(ItemGroup { title: "For you to check".into(), items: own });
    groups.retain(|g| !g.items.is_empty());
    groups
}

pub struct Unjudged {
    pub titles: String,
    pub why: String,
    pub film: &'static str,
    pub code: String,
}

pub fn unjudged(report: &Report) -> Vec<Unjudged> {
    groups::groups(report)
        .into_iter()
        .map(|g| Unjudged {
            titles: words::titles(&g.titles),
            why: words::sentence(g.why) + ".",
            film: g.film_better,
            code: g.reason.code(),
        })
        .collect()
}

/// A blank line parts paragraphs.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

pub fn limits(report: &Report) -> Vec<String> {
    // Nothing was measured in a film without a lift.
    if report.reps.is_empty() {
        return vec![];
    }
    let mut limits = vec![
        "A finding is shown when it is at least 80 % likely to be beyond its limit; from 50 % on it is called close, and the closest is told as “watch it”. What could not be seen takes no points and earns none.".to_owned(),
    ];
    if report.reps.iter().flat_map(|rep| &rep.checks).any(|check| check.deduction >= 0.5) {
        limits.push("A rep begins with 100 points. What a finding costs depends on its kind, how far it goes and how sure it is; of findings with one cause the lesser ones cost half. A set's score is 70 % its middle rep's and 30 % its worst rep's.".to_owned());
    }
    // From the front neither plate nor back is in the way of anything.
    if !matches!(report.camera.view, View::Front | View::Rear) {
        limits.push("What the plate hides of a body is estimated from the rest and drawn dashed. The shape of your back is read from your outline; it is not the angle of your spine.".to_owned());
    }
    if report.variant.assumed {
        limits.push(format!("The kind of lift was assumed: {}.", words::guessed(&report.variant)));
    }
    if report.camera.roll_source == RollSource::Assumed && report.reps.iter().any(|rep| rep.check("E4").is_some_and(|c| c.value.is_some()))
    {
        limits.push("The camera was assumed level to within 2°: a tilted picture looks like a drifting bar.".to_owned());
    }
    // What is said of the camera above is not said twice.
    limits.extend(reasons::asides(report).filter(|w| w.code != WarningCode::RollUnknown).map(|w| w.message.clone()));
    limits
}

pub fn provenance(report: &Report) -> Vec<(&'static str, String)> {
    let (p, video, camera) = (&report.provenance, &report.video, &report.camera);
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let rate = if video.variable_frame_rate { "frames/s on average, variable" } else { "frames/s" };
    let yaw = camera.yaw_deg.map_or(String::new(), |y| format!(", {} off the side", words::measured(y, camera.yaw_sigma_deg, "°")));
    let scale = report
        .scale
        .plate_px_per_cm
        .map_or("none".into(), |s| format!("{s:.2} px/cm at the plate ({})", words::spelt(report.scale.source)));
    vec![
        ("Video", format!("{} × {} px, {} frames, {:.2} {rate}", video.width_px, video.height_px, video.frames, video.mean_fps)),
        ("File", format!("{} (sha256 {}…)", p.video.file_name, short(&p.video.sha256))),
        (
            "Camera",
            format!(
                "{}{yaw}; roll {} ({}){}",
                words::view(camera.view),
                words::measured(camera.roll_deg, Some(camera.roll_sigma_deg), "°"),
                words::spelt(camera.roll_source),
                if camera.moving { "; moving" } else { "" }
            ),
        ),
        ("Scale", scale),
        ("Lifter", chosen(report)),
        (
            "Program",
            format!(
                "formcheck {}, model {} ({}…), configuration {}…",
                p.program_version,
                p.model.name,
                short(&p.model.sha256),
                short(&p.config_sha256)
            ),
        ),
    ]
}

/// Who was followed, and among how many. Somebody whom a few looks show for a moment is seen, but is nobody to choose from.
fn chosen(report: &Report) -> String {
    let (why, seen) = (&report.lifter.chosen_by, report.lifter.persons_seen as usize);
    match seen {
        0 | 1 => why.text().to_owned(),
        _ if *why == ChosenBy::Only => format!("the only person who stays; at most {seen} people at once"),
        _ => format!("{}; at most {seen} people at once", why.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Case};

    #[test]
    fn nobody_is_asked_to_check_what_the_lift_does_not_have() {
        let mut report = sample::build(Case::Front).report;
        let all = |report: &Report| checklist(report).iter().map(|g| g.items.len()).sum::<usize>();
        let before = all(&report);
        (report.checklist[0].seen, report.checklist[0].note) = (Seen::CannotBeSeen, FOREIGN.into());
        assert_eq!(all(&report), before - 1);
    }

    #[test]
    fn a_reason_that_many_items_share_is_said_once() {
        let mut report = sample::build(Case::Front).report;
        for item in report.checklist.iter_mut().take(4) {
            (item.seen, item.note) = (Seen::CannotBeSeen, "cannot be seen on video: another person stands there - check yourself".into());
        }
        let groups = checklist(&report);
        let shared = groups.iter().find(|g| g.title.contains("another person stands there")).unwrap();
        assert_eq!(shared.items.len(), 4);
        assert!(shared.items.iter().all(|i| i.note.is_empty()));
        let all: usize = groups.iter().map(|g| g.items.len()).sum();
        assert_eq!(all, report.checklist.len(), "no item is lost");
    }
}
