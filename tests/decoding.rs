//! Frames and times of whole files against `ffprobe`'s, and what happened to the odd ones.

use formcheck::media::{self, Frame, OpenOptions, SourceInfo};
use formcheck::track::EventCode;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDERS: [&str; 2] = ["fixtures/lifts", "fixtures/hostile"];
/// Stamps are whole ticks of the container: a millisecond in Matroska, less in all others.
const TOLERANCE_S: f64 = 0.0005;

fn films(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| ["mp4", "mov", "ts", "avi"].iter().any(|v| e.eq_ignore_ascii_case(v))))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no film in {}", folder.display());
    found
}

fn decoded(path: &Path, options: &OpenOptions) -> Result<(Vec<f64>, SourceInfo), media::MediaError> {
    let mut source = media::open_with(path, options)?;
    let mut times = vec![];
    while let Some(Frame { index, time_s, .. }) = source.next()? {
        assert_eq!(index as usize, times.len());
        times.push(time_s);
    }
    let info = source.info().clone();
    Ok((times, info))
}

/// Stamps of the film as an independent program reads them, s; `None` without `ffprobe`.
fn probed(path: &Path) -> Option<Vec<f64>> {
    let ffprobe = |arguments: &[&str]| {
        let out = Command::new("ffprobe").args(["-v", "quiet"]).args(arguments).arg(path).stdin(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let streams = ffprobe(&["-select_streams", "v", "-show_entries", "stream=index:stream_disposition=default", "-of", "csv=p=0"])?;
    let rows: Vec<Vec<&str>> = streams.lines().map(|l| l.split(',').collect()).collect();
    let film = rows.iter().find(|r| r.get(1) == Some(&"1")).or(rows.first())?[0].to_owned();
    let shown = ffprobe(&["-select_streams", &film, "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0"])?;
    Some(shown.lines().filter_map(|l| l.trim_matches(',').parse().ok()).collect())
}

/// `FORMCHECK_FILMS` names a further folder.
#[test]
fn frames_and_times_are_those_that_ffprobe_reads() {
    let own = std::env::var_os("FORMCHECK_FILMS").map(PathBuf::from);
    let (mut films_read, mut worst) = (0, 0.0f64);
    for path in FOLDERS.iter().map(Path::new).chain(own.as_deref()).flat_map(films) {
        let Some(told) = probed(&path) else {
            println!("skipped: no ffprobe on the path");
            return;
        };
        let (times, info) = decoded(&path, &OpenOptions::default()).unwrap();
        assert_eq!(times.len(), told.len(), "{}: {:?}", path.display(), info.events);
        assert!(times.windows(2).all(|w| w[1] > w[0]));
        // Stamps that leap, forth or back, are another film's: their steps must be kept.
        let mut off = 0.0f64;
        for (got, want) in times.windows(2).zip(told.windows(2)).filter(|(_, w)| (0.0..10.0).contains(&(w[1] - w[0]))) {
            off = off.max(((got[1] - got[0]) - (want[1] - want[0])).abs());
        }
        let leapt = info.events.iter().any(|e| e.code == EventCode::Leap);
        let ends = (times.last().unwrap() - (told.last().unwrap() - told[0])).abs();
        off = off.max(if leapt { 0.0 } else { ends });
        println!("{}: {} frames, {:.3} ms off, {:?}", path.display(), times.len(), 1e3 * off, info.events);
        assert!(off < TOLERANCE_S, "{}: {off} s off", path.display());
        (films_read, worst) = (films_read + 1, worst.max(off));
    }
    println!("{films_read} films, worst {:.3} ms", 1e3 * worst);
}

/// What the README of the folder says of each file, as far as the decoder alone can tell.
#[test]
fn what_happened_to_the_odd_files_is_told() {
    let codes = |name: &str| -> Vec<EventCode> {
        let (_, info) = decoded(&Path::new("fixtures/hostile").join(name), &OpenOptions::default()).unwrap();
        let mut codes: Vec<EventCode> = info.events.iter().map(|e| e.code).collect();
        codes.sort();
        codes.dedup();
        codes
    };
    use EventCode::*;
    for (name, told) in [
        ("X_pixfmt_small.avi", vec![FormatChanged]),
        ("X_444_420.ts", vec![FormatChanged, Leap]),
        ("H_reschange.ts", vec![SizeChanged, Leap]),
        ("C_late_video.mp4", vec![]),
        ("B_hflip_matrix.mp4", vec![]),
        ("B_transpose_matrix.mp4", vec![]),
        ("E_preview_first.mov", vec![]),
        ("D_trim.mp4", vec![]),
        ("V_frozen.mp4", vec![]),
        ("V_drop20.mp4", vec![Gap]),
        ("O_corrupt_mid.mp4", vec![Damaged]),
        ("W_8fps.mp4", vec![]),
        ("Y_jump3600.ts", vec![Leap]),
    ] {
        assert_eq!(codes(name), told, "{name}");
    }
}

/// One thread or several: the same frames and the same events, however damaged the file is.
#[test]
fn threads_change_nothing() {
    for name in ["O_corrupt_mid.mp4", "H_reschange.ts", "X_444_420.ts"] {
        let path = Path::new("fixtures/hostile").join(name);
        let with = |n| decoded(&path, &OpenOptions { decoder_threads: Some(n), ..OpenOptions::default() }).unwrap();
        // Two and eight lose the first flag of this damage nearly always, three and four now and then.
        let alone = with(1);
        for threads in [2, 3, 4, 8, 3, 3] {
            assert_eq!(with(threads), alone, "{name} by {threads} threads");
        }
    }
}
