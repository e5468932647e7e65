//! The words a check has for its faults and for what went well (SPEC 11.3).
//!
//! A finding is named by its fault and its direction ("shoulders 17° ahead of the bar: too far"), never by the ideal; the ideal
//! belongs to the cue.

use super::metric::Metric;
use super::outcome::Measured;

/// What is said on one side of a measure's range.
#[derive(Clone, Copy)]
pub struct Side {
    /// The fault in a few words, lower case, without severity.
    pub fault: fn(&Measured) -> String,
    /// A cue other than the check's own.
    pub cue: Option<&'static str>,
}

/// One measure that can decide a check.
pub struct Phrase {
    pub measure: Metric,
    /// Beyond thresholds that rise.
    pub high: Option<Side>,
    /// Beyond thresholds that fall.
    pub low: Option<Side>,
}

impl Phrase {
    /// A fault above the thresholds.
    pub const fn high(measure: Metric, fault: fn(&Measured) -> String) -> Phrase {
        Phrase { measure, high: Some(Side { fault, cue: None }), low: None }
    }

    /// A fault below the thresholds.
    pub const fn low(measure: Metric, fault: fn(&Measured) -> String) -> Phrase {
        Phrase { measure, high: None, low: Some(Side { fault, cue: None }) }
    }

    /// Another cue than the check's own.
    pub const fn cue(self, cue: &'static str) -> Phrase {
        Phrase { high: recued(self.high, cue), low: recued(self.low, cue), ..self }
    }

    /// A fault on the other side as well.
    pub const fn or_low(self, fault: fn(&Measured) -> String) -> Phrase {
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
pub fn within(m: &Measured, digits: usize) -> String {
    let least = 10_f64.powi(-(digits as i32));
    let error = if m.sigma > 0.0 { format!(" ± {:.digits$}", m.sigma.max(least)) } else { String::new() };
    format!("{:.digits$}{error}", m.value.abs())
}

/// Centimetres with their error.
pub fn cm(m: &Measured) -> String {
    format!("{} cm", within(m, 1))
}

/// Whole degrees with their error.
pub fn deg(m: &Measured) -> String {
    format!("{}°", within(m, 0))
}

/// Of the shape of an outline no exact degrees are told.
pub fn about_deg(m: &Measured) -> String {
    format!("≈ {}°", within(m, 0))
}

/// A metric told beside the value, for its sign; the value itself where it was not told.
pub fn signed(m: &Measured, metric: Metric) -> f64 {
    m.metrics.iter().find(|(of, _)| *of == metric).map_or(m.value, |(_, v)| *v)
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

/// What went well where a check is clear and sure. It is not said where any check of one of its parts is a finding or close to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Praise {
    /// The most telling is said first: 1 before 2.
    pub rank: u8,
    /// Half a sentence, lower case.
    pub said: &'static str,
}
