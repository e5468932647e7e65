//! Every key of the configuration moves something.

use super::scenes::{Scene, scenes};
use crate::config::{self, Config, KeyDoc, Order, keys};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Values within a key's range: its ends first, then half-way to them.
fn values(doc: &KeyDoc) -> Vec<String> {
    let now = config::value(&Config::default(), doc.key);
    let steps = now.len().max(1);
    let start = now.first().copied().unwrap_or(0.5 * (doc.min + doc.max));
    let whole = toml::Value::try_from(Config::default())
        .ok()
        .and_then(|v| doc.key.split('.').try_fold(&v, |v, part| v.get(part)).map(toml::Value::is_integer));
    let one = |v: f64| if whole == Some(true) { format!("{v:.0}") } else { format!("{v:?}") };
    let at = |end: f64, share: f64| {
        let of = |from: f64| from + (end - from) * share;
        match doc.order {
            Order::Single => one(of(start)),
            _ => format!("[{}]", (0..steps).map(|i| one(of(now[i]))).collect::<Vec<_>>().join(", ")),
        }
    };
    [1.0, 0.5, 0.1].into_iter().flat_map(|share| [at(doc.min, share), at(doc.max, share)]).collect()
}

/// The defaults with one key changed; none where another key forbids that value.
fn with(key: &str, value: &str) -> Option<Config> {
    let (section, name) = key.rsplit_once('.')?;
    config::parse(&format!("[{section}]\n{name} = {value}")).ok()
}

/// What nothing here can show, each with the reason; a test below sees that the list holds no more than it must.
const STILL: &[(&str, &str)] = &[
    ("E3.pre", RISE),
    ("E3.pre_pause_s", RISE),
    ("E3.pre_sigma", RISE),
    ("reps.romanian_hang_cm", HINGE),
    ("reps.romanian_knee_deg", HINGE),
];
const RISE: &str = "both rise and tip must say so, and in every kit the tip is the less sure of the two";
const HINGE: &str = "no kit turns in the air over straight knees; the tests of `reps/variant.rs` make such lifts";

/// Whether signals show what a section steers: those of a check, and of what judges and scores it. The others steer what makes signals.
fn judges(section: &str) -> bool {
    section.starts_with(char::is_uppercase) || ["flag", "gate", "score", "weights", "deductions"].contains(&section)
}

#[test]
fn every_key_moves_an_output() {
    let scenes = scenes();
    let before: Vec<String> = scenes.iter().map(|s| s.output(&Config::default())).collect();
    let docs: Vec<&KeyDoc> = keys().collect();
    let next = AtomicUsize::new(0);
    let moved: Mutex<BTreeMap<&str, bool>> = Mutex::default();
    // Where the last key was seen the next of its section will be. A track takes as long as many kits.
    let kits = |s: &usize| matches!(scenes[*s], Scene::Kit(..) | Scene::Calibrated(..));
    let work = || {
        let (mut section, mut order) = ("", vec![]);
        while let Some(doc) = docs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let own = doc.key.split('.').next().unwrap_or_default();
            if own != section {
                section = own;
                order = (0..scenes.len()).collect();
                order.sort_by_key(|s| kits(s) != judges(section));
            }
            if STILL.iter().any(|s| s.0 == doc.key) {
                order.retain(kits);
                section = "";
            }
            let configs: Vec<Config> = values(doc).iter().filter_map(|v| with(doc.key, v)).collect();
            assert!(!configs.is_empty(), "{}: no value of its range is accepted", doc.key);
            // The ends of a range first, everywhere: the steps between them are for keys of which both ends say the same.
            let moves = |configs: &[Config], s: usize| configs.iter().any(|c| scenes[s].output(c) != before[s]);
            let hit = configs.chunks(2).find_map(|pair| order.iter().position(|&s| moves(pair, s)));
            if let Some(at) = hit {
                order[..=at].rotate_right(1);
            }
            moved.lock().unwrap().insert(doc.key, hit.is_some());
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().for_each(|h| h.join().unwrap());
    });
    let moved = moved.into_inner().unwrap();
    assert_eq!(moved.len(), docs.len());
    let dead: Vec<&str> = moved.iter().filter(|(key, hit)| !**hit && STILL.iter().all(|s| s.0 != **key)).map(|m| *m.0).collect();
    assert!(dead.is_empty(), "{} keys change nothing: {dead:?}", dead.len());
    let alive: Vec<&str> = STILL.iter().map(|s| s.0).filter(|key| moved.get(key) != Some(&false)).collect();
    assert!(alive.is_empty(), "they change something, or are no keys: {alive:?}");
}
