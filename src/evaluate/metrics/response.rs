//! Dose against reading: a fault made twice as large must read twice as large.
//!
//! Doses come from the exact poses (`measured` of the truth), so clean repetitions count too, with the little they have.

use super::case::Case;
use super::stats;
use crate::patterns::metric::Metric;
use crate::patterns::{BACK_BENT_DEG, BACK_CHANGE_DEG, BAR_DRIFT_CM, LEAN_BACK_DEG, TRUNK_TIP_DEG};
use crate::report::RepPart;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where the program says how much of a fault it saw.
enum Reading {
    /// One of a rep's `metrics`.
    Metric(Metric),
    /// The value of a check.
    Value(&'static str),
}

struct Dosed {
    name: &'static str,
    code: &'static str,
    unit: &'static str,
    /// Name under the truth's `measured`.
    dose: &'static str,
    reading: Reading,
}

const fn dosed(name: &'static str, code: &'static str, unit: &'static str, dose: &'static str, reading: Reading) -> Dosed {
    Dosed { name, code, unit, dose, reading }
}

const DOSED: [Dosed; 7] = [
    dosed("E1 change in the pull", "E1", "lumbar deg", "lumbar_change_deg", Reading::Metric(BACK_CHANGE_DEG)),
    dosed("E1 shape while bent", "E1", "lumbar deg", "lumbar_beyond_flat_deg", Reading::Metric(BACK_BENT_DEG)),
    dosed("E2 lean back", "E2", "deg", "lean_back_deg", Reading::Metric(LEAN_BACK_DEG)),
    dosed("E3 trunk tip", "E3", "deg", "tip_deg", Reading::Metric(TRUNK_TIP_DEG)),
    dosed("E4 drift", "E4", "cm", "drift_cm", Reading::Metric(BAR_DRIFT_CM)),
    dosed("P2 height missing", "P2", "cm", "deficit_cm", Reading::Value("P2")),
    dosed("P6 flexion added while lowering", "P6", "lumbar deg", "lumbar_down_deg", Reading::Value("P6")),
];

/// One repetition: what was done and what was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    dose: f64,
    read: f64,
    /// The fault was asked for.
    faulty: bool,
}

/// Name of a dosed fault → its repetitions in one clip.
pub type Samples = BTreeMap<&'static str, Vec<Pair>>;

/// How a reading follows its dose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Response {
    pub code: &'static str,
    pub unit: &'static str,
    pub n: usize,
    /// Of them, those with the fault.
    pub faulty: usize,
    /// Line reading = intercept + slope · dose; a perfect ruler has slope 1, intercept 0.
    pub line: Option<stats::LineFit>,
    /// Of reading − dose.
    pub bias: f64,
    pub rmse: f64,
}

pub fn collect(case: &Case) -> Samples {
    let mut out = Samples::new();
    for (t, f) in case.pairs {
        let (truth, found) = (&case.truth.reps[*t], &case.found.set.reps[*f]);
        let Some(part) = case.found.report.reps.iter().find(|r| r.index == found.index) else { continue };
        for d in &DOSED {
            let pair = truth.measured.get(d.dose).zip(read(&d.reading, part));
            let pair = pair.map(|(dose, read)| Pair { dose: *dose, read, faulty: truth.faults.contains_key(d.code) });
            out.entry(d.name).or_default().extend(pair);
        }
    }
    out
}

fn read(reading: &Reading, part: &RepPart) -> Option<f64> {
    match reading {
        Reading::Metric(metric) => part.metrics.get(metric.name).copied().flatten(),
        Reading::Value(code) => part.checks.iter().find(|c| c.code == *code)?.value,
    }
}

/// By the name of the dosed fault; only those that were read at least once.
pub fn summarise(samples: &[&Samples]) -> BTreeMap<String, Response> {
    let one = |d: &Dosed| {
        let all: Vec<Pair> = samples.iter().filter_map(|s| s.get(d.name)).flatten().copied().collect();
        let errors: Vec<f64> = all.iter().map(|p| p.read - p.dose).collect();
        let response = Response {
            code: d.code,
            unit: d.unit,
            n: all.len(),
            faulty: all.iter().filter(|p| p.faulty).count(),
            line: stats::line_fit(&all.iter().map(|p| [p.dose, p.read]).collect::<Vec<_>>()),
            bias: stats::mean(&errors)?,
            rmse: stats::rmse(&errors)?,
        };
        Some((d.name.to_owned(), response))
    };
    DOSED.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_the_dose_with_an_offset() {
        let pair = |dose: f64| Pair { dose, read: 1.0 + 0.5 * dose, faulty: dose > 3.0 };
        let clips = [Samples::from([("E4 drift", vec![pair(0.0), pair(4.0)])]), Samples::from([("E4 drift", vec![pair(8.0)])])];
        let all = summarise(&clips.iter().collect::<Vec<_>>());
        let e4 = &all["E4 drift"];
        let line = e4.line.unwrap();
        assert!((line.slope - 0.5).abs() < 1e-12 && (line.intercept - 1.0).abs() < 1e-12 && (line.r - 1.0).abs() < 1e-12);
        // errors 1, −1, −3: bias −1, RMSE √(11/3)
        assert!((e4.bias + 1.0).abs() < 1e-12 && (e4.rmse - (11.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!((e4.n, e4.faulty, all.len()), (3, 2, 1));
    }
}
