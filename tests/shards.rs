//! One season on several machines: every file once, the same bytes as one machine's, whatever dies.

mod fake;

use fake::{FakeLine, Heard, empty_folder, options, put, run, tree};
use formcheck::batch::manifest::Manifest;
use formcheck::batch::shard::{self, Part, Shard, ShardEnd};
use formcheck::batch::{Interrupt, Options, discover, merge, publish};
use formcheck::error::ErrorKind;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const OVERVIEW: [&str; 3] = ["summary.csv", "summary.json", "index.html"];

fn season(folder: &Path) {
    put(
        folder,
        &[
            ("2026-01-05_anna_100kg_set1.mp4", "clean"),
            ("2026-01-05_anna_110kg_set2.mp4", "faulty"),
            ("2026-01-12_anna_120kg.mp4", "faulty 3"),
            ("bo/2026-01-06_bo_140kg.mov", "clean"),
            ("bo/2026-01-13_bo_145kg.mov", "clean 2"),
            ("bo/2026-01-13_bo_145kg.mp4", "faulty 9"),
            ("broken.mp4", "this is text"),
            ("crash.mp4", "panic"),
            ("front.mp4", "front"),
            ("sets.csv", "video,lifter,height_cm,E1\nfront,anna,170,y\ngone.mp4,bo,,\n"),
        ],
    );
}

fn plan(folder: &Path, shards: Option<u32>) -> Manifest {
    let search = discover::Search { folder: folder.into(), ..Default::default() };
    let found = discover::discover(&search).unwrap();
    let made = Manifest::make(folder, &found, Some(&folder.join("sets.csv")), shards, &FakeLine::default()).unwrap();
    // As another machine reads it.
    let file = tempfile::NamedTempFile::new().unwrap();
    made.write(file.path()).unwrap();
    let read = Manifest::read(file.path()).unwrap();
    assert_eq!(read, made);
    read
}

fn part(options: &Options, manifest: &Manifest, index: u32, of: u32, line: &FakeLine) -> ShardEnd {
    let part = Part { manifest, shard: Shard::new(index, of).unwrap(), grace: Duration::from_secs(5) };
    shard::run(options, &part, line, &Heard::default(), &Interrupt::default()).unwrap()
}

fn merged(options: &Options, manifest: &Manifest) -> merge::Merged {
    let o = merge::Options {
        search: options.search.clone(),
        sets: None,
        pattern: options.pattern.clone(),
        lifter: options.lifter.clone(),
        config: options.config.clone(),
    };
    merge::merge(&o, manifest).unwrap()
}

fn overview(out: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    OVERVIEW.into_iter().map(|name| (name, std::fs::read(out.join(name)).unwrap())).collect()
}

/// What one machine makes of the folder.
fn whole(folder: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    let out = empty_folder();
    run(&options(folder, out.path()), &FakeLine::default());
    overview(out.path())
}

#[test]
fn one_two_and_seven_shards_give_one_machines_bytes() {
    let folder = empty_folder();
    season(folder.path());
    let (want, manifest) = (whole(folder.path()), plan(folder.path(), None));
    for of in [1, 2, 7] {
        let out = empty_folder();
        let (options, line) = (options(folder.path(), out.path()), FakeLine::default());
        let ends: Vec<ShardEnd> = (1..=of).rev().map(|i| part(&options, &manifest, i, of, &line)).collect();
        assert_eq!(ends.iter().map(|e| e.files).sum::<usize>(), 9);
        assert_eq!(line.observed.load(Ordering::SeqCst), 9, "every file once");
        assert_eq!(ends.iter().map(|e| e.failed).sum::<usize>(), 2);
        assert!(ends.iter().all(|e| e.exit_code() == if e.failed > 0 { 3 } else { 0 }));
        let merged = merged(&options, &manifest);
        assert_eq!((merged.sets, merged.missing.len(), merged.exit_code(None)), (7, 2, 4));
        assert!(overview(out.path()) == want, "{of} shards");
        assert!(!out.path().join(publish::STAGE_FOLDER).exists(), "nothing half made is left");
        assert_eq!(part(&options, &manifest, 1, 1, &line).unchanged, 9, "another try does nothing again");
    }
}

#[test]
fn the_same_shard_twice_at_once_ends_in_the_same_bytes() {
    let (folder, out, apart) = (empty_folder(), empty_folder(), empty_folder());
    season(folder.path());
    let manifest = plan(folder.path(), Some(2));
    let (twice, once) = (options(folder.path(), out.path()), options(folder.path(), apart.path()));
    let slow = FakeLine { slow: Duration::from_millis(2), ..FakeLine::default() };
    std::thread::scope(|scope| {
        for index in [1, 1, 2, 2, 1] {
            let (twice, manifest, slow) = (&twice, &manifest, &slow);
            scope.spawn(move || part(twice, manifest, index, 2, slow));
        }
    });
    (1..=2).for_each(|i| _ = part(&once, &manifest, i, 2, &FakeLine::default()));
    merged(&twice, &manifest);
    merged(&once, &manifest);
    let (twice, once) = (tree(out.path()), tree(apart.path()));
    assert_eq!(twice.keys().collect::<Vec<_>>(), once.keys().collect::<Vec<_>>());
    once.iter().for_each(|(name, bytes)| assert!(twice[name] == *bytes, "{name} differs"));
}

