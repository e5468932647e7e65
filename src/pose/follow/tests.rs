//! Following a white disc that a stand-in network finds in its region.

use super::*;
use crate::media::{FrameSource, SyntheticSource};
use crate::track::LandmarkObs;
use crate::track::skeleton::{BLAZEPOSE_33, Layout};
use opencv::core::{Point, Scalar, Vec3b};
use opencv::{imgproc, prelude::*};
use proptest::prelude::*;

/// Finds the centre of what is white in the region.
struct WhiteFinder;

impl PoseEstimator for WhiteFinder {
    fn estimate(&mut self, image: &Mat, roi: Roi) -> Estimate {
        let half = roi.size_px / 2.0;
        let (mut n, mut sx, mut sy) = (0.0, 0.0, 0.0);
        for y in 0..image.rows() {
            for x in 0..image.cols() {
                let near = (f64::from(x) - roi.x_px).abs() < half && (f64::from(y) - roi.y_px).abs() < half;
                if near && image.at_2d::<Vec3b>(y, x)?[0] > 128 {
                    (n, sx, sy) = (n + 1.0, sx + f64::from(x), sy + f64::from(y));
                }
            }
        }
        // Uneven work, so that answers come back out of order.
        std::thread::sleep(std::time::Duration::from_micros((sx as u64 % 7) * 150));
        let found = LandmarkObs { x_px: sx / n, y_px: sy / n, visibility: 1.0 };
        let pose = PoseObs { score: 1.0, landmarks: vec![found], outline: vec![], mask_cell_px: 1.0 };
        Ok((n > 0.0).then_some((pose, Roi { x_px: sx / n, y_px: sy / n, ..roi })))
    }

    fn layout(&self) -> &'static Layout {
        &BLAZEPOSE_33
    }
}

fn region(x_px: f64, y_px: f64) -> Roi {
    Roi { x_px, y_px, size_px: 40.0, rotation_rad: 0.0 }
}

/// Where the disc was seen in each of 40 frames; it is at `path(i)`, or nowhere.
fn seen(workers: usize, path: fn(u32) -> Option<(i32, i32)>, seed: impl Fn(u32) -> Option<Roi>) -> Vec<Option<(f64, f64)>> {
    seen_at(workers, Density::All, 20.0, path, seed)
}

fn seen_at(
    workers: usize,
    density: Density,
    fps: f64,
    path: fn(u32) -> Option<(i32, i32)>,
    seed: impl Fn(u32) -> Option<Roi>,
) -> Vec<Option<(f64, f64)>> {
    let mut source = SyntheticSource::steady(160, 120, 40, fps, move |i, _, image| match path(i) {
        Some((x, y)) => imgproc::circle(image, Point::new(x, y), 4, Scalar::all(255.0), -1, 8, 0),
        None => Ok(()),
    });
    let mut follower = Follower::with(workers, density, || Ok(Box::new(WhiteFinder) as Box<dyn PoseEstimator>)).unwrap();
    let mut results = vec![];
    while let Some(frame) = source.next().unwrap() {
        follower.push(frame.image, frame.time_s, seed(frame.index)).unwrap();
        results.extend(follower.drain());
        assert!(results.len() + 24 > frame.index as usize, "no more than a few stretches are open");
    }
    results.extend(follower.finish().unwrap());
    assert_eq!(results.iter().map(|r| r.0).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>(), "every number once, in order");
    results.into_iter().map(|(_, pose)| pose.map(|p| (p.landmarks[0].x_px, p.landmarks[0].y_px))).collect()
}

fn walk(i: u32) -> Option<(i32, i32)> {
    Some((20 + 3 * i as i32, 60))
}

#[test]
fn the_walker_is_followed_from_its_first_seeds() {
    let out = seen(2, walk, |i| (i < 3).then(|| region(22.0, 60.0)));
    for (i, at) in out.iter().enumerate() {
        let (x, _) = at.unwrap();
        assert!((x - (20 + 3 * i) as f64).abs() < 0.5, "frame {i} at {x}");
    }
}

