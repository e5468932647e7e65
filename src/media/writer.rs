//! Writing videos that a browser plays, with the true times of their frames.
//!
//! H.264 in mp4, by the `ffmpeg` program when it is on the path (a third of the time and a third of
//! the size of what OpenCV's encoder settings give), else by OpenCV; where that has no H.264, VP8 in
//! webm, else MPEG-4. Encoders write a constant rate; in an mp4 the true times are then put into the
//! index ([`super::retime`]). Other containers are filled at a constant rate, each slot with the
//! picture shown at that time. Sound is copied by `ffmpeg`; without it there is none.

use super::retime::retime;
use crate::error::{Error, Result};
use opencv::core::{Mat, Size};
use opencv::prelude::*;
use opencv::videoio;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A written video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// May end in `.webm` where `.mp4` was asked for.
    pub path: PathBuf,
    /// "H.264", "VP8" or "MPEG-4"; the last does not play in browsers.
    pub codec: &'static str,
    /// Each frame has its source's time; else the rate is constant and the length is kept.
    pub exact_times: bool,
    /// The source's sound was copied.
    pub sound: bool,
}

/// Writes under a temporary name; only [`VideoWriter::finish`] gives the file its own.
pub struct VideoWriter {
    encoder: Encoder,
    /// Gone once the file has its name.
    temporary: Option<tempfile::TempPath>,
    path: PathBuf,
    size: (u32, u32),
    fps: f64,
    /// Times of the pictures pushed, s.
    times_s: Vec<f64>,
    /// Slots written, for constant rate.
    slots: u64,
    last: Mat,
}

enum Encoder {
    Ffmpeg(Child),
    OpenCv { writer: videoio::VideoWriter, codec: &'static str, retimes: bool },
}

/// Largest difference to a constant rate that is left alone, s.
const RATE_TOLERANCE_S: f64 = 0.0005;

/// Encoders want even sides.
pub fn even(side: u32) -> u32 {
    (side & !1).max(2)
}

fn ffmpeg() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let listed = Command::new("ffmpeg").args(["-v", "quiet", "-encoders"]).stdin(Stdio::null()).output();
        listed.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("libx264"))
    })
}

impl VideoWriter {
    /// `size` is even (see [`even`]); `fps` is the mean rate.
    pub fn create(path: &Path, size: (u32, u32), fps: f64) -> Result<VideoWriter> {
        Self::with(path, size, fps, ffmpeg())
    }

    fn with(path: &Path, size: (u32, u32), fps: f64, use_ffmpeg: bool) -> Result<VideoWriter> {
        let fps = if fps.is_finite() && fps > 0.0 { fps.clamp(1.0, 480.0) } else { 30.0 };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
        let mut made = None;
        if use_ffmpeg {
            let temporary = temporary_in(folder, "mp4")?;
            made = start_ffmpeg(&temporary, size, fps).ok().map(|child| (Encoder::Ffmpeg(child), temporary, path.with_extension("mp4")));
        }
        let (encoder, temporary, path) = match made {
            Some(made) => made,
            None => start_opencv(folder, path, size, fps)?,
        };
        Ok(VideoWriter { encoder, temporary: Some(temporary), path, size, fps, times_s: vec![], slots: 0, last: Mat::default() })
    }

    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Adds an 8-bit BGR picture of the writer's size, shown from `time_s` on; times rise.
    pub fn push(&mut self, image: &Mat, time_s: f64) -> Result<()> {
        let retimes = !matches!(self.encoder, Encoder::OpenCv { retimes: false, .. });
        if !retimes {
            let start = self.times_s.first().copied().unwrap_or(time_s);
            let slot = ((time_s - start) * self.fps).round().max(0.0) as u64;
            // Fill up to this picture's slot with the one before it.
            while self.slots < slot && !self.last.empty() {
                let last = std::mem::take(&mut self.last);
                self.encode(&last)?;
                self.last = last;
            }
            self.last = image.clone();
            if self.slots > slot {
                self.times_s.push(time_s);
                return Ok(());
            }
        }
        self.times_s.push(time_s);
        self.encode(image)
    }

