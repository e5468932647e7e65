//! `card.png`: score, cue and bar paths in one small picture to pass on. No frame of the video is in it.

use super::draw::{Pen, color, plain};
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::patterns::Level;
use crate::report::charts::{BarTrace, pulls};
use crate::report::{Report, praise, words};
use crate::signals::Signals;
use opencv::core::{CV_8UC3, Mat, Point, Rect, Scalar, Size, Vector};
use opencv::prelude::*;
use opencv::{imgcodecs, imgproc};
use std::path::Path;

/// Width and height, px: what messengers show without making it smaller.
const WIDTH: i32 = 1080;
const HEIGHT: i32 = 1350;
/// Height without paths: as wide pictures are shown whole.
const LEAST_HEIGHT: f64 = 566.0;
const MARGIN: f64 = 72.0;
/// The ground, as the page's in the dark; blue, green, red.
const GROUND: [f64; 3] = [26.0, 23.0, 19.0];
const SOFT: [f64; 3] = [182.0, 172.0, 162.0];
/// The most reps whose paths are drawn side by side.
const MOST_PATHS: usize = 6;

/// Writes the picture; `signals` give the paths, which are left out where there is no scale.
pub fn write(report: &Report, signals: &Signals, path: &Path) -> Result<()> {
    let native = |e: opencv::Error| Error::internal(format!("the card could not be drawn: {e}")).because(e);
    let image = draw(report, signals).map_err(native)?;
    let mut png = Vector::<u8>::new();
    if !imgcodecs::imencode(".png", &image, &mut png, &Vector::new()).map_err(native)? {
        return Err(Error::internal("the card could not be written as PNG"));
    }
    write_whole(path, png.as_slice())
}

/// As the page has it: words and number follow the headline.
fn tone(level: Option<Level>) -> [f64; 3] {
    match level {
        Some(Level::MatchesGuide) => [164.0, 200.0, 127.0],
        Some(Level::SmallPoints) => [74.0, 182.0, 227.0],
        Some(Level::FixFirst) => [84.0, 141.0, 245.0],
        Some(Level::Rebuild) => [171.0, 130.0, 246.0],
        None => color::INK,
    }
}

fn draw(report: &Report, signals: &Signals) -> opencv::Result<Mat> {
    let [b, g, r] = GROUND;
    let mut image = Mat::new_rows_cols_with_default(HEIGHT, WIDTH, CV_8UC3, Scalar::new(b, g, r, 0.0))?;
    let tone = tone(report.set.headline.level);
    let wide = f64::from(WIDTH) - 2.0 * MARGIN;
    let mut y = MARGIN;
    y = lines(&mut image, &report.set.headline.text, [MARGIN, y], wide, 44.0, tone)?;
    let load = report.lifter.load_kg.map_or(String::new(), |kg| format!(", {kg} kg"));
    let about = format!("{}{load}, {}", words::sentence(words::variant(report.variant.name)), words::made(report));
    y = lines(&mut image, &about, [MARGIN, y + 10.0], wide, 26.0, SOFT)?;
    y = match report.set.score {
        Some(score) => {
            let sigma = words::points(report.set.score_sigma).map_or(String::new(), |s| format!("± {s} "));
            let number = format!("{score:.0}");
            let right = text(&mut image, &number, [MARGIN, y + 44.0], 130.0, tone)?;
            text(&mut image, &format!("{sigma}of 100"), [right + 26.0, y + 44.0 + 130.0 - 34.0], 34.0, SOFT)?;
            y + 44.0 + 130.0
        }
        // A headline that says why there is none says enough.
        None if report.reps.is_empty() || report.explains_missing_score() => y,
        None => lines(&mut image, "No score", [MARGIN, y + 44.0], wide, 60.0, color::INK)?,
    };
    if !report.reps.is_empty() {
        let seen = format!("{} of what matters could be judged", words::percent(report.set.coverage));
        y = lines(&mut image, &seen, [MARGIN, y + 24.0], wide, 22.0, SOFT)?;
    }
    y += 36.0;
    if let Some(next) = words::missed(report) {
        y = lines(&mut image, next, [MARGIN, y], wide, 30.0, color::INK)? + 26.0;
    }
    for finding in report.set.top_findings.iter().take(2) {
        y = lines(&mut image, &words::sentence(&finding.cue), [MARGIN, y], wide, 38.0, color::INK)?;
        let why = format!("{}, {}", words::named(report, finding), words::places(finding));
        y = lines(&mut image, &why, [MARGIN, y + 4.0], wide, 24.0, SOFT)? + 26.0;
    }
    let good = praise::of_set(report, 3);
    if report.set.top_findings.is_empty() && !good.is_empty() {
        let head = if praise::well_done(report) { "Well done" } else { "What went well" };
        y = lines(&mut image, &format!("{head}: {}.", praise::list(&good)), [MARGIN, y], wide, 28.0, color::INK)? + 26.0;
    }
    // Without paths the picture ends below its words.
    let height =
        if paths(&mut image, report, signals, y + 10.0)? { f64::from(HEIGHT) } else { (y + 100.0).clamp(LEAST_HEIGHT, f64::from(HEIGHT)) };
    let foot = "Movement feedback, not medical advice. formcheck";
    text(&mut image, foot, [MARGIN, height - 56.0], 20.0, SOFT)?;
    Mat::roi(&image, Rect::new(0, 0, WIDTH, height as i32))?.try_clone()
}

