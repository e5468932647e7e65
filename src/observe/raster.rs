//! A few thousand grey levels of every frame: what the cheap watches go by.

use opencv::core::{Mat, Vec3b};
use opencv::prelude::*;

/// Points across and down, whatever the frame's size.
pub const COLUMNS: usize = 96;
pub const ROWS: usize = 54;
/// Rasters are held against each other in squares of this side: one point of a dark film differs by 20 levels for noise alone.
pub const SQUARE: usize = 3;

/// Grey levels of an upright BGR frame, row by row.
pub fn sample(frame: &Mat) -> opencv::Result<Vec<u8>> {
    let mut levels = Vec::with_capacity(COLUMNS * ROWS);
    for r in 0..ROWS {
        let y = (r * frame.rows() as usize + frame.rows() as usize / 2) / ROWS;
        let row = frame.at_row::<Vec3b>(y as i32)?;
        for c in 0..COLUMNS {
            let x = (c * row.len() + row.len() / 2) / COLUMNS;
            let p = row[x.min(row.len() - 1)];
            levels.push(((u32::from(p[0]) * 29 + u32::from(p[1]) * 150 + u32::from(p[2]) * 77) >> 8) as u8);
        }
    }
    Ok(levels)
}

/// The levels in one square, by its number: row by row, like the raster itself.
pub fn square(raster: &[u8], n: usize) -> impl Iterator<Item = f64> {
    let across = COLUMNS / SQUARE;
    let corner = n / across * SQUARE * COLUMNS + n % across * SQUARE;
    (0..SQUARE).flat_map(move |r| &raster[corner + r * COLUMNS..][..SQUARE]).map(|v| f64::from(*v))
}

/// Mean level of every square.
pub fn squares(raster: &[u8]) -> Vec<f64> {
    let count = (COLUMNS / SQUARE) * (raster.len() / COLUMNS / SQUARE);
    (0..count).map(|n| square(raster, n).sum::<f64>() / (SQUARE * SQUARE) as f64).collect()
}