    fn encode(&mut self, image: &Mat) -> Result<()> {
        self.slots += 1;
        match &mut self.encoder {
            Encoder::Ffmpeg(child) => {
                let bytes = image.data_bytes().map_err(|e| fault(&self.path, &e))?;
                let pipe = child.stdin.as_mut().ok_or_else(|| Error::internal("the encoder's input is closed"))?;
                pipe.write_all(bytes).map_err(|e| Error::io("write", &self.path, e))
            }
            Encoder::OpenCv { writer, .. } => writer.write(image).map_err(|e| fault(&self.path, &e)),
        }
    }

    /// Closes the file, sets the true times, copies the sound of `sound_from` when that is possible,
    /// and gives the file its name. `end_s`: until when the last picture is shown.
    pub fn finish(mut self, end_s: f64, sound_from: Option<&Path>) -> Result<Written> {
        if self.times_s.is_empty() {
            return Err(Error::input("no picture was decoded, so no video can be written", "check that the video plays"));
        }
        let path = self.path.clone();
        let start = self.times_s[0];
        let off_rate = self.times_s.iter().enumerate().any(|(k, t)| (t - start - k as f64 / self.fps).abs() > RATE_TOLERANCE_S);
        let (codec, retimes) = match &mut self.encoder {
            Encoder::Ffmpeg(child) => {
                drop(child.stdin.take());
                let status = child.wait().map_err(|e| Error::io("write", &path, e))?;
                if !status.success() {
                    return Err(Error::new(
                        crate::ErrorKind::Temporary,
                        format!("the encoder ended early while writing {}", path.display()),
                        "check the free space, then run the same command again, or use --no-video",
                    ));
                }
                ("H.264", true)
            }
            Encoder::OpenCv { writer, codec, retimes } => {
                writer.release().map_err(|e| fault(&path, &e))?;
                (*codec, *retimes)
            }
        };
        let temporary = self.temporary.take().ok_or_else(|| Error::internal("the video was finished twice"))?;
        let exact_times = !off_rate || (retimes && retime(&temporary, &self.times_s, end_s.max(start)).is_ok());
        let sound = retimes && sound_from.is_some_and(|from| add_sound(&temporary, from, start).unwrap_or(false));
        temporary.persist(&path).map_err(|e| Error::io("write", &path, e.error))?;
        Ok(Written { path, codec, exact_times, sound })
    }
}