/// Not a test of its own: the process that the next test kills.
#[test]
#[ignore = "started by another test"]
fn child_runs_a_slow_shard() {
    let Some(place) = std::env::var_os("FORMCHECK_TEST_PLACE") else { return };
    let place = Path::new(&place);
    let line = FakeLine { slow: Duration::from_millis(10), ..FakeLine::default() };
    let manifest = Manifest::read(&place.join("plan")).unwrap();
    part(&options(&place.join("in"), &place.join("out")), &manifest, 1, 2, &line);
}

#[test]
fn a_killed_shard_is_done_again_and_what_it_left_half_is_no_harm() {
    let place = empty_folder();
    let at = |name: &str| place.path().join(name);
    for i in 0..16 {
        put(&at("in"), &[(&format!("2026-02-{:02}_anna_{}kg.mp4", i + 1, 100 + i), ["clean", "faulty", "junk"][i % 3])]);
    }
    let manifest = plan(&at("in"), Some(2));
    manifest.write(&at("plan")).unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_runs_a_slow_shard", "--ignored"])
        .env("FORMCHECK_TEST_PLACE", place.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let done = || tree(&at("out")).keys().filter(|f| f.ends_with("outcome.json") && !f.starts_with('.')).count();
    while done() < 3 && start.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let options = options(&at("in"), &at("out"));
    // A node that lost its power: names without their bytes.
    // Of a finished one: the kill may have come between a report and its outcome.
    let finished = |f: &String| at("out").join(f.trim_end_matches("report.json")).join("outcome.json").is_file();
    let first = tree(&at("out")).into_keys().find(|f| f.ends_with("report.json") && !f.starts_with('.') && finished(f)).unwrap();
    std::fs::write(at("out").join(&first), "{\"schema_version\": \"1.0\", \"prov").unwrap();
    part(&options, &manifest, 2, 2, &FakeLine::default());
    let missing = merged(&options, &manifest).missing;
    assert!(missing.iter().any(|m| m.why == "it is not done" && m.shard.as_deref() == Some("1/2")), "{missing:?}");
    let half = first.trim_end_matches("/report.json");
    assert!(missing.iter().any(|m| m.file.starts_with(half) && m.why == "its report cannot be read"), "{missing:?}");
    let line = FakeLine::default();
    let again = part(&options, &manifest, 1, 2, &line);
    assert!(again.unchanged >= 2 && again.left == 0, "{again:?}");
    assert!(merged(&options, &manifest).missing.iter().all(|m| m.why.contains("not a video")));
    assert!(overview(&at("out")) == whole(&at("in")));
}

#[test]
fn what_changed_or_vanished_is_told_and_the_rest_is_done() {
    let (folder, out) = (empty_folder(), empty_folder());
    put(folder.path(), &[("a.mp4", "clean"), ("b.mp4", "clean"), ("c.mp4", "clean"), ("d.mp4", "faulty"), ("e.mp4", "clean")]);
    let manifest = plan(folder.path(), Some(1));
    // Another length, another content of the same length, nothing at all, and one that cannot be read.
    put(folder.path(), &[("a.mp4", "clean 12"), ("b.mp4", "front")]);
    std::fs::remove_file(folder.path().join("c.mp4")).unwrap();
    let (options, line) = (options(folder.path(), out.path()), FakeLine::default());
    let end = part(&options, &manifest, 1, 1, &line);
    assert_eq!((end.done, end.failed, end.exit_code()), (2, 3, 3), "{end:?}");
    let result = merged(&options, &manifest);
    let why: Vec<(&str, &str)> = result.missing.iter().map(|m| (m.file.as_str(), m.why.as_str())).collect();
    let told = |file: &str, what: &str| why.iter().any(|(f, w)| *f == file && w.contains(what));
    assert!(why.len() == 3 && told("a.mp4", "has changed") && told("b.mp4", "has changed") && told("c.mp4", "is gone"), "{why:?}");
    let list = std::fs::read_to_string(out.path().join(merge::MISSING_FILE)).unwrap();
    assert!(list.lines().count() == 4 && list.contains("c.mp4,1/1,"), "{list}");
    // A new plan has them done.
    let manifest = plan(folder.path(), Some(1));
    let end = part(&options, &manifest, 1, 1, &line);
    assert_eq!((end.done, end.unchanged, end.exit_code()), (2, 2, 0), "{end:?}");
    assert_eq!(merged(&options, &manifest).exit_code(None), 0);
    assert!(overview(out.path()) == whole(folder.path()));
}

#[cfg(feature = "database")]
#[test]
fn the_database_answers_questions_about_every_repetition() {
    let (folder, out) = (empty_folder(), empty_folder());
    season(folder.path());
    let (options, manifest) = (options(folder.path(), out.path()), plan(folder.path(), None));
    part(&options, &manifest, 1, 1, &FakeLine::default());
    merged(&options, &manifest);
    let file = out.path().join("reps.sqlite");
    let first = std::fs::read(&file).unwrap();
    merged(&options, &manifest);
    assert!(std::fs::read(&file).unwrap() == first, "the same bytes again");
    let database = rusqlite::Connection::open(&file).unwrap();
    let ask = |question: &str| database.query_row(question, [], |row| row.get::<_, i64>(0)).unwrap();
    let table = std::fs::read_to_string(out.path().join("summary.csv")).unwrap();
    assert_eq!(ask("SELECT count(*) FROM reps"), csv::Reader::from_reader(table.as_bytes()).records().count() as i64);
    assert_eq!(ask("SELECT count(*) FROM sets JOIN reps USING (set_id) WHERE lifter = 'bo' AND E3_severity = 'moderate'"), 1);
    assert_eq!(ask("SELECT count(*) FROM reps WHERE lockout_s = 0 OR rom_cm = 0"), 0, "what is not known is NULL");
    assert_eq!(ask("SELECT count(*) FROM failures"), 2);
}

#[test]
fn another_configuration_is_not_merged_in_silence() {
    let (folder, out) = (empty_folder(), empty_folder());
    season(folder.path());
    let manifest = plan(folder.path(), Some(2));
    let mut options = options(folder.path(), out.path());
    part(&options, &manifest, 1, 2, &FakeLine::default());
    options.config.e4.drift_cm = formcheck::config::Up::of([2.0, 5.0, 8.0]);
    part(&options, &manifest, 2, 2, &FakeLine::default());
    let merged = merged(&options, &manifest);
    let stale = merged.missing.iter().filter(|m| m.why.contains("another configuration")).count();
    assert!(stale > 0 && stale + merged.sets == 7, "{:?}", merged.missing);
}

#[test]
fn a_queue_that_ends_the_job_finds_it_gone_within_the_grace_time() {
    let (folder, out) = (empty_folder(), empty_folder());
    (0..8).for_each(|i| put(folder.path(), &[(&format!("{i}.mp4"), "clean")]));
    let manifest = plan(folder.path(), Some(1));
    let options = options(folder.path(), out.path());
    // Twenty frames a file: four seconds, longer than the grace time.
    let line = FakeLine { slow: Duration::from_millis(200), ..FakeLine::default() };
    let interrupt = Interrupt::default();
    let asked = interrupt.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        asked.press();
    });
    let start = Instant::now();
    let part_of = Part { manifest: &manifest, shard: Shard::new(1, 1).unwrap(), grace: Duration::from_millis(500) };
    let end = shard::run(&options, &part_of, &line, &Heard::default(), &interrupt).unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!((end.done, end.left, end.exit_code()), (0, 8, 75));
    assert_eq!(part(&options, &manifest, 1, 1, &FakeLine::default()).done, 8);
}

