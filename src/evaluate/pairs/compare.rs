//! How far what is said of two films of one set differs.

use super::super::metrics::stats::{self, Share};
use crate::numeric::stats::Z95;
use crate::pair::{self, Sync, SyncError};
use crate::patterns::Status;
use crate::pipeline::Assessment;
use crate::report::{CheckPart, RepPart};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A number read twice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeated {
    /// Repetitions (of the score: sets) that both films give it for.
    pub n: usize,
    pub sets: usize,
    /// Mean of second − first.
    pub mean_difference: f64,
    /// Bland and Altman's 95 % limits of agreement, corrected for several repetitions of one set.
    pub loa_low: Option<f64>,
    pub loa_high: Option<f64>,
    /// Standard error of measurement: SD of the differences / √2.
    pub sem: Option<f64>,
    /// Smallest change that is more than the error of measurement at 95 %: 1.96·√2·SEM.
    pub mdc95: Option<f64>,
    /// Differences within 1.96 times the errors that both reports state.
    pub inside_stated: Option<Share>,
}

/// One check on two films.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckRepeated {
    pub unit: String,
    /// The number that is held against the thresholds.
    pub value: Option<Repeated>,
    /// Of repetitions judged in both films: the same of ok, borderline and flag.
    pub same_verdict: Option<Share>,
    /// Flagged in both or in neither.
    pub same_flag: Option<Share>,
    /// Repetitions flagged in both films, and in one of them.
    pub flagged_twice: usize,
    pub flagged_once: usize,
    /// Repetitions that one film alone can be judged by.
    pub judged_once: usize,
}

/// What one pair gives.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    pub offset_s: Option<f64>,
    pub offset_sigma_s: Option<f64>,
    /// Repetitions that both show, and that one alone does.
    pub shared: usize,
    pub alone: usize,
    pub scores: [Option<f64>; 2],
    score_sigma: [Option<f64>; 2],
    metrics: BTreeMap<String, Vec<Read>>,
    checks: BTreeMap<String, Vec<[CheckPart; 2]>>,
}

/// Both values and, where both are stated, the errors.
#[derive(Debug, Clone, Copy)]
struct Read {
    values: [f64; 2],
    sigmas: Option<[f64; 2]>,
}

/// Lays two films over each other and takes what each says of the repetitions that both show. Where the films fit each other in more
/// than one way, or are too short to tell, and hold equally many repetitions, they are taken in order.
///
/// # Errors
/// The films do not show the same set.
pub fn differences(first: &Assessment, second: &Assessment) -> Result<Differences, SyncError> {
    let laid = pair::sync((&first.signals, &first.set), (&second.signals, &second.set));
    let counts = [first, second].map(|a| a.set.reps.len());
    let (laid, partners): (Option<Sync>, Vec<Option<usize>>) = match laid {
        Ok(laid) => (Some(laid), pair::partners(&first.set, &second.set, &laid)),
        Err(SyncError::Ambiguous(..) | SyncError::TooShort) if counts[0] == counts[1] => (None, (0..counts[0]).map(Some).collect()),
        Err(e) => return Err(e),
    };
    let mut out = Differences {
        offset_s: laid.map(|l| l.offset_s),
        offset_sigma_s: laid.map(|l| l.sigma_s),
        scores: [first, second].map(|a| a.report.set.score),
        score_sigma: [first, second].map(|a| a.report.set.score_sigma),
        ..Differences::default()
    };
    for (a, b) in partners.iter().enumerate().filter_map(|(i, partner)| Some((i, (*partner)?))) {
        if let (Some(a), Some(b)) = (first.report.reps.get(a), second.report.reps.get(b)) {
            out.shared += 1;
            out.take(a, b);
        }
    }
    out.alone = counts[0] + counts[1] - 2 * out.shared;
    Ok(out)
}

impl Differences {
    fn take(&mut self, a: &RepPart, b: &RepPart) {
        for name in a.metrics.keys().filter(|name| !name.ends_with("_sigma")) {
            let Some(values) = a.metric(name).zip(b.metric(name)) else { continue };
            let error = format!("{name}_sigma");
            let sigmas = a.metric(&error).zip(b.metric(&error)).map(<[f64; 2]>::from);
            self.metrics.entry(name.clone()).or_default().push(Read { values: values.into(), sigmas });
        }
        for check in &a.checks {
            if let Some(other) = b.check(&check.code) {
                self.checks.entry(check.code.clone()).or_default().push([check.clone(), other.clone()]);
            }
        }
    }
}

/// What all pairs give together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeatability {
    pub score: Option<Repeated>,
    /// By name.
    pub metrics: BTreeMap<String, Repeated>,
    /// By code.
    pub checks: BTreeMap<String, CheckRepeated>,
}

