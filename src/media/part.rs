//! A stretch of a source as a source of its own.

use super::{Frame, FrameSource, MediaError, SourceInfo};

/// The frames of a source from one to another: counted, and timed, from the first of them.
pub struct Part {
    source: Box<dyn FrameSource>,
    info: SourceInfo,
    /// Frames of the source before it, and how many are in it.
    first: u32,
    frames: u32,
    /// The source's time of its first frame, s; known once that was seen.
    from_s: Option<f64>,
}

impl Part {
    /// `frames` frames from index `first` on; `from_s` is the first one's time in the source, s.
    pub fn new(mut source: Box<dyn FrameSource>, first: u32, frames: u32, from_s: f64) -> Result<Part, MediaError> {
        source.skip_to(first, from_s)?;
        let own = source.info();
        let info = SourceInfo { start_s: own.start_s + from_s, announced_frames: Some(frames), ..own.clone() };
        Ok(Part { source, info, first, frames, from_s: None })
    }
}

impl FrameSource for Part {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        while let Some(frame) = self.source.next()? {
            if frame.index < self.first {
                continue;
            }
            let index = frame.index - self.first;
            if index >= self.frames {
                return Ok(None);
            }
            let from_s = *self.from_s.get_or_insert(frame.time_s);
            return Ok(Some(Frame { index, time_s: frame.time_s - from_s, image: frame.image }));
        }
        Ok(None)
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}
