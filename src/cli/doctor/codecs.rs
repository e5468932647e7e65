//! OpenCV: its version, and whether a small video can be written and read back.

use super::Finding;
use opencv::core::{CV_8UC3, Mat, Scalar, Size};
use opencv::prelude::*;
use opencv::videoio::{self, VideoCapture, VideoWriter};
use std::path::Path;

/// Debian's packages; other systems have them under like names.
const CURE: &str = "install OpenCV with FFmpeg: on Debian `apt install libopencv-dev ffmpeg`, or run `make setup`";
const SIDE: i32 = 64;
const FRAMES: i32 = 5;

pub fn findings() -> Vec<Finding> {
    let version = opencv::core::get_version_string().unwrap_or_else(|_| "version not told".into());
    let mut found = vec![Finding::ok("OpenCV", version)];
    let backends = videoio::get_backends().map(|b| b.to_vec()).unwrap_or_default();
    found.push(match backends.iter().any(|b| *b as i32 == videoio::CAP_FFMPEG) {
        true => Finding::ok("FFmpeg in OpenCV", "present"),
        false => Finding::fault("FFmpeg in OpenCV", "missing: most videos cannot be read", CURE),
    });
    found.push(match round_trip(*b"mp4v", "mpeg4.mp4") {
        Ok(n) => Finding::ok("reading video", format!("a test video of {n} frames was read back")),
        Err(why) => Finding::fault("reading video", why, CURE),
    });
    found.push(match round_trip(*b"avc1", "h264.mp4") {
        Ok(_) => Finding::ok("H.264", "written and read back"),
        Err(why) => {
            let cure = "install FFmpeg with libx264, or analyse with --no-video; everything else works";
            Finding::warning("H.264", format!("{why}: annotated.mp4 may not play in browsers"), cure)
        }
    });
    found
}

/// Writes a few frames and counts those that come back.
fn round_trip(fourcc: [u8; 4], name: &str) -> Result<i32, String> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let path = folder.path().join(name);
    write(fourcc, &path).map_err(|e| format!("a test video cannot be written ({})", e.message))?;
    match read(&path).map_err(|e| format!("a test video cannot be read ({})", e.message))? {
        FRAMES => Ok(FRAMES),
        0 => Err("a test video cannot be written or read".into()),
        n => Err(format!("a test video of {FRAMES} frames came back with {n}")),
    }
}

fn write(fourcc: [u8; 4], path: &Path) -> opencv::Result<()> {
    let [a, b, c, d] = fourcc.map(char::from);
    let code = VideoWriter::fourcc(a, b, c, d)?;
    let mut writer = VideoWriter::new(path, code, 25.0, Size::new(SIDE, SIDE), true)?;
    for i in 0..FRAMES {
        let grey = Scalar::all(f64::from(40 * i));
        writer.write(&Mat::new_rows_cols_with_default(SIDE, SIDE, CV_8UC3, grey)?)?;
    }
    writer.release()
}

fn read(path: &Path) -> opencv::Result<i32> {
    let mut capture = VideoCapture::from_file(path, videoio::CAP_ANY)?;
    let (mut count, mut frame) = (0, Mat::default());
    while count <= FRAMES && capture.read(&mut frame)? {
        count += 1;
    }
    Ok(count)
}
