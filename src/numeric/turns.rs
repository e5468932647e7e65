//! Highs and lows of a curve that differ by enough.

/// A turning point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    pub at: usize,
    pub high: bool,
}

/// Alternating lows and highs that differ by at least `prominence`; the curve's ends count.
pub fn turns(height: &[f64], prominence: f64) -> Vec<Turn> {
    let mut out: Vec<Turn> = Vec::new();
    let (mut low, mut high) = (0, 0);
    let mut rising: Option<bool> = None;
    for i in 1..height.len() {
        if height[i] > height[high] {
            high = i;
        }
        if height[i] < height[low] {
            low = i;
        }
        match rising {
            None if height[i] - height[low] >= prominence => {
                out.push(Turn { at: low, high: false });
                (rising, high) = (Some(true), i);
            }
            None if height[high] - height[i] >= prominence => {
                out.push(Turn { at: high, high: true });
                (rising, low) = (Some(false), i);
            }
            Some(true) if height[high] - height[i] >= prominence => {
                out.push(Turn { at: high, high: true });
                (rising, low) = (Some(false), i);
            }
            Some(false) if height[i] - height[low] >= prominence => {
                out.push(Turn { at: low, high: false });
                (rising, high) = (Some(true), i);
            }
            _ => {}
        }
    }
    match rising {
        Some(true) => out.push(Turn { at: high, high: true }),
        Some(false) => out.push(Turn { at: low, high: false }),
        None => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lifts_have_five_turns_and_small_dips_none() {
        let mut h = vec![0.0; 20];
        for _ in 0..2 {
            h.extend((0..20).map(|i| 3.0 * f64::from(i)));
            h.extend([57.0, 55.0, 58.0, 57.0]);
            h.extend((0..20).rev().map(|i| 3.0 * f64::from(i)));
            h.extend([0.0, 1.0, 0.0]);
        }
        let t = turns(&h, 17.0);
        assert_eq!(t.iter().map(|t| t.high).collect::<Vec<_>>(), [false, true, false, true, false]);
    }
}