impl Drop for VideoWriter {
    fn drop(&mut self) {
        if let Encoder::Ffmpeg(child) = &mut self.encoder {
            drop(child.stdin.take());
            // An unfinished file is thrown away; that the child is gone already is no fault.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn fault(path: &Path, e: &dyn std::fmt::Display) -> Error {
    Error::new(crate::ErrorKind::Temporary, format!("cannot write {}: {e}", path.display()), "check the free space, or use --no-video")
}

fn temporary_in(folder: &Path, extension: &str) -> Result<tempfile::TempPath> {
    let file = tempfile::Builder::new()
        .prefix(".formcheck-")
        .suffix(&format!(".{extension}"))
        .tempfile_in(folder)
        .map_err(|e| Error::io("write into", folder, e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let usual = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(usual).map_err(|e| Error::io("write into", folder, e))?;
    }
    Ok(file.into_temp_path())
}

fn start_ffmpeg(to: &Path, (width, height): (u32, u32), fps: f64) -> std::io::Result<Child> {
    let mut command = Command::new("ffmpeg");
    command
        .args([
            "-v",
            "quiet",
            "-nostdin",
            "-y",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "bgr24",
            "-s",
            &format!("{width}x{height}"),
            "-r",
            &format!("{fps:.6}"),
        ])
        .args(["-i", "pipe:0", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-tag:v", "avc1"])
        .args(["-video_track_timescale", "90000"])
        .arg(to)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Ctrl-C is for this program, which then ends the encoder itself.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

fn start_opencv(folder: &Path, path: &Path, (width, height): (u32, u32), fps: f64) -> Result<(Encoder, tempfile::TempPath, PathBuf)> {
    let size = Size::new(width as i32, height as i32);
    for (codec, fourcc, extension) in [("H.264", b"avc1", "mp4"), ("VP8", b"VP80", "webm"), ("MPEG-4", b"mp4v", "mp4")] {
        let temporary = temporary_in(folder, extension)?;
        let [a, b, c, d] = fourcc.map(char::from);
        let code = videoio::VideoWriter::fourcc(a, b, c, d).map_err(|e| fault(path, &e))?;
        let writer =
            videoio::VideoWriter::new_with_backend(temporary.to_string_lossy().as_ref(), videoio::CAP_FFMPEG, code, fps, size, true);
        if let Some(writer) = writer.ok().filter(|w| w.is_opened().unwrap_or(false)) {
            let retimes = extension == "mp4";
            return Ok((Encoder::OpenCv { writer, codec, retimes }, temporary, path.with_extension(extension)));
        }
    }
    Err(Error::new(
        crate::ErrorKind::Temporary,
        format!("no encoder for {} was found", path.display()),
        "install ffmpeg, or use --no-video; `formcheck doctor` shows what there is",
    ))
}

/// Copies the first sound track beside the pictures; `Ok(false)` when the source has none.
fn add_sound(video: &Path, source: &Path, start_s: f64) -> std::io::Result<bool> {
    if !ffmpeg() {
        return Ok(false);
    }
    let folder = video.parent().unwrap_or(Path::new("."));
    let out = tempfile::Builder::new().prefix(".formcheck-").suffix(".mp4").tempfile_in(folder)?.into_temp_path();
    // `file:` keeps a name with a colon from being taken for a protocol.
    let named = |path: &Path| {
        let mut name = std::ffi::OsString::from("file:");
        name.push(path);
        name
    };
    let run = |sound: &[&str]| {
        Command::new("ffmpeg")
            .args(["-v", "quiet", "-nostdin", "-y", "-i"])
            .arg(named(video))
            .args(["-ss", &format!("{start_s:.6}"), "-i"])
            .arg(named(source))
            .args(["-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy"])
            .args(sound)
            .args(["-video_track_timescale", "90000"])
            .arg(named(&out))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    // AAC is copied as it is; what an mp4 in a browser cannot hold is converted.
    if !(run(&["-c:a", "copy", "-bsf:a", "aac_adtstoasc"]) || run(&["-c:a", "aac", "-b:a", "128k"])) {
        return Ok(false);
    }
    std::fs::copy(&out, video)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::core::{CV_8UC3, Scalar};

    fn picture(shade: f64) -> Mat {
        Mat::new_rows_cols_with_default(96, 128, CV_8UC3, Scalar::new(shade, 255.0 - shade, 90.0, 0.0)).unwrap()
    }

    /// Times of the shown frames as an independent program reads them, s; `None` without `ffprobe`.
    fn shown(path: &Path) -> Option<Vec<f64>> {
        let arguments = ["-v", "error", "-select_streams", "v", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0"];
        let out = Command::new("ffprobe").args(arguments).arg(path).stdin(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&out.stdout).lines().filter_map(|l| l.trim_matches(',').parse().ok()).collect())
    }

    #[test]
    fn variable_times_are_kept_to_the_millisecond_by_both_encoders() {
        let times: Vec<f64> = (0..40).map(|k| f64::from(k) / 30.0 + if k > 20 { 0.25 } else { 0.0 } + 0.006 * f64::from(k % 3)).collect();
        for use_ffmpeg in [true, false] {
            if use_ffmpeg && !ffmpeg() {
                println!("skipped: no ffmpeg with libx264 on the path");
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            let mut writer = VideoWriter::with(&folder.path().join("a.mp4"), (128, 96), 30.0, use_ffmpeg).unwrap();
            times.iter().enumerate().for_each(|(k, t)| writer.push(&picture(6.0 * k as f64), *t).unwrap());
            let written = writer.finish(times[39] + 0.033, None).unwrap();
            assert!(written.exact_times, "{written:?}");
            let Some(got) = shown(&written.path) else {
                println!("skipped: no ffprobe on the path");
                return;
            };
            assert_eq!(got.len(), times.len(), "{written:?}");
            let worst = got.iter().zip(&times).map(|(g, t)| (g - got[0] - (t - times[0])).abs()).fold(0.0, f64::max);
            assert!(worst < 0.0015, "{written:?}: {worst} s off");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
        }
    }

    #[test]
    fn an_unfinished_video_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = VideoWriter::create(&folder.path().join("a.mp4"), (128, 96), 30.0).unwrap();
        writer.push(&picture(1.0), 0.0).unwrap();
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn sides_are_made_even() {
        assert_eq!([even(719), even(720), even(1)], [718, 720, 2]);
    }
}
