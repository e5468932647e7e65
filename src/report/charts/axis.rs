//! Ranges, round tick marks, and lines cut at gaps.

/// A value range and how it maps to a picture's length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
}

impl Axis {
    /// Spans the values, at least `least` wide, with a little air; `None` without a value.
    pub fn around(values: impl Iterator<Item = f64>, least: f64) -> Option<Axis> {
        let (mut from, mut to) =
            values.filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        if from > to {
            return None;
        }
        if to - from < least {
            let middle = 0.5 * (from + to);
            (from, to) = (middle - 0.5 * least, middle + 0.5 * least);
        }
        let air = 0.06 * (to - from);
        Some(Axis { from: from - air, to: to + air })
    }

    /// 0 at `from`, 1 at `to`.
    pub fn share(self, value: f64) -> f64 {
        if self.to > self.from { (value - self.from) / (self.to - self.from) } else { 0.0 }
    }

    /// Round values inside the range, about `wanted` of them.
    pub fn ticks(self, wanted: usize) -> Vec<f64> {
        let rough = (self.to - self.from) / wanted.max(1) as f64;
        if !rough.is_finite() || rough <= 0.0 {
            return vec![];
        }
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|s| *s >= rough * 0.99).unwrap_or(10.0 * decade);
        let first = (self.from / step).ceil() as i64;
        let last = (self.to / step).floor() as i64;
        (first..=last).map(|k| k as f64 * step).collect()
    }
}

/// A tick as text: as many decimals as the step between ticks needs.
pub fn tick_text(value: f64, ticks: &[f64]) -> String {
    let step = ticks.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let digits = if step < 0.095 {
        2
    } else if step < 0.95 {
        1
    } else {
        0
    };
    format!("{value:.digits$}").replace('-', "−")
}

/// Cuts a series into pieces at its gaps; never bridges one.
pub fn pieces(points: impl Iterator<Item = Option<[f64; 2]>>) -> Vec<Vec<[f64; 2]>> {
    let mut pieces = vec![vec![]];
    for point in points {
        match (point, pieces.last_mut()) {
            (Some(p), Some(last)) => last.push(p),
            (None, Some(last)) if !last.is_empty() => pieces.push(vec![]),
            _ => {}
        }
    }
    pieces.retain(|p: &Vec<[f64; 2]>| !p.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Axis { from: -1.0, to: 57.0 }.ticks(4), [0.0, 20.0, 40.0]);
        assert_eq!(Axis { from: 0.0, to: 0.0 }.ticks(4), Vec::<f64>::new());
        let ticks = Axis { from: -0.9, to: 0.9 }.ticks(4);
        assert_eq!(ticks.iter().map(|t| tick_text(*t, &ticks)).collect::<Vec<_>>(), ["−0.5", "0.0", "0.5"]);
    }

    #[test]
    fn a_gap_cuts_the_line() {
        let points = [None, Some([0.0, 0.0]), Some([1.0, 1.0]), None, None, Some([4.0, 4.0])];
        assert_eq!(pieces(points.into_iter()), [vec![[0.0, 0.0], [1.0, 1.0]], vec![[4.0, 4.0]]]);
    }

    #[test]
    fn an_axis_has_a_least_width() {
        let axis = Axis::around([5.0, 5.0].into_iter(), 2.0).unwrap();
        assert!((axis.share(5.0) - 0.5).abs() < 1e-9 && axis.to - axis.from > 2.0);
        assert_eq!(Axis::around(std::iter::empty(), 1.0), None);
    }
}
