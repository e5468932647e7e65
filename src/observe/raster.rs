//! A few thousand grey levels of every frame: what the cheap watches go by.

use opencv::core::{Mat, Vec3b};
use opencv::prelude::*;

/// Points across and down, whatever the frame's size.
pub const COLUMNS: usize = 96;
pub const ROWS: usize = 54;
/// Rasters are held against each other in squares of this side: one point of a dark film differs by 20 levels for noise alone.
pub const SQUARE: usize = 3;

/// The levels of one frame, row by row, and the mean of every square of them.
pub struct Raster {
    levels: Vec<u8>,
    squares: Vec<f64>,
}

impl Raster {
    /// Of an upright BGR frame.
    pub fn sample(frame: &Mat) -> opencv::Result<Raster> {
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
        Ok(Raster::of(levels))
    }

    pub fn of(levels: Vec<u8>) -> Raster {
        let count = (COLUMNS / SQUARE) * (levels.len() / COLUMNS / SQUARE);
        let squares = (0..count).map(|n| square(&levels, n).sum::<f64>() / (SQUARE * SQUARE) as f64).collect();
        Raster { levels, squares }
    }

    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    pub fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// The levels in one square, by its number.
    pub fn square(&self, n: usize) -> impl Iterator<Item = f64> {
        square(&self.levels, n)
    }
}

fn square(levels: &[u8], n: usize) -> impl Iterator<Item = f64> {
    let across = COLUMNS / SQUARE;
    let corner = n / across * SQUARE * COLUMNS + n % across * SQUARE;
    (0..SQUARE).flat_map(move |r| &levels[corner + r * COLUMNS..][..SQUARE]).map(|v| f64::from(*v))
}
