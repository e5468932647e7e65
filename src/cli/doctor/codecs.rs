//! OpenCV and FFmpeg: their versions, and whether a small video can be written and read back.

use super::finding::Finding;
use crate::media::{self, VideoWriter};
use opencv::core::{CV_8UC3, Mat, Scalar};

/// Debian's packages; other systems have them under like names.
const CURE: &str = "install FFmpeg's libraries: on Debian `apt install ffmpeg libopencv-dev`, or run `make setup`";
const SIDE: u32 = 64;
const FRAMES: usize = 5;
const STEP_S: f64 = 0.04;

pub fn findings() -> Vec<Finding> {
    let version = opencv::core::get_version_string().unwrap_or_else(|_| "version not told".into());
    let mut found = vec![Finding::ok("OpenCV", version), Finding::ok("FFmpeg", media::libraries())];
    found.push(match round_trip() {
        Ok(n) => Finding::ok("reading video", format!("a test video of {n} frames was written and read back")),
        Err(why) => Finding::fault("reading video", why, CURE),
    });
    found.push(match media::best_codec() {
        Some("H.264") => Finding::ok("H.264", "can be written"),
        other => {
            let cure = "install FFmpeg with libx264, or analyse with --no-video; everything else works";
            let instead = other.map_or("no video can be written".into(), |c| format!("{c} is written instead"));
            Finding::warning("H.264", format!("{instead}: annotated.mp4 may not play in browsers"), cure)
        }
    });
    found
}

/// Writes a few frames and counts those that come back.
fn round_trip() -> Result<usize, String> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let written = || -> crate::error::Result<_> {
        let mut writer = VideoWriter::create(&folder.path().join("test.mp4"), (SIDE, SIDE), 1.0 / STEP_S, None)?;
        for i in 0..FRAMES {
            let grey = Scalar::all(40.0 * i as f64);
            let picture = Mat::new_rows_cols_with_default(SIDE as i32, SIDE as i32, CV_8UC3, grey);
            writer.push(&picture.map_err(|e| crate::Error::internal(e.to_string()))?, STEP_S * i as f64)?;
        }
        writer.finish(STEP_S * FRAMES as f64)
    };
    let path = written().map_err(|e| format!("a test video cannot be written ({})", e.message))?.path;
    let unreadable = |e: media::MediaError| format!("a test video cannot be read ({e})");
    let mut source = media::open(&path).map_err(unreadable)?;
    let mut count = 0;
    while source.next().map_err(unreadable)?.is_some() {
        count += 1;
    }
    if count == FRAMES { Ok(count) } else { Err(format!("a test video of {FRAMES} frames came back with {count}")) }
}
