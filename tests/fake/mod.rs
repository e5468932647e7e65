//! A line without video or networks: an input's text says what the lifter did.
//!
//! `clean`, `faulty` or `front` are sets of three, `faulty 7` one that costs seven points more, `twice` a recording of two sets; `panic`
//! breaks the analysis off; `full` finds the disk full; anything else is no video.
#![allow(dead_code, reason = "each includer uses a part of it")]

#[path = "../../src/report"]
pub mod report_sources {
    pub mod sample;
}
pub use report_sources::sample;

use formcheck::batch::discover::Search;
use formcheck::batch::events::{Event, Reporter};
use formcheck::batch::pattern::NamePattern;
use formcheck::batch::port::{Destination, Finished, Line};
use formcheck::batch::{self, End, Interrupt, Options};
use formcheck::config::Config;
use formcheck::error::{Error, Result};
use formcheck::pipeline::{Cancel, ObserveOptions, Outputs, Progress, Stage};
use formcheck::report;
use formcheck::track::{ChosenBy, FrameObs, Track};
use sample::Case;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

#[derive(Default)]
pub struct FakeLine {
    pub observed: AtomicUsize,
    pub reported: AtomicUsize,
    /// How long a frame takes; there are twenty.
    pub slow: Duration,
    pub model: Option<String>,
}

const FRAMES: u64 = 20;

impl Line for FakeLine {
    fn observe(&self, video: &Path, _: &ObserveOptions, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
        self.observed.fetch_add(1, Ordering::SeqCst);
        let text = std::fs::read_to_string(video).map_err(|e| Error::io("read", video, e))?;
        progress.stage(Stage::Pose, Some(FRAMES));
        for done in 1..=FRAMES {
            std::thread::sleep(self.slow);
            cancel.check()?;
            progress.frames(done);
        }
        let case = match text.split_whitespace().next().unwrap_or_default() {
            "clean" | "twice" => Case::Clean,
            "faulty" => Case::Faulty,
            "front" => Case::Front,
            "panic" => panic!("the network fell over"),
            "full" => return Err(Error::io("write", video, std::io::ErrorKind::StorageFull.into())),
            _ => return Err(Error::input(format!("{} is not a video", video.display()), "give a video file")),
        };
        let mut track = made(case).track.clone();
        track.video.sha256 = formcheck::files::sha256_file(video)?;
        track.video.created = Some("2026-01-05T10:00:00Z".into());
        track.lifter.chosen_by = ChosenBy::Told(text.trim().into());
        Ok(if text.starts_with("twice") { twice(track) } else { track })
    }

    fn report(
        &self,
        track: &Track,
        _: Option<&Track>,
        config: &Config,
        files: Option<Destination>,
        _: &dyn Progress,
        _: &Cancel,
    ) -> Result<Finished> {
        self.reported.fetch_add(1, Ordering::SeqCst);
        let mut words = track.lifter.chosen_by.text().split_whitespace();
        let case = match words.next() {
            Some("faulty") => Case::Faulty,
            Some("front") => Case::Front,
            _ => Case::Clean,
        };
        let mut report = made(case).report.clone();
        let worse: f64 = words.next().and_then(|w| w.parse().ok()).unwrap_or(0.0);
        report.set.score = report.set.score.map(|s| s - worse);
        for speed in report.reps.iter_mut().filter_map(|r| r.metrics.get_mut("mean_velocity_mps")).flatten() {
            *speed -= worse / 100.0;
        }
        report.recording.clone_from(&track.recording);
        report.provenance.video.sha256.clone_from(&track.video.sha256);
        report.provenance.config_sha256 = report::config_sha256(config)?;
        // A stricter threshold of drift costs points, so that a new configuration shows.
        report.set.score = report.set.score.map(|s| s - (3.0 - config.e4.drift_cm[0]) * 2.0);
        let mut written = vec![];
        if let Some(Destination { dir, .. }) = files {
            let path = dir.join("report.json");
            report::json::write(&report, &path)?;
            written.push(path);
        }
        Ok(Finished { report, signals: None, files: written })
    }

