//! `series.csv`: one row per decoded frame (CONTRACT "series.csv").

use crate::error::{Error, Result};
use crate::files;
use crate::reps::{Phase, RepSet};
use crate::signals::{Joint, Series, Signals};
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
    for (frame, &time_s) in signals.frame_time_s.iter().enumerate() {
        writer.write_record(row(signals, set, frame, time_s)).map_err(|e| fault(&e))?;
    }
    writer.into_inner().map_err(|e| fault(&e))
}

pub fn write(signals: &Signals, set: &RepSet, path: &Path) -> Result<()> {
    files::write_whole(path, &to_bytes(signals, set)?)
}

fn cell(value: Option<f64>, digits: usize) -> String {
    value.map_or(String::new(), |v| format!("{v:.digits$}"))
}

fn row(signals: &Signals, set: &RepSet, frame: usize, time_s: f64) -> Vec<String> {
    let at = At::time(signals, time_s);
    let value = |series: &Series, digits| cell(at.and_then(|a| a.value(series)), digits);
    let (bar, angles) = (&signals.bar, &signals.angles);
    let mut cells = vec![frame.to_string(), format!("{time_s:.4}"), cell(at.and_then(|a| confidence(signals, a)), 3)];
    for joint in &signals.near_joints {
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
    let degrees = [&angles.trunk_deg, &angles.thigh_deg, &angles.shank_deg, &angles.hip_deg, &angles.knee_deg, &angles.arm_deg];
    cells.extend(degrees.map(|s| value(s, 2)));
    cells.push(value(&signals.back.index, 5));
    let (phase, rep): (Phase, Option<u32>) = set.phase_at(time_s);
    cells.push(phase.name().to_owned());
    cells.push(rep.map_or(String::new(), |r| r.to_string()));
    for (j, track) in Joint::ALL.iter().zip(&signals.near_joints) {
        let hidden = at.map(At::nearest).and_then(|i| track.occluded.get(i).copied());
        let placed = signals.body.as_ref().and_then(|b| b.joint(*j)).and_then(|f| at.and_then(|a| a.value(&f.image_x_px)));
        cells.push(hidden.map_or(String::new(), |h| u8::from(h && placed.is_some()).to_string()));
    }
    for k in 0..SIGMAS.len() {
        let channel = signals.body.as_ref().map(|b| [&b.trunk_deg, &b.thigh_deg, &b.shank_deg, &b.hip_deg, &b.knee_deg, &b.arm_deg][k]);
        cells.push(channel.map_or(String::new(), |c| value(&c.sigma, 2)));
    }
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
