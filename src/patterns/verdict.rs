//! From a value and its error to status, probability and severity (SPEC 1.4, 6, 11.1).

use super::confidence::Confidence;
use super::metric::Metric;
use super::{Context, Measured, Reason, Severity, Status, Verdict};
use crate::config::{Config, Reading};
use crate::numeric::kept;
use crate::numeric::stats::normal_cdf;

/// On which side of its thresholds a value is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    Above,
    Below,
}

/// Why a check ends without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Cannot(Reason),
    NotApplicable(Reason),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Stop::Cannot(reason)
    }
}

/// P(true value beyond the threshold) = Φ((value − threshold)/σ).
pub fn probability(value: f64, sigma: f64, threshold: f64, beyond: Beyond) -> f64 {
    let distance = match beyond {
        Beyond::Above => value - threshold,
        Beyond::Below => threshold - value,
    };
    normal_cdf(distance / sigma.max(1e-9))
}

/// One value held against its thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grade {
    pub value: f64,
    pub sigma: f64,
    /// Mild, moderate, severe; a step that does not exist repeats the one before.
    pub thresholds: [f64; 3],
    /// P(beyond mild).
    pub p_flag: f64,
    /// P(beyond moderate), for the severe rule.
    pub p_second: f64,
    /// By the point estimate.
    pub point: Severity,
}

/// Holds a value against one, two or three steps.
pub fn grade(value: f64, sigma: f64, steps: &[f64], beyond: Beyond) -> Grade {
    let step = |i: usize| steps.get(i).or(steps.last()).copied().unwrap_or(f64::MAX);
    let past = |threshold: f64| match beyond {
        Beyond::Above => value >= threshold,
        Beyond::Below => value <= threshold,
    };
    let names = [Severity::Mild, Severity::Moderate, Severity::Severe];
    let point = (0..steps.len().min(3)).filter(|&i| past(step(i))).map(|i| names[i]).max().unwrap_or(Severity::None);
    Grade {
        value: kept(value),
        sigma: kept(sigma),
        thresholds: [step(0), step(1), step(2)],
        p_flag: probability(value, sigma, step(0), beyond),
        p_second: if steps.len() > 1 { probability(value, sigma, step(1), beyond) } else { 0.0 },
        point,
    }
}

/// Holds a reading, its error as read, against true steps: probabilities are those of the reading against what each step reads as,
/// value, error and thresholds are told in true units.
pub fn grade_read(read: f64, sigma: f64, steps: &[f64; 3], beyond: Beyond, instrument: &Reading) -> Grade {
    let as_read = grade(read, sigma, &instrument.steps(*steps), beyond);
    Grade { value: kept(instrument.corrected(read)), sigma: kept(instrument.corrected_sigma(read, sigma)), thresholds: *steps, ..as_read }
}

/// The grade that speaks more strongly for a fault: higher severity, then higher probability.
pub fn worse(a: Grade, b: Grade) -> Grade {
    if (b.point, b.p_flag) > (a.point, a.p_flag) { b } else { a }
}

/// Both must be beyond: the lesser severity and the lesser probability; the value of the first.
pub fn both(a: Grade, b: Grade) -> Grade {
    Grade { point: a.point.min(b.point), p_flag: a.p_flag.min(b.p_flag), p_second: a.p_second.min(b.p_second), ..a }
}

/// Probability of a fault that two measures see, neither of which speaks against it: their odds multiply. One that speaks against
/// it leaves the other as it is.
pub fn agreed(p: f64, q: f64) -> f64 {
    if p < 0.5 || q < 0.5 { p } else { p * q / (p * q + (1.0 - p) * (1.0 - q)).max(f64::MIN_POSITIVE) }
}

/// Whether an error of more than half of the way from mild to severe leaves a fault neither likely nor unlikely (SPEC 5.5). A value far
/// from its thresholds is told all the same: it says what is not there.
pub fn undecided(sigma: f64, steps: &[f64; 3], p_flag: f64, context: &Context) -> bool {
    let flag = context.config.flag.p_flag;
    sigma > 0.5 * (steps[2] - steps[0]).abs() && p_flag < flag && p_flag > 1.0 - flag
}

/// A measured check before status and severity are settled.
pub struct Draft {
    pub grade: Grade,
    /// The metric whose value the grade holds.
    pub measure: Option<Metric>,
    pub confidence: Confidence,
    /// No severity above this.
    pub cap: Severity,
    /// Why this repetition is called no worse than the cap, which its number alone would be.
    pub capped_as: Option<&'static str>,
    pub window_s: [f64; 2],
    pub key_time_s: f64,
    /// One sentence without its full stop.
    pub text: String,
    /// A cue other than the check's own.
    pub cue: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub deduction_share: f64,
    pub metrics: Vec<(Metric, f64)>,
}

