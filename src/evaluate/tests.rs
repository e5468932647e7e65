//! The whole ruler against a program whose errors are known.

use super::testkit::{FRAMES, Skewed, TRUNK_PX, truth_json};
use super::*;
use crate::pipeline::{Cancel, Silent};
use std::path::Path;
use std::sync::atomic::Ordering;

const INDEX: &str = "clip\tfull_reps\tliftoff_s\tlockout_s\tview\tE1\tE4\tP1\n\
                     real.mp4\t1\t1.0\t2.0\tside-left\ty\ty\t?\n\
                     gone.mp4\t1\t1.0\t2.0\tside-left\ty\ty\t?\n";

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    for (name, faults) in [("clean@cam1", "{}"), ("clean@cam2", "{}"), ("drift", r#"{"E4": 6}"#), ("broken", "{}")] {
        put(&format!("{name}.truth.json"), &truth_json(faults));
        put(&format!("{name}.mp4"), name);
    }
    put("odd.truth.json", r#"{"fps": "fast"}"#);
    put("odd.mp4", "odd");
    put("real.mp4", "real");
    put("INDEX.tsv", INDEX);
    dir
}

fn run(dir: &Path, line: &Skewed, jobs: usize) -> Summary {
    let stamp = Stamp { date: "2025-01-01".into(), command: "formcheck evaluate lifts".into() };
    let options = Options { tracks: Some(dir.join(".formcheck-tracks")), fresh: false, jobs, only: None, stamp };
    evaluate(dir, &options, line, &Silent, &Cancel::default()).unwrap()
}

fn close(value: Option<f64>, expected: f64) {
    assert!((value.unwrap() - expected).abs() < 1e-6, "{value:?} is not {expected}");
}

#[test]
fn known_errors_are_measured_as_they_are() {
    let dir = folder();
    let a = run(dir.path(), &Skewed::default(), 2).accuracy.unwrap();
    assert_eq!(a.clips, 3);
    // 10 px of a 100 px trunk; the hip is hidden in the first 30 of 150 frames.
    close(a.landmarks.visible["hip"].median, 10.0 / TRUNK_PX);
    assert_eq!((a.landmarks.visible["hip"].frames, a.landmarks.hidden["hip"].frames), (3 * (FRAMES - 30), 3 * 30));
    assert_eq!(a.landmarks.visible["hip"].hit_rate, 1.0);
    // The frame without a pose lies between two that have one.
    assert_eq!((a.landmarks.posed_frames.unwrap().hits, a.landmarks.pose_found.unwrap().hits), (3 * (FRAMES - 1), 3 * FRAMES));
    close(Some(a.angles["side"]["trunk"].bias), 2.0);
    close(a.bar.centre_median_diameters, 0.05);
    close(a.bar.drift_cm.map(|d| d.bias), 4.0);
    close(a.bar.rom_pct.map(|d| d.bias), 2.0);
    close(a.bar.mean_velocity_mps.map(|d| d.rmse), 0.02);
    close(a.events["lift_off"].median_abs_ms, 40.0);
    assert_eq!(a.events["floor"].found.unwrap().hits, 0);
    assert!(!a.events.contains_key("knee_pass"));
    assert_eq!((a.reps.f1, a.reps.exact_count.unwrap().value), (Some(1.0), 1.0));
    close(a.camera.yaw_deg.map(|y| y.rmse), 3.0);
    assert_eq!(a.camera.view.unwrap().value, 1.0);
    assert_eq!(a.repeatability.unwrap().pairs, 1);
    // 4 cm are read in every clip and none were done: no spread of doses, so no line.
    let drift = &a.response["E4 drift"];
    assert_eq!((drift.n, drift.faulty, drift.bias, drift.rmse, drift.line), (3, 1, 4.0, 4.0, None));
    // 40 ms lies within 1.645 × 30 ms; 4 cm found against 0 true does not within 1.645 × 1 cm.
    assert_eq!((a.values["lift_off_s"].inside_90.value, a.values["E4"].inside_90.value), (1.0, 0.0));
}

#[test]
fn checks_are_scored_against_doses() {
    let dir = folder();
    let a = run(dir.path(), &Skewed::default(), 1).accuracy.unwrap();
    let e4 = &a.checks["E4"];
    // Three flags, one of them true; the true one is moderate but called mild.
    assert_eq!((e4.mild.precision.unwrap().hits, e4.mild.precision.unwrap().of), (1, 3));
    assert_eq!(e4.mild.recall.unwrap().value, 1.0);
    assert_eq!(e4.moderate.recall.unwrap().value, 0.0);
    assert_eq!((e4.false_flags_per_100_clean, e4.clean_reps), (Some(100.0), 2));
    assert_eq!(a.checks["E1"].reasons["NO_BACK_EVIDENCE"], 3);
    // p = 0.9 throughout, true once in three: (0.01 + 2·0.81)/3.
    close(Some(a.calibration["E4"].brier), 1.63 / 3.0);
}

#[test]
fn a_bad_file_is_named_and_does_not_stop_the_rest() {
    let dir = folder();
    let summary = run(dir.path(), &Skewed::default(), 2);
    let failed: Vec<(&str, &str)> = summary.failures.iter().map(|f| (f.name.as_str(), f.error.as_str())).collect();
    assert_eq!(failed.len(), 3);
    assert_eq!(failed[0], ("broken", "broken.mp4 is not a video"));
    assert!(failed[1].0 == "odd" && failed[1].1.contains("odd.truth.json: fps: expected a number"));
    assert!(failed[2].1.contains("gone.mp4 stands in INDEX.tsv but does not exist"));
    assert_eq!(summary.clips.len(), 4);
}

#[test]
fn real_clips_are_held_against_their_labels() {
    let dir = folder();
    let real = run(dir.path(), &Skewed::default(), 1).real.unwrap();
    assert_eq!((real.clips, real.exact_counts.unwrap().value), (1, 1.0));
    close(real.lift_off.median_abs_ms, 40.0);
    assert_eq!(real.checks["E4"].agreement.unwrap().value, 1.0);
    assert_eq!(real.checks["E1"].yes[&Verdict::NotAssessed], 1);
    assert!(!real.checks.contains_key("P1"));
}

#[test]
fn kept_tracks_spare_the_networks_and_jobs_do_not_change_a_byte() {
    let (dir, line) = (folder(), Skewed::default());
    let first = json(&run(dir.path(), &line, 1)).unwrap();
    assert_eq!(line.observed.load(Ordering::SeqCst), 5);
    let second = json(&run(dir.path(), &line, 4)).unwrap();
    // Only the broken video, which left no track, is tried again.
    assert_eq!(line.observed.load(Ordering::SeqCst), 6);
    assert_eq!(first, second);
    std::fs::write(dir.path().join("drift.mp4"), "other content").unwrap();
    run(dir.path(), &line, 1);
    assert_eq!(line.observed.load(Ordering::SeqCst), 8);
}

#[test]
fn tables_name_their_command_and_have_even_rows() {
    let dir = folder();
    let summary = run(dir.path(), &Skewed::default(), 1);
    let md = markdown(&summary);
    assert!(md.starts_with("4 clips evaluated, 3 not.") && md.contains("Made on 2025-01-01 by `formcheck evaluate lifts`"), "{md}");
    let mut width = None;
    for line in md.lines() {
        let cells = line.starts_with('|').then(|| line.matches('|').count() - line.matches("\\|").count());
        assert!(cells.is_none() || width.is_none() || cells == width, "uneven: {line}");
        width = cells;
    }
    let short = brief(&summary);
    assert!(short.starts_with("4 clips, 3 not evaluated; network test; 2025-01-01, `formcheck evaluate lifts`."), "{short}");
    assert!(short.contains("| lift-off / lockout / descent / floor | 40 ms (p95 40) / ") && short.contains("The three weakest"), "{short}");
    assert!(short.lines().filter(|l| l.starts_with('|')).all(|l| l.matches('|').count() == 3), "{short}");
    let text = text(&summary);
    assert!(
        text.contains("Dose against reading")
            && text.contains("The weakest: ")
            && text.contains("Checks at or above mild")
            && text.contains("1.00 (0.21–1.00, 1/1)"),
        "{text}"
    );
}

#[test]
fn an_empty_folder_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { tracks: None, fresh: false, jobs: 1, only: None, stamp: Stamp::today("x") };
    let error = evaluate(dir.path(), &options, &Skewed::default(), &Silent, &Cancel::default()).unwrap_err();
    assert!(error.message.contains("neither NAME.truth.json nor INDEX.tsv"));
}

#[test]
fn ctrl_c_ends_the_run() {
    let (dir, cancel) = (folder(), Cancel::default());
    cancel.set();
    let options = Options { tracks: None, fresh: false, jobs: 2, only: None, stamp: Stamp::today("x") };
    let error = evaluate(dir.path(), &options, &Skewed::default(), &Silent, &cancel).unwrap_err();
    assert_eq!(error.kind, crate::ErrorKind::Interrupted);
}