/// The pulls side by side between `top` and the foot line, true to scale, each on its own vertical; whether there were any.
fn paths(image: &mut Mat, report: &Report, signals: &Signals, top: f64) -> opencv::Result<bool> {
    let trace = BarTrace::of(signals);
    let one = |index: u32| {
        let mut only = report.clone();
        only.reps.retain(|r| r.index == index);
        pulls(&only, &trace)
    };
    let reps: Vec<(u32, Vec<Vec<[f64; 2]>>)> = report.full_reps().map(|r| (r.index, one(r.index))).filter(|(_, p)| !p.is_empty()).collect();
    let bottom = f64::from(HEIGHT) - 150.0;
    let tallest = reps.iter().flat_map(|(_, p)| p.iter().flatten()).map(|p| p[1]).fold(0.0, f64::max);
    if reps.is_empty() || tallest <= 0.0 || bottom - top < 120.0 {
        return Ok(false);
    }
    let shown = &reps[..reps.len().min(MOST_PATHS)];
    let step = (f64::from(WIDTH) - 2.0 * MARGIN) / shown.len() as f64;
    // Room for 15 cm to either side.
    let scale = ((bottom - top) / tallest).min(step / 30.0);
    let pen = Pen::new(WIDTH, HEIGHT);
    for (k, (index, path)) in shown.iter().enumerate() {
        let middle = MARGIN + (k as f64 + 0.5) * step;
        pen.dashed(image, [middle, bottom], [middle, bottom - tallest * scale], SOFT, 0.5)?;
        let placed: Vec<Vec<[f64; 2]>> =
            path.iter().map(|piece| piece.iter().map(|[x, y]| [middle + x * scale, bottom - y * scale]).collect()).collect();
        pen.polyline(image, &placed, color::PATH, 1.3)?;
        text(image, &format!("rep {index}"), [middle - 34.0, bottom + 16.0], 22.0, SOFT)?;
    }
    let whose = if shown.len() < reps.len() { format!("The first {} reps", shown.len()) } else { "The bar".into() };
    let what = format!("{whose} on the way up, forward is right; dashes: straight up");
    text(image, &what, [MARGIN, bottom + 54.0], 20.0, SOFT)?;
    Ok(true)
}

const FONT: i32 = imgproc::FONT_HERSHEY_DUPLEX;

fn weight(height: f64) -> i32 {
    (height / 22.0).round().max(1.0) as i32
}

/// One line with its capitals' top at `at`; gives its right end.
fn text(image: &mut Mat, words: &str, at: [f64; 2], height: f64, [b, g, r]: [f64; 3]) -> opencv::Result<f64> {
    let words = plain(words);
    let scale = imgproc::get_font_scale_from_height(FONT, height.round() as i32, weight(height))?;
    let base = Point::new(at[0] as i32, (at[1] + height) as i32);
    imgproc::put_text(image, &words, base, FONT, scale, Scalar::new(b, g, r, 0.0), weight(height), imgproc::LINE_AA, false)?;
    Ok(at[0] + f64::from(width(&words, height)?.width))
}

fn width(words: &str, height: f64) -> opencv::Result<Size> {
    let scale = imgproc::get_font_scale_from_height(FONT, height.round() as i32, weight(height))?;
    imgproc::get_text_size(words, FONT, scale, weight(height), &mut 0)
}

/// Words broken into lines that fit; gives the place below the last.
fn lines(image: &mut Mat, words: &str, [x, y]: [f64; 2], wide: f64, height: f64, color: [f64; 3]) -> opencv::Result<f64> {
    let (words, mut y, mut line) = (plain(words), y, String::new());
    for word in words.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if !line.is_empty() && f64::from(width(&longer, height)?.width) > wide {
            text(image, &line, [x, y], height, color)?;
            y += 1.6 * height;
            line = word.to_owned();
        } else {
            line = longer;
        }
    }
    text(image, &line, [x, y], height, color)?;
    Ok(y + 1.6 * height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_case_gives_a_small_picture_with_something_on_it() {
        for case in sample::CASES {
            let s = sample::build(case);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("card.png");
            write(&s.report, &s.signals, &path).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 300_000, "{case:?}: {} bytes", bytes.len());
            let image = imgcodecs::imdecode(&Vector::<u8>::from_slice(&bytes), imgcodecs::IMREAD_COLOR).unwrap();
            assert!(image.cols() == WIDTH && (LEAST_HEIGHT as i32..=HEIGHT).contains(&image.rows()), "{case:?}: {} rows", image.rows());
            let ink = image.data_bytes().unwrap().iter().filter(|b| **b > 120).count();
            assert!(ink > 10_000, "{case:?}: {ink} bright bytes");
            // No line of words runs to the edge.
            let bright = |x: i32| (0..image.rows()).any(|y| image.at_2d::<opencv::core::Vec3b>(y, x).unwrap()[1] > 90);
            assert!(!(WIDTH - 30..WIDTH).any(bright), "{case:?}: cut at the right");
        }
    }

    #[test]
    fn words_are_broken_before_the_edge() {
        let mut image = Mat::new_rows_cols_with_default(HEIGHT, WIDTH, CV_8UC3, Scalar::all(0.0)).unwrap();
        let below = lines(
            &mut image,
            "hips rose 1.14 times as far as the shoulders, rep 2; also reps 1 and 3",
            [72.0, 72.0],
            500.0,
            24.0,
            color::INK,
        );
        assert!(below.unwrap() > 72.0 + 2.0 * 1.6 * 24.0 - 1.0);
        let column = |x: i32| (0..HEIGHT).any(|y| image.at_2d::<opencv::core::Vec3b>(y, x).unwrap()[0] > 60);
        assert!(column(80) && !(600..WIDTH).any(column));
    }
}