impl Draft {
    pub fn new(grade: Grade, confidence: Confidence, window_s: [f64; 2], key_time_s: f64, text: String) -> Self {
        Draft {
            grade,
            measure: None,
            confidence,
            cap: Severity::Severe,
            capped_as: None,
            window_s,
            key_time_s,
            text,
            cue: None,
            unit: None,
            deduction_share: 1.0,
            metrics: vec![],
        }
    }

    pub fn cap(self, cap: Severity) -> Self {
        Draft { cap, ..self }
    }

    /// The same of this repetition alone, with the half sentence that says why.
    pub fn cap_as(self, cap: Severity, why: &'static str) -> Self {
        Draft { cap, capped_as: Some(why), ..self }
    }

    pub fn unit(self, unit: &'static str) -> Self {
        Draft { unit: Some(unit), ..self }
    }

    pub fn cue(self, cue: Option<&'static str>) -> Self {
        Draft { cue, ..self }
    }

    pub fn share(self, deduction_share: f64) -> Self {
        Draft { deduction_share, ..self }
    }

    /// Says what was measured; the number joins the metrics as that, so that no other number is told for it.
    pub fn measure(self, metric: Metric) -> Self {
        let value = self.grade.value;
        Draft { measure: Some(metric), ..self }.metric(metric, Some(value))
    }

    pub fn metric(mut self, metric: Metric, value: Option<f64>) -> Self {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.metrics.push((metric, value));
        }
        self
    }

    fn finish(self, config: &Config) -> Verdict {
        let confidence = self.confidence.value();
        let confidence = if coarse(&self.grade) { confidence.min(COARSE) } else { confidence };
        if confidence < config.flag.confidence_min {
            return Verdict::NotAssessable(self.confidence.weakest());
        }
        let status = status(self.grade.p_flag, config);
        let severity = if status == Status::Flag { settle(&self.grade, self.cap, config) } else { Severity::None };
        let suffix = match status {
            // A number beyond a step that the word beside it does not name would contradict it.
            Status::Flag => {
                format!("{} ({})", self.lessened(severity, config).map(|why| format!("; {why}")).unwrap_or_default(), word(severity))
            }
            Status::Borderline => " (borderline: watch it)".into(),
            _ => String::new(),
        };
        Verdict::Measured(Measured {
            measure: self.measure,
            value: self.grade.value,
            sigma: self.grade.sigma,
            thresholds: self.grade.thresholds,
            p_flag: self.grade.p_flag,
            status,
            severity,
            confidence,
            window_s: self.window_s,
            key_time_s: self.key_time_s,
            text: format!("{}{suffix}.", signs(&without_nought(&self.text))),
            cue: self.cue,
            unit: self.unit,
            deduction_share: self.deduction_share,
            metrics: self.metrics,
        })
    }
}

impl Draft {
    /// Why a flag is called less than its number alone would be.
    fn lessened(&self, severity: Severity, config: &Config) -> Option<&'static str> {
        let by_itself = settle(&self.grade, Severity::Severe, config);
        match () {
            () if severity < by_itself => self.capped_as,
            () if by_itself < self.grade.point => Some("called moderate, as its error leaves open whether it is more"),
            () => None,
        }
    }
}

/// A minus before a number as people write it, and none before nothing: "-0 %" would claim a direction.
fn signs(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('-') {
        let digits = after.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(after.len());
        out.push_str(before);
        let number = after[..digits].trim_end_matches('.');
        // A hyphen within a word or a span is none of these.
        let starts = before.is_empty() || before.ends_with([' ', '(', '±']);
        match number {
            "" => out.push('-'),
            _ if !starts => out.push('-'),
            nought if !nought.contains(|c: char| ('1'..='9').contains(&c)) => {}
            _ => out.push('−'),
        }
        rest = after;
    }
    out + rest
}

/// Leaves out an error that rounds to nothing: "0.6 s (±0.0 s)" would claim that there is none.
fn without_nought(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" (±") {
        let (error, behind) = after.split_once(')').unwrap_or((after, ""));
        let nought = error.contains('0') && !error.contains(|c: char| ('1'..='9').contains(&c));
        out.push_str(before);
        if !nought {
            out.push_str(&format!(" (±{error})"));
        }
        rest = behind;
    }
    out + rest
}

/// What a coarse measure's confidence is capped at: below "high" (SPEC 11.1 has high from 0.75).
const COARSE: f64 = 0.7;

/// An error of a third of the way from mild to severe or more: the steps cannot be told apart (SPEC 11.3). A single step has
/// no such way; there it is an error of half the limit.
fn coarse(grade: &Grade) -> bool {
    let [mild, _, severe] = grade.thresholds;
    let least = if severe == mild { 0.5 * mild.abs() } else { (severe - mild).abs() / 3.0 };
    least > 0.0 && grade.sigma >= least
}

