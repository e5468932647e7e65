//! Opening a file: which of its streams is the film, what the container promises, a decoder for it.

use super::effort::{Effort, MAX_PIXELS, Skip};
use super::signs::Signs;
use crate::media::MediaError;
use crate::media::boxes::{self, TopBoxes};
use ffmpeg_next::{self as ff, codec, ffi, format, media::Type};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Once;

/// Containers worth opening. Play lists and others that name further files are not among them.
const FORMATS: &str = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,gif,h264,hevc,mjpeg,m4v,mpegvideo,ivf,nut,dv,obu,wtv,rm";
/// How far into a file its streams are looked for: sound may come long before the first picture.
const PROBE_BYTES: &str = "16000000";
const PROBE_US: &str = "20000000";
const READ_AT_ONCE: usize = 1 << 18;

/// What the file says of the chosen stream and of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub stream: usize,
    pub time_base_s: f64,
    /// From the container's mean rate; 1/30 s where it tells none.
    pub step_s: f64,
    /// Start of the stream on the container's clock, s.
    pub start_s: f64,
    /// Length that the container promises; none where FFmpeg had to guess it.
    pub announced_s: Option<f64>,
    pub announced_frames: Option<u64>,
    /// Broadcast streams may be joined: their stamps may start anew.
    pub joined: bool,
    pub has_audio: bool,
    /// RFC 3339, UTC.
    pub created: Option<String>,
    /// Frames per second at which a phone recorded, where it says so: slow motion plays at fewer.
    pub capture_fps: Option<f64>,
    pub(super) matrix: Option<[i32; 9]>,
}

/// Silent and ready; once.
fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Without it errors have no text; it cannot fail.
        let _ = ff::init();
        ff::log::set_level(ff::log::Level::Quiet);
    });
}

/// Opens a regular file and chooses the film in it.
pub(super) fn open(path: &Path) -> Result<(format::context::Input, Facts), MediaError> {
    let mut input = container(path)?;
    let facts = facts(path, &input)?;
    only(&mut input, facts.stream);
    Ok((input, facts))
}

/// Opens a regular file of a known kind.
pub fn container(path: &Path) -> Result<format::context::Input, MediaError> {
    start();
    let file = File::open(path).map_err(|e| MediaError::io(path, e))?;
    let failed = |_| not_a_video(path);
    let mut limits = ff::Dictionary::new();
    limits.set("format_whitelist", FORMATS);
    limits.set("protocol_whitelist", "none");
    limits.set("probesize", PROBE_BYTES);
    limits.set("analyzeduration", PROBE_US);
    let io = format::context::StreamIo::from_read_seek_with_capacity(file, READ_AT_ONCE).map_err(failed)?;
    format::input_from_stream(io, None, Some(limits)).map_err(failed)
}

/// The demuxer passes over all other streams.
pub fn only(input: &mut format::context::Input, kept: usize) {
    for mut stream in input.streams_mut().filter(|s| s.index() != kept) {
        // SAFETY: a plain field of a stream that lives as long as its context; read by the demuxer at each packet.
        unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL }
    }
}

/// The film's length as its container tells it, s.
#[cfg(test)]
pub fn announced_s(path: &Path) -> Option<f64> {
    open(path).ok()?.1.announced_s
}

/// The film is the stream that the file marks as default, else the largest; never cover art or a preview.
fn facts(path: &Path, input: &format::context::Input) -> Result<Facts, MediaError> {
    let refused = |found| MediaError::NotAVideo { path: path.to_path_buf(), found };
    let pictures: Vec<ff::Stream> = input.streams().filter(|s| s.parameters().medium() == Type::Video && !hidden(s)).collect();
    let has_audio = input.streams().any(|s| s.parameters().medium() == Type::Audio);
    if pictures.is_empty() {
        return Err(refused(if has_audio { "it has no picture, only sound" } else { "it has no picture" }));
    }
    let chosen = pictures
        .into_iter()
        .filter(|s| codec::decoder::find(s.parameters().id()).is_some())
        .max_by_key(|s| {
            let default = s.disposition().contains(format::stream::Disposition::DEFAULT);
            let (width, height) = size(s);
            (default, width * height, std::cmp::Reverse(s.index()))
        })
        .ok_or_else(|| refused("no decoder for its codec is installed"))?;
    let (width, height) = size(&chosen);
    if width * height > MAX_PIXELS {
        let px = |side| u32::try_from(side).unwrap_or(u32::MAX);
        return Err(MediaError::TooLarge { path: path.to_path_buf(), width_px: px(width), height_px: px(height) });
    }
    let time_base_s = f64::from(chosen.time_base());
    let seconds = |stamp: i64| (stamp != ffi::AV_NOPTS_VALUE).then_some(stamp as f64 * time_base_s);
    // SAFETY: plain fields of an open context.
    let (promised, joined) = unsafe {
        let whole = &*input.as_ptr();
        // What FFmpeg guessed from the bit rate or from the last stamps is no promise of the container.
        let own = whole.duration_estimation_method == ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_STREAM;
        (own, (*whole.iformat).flags & ffi::AVFMT_TS_DISCONT != 0)
    };
    let rate = |r: ff::Rational| Some(f64::from(r)).filter(|f| f.is_finite() && (1.0..=1000.0).contains(f));
    let mean_fps = rate(chosen.avg_frame_rate()).or(rate(chosen.rate())).unwrap_or(30.0);
    let told = |key: &str| {
        let own = chosen.metadata();
        let whole = input.metadata();
        whole.get(key).or(own.get(key)).map(str::to_owned)
    };
    Ok(Facts {
        stream: chosen.index(),
        time_base_s,
        step_s: 1.0 / mean_fps,
        start_s: seconds(chosen.start_time()).unwrap_or(0.0),
        announced_s: seconds(chosen.duration()).filter(|d| promised && *d > 0.0).and_then(|d| own_duration(&chosen, input, d)),
        announced_frames: u64::try_from(chosen.frames()).ok().filter(|n| *n > 0),
        joined,
        has_audio,
        created: told("creation_time").and_then(|t| whole_seconds(&t)),
        capture_fps: told("com.android.capture.fps").and_then(|t| t.trim().parse().ok()).filter(|r| (1.0..=2000.0).contains(r)),
        matrix: chosen.side_data().find(|d| d.kind() == codec::packet::side_data::Type::DisplayMatrix).and_then(|d| nine(d.data())),
    })
}

