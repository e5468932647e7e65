//! The points that measured checks take, the score they leave, and its error when every measure is drawn anew from its own (SPEC 11.2).

use super::judged::{JudgedRep, Judgement};
use super::phrases;
use super::verdict::{Beyond, status};
use super::{Cluster, Measured, Severity, Status};
use crate::config::Config;
use crate::numeric::stats::{Random, median, normal_cdf, normal_quantile};

/// What the score needs of one measured check.
pub struct Item {
    pub code: &'static str,
    cluster: Option<Cluster>,
    status: Status,
    severity: Severity,
    /// Points of a mild, a moderate and a severe flag, by how far it is trusted.
    points: [f64; 3],
    value: f64,
    sigma: f64,
    p_flag: f64,
    thresholds: [f64; 3],
    beyond: Beyond,
    /// Place among the checks.
    place: usize,
}

impl Item {
    /// Of every check that was measured.
    pub fn all<'a>(checks: &'a [Judgement], config: &'a Config) -> impl Iterator<Item = Item> + 'a {
        checks.iter().enumerate().filter_map(|(place, check)| Item::of(place, check, config))
    }

    fn of(place: usize, check: &Judgement, config: &Config) -> Option<Item> {
        let m: &Measured = check.measured()?;
        let code = check.info.code;
        Some(Item {
            code,
            cluster: check.info.cluster,
            status: m.status,
            severity: m.severity,
            points: config.score.deduct.get(code).unwrap_or_default().map(|points| points * m.confidence * m.deduction_share),
            value: m.value,
            sigma: m.sigma,
            p_flag: m.p_flag,
            thresholds: m.thresholds,
            beyond: if phrases::falls(phrases::phrase(check.info, m), m.value, m.thresholds) { Beyond::Below } else { Beyond::Above },
            place,
        })
    }

    /// Points of a flag that is past `steps` of the three.
    fn points(&self, steps: usize) -> f64 {
        steps.checked_sub(1).map_or(0.0, |step| self.points[step])
    }

    /// Steps that the check was found past; 0 where it is no flag.
    fn found(&self) -> usize {
        match self.severity {
            _ if self.status != Status::Flag => 0,
            Severity::None => 0,
            Severity::Mild => 1,
            Severity::Moderate => 2,
            Severity::Severe => 3,
        }
    }

    /// Steps (0…3) that a value is past.
    fn level(&self, value: f64) -> usize {
        let steps = if self.thresholds[0] == self.thresholds[2] { 1 } else { 3 };
        let past = |threshold: &&f64| match self.beyond {
            Beyond::Above => value >= **threshold,
            Beyond::Below => value <= **threshold,
        };
        self.thresholds[..steps].iter().filter(past).count()
    }

    /// The value moved by `e` σ toward the fault.
    fn moved(&self, e: f64) -> f64 {
        self.value + if self.beyond == Beyond::Above { e } else { -e } * self.sigma
    }

    /// Steps that a flag would be past whose value is `e` σ nearer to the fault: those found, and as many more as the value passes.
    fn steps(&self, e: f64) -> usize {
        let now = self.level(self.value);
        let found = if self.status == Status::Flag { self.found() } else { now };
        (found + self.level(self.moved(e))).saturating_sub(now).clamp(1, 3)
    }
}

/// Points each item takes.
pub fn costs(items: &[Item], config: &Config) -> Vec<f64> {
    shared_cause(items, items.iter().map(|i| i.points(i.found())).collect(), config)
}

/// The lesser ones of a causal cluster cost a part (SPEC 11.2).
fn shared_cause(items: &[Item], mut costs: Vec<f64>, config: &Config) -> Vec<f64> {
    for cluster in [Cluster::Back, Cluster::Bar] {
        let members = || items.iter().enumerate().filter(move |(_, i)| i.cluster == Some(cluster)).map(|(k, _)| k);
        let first = members().max_by(|&a, &b| costs[a].total_cmp(&costs[b]));
        members().filter(|k| Some(*k) != first).for_each(|k| costs[k] *= config.score.cluster_share);
    }
    costs
}

/// What is left of a hundred points.
pub fn left(costs: &[f64]) -> f64 {
    (100.0 - costs.iter().sum::<f64>()).max(0.0)
}

/// 0.7 · median + 0.3 · least.
pub fn combine(scores: &[f64], config: &Config) -> Option<f64> {
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    Some(config.score.median_share * median(scores)? + config.score.min_share * least)
}

/// Standard deviation of the set score when every measure is drawn anew from its own error. Part of the error is
/// the same in all reps (landmark bias, scale, clothes).
pub fn score_sigma(scored: &[&JudgedRep], config: &Config) -> f64 {
    // With Φ⁻¹ of the probability of a fault.
    let doubtful = |rep: &&JudgedRep| -> (Vec<Item>, Vec<f64>) {
        Item::all(&rep.checks, config).map(|item| (normal_quantile(item.p_flag), item)).map(|(z, item)| (item, z)).unzip()
    };
    let reps: Vec<(Vec<Item>, Vec<f64>)> = scored.iter().map(doubtful).collect();
    let checks = scored.iter().map(|r| r.checks.len()).max().unwrap_or(0);
    let read: Vec<bool> = (0..checks).map(|place| reps.iter().flat_map(|r| &r.0).any(|item| item.place == place)).collect();
    let (common, own) = (config.score.bias_share.sqrt(), (1.0 - config.score.bias_share).sqrt());
    let mut random = Random::new(u64::from(config.score.seed));
    let draws: Vec<f64> = (0..config.score.draws.max(2))
        .filter_map(|_| {
            // What nobody reads is passed over, so that a check more or less leaves the others' draws as they are.
            let shared: Vec<f64> = read.iter().map(|read| if *read { random.normal() } else { random.pass() }).collect();
            let mut drawn = |(item, z): (&Item, &f64)| {
                let e = common * shared[item.place] + own * random.normal();
                let flagged = status(normal_cdf(z + e), config) == Status::Flag;
                if flagged { item.points(item.steps(e)) } else { 0.0 }
            };
            let score =
                |(items, z): &(Vec<Item>, Vec<f64>)| left(&shared_cause(items, items.iter().zip(z).map(&mut drawn).collect(), config));
            combine(&reps.iter().map(score).collect::<Vec<_>>(), config)
        })
        .collect();
    let mean = draws.iter().sum::<f64>() / draws.len().max(1) as f64;
    (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (draws.len().max(2) - 1) as f64).sqrt()
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
                points: [1.0, 2.0, 3.0],
                value,
                sigma: 0.1,
                p_flag: 0.8,
                thresholds,
                beyond: if falls { Beyond::Below } else { Beyond::Above },
                place: 0,
            };
            assert!((item.moved(1.0) - value - 0.1 * worse).abs() < 1e-12, "{measure}");
            assert_eq!(item.steps(1.0), 1, "{measure}: one limit has one step");
            let past = if falls { thresholds[2] - 0.01 } else { thresholds[2] + 0.01 };
            let all = if thresholds[0] == thresholds[2] { 1 } else { 3 };
            assert_eq!(item.steps((past - value) * worse / item.sigma), all, "{measure}: past its last step");
        }
    }
}
