//! The picture's side of a written video.

use ffmpeg_next::{self as ff, Rational, codec, encoder, ffi, format, frame, software::scaling};
use opencv::core::Mat;
use opencv::prelude::*;
use std::collections::BTreeMap;

/// An open encoder with its conversion from BGR.
pub struct Film {
    encoder: encoder::video::Encoder,
    codec: ff::Codec,
    to_yuv: scaling::Context,
    /// Takes the rows of each picture: libswscale reads beyond the end of unaligned ones.
    bgr: frame::Video,
    ticks: i32,
    last_pts: i64,
    /// How long each picture in the encoder is shown, ticks, by its time.
    durations: BTreeMap<i64, i64>,
    /// The container's unit of time.
    pub base: Rational,
}

// SAFETY: the scaling context is this film's alone, and libswscale binds none to a thread.
unsafe impl Send for Film {}

impl Film {
    pub fn open(name: &str, ticks: i32, (width, height): (u32, u32), fps: f64, header_apart: bool) -> Result<Film, ff::Error> {
        let codec = encoder::find_by_name(name).ok_or(ff::Error::EncoderNotFound)?;
        let mut context = codec::context::Context::new_with_codec(codec);
        // As many threads as the encoder likes; without it there is one.
        context.set_threading(codec::threading::Config { kind: codec::threading::Type::Frame, count: 0, ..Default::default() });
        let mut video = context.encoder().video()?;
        video.set_width(width);
        video.set_height(height);
        video.set_format(format::Pixel::YUV420P);
        video.set_time_base(Rational(1, ticks));
        video.set_frame_rate(Some(Rational((fps * 1000.0).round() as i32, 1000)));
        video.set_colorspace(ff::color::Space::BT709);
        video.set_color_range(ff::color::Range::MPEG);
        video.set_color_primaries(ff::color::Primaries::BT709);
        video.set_color_transfer_characteristic(ff::color::TransferCharacteristic::BT709);
        let mut flags = if header_apart { codec::Flags::GLOBAL_HEADER } else { codec::Flags::empty() };
        // x264's own default, which setting flags takes away: without it a browser cannot decode after a seek.
        flags.set(codec::Flags::CLOSED_GOP, name == "libx264");
        video.set_flags(flags);
        let mut settings = ff::Dictionary::new();
        match name {
            "libx264" => [("preset", "veryfast"), ("crf", "23")].iter().for_each(|(k, v)| settings.set(k, v)),
            "libvpx" | "libvpx-vp9" => {
                [("deadline", "realtime"), ("cpu-used", "6"), ("crf", "32"), ("b", "4000000")].iter().for_each(|(k, v)| settings.set(k, v))
            }
            // A quarter of a bit per pixel and picture.
            _ => video.set_bit_rate((0.25 * f64::from(width) * f64::from(height) * fps) as usize),
        }
        let encoder = video.open_as_with(codec, settings)?;
        let (from, to) = (format::Pixel::BGR24, format::Pixel::YUV420P);
        let mut to_yuv = scaling::Context::get(from, width, height, to, width, height, scaling::Flags::BICUBIC)?;
        // SAFETY: the context was just made; the table is static.
        unsafe {
            let bt709 = ffi::sws_getCoefficients(ffi::SWS_CS_ITU709);
            ffi::sws_setColorspaceDetails(to_yuv.as_mut_ptr(), bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
        }
        let bgr = frame::Video::new(from, width, height);
        Ok(Film { encoder, codec, to_yuv, bgr, ticks, last_pts: -1, durations: BTreeMap::new(), base: Rational(1, ticks) })
    }

    /// As stream 0.
    pub fn add_to(&self, out: &mut format::context::Output) -> Result<(), ff::Error> {
        let mut stream = out.add_stream(self.codec)?;
        stream.set_parameters(&self.encoder);
        stream.set_time_base(Rational(1, self.ticks));
        Ok(())
    }

    pub fn push(&mut self, image: &Mat, time_s: f64, until_s: f64) -> Result<(), ff::Error> {
        let ticks = |s: f64| (s * f64::from(self.ticks)).round() as i64;
        let pts = ticks(time_s).max(self.last_pts + 1);
        let stride = self.bgr.stride(0);
        let row_bytes = image.cols() as usize * 3;
        let pixels = image.data_bytes().map_err(|_| ff::Error::InvalidData)?;
        for (to, from) in self.bgr.data_mut(0).chunks_mut(stride).zip(pixels.chunks(row_bytes)) {
            to[..row_bytes].copy_from_slice(from);
        }
        // Fresh each time: the encoder still holds the last ones.
        let mut yuv = frame::Video::empty();
        self.to_yuv.run(&self.bgr, &mut yuv)?;
        yuv.set_pts(Some(pts));
        self.durations.insert(pts, (ticks(until_s) - pts).max(1));
        self.last_pts = pts;
        self.encoder.send_frame(&yuv)
    }

    pub fn finish(&mut self) -> Result<(), ff::Error> {
        self.encoder.send_eof()
    }

    /// Hands on what the encoder has finished.
    pub fn drain(&mut self, out: &mut format::context::Output) -> Result<(), ff::Error> {
        let mut packet = ff::Packet::empty();
        // Ends where the encoder wants more pictures, or has none left.
        while self.encoder.receive_packet(&mut packet).is_ok() {
            if let Some(duration) = packet.pts().and_then(|pts| self.durations.remove(&pts)) {
                packet.set_duration(duration);
            }
            packet.set_stream(0);
            packet.rescale_ts(Rational(1, self.ticks), self.base);
            packet.write_interleaved(out)?;
        }
        Ok(())
    }
}
