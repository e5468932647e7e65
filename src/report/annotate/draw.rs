//! Strokes and words on a picture, sized to it; drawn in place, nothing is blended as a whole.

use opencv::core::{Mat, Point, Rect, Scalar, Size};
use opencv::imgproc;
use opencv::prelude::*;

pub type Place = [f64; 2];

/// Fractional bits of the coordinates given to OpenCV: strokes move by sixteenths of a pixel.
const SHIFT: i32 = 4;

/// Colours as blue, green, red: told apart with any colour vision, on light and dark pictures.
pub mod color {
    pub const BODY: [f64; 3] = [240.0, 240.0, 240.0];
    pub const BACK: [f64; 3] = [255.0, 190.0, 60.0];
    pub const PLATE: [f64; 3] = [80.0, 220.0, 255.0];
    pub const PATH: [f64; 3] = [80.0, 220.0, 255.0];
    pub const IDEAL: [f64; 3] = [230.0, 230.0, 230.0];
    pub const FLAG: [f64; 3] = [60.0, 110.0, 255.0];
    pub const WATCH: [f64; 3] = [60.0, 200.0, 255.0];
    pub const INK: [f64; 3] = [255.0, 255.0, 255.0];
    pub const SHADOW: [f64; 3] = [20.0, 20.0, 20.0];
}

fn scalar([b, g, r]: [f64; 3]) -> Scalar {
    Scalar::new(b, g, r, 0.0)
}

fn point([x, y]: Place) -> Point {
    let unit = f64::from(1 << SHIFT);
    // Far outside is as good as just outside, and fits the fixed-point numbers.
    Point::new((x.clamp(-9e3, 3e4) * unit).round() as i32, (y.clamp(-9e3, 3e4) * unit).round() as i32)
}

/// A pen for pictures of one size.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    /// Short side of the picture, px.
    short_side: f64,
}

impl Pen {
    pub fn new(width_px: i32, height_px: i32) -> Pen {
        Pen { short_side: f64::from(width_px.min(height_px).max(1)) }
    }

    /// Width of a usual stroke, px.
    pub fn stroke(self) -> f64 {
        (self.short_side / 260.0).max(1.0)
    }

    /// Height of the words' capital letters, px.
    pub fn letters(self) -> f64 {
        (self.short_side / 36.0).max(8.0)
    }

    /// Letters that can be read would cover a smaller picture, and who lifts in it (our choice).
    pub fn has_room_for_words(self) -> bool {
        self.short_side >= 200.0
    }

    fn width(self, strokes: f64) -> i32 {
        (self.stroke() * strokes).round().max(1.0) as i32
    }

    pub fn line(self, image: &mut Mat, from: Place, to: Place, color: [f64; 3], strokes: f64) -> opencv::Result<()> {
        imgproc::line(image, point(from), point(to), scalar(color), self.width(strokes), imgproc::LINE_AA, SHIFT)
    }

    /// A line on a dark rim, readable on any ground.
    pub fn rimmed(self, image: &mut Mat, from: Place, to: Place, color: [f64; 3], strokes: f64) -> opencv::Result<()> {
        let rim = self.width(strokes) + self.width(0.9);
        imgproc::line(image, point(from), point(to), scalar(color::SHADOW), rim, imgproc::LINE_8, SHIFT)?;
        self.line(image, from, to, color, strokes)
    }

    pub fn dashed(self, image: &mut Mat, from: Place, to: Place, color: [f64; 3], strokes: f64) -> opencv::Result<()> {
        let dash = self.stroke() * 4.0;
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let at = |d: f64| [from[0] + (to[0] - from[0]) * d / length, from[1] + (to[1] - from[1]) * d / length];
        let mut d = 0.0;
        while d < length {
            self.line(image, at(d), at((d + dash).min(length)), color, strokes)?;
            d += 2.0 * dash;
        }
        Ok(())
    }

    /// Dashes along a line of many points, on a dark rim: rims first, so that none lies over a dash.
    pub fn dashed_path(self, image: &mut Mat, path: &[Place], color: [f64; 3], strokes: f64) -> opencv::Result<()> {
        let dashes = dashes(path, self.stroke() * 4.0);
        let rim = self.width(strokes) + self.width(0.9);
        for pair in dashes.iter().flat_map(|dash| dash.windows(2)) {
            imgproc::line(image, point(pair[0]), point(pair[1]), scalar(color::SHADOW), rim, imgproc::LINE_8, SHIFT)?;
        }
        self.polyline(image, &dashes, color, strokes)
    }

