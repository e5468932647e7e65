//! Writing videos that a browser plays, with the true times of their frames and the source's sound.
//!
//! H.264 in mp4 where an encoder for it is installed, else VP9 or VP8 in webm, else MPEG-4, which
//! no browser plays. A file gets its name when it is whole.

mod apart;
mod film;
mod sound;

pub use apart::WriterApart;
pub use sound::SoundFrom;

use crate::error::{Error, ErrorKind, Result};
use ffmpeg_next::{Rational, encoder, format};
use film::Film;
use opencv::core::Mat;
use opencv::prelude::*;
use sound::Sound;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A written video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// May end in `.webm` where `.mp4` was asked for.
    pub path: PathBuf,
    /// "H.264", "VP9", "VP8" or "MPEG-4"; the last does not play in browsers.
    pub codec: &'static str,
    /// The source's sound was copied.
    pub sound: bool,
}

/// An encoder to try: FFmpeg's name, ours, the container, ticks per second.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    encoder: &'static str,
    codec: &'static str,
    container: &'static str,
    ticks: i32,
}

/// In the order of liking. 90 000 is a whole number of ticks for all usual rates; MPEG-4 counts in 16 bits.
const KINDS: [Kind; 5] = [
    Kind { encoder: "libx264", codec: "H.264", container: "mp4", ticks: 90_000 },
    Kind { encoder: "libopenh264", codec: "H.264", container: "mp4", ticks: 90_000 },
    Kind { encoder: "libvpx-vp9", codec: "VP9", container: "webm", ticks: 1000 },
    Kind { encoder: "libvpx", codec: "VP8", container: "webm", ticks: 1000 },
    MPEG4,
];
pub(super) const MPEG4: Kind = Kind { encoder: "mpeg4", codec: "MPEG-4", container: "mp4", ticks: 60_000 };

/// Writes under a temporary name; only [`VideoWriter::finish`] gives the file its own.
pub struct VideoWriter {
    film: Film,
    sound: Option<Sound>,
    out: format::context::Output,
    /// Gone once the file has its name.
    temporary: tempfile::TempPath,
    file: File,
    path: PathBuf,
    codec: &'static str,
    size: (u32, u32),
    /// Waits for the next one, which tells how long it is shown.
    pending: Option<(Mat, f64)>,
}

/// Encoders want even sides.
pub fn even(side: u32) -> u32 {
    (side & !1).max(2)
}

/// The codec that [`VideoWriter::create`] will use; none where nothing can be written.
pub fn best_codec() -> Option<&'static str> {
    KINDS.iter().find(|k| encoder::find_by_name(k.encoder).is_some()).map(|k| k.codec)
}

impl VideoWriter {
    /// `size` is even (see [`even`]); `fps` is the mean rate, which times do not depend on.
    pub fn create(path: &Path, size: (u32, u32), fps: f64, sound: Option<&SoundFrom>) -> Result<VideoWriter> {
        super::quiet();
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
        let mut last = None;
        for kind in KINDS.iter().filter(|k| encoder::find_by_name(k.encoder).is_some()) {
            // A sound that the container will not take is left out rather than the picture.
            for sound in [sound, None] {
                match Self::with(*kind, path, size, fps, sound) {
                    Ok(writer) => return Ok(writer),
                    Err(e) => last = Some(e),
                }
            }
        }
        Err(last.unwrap_or_else(|| {
            Error::new(
                ErrorKind::Temporary,
                format!("no encoder for {} was found", path.display()),
                "install FFmpeg with libx264, or use --no-video; `formcheck doctor` shows what there is",
            )
        }))
    }

