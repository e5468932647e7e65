//! A made-up season: planned, merged and shown. `FORMCHECK_TEST_SEASON=100000` makes it a federation's;
//! with `FORMCHECK_TEST_KEEP=DIR` it is made there and stays.

#[allow(dead_code, reason = "the page test uses the rest of it")]
mod browser;
mod fake;

use fake::{FakeLine, Heard, empty_folder, options, sample};
use formcheck::batch::manifest::Manifest;
use formcheck::batch::metadata::{Sources, lifter_for};
use formcheck::batch::outcome::Outcome;
use formcheck::batch::shard::{self, Part, Shard};
use formcheck::batch::{Interrupt, pattern::NamePattern, sets::Sets};
use formcheck::config::Config;
use formcheck::files::sha256_file;
use formcheck::report::config_sha256;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Number `i`'s name below the folder, without its ending.
fn name(i: usize, lifters: usize) -> String {
    format!("club-{}/2026-{:02}-{:02}_l{:05}_{}kg_set{i}", i % 40, i / 28 % 12 + 1, i % 28 + 1, i % lifters, 60 + i * 7 % 200)
}

/// `many` saved tracks in `folder`, each of other bytes, and finished results of them in `out`.
fn make(folder: &Path, out: &Path, many: usize, lifters: usize) {
    let mut track = sample::build(sample::Case::Faulty).track;
    track.frames.truncate(6);
    (0..40).for_each(|club| std::fs::create_dir_all(folder.join(format!("club-{club}"))).unwrap());
    let first = folder.join(name(0, lifters) + ".track.json.gz");
    formcheck::track::save(&track, &first).unwrap();
    // The first one is done as any shard does it; the others are it with other numbers.
    let found =
        formcheck::batch::discover::discover(&formcheck::batch::discover::Search { folder: folder.into(), ..Default::default() }).unwrap();
    let manifest = Manifest::make(folder, &found, None, None, &FakeLine::default()).unwrap();
    let part = Part { manifest: &manifest, shard: Shard::new(1, 1).unwrap(), grace: Duration::ZERO };
    shard::run(&options(folder, out), &part, &FakeLine::default(), &Heard::default(), &Interrupt::default()).unwrap();
    let place = out.join(name(0, lifters));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(place.join("report.json")).unwrap()).unwrap();
    let (outcome, score) = (Outcome::read(&place).unwrap(), report["set"]["score"].as_f64().unwrap());
    let text = serde_json::to_string(&report).unwrap();
    let settings = report["provenance"]["config_sha256"].as_str().unwrap();
    let (said, mut packed) = (format!("\"score\":{score}"), std::fs::read(&first).unwrap());
    assert!(text.contains(&said));
    let sources = Sources { sets: Sets::default(), pattern: NamePattern::default(), lifter: None };
    for i in 1..many {
        let relative = PathBuf::from(name(i, lifters) + ".track.json.gz");
        // The time of packing stands there: other bytes, the same track.
        packed[4..8].copy_from_slice(&(i as u32).to_le_bytes());
        std::fs::write(folder.join(&relative), &packed).unwrap();
        let place = out.join(name(i, lifters));
        std::fs::create_dir_all(&place).unwrap();
        let config = Config { lifter: lifter_for(&Config::default().lifter, &sources.facts(&relative, None).0), ..Config::default() };
        let own = text.replace(settings, &config_sha256(&config).unwrap()).replace(&said, &format!("\"score\":{}", 40 + i * 31 % 60));
        std::fs::write(place.join("report.json"), own).unwrap();
        let mut outcome = outcome.clone();
        outcome.input.path = relative.to_str().unwrap().to_owned();
        outcome.input.sha256 = sha256_file(&folder.join(&relative)).unwrap();
        // Not by its own `write`, which waits for the disk at each.
        std::fs::write(place.join("outcome.json"), serde_json::to_vec_pretty(&outcome).unwrap()).unwrap();
    }
}

