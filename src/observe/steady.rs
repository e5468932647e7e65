//! How the camera moves: the background's shift against a key frame, from sparse optical flow (SPEC 4.4).
//!
//! Tracking against a key frame instead of the frame before keeps a camera on a support at exactly no drift. A new key
//! frame is taken when the picture has moved on too far or too few points are left.

use super::picture::part;
use crate::track::RectPx;
use opencv::core::{Mat, Point2f, Rect, Scalar, Size, TermCriteria, Vector};
use opencv::prelude::*;
use opencv::{imgproc, video};

/// Width of the working picture, px.
const WORKING_WIDTH: f64 = 320.0;
const POINTS: i32 = 120;
const LEAST_POINTS: usize = 12;
/// Points within this of the median movement are background, working px.
const AGREE_PX: f64 = 1.5;
/// Share of points that must agree for the movement to be believed.
const LEAST_AGREEING: f64 = 0.4;
/// Movement against the key frame from which a new one is taken, working px.
const NEW_KEY_PX: f64 = 10.0;
/// People's regions reach as far as arms and plates do; masked by this share of their side.
const MASK_SHARE: f64 = 0.62;
/// Longest time over which a movement is told apart from the shake of single frames, s.
const SPEED_OVER_S: f64 = 0.5;

/// Shift of the background at one frame, frame px, against the clip's first frame.
#[derive(Debug, Clone, Copy)]
struct Shift {
    time_s: f64,
    by_px: [f64; 2],
    /// Median distance of the background points from the common shift; `None` where nothing could be tracked.
    residual_px: Option<f64>,
}

/// A frame at working size.
pub struct Small {
    gray: Mat,
    /// Frame px per working px.
    scale: f64,
    picture: RectPx,
}

impl Small {
    /// Of an upright BGR frame without its black bars.
    pub fn of(frame: &Mat, picture: RectPx) -> opencv::Result<Small> {
        let region = part(frame, picture);
        let scale = (f64::from(region.width.max(region.height)) / WORKING_WIDTH).max(1.0);
        let size = Size::new((f64::from(region.width) / scale) as i32, (f64::from(region.height) / scale) as i32);
        let (mut whole, mut gray) = (Mat::default(), Mat::default());
        imgproc::cvt_color_def(&Mat::roi(frame, region)?, &mut whole, imgproc::COLOR_BGR2GRAY)?;
        imgproc::resize(&whole, &mut gray, size, 0.0, 0.0, imgproc::INTER_AREA)?;
        Ok(Small { gray, scale, picture })
    }
}

/// Watches the background from frame to frame.
#[derive(Default)]
pub struct SteadyWatch {
    key: Option<(Mat, Vector<Point2f>)>,
    /// Shift of the key frame, working px.
    key_shift: [f64; 2],
    shifts: Vec<Shift>,
    scale: f64,
    height_px: f64,
}

impl SteadyWatch {
    /// Looks at one frame; `people` are masked out (square regions, frame px).
    pub fn see(&mut self, time_s: f64, frame: Small, people: &[RectPx]) -> opencv::Result<()> {
        let Small { gray: small, scale, picture } = frame;
        self.scale = scale;
        self.height_px = picture.height_px;
        let found = match &self.key {
            Some((key, points)) => flow(key, points, &small)?,
            None => None,
        };
        let mut shift = Shift { time_s, by_px: self.shifts.last().map_or([0.0; 2], |s| s.by_px), residual_px: None };
        let mut at = [shift.by_px[0] / self.scale, shift.by_px[1] / self.scale];
        let mut renew = found.is_none();
        if let Some((by, residual)) = found {
            at = [self.key_shift[0] + by[0], self.key_shift[1] + by[1]];
            shift.by_px = at.map(|v| v * self.scale);
            shift.residual_px = Some(residual * self.scale);
            renew = by[0].hypot(by[1]) > NEW_KEY_PX;
        }
        self.shifts.push(shift);
        if renew {
            let points = self.corners(&small, picture, people)?;
            self.key_shift = at;
            self.key = (points.len() >= LEAST_POINTS).then_some((small, points));
        }
        Ok(())
    }

    /// Corners of the background.
    fn corners(&self, small: &Mat, picture: RectPx, people: &[RectPx]) -> opencv::Result<Vector<Point2f>> {
        let mut mask = Mat::new_size_with_default(small.size()?, opencv::core::CV_8UC1, Scalar::all(255.0))?;
        for p in people {
            let (cx, cy) = (p.x_px + 0.5 * p.width_px - picture.x_px, p.y_px + 0.5 * p.height_px - picture.y_px);
            let half = MASK_SHARE * p.width_px;
            let to_small = |v: f64| (v / self.scale) as i32;
            let region = Rect::new(to_small(cx - half), to_small(cy - half), to_small(2.0 * half), to_small(2.0 * half));
            imgproc::rectangle(&mut mask, region, Scalar::all(0.0), -1, 8, 0)?;
        }
        let mut points = Vector::<Point2f>::new();
        imgproc::good_features_to_track(small, &mut points, POINTS, 0.01, 6.0, &mask, 3, false, 0.04)?;
        Ok(points)
    }

    /// Shift of the background at every watched frame: (time, px).
    pub fn shifts(&self) -> Vec<(f64, [f64; 2])> {
        self.shifts.iter().map(|s| (s.time_s, s.by_px)).collect()
    }

