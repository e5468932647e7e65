//! Films through FFmpeg's libraries: one chosen stream, every picture with its own stamp and its faults.
//!
//! A file is handed over as bytes, never as a name: no address is ever opened, no play list followed.

mod effort;
mod orientation;
mod pictures;
mod scaler;
mod seek;
mod signs;
mod stream;

pub use effort::{Effort, MAX_PIXELS, Skip};
pub use orientation::Orientation;
pub use pictures::Pictures;
pub use scaler::Output;
use signs::Signs;
#[cfg(test)]
pub use stream::announced_s;
pub use stream::{Facts, container, only};

use super::MediaError;
use ffmpeg_next::{self as ff, codec, ffi, format, frame};
use std::path::{Path, PathBuf};

/// Damaged reads in a row after which the rest of the file is given up.
const MAX_BAD_READS: u32 = 1000;
/// Transfer curves of high dynamic range, as FFmpeg numbers them.
const PQ: i32 = 16;
const HLG: i32 = 18;

/// What a picture says of itself besides its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Stamp on the stream's clock, s.
    pub stamp_s: Option<f64>,
    /// How long it is shown, where that is told, s.
    pub lasts_s: Option<f64>,
    /// Bits were missing, here or in a picture that this one is built upon.
    pub damaged: bool,
    pub interlaced: bool,
    pub high_dynamic_range: bool,
}

/// Reads one stream from its first picture to its last.
pub struct Decoder {
    path: PathBuf,
    effort: Effort,
    threads: usize,
    input: format::context::Input,
    decoder: codec::decoder::Video,
    /// Of the decoder, and dropped after it.
    signs: Signs,
    facts: Facts,
    frame: frame::Video,
    /// A picture before was damaged and no key picture came since.
    tainted: bool,
    /// Pictures handed out since the file was opened, or since the last seek.
    shown: u64,
    /// Where it went on after a seek, s.
    sought_s: Option<f64>,
    flushing: bool,
    bad_reads: u32,
    broke_off: bool,
    ended: bool,
}

