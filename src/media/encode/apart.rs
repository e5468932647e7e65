//! Encoding on a thread of its own, while the caller draws the next pictures.

use super::{VideoWriter, Written};
use crate::error::{Error, Result};
use crossbeam_channel::{Sender, bounded};
use opencv::core::Mat;
use std::thread::JoinHandle;

/// Pictures that wait for the encoder.
const AHEAD: usize = 3;

/// A [`VideoWriter`] that is handed pictures and does not make the caller wait for them.
pub struct WriterApart {
    pictures: Option<Sender<(Mat, f64)>>,
    thread: Option<JoinHandle<Result<VideoWriter>>>,
}

impl WriterApart {
    pub fn start(mut writer: VideoWriter) -> Result<WriterApart> {
        let (pictures, queue) = bounded::<(Mat, f64)>(AHEAD);
        let encode = move || {
            for (image, time_s) in queue {
                writer.take(image, time_s)?;
            }
            Ok(writer)
        };
        let thread = std::thread::Builder::new().name("encode".into()).spawn(encode).map_err(|e| no_thread().because(e))?;
        Ok(WriterApart { pictures: Some(pictures), thread: Some(thread) })
    }

    /// Adds a picture, as [`VideoWriter::push`] does. What went wrong with an earlier one is told here or at the end.
    pub fn push(&mut self, image: Mat, time_s: f64) -> Result<()> {
        match self.pictures.as_ref().is_some_and(|pictures| pictures.send((image, time_s)).is_ok()) {
            true => Ok(()),
            false => self.join().map(drop),
        }
    }

    /// Waits for the pictures handed in and closes the file.
    pub fn finish(mut self, end_s: f64) -> Result<Written> {
        self.join()?.finish(end_s)
    }

    fn join(&mut self) -> Result<VideoWriter> {
        self.pictures = None;
        let thread = self.thread.take().ok_or_else(no_thread)?;
        thread.join().map_err(|_| no_thread())?
    }
}

impl Drop for WriterApart {
    fn drop(&mut self) {
        // The unfinished file goes with its writer: nothing is left to tell.
        let _ = self.join();
    }
}

fn no_thread() -> Error {
    Error::internal("the thread that encodes a video could not go on")
}