/// Runs the program and gives its seconds and its largest memory in MiB.
fn timed(args: &[&str]) -> (f64, f64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_formcheck")).args(args).stdout(std::process::Stdio::null()).spawn().unwrap();
    let (status, mut most_kib) = (format!("/proc/{}/status", child.id()), 0.0f64);
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let now = text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most_kib = most_kib.max(now.unwrap_or(0.0));
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{args:?}: {ended}");
            return (start.elapsed().as_secs_f64(), most_kib / 1024.0);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_season_is_planned_merged_and_opened() {
    // More sets than a page shows at once (600).
    let many: usize = std::env::var("FORMCHECK_TEST_SEASON").ok().and_then(|n| n.parse().ok()).unwrap_or(700);
    // A federation's does not fit into memory.
    let temporary = if many > 1000 { tempfile::tempdir().unwrap() } else { empty_folder() };
    let lifters = (many / 50).max(1);
    let place = std::env::var_os("FORMCHECK_TEST_KEEP").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let at = |name: &str| place.join(name).to_str().unwrap().to_owned();
    let (folder, out, plan) = (at("in"), at("out"), at("plan"));
    if !Path::new(&plan).is_file() {
        make(Path::new(&folder), Path::new(&out), many, lifters);
    }
    let (plan_s, plan_mib) = timed(&["plan", &folder, "--out", &plan, "--shards", "64", "--results", &out]);
    let (merge_s, merge_mib) = timed(&["merge", &plan, "--out", &out]);
    println!("{many} tracks: planned in {plan_s:.1} s with {plan_mib:.0} MiB, merged in {merge_s:.1} s with {merge_mib:.0} MiB");
    if many >= 100_000 && !cfg!(debug_assertions) {
        assert!(plan_s < 20.0 && merge_s < 120.0 && merge_mib < 500.0);
    }
    let Some(browser) = browser::Browser::start() else { return };
    let start = Instant::now();
    browser.open(&Path::new(&out).join("index.html"));
    let opened = start.elapsed();
    let ask = |script: &str| browser.script(&format!("return {script}"));
    assert_eq!(ask("document.querySelectorAll('#some-sets tbody tr').length"), 50);
    println!(
        "opened in {:.2} s, the page is {} KiB",
        opened.as_secs_f64(),
        std::fs::metadata(Path::new(&out).join("index.html")).unwrap().len() >> 10
    );
    let shown = || ask("document.querySelector('#some-sets nav span').textContent");
    assert_eq!(shown(), format!("1 to 50 of {many}"));
    browser.click("#some-sets nav button:nth-of-type(2)");
    assert_eq!(shown(), format!("51 to 100 of {many}"));
    // Sorting by date puts the first day first, searching leaves what fits.
    browser.click("#some-sets th:nth-of-type(3) button");
    assert_eq!(ask("document.querySelector('#some-sets tbody tr td:nth-of-type(3)').textContent"), "2026-01-01");
    let start = Instant::now();
    ask("(() => { const i = document.querySelector('#some-sets input'); i.value = 'set77 l000'; i.dispatchEvent(new Event('input')); })()");
    while shown() == format!("1 to 50 of {many}") && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("searched in {:.2} s: {}", start.elapsed().as_secs_f64(), shown());
    assert!(shown().as_str().unwrap().starts_with("1 to "));
    assert!(ask("document.querySelector('#some-sets tbody tr a').textContent").as_str().unwrap().contains("set77"));
    // A lifter's own page, and from there a report.
    let page = ask("document.querySelector('#some-lifters tbody a').getAttribute('href')");
    browser.open(&Path::new(&out).join(page.as_str().unwrap()));
    assert_eq!(ask("document.querySelector('h1').textContent"), "l00000");
    let report = ask("document.querySelector('#some-sets tbody a').getAttribute('href')");
    assert!(Path::new(&out).join("index-lifters").join(report.as_str().unwrap()).is_file(), "{report}");
    let said: Vec<_> = browser.console().into_iter().filter(|m| m["level"] == "SEVERE").collect();
    assert!(said.is_empty(), "{said:?}");
}
