//! The guide's pre-lift checklist with what was seen (SPEC 10).

use super::checks::e5;
use super::headline::sure;
use super::judged::{ChecklistLine, JudgedRep, Judgement, Seen};
use super::words::{reason_text, rep_list};
use super::{Reason, Status};
use crate::reps::Variant;

/// Lines answered by a check.
const SEEN: [(&str, &str); 7] = [
    ("Bar over mid-foot", "S2"),
    ("Feet hip-width apart", "S1"),
    ("Grip just outside legs", "S3"),
    ("Shoulders slightly in front of the bar", "S4"),
    ("Spine neutral", "E1"),
    ("Bar touching or very close to shins", "S7"),
    ("Hips above knees, below shoulders", "S5"),
];

/// The grip's line where the knees stand outside the hands.
const SUMO_GRIP: &str = "Grip inside the knees";

/// The first line that only the lifter can answer, with what to ask oneself; a breath that was seen is told with it.
const BRACED: (&str, &str) = ("Core braced", "cannot be seen on video: a deep breath into your belly, abs tight as if for a punch?");
/// The other lines of that kind.
const ASKED: [(&str, &str); 5] = [
    ("Lats engaged", "cannot be seen on video: do you feel tension in your upper back, shoulder blades in your back pockets?"),
    ("Mind-muscle connection", "cannot be seen on video: think \"hips drive forward\", not \"pull with the back\""),
    ("Warm-up done", "cannot be seen on video: glute bridges, banded marches, cat-cow stretches?"),
    ("Flat shoes or barefoot", "not read from the video: are your heels as low as your toes?"),
    ("Grip secure", "cannot be seen on video: chalk on your hands?"),
];

/// Likelier than this to be a fault is no tick.
pub const FAULT_AT_MOST: f64 = 1.0 / 3.0;

/// The note of a line that this kind of lift or repetition does not have: a sumo stance is no hip width.
pub const FOREIGN: &str = "this kind of lift or repetition has no such thing";

/// The checklist of a set, in the guide's order: what the checks saw, then what the lifter must answer.
pub fn checklist(reps: &[JudgedRep], variant: Variant) -> Vec<ChecklistLine> {
    let named = |item: &'static str, code: &str| if variant == Variant::Sumo && code == "S3" { SUMO_GRIP } else { item };
    let seen = SEEN.iter().map(|(item, code)| from_check(reps, named(item, code), code));
    let ask = |item: &str, note: String| ChecklistLine { item: item.into(), seen: Seen::CannotBeSeen, note };
    let braced = ask(BRACED.0, breaths(reps, BRACED.1));
    let asked = ASKED.iter().map(|(item, note)| ask(item, (*note).into()));
    seen.chain([braced]).chain(asked).collect()
}

fn from_check(reps: &[JudgedRep], item: &str, code: &str) -> ChecklistLine {
    let all: Vec<(u32, &Judgement)> = reps.iter().filter_map(|r| Some((r.index, r.check(code)?))).collect();
    let with = |status: Status| all.iter().filter(|c| c.1.status() == status).map(|c| c.0).collect::<Vec<u32>>();
    // What holds before the pull says nothing of the way up: a bar that starts at the shins may drift away from them.
    let at = if code == "E1" { "in" } else { "at the start of" };
    let flags = with(Status::Flag);
    let clear = |c: &&(u32, &Judgement)| c.1.measured().is_some_and(|m| m.status == Status::Ok && m.p_flag <= FAULT_AT_MOST);
    let ok: Vec<u32> = all.iter().filter(clear).map(|c| c.0).collect();
    let close: Vec<u32> =
        all.iter().filter(|c| c.1.measured().is_some() && !flags.contains(&c.0) && !ok.contains(&c.0)).map(|c| c.0).collect();
    let (seen, note) = if !flags.is_empty() {
        let unsure = all.iter().filter(|c| flags.contains(&c.0)).all(|c| !sure(c.1));
        (Seen::No, format!("{}not so {at} {}", if unsure { "probably " } else { "" }, rep_list(&flags)))
    } else if !ok.is_empty() {
        (
            Seen::Yes,
            if close.is_empty() {
                format!("{at} {}", rep_list(&ok))
            } else {
                format!("{at} {}; close to the limit in {}", rep_list(&ok), rep_list(&close))
            },
        )
    } else if !close.is_empty() {
        (Seen::CannotBeSeen, format!("too close to the limit to tell in {}", rep_list(&close)))
    } else {
        match all.iter().find_map(|c| c.1.reason()).unwrap_or(Reason::TooFewFrames) {
            // What a kind of lift does not have nobody is to check.
            Reason::VariantNa => (Seen::CannotBeSeen, FOREIGN.to_owned()),
            reason => (Seen::CannotBeSeen, format!("{} - check yourself", reason_text(reason))),
        }
    };
    ChecklistLine { item: item.into(), seen, note }
}

/// A visible breath is told; its absence says nothing.
fn breaths(reps: &[JudgedRep], note: &str) -> String {
    let breaths: Vec<u32> =
        reps.iter().filter(|r| r.metrics.get(e5::BREATH_SEEN.name).copied().flatten().is_some()).map(|r| r.index).collect();
    match breaths.is_empty() {
        true => note.to_owned(),
        false => format!("{note} (a breath was visible before {})", rep_list(&breaths)),
    }
}