#[test]
fn places_that_fail_are_one_sentence_with_the_right_code() {
    let (folder, out) = (empty_folder(), empty_folder());
    put(folder.path(), &[("a.mp4", "clean"), ("b.mp4", "full "), ("sets.csv", "video\na.mp4\n"), ("file", "")]);
    let manifest = plan(folder.path(), Some(1));
    let part_of = Part { manifest: &manifest, shard: Shard::new(1, 1).unwrap(), grace: Duration::ZERO };
    let attempt = |o: &Options| shard::run(o, &part_of, &FakeLine::default(), &Heard::default(), &Interrupt::default());
    let full = attempt(&options(folder.path(), out.path())).unwrap();
    assert_eq!(full.exit_code(), 75, "a full disk may be emptied");
    let e = attempt(&options(folder.path(), &folder.path().join("file/out"))).unwrap_err();
    assert!(e.message.contains("file/out"));
    let e = attempt(&options(Path::new("/no/such/place"), out.path())).unwrap_err();
    assert_eq!(e.kind, ErrorKind::Temporary, "another machine may have it");
    std::fs::remove_file(folder.path().join("sets.csv")).unwrap();
    let e = attempt(&options(folder.path(), out.path())).unwrap_err();
    assert!(e.message.contains("sets.csv was there"), "{e}");
}