    /// 90th percentile of the background's speed over half a second, in frame heights per second; `None` when hardly
    /// any background could be followed.
    pub fn speed_per_s(&self) -> Option<f64> {
        self.residual_px()?;
        let mut speeds = Vec::new();
        let mut from = 0;
        for s in &self.shifts {
            while self.shifts[from].time_s < s.time_s - SPEED_OVER_S {
                from += 1;
            }
            let (a, dt) = (&self.shifts[from], s.time_s - self.shifts[from].time_s);
            if dt > 0.8 * SPEED_OVER_S {
                speeds.push((s.by_px[0] - a.by_px[0]).hypot(s.by_px[1] - a.by_px[1]) / dt / self.height_px.max(1.0));
            }
        }
        crate::numeric::filter::quantile(speeds, 0.9)
    }

    /// What is left of the background's movement once the shift is taken off, median over the frames, px; `None` when
    /// hardly any background could be followed.
    pub fn residual_px(&self) -> Option<f64> {
        let known: Vec<f64> = self.shifts.iter().filter_map(|s| s.residual_px).collect();
        if known.len() * 2 < self.shifts.len() { None } else { crate::numeric::median(known) }
    }
}

/// Median movement of the points and the median distance from it, when enough of them agree.
fn flow(key: &Mat, points: &Vector<Point2f>, now: &Mat) -> opencv::Result<Option<([f64; 2], f64)>> {
    if key.size()? != now.size()? {
        return Ok(None);
    }
    let (mut moved, mut status, mut error) = (Vector::<Point2f>::new(), Vector::<u8>::new(), Vector::<f32>::new());
    let stop = TermCriteria::new(3, 20, 0.03)?;
    video::calc_optical_flow_pyr_lk(key, now, points, &mut moved, &mut status, &mut error, Size::new(15, 15), 3, stop, 0, 1e-4)?;
    let steps: Vec<[f64; 2]> = (0..points.len())
        .filter(|&i| status.get(i).is_ok_and(|s| s == 1))
        .filter_map(|i| points.get(i).ok().zip(moved.get(i).ok()))
        .map(|(a, b)| [f64::from(b.x - a.x), f64::from(b.y - a.y)])
        .collect();
    let middle = |axis: usize| crate::numeric::median(steps.iter().map(|s| s[axis]));
    let Some((dx, dy)) = middle(0).zip(middle(1)) else { return Ok(None) };
    let agreeing: Vec<f64> = steps.iter().map(|s| (s[0] - dx).hypot(s[1] - dy)).filter(|d| *d < AGREE_PX).collect();
    if agreeing.len() < LEAST_POINTS || (agreeing.len() as f64) < LEAST_AGREEING * points.len() as f64 {
        return Ok(None);
    }
    Ok(crate::numeric::median(agreeing).map(|residual| ([dx, dy], residual)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::core::{CV_8UC3, Point};

    /// A wall of dark squares, moved by (dx, dy), with a bright person-sized square that moves on its own.
    fn picture(dx: f64, dy: f64, person: i32) -> Mat {
        let mut image = Mat::new_rows_cols_with_default(360, 640, CV_8UC3, Scalar::all(150.0)).unwrap();
        for k in 0..60 {
            let (x, y) = ((k * 97) % 620 + dx as i32, (k * 53) % 340 + dy as i32);
            imgproc::rectangle(&mut image, Rect::new(x, y, 9 + k % 7, 9 + k % 5), Scalar::all(40.0 + f64::from(k)), -1, 8, 0).unwrap();
        }
        imgproc::circle(&mut image, Point::new(320, 180 + person), 60, Scalar::all(240.0), -1, 8, 0).unwrap();
        image
    }

    fn watch(path: impl Fn(f64) -> (f64, f64)) -> SteadyWatch {
        let mut watch = SteadyWatch::default();
        let whole = RectPx { x_px: 0.0, y_px: 0.0, width_px: 640.0, height_px: 360.0 };
        let person = RectPx { x_px: 250.0, y_px: 110.0, width_px: 140.0, height_px: 140.0 };
        for i in 0..60 {
            let t = f64::from(i) / 30.0;
            let (dx, dy) = path(t);
            let small = Small::of(&picture(dx, dy, (20.0 * (3.0 * t).sin()) as i32), whole).unwrap();
            watch.see(t, small, &[person]).unwrap();
        }
        watch
    }

    #[test]
    fn a_camera_on_a_support_does_not_move() {
        let w = watch(|_| (0.0, 0.0));
        assert!(w.speed_per_s().unwrap() < 0.001, "{:?}", w.speed_per_s());
        assert!(w.shifts().iter().all(|s| s.1[0].hypot(s.1[1]) < 0.3));
    }

    #[test]
    fn a_pan_is_measured_and_its_shift_known() {
        let w = watch(|t| (-40.0 * t, 0.0));
        assert!((w.speed_per_s().unwrap() - 40.0 / 360.0).abs() < 0.02, "{:?}", w.speed_per_s());
        let (time, shift) = *w.shifts().last().unwrap();
        assert!((shift[0] + 40.0 * time).abs() < 2.5 && shift[1].abs() < 1.0, "{shift:?} at {time}");
    }
}
