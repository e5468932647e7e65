//! Who lifts: sets told apart by the lifter's build.

use super::posture::Posture;
use crate::numeric::median;
use crate::track::Track;

/// A lifter's proportions in one set; what was not seen is not compared.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Build {
    /// Trunk, thigh and shank together over the plate's radius: a stature against 22.5 cm, wherever the camera stands.
    size: Option<f64>,
    /// The same in px: compares only where the camera did not move.
    height_px: Option<f64>,
    /// Thigh and shank over the trunk.
    thigh: Option<f64>,
    shank: Option<f64>,
    /// The shot.
    shot_s: f64,
}

/// How far the same lifter's values differ from set to set, one σ of the logarithm (`docs/calibration.md`).
const SIZE_SIGMA: f64 = 0.04;
const HEIGHT_SIGMA: f64 = 0.04;
const LIMB_SIGMA: f64 = 0.06;
/// Two sets are of two lifters when their squared difference exceeds what chance gives (one per value) by this, in σ²: one
/// pair of sets of the same lifter in a hundred does.
const ANOTHER: f64 = 8.0;

/// The build over a stretch of a part.
pub fn build(track: &Track, posture: &Posture, [from, to]: [f64; 2]) -> Build {
    let layout = crate::track::Layout::by_name(&track.skeleton);
    let range = track.frames.partition_point(|f| f.time_s < from)..track.frames.partition_point(|f| f.time_s <= to);
    let frames = &track.frames[range];
    let own = layout.and_then(|l| Posture::of(frames, l)).map_or(posture.limbs_px, |p| p.limbs_px);
    let radius = median(frames.iter().filter_map(|f| f.plate).map(|p| p.major_px));
    let [trunk, thigh, shank] = own;
    let sum = trunk.zip(thigh).zip(shank).map(|((a, b), c)| a + b + c);
    let over = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a / b).filter(|r| r.is_finite() && *r > 0.0);
    Build { size: over(sum, radius), height_px: sum, thigh: over(thigh, trunk), shank: over(shank, trunk), shot_s: posture.start_s }
}

/// Squared difference of two builds beyond what chance gives, in σ².
fn distance(a: &Build, b: &Build) -> f64 {
    let mut terms = vec![];
    let mut compare = |a: Option<f64>, b: Option<f64>, sigma: f64| {
        if let (Some(a), Some(b)) = (a, b) {
            terms.push(((a / b).ln() / sigma).powi(2));
        }
    };
    compare(a.size, b.size, SIZE_SIGMA);
    if a.shot_s == b.shot_s {
        compare(a.height_px, b.height_px, HEIGHT_SIGMA);
    }
    compare(a.thigh, b.thigh, LIMB_SIGMA);
    compare(a.shank, b.shank, LIMB_SIGMA);
    terms.iter().sum::<f64>() - terms.len() as f64
}

/// Numbers the lifters of successive sets from 1, each by the nearest of those before.
pub fn number(builds: &[Build]) -> Vec<u32> {
    let mut firsts: Vec<&Build> = vec![];
    let mut out = vec![];
    for build in builds {
        let nearest = firsts.iter().enumerate().map(|(i, f)| (i, distance(f, build))).min_by(|a, b| a.1.total_cmp(&b.1));
        match nearest {
            Some((i, d)) if d < ANOTHER => out.push(i as u32 + 1),
            _ => {
                firsts.push(build);
                out.push(firsts.len() as u32);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(size: f64, thigh: f64) -> Build {
        Build { size: Some(size), height_px: None, thigh: Some(thigh), shank: None, shot_s: 0.0 }
    }

    #[test]
    fn lifters_who_take_turns_keep_their_numbers() {
        assert_eq!(number(&[build(6.0, 0.85), build(6.9, 0.95), build(6.1, 0.84), build(6.8, 0.96)]), [1, 2, 1, 2]);
        assert_eq!(number(&[build(6.0, 0.85), build(6.2, 0.87)]), [1, 1]);
        assert_eq!(number(&[Build::default(), Build::default()]), [1, 1], "what was not seen is no difference");
    }
}
