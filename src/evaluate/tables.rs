//! The summary as tables: one shape for terminal and Markdown.

use super::acceptance::plain;
use super::held::Held;
use super::metrics::body::AngleFit;
use super::metrics::landmarks::JointError;
use super::metrics::stats::Agreement;
use super::metrics::{Accuracy, back, bar};
use super::summary::{Failure, Summary};
use super::tables_checks;
use super::tables_kit::{EVENTS, Table, event_row, limits, number, percent, share};

pub fn tables(summary: &Summary) -> Vec<Table> {
    let mut out = vec![acceptance(&summary.acceptance)];
    if let Some(a) = &summary.accuracy {
        out.extend([landmarks(a), agreements(a), fitted_body(a), bar_and_back(&a.bar, &a.back), events(a)]);
        out.extend(tables_checks::of_accuracy(a));
    }
    if let Some(real) = &summary.real {
        out.extend(tables_checks::of_real(real, &summary.clips));
    }
    if !summary.failures.is_empty() {
        let row = |f: &Failure| vec![f.name.clone(), f.error.clone()];
        out.push(Table {
            title: "Not evaluated".into(),
            header: vec!["clip", "why"],
            rows: summary.failures.iter().map(row).collect(),
            note: None,
        });
    }
    out.retain(|t| !t.rows.is_empty());
    out
}

/// The weakest numbers first.
fn acceptance(held: &[Held]) -> Table {
    let row = |h: &Held| vec![plain(&h.metric), number(h.value, 2), h.limit.clone(), percent(h.margin)];
    let weakest: Vec<String> = held.iter().take(3).map(|h| plain(&h.metric)).collect();
    Table {
        title: "Against what SPEC 14.3 asks for, weakest first".into(),
        header: vec!["number", "reached", "asked", "room, share of the limit"],
        rows: held.iter().map(row).collect(),
        note: Some(format!("The weakest: {}.", weakest.join("; "))),
    }
}

/// The fitted body: nothing left out.
fn fitted_body(a: &Accuracy) -> Table {
    let row = |(what, f): (&String, &AngleFit)| {
        let mut cells = vec![what.clone(), f.frames.to_string(), share(f.coverage)];
        cells.extend([f.mae_deg, f.bias_deg, f.seen_mae_deg, f.hidden_mae_deg].map(|v| number(v, 2)));
        cells.push(share(f.inside));
        cells
    };
    Table {
        title: "Fitted body: all frames of the repetitions".into(),
        header: vec!["angle", "frames", "coverage", "MAE deg", "bias deg", "MAE seen", "MAE hidden", "inside the stated 90 %"],
        rows: a.body.iter().map(row).collect(),
        note: Some("Hidden: a joint of the angle is behind the plate or another part of the body.".into()),
    }
}

fn landmarks(a: &Accuracy) -> Table {
    let l = &a.landmarks;
    let cells = |e: Option<&JointError>| match e {
        None => vec!["–".into(); 4],
        Some(e) => vec![e.frames.to_string(), percent(e.median), percent(e.p95), percent(Some(e.hit_rate))],
    };
    let names: std::collections::BTreeSet<&String> = l.visible.keys().chain(l.hidden.keys()).collect();
    let row = |name: &str, visible, hidden| [vec![name.to_owned()], cells(visible), cells(hidden)].concat();
    let mut rows: Vec<_> = names.into_iter().map(|n| row(n, l.visible.get(n), l.hidden.get(n))).collect();
    rows.push(row("all", l.visible_all.as_ref(), l.hidden_all.as_ref()));
    Table {
        title: "Landmarks, error as a share of trunk length".into(),
        header: vec!["joint", "visible n", "median", "p95", "hits", "hidden n", "median", "p95", "hits"],
        rows,
        note: Some(format!(
            "A hit is within 20 % of the trunk length. A pose within an eighth of a second of a frame: {}; in the frame itself: {}.",
            share(l.pose_found),
            share(l.posed_frames)
        )),
    }
}

fn agreement_row(name: &str, a: Option<&Agreement>, digits: usize) -> Vec<String> {
    let get = |f: fn(&Agreement) -> f64| number(a.map(f), digits);
    vec![
        name.to_owned(),
        a.map_or("0".into(), |a| format!("{} / {}", a.n, a.clips)),
        get(|a| a.bias),
        get(|a| a.mae),
        get(|a| a.rmse),
        a.map_or("–".into(), |a| limits(a.loa_low, a.loa_high, digits)),
        number(a.and_then(|a| a.loa_ci95), digits),
        number(a.and_then(|a| a.slope), 2),
        number(a.and_then(|a| a.icc), 2),
    ]
}

const AGREEMENT: [&str; 9] = ["", "n / clips", "bias", "MAE", "RMSE", "95 % limits", "± limits", "slope", "ICC"];

fn agreements(a: &Accuracy) -> Table {
    let mut rows = vec![];
    for (view, angles) in &a.angles {
        rows.extend(angles.iter().map(|(name, v)| agreement_row(&format!("{name} angle, {view}, deg"), Some(v), 1)));
    }
    rows.push(agreement_row("camera yaw, deg", a.camera.yaw_deg.as_ref(), 1));
    Table {
        title: "Angles".into(),
        header: AGREEMENT.to_vec(),
        rows,
        note: Some(format!("View class right: {}; no yaw in {} clips.", share(a.camera.view), a.camera.yaw_unknown)),
    }
}

fn bar_and_back(b: &bar::Bar, back: &back::Back) -> Table {
    let fit = |f: Option<super::metrics::stats::LineFit>, sigma: Option<f64>| {
        f.map_or("–".into(), |f| format!("slope {:.4} per deg, r {:.2}, residual σ {} deg (n {})", f.slope, f.r, number(sigma, 1), f.n))
    };
    Table {
        title: "Bar and back".into(),
        header: AGREEMENT.to_vec(),
        rows: vec![
            agreement_row("bar height, cm", b.height_cm.as_ref(), 2),
            agreement_row("forward drift per rep, cm", b.drift_cm.as_ref(), 2),
            agreement_row("range of motion, %", b.rom_pct.as_ref(), 1),
            agreement_row("mean concentric velocity, m/s", b.mean_velocity_mps.as_ref(), 3),
            agreement_row("flexion change per rep, deg", back.change_deg.as_ref(), 1),
        ],
        note: Some(format!(
            "Bar centre: median {}, p95 {} of the plate's diameter, seen {}. Back index against lumbar flexion: all frames {}; within clips {}; accepted {}.",
            percent(b.centre_median_diameters),
            percent(b.centre_p95_diameters),
            share(b.seen),
            fit(back.pooled, back.pooled_sigma_deg),
            fit(back.within_clip, back.within_clip_sigma_deg),
            share(back.accepted),
        )),
    }
}

fn events(a: &Accuracy) -> Table {
    let r = &a.reps;
    Table {
        title: "Repetitions and events".into(),
        header: EVENTS.to_vec(),
        rows: a.events.iter().map(|(name, e)| event_row(&name.replace('_', " "), e)).collect(),
        note: Some(format!(
            "Full reps: precision {}, recall {}, F1 {}; exact count in {} of clips; failed or partial attempts found {}.",
            share(r.precision),
            share(r.recall),
            number(r.f1, 3),
            share(r.exact_count),
            share(r.attempts_found),
        )),
    }
}
