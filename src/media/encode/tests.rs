//! Written files, read back by our own decoder.

use super::*;
use crate::media;
use opencv::core::{CV_8UC3, Scalar};

fn picture(shade: f64) -> Mat {
    Mat::new_rows_cols_with_default(96, 128, CV_8UC3, Scalar::new(shade, 255.0 - shade, 90.0, 0.0)).unwrap()
}

fn uneven() -> Vec<f64> {
    (0..40).map(|k| f64::from(k) / 30.0 + if k > 20 { 0.15 } else { 0.0 } + 0.006 * f64::from(k % 3)).collect()
}

fn write(kind: Kind, path: &Path, times: &[f64], end_s: f64) -> Written {
    let mut writer = VideoWriter::with(kind, path, (128, 96), 30.0, None).unwrap();
    times.iter().enumerate().for_each(|(k, t)| writer.push(&picture(6.0 * k as f64), *t).unwrap());
    writer.finish(end_s).unwrap()
}

#[test]
fn variable_times_are_kept_by_every_encoder_that_is_there() {
    let times = uneven();
    for kind in KINDS.into_iter().filter(|k| encoder::find_by_name(k.encoder).is_some()) {
        let folder = tempfile::tempdir().unwrap();
        // Matroska tells no picture's own length: a last one that stays looks like a cut-off end.
        let stays_s = if kind.container == "mp4" { 0.5 } else { 0.03 };
        let written = write(kind, &folder.path().join("a.mp4"), &times, times[39] + stays_s);
        let mut source = media::open(&written.path).unwrap();
        let mut got = vec![];
        while let Some(frame) = source.next().unwrap() {
            got.push(frame.time_s);
        }
        assert_eq!(got.len(), times.len(), "{written:?}");
        let worst = got.iter().zip(&times).map(|(g, t)| (g - (t - times[0])).abs()).fold(0.0, f64::max);
        assert!(worst < 0.6 / f64::from(kind.ticks.min(5000)), "{written:?}: {worst} s off");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
        assert!(!source.info().truncated && source.info().events.is_empty(), "{:?}", source.info());
    }
}

#[test]
fn everybody_may_read_it_and_the_last_picture_stays() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    let written = write(MPEG4, &path, &[0.0, 0.1, 0.2], 1.2);
    assert_eq!(written.path, path);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
    let facts = crate::media::decode::announced_s(&path);
    assert!((facts.unwrap() - 1.2).abs() < 0.01, "{facts:?}");
}

#[test]
fn an_unfinished_video_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = VideoWriter::create(&folder.path().join("a.mp4"), (128, 96), 30.0, None).unwrap();
    writer.push(&picture(1.0), 0.0).unwrap();
    drop(writer);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn sides_are_made_even() {
    assert_eq!([even(719), even(720), even(1)], [718, 720, 2]);
}
