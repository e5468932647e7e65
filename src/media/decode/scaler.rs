//! One conversion from the coded picture: size, colour and range in a single pass of swscale.

use super::Shown;
use ffmpeg_next::{ffi, format, frame, software::scaling::Flags};
use opencv::core::{CV_8UC1, CV_8UC3, Mat};
use std::ptr;

/// Form of the pictures handed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// 8-bit BGR, full range.
    #[default]
    Bgr,
    /// 8-bit brightness, full range; the coded plane itself where there is one.
    Luma,
    /// One channel: the brightness plane and below it both colour planes of half the sides, in the film's own range
    /// and matrix. Sides are even.
    I420,
}

/// Everything that a scaler was made for.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    source: ffi::AVPixelFormat,
    width: i32,
    rows: i32,
    matrix: i32,
    full_range: bool,
    output: Output,
    to: (i32, i32),
}

/// Keeps its tables and its buffer as long as neither picture changes its form.
pub(super) struct Scaler {
    made: Option<(Key, *mut ffi::SwsContext)>,
    buffer: frame::Video,
}

// SAFETY: the context is this scaler's alone, and libswscale binds none to a thread.
unsafe impl Send for Scaler {}

impl Default for Scaler {
    fn default() -> Self {
        Scaler { made: None, buffer: frame::Video::empty() }
    }
}

impl Drop for Scaler {
    fn drop(&mut self) {
        if let Some((_, context)) = self.made.take() {
            // SAFETY: made by `sws_getContext` and freed only here and where it is replaced.
            unsafe { ffi::sws_freeContext(context) }
        }
    }
}

impl Scaler {
    /// The planes of `shown` at the size asked for, as it is coded: not yet turned. They live until the next call.
    pub(super) fn run(
        &mut self,
        shown: &Shown,
        output: Output,
        to: (u32, u32),
        first_field: bool,
    ) -> Result<&mut frame::Video, &'static str> {
        // SAFETY: the frame holds a decoded picture whose planes, strides and format FFmpeg keeps in accord; the buffer
        // was allocated for the target's format and size; colour values are read as numbers, since not every value of a
        // damaged file is in the bindings' enums.
        unsafe {
            let f = &*shown.frame.as_ptr();
            let luma = (output == Output::Luma).then(|| luma_format(f.format)).flatten();
            let rows = if first_field { f.height / 2 } else { f.height };
            let key = Key {
                source: luma.unwrap_or_else(|| shown.frame.format().into()),
                width: f.width,
                rows,
                matrix: (&raw const f.colorspace).cast::<i32>().read(),
                full_range: (&raw const f.color_range).cast::<i32>().read() == FULL_RANGE || full_by_name(f.format),
                output,
                to: (to.0 as i32, to.1 as i32),
            };
            let context = self.context(key)?;
            let mut data: [*const u8; 8] = f.data.map(|p| p.cast_const());
            let mut stride = f.linesize;
            if first_field {
                for (plane, step) in data.iter_mut().zip(&mut stride) {
                    if !shown.frame.is_top_first() && !plane.is_null() {
                        *plane = plane.offset(*step as isize);
                    }
                    *step *= 2;
                }
            }
            let t = &mut *self.buffer.as_mut_ptr();
            let done = ffi::sws_scale(context, data.as_ptr(), stride.as_ptr(), 0, rows, t.data.as_ptr().cast(), t.linesize.as_ptr());
            if done < 0 { Err("scaling failed") } else { Ok(&mut self.buffer) }
        }
    }

    /// # Safety
    /// The key's source is a format of FFmpeg's, its sizes are positive.
    unsafe fn context(&mut self, key: Key) -> Result<*mut ffi::SwsContext, &'static str> {
        if let Some((of, context)) = &self.made
            && *of == key
        {
            return Ok(*context);
        }
        let target = match key.output {
            Output::Luma => ffi::AVPixelFormat::AV_PIX_FMT_GRAY8,
            Output::I420 => ffi::AVPixelFormat::AV_PIX_FMT_YUV420P,
            Output::Bgr => ffi::AVPixelFormat::AV_PIX_FMT_BGR24,
        };
        let (width, height) = key.to;
        // SAFETY: no filters and no parameters are given; a null context is looked for before use.
        let context = unsafe {
            let context = ffi::sws_getContext(
                key.width,
                key.rows,
                key.source,
                width,
                height,
                target,
                Flags::BICUBIC.bits() as _,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null(),
            );
            if context.is_null() {
                return Err("no scaler for this form of picture");
            }
            let colours = ffi::sws_getCoefficients(key.matrix);
            let from = i32::from(key.full_range);
            let to = if key.output == Output::I420 { from } else { 1 };
            // Refused only where the conversion knows no ranges, which then needs none.
            let _ = ffi::sws_setColorspaceDetails(context, colours, from, colours, to, 0, 1 << 16, 1 << 16);
            context
        };
        if let Some((_, old)) = self.made.replace((key, context)) {
            // SAFETY: replaced, so nobody else can free or use it.
            unsafe { ffi::sws_freeContext(old) }
        }
        self.buffer = frame::Video::new(format::Pixel::from(target), key.to.0 as u32, key.to.1 as u32);
        Ok(context)
    }
}

