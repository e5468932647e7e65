//! The summary in one table, for docs/accuracy.md.

use super::acceptance::plain;
use super::metrics::Accuracy;
use super::metrics::checks::CheckScore;
use super::metrics::events::EventError;
use super::metrics::stats::{Agreement, Share};
use super::real::{Real, Verdict};
use super::summary::Summary;
use super::tables_kit::{limits, number, percent};

/// One Markdown table of what matters most, with the date and the command, and the three weakest numbers.
pub fn brief(summary: &Summary) -> String {
    let mut rows: Vec<(String, String)> = vec![];
    if let Some(a) = &summary.accuracy {
        rows.extend(lifts(a));
    }
    if let Some(r) = &summary.real {
        rows.extend(real(r));
    }
    let mut out = format!(
        "{} clips, {} not evaluated; network {}; {}, `{}`.\n\n| what | reached |\n|---|---|\n",
        summary.clips.len(),
        summary.failures.len(),
        summary.model,
        summary.date,
        summary.command
    );
    out.extend(rows.into_iter().map(|(what, reached)| format!("| {what} | {reached} |\n")));
    let weakest: Vec<String> =
        summary.acceptance.iter().take(3).map(|h| format!("{} {} (asked {})", plain(&h.metric), number(h.value, 2), h.limit)).collect();
    if !weakest.is_empty() {
        out.push_str(&format!("\nThe three weakest against what was asked for: {}.\n", weakest.join("; ")));
    }
    out
}

fn lifts(a: &Accuracy) -> Vec<(String, String)> {
    let mut rows = vec![];
    let mut row = |what: &str, reached: String| rows.push((what.to_owned(), reached));
    let r = &a.reps;
    row("full repetitions", format!("precision {}, recall {}, exact count {}", of(r.precision), of(r.recall), of(r.exact_count)));
    row("view class / camera yaw", format!("{} / {}", of(a.camera.view), agreement(a.camera.yaw_deg.as_ref(), 1, "°")));
    let joint = |name: &str| percent(a.landmarks.visible.get(name).and_then(|j| j.median));
    row(
        "near shoulder / hip / knee / ankle, where visible",
        format!("{} of trunk length (median)", ["shoulder", "hip", "knee", "ankle"].map(joint).join(" / ")),
    );
    row("plate centre", format!("{} of the plate's diameter (median)", percent(a.bar.centre_median_diameters)));
    if let Some(side) = a.angles.get("side") {
        let mae = |name: &str| number(side.get(name).map(|g| g.mae), 1);
        row("trunk / hip / knee angle, side view", format!("MAE {}°", ["trunk", "hip", "knee"].map(mae).join("° / ")));
    }
    row("bar drift per rep", agreement(a.bar.drift_cm.as_ref(), 1, " cm"));
    row("range of motion", agreement(a.bar.rom_pct.as_ref(), 1, " %"));
    row("mean concentric velocity", agreement(a.bar.mean_velocity_mps.as_ref(), 2, " m/s"));
    row("change of lumbar flexion, from the back's outline", agreement(a.back.change_deg.as_ref(), 1, "°"));
    let event = |name: &str| a.events.get(name).map_or("–".into(), milliseconds);
    row("lift-off / lockout / descent / floor", ["lift_off", "lockout", "descent", "floor"].map(event).join(" / "));
    rows.extend(a.checks.iter().filter(|(_, c)| c.mild.support_all > 0).map(|(code, c)| (format!("{code} at or above mild"), check(c))));
    rows.extend(a.repeatability.iter().map(|r| {
        let text = format!("{} pairs, SEM {} points, largest difference {}", r.pairs, number(r.sem, 1), number(r.max_abs_difference, 1));
        ("score of the same lift from two cameras".into(), text)
    }));
    rows
}

fn real(r: &Real) -> Vec<(String, String)> {
    let mut rows = vec![
        (
            "full repetitions".into(),
            format!("precision {}, recall {}, exact count {}", of(r.rep_precision), of(r.rep_recall), of(r.exact_counts)),
        ),
        ("lift-off / lockout".into(), format!("{} / {}", milliseconds(&r.lift_off), milliseconds(&r.lockout))),
        ("view class".into(), of(r.view)),
    ];
    for (code, score) in &r.checks {
        let flagged = |side: &std::collections::BTreeMap<Verdict, usize>| {
            let all: usize = side.values().sum();
            let abstained = side.get(&Verdict::NotAssessed).copied().unwrap_or(0);
            format!("{} of {all} ({abstained} not assessable)", side.get(&Verdict::Flag).copied().unwrap_or(0))
        };
        rows.push((format!("{code} flagged"), format!("labelled with it {}, without it {}", flagged(&score.yes), flagged(&score.no))));
    }
    rows
}

fn check(c: &CheckScore) -> String {
    format!(
        "precision {}, recall {} ({} of {} faults assessable); false flags per 100 clean reps {}",
        of(c.mild.precision),
        of(c.mild.recall),
        c.mild.support,
        c.mild.support_all,
        number(c.false_flags_per_100_clean, 1)
    )
}

/// "0.93 (40 of 43)".
fn of(share: Option<Share>) -> String {
    share.map_or("–".into(), |s| format!("{:.2} ({} of {})", s.value, s.hits, s.of))
}

fn agreement(a: Option<&Agreement>, digits: usize, unit: &str) -> String {
    a.map_or("–".into(), |a| {
        let [bias, rmse] = [a.bias, a.rmse].map(|v| number(Some(v), digits));
        format!("bias {bias}{unit}, RMSE {rmse}{unit}, 95 % limits {}{unit}", limits(a.loa_low, a.loa_high, digits))
    })
}

fn milliseconds(e: &EventError) -> String {
    format!("{} ms (p95 {})", number(e.median_abs_ms, 0), number(e.p95_abs_ms, 0))
}
