//! Where the load becomes another one. Whether a plate tells of it or the hands is decided for a whole stretch, and what comes after a set
//! without a plate (an end card, a poster, another exercise) must not outvote the plate of the set.

use crate::track::FrameObs;

/// A plate that is seen at one time and not for so long at another is not the load of both, s.
const OTHER_LOAD_S: f64 = 10.0;
/// A sight of a plate lasts so long, and what comes so shortly before and after belongs to it, s.
const SIGHT_S: f64 = 3.0;
const BESIDE_S: f64 = 3.0;

/// Parts of a window through each of which a plate is seen, or none is; one where that does not change for long.
pub fn loads(frames: &[FrameObs], [from, to]: [f64; 2]) -> Vec<[f64; 2]> {
    let mut sights: Vec<[f64; 2]> = vec![];
    for f in frames.iter().filter(|f| f.plate.is_some()) {
        match sights.last_mut() {
            Some(sight) if f.time_s - sight[1] <= OTHER_LOAD_S => sight[1] = f.time_s,
            _ => sights.push([f.time_s, f.time_s]),
        }
    }
    sights.retain(|s| s[1] - s[0] >= SIGHT_S);
    let mut out: Vec<[f64; 2]> = vec![];
    let mut at = from;
    for [a, b] in sights {
        let apart = a - at >= OTHER_LOAD_S;
        if apart {
            out.last_mut().into_iter().for_each(|before| before[1] += BESIDE_S);
            out.push([at, a]);
        }
        out.push([if apart { a - BESIDE_S } else { at }, b]);
        at = b;
    }
    match out.last_mut() {
        Some(last) if to - at < OTHER_LOAD_S => last[1] = to,
        Some(last) => {
            last[1] += BESIDE_S;
            out.push([at, to]);
        }
        None => out.push([from, to]),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::PlateObs;

    /// A film of a minute with a plate in these times.
    fn seen(sights: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let plate = PlateObs { x_px: 1.0, y_px: 1.0, major_px: 9.0, minor_px: 9.0, angle_deg: 0.0, coverage: 0.9, sigma_px: 0.3 };
        let frame = |i: u32| {
            let time_s = f64::from(i) / 10.0;
            let there = sights.iter().any(|s| time_s >= s[0] && time_s <= s[1]);
            FrameObs { index: i, time_s, plate: there.then_some(plate), ..FrameObs::default() }
        };
        loads(&(0..600).map(frame).collect::<Vec<_>>(), [0.0, 60.0])
    }

    #[test]
    fn a_plate_that_goes_is_a_load_of_its_own_and_one_that_is_hidden_for_a_while_is_not() {
        let whole = [[0.0, 60.0]];
        assert_eq!(seen(&[]), whole);
        assert_eq!(seen(&[[0.0, 60.0]]), whole);
        assert_eq!(seen(&[[4.0, 20.0], [29.0, 55.0]]), whole, "hidden for nine seconds");
        assert_eq!(seen(&[[30.0, 31.0]]), whole, "a second of something round");
        assert_eq!(seen(&[[0.0, 25.0]]), [[0.0, 28.0], [25.0, 60.0]]);
        assert_eq!(seen(&[[20.0, 30.0], [45.0, 60.0]]), [[0.0, 20.0], [17.0, 33.0], [30.0, 45.0], [42.0, 60.0]]);
    }
}
