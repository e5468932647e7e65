//! A check more: one file, one page, its place in the list. This file is the check, and the test is the list.

use crate::config::Config;
use crate::patterns::judge::judge_by;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise};
use crate::patterns::testkit::Lift;
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::needed;
use crate::patterns::{CHECKS, Check, CheckInfo, Cluster, Context, Draw, Sight, Status, Verdict, confidence};

struct ShortPause;

const TOP_HELD_S: Metric = Metric::new("top_held_s", "From lockout to the lowering, s; 0: turned at once.");

static INFO: CheckInfo = CheckInfo {
    code: "X1",
    name: "short-pause",
    title: "Pause at the top",
    unit: "s",
    cue: "chest up",
    cluster: Some(Cluster::Back),
    sight: Sight::Any,
    draw: Draw::Lean,
    parts: &[Part::Lockout],
    phrases: &[Phrase::low(TOP_HELD_S, |m| format!("stood at the top for {:.1} s only", m.value))],
    praise: Some(Praise { rank: 99, said: "you stood at the top" }),
    metrics: &[TOP_HELD_S],
    keys: &[],
    page: "# X1 · Pause at the top\n",
};

impl Check for ShortPause {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::any(context)?;
    let window = needed(context.lockout_window())?;
    let held = context.real_between(window[0], window[1]);
    let found = grade(held, 0.05, &[0.8, 0.3, 0.1], Beyond::Below);
    Ok(Draft::new(found, sight, window, window[0], format!("You stood at the top for {held:.1} s (±0.1 s)")).measure(TOP_HELD_S))
}

#[test]
fn a_check_added_to_the_list_is_judged_scored_and_told_like_the_others() {
    let (signals, set) = Lift { hold_s: 0.2, ..Lift::default() }.build();
    let more: Vec<&'static dyn Check> = CHECKS.iter().copied().chain([&ShortPause as &dyn Check]).collect();
    let (with, without) =
        (judge_by(&more, &signals, &set, &Config::default(), None), judge_by(CHECKS, &signals, &set, &Config::default(), None));
    let added = with.reps[0].check("X1").unwrap();
    assert_eq!(added.status(), Status::Flag, "{}", added.text());
    assert!(added.fault().is_some_and(|f| f.starts_with("stood at the top for")) && added.cue() == Some("chest up"), "{:?}", added.fault());
    assert!(
        with.reps[0].metrics.get(TOP_HELD_S.name).is_some_and(Option::is_some) && !without.reps[0].metrics.contains_key(TOP_HELD_S.name)
    );
    // It has no points, so the score stands; every other check says what it said.
    assert_eq!(with.set.score, without.set.score);
    for (a, b) in with.reps[0].checks.iter().zip(&without.reps[0].checks) {
        assert_eq!((a.info.code, a.text()), (b.info.code, b.text()));
    }
}
