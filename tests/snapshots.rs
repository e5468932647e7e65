//! What is said of every saved track of a rendered lift, short enough to be read: a change of a stage shows here what it changes.
//!
//! `INSTA_UPDATE=always cargo test --test snapshots` writes them anew; the difference is then read before it is kept.

use formcheck::config::Config;
use formcheck::pipeline;
use formcheck::report::Report;
use formcheck::track;
use std::fmt::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// Saved tracks, by name.
fn tracks() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tracks");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == "gz"));
    found.sort();
    found
}

/// A serialised enum's own word.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or("–").to_owned()
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".into(), |v| format!("{:.digits$}", v + 0.0))
}

/// A report in a few lines: no version, no hash, numbers no finer than their error.
fn told(report: &Report) -> String {
    let mut out = String::new();
    let camera = &report.camera;
    let _ = writeln!(
        out,
        "camera {}, yaw {}°, roll {:.1}°, facing {}; {} by the {}; lift {}",
        word(camera.view),
        number(camera.yaw_deg, 0),
        camera.roll_deg,
        word(camera.facing),
        number(report.scale.plate_px_per_cm, 2) + " px/cm",
        word(report.scale.source),
        word(report.variant.name),
    );
    let set = &report.set;
    let _ = writeln!(
        out,
        "set {} ± {}, coverage {:.2}, {}: {}",
        number(set.score, 0),
        number(set.score_sigma, 0),
        set.coverage,
        set.band.as_deref().unwrap_or("no band"),
        set.headline.text
    );
    for warning in &report.warnings {
        let _ = writeln!(out, "warning {}", warning.code.name());
    }
    for rep in &report.reps {
        let times = [rep.lift_off_s, rep.knee_pass_s, rep.lockout_s, rep.descent_s, rep.floor_s].map(|t| number(t, 1)).join(" ");
        let _ = writeln!(out, "\nrep {} {}, events {times}, score {}", rep.index, word(rep.kind), number(rep.score, 0));
        let rom = (number(rep.metric("rom_cm"), 0), number(rep.metric("mean_velocity_mps"), 2));
        let _ = writeln!(out, "  travel {} cm at {} m/s", rom.0, rom.1);
        for check in &rep.checks {
            let verdict = match check.reason {
                Some(reason) => word(reason),
                None => {
                    let digits = if check.unit == "°" || check.unit == "cm" { 0 } else { 1 };
                    let value = format!("{} ± {} {}", number(check.value, digits), number(check.sigma, digits + 1), check.unit);
                    let p = number(check.p_flag, 1);
                    format!("{} {} {value}, p {p}", word(check.status), word(check.severity))
                }
            };
            // What no camera sees says the same everywhere.
            if !["NOT_VISIBLE_BY_NATURE", "NO_HISTORY"].contains(&verdict.as_str()) {
                let _ = writeln!(out, "  {:3} {}", check.code, verdict.replace('-', "−"));
            }
        }
    }
    out
}

/// What is said of each, in their order.
fn told_of_all(paths: &[PathBuf]) -> Vec<String> {
    let one = |path: &PathBuf| {
        let track = track::load(path).unwrap();
        told(&pipeline::assess(&track, None, &Config::default()).unwrap().report)
    };
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut all: Vec<(usize, String)> = std::thread::scope(|scope| {
        let part = |worker: usize| paths.iter().enumerate().skip(worker).step_by(workers).map(move |(at, path)| (at, one(path)));
        let parts: Vec<_> = (0..workers).map(|worker| scope.spawn(move || part(worker).collect::<Vec<_>>())).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    all.sort_by_key(|told| told.0);
    all.into_iter().map(|told| told.1).collect()
}

#[test]
fn what_is_said_of_every_saved_track() {
    let all = tracks();
    assert!(all.len() >= 30, "{all:?}");
    for (path, told) in all.iter().zip(told_of_all(&all)) {
        let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".track.json.gz");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, told);
        });
    }
}
