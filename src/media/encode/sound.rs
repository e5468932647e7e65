//! The source's sound, copied packet by packet beside the pictures.

use crate::media::decode;
use ffmpeg_next::{self as ff, Rational, codec, encoder, format, media::Type};
use std::path::PathBuf;

/// Where the sound of a written video comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundFrom {
    pub path: PathBuf,
    /// The file's own time that is 0 in the written video, s.
    pub start_s: f64,
    /// Sound is left out from here on (time of the written video), s; the times leap there.
    pub until_s: f64,
}

pub struct Sound {
    input: format::context::Input,
    stream: usize,
    from_base: Rational,
    start_s: f64,
    until_s: f64,
    /// Read and not yet due.
    waiting: Option<ff::Packet>,
    last_dts: Option<i64>,
    ended: bool,
    /// The container's unit of time.
    pub base: Rational,
}

impl Sound {
    /// None where there is no sound that the container can hold.
    pub fn open(from: &SoundFrom, container: &str) -> Option<Sound> {
        if !from.path.is_file() {
            return None;
        }
        let mut input = decode::container(&from.path).ok()?;
        let best = input.streams().best(Type::Audio).filter(|s| playable(s.parameters().id(), container))?;
        let (stream, from_base) = (best.index(), best.time_base());
        decode::only(&mut input, stream);
        let (start_s, until_s) = (from.start_s, from.until_s);
        Some(Sound { input, stream, from_base, start_s, until_s, waiting: None, last_dts: None, ended: false, base: from_base })
    }

    /// As stream 1.
    pub fn add_to(&self, out: &mut format::context::Output) -> Result<(), ff::Error> {
        let from = self.input.stream(self.stream).ok_or(ff::Error::StreamNotFound)?;
        let mut stream = out.add_stream(encoder::find(codec::Id::None))?;
        let mut parameters = from.parameters();
        // SAFETY: a plain field; the mark of the other container's making must not stay.
        unsafe { (*parameters.as_mut_ptr()).codec_tag = 0 }
        stream.set_parameters(parameters);
        stream.set_time_base(self.from_base);
        Ok(())
    }

    /// Something was written.
    pub fn written(&self) -> bool {
        self.last_dts.is_some()
    }

    /// Writes what is heard up to a time of the written video.
    pub fn write_until(&mut self, time_s: f64, out: &mut format::context::Output) -> Result<(), ff::Error> {
        let base_s = f64::from(self.from_base);
        let shift = (self.start_s / base_s).round() as i64;
        while let Some(mut packet) = self.take() {
            let Some(pts) = packet.pts().or(packet.dts()) else { continue };
            let at_s = (pts - shift) as f64 * base_s;
            if at_s > time_s && at_s < self.until_s {
                self.waiting = Some(packet);
                break;
            }
            if at_s >= self.until_s {
                self.ended = true;
                break;
            }
            let dts = packet.dts().unwrap_or(pts);
            // Before the first picture, or out of order: a container takes neither.
            if at_s < 0.0 || self.last_dts.is_some_and(|last| dts <= last) {
                continue;
            }
            self.last_dts = Some(dts);
            packet.set_pts(Some(pts - shift));
            packet.set_dts(Some(dts - shift));
            packet.rescale_ts(self.from_base, self.base);
            packet.set_stream(1);
            packet.set_position(-1);
            packet.write_interleaved(out)?;
        }
        Ok(())
    }

    fn take(&mut self) -> Option<ff::Packet> {
        while self.waiting.is_none() && !self.ended {
            let mut packet = ff::Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.stream => self.waiting = Some(packet),
                Ok(()) => {}
                // The rest is silent: damaged sound is no reason to lose the picture.
                Err(_) => self.ended = true,
            }
        }
        self.waiting.take()
    }
}

/// Sound that a container can hold and browsers play.
fn playable(id: codec::Id, container: &str) -> bool {
    use codec::Id::*;
    match container {
        "mp4" => matches!(id, AAC | MP3 | AC3 | EAC3 | ALAC | OPUS | FLAC),
        _ => matches!(id, OPUS | VORBIS),
    }
}
