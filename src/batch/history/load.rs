//! O1 form against load, O2 the technique ceiling, O3 jumps after a fault (SPEC 9).

use super::frequency::days;
use super::metric::{Kind, Metric, graded};
use super::reference::Reference;
use crate::batch::date::Day;
use crate::batch::record::SetRecord;
use crate::config::Load;
use crate::numeric::stats::{slope_upper_80, theil_sen};
use crate::patterns::{Reason, Severity, Status};

/// Bootstrap draws of O1.
const DRAWS: usize = 1000;
/// Minimum data of O1.
const MIN_SETS: usize = 4;
const MIN_LOADS: usize = 3;
const MIN_SPAN_PCT: f64 = 15.0;
/// Scored side-view sets that O2 needs (SPEC 11.3).
const CEILING_SETS: usize = 3;
/// Faults that O3 looks for.
const MAJOR: [&str; 3] = ["E1", "E3", "E4"];

/// O1: Theil–Sen slope of set score against load, points per 10 % of the one-repetition maximum.
pub fn form_slope(sets: &[&SetRecord], reference: Option<&Reference>, load: &Load) -> Metric {
    let kind = Kind { id: "O1", name: "form against load", unit: "points per 10 % of load", threshold: load.slope.array() };
    let needed = format!("needs {MIN_SETS} scored sets at {MIN_LOADS} loads that span {MIN_SPAN_PCT} %");
    let Some(reference) = reference else { return kind.unknown(Reason::NoHistory, format!("no loads are known; {needed}")) };
    let percent = |s: &&SetRecord| Some((s.facts.load_kg? / reference.load_kg * 100.0, s.score?));
    let points: Vec<(f64, f64)> = sets.iter().filter(|s| s.counts()).filter_map(percent).collect();
    let mut loads: Vec<f64> = points.iter().map(|p| p.0).collect();
    loads.sort_by(f64::total_cmp);
    loads.dedup();
    let span = loads.last().zip(loads.first()).map_or(0.0, |(high, low)| high - low);
    if points.len() < MIN_SETS || loads.len() < MIN_LOADS || span < MIN_SPAN_PCT {
        let have = format!("{} at {} loads that span {span:.0} %", points.len(), loads.len());
        return kind.unknown(Reason::NoHistory, format!("{needed}; there are {have}"));
    }
    let (Some(slope), Some(upper)) = (theil_sen(&points), slope_upper_80(&points, DRAWS)) else {
        return kind.unknown(Reason::NoHistory, needed);
    };
    let slope = slope * 10.0;
    let severity = graded(slope, load.slope.array(), |v, step| v <= step);
    let of = format!("of the {} maximum of {:.0} kg", reference.source, reference.load_kg);
    let text = format!("form changed by {slope:+.1} points per 10 % {of}, over {} sets", points.len());
    if severity > Severity::None && upper >= 0.0 {
        // The data allow that there is no slope at all.
        return Metric { status: Status::Borderline, severity: Severity::None, ..kind.seen(slope, severity, text + "; not yet certain") };
    }
    kind.seen(slope, severity, text)
}

/// O2: working load above the heaviest load that was lifted cleanly in the last six weeks.
pub fn ceiling(sets: &[&SetRecord], load: &Load) -> Metric {
    let kind = Kind { id: "O2", name: "technique ceiling", unit: "% above", threshold: load.ceiling.array() };
    let known: Vec<(Day, f64, &SetRecord)> =
        sets.iter().filter(|s| s.counts()).filter_map(|s| Some((s.facts.date?, s.facts.load_kg?, *s))).collect();
    if known.len() < CEILING_SETS {
        let have = known.len();
        let text = format!("needs {CEILING_SETS} scored sets filmed from the side, with dates and loads; there are {have}");
        return kind.unknown(Reason::NoHistory, text);
    }
    let Some(today) = known.iter().map(|k| k.0).max() else {
        return kind.unknown(Reason::NoHistory, "needs dates and loads");
    };
    let recent = |day: Day| (today.number() - day.number()) as f64 <= load.ceiling_days;
    let clean = |s: &SetRecord| s.score.is_some_and(|score| score >= load.ceiling_score) && s.clean();
    let ceiling = known.iter().filter(|(day, _, s)| recent(*day) && clean(s)).map(|k| k.1).max_by(f64::total_cmp);
    let Some(ceiling) = ceiling.filter(|c| *c > 0.0) else {
        let text = format!("no set of the last {:.0} days scored {:.0} without a severe finding", load.ceiling_days, load.ceiling_score);
        return kind.unknown(Reason::NoHistory, text);
    };
    let working = top_load(&known, today);
    let above = (working / ceiling - 1.0) * 100.0;
    let text = format!(
        "heaviest load without a severe fault or a miss {ceiling:.1} kg in {:.0} days; last session worked with {working:.1} kg",
        load.ceiling_days
    );
    kind.seen(above, graded(above, load.ceiling.array(), |v, step| v >= step), text)
}

/// O3: top load of a session above the best of the 28 days before it, when the session before
/// showed a moderate or severe major fault. The last session decides; earlier ones are counted.
pub fn jump(sets: &[&SetRecord], load: &Load) -> Metric {
    let kind = Kind { id: "O3", name: "jump after a fault", unit: "% above", threshold: load.jump.array() };
    let known: Vec<(Day, f64, &SetRecord)> = sets.iter().filter_map(|s| Some((s.facts.date?, s.facts.load_kg?, *s))).collect();
    let sessions = days(&known.iter().map(|k| k.2).collect::<Vec<_>>());
    if sessions.len() < 2 {
        return kind.unknown(Reason::NoHistory, "needs two sessions with dates and loads");
    }
    let rises: Vec<(Day, Option<f64>)> = sessions.windows(2).map(|pair| (pair[1], rise(&known, pair[0], pair[1], load))).collect();
    let severity = |rise: &Option<f64>| rise.map_or(Severity::None, |v| graded(v, load.jump.array(), |v, step| v > step));
    let earlier = rises[..rises.len() - 1].iter().filter(|(_, r)| severity(r) > Severity::None).count();
    let also = match earlier {
        0 => String::new(),
        1 => "; seen once before".into(),
        many => format!("; seen {many} times before"),
    };
    match rises[rises.len() - 1] {
        (_, None) => {
            kind.seen(0.0, Severity::None, format!("the session before the last showed no moderate fault of {}{also}", MAJOR.join(", ")))
        }
        (day, Some(v)) => {
            let text = format!(
                "{day}: top load {v:+.1} % against the best of {:.0} days, straight after a session with a fault{also}",
                load.jump_days
            );
            kind.seen(v, severity(&Some(v)), text)
        }
    }
}

/// Percent above the best load before; `None` when the session before was without major fault.
fn rise(known: &[(Day, f64, &SetRecord)], before: Day, now: Day, load: &Load) -> Option<f64> {
    let fault = known.iter().any(|(day, _, s)| *day == before && MAJOR.iter().any(|code| s.severity(code) >= Severity::Moderate));
    let in_window = |day: Day| day < now && (now.number() - day.number()) as f64 <= load.jump_days;
    let best = known.iter().filter(|k| in_window(k.0)).map(|k| k.1).max_by(f64::total_cmp).filter(|b| *b > 0.0)?;
    fault.then(|| (top_load(known, now) / best - 1.0) * 100.0)
}

fn top_load(known: &[(Day, f64, &SetRecord)], day: Day) -> f64 {
    known.iter().filter(|k| k.0 == day).map(|k| k.1).fold(0.0, f64::max)
}
