//! What a report may not depend on: where in the picture the lifter stands, how many pixels he has, which way he faces, how slowly
//! the video plays and how often the camera looked. Saved tracks of rendered lifts, changed as another camera would have seen them.

use formcheck::config::{self, Config, Instrument};
use formcheck::pipeline;
use formcheck::report::{CheckPart, Report};
use formcheck::track::{self, FrameObs, Layout, PoseObs, Track};
use proptest::prelude::*;
use std::path::Path;

/// One clean lift, one of each phase with faults, one oblique, one from the front.
const NAMES: [&str; 5] = ["side_right_clean", "side_e3", "side_p4_p5", "yaw30_e1_e3", "front_s1_t2"];

fn load(name: &str) -> Track {
    track::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/tracks/{name}.track.json.gz"))).unwrap()
}

fn report(track: &Track, config: &Config) -> Report {
    pipeline::assess(track, None, config).unwrap().report
}

/// Every point of the picture through `to`, every length by `scale`.
fn picture(track: &mut Track, to: impl Fn([f64; 2]) -> [f64; 2], scale: f64) {
    for frame in &mut track.frames {
        if let Some(pose) = &mut frame.pose {
            for l in &mut pose.landmarks {
                [l.x_px, l.y_px] = to([l.x_px, l.y_px]);
            }
            pose.outline.iter_mut().flatten().for_each(|p| *p = to(*p));
            pose.mask_cell_px *= scale;
        }
        if let Some(plate) = &mut frame.plate {
            [plate.x_px, plate.y_px] = to([plate.x_px, plate.y_px]);
            (plate.major_px, plate.minor_px, plate.sigma_px) = (scale * plate.major_px, scale * plate.minor_px, scale * plate.sigma_px);
        }
        frame.camera_shift_px = frame.camera_shift_px.map(|s| s.map(|v| scale * v));
    }
    let residual = &mut track.scene.camera_residual_px;
    *residual = residual.map(|r| scale * r);
}

fn scaled(track: &Track, by: f64) -> Track {
    let mut out = track.clone();
    picture(&mut out, |p| p.map(|v| by * v), by);
    let video = &mut out.video;
    (video.width_px, video.height_px) = ((f64::from(video.width_px) * by).round() as u32, (f64::from(video.height_px) * by).round() as u32);
    let p = &mut video.picture;
    (p.x_px, p.y_px, p.width_px, p.height_px) = (by * p.x_px, by * p.y_px, by * p.width_px, by * p.height_px);
    out
}

fn mirrored(track: &Track) -> Track {
    let mut out = track.clone();
    let width = f64::from(track.video.width_px);
    picture(&mut out, |[x, y]| [width - x, y], 1.0);
    let layout = Layout::by_name(&track.skeleton).unwrap();
    let pairs: Vec<(usize, usize)> = track::Joint::ALL
        .iter()
        .filter_map(|j| Some((layout.index(track::Side::Left, *j)?, layout.index(track::Side::Right, *j)?)))
        .collect();
    for frame in &mut out.frames {
        if let Some(pose) = &mut frame.pose {
            pairs.iter().for_each(|(l, r)| pose.landmarks.swap(*l, *r));
        }
        if let Some(plate) = &mut frame.plate {
            plate.angle_deg = -plate.angle_deg;
        }
        frame.camera_shift_px = frame.camera_shift_px.map(|[x, y]| [-x, y]);
    }
    out.scene.roll_deg = track.scene.roll_deg.map(|r| -r);
    out.video.picture.x_px = width - track.video.picture.x_px - track.video.picture.width_px;
    out
}

fn slowed(track: &Track, times: f64) -> Track {
    let mut out = track.clone();
    out.frames.iter_mut().for_each(|f| f.time_s *= times);
    (out.video.mean_fps, out.video.duration_s) = (track.video.mean_fps / times, track.video.duration_s * times);
    out.scene.cuts_s.iter_mut().for_each(|t| *t *= times);
    out.scene.freezes_s.iter_mut().flatten().for_each(|t| *t *= times);
    out.scene.events.iter_mut().for_each(|e| (e.from_s, e.to_s) = (times * e.from_s, times * e.to_s));
    out
}

/// Twice as many frames: between two of them what lies half-way, but for the outline, which stays for two.
fn doubled(track: &Track) -> Track {
    let half = |a: f64, b: f64| 0.5 * (a + b);
    let between = |a: &PoseObs, b: &PoseObs| {
        let mut pose = a.clone();
        for (l, r) in pose.landmarks.iter_mut().zip(&b.landmarks) {
            (l.x_px, l.y_px) = (half(l.x_px, r.x_px), half(l.y_px, r.y_px));
        }
        pose
    };
    let mut frames: Vec<FrameObs> = vec![];
    for (i, frame) in track.frames.iter().enumerate() {
        frames.push(FrameObs { index: 2 * i as u32, ..frame.clone() });
        let Some(next) = track.frames.get(i + 1) else { continue };
        let mut middle = FrameObs { index: 2 * i as u32 + 1, time_s: half(frame.time_s, next.time_s), ..frame.clone() };
        middle.pose = frame.pose.as_ref().zip(next.pose.as_ref()).map(|(a, b)| between(a, b));
        middle.plate =
            frame.plate.zip(next.plate).map(|(a, b)| track::PlateObs { x_px: half(a.x_px, b.x_px), y_px: half(a.y_px, b.y_px), ..a });
        frames.push(middle);
    }
    let mut out = track.with_frames(frames);
    (out.video.frames, out.video.mean_fps) = (out.frames.len() as u32, 2.0 * track.video.mean_fps);
    out
}

