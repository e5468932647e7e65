//! The 0–100 score of a rep and of the set, with its error (SPEC 11.2).

use super::headline;
use super::judged::{JudgedRep, Judgement};
use super::judged_set::{SetScore, TopFinding};
use super::merge::CHAIN_CUE;
use super::metric::MEAN_VELOCITY_MPS;
use super::phrases::Way;
use super::points::{Item, combine, costs, left, score_sigma};
use super::{Measured, Status};
use crate::config::Config;
use crate::numeric::stats::theil_sen;
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
    let items: Vec<Item> = Item::all(checks, config).collect();
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
    Some(left(&costs))
}

/// The set's score with its error, its two most costly findings, its best rep and how it changed.
pub fn set_score(reps: &mut [JudgedRep], set: &RepSet, signals: &Signals, config: &Config) -> SetScore {
    for rep in reps.iter_mut() {
        rep.score_sigma = rep.score.map(|_| score_sigma(&[&*rep], config));
    }
    let full: Vec<&JudgedRep> = reps.iter().filter(|r| r.kind == RepKind::Full).collect();
    let scored: Vec<&JudgedRep> = full.iter().copied().filter(|r| r.score.is_some()).collect();
    let scores: Vec<f64> = scored.iter().filter_map(|r| r.score).collect();
    let score = combine(&scores, config);
    let counted: Vec<f64> =
        if full.is_empty() { reps.iter().map(|r| r.coverage).collect() } else { full.iter().map(|r| r.coverage).collect() };
    let points: Vec<(f64, f64)> = scored.iter().filter_map(|r| Some((f64::from(r.index), r.score?))).collect();
    // Of reps whose scores read alike the one with least to watch: the best is no rep that is told to be watched.
    let watched = |r: &JudgedRep| r.checks.iter().filter(|c| c.status() == Status::Borderline).count();
    let told = |r: &JudgedRep| r.score.unwrap_or(0.0).round();
    let first = |a: &JudgedRep, b: &JudgedRep| watched(b).cmp(&watched(a)).then(b.index.cmp(&a.index));
    let best = scored.iter().max_by(|a, b| told(a).total_cmp(&told(b)).then(first(a, b)));
    let coverage = if counted.is_empty() { 0.0 } else { counted.iter().sum::<f64>() / counted.len() as f64 };
    let headline = headline::headline(reps, score, coverage, config);
    SetScore {
        rep_count: set.full().count() as u32,
        score,
        // A set's only repetition says all that the set does.
        score_sigma: match scored[..] {
            [only] => only.score_sigma,
            _ => score.map(|_| score_sigma(&scored, config)),
        },
        coverage,
        band: score.and(headline.level),
        headline,
        top_findings: top_findings(reps, config),
        velocity_loss_pct: velocity_loss(&full, signals),
        fatigue: if points.len() >= 3 { theil_sen(&points) } else { None },
        best_rep: best.map(|r| r.index),
    }
}

/// What caps the headline first, then the flags that cost most over the full reps, then those of pulls that were not full alone:
/// two, one cue each, no cue twice. Flags of one check that go different ways, as hips too high and hips too low do, are two findings.
fn top_findings(reps: &[JudgedRep], config: &Config) -> Vec<TopFinding> {
    // A pull that was not full counts beside full ones where it decides the headline.
    let counts = |r: &JudgedRep, check: &Judgement| r.kind == RepKind::Full || headline::caps(check);
    let mut groups: Vec<(Way, Vec<(bool, u32, &Judgement)>)> = vec![];
    for (rep, check) in reps.iter().flat_map(|rep| rep.checks.iter().map(move |check| (rep, check))) {
        let Some(way) = check.way().filter(|_| check.status() == Status::Flag && check.cost > 0.0) else { continue };
        let flag = (counts(rep, check), rep.index, check);
        match groups.iter_mut().find(|(known, _)| *known == way) {
            Some((_, flags)) => flags.push(flag),
            None => groups.push((way, vec![flag])),
        }
    }
    let finding = |(_, flags): (Way, Vec<(bool, u32, &Judgement)>)| {
        let counted = flags.iter().any(|f| f.0);
        let flags: Vec<(u32, &Judgement)> = flags.into_iter().filter(|f| f.0 == counted).map(|(_, rep, check)| (rep, check)).collect();
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
        let order = (flags.iter().any(|f| headline::caps(f.1)), counted, flags.iter().any(|f| headline::sure(f.1)));
        Some((order, flags.iter().map(|f| f.1.cost).sum::<f64>(), finding))
    };
    let mut found: Vec<((bool, bool, bool), f64, TopFinding)> = groups.into_iter().filter_map(finding).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let mut kept: Vec<TopFinding> = vec![];
    for ((_, _, sure), _, finding) in found {
        // What nobody can be sure of is no second thing to work on.
        if !sure && !kept.is_empty() {
            break;
        }
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
        let items: Vec<Item> = Item::all(&rep.checks, config).filter(|i| !left_out(i)).collect();
        left(&costs(&items, config))
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
