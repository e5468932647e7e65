//! The shots of a film: what lies between its cuts.

use super::{FrameObs, Track};
use std::borrow::Cow;
use std::ops::Range;

/// Frames of each shot, by their time. A cut's own frame belongs to the new one.
pub fn shots(track: &Track) -> Vec<Range<usize>> {
    let mut edges = vec![0];
    edges.extend(track.scene.cuts_s.iter().map(|cut| track.frames.partition_point(|f| f.time_s < *cut)));
    edges.push(track.frames.len());
    edges.windows(2).map(|w| w[0]..w[1].max(w[0])).filter(|shot| !shot.is_empty()).collect()
}

/// The shot in which the lifter is seen longest, the first of equals; `None` without frames.
pub fn main_shot(track: &Track) -> Option<Range<usize>> {
    let poses = |shot: &Range<usize>| track.frames[shot.clone()].iter().filter(|f| f.pose.is_some()).count();
    shots(track).into_iter().rev().max_by_key(poses)
}

/// The track with what was seen in its main shot alone: another shot shows the lifter from another place, or another lifter.
pub fn only_main_shot(track: &Track) -> Cow<'_, Track> {
    let seen = |f: &FrameObs| f.pose.is_some() || f.plate.is_some();
    let Some(main) = main_shot(track) else { return Cow::Borrowed(track) };
    if !track.frames.iter().enumerate().any(|(i, f)| seen(f) && !main.contains(&i)) {
        return Cow::Borrowed(track);
    }
    let mut alone = track.clone();
    for (_, frame) in alone.frames.iter_mut().enumerate().filter(|(i, _)| !main.contains(i)) {
        (frame.pose, frame.plate) = (None, None);
    }
    Cow::Owned(alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{Case, build};

    #[test]
    fn only_the_longest_shot_is_kept() {
        let mut track = build(Case::Clean).track;
        assert!(matches!(only_main_shot(&track), Cow::Borrowed(_)), "one shot is itself");
        let cut_s = track.frames[30].time_s;
        track.scene.cuts_s = vec![cut_s];
        assert_eq!(shots(&track), [0..30, 30..track.frames.len()]);
        let alone = only_main_shot(&track);
        assert!(alone.frames[..30].iter().all(|f| f.pose.is_none() && f.plate.is_none()));
        assert_eq!(alone.frames[30..], track.frames[30..]);
        assert!(matches!(only_main_shot(&alone), Cow::Borrowed(_)), "nothing is left to take away");
    }
}
