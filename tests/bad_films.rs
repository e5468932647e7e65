//! Films that no camera wrote: mutated, absurd, endless. None may crash, hang or fill the memory.

use formcheck::media::{self, MediaError, OpenOptions, Prefetch, SourceInfo, VideoWriter};
use formcheck::track::EventCode;
use opencv::core::{CV_8UC3, Mat, MatTrait, MatTraitConst, Rect, Scalar};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SIZE: (u32, u32) = (160, 120);
/// Longest that a small film may take, however broken.
const PATIENCE: Duration = Duration::from_secs(30);

fn picture(i: u32) -> Mat {
    let mut image = Mat::new_rows_cols_with_default(SIZE.1 as i32, SIZE.0 as i32, CV_8UC3, Scalar::new(40.0, 60.0, 80.0, 0.0)).unwrap();
    for k in 0..40 {
        let at = Rect::new((k * 73 + i as i32 * 3) % 140, (k * 37 + i as i32 * 2) % 100, 12, 9);
        let tone = Scalar::new(f64::from((k * 37) % 255), f64::from((k * 91 + 40) % 255), 90.0, 0.0);
        Mat::roi_mut(&mut image, at).unwrap().set_to_def(&tone).unwrap();
    }
    image
}

fn film(dir: &TempDir, name: &str, times: impl Iterator<Item = f64>) -> PathBuf {
    let mut writer = VideoWriter::create(&dir.path().join(name), SIZE, 25.0, None).unwrap();
    let mut last = 0.0;
    for (i, time_s) in times.enumerate() {
        writer.push(&picture(i as u32), time_s).unwrap();
        last = time_s;
    }
    writer.finish(last + 0.04).unwrap().path
}

fn read(path: &Path) -> Result<(u32, f64, SourceInfo), MediaError> {
    let mut source = media::open(path)?;
    let (mut count, mut last) = (0, 0.0);
    while let Some(frame) = source.next()? {
        assert!(frame.time_s > last || count == 0, "times rise");
        assert_eq!((frame.image.cols() as u32, frame.image.rows() as u32), (source.info().width_px, source.info().height_px));
        (count, last) = (count + 1, frame.time_s);
    }
    Ok((count, last, source.info().clone()))
}

/// The same pictures in another container, by the `ffmpeg` program; `None` without it.
fn remade(dir: &TempDir, from: &Path, arguments: &str, name: &str) -> Option<PathBuf> {
    let to = dir.path().join(name);
    let made = Command::new("ffmpeg")
        .args(["-v", "quiet", "-y", "-i"])
        .arg(from)
        .args(arguments.split(' '))
        .arg(&to)
        .stdin(Stdio::null())
        .status();
    made.is_ok_and(|s| s.success()).then_some(to)
}

/// Numbers of Sebastiano Vigna's SplitMix64: the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// Flips, overwrites, cuts, doubles or moves bytes; half of the times in the first or last kilobytes, where indexes stand.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(6) {
        let n = bytes.len().max(64);
        bytes.resize(n, 0);
        let at = match random.below(4) {
            0 => random.below(n.min(2048)),
            1 => n - 1 - random.below(n.min(2048)),
            _ => random.below(n),
        };
        let span = 1 + random.below((n - at).min(400));
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at..at + span].iter_mut().for_each(|b| *b = random.below(256) as u8),
            2 => bytes[at..at + span.min(8)].fill(0xff),
            3 => bytes[at..at + span].fill(0),
            4 => bytes.truncate(at.max(64)),
            5 => {
                let copy = bytes[at..at + span].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                bytes.drain(at..at + span);
            }
        }
    }
}

/// `FORMCHECK_MUTATIONS` sets how many per container.
#[test]
fn mutated_films_are_read_or_refused() {
    let dir = TempDir::new().unwrap();
    let mp4 = film(&dir, "film.mp4", (0..50).map(|i| f64::from(i) / 25.0));
    let others = [
        ("-c copy", "film.mkv"),
        ("-c copy", "film.ts"),
        ("-c:v mjpeg -q:v 6", "film.avi"),
        ("-c copy -movflags frag_keyframe+empty_moov", "parts.mp4"),
    ];
    let films: Vec<PathBuf> =
        std::iter::once(mp4.clone()).chain(others.iter().filter_map(|(how, name)| remade(&dir, &mp4, how, name))).collect();
    let each: usize = std::env::var("FORMCHECK_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    for (number, film) in films.iter().enumerate() {
        let whole = std::fs::read(film).unwrap();
        let (mut opened, mut frames, mut slowest) = (0, 0, Duration::ZERO);
        for seed in 0..each {
            let mut bytes = whole.clone();
            mutate(&mut bytes, &mut Random((number * 1_000_003 + seed) as u64));
            let path = dir.path().join(format!("mutant.{}", film.extension().unwrap().to_string_lossy()));
            std::fs::write(&path, &bytes).unwrap();
            let begun = Instant::now();
            if let Ok((count, last_s, info)) = read(&path) {
                (opened, frames) = (opened + 1, frames + count);
                assert!(last_s.is_finite() && info.events.len() <= 1010, "{} {seed}", film.display());
            }
            slowest = slowest.max(begun.elapsed());
            assert!(begun.elapsed() < PATIENCE, "{} {seed}", film.display());
        }
        println!("{}: {each} tried, {opened} opened, {frames} frames, slowest {slowest:?}", film.file_name().unwrap().to_string_lossy());
    }
}

