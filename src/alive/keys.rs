//! Every key of the configuration moves something.

use super::scenes::{Depth, Scene, scenes};
use crate::config::{self, Config, KeyDoc, Order, keys};
use crate::patterns::CHECKS;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

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

/// Whether signals show what a section steers: those of a check, and of what judges and scores it. The others steer what makes signals.
fn judges(section: &str) -> bool {
    section.starts_with(char::is_uppercase) || ["flag", "gate", "score", "weights", "deductions"].contains(&section)
}

/// How deep to look for what a key steers: first what is quick and likely to show it, at last everything.
fn depths(key: &str) -> Vec<Depth<'_>> {
    let section = key.split('.').next().unwrap_or_default();
    match section {
        // A check's, but read long before it is judged: by the outline, and by what tells a dropped bar.
        _ if ["E1.ray_max", "E1.resid_ok"].contains(&key) => vec![Depth::Whole, Depth::Judged, Depth::Segmented],
        _ if key == "P4.drop_mps" => vec![Depth::Segmented, Depth::Judged, Depth::Whole],
        own if CHECKS.iter().any(|check| check.info().code == own) => {
            vec![Depth::Check(own), Depth::Judged, Depth::Segmented, Depth::Whole]
        }
        _ if judges(section) => vec![Depth::Judged, Depth::Segmented, Depth::Whole],
        // The history is told with what is judged.
        "load" => vec![Depth::Judged, Depth::Segmented, Depth::Whole],
        "reps" => vec![Depth::Segmented, Depth::Whole, Depth::Judged],
        _ => vec![Depth::Whole, Depth::Judged, Depth::Segmented],
    }
}

/// What the defaults give, made once for each scene and depth that is looked at.
#[derive(Default)]
struct Before {
    judged: OnceLock<String>,
    segmented: OnceLock<String>,
    whole: OnceLock<String>,
}

/// The scenes as one worker goes through them, key by key.
struct Search<'a> {
    scenes: &'a [Scene],
    before: &'a [Before],
    section: &'a str,
    /// Where the last key was seen the next of its section will be.
    order: Vec<usize>,
    /// What the section's check alone gives with the defaults.
    own: Vec<Option<String>>,
}

impl<'a> Search<'a> {
    fn enter(&mut self, section: &'a str) {
        if section != self.section {
            self.section = section;
            self.own = vec![None; self.scenes.len()];
            self.order = (0..self.scenes.len()).collect();
            // The history takes no time, a track as long as many kits; what is nobody's own was made for what decides seldom.
            self.order.sort_by_key(|s| match &self.scenes[*s] {
                Scene::Sets(_) => 0,
                Scene::Kit(_, _, None) | Scene::Calibrated(..) => 1,
                Scene::Kit(..) => 2,
                Scene::Clip(_) => 3,
            });
        }
    }

    fn moves(&mut self, s: usize, configs: &[Config], depth: Depth) -> bool {
        let scene = &self.scenes[s];
        let make = || scene.output(&Config::default(), depth);
        let before = match depth {
            Depth::Check(_) => &*self.own[s].get_or_insert_with(make),
            Depth::Judged => self.before[s].judged.get_or_init(make),
            Depth::Segmented => self.before[s].segmented.get_or_init(make),
            Depth::Whole => self.before[s].whole.get_or_init(make),
        };
        configs.iter().any(|config| scene.output(config, depth) != *before)
    }

    /// Whether a value of the key moves something somewhere.
    fn hit(&mut self, key: &'a str, configs: &[Config]) -> bool {
        let mut parts = key.split('.');
        self.enter(parts.next().unwrap_or_default());
        // What is a check's by its first or last name (`score.weight.E1`) shows in that check's own kits.
        let last = parts.next_back().unwrap_or_default();
        let is_own = |s: &usize| self.scenes[*s].code().is_some_and(|code| code == self.section || code == last);
        let own: Vec<usize> = (0..self.scenes.len()).filter(is_own).collect();
        let order: Vec<usize> = own.iter().chain(&self.order).copied().collect();
        // The ends of a range first, everywhere: the steps between them are for keys of which both ends say the same.
        for pair in configs.chunks(2) {
            for depth in depths(key) {
                if let Some(found) = order.iter().copied().find(|s| self.moves(*s, pair, depth)) {
                    let at = self.order.iter().position(|s| *s == found).unwrap();
                    self.order[..=at].rotate_right(1);
                    return true;
                }
            }
        }
        false
    }
}

#[test]
fn every_key_moves_an_output() {
    let scenes = scenes();
    let before: Vec<Before> = scenes.iter().map(|_| Before::default()).collect();
    let docs: Vec<&KeyDoc> = keys().collect();
    let next = AtomicUsize::new(0);
    let moved: Mutex<BTreeMap<&str, bool>> = Mutex::default();
    let work = || {
        let mut search = Search { scenes: &scenes, before: &before, section: "", order: vec![], own: vec![] };
        while let Some(doc) = docs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let configs: Vec<Config> = values(doc).iter().filter_map(|v| with(doc.key, v)).collect();
            assert!(!configs.is_empty(), "{}: no value of its range is accepted", doc.key);
            let hit = search.hit(doc.key, &configs);
            moved.lock().unwrap().insert(doc.key, hit);
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().for_each(|h| h.join().unwrap());
    });
    let moved = moved.into_inner().unwrap();
    assert_eq!(moved.len(), docs.len());
    let dead: Vec<&str> = moved.iter().filter(|(_, hit)| !**hit).map(|m| *m.0).collect();
    assert!(dead.is_empty(), "{} keys change nothing: {dead:?}", dead.len());
}
