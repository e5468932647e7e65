//! Which found repetition is which true one.

/// A repetition as the matching sees it, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub from_s: f64,
    pub to_s: f64,
    pub lift_off_s: Option<f64>,
}

/// Lift-offs further apart than this are not the same repetition unless the spans overlap, s.
const NEAR_S: f64 = 0.5;

/// One-to-one pairs (index in `truth`, index in `found`), in the order of `truth`: greatest overlap
/// first, then the nearest lift-off within 0.5 s.
pub fn pair(truth: &[Span], found: &[Span]) -> Vec<(usize, usize)> {
    let mut candidates = vec![];
    for (t, a) in truth.iter().enumerate() {
        for (f, b) in found.iter().enumerate() {
            let overlap = (a.to_s.min(b.to_s) - a.from_s.max(b.from_s)).max(0.0);
            let apart = a.lift_off_s.zip(b.lift_off_s).map_or(f64::INFINITY, |(x, y)| (x - y).abs());
            if overlap > 0.0 || apart <= NEAR_S {
                candidates.push((overlap, apart, t, f));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let mut pairs: Vec<(usize, usize)> = vec![];
    for (_, _, t, f) in candidates {
        if pairs.iter().all(|(pt, pf)| *pt != t && *pf != f) {
            pairs.push((t, f));
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_s: f64, to_s: f64) -> Span {
        Span { from_s, to_s, lift_off_s: Some(from_s) }
    }

    #[test]
    fn each_true_rep_gets_at_most_one_found_rep() {
        // One found rep swallows two true ones: it belongs to the one it covers more of.
        assert_eq!(pair(&[span(0.0, 2.0), span(3.0, 6.0)], &[span(0.0, 6.0)]), [(1, 0)]);
        // A true rep found in two pieces counts once; the other piece stays a false rep.
        assert_eq!(pair(&[span(0.0, 4.0)], &[span(0.0, 1.0), span(1.0, 4.0)]), [(0, 1)]);
    }

    #[test]
    fn spans_that_do_not_touch_need_lift_offs_within_half_a_second() {
        assert_eq!(pair(&[span(1.0, 1.2)], &[span(1.4, 2.0)]), [(0, 0)]);
        assert_eq!(pair(&[span(1.0, 1.2)], &[span(1.6, 2.0)]), []);
        let without = Span { lift_off_s: None, ..span(1.3, 2.0) };
        assert_eq!(pair(&[span(1.0, 1.2)], &[without]), []);
    }

    #[test]
    fn a_missing_rep_does_not_shift_the_others() {
        let truth = [span(0.0, 2.0), span(3.0, 5.0), span(6.0, 8.0)];
        assert_eq!(pair(&truth, &[span(3.1, 5.1), span(6.1, 8.1)]), [(1, 0), (2, 1)]);
    }
}
