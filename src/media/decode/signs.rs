//! The first sign of damage, as the codec tells it: at the same picture on every run, however many threads decode.
//!
//! With several threads a picture's own error flags are copied when it leaves the decoder, whether or not another thread is
//! still at work on it: of the same damaged file some runs see the flag and some never do. What the codec says about a
//! picture is said before that picture comes out, on any thread; so it is listened to instead.

use ffmpeg_next::{codec, ffi};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by any thread of one decoder.
pub struct Signs(Box<AtomicBool>);

impl Signs {
    /// Listens to a decoder that is about to be opened, and must be dropped before the signs are.
    pub fn of(context: &mut codec::context::Context) -> Self {
        static ONCE: Once = Once::new();
        // SAFETY: `heed` may be called from any thread at any time.
        ONCE.call_once(|| unsafe {
            // The fourth argument is a list of values: a pointer on every platform, and never looked at.
            type Heed = unsafe extern "C" fn(*mut c_void, c_int, *const c_char, *mut c_void);
            #[expect(clippy::missing_transmute_annotations, reason = "the list's type has another name on every platform")]
            let listener = std::mem::transmute::<Heed, _>(heed as Heed);
            ffi::av_log_set_callback(Some(listener));
        });
        let seen = Box::new(AtomicBool::new(false));
        // SAFETY: a plain field for the user's own purposes, copied to the decoder's threads when it is opened.
        unsafe { (*context.as_mut_ptr()).opaque = std::ptr::from_ref(&*seen).cast_mut().cast() }
        Signs(seen)
    }

    /// Something was wrong with a picture that has come out, or with one that will come soon.
    pub fn seen(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Takes the place of FFmpeg's own log, which would be silent.
unsafe extern "C" fn heed(speaker: *mut c_void, level: c_int, format: *const c_char, _values: *mut c_void) {
    // SAFETY: whoever speaks begins with a pointer to its class, and one of the codecs' class is a codec context, whose
    // `opaque` nobody but `Signs::of` sets. A format is a C string.
    unsafe {
        if speaker.is_null() || format.is_null() || *speaker.cast::<*const ffi::AVClass>() != ffi::avcodec_get_class() {
            return;
        }
        let seen = (*speaker.cast::<ffi::AVCodecContext>()).opaque.cast::<AtomicBool>();
        // Pictures of which parts never came are mended without an error.
        if !seen.is_null() && (level <= ffi::AV_LOG_ERROR as c_int || CStr::from_ptr(format).to_bytes().starts_with(b"concealing")) {
            (*seen).store(true, Ordering::Release);
        }
    }
}
