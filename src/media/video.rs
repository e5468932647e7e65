//! Videos through OpenCV's FFmpeg back end.

use super::boxes::{self, Container};
use super::{Clock, Frame, FrameSource, MediaError, SourceInfo, checked_size, to_bgr};
use opencv::core::{self, Mat, Size, Vector};
use opencv::{imgproc, prelude::*, videoio};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Share of the announced frames below which a file without boxes counts as cut off: announced
/// counts are estimates in some containers (our choice).
const COMPLETE_SHARE: f64 = 0.9;

/// `cv::CAP_PROP_N_THREADS`; the bindings have no name for it when built against OpenCV 4.6.
const CAP_PROP_N_THREADS: i32 = 70;

/// A video file. The first frame is decoded on opening, so size and readability are known.
pub struct VideoSource {
    path: PathBuf,
    capture: videoio::VideoCapture,
    clock: Clock,
    info: SourceInfo,
    first: Option<Mat>,
    /// The first frame's own stamp.
    first_stamp_s: f64,
    next_index: u32,
    ended: bool,
    /// Turn that makes a decoded picture upright.
    turn: Option<core::RotateFlags>,
    shape: Shape,
}

/// Size of the decoded picture and the size it is shown at, which differ where pixels are not square.
#[derive(Clone, Copy)]
struct Shape {
    decoded: Size,
    shown: Size,
}

impl Shape {
    /// From the first picture and the container's width of a pixel over its height. The picture is upright
    /// already; the container speaks of the recorded one.
    fn of(first: &Mat, pixel_aspect: Option<f64>, rotation_deg: i32) -> Self {
        let decoded = Size::new(first.cols(), first.rows());
        let mut shown = decoded;
        if let Some(aspect) = pixel_aspect.filter(|a| (0.2..5.0).contains(a) && (a - 1.0).abs() > 0.005) {
            let side = if rotation_deg % 180 == 0 { &mut shown.width } else { &mut shown.height };
            *side = (f64::from(*side) * aspect).round() as i32;
        }
        Shape { decoded, shown }
    }

    /// The picture with square pixels; none when it is not of the decoded size.
    fn square(&self, image: Mat) -> opencv::Result<Option<Mat>> {
        if (image.cols(), image.rows()) != (self.decoded.width, self.decoded.height) {
            return Ok(None);
        }
        if self.decoded == self.shown {
            return Ok(Some(image));
        }
        let mut out = Mat::default();
        imgproc::resize(&image, &mut out, self.shown, 0.0, 0.0, imgproc::INTER_LINEAR)?;
        Ok(Some(out))
    }
}

impl VideoSource {
    pub fn open(path: &Path, decoder_threads: Option<u32>) -> Result<Self, MediaError> {
        super::quiet();
        sniff(path)?;
        // A container that cannot be walked is simply one we know nothing about.
        let container = boxes::inspect(path).unwrap_or_default();
        // An absolute path, so that no file name is taken for an address ("http:…", "concat:…").
        let absolute = path.canonicalize().map_err(|e| MediaError::io(path, e))?;
        let mut capture = open_capture(&absolute, decoder_threads).ok_or_else(|| not_a_video(path, &container))?;
        // OpenCV 4.6 turns the wrong way (its sign of the angle was mended in 4.7): the turn is ours where the boxes tell it.
        let turn = container.rotation_deg.and_then(quarter_turn);
        if container.rotation_deg.is_some() {
            let _ = capture.set(videoio::CAP_PROP_ORIENTATION_AUTO, 0.0);
        }
        let first = read(&mut capture, turn).ok().flatten().ok_or_else(|| match (container.is_mp4, container.has_picture) {
            (true, false) => not_a_video(path, &container),
            _ => MediaError::NoFrames { path: path.to_path_buf() },
        })?;
        let told = || property(&capture, videoio::CAP_PROP_ORIENTATION_META).map_or(0, |d| (d as i32).rem_euclid(360));
        let rotation_deg = container.rotation_deg.unwrap_or_else(told);
        let shape = Shape::of(&first, pixel_aspect(&capture), rotation_deg);
        let first = shape.square(first).ok().flatten().ok_or_else(|| MediaError::NoFrames { path: path.to_path_buf() })?;
        let (width_px, height_px) = checked_size(path, &first)?;
        let mean_fps = property(&capture, videoio::CAP_PROP_FPS).filter(|f| *f > 0.0).unwrap_or(30.0);
        let info = SourceInfo {
            width_px,
            height_px,
            announced_frames: property(&capture, videoio::CAP_PROP_FRAME_COUNT).filter(|n| *n >= 1.0).map(|n| n as u32),
            mean_fps,
            rotation_deg,
            created: container.created.clone(),
            capture_fps: container.capture_fps,
            has_audio: container.is_mp4.then_some(container.has_sound),
            truncated: container.cut_off,
            repaired_times: 0,
        };
        let first_stamp_s = stamp_s(&capture);
        let clock = Clock::new(mean_fps);
        Ok(VideoSource {
            path: path.to_path_buf(),
            capture,
            clock,
            info,
            first: Some(first),
            first_stamp_s,
            next_index: 0,
            ended: false,
            turn,
            shape,
        })
    }

    fn frame(&mut self, image: Mat, stamp_s: f64) -> Frame {
        let frame = Frame { index: self.next_index, time_s: self.clock.stamp(stamp_s), image };
        self.next_index += 1;
        self.info.repaired_times = self.clock.repaired();
        frame
    }

