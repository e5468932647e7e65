//! D2 grip failure: wrist and bar moving apart, seen from the front; for information (SPEC 7.11).

use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, cm};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::signals::{BarEvidence, Joint};

pub struct GripSlip;

const GRIP_SLIP_CM: Metric = Metric::new("grip_slip_cm", "Growth of the distance between wrist and bar, cm; positive: apart.");

static INFO: CheckInfo = CheckInfo {
    code: "D2",
    name: "grip-slip",
    title: "Grip slipping",
    unit: "cm",
    cue: "start with a moderate weight and master form",
    cluster: None,
    sight: Sight::Front,
    draw: Draw::Body,
    keys: &["D2."],
    parts: &[Part::Front],
    phrases: &[Phrase::high(GRIP_SLIP_CM, |m| format!("bar slipped {} in the hands", cm(m)))],
    praise: None,
    metrics: &[GRIP_SLIP_CM],
    page: include_str!("../pages/D2.md"),
};

impl Check for GripSlip {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let c = &context.config.d2;
    let sight = confidence::front(context)?.capped(c.confidence_max);
    // Without a plate the bar is known through the wrists alone: nothing to compare.
    if context.signals.bar.evidence != BarEvidence::Plate {
        return Err(Reason::NoBar.into());
    }
    let window = needed(context.ascent())?;
    let cm = confidence::body_scale(context)?;
    let bar = &context.signals.bar.up_px;
    let apart: Vec<(usize, f64)> =
        context.points(Joint::Wrist, window).into_iter().filter_map(|(i, wrist)| Some((i, (wrist[1] - (*bar.get(i)?)?) * cm))).collect();
    let few = (apart.len() / 4).max(1);
    let sight = {
        let wanted = context.signals.range(window[0], window[1]).len().max(1) as f64;
        confidence::visible(sight, apart.len() as f64 / wanted, Reason::PlateOcclusion, &context.config.gate)?
    };
    let start = apart.iter().take(few).map(|a| a.1).sum::<f64>() / few as f64;
    let found = context.sx_max(&apart).ok_or(Reason::TooFewFrames)?;
    let slip = found.value - start;
    let text =
        format!("Wrist and bar moved {slip:.1} cm (±{:.1} cm) apart during the rep: possibly a slipping grip; chalk may help", c.sigma);
    Ok(Draft::new(grade(slip, c.sigma, &[c.slip_cm], Beyond::Above), sight, window, context.time(found.index), text)
        .cap(Severity::Mild)
        .measure(GRIP_SLIP_CM))
}
