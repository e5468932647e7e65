//! Inputs that are no recordings, names that are no names, results that were damaged: what the program says and leaves.
#![cfg(unix)]

mod fake;

use fake::sample::{self, Case};
use formcheck::track;
use std::path::Path;
use std::process::{Command, Output};

fn formcheck(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_formcheck")).args(args).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let place = tempfile::tempdir().unwrap();
    let (pipe, out) = (place.path().join("pipe.mp4"), place.path().join("out"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // One that opened the pipe would wait for a writer for ever.
    let ended = formcheck(&["analyze", text(&pipe), "--out", text(&out)]);
    assert_eq!(ended.status.code(), Some(3), "{}", told(&ended));
    assert!(told(&ended).contains("neither a file nor a folder"), "{}", told(&ended));
    let ended = formcheck(&["analyze", text(place.path()), "--out", text(&out)]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(told(&ended).contains("is a folder") && told(&ended).contains("formcheck batch"), "{}", told(&ended));
    let ended = formcheck(&["score", text(&pipe.with_file_name("none.gz"))]);
    assert_eq!(ended.status.code(), Some(3));
    let ended = formcheck(&["batch", text(place.path()), "--sets", "/dev/zero", "--out", text(&out)]);
    assert_eq!(ended.status.code(), Some(2), "{}", told(&ended));
    // A result cannot go where a file is: the user's to mend, not to try again.
    let out = place.path().join("taken");
    std::fs::write(&out, "a file").unwrap();
    assert_eq!(formcheck(&["batch", text(place.path()), "--out", text(&out)]).status.code(), Some(3));
    assert_eq!(formcheck(&["evaluate", text(place.path())]).status.code(), Some(3));
}

/// A process that ends while a thread of it still loads a network dies of a signal, in one run of three.
#[test]
fn a_film_that_cannot_be_read_ends_in_order_while_the_networks_load() {
    let lift = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lifts/side_e4_belt.mp4");
    let place = tempfile::tempdir().unwrap();
    let film = place.path().join("film.mp4");
    std::fs::write(&film, &std::fs::read(lift).unwrap()[..4000]).unwrap();
    for _ in 0..20 {
        let ended = formcheck(&["analyze", text(&film), "--model", "lite", "--no-video", "--out", text(place.path())]);
        assert_eq!(ended.status.code(), Some(3), "{:?} {}", ended.status, told(&ended));
    }
}

#[test]
fn an_evaluation_of_nothing_is_no_success() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("INDEX.tsv"), "clip\tfull_reps\tliftoff_s\tlockout_s\ngone.mp4\t1\t\t\n").unwrap();
    let ended = formcheck(&["evaluate", text(place.path())]);
    assert_eq!(ended.status.code(), Some(3), "{}", told(&ended));
    let ended = formcheck(&["evaluate", text(place.path()), "--only", "none.mp4"]);
    assert_eq!(ended.status.code(), Some(2), "{}", told(&ended));
}

#[test]
fn names_neither_lead_out_of_the_results_nor_reach_the_terminal() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("a/out");
    for name in ["...mp4", "..mp4", "x\u{1b}[2J\u{202e}.mp4"] {
        let video = place.path().join(name);
        std::fs::write(&video, "no video").unwrap();
        let ended = formcheck(&["analyze", text(&video), "--out", text(&out)]);
        assert_eq!(ended.status.code(), Some(3), "{name:?}: {}", told(&ended));
        assert!(!told(&ended).contains(['\u{1b}', '\u{202e}']), "{}", told(&ended));
    }
    assert!(!place.path().join("a/report.json").exists() && !place.path().join("report.json").exists());
}

#[test]
fn a_damaged_result_is_made_again_to_the_same_bytes() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fake::put(folder.path(), &[("a.mp4", "clean"), ("b.mp4", "faulty")]);
    let options = fake::options(folder.path(), out.path());
    let line = fake::FakeLine::default();
    fake::run(&options, &line);
    let whole = fake::tree(out.path());
    for file in ["a/report.json", "a/track.json.gz", "b/outcome.json"] {
        for cut in [0, 10, 100] {
            let path = out.path().join(file);
            std::fs::write(&path, &whole[file][..cut]).unwrap();
            let end = fake::run(&options, &line);
            assert_eq!((end.done, end.failed), (1, 0), "{file} cut to {cut} bytes");
            assert!(fake::tree(out.path()) == whole, "{file} cut to {cut} bytes");
        }
    }
}

#[test]
fn a_track_that_no_camera_saw_is_refused_with_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(track::TRACK_FILE);
    let made = sample::build(Case::Clean).track;
    let says = |change: &dyn Fn(&mut track::Track)| {
        let mut track = made.clone();
        change(&mut track);
        track::save(&track, &path).unwrap();
        track::load(&path).unwrap_err().message
    };
    let has_pose = made.frames.iter().position(|f| f.pose.is_some()).unwrap();
    assert!(
        says(&|t| t.frames[has_pose].pose.as_mut().unwrap().landmarks.truncate(5))
            .contains(&format!("5 landmarks where blazepose-33 has 33 in frame {has_pose}"))
    );
    assert!(says(&|t| t.frames[has_pose].pose.as_mut().unwrap().landmarks[3].x_px = 1e12).contains(&format!("in frame {has_pose}")));
    assert!(says(&|t| t.frames[7].time_s = t.frames[6].time_s).contains("frame 7"));
    assert!(says(&|t| t.frames.swap(3, 9)).contains("after frame"));
    assert!(says(&|t| t.video.width_px = 0).contains("0 × 720 px"));
    assert!(says(&|t| t.lifter.chosen_by = track::ChosenBy::Told("x".repeat(10_000))).contains("4096 bytes"));
    assert!(says(&|t| t.video.mean_fps = 1e9).contains("frame rate"));
}

