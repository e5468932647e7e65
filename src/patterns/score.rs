//! The 0–100 score of a rep and of the set, with its error (SPEC 11.2).

use super::headline;
use super::judged::{JudgedRep, Judgement};
use super::judged_set::{SetScore, TopFinding};
use super::merge::CHAIN_CUE;
use super::metric::MEAN_VELOCITY_MPS;
use super::phrases::{self, Way};
use super::verdict::{Beyond, probability};
use super::{Cluster, Measured, Severity, Status};
use crate::config::Config;
use crate::numeric::stats::{Random, median, normal_cdf, normal_quantile, theil_sen};
use crate::reps::{RepKind, RepSet};
use crate::signals::{BarEvidence, Signals};

/// Σ weights assessed / Σ weights applicable; 0 when nothing applies.
pub fn coverage(checks: &[Judgement], config: &Config) -> f64 {
    let weight = |c: &Judgement| config.score.weight.get(c.info.code).unwrap_or(0.0);
    let total = |keep: fn(Status) -> bool| checks.iter().filter(|c| keep(c.status())).map(weight).sum::<f64>();
    let applicable = total(|s| s != Status::NotApplicable);
    if applicable <= 0.0 { 0.0 } else { total(|s| !matches!(s, Status::NotApplicable | Status::NotAssessable)) / applicable }
}

/// Fills in what each check costs; the score of a full rep with enough coverage. Failed and partial reps are
/// reported, not scored (SPEC 5.2), and nobody who reports pain is given a score (SPEC 12).
pub fn rep_score(checks: &mut [Judgement], kind: RepKind, coverage: f64, config: &Config) -> Option<f64> {
    let items: Vec<Item> = checks.iter().enumerate().filter_map(Item::of).collect();
    let costs = costs(&items, config);
    for (item, cost) in items.iter().zip(&costs) {
        if let Some(check) = checks.iter_mut().find(|c| c.info.code == item.code) {
            check.cost = *cost;
        }
    }
    if kind != RepKind::Full || coverage < config.flag.coverage_min || config.lifter.pain {
        return None;
    }
    for check in checks.iter_mut() {
        check.deduction = check.cost;
    }
    Some((100.0 - costs.iter().sum::<f64>()).max(0.0))
}

/// What the score needs of one measured check.
#[derive(Clone)]
struct Item {
    code: &'static str,
    cluster: Option<Cluster>,
    status: Status,
    severity: Severity,
    confidence: f64,
    share: f64,
    value: f64,
    sigma: f64,
    /// Φ⁻¹ of the probability of a fault.
    z: f64,
    thresholds: [f64; 3],
    beyond: Beyond,
    /// Place among the checks.
    place: usize,
}

impl Item {
    fn of((place, check): (usize, &Judgement)) -> Option<Item> {
        let m: &Measured = check.measured()?;
        Some(Item {
            code: check.info.code,
            cluster: check.info.cluster,
            status: m.status,
            severity: m.severity,
            confidence: m.confidence,
            share: m.deduction_share,
            value: m.value,
            sigma: m.sigma,
            z: normal_quantile(m.p_flag),
            thresholds: m.thresholds,
            beyond: if phrases::falls(phrases::phrase(check.info, m), m.value, m.thresholds) { Beyond::Below } else { Beyond::Above },
            place,
        })
    }

    /// Steps (0…3) that a value is past.
    fn level(&self, value: f64) -> usize {
        let steps = if self.thresholds[0] == self.thresholds[2] { 1 } else { 3 };
        (0..steps).filter(|&i| probability(value, 1.0, self.thresholds[i], self.beyond) >= 0.5).count()
    }

    /// The same check with its value moved by `e` σ toward the fault.
    fn moved(&self, e: f64, config: &Config) -> Item {
        let p_flag = normal_cdf(self.z + e);
        let shift = if self.beyond == Beyond::Above { e } else { -e };
        let value = self.value + shift * self.sigma;
        let level =
            |s: Severity| [Severity::None, Severity::Mild, Severity::Moderate, Severity::Severe].iter().position(|x| *x == s).unwrap_or(0);
        let base = if self.status == Status::Flag { level(self.severity) } else { self.level(self.value) };
        let moved = (base + self.level(value)).saturating_sub(self.level(self.value)).clamp(1, 3);
        let status = super::verdict::status(p_flag, config);
        let severity =
            if status == Status::Flag { [Severity::Mild, Severity::Moderate, Severity::Severe][moved - 1] } else { Severity::None };
        Item { status, severity, value, ..self.clone() }
    }
}

/// Points each item takes: deduction · C, the lesser ones of a causal cluster by half (SPEC 11.2).
fn costs(items: &[Item], config: &Config) -> Vec<f64> {
    let mut costs: Vec<f64> = items.iter().map(|i| plain_cost(i, config)).collect();
    for cluster in [Cluster::Back, Cluster::Bar] {
        let members = || items.iter().enumerate().filter(move |(_, i)| i.cluster == Some(cluster));
        let Some(first) = members().map(|(k, _)| k).max_by(|&a, &b| costs[a].total_cmp(&costs[b])) else { continue };
        for k in members().map(|(k, _)| k).collect::<Vec<_>>() {
            if k != first {
                costs[k] *= config.score.cluster_share;
            }
        }
    }
    costs
}

