//! The made-up lift as pictures: a flat figure with a plate, drawn frame by frame.

use super::{Case, END_S, FPS, GROUND_Y, HEIGHT, PLATE_CM, PX_PER_CM, WIDTH, image, outline, posture};
use formcheck::media::{Frame, FrameSource, MediaError, SourceInfo};
use opencv::core::{CV_8UC3, Mat, Point, Scalar, Vector};
use opencv::imgproc;

pub struct Frames {
    case: Case,
    info: SourceInfo,
    next: u32,
}

impl Frames {
    pub fn new(case: Case) -> Frames {
        let info = SourceInfo {
            width_px: WIDTH,
            height_px: HEIGHT,
            announced_frames: Some((END_S * FPS) as u32 + 1),
            mean_fps: FPS,
            has_audio: Some(false),
            ..SourceInfo::default()
        };
        Frames { case, info, next: 0 }
    }

    fn picture(&self, t: f64) -> opencv::Result<Mat> {
        let shade = |v: f64| Scalar::new(v, v * 0.96, v * 0.9, 0.0);
        let mut picture = Mat::new_rows_cols_with_default(HEIGHT as i32, WIDTH as i32, CV_8UC3, shade(118.0))?;
        let floor = Vector::from_slice(&[
            Point::new(0, GROUND_Y as i32),
            Point::new(WIDTH as i32, GROUND_Y as i32),
            Point::new(WIDTH as i32, HEIGHT as i32),
            Point::new(0, HEIGHT as i32),
        ]);
        imgproc::fill_convex_poly_def(&mut picture, &floor, shade(70.0))?;
        let p = posture(self.case, t);
        let at = |[x, y]: [f64; 2]| Point::new(x as i32, y as i32);
        let joints: Vec<Point> = p.joints.iter().map(|j| at(image(*j))).collect();
        let skin = Scalar::new(120.0, 150.0, 190.0, 0.0);
        let cloth = Scalar::new(95.0, 70.0, 60.0, 0.0);
        let limb = |picture: &mut Mat, a: usize, b: usize, color: Scalar, width: i32| {
            imgproc::line(picture, joints[a], joints[b], color, width, imgproc::LINE_AA, 0)
        };
        limb(&mut picture, 5, 6, skin, 34)?;
        limb(&mut picture, 7, 8, cloth, 18)?;
        limb(&mut picture, 4, 5, cloth, 50)?;
        let body = Vector::<Vector<Point>>::from_iter([outline(&p).into_iter().map(at).collect::<Vector<Point>>()]);
        imgproc::fill_poly_def(&mut picture, &body, cloth)?;
        imgproc::circle(&mut picture, joints[0], 34, skin, -1, imgproc::LINE_AA, 0)?;
        limb(&mut picture, 1, 2, skin, 24)?;
        limb(&mut picture, 2, 3, skin, 20)?;
        let bar = at(image(p.bar));
        let radius = (PLATE_CM * PX_PER_CM) as i32;
        imgproc::circle(&mut picture, bar, radius, Scalar::all(35.0), -1, imgproc::LINE_AA, 0)?;
        imgproc::circle(&mut picture, bar, radius - 9, Scalar::all(52.0), 2, imgproc::LINE_AA, 0)?;
        imgproc::circle(&mut picture, bar, 7, Scalar::all(190.0), -1, imgproc::LINE_AA, 0)?;
        Ok(picture)
    }
}

impl FrameSource for Frames {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        let time_s = f64::from(self.next) / FPS;
        if time_s > END_S {
            return Ok(None);
        }
        let image = self.picture(time_s).expect("drawing on a picture of our own cannot fail");
        self.next += 1;
        Ok(Some(Frame { index: self.next - 1, time_s, image }))
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}