#[test]
fn nobody_is_looked_for_without_a_seed() {
    assert!(seen(2, walk, |_| None).iter().all(Option::is_none));
}

#[test]
fn who_was_lost_is_found_again_at_the_next_seed() {
    let gone = |i| if (10..20).contains(&i) { None } else { walk(i) };
    let seed = |i: u32| [0, 1, 2, 3, 20, 21, 22, 23].contains(&i).then(|| region(20.0 + 3.0 * f64::from(i), 60.0));
    let out = seen(2, gone, seed);
    assert!(out[10..20].iter().all(Option::is_none));
    assert!(out[20..].iter().all(Option::is_some), "{out:?}");
}

#[test]
fn one_blurred_frame_loses_nobody() {
    let out = seen(3, |i| if i == 17 { None } else { walk(i) }, |i| (i < 3).then(|| region(22.0, 60.0)));
    assert_eq!(out.iter().filter(|o| o.is_none()).count(), 1, "{out:?}");
}

#[test]
fn a_region_that_strayed_is_called_back() {
    // Until frame 15 the only disc is the wrong one; the seeds know where the person is.
    let decoy = |i| Some(if i < 15 { (30, 30) } else { (120, 90) });
    let seed = |i: u32| Some(if i < 10 { region(30.0, 30.0) } else { region(120.0, 90.0) });
    let out = seen(4, decoy, seed);
    // Frames 10 and 11 lie beside a key that still saw the wrong one.
    assert!(out[12..15].iter().all(Option::is_none), "{out:?}");
    assert!(out[15..].iter().all(|o| o.is_some_and(|(x, _)| (x - 120.0).abs() < 0.5)), "{out:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_number_of_workers_changes_nothing(workers in 2..7usize, seeds in any::<u64>(), x in 10.0..60.0f64) {
        let path = |i: u32| if i % 11 == 7 { None } else { walk(i) };
        let seed = |i: u32| (seeds >> i & 1 == 1).then(|| region(x + f64::from(i), 60.0));
        prop_assert_eq!(seen(workers, path, seed), seen(1, path, seed));
    }
}

fn by_movement() -> Density {
    Density::ByMovement(Lively { moves_per_s: 0.1, every_s: 1.0 / 15.0, darts_per_s: 2.0, darting_s: 0.0 })
}

#[test]
fn a_body_at_rest_is_looked_at_from_key_to_key_and_a_moving_one_between_them() {
    let seed = |_| Some(region(40.0, 60.0));
    let still = seen_at(2, by_movement(), 30.0, |_| Some((40, 60)), seed);
    let looked: Vec<usize> = (0..40).filter(|&i| still[i].is_some()).collect();
    assert_eq!(looked, [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 39], "keys only, and the last frame");
    // One pixel a frame is 0.75 sides of the region a second.
    let slow = seen_at(2, by_movement(), 30.0, |i| Some((20 + i as i32, 60)), |i| Some(region(20.0 + f64::from(i), 60.0)));
    let looked: Vec<usize> = (0..20).filter(|&i| slow[i].is_some()).collect();
    assert_eq!(looked, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18], "every second frame");
    let fast = seen_at(2, by_movement(), 30.0, walk, |i| Some(region(20.0 + 3.0 * f64::from(i), 60.0)));
    assert!(fast.iter().all(Option::is_some), "a dart is seen in every frame");
}

