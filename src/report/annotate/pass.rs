//! The second decode: the annotated video, stills and clips, in one pass over the frames.
//!
//! Frames are decoded, drawn on and encoded by a thread each. Memory stays flat: a few frames are under way at a time. Large pictures are made smaller first, so that drawing
//! and encoding cost the same for 4K as for 1080p.

use super::overlay;
use super::scene::Scene;
use super::stills::make;
use super::want::Wanted;
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Frame, FrameSource, Prefetch, SoundFrom, VideoWriter, WriterApart, Written, even};
use crate::progress::{Cancel, Progress};
use crate::report::Still;
use crate::track::EventCode;
use opencv::core::{Mat, Size};
use opencv::imgproc;
use opencv::prelude::*;
use std::path::{Path, PathBuf};

/// Longest short side of written videos, px.
pub const MAX_SHORT_SIDE_PX: f64 = 720.0;
/// Time before lift-off and after the floor in a rep's clip, s.
const CLIP_AIR_S: f64 = 0.5;

/// What to make in the pass.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The annotated video.
    pub video: Option<PathBuf>,
    /// Where the sound comes from: the source's path.
    pub sound_from: Option<PathBuf>,
    /// Pictures of the flags.
    pub stills: bool,
    /// Folder for one clip per rep.
    pub clips: Option<PathBuf>,
}

/// What was made.
#[derive(Debug, Default)]
pub struct Made {
    pub video: Option<Written>,
    pub stills: Vec<Still>,
    pub clips: Vec<PathBuf>,
}

/// Even size of the written picture and its scale against the source.
pub fn output_size(width_px: u32, height_px: u32) -> ((u32, u32), f64) {
    let short = f64::from(width_px.min(height_px).max(1));
    let scale = (MAX_SHORT_SIDE_PX / short).min(1.0);
    let side = |px: u32| even((f64::from(px) * scale).round() as u32);
    ((side(width_px), side(height_px)), scale)
}

/// Decoded frames waiting.
const PREFETCH: usize = 3;

/// Reads `source` from its first frame to its last and makes what `plan` asks for.
pub fn run(source: Box<dyn FrameSource>, scene: &Scene, plan: &Plan, progress: &dyn Progress, cancel: &Cancel) -> Result<Made> {
    let mut source = Prefetch::new(source, PREFETCH)?;
    let ((width, height), scale) = output_size(source.info().width_px, source.info().height_px);
    let fps = scene.track.video.mean_fps;
    let mut wanted = if plan.stills { Wanted::of(scene) } else { Wanted::default() };
    let mut made = Made::default();
    let leap = scene.track.scene.events.iter().find(|e| e.code == EventCode::Leap);
    let until_s = leap.map_or(f64::INFINITY, |e| e.from_s);
    let sound = plan.sound_from.clone().map(|path| SoundFrom { path, start_s: source.info().start_s, until_s });
    let writer = plan.video.as_deref().map(|path| VideoWriter::create(path, (width, height), fps, sound.as_ref())).transpose()?;
    let mut writer = writer.map(WriterApart::start).transpose()?;
    let mut clips = Clips::new(scene, plan.clips.as_deref());
    let mut end_s = 0.0;
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { index, time_s, image } = frame.map_err(unreadable)?;
        let mut small = shrink(image, width, height).map_err(native)?;
        made.stills
            .extend(wanted.at(index).iter().filter_map(|want| make(&small, scene, want, scale).transpose()).collect::<Result<Vec<_>>>()?);
        if writer.is_some() || clips.wants(time_s) {
            overlay::draw(&mut small, scene, index as usize, time_s, scale).map_err(native)?;
        }
        made.clips.extend(clips.push(&small, time_s, (width, height), fps)?);
        if let Some(writer) = &mut writer {
            writer.push(small, time_s)?;
        }
        end_s = time_s + 1.0 / fps.max(1.0);
        progress.frames(u64::from(index) + 1);
    }
    made.clips.extend(clips.close(end_s)?);
    made.stills.sort_by(|a, b| (a.rep, &a.code).cmp(&(b.rep, &b.code)));
    made.video = writer.map(|w| w.finish(end_s)).transpose()?;
    Ok(made)
}

fn unreadable(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Input, format!("the video could not be read again: {e}"), "check that the file is still there and unchanged")
        .because(e)
}

fn native(e: opencv::Error) -> Error {
    Error::internal(format!("drawing on a frame failed: {e}")).because(e)
}

fn shrink(image: Mat, width: u32, height: u32) -> opencv::Result<Mat> {
    let size = Size::new(width as i32, height as i32);
    if image.size()? == size {
        return Ok(image);
    }
    let mut small = Mat::default();
    imgproc::resize(&image, &mut small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
    Ok(small)
}

/// One video per rep, written one after the other while the frames pass.
struct Clips<'a> {
    folder: Option<&'a Path>,
    /// Rep index and its stretch of time, in order; overlapping air goes to the earlier rep.
    spans: Vec<(u32, [f64; 2])>,
    open: Option<(u32, f64, VideoWriter)>,
}

impl<'a> Clips<'a> {
    fn new(scene: &Scene, folder: Option<&'a Path>) -> Clips<'a> {
        let span = |[from, to]: [f64; 2]| [from - CLIP_AIR_S, to + CLIP_AIR_S];
        let mut spans: Vec<(u32, [f64; 2])> = scene.set.reps.iter().map(|r| (r.index, span(r.span_s()))).collect();
        for i in 1..spans.len() {
            let before = spans[i - 1].1[1];
            if spans[i].1[0] < before {
                let middle = 0.5 * (spans[i].1[0] + before);
                (spans[i - 1].1[1], spans[i].1[0]) = (middle, middle);
            }
        }
        Clips { folder, spans, open: None }
    }

    fn span(&self, time_s: f64) -> Option<(u32, [f64; 2])> {
        self.folder.and(self.spans.iter().find(|(_, [from, to])| time_s >= *from && time_s < *to).copied())
    }

    fn wants(&self, time_s: f64) -> bool {
        self.span(time_s).is_some()
    }

    fn push(&mut self, image: &Mat, time_s: f64, size: (u32, u32), fps: f64) -> Result<Option<PathBuf>> {
        let here = self.span(time_s);
        let mut done = None;
        if self.open.as_ref().is_some_and(|(rep, ..)| here.is_none_or(|(now, _)| now != *rep)) {
            done = self.close(time_s)?;
        }
        if let (None, Some((rep, _)), Some(folder)) = (&self.open, here, self.folder) {
            let writer = VideoWriter::create(&folder.join(format!("rep-{rep}.mp4")), size, fps, None)?;
            self.open = Some((rep, time_s, writer));
        }
        if let Some((_, start_s, writer)) = &mut self.open {
            writer.push(image, time_s - *start_s)?;
        }
        Ok(done)
    }

    fn close(&mut self, end_s: f64) -> Result<Option<PathBuf>> {
        let closed = self.open.take().map(|(_, start_s, writer)| writer.finish(end_s - start_s)).transpose()?;
        Ok(closed.map(|written| written.path))
    }
}
