//! `series.csv`: one row per decoded frame (CONTRACT "series.csv").

use crate::error::{Error, Result};
use crate::files;
use crate::reps::{Phase, RepSet};
use crate::signals::{Joint, Series, Signals, Told};
use std::path::Path;

const AFTER_JOINTS: [&str; 15] = [
    "bar_x_px",
    "bar_y_px",
    "plate_radius_px",
    "bar_height_cm",
    "bar_forward_cm",
    "bar_velocity_mps",
    "trunk_deg",
    "thigh_deg",
    "shank_deg",
    "hip_deg",
    "knee_deg",
    "arm_deg",
    "back_index",
    "phase",
    "rep",
];

/// σ of the fitted body's angles, degrees.
const SIGMAS: [&str; 6] = ["trunk_sd_deg", "thigh_sd_deg", "shank_sd_deg", "hip_sd_deg", "knee_sd_deg", "arm_sd_deg"];

/// The header in the contract's order.
pub fn columns() -> Vec<String> {
    let joints = Joint::ALL.iter().flat_map(|j| ["x_px", "y_px", "conf", "occluded"].map(|field| format!("{}_{field}", j.name())));
    let estimated = Joint::ALL.iter().map(|j| format!("{}_estimated", j.name()));
    let head = ["frame", "time_s", "confidence"].map(str::to_owned).into_iter();
    head.chain(joints).chain(AFTER_JOINTS.map(str::to_owned)).chain(estimated).chain(SIGMAS.map(str::to_owned)).collect()
}

/// A place between two grid points.
#[derive(Debug, Clone, Copy)]
pub struct At {
    before: usize,
    share: f64,
}

impl At {
    /// `None` outside the grid (by more than half a step) or on an empty one.
    pub fn time(signals: &Signals, time_s: f64) -> Option<At> {
        let start = *signals.time_s.first()?;
        let place = (time_s - start) * signals.rate_hz;
        let last = signals.len() - 1;
        if !(-0.5..=last as f64 + 0.5).contains(&place) {
            return None;
        }
        let place = place.clamp(0.0, last as f64);
        let before = (place as usize).min(last.saturating_sub(1));
        Some(At { before, share: if last == 0 { 0.0 } else { place - before as f64 } })
    }

    /// Linear between neighbours; on a grid point that point alone counts; a gap stays a gap.
    pub fn value(self, series: &[Option<f64>]) -> Option<f64> {
        const ON_POINT: f64 = 1e-6;
        let point = |i: usize| series.get(i).copied().flatten().filter(|v| v.is_finite());
        match self.share {
            s if s < ON_POINT => point(self.before),
            s if s > 1.0 - ON_POINT => point(self.before + 1),
            s => Some(point(self.before)? * (1.0 - s) + point(self.before + 1)? * s),
        }
    }

    /// The nearer grid point's index, for masks and confidences.
    pub fn nearest(self) -> usize {
        if self.share > 0.5 { self.before + 1 } else { self.before }
    }
}

