//! A grey picture in plain memory.

use opencv::core::Mat;
use opencv::prelude::*;

/// A grey picture in plain memory; rows are tight.
#[derive(Debug, Clone, Default)]
pub struct Gray {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Gray {
    /// Copies a one-channel picture of 8 bits.
    pub fn from_mat(mat: &Mat) -> opencv::Result<Gray> {
        let (width, height) = (mat.cols().max(0) as usize, mat.rows().max(0) as usize);
        let mut data = Vec::with_capacity(width * height);
        for row in 0..height {
            data.extend_from_slice(&mat.at_row::<u8>(row as i32)?[..width]);
        }
        Ok(Gray { width, height, data })
    }

    /// Bilinear value; coordinates outside are clamped to the edge.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let mut value = [0.0];
        self.samples::<1>(&[x], &[y], &mut value);
        value[0]
    }

    /// [`Gray::sample`] at points, at most `N` of them; as many of each coordinate as there are values to
    /// give. In three steps, so that all but the reading is done for several points at once.
    pub fn samples<const N: usize>(&self, xs: &[f32], ys: &[f32], out: &mut [f32]) {
        let (mut at, mut fx, mut fy) = ([0usize; N], [0.0f32; N], [0.0f32; N]);
        let (right, bottom) = (self.width as f32 - 1.001, self.height as f32 - 1.001);
        for (((x, y), at), (fx, fy)) in xs.iter().zip(ys).zip(&mut at).zip(fx.iter_mut().zip(&mut fy)) {
            let (x, y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
            let (ix, iy) = (x as i32, y as i32);
            (*fx, *fy) = (x - ix as f32, y - iy as f32);
            *at = iy as usize * self.width + ix as usize;
        }
        let mut corners = [[0.0f32; N]; 4];
        let [a, b, c, d] = &mut corners;
        for (i, at) in at.iter().enumerate().take(out.len()) {
            let pair = &self.data[*at..][..self.width + 2];
            (a[i], b[i]) = (f32::from(pair[0]), f32::from(pair[1]));
            (c[i], d[i]) = (f32::from(pair[self.width]), f32::from(pair[self.width + 1]));
        }
        for (i, out) in out.iter_mut().enumerate().take(N) {
            *out = (a[i] + (b[i] - a[i]) * fx[i]) * (1.0 - fy[i]) + (c[i] + (d[i] - c[i]) * fx[i]) * fy[i];
        }
    }

    pub fn holds(&self, x: f32, y: f32) -> bool {
        x >= 0.0 && y >= 0.0 && x <= self.width as f32 - 1.0 && y <= self.height as f32 - 1.0
    }
}
