//! Folders that cannot be read, disks that are full, files that are still being copied, ten
//! thousand saved tracks.

mod fake;

use fake::{FakeLine, Heard, empty_folder, options, put, run, sample, summary};
use formcheck::batch::{self, Interrupt};
use formcheck::error::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn a_full_disk_stops_the_batch_and_the_next_run_goes_on() {
    let (folder, out) = (empty_folder(), empty_folder());
    put(folder.path(), &[("1.mp4", "no video"), ("2.mp4", "clean"), ("3.mp4", "clean")]);
    put(folder.path(), &[("0-larger-than-the-others.mp4", "full                 ")]);
    let mut options = options(folder.path(), out.path());
    options.jobs = Some(1);
    let end = run(&options, &FakeLine::default());
    assert_eq!((end.done, end.exit_code(None)), (0, 75));
    assert!(end.full.unwrap().hint.contains("free some space"));
    put(folder.path(), &[("0-larger-than-the-others.mp4", "clean                ")]);
    let end = run(&options, &FakeLine::default());
    assert_eq!((end.done, end.failed, end.exit_code(None)), (3, 1, 4));
}

#[test]
fn a_place_that_cannot_be_written_is_one_clear_error() {
    let folder = empty_folder();
    put(folder.path(), &[("a.mp4", "clean"), ("file", "")]);
    let e = batch::run(
        &options(folder.path(), &folder.path().join("file/out")),
        &FakeLine::default(),
        &Heard::default(),
        &Interrupt::default(),
    );
    let e = e.unwrap_err();
    assert!(e.message.contains("file/out") && !e.hint.is_empty());
    let e = batch::run(
        &options(Path::new("/no/such/place"), &folder.path().join("o")),
        &FakeLine::default(),
        &Heard::default(),
        &Interrupt::default(),
    );
    assert_eq!(e.unwrap_err().kind, ErrorKind::Input);
}

#[test]
fn two_batches_do_not_write_to_one_place() {
    let (folder, out) = (empty_folder(), empty_folder());
    put(folder.path(), &[("a.mp4", "clean")]);
    let options = options(folder.path(), out.path());
    let slow = FakeLine { slow: Duration::from_millis(30), ..FakeLine::default() };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| run(&options, &slow));
        std::thread::sleep(Duration::from_millis(200));
        let e = batch::run(&options, &slow, &Heard::default(), &Interrupt::default()).unwrap_err();
        assert_eq!(e.kind, ErrorKind::Temporary);
        assert_eq!(first.join().unwrap().done, 1);
    });
}

/// Not a test of its own: runs as a user who may not read one folder.
#[test]
#[ignore = "started by another test"]
fn child_may_not_read_everything() {
    let Some(place) = std::env::var_os("FORMCHECK_TEST_PLACE") else { return };
    let place = Path::new(&place);
    let end = run(&options(&place.join("in"), &place.join("out")), &FakeLine::default());
    assert_eq!((end.done, end.failed, end.exit_code(None)), (1, 1, 4));
    let told = summary(&place.join("out"));
    assert_eq!(told["failures"][0]["file"], "locked");
}

#[test]
fn an_unreadable_folder_is_named_and_the_rest_is_done() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = tempfile::tempdir().unwrap();
    let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    put(&place.path().join("in"), &[("locked/a.mp4", "clean"), ("b.mp4", "clean")]);
    open(&place.path().join("in/locked"), 0o000);
    open(place.path(), 0o777);
    let program = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(&program);
    if std::fs::metadata(place.path()).unwrap().uid() == 0 {
        // Nothing is closed to the administrator: the child is nobody. A copy, since the build
        // folder may be closed to him.
        let copy = place.path().join("program");
        std::fs::copy(&program, &copy).unwrap();
        open(&copy, 0o755);
        child = std::process::Command::new(copy);
        child.uid(65534).gid(65534);
    }
    let done = child
        .args(["--exact", "child_may_not_read_everything", "--ignored"])
        .env("FORMCHECK_TEST_PLACE", place.path())
        .current_dir(place.path())
        .output()
        .unwrap();
    open(&place.path().join("in/locked"), 0o755);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(place.path().join("out/b/report.json").is_file());
}

