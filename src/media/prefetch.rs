//! Decoding ahead on a thread of its own, a bounded number of frames.

use super::{Frame, FrameSource, MediaError, SourceInfo};
use crossbeam_channel::{Receiver, bounded};
use std::thread::JoinHandle;

/// Iterates over a source's frames while a thread decodes the next ones. Dropping it stops the thread.
pub struct Prefetch {
    frames: Option<Receiver<Result<Frame, MediaError>>>,
    thread: Option<JoinHandle<SourceInfo>>,
    info: SourceInfo,
}

impl Prefetch {
    /// At most `depth` decoded frames wait.
    pub fn new(mut source: Box<dyn FrameSource>, depth: usize) -> Result<Self, MediaError> {
        let info = source.info().clone();
        let (sender, frames) = bounded(depth.max(1));
        let decode = move || {
            while let Some(item) = source.next().transpose() {
                let failed = item.is_err();
                // The receiver is gone when the reader stopped early: nothing more to do.
                if sender.send(item).is_err() || failed {
                    break;
                }
            }
            source.info().clone()
        };
        let thread = std::thread::Builder::new().name("decode".into()).spawn(decode).map_err(|_| MediaError::DecoderDied)?;
        Ok(Prefetch { frames: Some(frames), thread: Some(thread), info })
    }

    /// As the source had it on opening; final once the last frame was taken.
    pub fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn join(&mut self) -> Result<(), MediaError> {
        // Closing the channel first lets a blocked decoder end.
        self.frames = None;
        if let Some(thread) = self.thread.take() {
            self.info = thread.join().map_err(|_| MediaError::DecoderDied)?;
        }
        Ok(())
    }
}

impl Iterator for Prefetch {
    type Item = Result<Frame, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.frames.as_ref()?.recv() {
            Ok(item) => Some(item),
            Err(_) => self.join().err().map(Err),
        }
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        // A panic of the decoder was either reported by `next` or nobody asked any more.
        let _ = self.join();
    }
}
