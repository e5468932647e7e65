//! Straight line segments of one frame, for what they tell about the camera.

use super::picture::part;
use crate::bar::Gray;
use crate::track::RectPx;
use opencv::core::{Mat, Size, Vec4f, Vector};
use opencv::imgproc::{self, LineSegmentDetectorTrait};

/// Lines are looked for in a picture of this height.
const WORKING_HEIGHT_PX: f64 = 540.0;

/// Segments in a reduced picture, px of it, and the picture itself.
pub struct Lines {
    pub gray: Gray,
    /// From–to: x, y, x, y.
    pub segments: Vec<[f64; 4]>,
    /// Reduced px per px of the frame.
    pub scale: f64,
    /// What part of the frame it is.
    pub picture: RectPx,
}

impl Lines {
    pub fn of(frame: &Mat, picture: RectPx) -> opencv::Result<Lines> {
        let region = part(frame, picture);
        let view = Mat::roi(frame, region)?;
        let scale = (WORKING_HEIGHT_PX / f64::from(region.height)).min(1.0);
        let (mut small, mut gray) = (Mat::default(), Mat::default());
        imgproc::resize(&view, &mut small, Size::new(0, 0), scale, scale, imgproc::INTER_AREA)?;
        imgproc::cvt_color_def(&small, &mut gray, imgproc::COLOR_BGR2GRAY)?;
        let mut found: Vector<Vec4f> = Vector::new();
        imgproc::create_line_segment_detector_def()?.detect_def(&gray, &mut found)?;
        let gray = Gray::from_mat(&gray)?;
        Ok(Lines { gray, segments: found.into_iter().map(|l| l.0.map(f64::from)).collect(), scale, picture })
    }

    /// Longer side of the picture, px of the frame.
    pub fn longer_px(&self) -> f64 {
        self.picture.width_px.max(self.picture.height_px)
    }

    /// A place of the reduced picture in the frame, px.
    pub fn in_frame(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x / self.scale + self.picture.x_px, y / self.scale + self.picture.y_px]
    }
}