#[test]
fn watching_waits_for_files_that_are_still_copied() {
    let (folder, out) = (empty_folder(), empty_folder());
    let mut options = options(folder.path(), out.path());
    options.watch = Some(Duration::from_millis(150));
    let (line, heard, interrupt) = (FakeLine::default(), Heard::default(), Interrupt::default());
    let until = |what: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !what() {
            assert!(start.elapsed() < Duration::from_secs(30), "it never came");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| batch::run(&options, &line, &heard, &interrupt).unwrap());
        until(&|| out.path().join("index.html").is_file());
        let start = Instant::now();
        let mut text = String::new();
        while start.elapsed() < Duration::from_millis(1000) {
            text.push(' ');
            std::fs::write(folder.path().join("copied.mp4"), &text).unwrap();
            std::thread::sleep(Duration::from_millis(40));
            assert!(heard.named("started").is_empty(), "half a file was taken");
        }
        std::fs::write(folder.path().join("copied.mp4"), text + "clean").unwrap();
        until(&|| !heard.named("done").is_empty());
        interrupt.press();
        let end = watching.join().unwrap();
        assert_eq!(end.exit_code(None), 130);
    });
    assert!(out.path().join("copied/report.json").is_file());
}

#[test]
fn many_saved_tracks_are_summarised_with_flat_memory() {
    let many: usize = std::env::var("FORMCHECK_TEST_TRACKS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let place = || if many > 1000 { tempfile::tempdir().unwrap() } else { empty_folder() };
    let (folder, out) = (place(), place());
    let mut track = sample::build(sample::Case::Faulty).track;
    track.frames.truncate(40);
    let saved = folder.path().join("first.track.json.gz");
    formcheck::track::save(&track, &saved).unwrap();
    for i in 0..many {
        std::fs::copy(&saved, folder.path().join(format!("2026-01-{:02}_l{}_{}kg_{i}.track.json.gz", i % 28 + 1, i % 7, 60 + i % 90)))
            .unwrap();
    }
    std::fs::remove_file(saved).unwrap();
    let options = options(folder.path(), out.path());
    let start = Instant::now();
    let end = run(&options, &FakeLine::default());
    let first = start.elapsed();
    assert_eq!((end.done, end.failed), (many, 0));
    let peak = peak_kib();
    let start = Instant::now();
    assert_eq!(run(&options, &FakeLine::default()).unchanged, many);
    println!("{many} tracks: {first:?}, again {:?}, peak {peak:?} KiB, then {:?} KiB", start.elapsed(), peak_kib());
    if many >= 10_000 && !cfg!(debug_assertions) {
        assert!(first < Duration::from_secs(60), "{first:?}");
    }
}

/// Largest memory this process had, where the system tells.
fn peak_kib() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}

/// No check: `FORMCHECK_TEST_KEEP=DIR` makes an overview there, to be looked at in a browser.
#[test]
#[ignore = "makes a page to look at"]
fn an_overview_to_look_at() {
    let Some(place) = std::env::var_os("FORMCHECK_TEST_KEEP") else { return };
    let (folder, out) = (Path::new(&place).join("in"), Path::new(&place).join("out"));
    let mut table = String::from("video,lifter,date,load_kg,one_rep_max_kg,pain,mood,E1,E3,E4\n");
    for i in 0..30u32 {
        let lifter = ["anna", "bo", "Zoë <script>alert(1)</script>"][i as usize % 3];
        let (load, worse) = (90 + 3 * i, i / 2 + [0, 6, 2][i as usize % 3]);
        let kind = if i % 4 == 1 || i > 22 { "faulty" } else { "clean" };
        let name = format!("week-{:02}/set {i}.mp4", i / 4 + 1);
        put(&folder, &[(&name, &format!("{kind} {worse}"))]);
        let pain = if i == 26 { "yes" } else { "no" };
        let label = |flag: bool| if flag { "y" } else { "n" };
        let (e1, e3) = (label(kind == "faulty"), label(i % 5 == 1));
        table += &format!("\"{name}\",{lifter},2026-{:02}-{:02},{load},,{pain},,{e1},{e3},{e1}\n", i / 12 + 1, i * 2 % 24 + 1);
    }
    table += "gone.mp4,anna,2026-02-30,-5,,,,,,\n";
    put(
        &folder,
        &[
            ("sets.csv", &table),
            ("empty.mp4", ""),
            ("a \"quoted\" & <b>bold</b> name.mov", "junk"),
            ("front view.mp4", "front"),
            ("crash.mp4", "panic"),
        ],
    );
    let end = run(&options(&folder, &out), &FakeLine::default());
    println!("{end:?}");
}
