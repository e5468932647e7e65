//! Frames drawn by a function, for tests and benches.

use super::{Frame, FrameSource, MediaError, SourceInfo};
use opencv::core::{CV_8UC3, Mat, Scalar};

type Painter = dyn FnMut(u32, f64, &mut Mat) -> opencv::Result<()> + Send;

/// A source whose pictures come from `paint(index, time_s, image)` on a black canvas.
pub struct SyntheticSource {
    info: SourceInfo,
    times_s: Vec<f64>,
    at: usize,
    paint: Box<Painter>,
}

impl SyntheticSource {
    /// Frames at the given times (rising, first 0), so variable frame rates can be played.
    pub fn new(
        width_px: u32,
        height_px: u32,
        times_s: Vec<f64>,
        paint: impl FnMut(u32, f64, &mut Mat) -> opencv::Result<()> + Send + 'static,
    ) -> Self {
        let span = times_s.last().copied().unwrap_or(0.0);
        let mean_fps = if span > 0.0 { (times_s.len() - 1) as f64 / span } else { 30.0 };
        let info = SourceInfo {
            width_px,
            height_px,
            announced_frames: u32::try_from(times_s.len()).ok(),
            mean_fps,
            has_audio: Some(false),
            ..SourceInfo::default()
        };
        SyntheticSource { info, times_s, at: 0, paint: Box::new(paint) }
    }

    /// `frames` frames at a steady rate.
    pub fn steady(
        width_px: u32,
        height_px: u32,
        frames: u32,
        fps: f64,
        paint: impl FnMut(u32, f64, &mut Mat) -> opencv::Result<()> + Send + 'static,
    ) -> Self {
        Self::new(width_px, height_px, (0..frames).map(|i| f64::from(i) / fps).collect(), paint)
    }
}

impl FrameSource for SyntheticSource {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        let Some(&time_s) = self.times_s.get(self.at) else { return Ok(None) };
        let index = self.at as u32;
        self.at += 1;
        let painted = Mat::new_rows_cols_with_default(self.info.height_px as i32, self.info.width_px as i32, CV_8UC3, Scalar::default())
            .and_then(|mut image| (self.paint)(index, time_s, &mut image).map(|()| image));
        match painted {
            Ok(image) => Ok(Some(Frame { index, time_s, image })),
            Err(source) => Err(MediaError::Decoding { path: "synthetic".into(), after_frame: index, source }),
        }
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}