#[test]
fn a_clock_that_leaps_by_days_costs_neither_memory_nor_the_set() {
    let made = sample::build(Case::Clean);
    let plain = formcheck::pipeline::assess(&made.track, None, &Default::default()).unwrap();
    let mut leaping = made.track.clone();
    let last = leaping.frames.last().unwrap().clone();
    for i in 1..=20 {
        leaping.frames.push(track::FrameObs { index: last.index + i, time_s: last.time_s + 1e5 + f64::from(i), ..Default::default() });
    }
    let found = formcheck::pipeline::assess(&leaping, None, &Default::default()).unwrap();
    assert_eq!(found.signals.time_s.len(), plain.signals.time_s.len());
    assert_eq!(found.set.full().count(), plain.set.full().count());
    let folder = tempfile::tempdir().unwrap();
    let (outputs, cancel) = (Default::default(), Default::default());
    formcheck::pipeline::write(&found, &leaping, None, folder.path(), outputs, &formcheck::pipeline::Silent, &cancel).unwrap();
}

#[test]
fn a_stall_makes_no_speed_and_damage_none_at_all() {
    let made = sample::build(Case::Clean).track;
    let assess = |track: &track::Track| formcheck::pipeline::assess(track, None, &Default::default()).unwrap();
    let speed = |track: &track::Track, name: &str| assess(track).report.reps[0].metrics.get(name).copied().flatten();
    let plain = assess(&made);
    let rep = plain.set.full().next().unwrap().clone();
    let (from, to) = (rep.lift_off_s.unwrap(), rep.lockout_s.unwrap());
    let fastest = |found: &formcheck::pipeline::Assessment| {
        let range = found.signals.range(from - 0.2, to + 0.2);
        found.signals.speed.mps[range].iter().flatten().fold(0.0, |a: f64, b| a.max(*b))
    };
    // The recorder repeats the picture in the middle of the pull until short of its end.
    let mut stalled = made.clone();
    let within = |t: f64| t > from + 0.3 * (to - from) && t < from + 0.8 * (to - from);
    let first = made.frames.iter().position(|f| within(f.time_s)).unwrap();
    let last = made.frames.iter().rposition(|f| within(f.time_s)).unwrap();
    for i in first..=last {
        (stalled.frames[i].pose, stalled.frames[i].plate) = (made.frames[first - 1].pose.clone(), made.frames[first - 1].plate);
    }
    let (from_s, to_s) = (made.frames[first - 1].time_s, made.frames[last + 1].time_s);
    stalled.scene.events = vec![track::Event { code: track::EventCode::Stalled, from_s, to_s }];
    let (mean, whole) = (speed(&stalled, "mean_velocity_mps").unwrap(), speed(&made, "mean_velocity_mps").unwrap());
    assert!((mean - whole).abs() < 0.05 * whole, "{mean} m/s instead of {whole}");
    assert_eq!(speed(&stalled, "peak_velocity_mps"), None);
    assert!(speed(&made, "peak_velocity_mps").is_some());
    assert!(fastest(&assess(&stalled)) < 1.2 * fastest(&plain), "{} m/s instead of {}", fastest(&assess(&stalled)), fastest(&plain));
    let mut damaged = made.clone();
    damaged.scene.events = vec![track::Event { code: track::EventCode::Damaged, from_s, to_s }];
    assert_eq!([speed(&damaged, "mean_velocity_mps"), speed(&damaged, "peak_velocity_mps")], [None, None]);
}

/// A library that was cut off kills whoever maps it, one with a changed byte whoever runs it; the program loads neither.
#[test]
fn a_damaged_runtime_library_is_one_sentence() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let installed = std::fs::read_dir(models.join("cache")).into_iter().flatten().flatten().map(|e| e.path());
    let Some(library) = installed.into_iter().find(|p| text(p).contains("libonnxruntime")) else {
        println!("skipped: set-up has installed no runtime");
        return;
    };
    let name = library.file_name().unwrap();
    let whole = std::fs::read(&library).unwrap();
    let mut changed = whole.clone();
    changed[500_000..500_004].fill(0xff);
    let manifest = std::fs::read(models.join("MANIFEST.toml")).unwrap();
    let film = "fixtures/hostile/X_pixfmt_small.avi";
    for (damage, bytes) in [("cut", &whole[..whole.len() / 3]), ("changed", &changed)] {
        // In the folder of set-up with its manifest, in a folder of models without one, and as the user's own.
        for (place, status) in [("manifest", 75), ("models", 75), ("own", 2)] {
            let folder = tempfile::tempdir().unwrap();
            let copy = folder.path().join(name);
            std::fs::write(&copy, bytes).unwrap();
            if place == "manifest" {
                std::fs::write(folder.path().join("MANIFEST.toml"), &manifest).unwrap();
            }
            let mut command = Command::new(env!("CARGO_BIN_EXE_formcheck"));
            command.args(["analyze", "--model", "lite", "--no-video", film, "--out"]).arg(folder.path().join("out"));
            match place {
                "own" => command.env("ORT_DYLIB_PATH", &copy),
                _ => command.env_remove("ORT_DYLIB_PATH").env("FORMCHECK_MODELS", folder.path()),
            };
            let ended = command.output().unwrap();
            assert_eq!(ended.status.code(), Some(status), "{damage} {place}: {}", told(&ended));
            assert_eq!(told(&ended).matches("error: ").count(), 1, "{damage} {place}: {}", told(&ended));
            assert!(told(&ended).contains("libonnxruntime") && told(&ended).contains("hint: "), "{damage} {place}: {}", told(&ended));
        }
    }
}