    fn report_pair(
        &self,
        tracks: [&Track; 2],
        calibration: Option<&Track>,
        config: &Config,
        files: [Option<Destination>; 2],
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<[Finished; 2]> {
        if !tracks[1].lifter.chosen_by.text().starts_with("front") {
            return Err(Error::input("the films cannot be laid over each other", "give two films of the same set"));
        }
        let front = self.report(tracks[1], None, config, files[1], progress, cancel)?;
        let mut first = self.report(tracks[0], calibration, config, None, progress, cancel)?;
        let video = front.report.provenance.video.clone();
        let (view, middle_s) = (front.report.camera.view, 4.0);
        let laid = report::FrontPart {
            video,
            view,
            offset_s: 1.5,
            offset_sigma_s: 0.01,
            clock_drift: 0.0,
            middle_s,
            likeness: 0.99,
            shared_reps: 3,
        };
        first.report.front = Some(laid);
        if let Some(Destination { dir, .. }) = files[0] {
            report::json::write(&first.report, &dir.join("report.json"))?;
        }
        Ok([first, front])
    }

    fn model_id(&self, _: &str) -> Result<String> {
        Ok(self.model.clone().unwrap_or_else(|| "fake".into()))
    }
}

/// Made once: a made-up set takes as long as a thousand small ones take to summarise.
fn made(case: Case) -> &'static sample::Sample {
    static MADE: [OnceLock<sample::Sample>; 3] = [const { OnceLock::new() }; 3];
    let at = match case {
        Case::Clean => 0,
        Case::Faulty => 1,
        _ => 2,
    };
    MADE[at].get_or_init(|| sample::build(case))
}

/// The set filmed once more after a cut.
fn twice(mut track: Track) -> Track {
    // The last frame has its time on the screen, too.
    let end_s = track.frames[track.frames.len() - 1].time_s + 1.0 / sample::FPS;
    let count = track.frames.len() as u32;
    let again: Vec<_> = track.frames.iter().cloned().map(|f| FrameObs { index: f.index + count, time_s: f.time_s + end_s, ..f }).collect();
    track.frames.extend(again);
    track.scene.cuts_s = vec![end_s];
    (track.video.frames, track.video.duration_s) = (2 * count, 2.0 * end_s);
    track
}

/// Remembers every event as JSON.
#[derive(Default)]
pub struct Heard(pub Mutex<Vec<serde_json::Value>>);

impl Reporter for Heard {
    fn event(&self, event: &Event) {
        self.0.lock().unwrap().push(serde_json::to_value(event).unwrap());
    }
}

impl Heard {
    pub fn named(&self, name: &str) -> Vec<serde_json::Value> {
        self.0.lock().unwrap().iter().filter(|e| e["event"] == name).cloned().collect()
    }
}

/// An empty folder, in memory where the system has a place for that: results are waited for until they lie on the disk, and what is
/// tested is what they say.
pub fn empty_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub fn put(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

pub fn options(folder: &Path, out: &Path) -> Options {
    Options {
        search: Search { folder: folder.into(), out: out.into(), ..Search::default() },
        sets: None,
        pattern: NamePattern::default(),
        lifter: None,
        config: Config::default(),
        observe: ObserveOptions { model: "fake".into(), workers: 1, thorough: false, ..ObserveOptions::default() },
        jobs: Some(2),
        outputs: Outputs { video: false, html: false, stills: false, clips: false, card: false },
        calibration: None,
        retry: false,
        watch: None,
        isolation: None,
    }
}

pub fn run(options: &Options, line: &FakeLine) -> End {
    batch::run(options, line, &Heard::default(), &Interrupt::default()).unwrap()
}

/// Path below the folder → bytes, of all files.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).into_iter().flatten() {
            let Ok(entry) = entry else { continue };
            let path = entry.path();
            match path.is_dir() {
                true => open.push(path),
                // A file may vanish while another process works there.
                false => {
                    _ = files.insert(path.strip_prefix(folder).unwrap().display().to_string(), std::fs::read(&path).unwrap_or_default())
                }
            }
        }
    }
    files
}

pub fn summary(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap()
}