fn plain_cost(item: &Item, config: &Config) -> f64 {
    let Some(steps) = config.score.deduct.get(item.code) else { return 0.0 };
    let points = match (item.status, item.severity) {
        (Status::Flag, Severity::Mild) => steps[0],
        (Status::Flag, Severity::Moderate) => steps[1],
        (Status::Flag, Severity::Severe) => steps[2],
        _ => 0.0,
    };
    points * item.confidence * item.share
}

/// The set's score with its error, its two most costly findings, its best rep and how it changed.
pub fn set_score(reps: &mut [JudgedRep], set: &RepSet, signals: &Signals, config: &Config) -> SetScore {
    for rep in reps.iter_mut() {
        rep.score_sigma = rep.score.map(|_| bootstrap(&[&*rep], config));
    }
    let full: Vec<&JudgedRep> = reps.iter().filter(|r| r.kind == RepKind::Full).collect();
    let scored: Vec<&JudgedRep> = full.iter().copied().filter(|r| r.score.is_some()).collect();
    let scores: Vec<f64> = scored.iter().filter_map(|r| r.score).collect();
    let score = combine(&scores, config);
    let counted: Vec<f64> =
        if full.is_empty() { reps.iter().map(|r| r.coverage).collect() } else { full.iter().map(|r| r.coverage).collect() };
    let points: Vec<(f64, f64)> = scored.iter().filter_map(|r| Some((f64::from(r.index), r.score?))).collect();
    let best = scored.iter().max_by(|a, b| a.score.unwrap_or(0.0).total_cmp(&b.score.unwrap_or(0.0)).then(b.index.cmp(&a.index)));
    let coverage = if counted.is_empty() { 0.0 } else { counted.iter().sum::<f64>() / counted.len() as f64 };
    let headline = headline::headline(reps, score, coverage, config);
    SetScore {
        rep_count: set.full().count() as u32,
        score,
        score_sigma: score.map(|_| bootstrap(&scored, config)),
        coverage,
        band: score.and(headline.level),
        headline,
        top_findings: top_findings(reps, config),
        velocity_loss_pct: velocity_loss(&full, signals),
        fatigue: if points.len() >= 3 { theil_sen(&points) } else { None },
        best_rep: best.map(|r| r.index),
    }
}

/// 0.7 · median + 0.3 · least.
fn combine(scores: &[f64], config: &Config) -> Option<f64> {
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    Some(config.score.median_share * median(scores)? + config.score.min_share * least)
}

/// Standard deviation of the set score when every measure is drawn anew from its own error. Part of the error is
/// the same in all reps (landmark bias, scale, clothes).
fn bootstrap(scored: &[&JudgedRep], config: &Config) -> f64 {
    let reps: Vec<Vec<Item>> = scored.iter().map(|r| r.checks.iter().enumerate().filter_map(Item::of).collect()).collect();
    let checks = scored.iter().map(|r| r.checks.len()).max().unwrap_or(0);
    let (common, own) = (config.score.bias_share.sqrt(), (1.0 - config.score.bias_share).sqrt());
    let mut random = Random::new(u64::from(config.score.seed));
    let draws: Vec<f64> = (0..config.score.draws.max(2))
        .filter_map(|_| {
            let shared: Vec<f64> = (0..checks).map(|_| random.normal()).collect();
            let scores: Vec<f64> = reps
                .iter()
                .map(|items| {
                    let moved: Vec<Item> =
                        items.iter().map(|item| item.moved(common * shared[item.place] + own * random.normal(), config)).collect();
                    (100.0 - costs(&moved, config).iter().sum::<f64>()).max(0.0)
                })
                .collect();
            combine(&scores, config)
        })
        .collect();
    let mean = draws.iter().sum::<f64>() / draws.len().max(1) as f64;
    (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (draws.len().max(2) - 1) as f64).sqrt()
}

