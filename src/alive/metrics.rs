//! Every metric that is described or read anywhere is written by something.

use super::scenes::{RANGE, Scene, scenes};
use crate::config::Config;
use crate::patterns::testkit::Lift;
use crate::patterns::{described, judge, judge_calibrated};
use crate::pipeline;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What no made-up lift shows, each with the reason.
const UNSEEN: &[(&str, &str)] = &[];

/// Names of the metrics that have a value somewhere.
fn written() -> BTreeSet<String> {
    fn known<Name: ToString>(reps: impl IntoIterator<Item = BTreeMap<Name, Option<f64>>>) -> Vec<String> {
        reps.into_iter().flatten().filter(|m| m.1.is_some()).map(|m| m.0.to_string()).collect()
    }
    let of = |scene: &Scene| match scene {
        Scene::Kit(signals, set, _) | Scene::Calibrated(signals, set) => {
            known(judge(signals, set, &Config::default()).reps.into_iter().map(|r| r.metrics))
        }
        Scene::Clip(clip) => pipeline::assess(&clip.track, None, &Config::default())
            .map(|made| known(made.report.reps.into_iter().map(|r| r.metrics)))
            .unwrap_or_default(),
        Scene::Sets(_) => vec![],
    };
    let mut all: BTreeSet<String> = scenes().iter().flat_map(of).collect();
    // A bar that the floor throws up, and a lifter whose own range of bending is known.
    let (signals, mut set) = Lift { back_set: 0.15, ..Lift::default() }.build();
    set.reps[0].rebound_mps = Some(0.9);
    all.extend(known(judge_calibrated(&signals, &set, &Config::default(), Some(RANGE)).reps.into_iter().map(|r| r.metrics)));
    all
}

/// Names that code outside the checks asks a repetition for.
fn read() -> BTreeSet<String> {
    let asked = Regex::new(r#"(?:\.metric\(|metrics\.get\(|metrics\[)"([a-z0-9_]+)""#).unwrap();
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            // A check's own `.metric(` writes.
            if path.is_dir() && !path.ends_with("patterns/checks") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                found.extend(asked.captures_iter(&text).map(|c| c[1].to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_metric_described_or_read_is_written() {
    let (written, read) = (written(), read());
    assert!(read.len() > 5, "the reader is blind: {read:?}");
    let described: BTreeSet<String> = described().iter().map(|m| m.name.to_owned()).collect();
    let dead: Vec<&String> =
        described.union(&read).filter(|name| !written.contains(*name) && UNSEEN.iter().all(|u| u.0 != **name)).collect();
    assert!(dead.is_empty(), "nothing writes {dead:?}");
    let silent: Vec<&String> = written.difference(&described).collect();
    assert!(silent.is_empty(), "no meaning is given of {silent:?}");
    assert!(UNSEEN.iter().all(|u| !written.contains(u.0)), "seen after all");
}
