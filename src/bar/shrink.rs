//! A picture made smaller: every small pixel is the mean of the area that it covers.

use super::gray::Gray;

/// What a small row or column takes of the large ones: the first of them, and the share of each.
struct Taps {
    first: usize,
    shares: Vec<f32>,
}

fn taps(from: usize, to: usize) -> Vec<Taps> {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|i| {
            let (start, end) = (i as f64 * step, ((i + 1) as f64 * step).min(from as f64));
            // A sliver that rounding leaves is no part.
            let (first, last) = ((start + 1e-6) as usize, ((end - 1e-6).ceil() as usize).min(from));
            let covered = |k: usize| ((k + 1) as f64).min(end) - (k as f64).max(start);
            Taps { first, shares: (first..last).map(|k| (covered(k) / (end - start)) as f32).collect() }
        })
        .collect()
}

/// The mean grey of each small pixel's area, rounded; both sides become smaller. As OpenCV's `INTER_AREA` to one level, in a
/// quarter of the time: columns are summed first, many at once.
pub fn shrink(picture: &Gray, width: usize, height: usize) -> Gray {
    let (rows, columns) = (taps(picture.height, height), taps(picture.width, width));
    let mut sums = vec![0.0f32; picture.width];
    let mut data = Vec::with_capacity(width * height);
    for row in &rows {
        sums.fill(0.0);
        for (line, share) in picture.data[row.first * picture.width..].chunks_exact(picture.width).zip(&row.shares) {
            for (sum, grey) in sums.iter_mut().zip(line) {
                *sum += share * f32::from(*grey);
            }
        }
        for column in &columns {
            let mean: f32 = sums[column.first..].iter().zip(&column.shares).map(|(sum, share)| sum * share).sum();
            data.push((mean + 0.5) as u8);
        }
    }
    Gray { width, height, data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::core::{Mat, Size};
    use opencv::imgproc;
    use opencv::prelude::*;

    #[test]
    fn areas_are_averaged_as_opencv_does() {
        let (w, h) = (233usize, 171usize);
        let data: Vec<u8> = (0..w * h).map(|i| ((i * 7919) % 251) as u8 ^ ((i / w) as u8)).collect();
        let whole = Mat::from_slice(&data).unwrap();
        for (to_w, to_h) in [(232, 170), (100, 73), (77, 57), (40, 171 / 9)] {
            let mut expected = Mat::default();
            let whole = whole.reshape(1, h as i32).unwrap();
            imgproc::resize(&whole, &mut expected, Size::new(to_w, to_h), 0.0, 0.0, imgproc::INTER_AREA).unwrap();
            let small = shrink(&Gray { width: w, height: h, data: data.clone() }, to_w as usize, to_h as usize);
            let apart = small.data.iter().zip(expected.data_bytes().unwrap()).map(|(a, b)| a.abs_diff(*b));
            assert_eq!(small.data.len(), (to_w * to_h) as usize);
            assert!(apart.clone().all(|d| d <= 1), "{to_w} x {to_h}");
            assert!(apart.filter(|d| *d > 0).count() * 100 < small.data.len(), "hardly any differs at all");
        }
    }
}