/// As a share of an error: any value; only repetitions, events and verdicts that are sure of themselves are held.
const VERDICTS_ONLY: f64 = f64::INFINITY;

/// What differs between two reports: repetitions, events by more than `late_s` (after division of the second's times by `slower`),
/// values by more than `share` of their error, verdicts that are sure of themselves.
fn differences(a: &Report, b: &Report, share: f64, late_s: f64, slower: f64) -> Vec<String> {
    let mut out = vec![];
    let kinds = |r: &Report| r.reps.iter().map(|r| r.kind).collect::<Vec<_>>();
    if kinds(a) != kinds(b) {
        return vec![format!("{:?} became {:?}", kinds(a), kinds(b))];
    }
    for (p, q) in a.reps.iter().zip(&b.reps) {
        let events = |r: &formcheck::report::RepPart| [r.lift_off_s, r.lockout_s, r.descent_s, r.floor_s];
        for (s, t) in events(p).into_iter().zip(events(q)) {
            if s.is_some() != t.is_some() || s.zip(t).is_some_and(|(s, t)| (s - t / slower).abs() > late_s) {
                out.push(format!("rep {}: an event at {s:?} became {t:?}", p.index));
            }
        }
        for (c, d) in p.checks.iter().zip(&q.checks) {
            if let Some(what) = changed(c, d, share) {
                out.push(format!("rep {} {}: {what}", p.index, c.code));
            }
        }
    }
    out
}

fn changed(a: &CheckPart, b: &CheckPart, share: f64) -> Option<String> {
    if a.reason != b.reason && share < VERDICTS_ONLY {
        return Some(format!("{:?} became {:?}", a.reason, b.reason));
    }
    let (v, w, sigma) = (a.value?, b.value?, a.sigma?);
    let sure = |p: Option<f64>| p.is_some_and(|p| !(0.3..=0.95).contains(&p));
    let said = sure(a.p_flag) && sure(b.p_flag) && a.status != b.status;
    // Of several measures the one that stands out is told: near a tie another.
    ((v - w).abs() > share * sigma && a.measure == b.measure || said)
        .then(|| format!("{v} ± {sigma} {:?} became {w} {:?}", a.status, b.status))
}

fn hold(name: &str, what: &str, found: &[String]) {
    assert!(found.is_empty(), "{name} {what}:\n{}", found.join("\n"));
}

/// What the network does by the way a lifter faces is turned with the picture: no network marks a mirror image like that.
fn of_the_mirrored_network() -> Config {
    let facing = Instrument::default().centres.expect("the measured network").facing;
    let turned = [("shoulder", facing.shoulder), ("hip", facing.hip), ("elbow", facing.elbow), ("toe", facing.toe)];
    let lines: String = turned.iter().map(|(point, share)| format!("{point} = {:?}\n", -share)).collect();
    config::parse(&format!("[instrument.centres.facing]\n{lines}")).unwrap()
}

#[test]
fn which_way_the_lifter_faces_says_nothing() {
    for name in NAMES {
        let track = load(name);
        let said = report(&track, &Config::default());
        hold(name, "mirrored", &differences(&said, &report(&mirrored(&track), &of_the_mirrored_network()), 1e-3, 1e-6, 1.0));
    }
}

#[test]
fn twice_the_frames_say_the_same() {
    for name in NAMES {
        let track = load(name);
        let config = Config::default();
        hold(name, "doubled", &differences(&report(&track, &config), &report(&doubled(&track), &config), VERDICTS_ONLY, 0.1, 1.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_finer_or_coarser_picture_says_the_same(which in 0..NAMES.len(), by in 0.8..2.0) {
        let track = load(NAMES[which]);
        let config = Config::default();
        let found = differences(&report(&track, &config), &report(&scaled(&track, by), &config), 0.2, 0.04, 1.0);
        hold(NAMES[which], &format!("by {by}"), &found);
    }

    #[test]
    fn a_few_pixels_aside_say_the_same(which in 0..NAMES.len(), x in -20.0..20.0, y in -10.0..10.0) {
        let track = load(NAMES[which]);
        let config = Config::default();
        let mut moved = track.clone();
        picture(&mut moved, |p| [p[0] + x, p[1] + y], 1.0);
        let found = differences(&report(&track, &config), &report(&moved, &config), 0.2, 0.04, 1.0);
        hold(NAMES[which], &format!("by {x}, {y}"), &found);
    }

    #[test]
    fn slow_motion_that_was_told_says_the_same(which in 0..NAMES.len(), times in 1.2..2.0) {
        // A camera that looked twice as often, played slowly.
        let track = doubled(&load(NAMES[which]));
        let mut config = Config::default();
        let plain = report(&track, &config);
        config.lifter.slow_motion = Some(times);
        let found = differences(&plain, &report(&slowed(&track, times), &config), VERDICTS_ONLY, 0.15, times);
        hold(NAMES[which], &format!("{times} times as long"), &found);
    }
}