    /// No picture at the end, or at a picture of another size (then true): all coordinates are of one
    /// picture, so the rest is left out.
    fn read_next(&mut self) -> opencv::Result<(Option<Mat>, bool)> {
        let Some(image) = read(&mut self.capture, self.turn)? else { return Ok((None, false)) };
        let image = self.shape.square(image)?;
        let other_size = image.is_none();
        Ok((image, other_size))
    }

    fn end(&mut self) {
        self.ended = true;
        if let Some(announced) = self.info.announced_frames {
            self.info.truncated |= f64::from(self.next_index) < COMPLETE_SHARE * f64::from(announced);
        }
    }
}

impl FrameSource for VideoSource {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        if let Some(first) = self.first.take() {
            let stamp_s = self.first_stamp_s;
            return Ok(Some(self.frame(first, stamp_s)));
        }
        if self.ended {
            return Ok(None);
        }
        match self.read_next() {
            Ok((Some(image), _)) => {
                let stamp_s = stamp_s(&self.capture);
                Ok(Some(self.frame(image, stamp_s)))
            }
            Ok((None, other_size)) => {
                self.info.truncated |= other_size;
                self.end();
                Ok(None)
            }
            Err(source) => Err(MediaError::Decoding { path: self.path.clone(), after_frame: self.next_index.saturating_sub(1), source }),
        }
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}

/// The wished number of threads is left to the decoder where this OpenCV cannot set it (before 4.7).
fn open_capture(path: &Path, decoder_threads: Option<u32>) -> Option<videoio::VideoCapture> {
    let with = |params: &[i32]| {
        videoio::VideoCapture::from_file_with_params(path, videoio::CAP_FFMPEG, &Vector::from_slice(params))
            .ok()
            .filter(|c| c.is_opened().unwrap_or(false))
    };
    let can_set = (core::get_version_major(), core::get_version_minor()) >= (4, 7);
    decoder_threads
        .filter(|_| can_set)
        .and_then(|threads| with(&[CAP_PROP_N_THREADS, i32::try_from(threads).unwrap_or(i32::MAX)]))
        .or_else(|| with(&[]))
}

fn read(capture: &mut videoio::VideoCapture, turn: Option<core::RotateFlags>) -> opencv::Result<Option<Mat>> {
    let mut image = Mat::default();
    if !capture.read(&mut image)? || image.empty() {
        return Ok(None);
    }
    let image = to_bgr(image)?;
    let Some(turn) = turn else { return Ok(Some(image)) };
    let mut upright = Mat::default();
    core::rotate(&image, &mut upright, turn as i32)?;
    Ok(Some(upright))
}

fn quarter_turn(clockwise_deg: i32) -> Option<core::RotateFlags> {
    match clockwise_deg {
        90 => Some(core::RotateFlags::ROTATE_90_CLOCKWISE),
        180 => Some(core::RotateFlags::ROTATE_180),
        270 => Some(core::RotateFlags::ROTATE_90_COUNTERCLOCKWISE),
        _ => None,
    }
}

/// The last read frame's own stamp, from the container's time base.
fn stamp_s(capture: &videoio::VideoCapture) -> f64 {
    property(capture, videoio::CAP_PROP_POS_MSEC).map_or(f64::NAN, |ms| ms / 1000.0)
}

/// Width of a pixel over its height.
fn pixel_aspect(capture: &videoio::VideoCapture) -> Option<f64> {
    let [num, den] = [videoio::CAP_PROP_SAR_NUM, videoio::CAP_PROP_SAR_DEN].map(|id| property(capture, id));
    Some(num? / den?).filter(|a| a.is_finite())
}

fn property(capture: &videoio::VideoCapture, id: i32) -> Option<f64> {
    capture.get(id).ok().filter(|v| v.is_finite())
}

/// Looks at the first bytes: what is certainly no video is refused before FFmpeg sees it, which
/// would follow a text file that is a play list to other places.
fn sniff(path: &Path) -> Result<(), MediaError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|e| MediaError::io(path, e))?;
    let meta = file.metadata().map_err(|e| MediaError::io(path, e))?;
    let refused = |found| Err(MediaError::NotAVideo { path: path.to_path_buf(), found });
    if !meta.is_file() {
        return refused("it is no regular file");
    }
    file.take(512).read_to_end(&mut head).map_err(|e| MediaError::io(path, e))?;
    if head.is_empty() {
        return Err(MediaError::Empty { path: path.to_path_buf() });
    }
    if is_text(&head) {
        return refused("it is a text file");
    }
    Ok(())
}

/// Printable in every byte. A multi-byte letter cut by the window's end is still text.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(_) => head.len(),
        Err(e) if e.error_len().is_none() => e.valid_up_to(),
        Err(_) => return false,
    };
    !head[..valid].iter().any(|b| b.is_ascii_control() && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c))
}

fn not_a_video(path: &Path, container: &Container) -> MediaError {
    let found = match container {
        Container { is_mp4: true, has_index: false, .. } => "its index is missing, the recording was cut off before it was finished",
        Container { is_mp4: true, has_picture: false, has_sound: true, .. } => "it has no picture, only sound",
        Container { is_mp4: true, has_picture: false, .. } => "it has no picture",
        _ if is_sound(path) => "it has no picture, only sound",
        _ => "its format is not known or it is damaged",
    };
    MediaError::NotAVideo { path: path.to_path_buf(), found }
}

/// Sound files by their first bytes: WAVE, MP3 with tags, FLAC.
fn is_sound(path: &Path) -> bool {
    let mut head = [0; 12];
    let read = File::open(path).and_then(|mut f| f.read(&mut head)).unwrap_or(0);
    read == head.len() && (head.starts_with(b"ID3") || head.starts_with(b"fLaC") || (head.starts_with(b"RIFF") && head.ends_with(b"WAVE")))
}
