//! What comes from outside, damaged at random: bytes flipped, cut and doubled, and values of tracks and truths made wild
//! where they stand. Nothing may panic, and nothing may take long. `FORMCHECK_MUTATIONS=N` sets how many of each kind
//! (60 here, so that the tests stay quick); the seeds count up, so a found case comes again.

mod entries;
mod fake;

use entries::Taken;
use fake::sample::{self, Case};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::io::Write;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// SplitMix64: one number after the other from a seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// One to eight faults in the bytes.
fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(8) {
        let (at, to) = (dice.below(out.len() + 1), dice.below(out.len() + 1));
        let (from, to) = (at.min(to), at.max(to).min(at.min(to) + 4096));
        match dice.below(7) {
            0 if at < out.len() => out[at] ^= 1 << dice.below(8),
            1 if at < out.len() => out[at] = dice.next() as u8,
            2 => out.truncate(at),
            3 => drop(out.drain(from..to)),
            4 => {
                let piece = out[from..to].to_vec();
                out.splice(at..at, piece);
            }
            5 => {
                let odd: &[u8] =
                    dice.of(&[b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\"", b"[[[[[[", b"1e999", b"-0.0", b"\r\n", b"nan", b"{any}{any}"]);
                out.splice(at..at, odd.iter().copied());
            }
            _ => {
                let odd = (dice.next() as i64).to_string();
                out.splice(at..at, odd.into_bytes());
            }
        }
    }
    out
}

/// One or two values made wild.
fn wild(value: &Value, dice: &mut Dice) -> Value {
    let mut out = value.clone();
    for _ in 0..=dice.below(2) {
        one_wild(&mut out, dice);
    }
    out
}

fn one_wild(value: &mut Value, dice: &mut Dice) {
    let deeper = dice.below(12) > 0;
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            // Nearly all of a track is in its frames, whatever the number of its other fields.
            let most = ["frames", "landmarks"].into_iter().find(|k| map.contains_key(*k)).filter(|_| dice.below(5) > 0);
            let key = most.map_or_else(|| map.keys().nth(dice.below(map.len())).unwrap().clone(), str::to_owned);
            if dice.below(40) == 0 {
                map.remove(&key);
            } else {
                one_wild(&mut map[&key], dice);
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = dice.below(list.len());
            match dice.below(30) {
                0 => list.truncate(at),
                1 => drop(list.remove(at)),
                2 => list.insert(at, list[at].clone()),
                3 => list.reverse(),
                4 => later(&mut list[at..], dice),
                _ => one_wild(&mut list[at], dice),
            }
        }
        Value::Number(number) if dice.below(2) == 0 => {
            let by = dice.of(&[0.0, -1.0, 1e-9, 0.5, 2.0, 10.0, 1e4, 1e9, 1e300]);
            let odd = number.as_f64().map_or(0.0, |n| n * by);
            // A count stays a count, so that the file is not refused for its form alone.
            *value = if number.is_u64() && odd.fract() == 0.0 && (0.0..1e15).contains(&odd) { (odd as u64).into() } else { odd.into() };
        }
        _ => {
            *value = match dice.below(10) {
                0 => Value::Null,
                1 => (-1).into(),
                2 => 0.into(),
                3 => u64::MAX.into(),
                4 => 1e308.into(),
                5 => (-1e-308).into(),
                6 => "".into(),
                7 => "x".repeat(1 << dice.below(14)).into(),
                8 => Value::Array(vec![]),
                _ => 1e5.into(),
            }
        }
    }
}

