//! Tables about the checks: against truth, and against labels of real clips.

use super::digitised::Pooled;
use super::metrics::Accuracy;
use super::metrics::checks::{CheckScore, Detection};
use super::metrics::stats::median;
use super::real::{Real, RealRow, RealScore, Verdict};
use super::summary::ClipRow;
use super::tables_kit::{EVENTS, Table, event_row, limits, number, percent, share};
use crate::config::INDEX_PER_LUMBAR_DEG;

pub fn of_accuracy(a: &Accuracy) -> Vec<Table> {
    vec![
        detection(a, "mild", |s| &s.mild),
        detection(a, "moderate", |s| &s.moderate),
        alarms(a),
        response(a),
        values(a),
        calibration(a),
        repeat(a),
    ]
}

fn detection(a: &Accuracy, level: &str, pick: fn(&CheckScore) -> &Detection) -> Table {
    let row = |(code, score): (&String, &CheckScore)| {
        let d = pick(score);
        let f1 = d.f1.map_or("–".into(), |f| format!("{:.2} ({:.2}–{:.2})", f.value, f.low, f.high));
        let support = format!("{} / {}", d.support, d.support_all);
        vec![code.clone(), support, share(d.precision), share(d.recall), share(d.recall_of_all), share(d.specificity), f1]
    };
    let seen = |(_, score): &(&String, &CheckScore)| pick(score).support_all > 0 || pick(score).precision.is_some();
    Table {
        title: format!("Checks at or above {level}"),
        header: vec!["check", "faults assessed / all", "precision", "recall", "recall, abstention = miss", "specificity", "F1"],
        rows: a.checks.iter().filter(seen).map(row).collect(),
        note: Some("Shares with Wilson 95 % intervals and counts; borderline verdicts are no findings.".into()),
    }
}

fn alarms(a: &Accuracy) -> Table {
    let row = |(code, s): (&String, &CheckScore)| {
        let reasons: Vec<String> = s.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
        vec![
            code.clone(),
            number(s.false_flags_per_100_clean, 1),
            s.clean_reps.to_string(),
            number(s.kappa, 2),
            s.borderline.to_string(),
            share(s.not_assessable),
            reasons.join(", "),
        ]
    };
    Table {
        title: "False alarms and abstentions".into(),
        header: vec!["check", "false flags per 100 clean reps", "clean reps", "weighted κ", "borderline", "not assessable", "reasons"],
        rows: a.checks.iter().map(row).collect(),
        note: None,
    }
}

fn response(a: &Accuracy) -> Table {
    let row = |(name, r): (&String, &super::metrics::response::Response)| {
        let line = |f: fn(&super::metrics::stats::LineFit) -> f64| number(r.line.as_ref().map(f), 2);
        vec![
            format!("{name}, {}", r.unit),
            format!("{} ({})", r.n, r.faulty),
            line(|l| l.slope),
            line(|l| l.intercept),
            line(|l| l.r),
            number(Some(r.bias), 2),
            number(Some(r.rmse), 2),
        ]
    };
    Table {
        title: "Dose against reading".into(),
        header: vec!["fault", "reps (with the fault)", "slope", "intercept", "r", "bias", "RMSE"],
        rows: a.response.iter().map(row).collect(),
        note: Some(format!(
            "Reading = intercept + slope · dose; a perfect ruler has slope 1. The back's index counts {INDEX_PER_LUMBAR_DEG} per degree."
        )),
    }
}

fn values(a: &Accuracy) -> Table {
    let row = |(name, v): (&String, &super::metrics::calibration::ValueScore)| {
        let g = &v.agreement;
        vec![
            name.clone(),
            g.n.to_string(),
            number(Some(g.bias), 2),
            number(Some(g.rmse), 2),
            limits(g.loa_low, g.loa_high, 2),
            share(Some(v.inside_90)),
        ]
    };
    Table {
        title: "Values with a stated σ".into(),
        header: vec!["quantity", "n", "bias", "RMSE", "95 % limits", "truth inside the stated 90 %"],
        rows: a.values.iter().map(row).collect(),
        note: None,
    }
}