/// The table as CSV text.
pub fn to_bytes(signals: &Signals, set: &RepSet) -> Result<Vec<u8>> {
    let fault = |e: &dyn std::fmt::Display| Error::internal(format!("the time series cannot be written as CSV: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns()).map_err(|e| fault(&e))?;
    let told = Told::of(signals);
    for (frame, &time_s) in signals.frame_time_s.iter().enumerate() {
        writer.write_record(row(signals, &told, set, frame, time_s)).map_err(|e| fault(&e))?;
    }
    writer.into_inner().map_err(|e| fault(&e))
}

pub fn write(signals: &Signals, set: &RepSet, path: &Path) -> Result<()> {
    files::write_whole(path, &to_bytes(signals, set)?)
}

fn cell(value: Option<f64>, digits: usize) -> String {
    value.map_or(String::new(), |v| format!("{v:.digits$}"))
}

fn row(signals: &Signals, told: &Told, set: &RepSet, frame: usize, time_s: f64) -> Vec<String> {
    let at = At::time(signals, time_s);
    let value = |series: &Series, digits| cell(at.and_then(|a| a.value(series)), digits);
    let bar = &signals.bar;
    let mut cells = vec![frame.to_string(), format!("{time_s:.4}"), cell(at.and_then(|a| confidence(signals, a)), 3)];
    for joint in &told.near_joints {
        let nearest = at.map(At::nearest);
        let x = value(&joint.image_x_px, 2);
        // Without a place there is nothing that could be sure or hidden.
        let known = nearest.filter(|_| !x.is_empty());
        cells.push(x);
        cells.push(value(&joint.image_y_px, 2));
        cells.push(cell(known.and_then(|i| joint.confidence.get(i).copied()), 3));
        cells.push(known.and_then(|i| joint.occluded.get(i)).map_or(String::new(), |&hidden| u8::from(hidden).to_string()));
    }
    let centimetres = [&bar.height_cm, &bar.forward_cm];
    cells.extend([&bar.image_x_px, &bar.image_y_px, &bar.radius_px].map(|s| value(s, 2)));
    cells.extend(centimetres.map(|s| value(s, 3)));
    cells.push(value(&signals.speed.mps, 4));
    cells.extend(told.all().map(|c| value(&c.value, 2)));
    cells.push(value(&signals.back.index, 5));
    let (phase, rep): (Phase, Option<u32>) = set.phase_at(time_s);
    cells.push(phase.name().to_owned());
    cells.push(rep.map_or(String::new(), |r| r.to_string()));
    let estimated = |of: &Vec<bool>| at.and_then(|a| of.get(a.nearest()).copied());
    cells.extend(told.estimated.iter().map(|of| estimated(of).map_or(String::new(), |e| u8::from(e).to_string())));
    cells.extend(told.all().map(|c| value(&c.sigma, 2)));
    cells
}

/// Confidence of the whole pose: the mean over the near side's joints that have a place.
fn confidence(signals: &Signals, at: At) -> Option<f64> {
    let i = at.nearest();
    let known: Vec<f64> = signals
        .near_joints
        .iter()
        .filter(|j| j.image_x_px.get(i).copied().flatten().is_some())
        .filter_map(|j| j.confidence.get(i).copied())
        .collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::signals::body::{Body, Channel, FittedJoint};

    fn table(case: sample::Case) -> (sample::Sample, Vec<csv::StringRecord>, csv::StringRecord) {
        let sample = sample::build(case);
        let bytes = to_bytes(&sample.signals, &sample.set).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let head = reader.headers().unwrap().clone();
        let rows = reader.records().map(|r| r.unwrap()).collect();
        (sample, rows, head)
    }

    #[test]
    fn the_header_is_the_contracts() {
        let head = columns().join(",");
        assert!(head.starts_with("frame,time_s,confidence,ear_x_px,ear_y_px,ear_conf,ear_occluded,shoulder_x_px,"), "{head}");
        assert!(
            head.contains(",heel_occluded,toe_x_px,toe_y_px,toe_conf,toe_occluded,bar_x_px,bar_y_px,plate_radius_px,bar_height_cm,"),
            "{head}"
        );
        let angles = ",trunk_deg,thigh_deg,shank_deg,hip_deg,knee_deg,arm_deg,back_index,phase,rep,ear_estimated,";
        assert!(head.contains(angles), "{head}");
        assert!(head.ends_with(",toe_estimated,trunk_sd_deg,thigh_sd_deg,shank_sd_deg,hip_sd_deg,knee_sd_deg,arm_sd_deg"), "{head}");
        assert_eq!(columns().len(), 3 + 9 * 4 + 15 + 9 + 6);
    }

    #[test]
    fn one_row_per_frame_with_gaps_left_empty() {
        let (sample, rows, head) = table(sample::Case::Faulty);
        assert_eq!(rows.len(), sample.signals.frame_time_s.len());
        let column = |name: &str| head.iter().position(|h| h == name).unwrap();
        let lost = &rows[sample.signals.frame_at(12.5)];
        assert_eq!(&lost[column("bar_height_cm")], "");
        assert_ne!(&lost[column("shoulder_x_px")], "");
        let lockout = &rows[sample.signals.frame_at(1.6 + 1.5)];
        assert_eq!((&lockout[column("phase")], &lockout[column("rep")]), ("lockout", "1"));
        assert_eq!(&lockout[column("wrist_occluded")], "1");
        assert!((lockout[column("bar_height_cm")].parse::<f64>().unwrap() - 54.0).abs() < 0.1);
        assert_eq!(&rows[0][column("phase")], "idle");
        assert_eq!(&rows[0][column("rep")], "");
    }

    #[test]
    fn the_fitted_body_tells_angles_and_what_the_plate_hides() {
        let mut sample = sample::build(sample::Case::Clean);
        let signals = &mut sample.signals;
        let all = |v: f64| vec![Some(v); signals.time_s.len()];
        let joint =
            |x: f64, y: f64| FittedJoint { image_x_px: all(x), image_y_px: all(y), forward_px: all(x), up_px: all(-y), sigma_px: all(2.0) };
        let hip_deg = Channel { value: all(141.0), sigma: all(3.5) };
        signals.body = Some(Body { hip_deg, hip: joint(310.0, 420.0), ankle: joint(280.0, 700.0), ..Body::default() });
        let (hip, toe) = (Joint::Hip as usize, Joint::Toe as usize);
        let ahead = signals.near_joints[toe].image_x_px[0].unwrap() - 280.0;
        signals.near_joints[hip].occluded.fill(true);
        signals.near_joints[toe].occluded[20..].fill(true);
        signals.near_joints[toe].image_x_px[20..].fill(Some(5.0));
        let bytes = to_bytes(signals, &sample.set).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let head = reader.headers().unwrap().clone();
        let rows: Vec<_> = reader.records().map(|r| r.unwrap()).collect();
        let row = &rows[rows.len() / 2];
        let cell = |name: &str| &row[head.iter().position(|h| h == name).unwrap()];
        assert_eq!((cell("hip_deg"), cell("hip_sd_deg")), ("141.00", "3.50"));
        assert_eq!((cell("hip_x_px"), cell("hip_occluded"), cell("hip_estimated")), ("310.00", "1", "1"));
        // A foot stands: its hidden end is as far from the ankle as it was while it was seen.
        assert_eq!((cell("toe_x_px"), cell("toe_estimated")), (format!("{:.2}", 280.0 + ahead).as_str(), "1"));
        assert_eq!(cell("knee_estimated"), "0");
        assert_ne!(cell("trunk_deg"), "");
        // Off the side the seen joints' angles are a foreshortened picture's.
        signals.camera.view = crate::signals::View::Oblique;
        let oblique = Told::of(signals);
        assert!(oblique.trunk_deg.value.iter().all(Option::is_none) && oblique.hip_deg.value.iter().all(Option::is_some));
    }

    #[test]
    fn values_between_grid_points_are_interpolated_and_never_across_a_gap() {
        let mut signals = sample::build(sample::Case::Clean).signals;
        signals.time_s = vec![0.0, 0.1, 0.2];
        signals.rate_hz = 10.0;
        let series = vec![Some(1.0), Some(3.0), None];
        let value = |t| At::time(&signals, t).and_then(|a| a.value(&series));
        assert_eq!(value(0.1), Some(3.0));
        assert!((value(0.025).unwrap() - 1.5).abs() < 1e-9);
        assert_eq!((value(0.15), value(0.2), value(0.3), value(-0.2)), (None, None, None, None));
    }
}
