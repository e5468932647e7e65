//! How a finding is named, what to do about it, and what is said when it is well (SPEC 11.3): one table.
//!
//! A finding is named by its fault and its direction ("shoulders 17° ahead of the bar: too far"), never by the ideal; the ideal
//! belongs to the cue. Which row speaks follows from the measure that decided, which side of it from the thresholds.

use super::{CheckInfo, Measured};

/// What is said on one side of a measure's range.
#[derive(Clone, Copy)]
pub struct Side {
    /// The fault in a few words, lower case, without severity.
    pub fault: fn(&Measured) -> String,
    /// A cue other than the check's own.
    pub cue: Option<&'static str>,
}

/// One measure of a check.
pub struct Phrase {
    pub code: &'static str,
    pub measure: &'static str,
    /// Beyond thresholds that rise.
    pub high: Option<Side>,
    /// Beyond thresholds that fall.
    pub low: Option<Side>,
}

const fn high(code: &'static str, measure: &'static str, fault: fn(&Measured) -> String) -> Phrase {
    Phrase { code, measure, high: Some(Side { fault, cue: None }), low: None }
}

const fn low(code: &'static str, measure: &'static str, fault: fn(&Measured) -> String) -> Phrase {
    Phrase { code, measure, high: None, low: Some(Side { fault, cue: None }) }
}

impl Phrase {
    const fn cue(self, cue: &'static str) -> Phrase {
        Phrase { high: recued(self.high, cue), low: recued(self.low, cue), ..self }
    }

    const fn or_low(self, fault: fn(&Measured) -> String) -> Phrase {
        Phrase { low: Some(Side { fault, cue: None }), ..self }
    }
}

const fn recued(side: Option<Side>, cue: &'static str) -> Option<Side> {
    match side {
        Some(Side { fault, .. }) => Some(Side { fault, cue: Some(cue) }),
        None => None,
    }
}

/// A measure with its error, without its side: "8.7 ± 2.0". An error below the last digit is told as one in that digit: none
/// would claim that there is none.
fn within(m: &Measured, digits: usize) -> String {
    let least = 10_f64.powi(-(digits as i32));
    let error = if m.sigma > 0.0 { format!(" ± {:.digits$}", m.sigma.max(least)) } else { String::new() };
    format!("{:.digits$}{error}", m.value.abs())
}

fn cm(m: &Measured) -> String {
    format!("{} cm", within(m, 1))
}

fn deg(m: &Measured) -> String {
    format!("{}°", within(m, 0))
}

/// Of the shape of an outline no exact degrees are told.
fn about_deg(m: &Measured) -> String {
    format!("≈ {}°", within(m, 0))
}

fn signed(m: &Measured, name: &str) -> f64 {
    m.metrics.iter().find(|(n, _)| *n == name).map_or(m.value, |(_, v)| *v)
}