fn calibration(a: &Accuracy) -> Table {
    let mut rows = vec![];
    for (code, c) in &a.calibration {
        let bins: Vec<String> = c.bins.iter().map(|b| format!("{:.2}→{:.2} ({})", b.mean_p, b.came_true.value, b.came_true.of)).collect();
        let brier = [c.brier, c.brier_of_base_rate].map(|v| number(Some(v), 3));
        let fit = c.fit.map_or("–".into(), |f| format!("{:+.2} + {:.2} · logit p, Brier {:.3}", f.bias, f.scale, f.brier));
        rows.push(vec![code.clone(), c.n.to_string(), brier[0].clone(), brier[1].clone(), fit, bins.join("  ")]);
    }
    Table {
        title: "Calibration of p_flag".into(),
        header: vec!["check", "n", "Brier", "Brier of the base rate", "logistic fit", "mean p → came true (n)"],
        rows,
        note: None,
    }
}

fn repeat(a: &Accuracy) -> Table {
    let row = |r: &super::metrics::camera::Repeatability| {
        vec![
            format!("{} ({} without score)", r.pairs, r.unscored),
            number(r.mean_difference, 1),
            number(r.sem, 1),
            number(r.mdc95, 1),
            number(r.max_abs_difference, 1),
        ]
    };
    Table {
        title: "Score of the same lift from two cameras".into(),
        header: vec!["pairs", "mean difference", "SEM", "minimal detectable change", "largest difference"],
        rows: a.repeatability.iter().map(row).collect(),
        note: None,
    }
}

pub fn of_real(real: &Real, clips: &[ClipRow]) -> Vec<Table> {
    vec![
        Table {
            title: format!("{} real clips: repetitions", real.clips),
            header: EVENTS.to_vec(),
            rows: vec![event_row("lift off", &real.lift_off), event_row("lockout", &real.lockout)],
            note: Some(format!(
                "Exact count in {} of clips; reps: precision {}, recall {}; view class right {}.",
                share(real.exact_counts),
                share(real.rep_precision),
                share(real.rep_recall),
                share(real.view),
            )),
        },
        real_checks(real),
        real_points(real),
        real_clips(clips),
    ]
}

fn real_checks(real: &Real) -> Table {
    let counts = |side: &std::collections::BTreeMap<Verdict, usize>| {
        let order = [Verdict::Flag, Verdict::Borderline, Verdict::Ok, Verdict::NotAssessed];
        order.map(|v| side.get(&v).copied().unwrap_or(0).to_string()).join(" / ")
    };
    let row = |(code, s): (&String, &RealScore)| {
        vec![code.clone(), counts(&s.yes), counts(&s.no), share(s.agreement), percent(s.not_assessed.map(|s| s.value))]
    };
    Table {
        title: "Real clips: labels against verdicts (flag / borderline / ok / not assessed)".into(),
        header: vec!["check", "labelled y", "labelled n", "agreement", "not assessed"],
        rows: real.checks.iter().map(row).collect(),
        note: None,
    }
}

/// Hand-read points and angles.
fn real_points(real: &Real) -> Table {
    let row = |(what, p): (&String, &Pooled)| {
        let shown = |v: f64| number(Some(v), if [", set", ", knee", ", lockout"].iter().any(|end| what.ends_with(end)) { 2 } else { 3 });
        vec![what.clone(), p.n.to_string(), shown(p.median_abs), shown(p.mean_abs), shown(p.bias), share(p.inside)]
    };
    Table {
        title: "Real clips: hand-read joints (trunk lengths), angles (degrees), plates (radii)".into(),
        header: vec!["quantity", "n", "median |error|", "mean |error|", "bias", "inside the stated 90 %"],
        rows: real.digitised.iter().map(row).collect(),
        note: None,
    }
}

fn real_clips(clips: &[ClipRow]) -> Table {
    let ms = |errors: &[f64]| number(median(errors.iter().map(|e| e.abs())), 0);
    let row = |name: &str, r: &RealRow| {
        let checks: Vec<String> = r
            .checks
            .iter()
            .map(|(code, c)| format!("{code}={}: {}", if c.label == super::index::Label::Yes { "y" } else { "n" }, c.short()))
            .collect();
        let expected = r.full_labelled.map_or("?".into(), |n| n.to_string());
        let view = format!("{:?}", r.view).to_lowercase();
        vec![name.to_owned(), view, format!("{expected} / {}", r.full), ms(&r.lift_off_ms), ms(&r.lockout_ms), checks.join("; ")]
    };
    Table {
        title: "Real clips one by one".into(),
        header: vec!["clip", "view", "reps labelled / found", "lift-off ms", "lockout ms", "label: verdict"],
        rows: clips.iter().filter_map(|c| Some(row(&c.name, c.real.as_ref()?))).collect(),
        note: None,
    }
}