/// Moves the times of frames: a gap, or a clock that leaps.
fn later(frames: &mut [Value], dice: &mut Dice) {
    let by = dice.of(&[0.5, 3.0, 20.0, 1e4, 1e5, 1e6]);
    for time in frames.iter_mut().filter_map(|f| f.get_mut("time_s")) {
        *time = (time.as_f64().unwrap_or_default() + by).into();
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn how_many() -> u64 {
    std::env::var("FORMCHECK_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

/// Longest that one input may take, unoptimised builds and busy machines included.
const SLOW: Duration = Duration::from_secs(30);

/// Feeds mutations to an entry and tells the counts; every panic is listed by its seed.
fn campaign(kind: &str, entry: fn(&[u8]) -> Taken, mutant: impl Fn(&mut Dice) -> Vec<u8> + Sync) {
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let part = |worker: u64| {
        let one = |seed| {
            let bytes = mutant(&mut Dice(seed));
            let start = Instant::now();
            (seed, catch_unwind(AssertUnwindSafe(|| entry(&bytes))).ok(), start.elapsed())
        };
        (worker..how_many()).step_by(workers as usize).map(one).collect::<Vec<_>>()
    };
    let tried: Vec<(u64, Option<Taken>, Duration)> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn({
                    let part = &part;
                    move || part(worker)
                })
            })
            .collect();
        parts.into_iter().flat_map(|p| p.join().unwrap()).collect()
    });
    let taken = tried.iter().filter(|t| t.1 == Some(true)).count();
    let panics: Vec<u64> = tried.iter().filter(|t| t.1.is_none()).map(|t| t.0).collect();
    let slowest = tried.iter().map(|t| t.2).max().unwrap_or_default();
    println!("{kind}: {} tried, {taken} taken, {} panics, slowest {slowest:?}", tried.len(), panics.len());
    assert!(panics.is_empty(), "{kind}: panics with the seeds {panics:?}");
    assert!(slowest < SLOW, "{kind}: {slowest:?}");
}

fn track_json() -> Value {
    serde_json::to_value(&sample::build(Case::Faulty).track).unwrap()
}

#[test]
fn wild_values_in_a_track_are_refused_or_borne() {
    let track = track_json();
    campaign("values of a track", entries::saved_track, |dice| gzip(wild(&track, dice).to_string().as_bytes()));
}

#[test]
fn damaged_text_of_a_track_is_refused_or_borne() {
    let text = track_json().to_string().into_bytes();
    campaign("text of a track", entries::saved_track, |dice| gzip(&damaged(&text, dice)));
}

#[test]
fn a_damaged_track_file_is_refused() {
    let packed = gzip(track_json().to_string().as_bytes());
    campaign("file of a track", entries::saved_track, |dice| damaged(&packed, dice));
}

#[test]
fn damaged_configurations_are_refused_or_borne() {
    let text = formcheck::config::render(&Default::default()).unwrap();
    campaign("configuration", entries::configuration, |dice| damaged(text.as_bytes(), dice));
}

#[test]
fn damaged_tables_of_sets_are_borne() {
    let table = "video,lifter,date,load_kg,reps,one_rep_max_kg,rpe,variant,height_cm,pain,notes,E1,E3\n\
        a.mp4,anna,2026-01-05,100,3,140,8.5,conventional,171,no,\"a \"\"b\"\"\",y,n\nb.mp4;bo,,,,,,sumo,,yes,,?,\n";
    campaign("sets.csv", entries::sets_table, |dice| damaged(table.as_bytes(), dice));
}

#[test]
fn odd_name_patterns_are_refused_or_borne() {
    let text = "{date}_{lifter}[_{load}kg][_x{reps}][_rpe{rpe}][_set{set}][_{any}]\n2026-03-14_lifter-a_140kg_set2.mp4";
    campaign("name pattern", entries::name_pattern, |dice| damaged(text.as_bytes(), dice));
}

#[test]
fn damaged_indices_are_refused_or_borne() {
    let text =
        "clip\tfull_reps\tliftoff_s\tlockout_s\tview\tE1\tE3\na.mp4\t2\t1.0;4.0\t2.0;5.5\tside-left\ty\tn\nb.mp4\t?\t\t\tfront\t?\t\n";
    campaign("INDEX.tsv", entries::index_table, |dice| damaged(text.as_bytes(), dice));
}

#[test]
fn wild_truths_are_refused_or_borne() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lifts/side_e4_belt.truth.json");
    let text = std::fs::read(path).unwrap();
    let value: Value = serde_json::from_slice(&text).unwrap();
    campaign("truth", entries::truth_file, |dice| match dice.below(2) {
        0 => wild(&value, dice).to_string().into_bytes(),
        _ => damaged(&text, dice),
    });
}

#[cfg(feature = "vision")]
#[test]
fn damaged_boxes_are_refused_or_borne() {
    let film = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lifts/side_e4_belt.mp4")).unwrap();
    // The index of the film is where lengths and counts stand; the pictures between are not looked at.
    let at = film.windows(4).position(|w| w == b"moov").unwrap().saturating_sub(4);
    let index = &film[at..];
    campaign("boxes", entries::boxes, |dice| damaged(index, dice));
}