#[test]
fn gaps_of_hours_cost_nothing_and_are_told() {
    let dir = TempDir::new().unwrap();
    let whole = film(&dir, "whole.mp4", (0..40).map(|i| f64::from(i) / 25.0));
    // An mp4 that shows pictures in another order than it holds them cannot tell such a gap: FFmpeg drops a table of
    // reorderings of more than 2^28 ticks, and with it the film's beginning. Matroska tells each picture's own time.
    for (reordered, name) in [("0", "gap.mp4"), ("0", "gap.mkv"), ("2", "gap.mkv")] {
        for gap_s in [10_000, 100_000] {
            let how = format!(
                "-vf setpts='(N/25+if(gte(N,20),{gap_s},0))/TB' -fps_mode passthrough -enc_time_base 1/90000 -c:v libx264 -bf {reordered} -video_track_timescale 1000"
            );
            let Some(path) = remade(&dir, &whole, &how, name) else {
                println!("skipped: no ffmpeg with x264 on the path");
                return;
            };
            let begun = Instant::now();
            let (count, last_s, info) = read(&path).unwrap();
            assert_eq!(count, 40, "{name} {gap_s}");
            assert!((last_s - 39.0 / 25.0).abs() < 0.002, "{name} {gap_s}: {last_s}");
            assert_eq!(info.events.iter().map(|e| e.code).collect::<Vec<_>>(), [EventCode::Leap], "{name} {gap_s}");
            assert!(begun.elapsed() < PATIENCE);
        }
    }
    let times = (0..40).map(|i| f64::from(i) / 25.0 + if i < 20 { 0.0 } else { 0.7 });
    let (_, last_s, info) = read(&film(&dir, "hole.mp4", times)).unwrap();
    assert!((last_s - 39.0 / 25.0 - 0.7).abs() < 0.001, "a hole that a recording can have keeps its length");
    assert_eq!(info.events.iter().map(|e| e.code).collect::<Vec<_>>(), [EventCode::Gap]);
}

#[test]
fn boxes_nested_without_end_are_refused() {
    const DEEP: u32 = 10_000;
    let mut bytes = vec![];
    for kind in [b"moov", b"trak", b"udta"] {
        bytes.clear();
        bytes.extend(16u32.to_be_bytes());
        bytes.extend(b"ftypisom\0\0\0\0");
        for level in (1..=DEEP).rev() {
            bytes.extend((8 * level).to_be_bytes());
            bytes.extend(if level == DEEP { b"moov" } else { kind });
        }
        let file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        assert!(read(file.path()).is_err());
    }
}

#[test]
fn pictures_larger_than_any_camera_records_are_refused_before_memory_is_taken() {
    let dir = TempDir::new().unwrap();
    let mp4 = film(&dir, "film.mp4", (0..3).map(|i| f64::from(i) / 25.0));
    let Some(avi) = remade(&dir, &mp4, "-c:v mjpeg", "film.avi") else {
        println!("skipped: no ffmpeg on the path");
        return;
    };
    // Sides in the frame header of each JPEG picture (SOF0: length, precision, height, width).
    let mut bytes = std::fs::read(&avi).unwrap();
    let heads: Vec<usize> = bytes.windows(5).enumerate().filter(|(_, w)| w[..2] == [0xff, 0xc0] && w[4] == 8).map(|(i, _)| i).collect();
    assert!(!heads.is_empty());
    for at in heads {
        bytes[at + 5..at + 9].copy_from_slice(&[0x2e, 0xe0, 0x2e, 0xe0]);
    }
    std::fs::write(&avi, &bytes).unwrap();
    let error = read(&avi).expect_err("12 000 × 12 000 pixels");
    assert_eq!(formcheck::Error::from(error).kind.exit_code(), 3);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_at_once() {
    let dir = TempDir::new().unwrap();
    let pipe = dir.path().join("pipe.mp4");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let begun = Instant::now();
    for refused in [media::open(&pipe).err().map(|e| e.to_string()), media::sha256_file(&pipe).err().map(|e| e.to_string())] {
        assert!(refused.is_some_and(|said| said.contains("no regular file")));
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_reader_that_stops_early_leaves_no_thread_behind() {
    let dir = TempDir::new().unwrap();
    let path = film(&dir, "film.mp4", (0..50).map(|i| f64::from(i) / 25.0));
    for _ in 0..20 {
        let source = media::open_with(&path, &OpenOptions { decoder_threads: Some(2), ..Default::default() }).unwrap();
        assert_eq!(Prefetch::new(source, 2).unwrap().take(3).count(), 3);
    }
}

#[test]
fn a_folder_of_pictures_has_a_checksum_of_its_own() {
    let dir = TempDir::new().unwrap();
    for i in 0..3 {
        let name = dir.path().join(format!("f{i}.png"));
        assert!(opencv::imgcodecs::imwrite_def(name.to_str().unwrap(), &picture(i)).unwrap());
    }
    let before = media::sha256_file(dir.path()).unwrap();
    let (count, _, info) = read(dir.path()).unwrap();
    assert_eq!((count, info.events.first().map(|e| e.code)), (3, Some(EventCode::Untimed)));
    assert_eq!(media::sha256_file(dir.path()).unwrap(), before);
    std::fs::rename(dir.path().join("f0.png"), dir.path().join("f9.png")).unwrap();
    assert_ne!(media::sha256_file(dir.path()).unwrap(), before);
    assert!(matches!(media::sha256_file(&dir.path().join("none")), Err(MediaError::NotFound { .. })));
}