/// `AVCOL_RANGE_JPEG`.
const FULL_RANGE: i32 = 2;

/// The old names of full-range formats ("yuvj420p" and its kin), which say it by themselves.
fn full_by_name(pixel: i32) -> bool {
    use ffi::AVPixelFormat::*;
    [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P]
        .into_iter()
        .any(|f| f as i32 == pixel)
}

/// The grey format that the first plane of a picture is by itself.
///
/// # Safety
/// `pixel` is a format of FFmpeg's, as a decoder gave it.
unsafe fn luma_format(pixel: i32) -> Option<ffi::AVPixelFormat> {
    use ffi::AVPixelFormat::*;
    // SAFETY: the number is a format by this function's own condition; the description is static.
    let d = unsafe { ffi::av_pix_fmt_desc_get(std::mem::transmute::<i32, ffi::AVPixelFormat>(pixel)).as_ref()? };
    let c = d.comp[0];
    let special = (ffi::AV_PIX_FMT_FLAG_RGB
        | ffi::AV_PIX_FMT_FLAG_PAL
        | ffi::AV_PIX_FMT_FLAG_BITSTREAM
        | ffi::AV_PIX_FMT_FLAG_HWACCEL
        | ffi::AV_PIX_FMT_FLAG_BE) as u64;
    if d.flags & special != 0 || c.plane != 0 || c.offset != 0 {
        return None;
    }
    match (c.depth, c.shift, c.step) {
        (8, 0, 1) => Some(AV_PIX_FMT_GRAY8),
        (10, 0, 2) => Some(AV_PIX_FMT_GRAY10LE),
        (12, 0, 2) => Some(AV_PIX_FMT_GRAY12LE),
        (16, 0, 2) | (_, 1.., 2) => Some(AV_PIX_FMT_GRAY16LE),
        _ => None,
    }
}

/// A plane as a picture of OpenCV's that borrows its bytes.
///
/// # Safety
/// The result must not outlive `frame` or any change of it.
pub(super) unsafe fn borrowed(frame: &mut frame::Video, plane: usize, (width, height): (u32, u32), channels: u32) -> opencv::Result<Mat> {
    let kind = if channels == 3 { CV_8UC3 } else { CV_8UC1 };
    let stride = frame.stride(plane);
    // SAFETY: the plane has `height` rows of `stride` bytes, of which `width * channels` are pixels.
    unsafe {
        let data = (*frame.as_mut_ptr()).data[plane];
        Mat::new_rows_cols_with_data_unsafe(height as i32, width as i32, kind, data.cast(), stride)
    }
}