#[test]
fn frames_closer_than_the_finest_step_are_never_looked_at() {
    let lively = Lively { moves_per_s: 0.1, every_s: 0.15, darts_per_s: 2.0, darting_s: 1.0 / 15.0 };
    let looked = |path: fn(u32) -> Option<(i32, i32)>| -> Vec<usize> {
        let seed = move |i: u32| path(i).map(|(x, _)| region(f64::from(x), 60.0));
        let out = seen_at(2, Density::ByMovement(lively), 30.0, path, seed);
        (0..32).filter(|&i| out[i].is_some()).collect()
    };
    assert_eq!(looked(|_| Some((40, 60))), [0, 4, 8, 12, 16, 20, 24, 28], "keys alone");
    assert_eq!(looked(|i| Some((20 + i as i32, 60))), [0, 4, 8, 12, 16, 20, 24, 28], "keys alone");
    assert_eq!(looked(walk), (0..32).step_by(2).collect::<Vec<_>>(), "a dart, at 15 a second");
    let sets_out = looked(|i| Some((40 + 2 * (i.max(14) as i32 - 14), 60)));
    assert!(sets_out.contains(&16), "between the key before it set out and the one after: {sets_out:?}");
}

#[test]
fn what_starts_to_move_is_seen_before_and_after() {
    let path = |i: u32| Some((40 + 2 * (i.clamp(16, 24) as i32 - 16), 60));
    let out = seen_at(1, by_movement(), 30.0, path, move |i| path(i).map(|(x, _)| region(f64::from(x), 60.0)));
    let looked = |i: usize| out[i].is_some();
    assert!(looked(14) && looked(18) && looked(22) && looked(26), "the stretch beside the movement counts as moving: {out:?}");
    assert!(!looked(6) && !looked(34), "further away it rests: {out:?}");
}

#[test]
fn frames_between_keys_are_chosen_evenly() {
    let at = |times: &[f64], ends: [f64; 2], every| choose(times, ends.map(Some), every);
    assert_eq!(at(&[0.033, 0.067, 0.1], [0.0, 0.133], 1.0 / 15.0), [false, true, false]);
    assert_eq!(at(&[0.04, 0.08, 0.12], [0.0, 0.16], 1.0 / 15.0), [true, false, true]);
    assert_eq!(at(&[0.033, 0.067, 0.1], [0.0, 0.133], f64::INFINITY), [false; 3]);
    assert_eq!(at(&[0.033, 0.067, 0.1], [0.0, 0.133], 0.0), [true; 3]);
    assert_eq!(at(&[], [0.0, 0.1], 0.05), [false; 0]);
}

#[test]
fn a_key_seen_askew_is_looked_at_again_in_its_own_region() {
    let one = |x_px, rotation_rad| Roi { x_px, y_px: 0.0, size_px: 100.0, rotation_rad };
    assert!(!off(&one(0.0, 0.0), &one(2.0, 0.05)));
    assert!(off(&one(0.0, 0.0), &one(4.0, 0.0)));
    assert!(off(&one(0.0, 3.1), &one(0.0, -3.1)), "0.08 rad the short way round");
    assert!(!off(&one(0.0, 3.12), &one(0.0, -3.12)));
}

#[test]
fn after_a_cut_nobody_is_looked_for_where_the_last_shot_left_them() {
    let mut source = SyntheticSource::steady(160, 120, 40, 20.0, move |i, _, image| {
        let x = if i < 20 { 30 } else { 120 };
        imgproc::circle(image, Point::new(x, 60), 4, Scalar::all(255.0), -1, 8, 0)
    });
    let mut follower = Follower::with(2, Density::All, || Ok(Box::new(WhiteFinder) as Box<dyn PoseEstimator>)).unwrap();
    let mut results = vec![];
    while let Some(frame) = source.next().unwrap() {
        if frame.index == 20 {
            results.extend(follower.finish().unwrap());
            assert_eq!(results.len(), 20, "what came before the cut is answered");
            follower.forget();
        }
        let seed = (frame.index % 20 == 0).then(|| region(if frame.index < 20 { 30.0 } else { 120.0 }, 60.0));
        follower.push(frame.image, frame.time_s, seed).unwrap();
        results.extend(follower.drain());
    }
    results.extend(follower.finish().unwrap());
    assert_eq!(results.iter().map(|r| r.0).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>(), "numbers go on");
    for (number, pose) in results {
        let x = pose.map(|p| p.landmarks[0].x_px);
        assert_eq!(x.map(f64::round), Some(if number < 20 { 30.0 } else { 120.0 }), "frame {number}");
    }
}