/// Status from the probability of a fault (SPEC 1.4).
pub fn status(p_flag: f64, config: &Config) -> Status {
    if p_flag >= config.flag.p_flag {
        Status::Flag
    } else if p_flag >= config.flag.p_borderline {
        Status::Borderline
    } else {
        Status::Ok
    }
}

/// Severity of a flag: the point estimate, at least mild, severe only when surely beyond moderate.
fn settle(grade: &Grade, cap: Severity, config: &Config) -> Severity {
    let point = grade.point.max(Severity::Mild);
    let sure = if point == Severity::Severe && grade.p_second < config.flag.p_severe { Severity::Moderate } else { point };
    sure.min(cap)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::None => "none",
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    }
}

/// Ends a check: a draft becomes a verdict, a stop names its reason.
pub fn conclude(result: Result<Draft, Stop>, context: &Context) -> Verdict {
    match result {
        Ok(draft) => draft.finish(context.config),
        Err(Stop::Cannot(reason)) => Verdict::NotAssessable(reason),
        Err(Stop::NotApplicable(reason)) => Verdict::NotApplicable(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [f64; 3] = [3.0, 5.0, 8.0];

    fn end(value: f64, sigma: f64) -> Measured {
        let draft = Draft::new(grade(value, sigma, &STEPS, Beyond::Above), Confidence::full(), [0.0, 1.0], 0.5, "x".into());
        match draft.finish(&Config::default()) {
            Verdict::Measured(m) => m,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn probability_decides_the_status() {
        assert_eq!(end(2.9, 1.0).status, Status::Ok);
        assert_eq!(end(3.2, 1.0).status, Status::Borderline);
        assert_eq!((end(3.2, 1.0).severity, end(3.2, 1.0).text.as_str()), (Severity::None, "x (borderline: watch it)."));
        assert_eq!((end(3.9, 1.0).status, end(3.9, 1.0).severity), (Status::Flag, Severity::Mild));
        assert_eq!(end(6.0, 1.0).severity, Severity::Moderate);
    }

    #[test]
    fn an_error_that_rounds_to_nothing_is_not_told() {
        assert_eq!(without_nought("in 0.6 s (±0.0 s), then 1.0 m/s (±0.02 m/s) up"), "in 0.6 s, then 1.0 m/s (±0.02 m/s) up");
        assert_eq!(without_nought("0° (±0°)"), "0°");
        assert_eq!(signs("hips -0 % of, then -0.00 to -1.5 cm, set-up, 3-4"), "hips 0 % of, then 0.00 to −1.5 cm, set-up, 3-4");
    }

    #[test]
    fn two_that_agree_are_surer_than_one_and_one_against_changes_nothing() {
        assert!((agreed(0.75, 0.75) - 0.9).abs() < 1e-12);
        assert_eq!((agreed(0.7, 0.5), agreed(0.7, 0.3), agreed(0.2, 0.9)), (0.7, 0.7, 0.2));
        assert_eq!(agreed(1.0, 1.0), 1.0);
    }

    #[test]
    fn severe_needs_to_be_surely_beyond_moderate() {
        assert_eq!(end(8.2, 1.0).severity, Severity::Severe);
        // An error of a third of the way from mild to severe leaves no high confidence.
        assert_eq!((end(9.0, 1.6).confidence, end(9.0, 1.7).confidence), (1.0, COARSE));
        let single = |sigma: f64| coarse(&grade(9.0, sigma, &[3.0], Beyond::Above));
        assert!(single(1.6) && !single(1.4), "of a single step by the limit itself");
        // P(> 5) = Φ(3.2/4) = 0.79.
        assert_eq!(end(8.2, 4.0).severity, Severity::Moderate);
        assert_eq!(end(8.2, 4.0).text, "x; called moderate, as its error leaves open whether it is more (moderate).");
        assert_eq!(end(8.2, 1.0).text, "x (severe).");
    }

    #[test]
    fn mirrored_thresholds_and_missing_steps() {
        let g = grade(0.4, 0.1, &[1.0, 0.7], Beyond::Below);
        assert_eq!((g.point, g.thresholds), (Severity::Moderate, [1.0, 0.7, 0.7]));
        assert_eq!(grade(1.2, 0.1, &[1.0, 0.7], Beyond::Below).point, Severity::None);
        let single = grade(0.4, 0.1, &[1.0], Beyond::Below);
        assert_eq!((single.point, single.p_second), (Severity::Mild, 0.0));
    }

    #[test]
    fn little_confidence_is_no_verdict() {
        let confidence = Confidence::full().times(0.2, Reason::ViewOblique).times(0.9, Reason::TooFewFrames);
        let draft = Draft::new(grade(9.0, 1.0, &STEPS, Beyond::Above), confidence, [0.0, 1.0], 0.5, String::new());
        assert_eq!(draft.finish(&Config::default()), Verdict::NotAssessable(Reason::ViewOblique));
    }
}