/// Cover art and rows of thumbnails.
fn hidden(stream: &ff::Stream) -> bool {
    let marks = ffi::AV_DISPOSITION_ATTACHED_PIC | ffi::AV_DISPOSITION_TIMED_THUMBNAILS;
    // SAFETY: a plain field; as a number, since the bindings do not know every mark.
    unsafe { (*stream.as_ptr()).disposition & marks != 0 }
}

fn size(stream: &ff::Stream) -> (i64, i64) {
    let parameters = stream.parameters();
    // SAFETY: plain fields of parameters that live until the end of this function.
    unsafe { ((*parameters.as_ptr()).width.into(), (*parameters.as_ptr()).height.into()) }
}

/// The stream's own length: Matroska's is the whole file's, sound included, but its writers tag each stream.
fn own_duration(stream: &ff::Stream, input: &format::context::Input, told_s: f64) -> Option<f64> {
    if !input.format().name().starts_with("matroska") || input.streams().count() == 1 {
        return Some(told_s);
    }
    let metadata = stream.metadata();
    let tag = metadata.iter().find(|(k, _)| k.starts_with("DURATION"))?.1;
    let parts: Vec<f64> = tag.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let end_s = parts.iter().fold(0.0, |sum, p| sum * 60.0 + p);
    Some(end_s).filter(|e| parts.len() == 3 && e.is_finite())
}

/// "2024-02-29T23:59:59.000000Z" without its fraction; none for what is no such time.
fn whole_seconds(told: &str) -> Option<String> {
    let second = told.get(..19)?;
    let digits = |from: usize, to: usize| second.as_bytes()[from..to].iter().all(u8::is_ascii_digit);
    let shaped = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)].iter().all(|(a, b)| digits(*a, *b));
    (shaped && told.ends_with('Z')).then(|| format!("{second}Z"))
}

pub(super) fn nine(bytes: &[u8]) -> Option<[i32; 9]> {
    let numbers: Vec<i32> = bytes.as_chunks::<4>().0.iter().map(|b| i32::from_ne_bytes(*b)).collect();
    numbers.try_into().ok()
}

pub(super) fn decoder(
    path: &Path,
    input: &format::context::Input,
    facts: &Facts,
    effort: Effort,
    threads: usize,
) -> Result<(codec::decoder::Video, Signs), MediaError> {
    let failed = |_| MediaError::NoFrames { path: path.to_path_buf() };
    let stream = input.stream(facts.stream).ok_or_else(|| MediaError::NoFrames { path: path.to_path_buf() })?;
    let mut context = codec::context::Context::from_parameters(stream.parameters()).map_err(failed)?;
    context.set_threading(codec::threading::Config { kind: codec::threading::Type::Frame, count: threads, ..Default::default() });
    // SAFETY: a plain field of a context that is not open yet.
    unsafe { (*context.as_mut_ptr()).max_pixels = MAX_PIXELS }
    let signs = Signs::of(&mut context);
    let mut decoder = context.decoder();
    decoder.set_packet_time_base(stream.time_base());
    if effort.skip == Skip::NonReference {
        decoder.skip_frame(ff::Discard::NonReference);
    }
    if effort.rough {
        decoder.skip_loop_filter(ff::Discard::All);
    }
    Ok((decoder.video().map_err(failed)?, signs))
}

/// Why FFmpeg would not open it, as far as the first bytes tell.
fn not_a_video(path: &Path) -> MediaError {
    let found = match boxes::inspect(path).unwrap_or_default() {
        TopBoxes { is_mp4: true, has_index: false } => "its index is missing, the recording was cut off before it was finished",
        TopBoxes { is_mp4: true, .. } => "its index is damaged",
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
