//! Following discs from frame to frame.

use super::*;
use opencv::core::{CV_8UC3, Point, Scalar};

const RADIUS: i32 = 40;

/// A dark disc before a striped wall.
fn picture(x: i32, y: i32) -> Mat {
    let mut image = Mat::new_rows_cols_with_default(360, 640, CV_8UC3, Scalar::all(190.0)).unwrap();
    for k in 0..16 {
        imgproc::rectangle(&mut image, Rect::new(40 * k, 0, 12, 360), Scalar::all(170.0), -1, 8, 0).unwrap();
    }
    imgproc::circle(&mut image, Point::new(x, y), RADIUS, Scalar::all(40.0), -1, opencv::imgproc::LINE_AA, 0).unwrap();
    image
}

/// How far the best candidate lies from the disc in each of 60 frames, px, and how often the region was searched.
fn watch(path: impl Fn(i32) -> (i32, i32)) -> (Vec<f64>, usize) {
    let mut finder = PlateFinder::default();
    let (mut off, mut searches, mut due) = (Vec::new(), 0, 0.0);
    for i in 0..60 {
        let (x, y) = path(i);
        let found = finder.find(&picture(x, y), f64::from(i) / 30.0, Rect::new(0, 0, 640, 360), 25.0, 80.0).unwrap();
        off.push(found.first().map_or(f64::INFINITY, |c| (c.x_px - f64::from(x)).hypot(c.y_px - f64::from(y))));
        searches += usize::from(finder.next_search_s != due);
        due = finder.next_search_s;
    }
    (off, searches)
}

#[test]
fn a_disc_is_followed_with_few_searches() {
    let (off, searches) = watch(|i| (300, 180 + (110.0 * (0.12 * f64::from(i)).sin()) as i32));
    assert!(off.iter().all(|d| *d < 1.0), "{off:?}");
    assert!(searches < 20, "{searches} searches in 60 frames");
}

#[test]
fn a_disc_that_leaps_is_searched_for_in_the_same_frame() {
    let (off, _) = watch(|i| if i < 20 { (200, 180) } else { (450, 120) });
    assert!(off.iter().all(|d| *d < 1.0), "{off:?}");
}

#[test]
fn what_comes_into_view_is_found_within_half_a_second() {
    let mut finder = PlateFinder::default();
    let seen = |i: i32, finder: &mut PlateFinder| {
        let mut image = picture(200, 180);
        if i >= 20 {
            imgproc::circle(&mut image, Point::new(450, 120), RADIUS, Scalar::all(40.0), -1, opencv::imgproc::LINE_AA, 0).unwrap();
        }
        let found = finder.find(&image, f64::from(i) / 30.0, Rect::new(0, 0, 640, 360), 25.0, 80.0).unwrap();
        found.iter().any(|c| (c.x_px - 450.0).hypot(c.y_px - 120.0) < 1.0)
    };
    let seen: Vec<bool> = (0..60).map(|i| seen(i, &mut finder)).collect();
    assert!(!seen[19] && seen[33..].iter().all(|s| *s), "{seen:?}");
}
