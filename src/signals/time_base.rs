//! Third stage: the uniform grid on which everything is laid, and how the camera moved along it (SPEC 5.1.5).

use super::observed::Observed;
use crate::track::{FrameObs, Track};

/// Frames a second from which the grid is the finer one, and both rates, Hz.
const FINE_FROM_FPS: f64 = 50.0;
const FINE_HZ: f64 = 60.0;
const COARSE_HZ: f64 = 30.0;

/// A stretch without any frame that no set goes on across, s: the clock leapt, or two recordings stand in one file.
const LEAP_S: f64 = 10.0;

/// The grid.
pub struct TimeBase {
    /// Seconds since the first shown frame, uniform.
    pub time_s: Vec<f64>,
    pub rate_hz: f64,
    /// Image shift of the background per grid point, px; zeros where the camera stands.
    pub shift_px: Vec<[f64; 2]>,
}

impl TimeBase {
    pub fn of(observed: &Observed) -> TimeBase {
        let film = &observed.film;
        let rate_hz = if fine(film) { FINE_HZ } else { COARSE_HZ };
        let (first, last) = longest_part(&film.frames);
        let n = ((last - first) * rate_hz).round() as usize + 1;
        let time_s: Vec<f64> = (0..n).map(|i| first + i as f64 / rate_hz).collect();
        TimeBase { shift_px: shifts(film, &time_s, observed.camera.moving), rate_hz, time_s }
    }
}

/// Whether the film's rate is one of the finer ones.
pub fn fine(film: &Track) -> bool {
    film.video.mean_fps >= FINE_FROM_FPS
}

/// First and last time of what is looked at: of the parts between leaps the one with most poses, the first of equals.
/// The grid has a point for every 1/30 s of it, so its size is bounded by the number of frames.
fn longest_part(frames: &[FrameObs]) -> (f64, f64) {
    let parts = frames.chunk_by(|a, b| b.time_s - a.time_s <= LEAP_S);
    let poses = |part: &[FrameObs]| part.iter().filter(|f| f.pose.is_some()).count();
    let best = parts.rev().max_by_key(|part| poses(part)).unwrap_or_default();
    (best.first().map_or(0.0, |f| f.time_s), best.last().map_or(0.0, |f| f.time_s))
}

fn shifts(film: &Track, grid: &[f64], moving: bool) -> Vec<[f64; 2]> {
    let mut out = vec![[0.0; 2]; grid.len()];
    if !moving || film.frames.is_empty() {
        return out;
    }
    let mut at = 0;
    for (o, &t) in out.iter_mut().zip(grid) {
        while at + 1 < film.frames.len() && film.frames[at + 1].time_s <= t {
            at += 1;
        }
        *o = film.frames[at].camera_shift_px.unwrap_or([0.0; 2]);
    }
    out
}