/// What caps the headline first, then the flags that cost most over the full reps (over all, when none is full): two, one cue
/// each, no cue twice. Flags of one check that go different ways, as hips too high and hips too low do, are two findings.
fn top_findings(reps: &[JudgedRep], config: &Config) -> Vec<TopFinding> {
    let any_full = reps.iter().any(|r| r.kind == RepKind::Full);
    // A pull that was not full counts where it decides the headline.
    let counts = |r: &JudgedRep, check: &Judgement| !any_full || r.kind == RepKind::Full || headline::caps(check);
    let mut groups: Vec<(Way, Vec<(u32, &Judgement)>)> = vec![];
    for (rep, check) in reps.iter().flat_map(|rep| rep.checks.iter().map(move |check| (rep, check))) {
        let Some(way) = check.way().filter(|_| check.status() == Status::Flag && check.cost > 0.0 && counts(rep, check)) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == way) {
            Some((_, flags)) => flags.push((rep.index, check)),
            None => groups.push((way, vec![(rep.index, check)])),
        }
    }
    let finding = |(_, flags): (Way, Vec<(u32, &Judgement)>)| {
        let worst = flags.iter().max_by(|a, b| a.1.severity().cmp(&b.1.severity()).then(excess(a.1).total_cmp(&excess(b.1))))?;
        let indices: Vec<u32> = flags.iter().map(|f| f.0).collect();
        let code = worst.1.info.code;
        // A cue for hips and back names both, and takes both away.
        let first = reps.iter().find(|r| r.index == worst.0).and_then(|r| r.check("E3")).filter(|_| worst.1.cue() == Some(CHAIN_CUE));
        let (fault, codes): (String, &[&str]) = match first.and_then(Judgement::fault) {
            Some(hips) => (format!("{}, and {hips}", worst.1.fault()?), &["E1", "E3"]),
            None => (worst.1.fault()?, &[code]),
        };
        let finding = TopFinding {
            code,
            fault,
            severity: worst.1.severity(),
            worst_rep: worst.0,
            gain: gain(reps, codes, &indices, config),
            reps: indices,
            cue: worst.1.cue()?,
        };
        Some((flags.iter().any(|f| headline::caps(f.1)), flags.iter().map(|f| f.1.cost).sum::<f64>(), finding))
    };
    let mut found: Vec<(bool, f64, TopFinding)> = groups.into_iter().filter_map(finding).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let mut kept: Vec<TopFinding> = vec![];
    for (_, _, finding) in found {
        // What the chain's cue names is not told a second time.
        let told = |k: &TopFinding| k.cue == CHAIN_CUE && finding.code == "E3" && finding.reps.iter().all(|r| k.reps.contains(r));
        if kept.len() < 2 && kept.iter().all(|k| k.cue != finding.cue && !told(k)) {
            kept.push(finding);
        }
    }
    kept
}

/// How far a value is beyond the mild step, in ways from mild to severe; 0 where there is one step only.
fn excess(check: &Judgement) -> f64 {
    let Some(Measured { value, thresholds: [mild, _, severe], .. }) = check.measured() else { return 0.0 };
    if mild == severe { 0.0 } else { (value - mild) / (severe - mild) }
}

/// Points by which the set's score would be higher had these reps not shown these faults; `None` without a score.
fn gain(reps: &[JudgedRep], codes: &[&str], without: &[u32], config: &Config) -> Option<f64> {
    let scored = || reps.iter().filter(|r| r.kind == RepKind::Full && r.score.is_some());
    let rescored = |rep: &JudgedRep| {
        let left_out = |item: &Item| codes.contains(&item.code) && without.contains(&rep.index);
        let items: Vec<Item> = rep.checks.iter().enumerate().filter_map(Item::of).filter(|i| !left_out(i)).collect();
        (100.0 - costs(&items, config).iter().sum::<f64>()).max(0.0)
    };
    let now = combine(&scored().filter_map(|r| r.score).collect::<Vec<_>>(), config)?;
    Some((combine(&scored().map(rescored).collect::<Vec<_>>(), config)? - now).max(0.0))
}

/// (v_fastest − v_last)/v_fastest of the mean velocities, %, from three full reps on; needs a followed plate.
fn velocity_loss(full: &[&JudgedRep], signals: &Signals) -> Option<f64> {
    if full.len() < 3 || signals.bar.evidence != BarEvidence::Plate {
        return None;
    }
    let speeds: Option<Vec<f64>> = full.iter().map(|r| r.metrics.get(MEAN_VELOCITY_MPS.name).copied().flatten()).collect();
    let speeds = speeds?;
    let fastest = speeds.iter().copied().fold(0.0, f64::max);
    (fastest > 0.0).then(|| 100.0 * (fastest - speeds[speeds.len() - 1]) / fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_moved_toward_its_fault_goes_the_way_that_is_worse_there() {
        // A fault below a single limit, below falling steps, above rising ones.
        for (code, measure, value, thresholds, worse) in [
            ("E5", "settle_s", 0.28, [0.3; 3], -1.0),
            ("P4", "eccentric_s", 0.9, [1.0, 0.7, 0.45], -1.0),
            ("E4", "bar_drift_cm", 3.5, [3.0, 5.0, 8.0], 1.0),
        ] {
            let info = crate::patterns::find(code).unwrap().info();
            let phrase = info.phrases.iter().find(|p| p.measure.name == measure).unwrap();
            let falls = phrases::falls(Some(phrase), value, thresholds);
            assert_eq!(falls, worse < 0.0, "{measure}");
            let item = Item {
                code,
                cluster: None,
                status: Status::Flag,
                severity: Severity::Mild,
                confidence: 1.0,
                share: 1.0,
                value,
                sigma: 0.1,
                z: 1.0,
                thresholds,
                beyond: if falls { Beyond::Below } else { Beyond::Above },
                place: 0,
            };
            let moved = item.moved(1.0, &Config::default());
            assert!((moved.value - value - 0.1 * worse).abs() < 1e-12, "{measure}");
            assert_eq!(moved.severity, Severity::Mild, "{measure}: one limit has one step");
        }
    }
}
