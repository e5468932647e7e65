//! S7 bar touching or very close to the shins: gap to the estimated front of the leg from set position to knee pass (SPEC 6.4c).

use super::bar_place::{Gap, shin_gap};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, cm};
use crate::patterns::verdict::{Draft, Stop, conclude};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Sight, Verdict};

pub struct BarAtShins;

pub const BAR_SHIN_GAP_CM: Metric =
    Metric::new("bar_shin_gap_cm", "Gap between bar and estimated shin from the set position to the knees, median, cm; 0: touching.");

static INFO: CheckInfo = CheckInfo {
    code: "S7",
    name: "bar-at-shins",
    title: "Gap between bar and shins",
    unit: "cm",
    cue: "drag the bar up your legs",
    cluster: Some(Cluster::Bar),
    sight: Sight::Side,
    draw: Draw::Bar,
    keys: &["E4.gap", "E4.shank", "E4.thigh", "E4.bar_radius"],
    parts: &[Part::Bar, Part::Start],
    phrases: &[Phrase::high(BAR_SHIN_GAP_CM, |m| format!("bar {} away from the shins", cm(m)))],
    praise: None,
    metrics: &[BAR_SHIN_GAP_CM],
    page: include_str!("../pages/S7.md"),
};

impl Check for BarAtShins {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let Gap { grade, sight, window, key_s } = shin_gap(context)?;
    let text = format!(
        "From the set position to your knees the bar was about {:.1} cm (±{:.1} cm) from your shins",
        grade.value.max(0.0),
        grade.sigma
    );
    Ok(Draft::new(grade, sight, window, key_s, text).measure(BAR_SHIN_GAP_CM))
}
