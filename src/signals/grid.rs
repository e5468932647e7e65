//! Finding moments on the uniform grid.

/// Times of a uniform grid.
#[derive(Debug, Clone, Copy)]
pub struct Grid<'a> {
    pub time_s: &'a [f64],
    pub rate_hz: f64,
}

impl Grid<'_> {
    /// Index nearest to a time, clamped into the clip.
    pub fn index_at(&self, time_s: f64) -> usize {
        let start = self.time_s.first().copied().unwrap_or(0.0);
        let index = ((time_s - start) * self.rate_hz).round().max(0.0) as usize;
        index.min(self.time_s.len().saturating_sub(1))
    }

    /// Indices from–to of a time window, both ends included.
    pub fn range(&self, from_s: f64, to_s: f64) -> std::ops::Range<usize> {
        if self.time_s.is_empty() || to_s < from_s {
            return 0..0;
        }
        self.index_at(from_s)..self.index_at(to_s) + 1
    }
}