    /// Neighbouring points joined; pieces apart.
    pub fn polyline(self, image: &mut Mat, pieces: &[Vec<Place>], color: [f64; 3], strokes: f64) -> opencv::Result<()> {
        for piece in pieces {
            for pair in piece.windows(2) {
                self.line(image, pair[0], pair[1], color, strokes)?;
            }
        }
        Ok(())
    }

    pub fn dot(self, image: &mut Mat, at: Place, color: [f64; 3], filled: bool) -> opencv::Result<()> {
        let unit = f64::from(1 << SHIFT);
        let radius = (self.stroke() * 2.2 * unit) as i32;
        if filled {
            imgproc::circle(image, point(at), radius + (unit * 1.5) as i32, scalar(color::SHADOW), -1, imgproc::LINE_8, SHIFT)?;
            return imgproc::circle(image, point(at), radius, scalar(color), -1, imgproc::LINE_AA, SHIFT);
        }
        imgproc::circle(image, point(at), radius, scalar(color), self.width(0.7), imgproc::LINE_AA, SHIFT)
    }

    pub fn ellipse(self, image: &mut Mat, at: Place, axes: [f64; 2], angle_deg: f64, color: [f64; 3]) -> opencv::Result<()> {
        let unit = f64::from(1 << SHIFT);
        let axes = Size::new((axes[0] * unit) as i32, (axes[1] * unit) as i32);
        imgproc::ellipse(image, point(at), axes, angle_deg, 0.0, 360.0, scalar(color), self.width(1.0), imgproc::LINE_AA, SHIFT)
    }

    /// Lines of words from a top left place (or, for a negative x, from that far off the right edge),
    /// on ground that is darkened in place. Gives the height used, px.
    pub fn words(self, image: &mut Mat, lines: &[(String, [f64; 3])], at: Place) -> opencv::Result<f64> {
        if lines.is_empty() {
            return Ok(0.0);
        }
        let scale = imgproc::get_font_scale_from_height(imgproc::FONT_HERSHEY_SIMPLEX, self.letters().round() as i32, 1)?;
        let weight = self.width(0.55);
        let (step, air) = (self.letters() * 1.75, self.letters() * 0.6);
        let length = |text: &str| Ok(imgproc::get_text_size(text, imgproc::FONT_HERSHEY_SIMPLEX, scale, weight, &mut 0)?.width);
        let room = f64::from(image.cols()) - 2.0 * (at[0].abs() + air);
        let mut fitting = vec![];
        for (text, color) in lines {
            fitting.extend(broken(text, room as i32, length)?.into_iter().map(|line| (line, *color)));
        }
        let lines = fitting;
        let mut width = 0;
        for (text, _) in &lines {
            width = width.max(length(text)?);
        }
        let (box_width, box_height) = (f64::from(width) + 2.0 * air, step * lines.len() as f64 + air);
        let left = if at[0] < 0.0 { f64::from(image.cols()) + at[0] - box_width } else { at[0] };
        self.darken(image, [left, at[1]], [box_width, box_height])?;
        for (k, (text, color)) in lines.iter().enumerate() {
            let base = Point::new((left + air) as i32, (at[1] + step * (k as f64 + 0.85)) as i32);
            imgproc::put_text(image, text, base, imgproc::FONT_HERSHEY_SIMPLEX, scale, scalar(*color), weight, imgproc::LINE_AA, false)?;
        }
        Ok(box_height)
    }

    fn darken(self, image: &mut Mat, [x, y]: Place, [width, height]: Place) -> opencv::Result<()> {
        let all = Rect::new(0, 0, image.cols(), image.rows());
        let part = Rect::new(x as i32, y as i32, width as i32, height as i32) & all;
        if part.width <= 0 || part.height <= 0 {
            return Ok(());
        }
        let mut dark = Mat::default();
        Mat::roi(image, part)?.convert_to(&mut dark, -1, 0.32, 0.0)?;
        dark.copy_to(&mut Mat::roi_mut(image, part)?)
    }
}