/// Every measure that can decide a check.
pub static PHRASES: &[Phrase] = &[
    high("E1", "back_change_deg", |m| format!("back rounded by {} as the bar left the floor", about_deg(m))),
    high("E1", "back_bent_deg", |m| format!("back rounded by {} while bent over", about_deg(m))),
    high("E1", "back_over_flattest_set_deg", |m| format!("back {} rounder at the start than in the flattest rep", about_deg(m))),
    high("E1", "back_own_range_pct", |m| format!("back bent through {} % of its own range", within(m, 0))),
    high("E2", "lean_back_deg", |m| format!("leaned back {} at lockout", deg(m))),
    high("E3", "hip_shoulder_ratio", |m| format!("hips rose {} times as far as the shoulders", within(m, 2))),
    high("E3", "trunk_tip_deg", |m| format!("hips rose first: trunk tipped forward {}", deg(m))),
    high("E3", "trunk_tip_after_lift_off_deg", |m| format!("hips shot up at lift-off: trunk tipped forward {}", deg(m))),
    high("E3", "hip_rise_before_lift_off_trunks", |m| format!("hips rose {} trunk lengths before the bar left the floor", within(m, 2))),
    low("E3", "shoulder_share_at_hip_75", |m| {
        format!("shoulders lagged behind the hips: at three quarters of the hips' rise they had done {} of theirs", within(m, 2))
    }),
    high("E4", "bar_drift_cm", |m| format!("bar drifted {} forward", cm(m))),
    high("E5", "trunk_give_deg", |m| format!("trunk gave by {} as the bar left the floor", about_deg(m))),
    low("E5", "settle_s", |m| format!("pulled only {} s after coming to rest", within(m, 2))),
    high("S1", "stance_ratio", |_| "feet too wide apart".into()).or_low(|_| "feet too close together".into()),
    high("S2", "bar_off_mid_foot_cm", |m| {
        let side = if signed(m, "bar_mid_foot_cm") < 0.0 { "behind" } else { "ahead of" };
        format!("bar {} {side} mid-foot", cm(m))
    }),
    high("S3", "grip_outside_knees_ratio", |_| "grip too wide".into()).or_low(|_| "grip too narrow".into()),
    high("S4", "arm_at_set_deg", |m| format!("shoulders {} ahead of the bar, too far", deg(m))).or_low(|m| {
        match m.value.round() {
            behind if behind < 0.0 => format!("shoulders {} behind the bar", deg(m)),
            // Neither ahead nor behind, as far as a whole degree tells.
            0.0 => "shoulders straight above the bar, not ahead of it".into(),
            _ => format!("shoulders only {} ahead of the bar, not far enough", deg(m)),
        }
    }),
    low("S5", "trunk_flat_deg", |m| {
        let side = if m.value.round() < 0.0 { "below" } else { "above" };
        format!("hips too high at the start: trunk {} {side} level", deg(m))
    })
    .cue("bend your knees more, hips below your shoulders"),
    low("S5", "hip_over_knee_stature", |_| "hips too low at the start, nearly a squat".into()),
    low("S6", "upper_back_ratio", |_| "upper back hung in the set position".into()),
    high("S6", "head_turn_deg", |m| {
        let way = if signed(m, "head_change_deg") < 0.0 { "down" } else { "up" };
        format!("head turned {way} by {}", deg(m))
    }),
    high("S7", "bar_shin_gap_cm", |m| format!("bar {} away from the shins", cm(m))),
    high("S9", "bar_swing_cm", |m| format!("bar swung {} forward off the floor", cm(m))),
    high("S9", "arm_change_deg", |m| format!("arms swung {} forward off the floor", deg(m))),
    high("P1", "heel_lift_cm", |m| format!("heels came up {}", cm(m))),
    high("P2", "lockout_deficit_cm", |m| format!("stopped {} short of standing tall", cm(m))),
    high("P3", "shrug_cm", |m| format!("shrugged the shoulders up {} at the top", cm(m))).cue("don't shrug"),
    high("P3", "shoulder_roll_cm", |m| format!("shoulders rolled {} forward at the top", cm(m))),
    low("P4", "eccentric_s", |m| format!("lowered too fast, in {} s", within(m, 2))),
    high("P4", "peak_down_mps", |m| format!("bar let go at the top: it fell at {} m/s", within(m, 2))),
    high("P4", "rebound_mps", |_| "bar bounced off the floor".into()),
    high("P5", "hip_drop_ratio", |_| "knees bent before the hips went back".into()),
    high("P6", "back_lowering_change_deg", |m| match m.metrics.iter().find(|(n, _)| *n == "back_lowering_over_set_deg") {
        // What held the severity down is said with the number that it does not fit.
        Some((_, over)) => format!("back {} rounder going down than up, but only ≈ {over:.0}° than at the start", about_deg(m)),
        None => format!("back {} rounder on the way down", about_deg(m)),
    }),
    low("P7", "setup_s", |m| format!("rushed the set-up: {} s with the hands on the bar", within(m, 2))),
    high("P7", "yank_mps", |_| "bar yanked off the floor".into()),
    high("P7", "back_per_rep_deg", |_| "back got rounder from rep to rep: the reset is rushed".into()),
    high("D2", "grip_slip_cm", |m| format!("bar slipped {} in the hands", cm(m))),
    low("T2", "knee_distance_ratio", |m| format!("knees caved in to {} of their distance at the start", within(m, 2))),
];

/// What went well, most telling first: the check that must be clear and sure, what is said, and the parts of the lift it speaks
/// of. It is not said where any check of one of these parts is a finding or close to one.
pub struct Praise {
    pub code: &'static str,
    pub said: &'static str,
    pub parts: &'static [Part],
}

/// Part of the lift that findings and praise speak of; what belongs to one part must not contradict itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Back,
    Hips,
    Bar,
    Start,
    Lockout,
    Lowering,
    Feet,
    Front,
}