pub fn pool(pairs: &[Differences]) -> Repeatability {
    let names: BTreeSet<&String> = pairs.iter().flat_map(|p| p.metrics.keys()).collect();
    let codes: BTreeSet<&String> = pairs.iter().flat_map(|p| p.checks.keys()).collect();
    let score = |p: &Differences| {
        let values = p.scores[0].zip(p.scores[1])?.into();
        Some(vec![Read { values, sigmas: p.score_sigma[0].zip(p.score_sigma[1]).map(<[f64; 2]>::from) }])
    };
    let metric = |name: &String| repeated(&pairs.iter().filter_map(|p| p.metrics.get(name).cloned()).collect::<Vec<_>>());
    let check = |code: &String| of_check(&pairs.iter().filter_map(|p| p.checks.get(code).cloned()).collect::<Vec<_>>());
    Repeatability {
        score: repeated(&pairs.iter().filter_map(score).collect::<Vec<_>>()),
        metrics: names.into_iter().filter_map(|name| Some((name.clone(), metric(name)?))).collect(),
        checks: codes.into_iter().filter_map(|code| Some((code.clone(), check(code)?))).collect(),
    }
}

/// Per set what its repetitions read.
fn repeated(sets: &[Vec<Read>]) -> Option<Repeated> {
    let by_set: Vec<Vec<f64>> = sets.iter().map(|s| s.iter().map(|r| r.values[1] - r.values[0]).collect()).collect();
    let all: Vec<f64> = by_set.iter().flatten().copied().collect();
    let mean_difference = stats::mean(&all)?;
    let sd = stats::repeated_sd(&by_set);
    let stated: Vec<bool> = sets.iter().flatten().filter_map(inside).collect();
    Some(Repeated {
        n: all.len(),
        sets: by_set.iter().filter(|s| !s.is_empty()).count(),
        mean_difference,
        loa_low: sd.map(|s| mean_difference - Z95 * s),
        loa_high: sd.map(|s| mean_difference + Z95 * s),
        sem: sd.map(|s| s / std::f64::consts::SQRT_2),
        mdc95: sd.map(|s| Z95 * s),
        inside_stated: Share::new(stated.iter().filter(|i| **i).count(), stated.len()),
    })
}

/// Whether the stated errors explain the difference; `None` where one is not stated.
fn inside(read: &Read) -> Option<bool> {
    let [a, b] = read.sigmas?;
    Some((read.values[1] - read.values[0]).abs() <= Z95 * a.hypot(b))
}

/// `None` where no film was judged.
fn of_check(sets: &[Vec<[CheckPart; 2]>]) -> Option<CheckRepeated> {
    let judged = |c: &CheckPart| matches!(c.status, Status::Ok | Status::Borderline | Status::Flag);
    let flagged = |c: &CheckPart| c.status == Status::Flag;
    let pairs: Vec<&[CheckPart; 2]> = sets.iter().flatten().collect();
    let both: Vec<&[CheckPart; 2]> = pairs.iter().copied().filter(|p| p.iter().all(judged)).collect();
    let judged_once = pairs.iter().filter(|p| judged(&p[0]) != judged(&p[1])).count();
    if both.is_empty() && judged_once == 0 {
        return None;
    }
    let count = |hit: &dyn Fn(&[CheckPart; 2]) -> bool| both.iter().filter(|p| hit(p)).count();
    let read = |[a, b]: &[CheckPart; 2]| {
        // A check may be decided by one measure in one film and by another in the other one.
        let values = (a.measure == b.measure).then_some(a.value.zip(b.value))??;
        Some(Read { values: values.into(), sigmas: a.sigma.zip(b.sigma).map(<[f64; 2]>::from) })
    };
    Some(CheckRepeated {
        unit: pairs.first().map(|p| p[0].unit.clone()).unwrap_or_default(),
        value: repeated(&sets.iter().map(|s| s.iter().filter_map(read).collect()).collect::<Vec<_>>()),
        same_verdict: Share::new(count(&|p| p[0].status == p[1].status), both.len()),
        same_flag: Share::new(count(&|p| flagged(&p[0]) == flagged(&p[1])), both.len()),
        flagged_twice: count(&|p| p.iter().all(flagged)),
        flagged_once: count(&|p| flagged(&p[0]) != flagged(&p[1])),
        judged_once,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: [f64; 2], sigma: f64) -> Read {
        Read { values, sigmas: Some([sigma; 2]) }
    }

    #[test]
    fn limits_by_hand() {
        // Differences 2, −2 and 6, one to a set: mean 2, SD 4.
        let sets = [[80.0, 82.0], [90.0, 88.0], [70.0, 76.0]].map(|v| vec![read(v, 1.5)]);
        let r = repeated(&sets).unwrap();
        assert_eq!((r.n, r.sets, r.mean_difference), (3, 3, 2.0));
        assert!((r.loa_low.unwrap() + 5.84).abs() < 1e-3 && (r.loa_high.unwrap() - 9.84).abs() < 1e-3, "{r:?}");
        assert!((r.sem.unwrap() - 8.0_f64.sqrt()).abs() < 1e-9 && (r.mdc95.unwrap() - 7.84).abs() < 1e-3);
        // 1.96 · 1.5 · √2 = 4.16.
        assert_eq!(r.inside_stated.map(|s| (s.hits, s.of)), Some((2, 3)));
        assert!(repeated(&[]).is_none() && repeated(&[vec![read([1.0, 2.0], 1.0)]]).unwrap().loa_low.is_none());
    }
}