impl Decoder {
    /// The file must be a regular one: a pipe would hang.
    pub fn open(path: &Path, effort: Effort) -> Result<Self, MediaError> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let threads = if effort.threads == 0 { cores.min(4) } else { effort.threads as usize };
        Self::with_threads(path, effort, threads)
    }

    fn with_threads(path: &Path, effort: Effort, threads: usize) -> Result<Self, MediaError> {
        let (input, facts) = stream::open(path)?;
        let (decoder, signs) = stream::decoder(path, &input, &facts, effort, threads)?;
        Ok(Decoder {
            path: path.to_path_buf(),
            effort,
            threads,
            input,
            decoder,
            signs,
            facts,
            frame: frame::Video::empty(),
            tainted: false,
            shown: 0,
            sought_s: None,
            flushing: false,
            bad_reads: 0,
            broke_off: false,
            ended: false,
        })
    }

    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Reading failed before the end of the file.
    pub fn broke_off(&self) -> bool {
        self.broke_off
    }

    /// The next picture's label, none at the end; the picture itself stays in [`Decoder::picture`] until the next call.
    pub fn next(&mut self) -> Result<Option<Label>, MediaError> {
        while !self.ended {
            let received = self.decoder.receive_frame(&mut self.frame);
            if self.signs.seen() && self.alone()? {
                continue;
            }
            match received {
                Ok(()) => {
                    let struck = self.frame.has_decode_errors() || self.frame.is_corrupt();
                    if struck && self.alone()? {
                        continue;
                    }
                    self.shown += 1;
                    return Ok(Some(self.label(struck)));
                }
                Err(ff::Error::Eof) => self.ended = true,
                Err(ff::Error::Other { errno }) if errno == ff::util::error::EAGAIN && !self.flushing => self.feed()?,
                Err(_) if self.flushing => self.ended = true,
                Err(_) => {
                    if !self.alone()? {
                        self.tainted = true;
                        self.feed()?;
                    }
                }
            }
        }
        Ok(None)
    }

    /// The picture of the last label, and the stream it is of.
    pub fn picture(&mut self) -> Shown<'_> {
        Shown { frame: &mut self.frame, input: &mut self.input, stream: self.facts.stream, matrix: self.facts.matrix }
    }

    /// One packet of the chosen stream into the decoder.
    fn feed(&mut self) -> Result<(), MediaError> {
        loop {
            // One of its own each time: reading into a full packet loses what it held.
            let mut packet = ff::Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() != self.facts.stream => {}
                Ok(()) => {
                    self.bad_reads = 0;
                    let corrupt = packet.is_corrupt();
                    if (self.decoder.send_packet(&packet).is_err() || corrupt) && !self.alone()? {
                        self.tainted = true;
                    }
                    return Ok(());
                }
                Err(ff::Error::InvalidData) if self.bad_reads < MAX_BAD_READS => self.bad_reads += 1,
                Err(error) => {
                    self.broke_off = error != ff::Error::Eof;
                    self.flushing = true;
                    // Fails only where the end was told before.
                    let _ = self.decoder.send_eof();
                    return Ok(());
                }
            }
        }
    }

    /// What several threads make of damage differs from run to run: at its first sign, which comes no later than the first
    /// damaged picture, the file is read again by one thread, up to the picture shown last. True where that was done.
    fn alone(&mut self) -> Result<bool, MediaError> {
        if self.threads == 1 {
            return Ok(false);
        }
        let (shown, sought_s) = (self.shown, self.sought_s);
        *self = Self::with_threads(&self.path, self.effort, 1)?;
        if let Some(stamp_s) = sought_s {
            self.seek(stamp_s);
        }
        while self.shown < shown && self.next()?.is_some() {}
        Ok(true)
    }

    fn label(&mut self, struck: bool) -> Label {
        let damaged = struck || self.tainted && !self.frame.is_key();
        self.tainted = damaged;
        // SAFETY: the frame was just filled. Read as a number: a value the bindings do not know must not become an enum.
        let transfer = unsafe { (&raw const (*self.frame.as_ptr()).color_trc).cast::<i32>().read() };
        let lasts_s = self.frame.packet().duration as f64 * self.facts.time_base_s;
        Label {
            stamp_s: self.frame.timestamp().map(|t| t as f64 * self.facts.time_base_s),
            lasts_s: (lasts_s > 0.0).then_some(lasts_s),
            damaged,
            interlaced: self.frame.is_interlaced(),
            high_dynamic_range: transfer == PQ || transfer == HLG,
        }
    }
}

/// A decoded picture in its coded form.
pub struct Shown<'a> {
    frame: &'a mut frame::Video,
    input: &'a mut format::context::Input,
    stream: usize,
    matrix: Option<[i32; 9]>,
}

impl Shown<'_> {
    fn orientation(&self) -> Orientation {
        let own = self.frame.side_data(frame::side_data::Type::DisplayMatrix).and_then(|d| stream::nine(d.data()));
        own.or(self.matrix).map_or_else(Orientation::default, |m| Orientation::of_matrix(&m))
    }

    /// Width of a pixel over its height.
    fn pixel_aspect(&mut self) -> f64 {
        // SAFETY: the stream's number was taken from this very context, whose streams are never removed.
        let aspect = unsafe {
            let stream = *(*self.input.as_ptr()).streams.add(self.stream);
            ffi::av_guess_sample_aspect_ratio(self.input.as_mut_ptr(), stream, self.frame.as_mut_ptr())
        };
        let told = f64::from(aspect.num) / f64::from(aspect.den);
        // A lens that squeezes twofold is the most there is.
        if (0.2..5.0).contains(&told) { told } else { 1.0 }
    }
}

/// Version of FFmpeg's libraries.
pub fn libraries() -> String {
    // SAFETY: a static text of the library's.
    unsafe { std::ffi::CStr::from_ptr(ffi::av_version_info()) }.to_string_lossy().into_owned()
}