    pub(super) fn with(kind: Kind, path: &Path, size: (u32, u32), fps: f64, sound: Option<&SoundFrom>) -> Result<VideoWriter> {
        let path = path.with_extension(kind.container);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (file, temporary) = temporary_in(folder, kind.container)?;
        let failed = |e| fault(&path, &e);
        let handed = file.try_clone().map_err(|e| Error::io("write into", folder, e))?;
        let io = format::context::StreamIo::from_write_seek_with_capacity(handed, WRITTEN_AT_ONCE).map_err(failed)?;
        let mut out = format::output_to_stream(io, None, Some(kind.container)).map_err(failed)?;
        let header_apart = out.format().flags().contains(format::Flags::GLOBAL_HEADER);
        let fps = if fps.is_finite() && fps > 0.0 { fps.clamp(1.0, 480.0) } else { 30.0 };
        let mut film = Film::open(kind.encoder, kind.ticks, size, fps, header_apart).map_err(failed)?;
        film.add_to(&mut out).map_err(failed)?;
        let mut sound = sound.and_then(|from| Sound::open(from, kind.container));
        if let Some(sound) = &mut sound {
            sound.add_to(&mut out).map_err(failed)?;
        }
        out.write_header().map_err(failed)?;
        let bases: Vec<Rational> = out.streams().map(|s| s.time_base()).collect();
        film.base = bases[0];
        if let Some(sound) = &mut sound {
            sound.base = bases[1];
        }
        Ok(VideoWriter { film, sound, out, temporary, file, path, codec: kind.codec, size, pending: None })
    }

    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Adds an 8-bit BGR picture of the writer's size, shown from `time_s` on; times rise, from 0 up.
    pub fn push(&mut self, image: &Mat, time_s: f64) -> Result<()> {
        self.take(image.clone(), time_s)
    }

    /// [`VideoWriter::push`] without a copy.
    pub fn take(&mut self, image: Mat, time_s: f64) -> Result<()> {
        let fits = image.typ() == opencv::core::CV_8UC3 && (image.cols(), image.rows()) == (self.size.0 as i32, self.size.1 as i32);
        if !fits {
            return Err(Error::internal("a picture of another size was given to the encoder"));
        }
        self.encode_pending(time_s)?;
        self.pending = Some((image, time_s));
        Ok(())
    }

    fn encode_pending(&mut self, until_s: f64) -> Result<()> {
        let Some((image, time_s)) = self.pending.take() else { return Ok(()) };
        let failed = |e| fault(&self.path, &e);
        self.film.push(&image, time_s, until_s).map_err(failed)?;
        self.film.drain(&mut self.out).map_err(failed)?;
        match &mut self.sound {
            Some(sound) => sound.write_until(time_s, &mut self.out).map_err(failed),
            None => Ok(()),
        }
    }

    /// Closes the file and gives it its name. `end_s`: until when the last picture is shown.
    pub fn finish(mut self, end_s: f64) -> Result<Written> {
        if self.pending.is_none() {
            return Err(Error::input("no picture was decoded, so no video can be written", "check that the video plays"));
        }
        self.encode_pending(end_s)?;
        let VideoWriter { mut film, sound, mut out, temporary, file, path, codec, .. } = self;
        let failed = |e| fault(&path, &e);
        film.finish().map_err(failed)?;
        film.drain(&mut out).map_err(failed)?;
        let mut heard = false;
        if let Some(mut sound) = sound {
            sound.write_until(end_s, &mut out).map_err(failed)?;
            heard = sound.written();
        }
        out.write_trailer().map_err(failed)?;
        // What the container still holds goes into the file before it is synchronised.
        drop(out);
        file.sync_all().map_err(|e| Error::io("write", &path, e))?;
        temporary.persist(&path).map_err(|e| Error::io("write", &path, e.error))?;
        Ok(Written { path, codec, sound: heard })
    }
}

const WRITTEN_AT_ONCE: usize = 1 << 18;

fn fault(path: &Path, e: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Temporary, format!("cannot write {}: {e}", path.display()), "check the free space, or use --no-video")
}

fn temporary_in(folder: &Path, extension: &str) -> Result<(File, tempfile::TempPath)> {
    let file = tempfile::Builder::new()
        .prefix(".formcheck-")
        .suffix(&format!(".{extension}"))
        .tempfile_in(folder)
        .map_err(|e| Error::io("write into", folder, e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are their maker's alone; a video is for everybody to read.
        let usual = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(usual).map_err(|e| Error::io("write into", folder, e))?;
    }
    Ok(file.into_parts())
}

#[cfg(test)]
mod tests;
