//! S6 chest up: how far the upper back hangs and how the head is held against standing; a proxy (SPEC 7.6).

use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, deg, signed};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, probability};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::signals::{Series, StandSource};

pub struct ChestUp;

const HEAD_TURN_DEG: Metric =
    Metric::new("head_turn_deg", "Size of the head's turn in the set position against standing, without a side, degrees.");
const UPPER_BACK_RATIO: Metric =
    Metric::new("upper_back_ratio", "Skew of the back's bend over its size in the set position; negative: the upper back hangs.");
pub const HEAD_CHANGE_DEG: Metric =
    Metric::new("head_change_deg", "Head in the set position against standing, degrees; positive: turned up.");

static INFO: CheckInfo = CheckInfo {
    code: "S6",
    name: "chest-up",
    title: "Chest and head",
    unit: "ratio",
    cue: "chest up",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Back,
    keys: &["S6."],
    parts: &[Part::Back, Part::Start],
    phrases: &[
        Phrase::low(UPPER_BACK_RATIO, |_| "upper back hung in the set position".into()),
        Phrase::high(HEAD_TURN_DEG, |m| {
            let way = if signed(m, HEAD_CHANGE_DEG) < 0.0 { "down" } else { "up" };
            format!("head turned {way} by {}", deg(m))
        }),
    ],
    praise: None,
    metrics: &[HEAD_TURN_DEG, UPPER_BACK_RATIO, HEAD_CHANGE_DEG],
    page: include_str!("../pages/S6.md"),
};

impl Check for ChestUp {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let Some(set) = context.set_window() else { return Err(super::set_position::no_set_position(context)) };
    let c = &context.config.s6;
    let sight = confidence::outline_resolution(confidence::side(context, None)?, context)?.capped(c.confidence_max);
    let back = &context.signals.back;
    let middle = |series: &Series| context.back_median(series, set);
    let hang = middle(&back.index).zip(middle(&back.skew)).filter(|(b, _)| *b > 0.02).map(|(b, s)| {
        let ratio = s / b;
        let mut found = grade(ratio, c.upper_skew_sigma, &[c.upper_skew], Beyond::Below);
        // The ratio means something only on a back that is bent.
        found.p_flag *= probability(b, context.config.e1.b_bent_sigma, c.b_min, Beyond::Above);
        found
    });
    let stand = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Lockout).and_then(|s| s.head_deg);
    let change = context.median_in(&context.signals.angles.head_deg, set).zip(stand).map(|(now, then)| now - then);
    let head = change.map(|d| grade(d.abs(), c.head_sigma, &[c.head_change], Beyond::Above));
    let draft = match (hang, head) {
        (None, None) => return Err(if stand.is_none() { Reason::NoStandRef } else { Reason::NoBackEvidence }.into()),
        (hang, Some(head)) if hang.is_none_or(|h| head.p_flag >= h.p_flag) => {
            let way = if change.is_some_and(|d| d > 0.0) { "up" } else { "down" };
            let text = format!(
                "In the set position your head was turned {way} by {:.0}° (±{:.0}°) compared with standing",
                head.value, head.sigma
            );
            Draft::new(head, sight, set, set[1], text).unit("°").measure(HEAD_TURN_DEG).metric(UPPER_BACK_RATIO, hang.map(|h| h.value))
        }
        (Some(hang), _) => {
            let text = "Whether the chest is up cannot be seen on video; what can be seen is the upper part of your back's outline in the set position";
            let text = if hang.p_flag < 0.5 { format!("{text}, which did not hang") } else { format!("{text}, which hung") };
            Draft::new(hang, sight, set, set[1], text).measure(UPPER_BACK_RATIO)
        }
        (None, Some(_)) => return Err(Reason::NoBackEvidence.into()),
    };
    Ok(draft.cap(Severity::Mild).metric(HEAD_CHANGE_DEG, change))
}
