//! S7 bar touching or very close to the shins: gap to the estimated front of the leg from set position to knee pass (SPEC 6.4c).

use crate::numeric::stats::median;
use crate::patterns::checks::e4::plate_followed;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, cm};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Sight, Verdict};
use crate::reps::Variant;

pub struct BarAtShins;

const BAR_SHIN_GAP_CM: Metric =
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
    if matches!(context.set.variant, Variant::Sumo | Variant::Romanian) {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let c = &context.config.e4;
    let sight = confidence::side(context, None)?;
    let ascent = needed(context.ascent())?;
    let sight = plate_followed(context, sight, ascent)?;
    confidence::body_scale(context)?;
    let plane = context.plane()?;
    let pull = needed(context.pull())?;
    let window = [context.set_window().map_or(pull[0], |w| w[0]), pull[1]];
    let gaps = plane.gaps(context, window);
    // Knees and feet hide behind the plate for much of this: a tenth of a second in sight must do.
    if (gaps.len() as f64) < 0.1 * context.signals.rate_hz {
        return Err(Reason::PlateOcclusion.into());
    }
    let gap = median(gaps.iter().map(|g| g.1)).ok_or(Reason::PlateOcclusion)?;
    let found = grade(gap, c.gap_sigma, &c.gap_cm, Beyond::Above);
    let key = gaps.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(window[0], |g| context.time(g.0));
    let text =
        format!("From the set position to your knees the bar was about {:.1} cm (±{:.1} cm) from your shins", gap.max(0.0), c.gap_sigma);
    Ok(Draft::new(found, sight.capped(c.gap_confidence_max), window, key, text).measure(BAR_SHIN_GAP_CM))
}
