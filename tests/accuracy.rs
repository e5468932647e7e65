//! The accuracy over the committed lifts holds its bounds (`fixtures/bounds.toml`).
//!
//! Runs the whole line over every committed lift, networks included, without kept tracks: a change of
//! the slow half must show too. Without models or lifts it says so and passes: the numbers cannot be
//! had there.

use formcheck::config::Config;
use formcheck::evaluate::{Bounds, Known, Options, RealLine, Stamp, discover, evaluate, gate, text};
use formcheck::pipeline::{Cancel, ObserveOptions, Silent};
use std::path::{Path, PathBuf};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What is missing to run, in words.
fn missing(lifts: &Path) -> Option<&'static str> {
    let any = |dir: &Path, ending: &str| {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        entries.into_iter().any(|e| e.file_name().to_string_lossy().ends_with(ending))
    };
    if !any(lifts, ".truth.json") {
        return Some("there are no rendered lifts in fixtures/lifts");
    }
    (!any(&root("models/cache"), ".onnx")).then_some("there are no models in models/cache")
}

#[test]
fn every_committed_truth_can_be_read() {
    let lifts = root("fixtures/lifts");
    if !lifts.is_dir() {
        eprintln!("there are no rendered lifts in fixtures/lifts");
        return;
    }
    for (name, clip) in discover(&lifts).expect("the committed lifts can be listed") {
        let clip = clip.unwrap_or_else(|e| panic!("{name}: {e}"));
        let Known::Truth(truth) = clip.known else { continue };
        assert!(truth.notes.is_empty(), "{name}: {:?}", truth.notes);
        assert!(!truth.joints.is_empty() && !truth.reps.is_empty(), "{name} tells no joints or no repetitions");
    }
}

#[test]
fn accuracy_over_the_committed_lifts_holds_its_bounds() {
    let lifts = root("fixtures/lifts");
    if let Some(what) = missing(&lifts) {
        eprintln!("accuracy was not measured: {what}");
        return;
    }
    let options = ObserveOptions { workers: 2, ..ObserveOptions::default() };
    let line = RealLine { options, config: Config::default(), crew: None };
    let stamp = Stamp::today("cargo test --release --test accuracy");
    let options = Options { tracks: None, fresh: true, jobs: 1, only: None, stamp };
    let summary = evaluate(&lifts, &options, &line, &Silent, &Cancel::default()).expect("the committed lifts can be evaluated");
    println!("{}", text(&summary));
    assert!(summary.failures.is_empty(), "lifts that could not be analysed: {:?}", summary.failures);
    let bounds = Bounds::read(&root("fixtures/bounds.toml")).expect("the bounds can be read");
    let gate = gate(&summary, &bounds).expect("the summary has numbers");
    for weak in gate.weakest(3) {
        println!("weakest: {weak}");
    }
    let broken: Vec<String> = gate.broken().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "bounds broken:\n{}", broken.join("\n"));
}