/// Parts of the lift a check speaks of. The guide's chain (hips up, shoulders drop, back rounds) makes the back's and the hips'
/// faults one, as the score has it (SPEC 11.2).
pub fn parts(code: &str) -> &'static [Part] {
    match code {
        "E1" | "E3" | "E5" => &[Part::Back, Part::Hips],
        "S6" => &[Part::Back, Part::Start],
        "P6" => &[Part::Back, Part::Lowering],
        "E4" | "S9" => &[Part::Bar],
        "S2" | "S7" => &[Part::Bar, Part::Start],
        "S4" => &[Part::Bar, Part::Start, Part::Hips],
        "S5" => &[Part::Start, Part::Hips],
        "P7" => &[Part::Back, Part::Start],
        "E2" | "P2" | "P3" => &[Part::Lockout],
        "P4" | "P5" => &[Part::Lowering],
        "P1" => &[Part::Feet],
        "S1" | "S3" | "T2" | "D2" => &[Part::Front],
        _ => &[],
    }
}

const fn praise(code: &'static str, said: &'static str, parts: &'static [Part]) -> Praise {
    Praise { code, said, parts }
}

pub static PRAISE: &[Praise] = &[
    praise("E1", "your back kept its shape", &[Part::Back, Part::Hips]),
    praise("E3", "hips and chest rose together", &[Part::Back, Part::Hips]),
    praise("E4", "the bar went up close and straight", &[Part::Bar]),
    praise("E2", "you finished tall without leaning back", &[Part::Lockout]),
    praise("P6", "your back stayed in shape on the way down", &[Part::Back, Part::Lowering]),
    praise("P4", "you lowered the bar with control", &[Part::Lowering]),
    praise("P5", "you hinged at the hips first on the way down", &[Part::Lowering]),
    praise("P2", "you locked out fully", &[Part::Lockout]),
    praise("S4", "your shoulders began in the right place over the bar", &[Part::Start, Part::Hips, Part::Bar]),
    praise("S2", "the bar started over mid-foot", &[Part::Bar, Part::Start]),
    praise("P1", "you kept your whole foot on the floor", &[Part::Feet]),
    praise("T2", "your knees stayed out over your feet", &[Part::Front]),
    praise("S1", "your feet stood the right width apart", &[Part::Front]),
    praise("S3", "your grip was the right width", &[Part::Front]),
];

/// The side of its thresholds on which a measured value is at fault, or would be.
fn side(m: &Measured, phrase: &Phrase) -> Option<Side> {
    match (phrase.high, phrase.low) {
        (Some(high), Some(low)) => Some(if is_low(m) { low } else { high }),
        (high, low) => high.or(low),
    }
}

fn is_low(m: &Measured) -> bool {
    let [mild, _, severe] = m.thresholds;
    severe < mild || (severe == mild && m.value < mild)
}

/// What tells the faults of one check apart: a cue of its own, or the side of a measure that has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    code: &'static str,
    cue: Option<&'static str>,
    low: bool,
}

/// Which of its faults a check found, or would have.
pub fn way(info: &CheckInfo, m: &Measured) -> Way {
    let phrase = PHRASES.iter().find(|p| p.code == info.code && p.measure == m.measure);
    let two_sided = phrase.is_some_and(|p| p.high.is_some() && p.low.is_some());
    Way { code: info.code, cue: spoken(info, m).and_then(|side| side.cue), low: two_sided && is_low(m) }
}

fn spoken(info: &CheckInfo, m: &Measured) -> Option<Side> {
    PHRASES.iter().find(|p| p.code == info.code && p.measure == m.measure).and_then(|p| side(m, p))
}

/// The fault's name with its direction.
pub fn fault(info: &CheckInfo, m: &Measured) -> String {
    spoken(info, m).map_or_else(|| info.title.to_lowercase(), |side| (side.fault)(m))
}

/// What to say to the lifter: the case's own cue, the side's, or the check's.
pub fn cue(info: &CheckInfo, m: &Measured) -> &'static str {
    m.cue.or_else(|| spoken(info, m)?.cue).unwrap_or(info.cue)
}

/// Whether praise may be said beside the findings, borderline ones included.
pub fn allowed(praise: &Praise, found: impl Fn(&str) -> bool) -> bool {
    !super::CHECKS.iter().map(|c| c.info().code).any(|code| found(code) && parts(code).iter().any(|part| praise.parts.contains(part)))
}
