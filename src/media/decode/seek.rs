//! Going on at a later picture without decoding all that lies before it.

use super::{Decoder, stream};
use crate::media::MediaError;
use ffmpeg_next as ff;

/// Packets come in the order of decoding: shown pictures lie at most this far from their place in it, s.
const REORDERED_S: f64 = 2.0;

impl Decoder {
    /// Goes on so that the picture stamped `stamp_s` (± `near_s`), which `index` pictures are shown before, comes next or soon. False where the
    /// packets do not tell that it is this one: then the file is to be opened anew.
    pub fn skip_to(&mut self, index: u64, stamp_s: f64, near_s: f64) -> Result<bool, MediaError> {
        Ok(self.lies_at(index, stamp_s, near_s)? && self.seek(stamp_s))
    }

    /// By the packets alone: leaps of the time and pictures that are left out show in their count.
    fn lies_at(&self, index: u64, stamp_s: f64, near_s: f64) -> Result<bool, MediaError> {
        let (mut input, facts) = stream::open(&self.path)?;
        let (mut before, mut there) = (0, false);
        loop {
            let mut packet = ff::Packet::empty();
            if packet.read(&mut input).is_err() {
                break;
            }
            if packet.stream() != facts.stream {
                continue;
            }
            let Some(shown_s) = packet.pts().map(|t| t as f64 * facts.time_base_s) else { return Ok(false) };
            if shown_s > stamp_s + REORDERED_S {
                break;
            }
            before += u64::from(shown_s < stamp_s - near_s);
            there |= (shown_s - stamp_s).abs() <= near_s;
        }
        Ok(there && before == index)
    }

    /// To the last key picture before a stamp.
    pub(super) fn seek(&mut self, stamp_s: f64) -> bool {
        let at = (stamp_s * f64::from(ff::ffi::AV_TIME_BASE)) as i64;
        if self.input.seek(at, ..at).is_err() {
            return false;
        }
        self.decoder.flush();
        (self.sought_s, self.shown, self.tainted, self.flushing, self.ended) = (Some(stamp_s), 0, false, false, false);
        true
    }
}