/// A text in lines that are no longer than `room`, broken between words: a picture's edge would cut off the end of a finding.
fn broken(text: &str, room: i32, length: impl Fn(&str) -> opencv::Result<i32>) -> opencv::Result<Vec<String>> {
    let mut lines = vec![];
    // Spaces within a line set its parts apart and stay.
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && length(&format!("{line}{}", word.trim_end()))? > room {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        line.push_str(word);
    }
    lines.push(line);
    Ok(lines)
}

/// What the drawing font has: letters outside of ASCII are put in words or left out.
pub fn plain(text: &str) -> String {
    text.replace('°', " deg")
        .replace("≈ ", "~")
        .replace('≈', "~")
        .replace('−', "-")
        .replace('±', "+/-")
        .chars()
        .filter(char::is_ascii)
        .collect()
}

/// A line of many points cut into strokes of one length, with gaps as long between them.
fn dashes(path: &[Place], length: f64) -> Vec<Vec<Place>> {
    let (mut dashes, mut now, mut left): (Vec<Vec<Place>>, Vec<Place>, f64) = (vec![], path.first().copied().into_iter().collect(), length);
    for pair in path.windows(2) {
        let step = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        let at = |d: f64| [0, 1].map(|axis| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * d / step);
        let mut done = 0.0;
        while step - done > left {
            done += left;
            left = length;
            // The end of a dash begins a gap, that of a gap a dash.
            let ends = !now.is_empty();
            now.push(at(done));
            if ends {
                dashes.push(std::mem::take(&mut now));
            }
        }
        left -= step - done;
        if !now.is_empty() {
            now.push(pair[1]);
        }
    }
    dashes.extend(Some(now).filter(|dash| dash.len() > 1));
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::core::CV_8UC3;

    #[test]
    fn dashes_are_of_one_length_however_near_the_points_of_a_line_lie() {
        let fine: Vec<Place> = (0..=100).map(|i| [f64::from(i) * 0.3, 0.0]).collect();
        for path in [&fine[..], &[[0.0, 0.0], [30.0, 0.0]]] {
            let ends: Vec<[f64; 2]> = dashes(path, 4.0).iter().map(|d| [d[0][0], d[d.len() - 1][0]]).collect();
            let told: Vec<[i64; 2]> = ends.iter().map(|e| e.map(|x| x.round() as i64)).collect();
            assert_eq!(told, [[0, 4], [8, 12], [16, 20], [24, 28]]);
        }
        assert!(dashes(&[], 4.0).is_empty() && dashes(&[[1.0, 1.0]], 4.0).is_empty());
    }

    #[test]
    fn words_stay_inside_and_darken_only_their_ground() {
        let mut image = Mat::new_rows_cols_with_default(360, 640, CV_8UC3, Scalar::all(200.0)).unwrap();
        let pen = Pen::new(640, 360);
        let height = pen.words(&mut image, &[("Rep 1".into(), color::INK)], [-8.0, 8.0]).unwrap();
        assert!(height > 10.0 && pen.has_room_for_words());
        assert!(!Pen::new(160, 120).has_room_for_words());
        let shade = |x: i32, y: i32| image.at_2d::<opencv::core::Vec3b>(y, x).unwrap()[0];
        assert_eq!((shade(5, 5), shade(639, 9)), (200, 200));
        assert_eq!(shade(630, 10), 64);
        // What is wider than the picture takes more lines.
        let long = "shoulders 1 +/- 5 deg behind the bar (watch it)".to_owned();
        let mut narrow = Mat::new_rows_cols_with_default(360, 200, CV_8UC3, Scalar::all(200.0)).unwrap();
        let pen = Pen::new(200, 360);
        let [one, several] = [long[..6].to_owned(), long].map(|text| pen.words(&mut narrow, &[(text, color::INK)], [8.0, 8.0]).unwrap());
        assert!(several > 1.5 * one);
        let by_letters = |text: &str| Ok(text.len() as i32);
        assert_eq!(broken("Rep 1/3  set and more", 12, by_letters).unwrap(), ["Rep 1/3  set", "and more"]);
        assert_eq!(broken("unbreakable", 4, by_letters).unwrap(), ["unbreakable"]);
    }

    #[test]
    fn only_ascii_reaches_the_font() {
        assert_eq!(plain("≈ 24° ± 4 – é"), "~24 deg +/- 4  ");
    }
}
