//! Hand-read points of real clips: `digitised.tsv` beside `INDEX.tsv` (CONTRACT "Truth for evaluate").

use super::metrics::sample;
use super::metrics::stats::Share;
use crate::error::{Error, Result};
use crate::numeric::median;
use crate::pipeline::Assessment;
use crate::signals::body::{Body, Channel, FittedJoint};
use crate::signals::{Facing, Plane, Signals};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One row: a joint, or a plate with its half extents.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub time_s: f64,
    /// "set", "knee", "lockout".
    pub moment: String,
    /// "plate", a joint's name, or a point this program does not read.
    pub item: String,
    pub at_px: [f64; 2],
    /// Horizontal and vertical half extent of a rim.
    pub half_px: Option<[f64; 2]>,
    /// Behind the plate, an arm or text: the reader's estimate.
    pub hidden: bool,
}

/// Readings by clip.
///
/// # Errors
/// The file cannot be read, or a row's time or place is no number.
pub fn read(path: &Path) -> Result<BTreeMap<String, Vec<Reading>>> {
    parse(path, &std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?)
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, Vec<Reading>>> {
    let broken = |line: usize, what: &str| {
        let columns = "columns: clip, frame_index, time_s, moment, item, x, y, a, b, hidden, sd_px";
        Error::input(format!("{} line {line}: {what}", path.display()), columns)
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).quoting(false).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|e| broken(1, &e.to_string()))?.clone();
    let mut out = BTreeMap::<String, Vec<Reading>>::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| broken(i + 2, &e.to_string()))?;
        let cell = |name: &str| columns.iter().position(|c| c == name).and_then(|k| record.get(k)).map_or("", str::trim);
        let number = |name: &str| cell(name).parse::<f64>().ok().filter(|v| v.is_finite());
        let needed = |name: &str| number(name).ok_or_else(|| broken(i + 2, &format!("{name}: \"{}\" is not a number", cell(name))));
        // A line across the picture ("floor") has no x.
        if cell("x").is_empty() {
            continue;
        }
        out.entry(cell("clip").to_owned()).or_default().push(Reading {
            time_s: needed("time_s")?,
            moment: cell("moment").to_owned(),
            item: cell("item").to_owned(),
            at_px: [needed("x")?, needed("y")?],
            half_px: number("a").zip(number("b")).map(|(a, b)| [a, b]),
            hidden: cell("hidden") == "1",
        });
    }
    Ok(out)
}

/// One number against its reading.
#[derive(Debug, Clone, Serialize)]
pub struct Reached {
    /// "hip, seen", "trunk, set", "rim radius", …
    pub what: String,
    /// Found − read: distance in trunk lengths (joints), degrees, or share of the radius (plates).
    pub error: f64,
    /// The error lies within the stated 90 %.
    pub inside: Option<bool>,
    /// From the side (yaw of 15° and less).
    pub side: bool,
}

/// Half width of a 90 % interval, σ.
const NINETY: f64 = 1.645;
const SIDE_DEG: f64 = 15.0;

/// Everything that can be compared in one clip.
pub fn collect(readings: &[Reading], found: &Assessment) -> Vec<Reached> {
    let signals = &found.signals;
    let side = signals.camera.yaw_deg.is_some_and(|y| y.abs() <= SIDE_DEG);
    let mut out = plates(readings, signals, side);
    let Some((body, trunk_px)) = signals.body.as_ref().zip(signals.trunk_length_px) else { return out };
    for r in readings {
        let Some(joint) = joint(body, &r.item) else { continue };
        let at = |series| sample::at(signals, series, r.time_s);
        let Some((x, y)) = at(&joint.image_x_px).zip(at(&joint.image_y_px)) else { continue };
        let error = (x - r.at_px[0]).hypot(y - r.at_px[1]) / trunk_px;
        // Two axes of one σ each: 90 % of the distances lie within 2.146 σ.
        let inside = at(&joint.sigma_px).map(|s| error * trunk_px <= 2.146 * s);
        let what = format!("{}, {}", r.item, if r.hidden { "hidden" } else { "seen" });
        out.push(Reached { what, error, inside, side });
    }
    out.extend(angles(readings, signals, body, side));
    out
}

fn plates(readings: &[Reading], signals: &Signals, side: bool) -> Vec<Reached> {
    let mut out = vec![];
    for r in readings.iter().filter(|r| r.item == "plate") {
        let Some(half) = r.half_px else { continue };
        let radius = half[0].max(half[1]);
        let at = |series| sample::at(signals, series, r.time_s);
        let mut add = |what: &str, error: f64| out.push(Reached { what: what.into(), error, inside: None, side });
        if let Some(found) = at(&signals.bar.radius_px) {
            add("rim radius", found / radius - 1.0);
        }
        if let Some((x, y)) = at(&signals.bar.image_x_px).zip(at(&signals.bar.image_y_px)) {
            add("plate centre", (x - r.at_px[0]).hypot(y - r.at_px[1]) / radius);
        }
    }
    out
}

fn joint<'a>(body: &'a Body, name: &str) -> Option<&'a FittedJoint> {
    match name {
        "shoulder" => Some(&body.shoulder),
        "elbow" => Some(&body.elbow),
        "hip" => Some(&body.hip),
        "knee" => Some(&body.knee),
        "ankle" => Some(&body.ankle),
        _ => None,
    }
}

/// Inclinations between two hand-read joints of one moment, in views from the side.
fn angles(readings: &[Reading], signals: &Signals, body: &Body, side: bool) -> Vec<Reached> {
    let plane = Plane::new(signals.camera.roll_deg, signals.camera.facing.map_or(1.0, Facing::sign));
    let mut out = vec![];
    let bones: [(&str, &str, &str, &Channel, f64); 4] = [
        ("trunk", "hip", "shoulder", &body.trunk_deg, 1.0),
        ("thigh", "knee", "hip", &body.thigh_deg, 1.0),
        ("shank", "ankle", "knee", &body.shank_deg, 1.0),
        ("arm", "wrist", "shoulder", &body.arm_deg, -1.0),
    ];
    for low in readings.iter().filter(|_| side) {
        for &(name, _, to, channel, sign) in bones.iter().filter(|b| b.1 == low.item) {
            let same = |r: &&Reading| r.item == to && r.moment == low.moment && (r.time_s - low.time_s).abs() < 1e-6;
            let Some(high) = readings.iter().find(same) else { continue };
            let [p, q] = [low, high].map(|r| plane.from_image(r.at_px[0], r.at_px[1]));
            let read = (q[1] - p[1]).atan2(q[0] - p[0]).to_degrees();
            // The arm is counted from the vertical, + = the shoulder is ahead.
            let read = if sign < 0.0 { 90.0 - read } else { read };
            let Some(found) = sample::at(signals, &channel.value, low.time_s) else { continue };
            let error = found - read;
            let inside = sample::at(signals, &channel.sigma, low.time_s).map(|s| error.abs() <= NINETY * s);
            out.push(Reached { what: format!("{name}, {}", low.moment), error, inside, side });
        }
    }
    out
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Pooled {
    pub n: usize,
    pub median_abs: f64,
    pub mean_abs: f64,
    pub bias: f64,
    /// Truth inside the stated 90 %.
    pub inside: Option<Share>,
}

/// By view ("side", "oblique") and quantity.
pub fn pool(all: &[&Reached]) -> BTreeMap<String, Pooled> {
    let mut groups = BTreeMap::<String, Vec<&Reached>>::new();
    for r in all {
        groups.entry(format!("{}: {}", if r.side { "side" } else { "oblique" }, r.what)).or_default().push(r);
    }
    let pooled = |rows: &Vec<&Reached>| {
        let n = rows.len() as f64;
        let known: Vec<bool> = rows.iter().filter_map(|r| r.inside).collect();
        Pooled {
            n: rows.len(),
            median_abs: median(rows.iter().map(|r| r.error.abs())).unwrap_or(0.0),
            mean_abs: rows.iter().map(|r| r.error.abs()).sum::<f64>() / n,
            bias: rows.iter().map(|r| r.error).sum::<f64>() / n,
            inside: Share::new(known.iter().filter(|i| **i).count(), known.len()),
        }
    };
    groups.iter().map(|(k, rows)| (k.clone(), pooled(rows))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "clip\tframe_index\ttime_s\tmoment\titem\tx\ty\ta\tb\thidden\tsd_px\tnote\n\
        a.mp4\t20\t0.5\tset\tplate\t100\t200\t50\t52\t0\t3\tred \"plate\n\
        a.mp4\t20\t0.5\tset\thip\t90\t120\t\t\t1\t9\t\n";

    #[test]
    fn rims_and_joints_are_read_with_what_is_hidden() {
        let rows = &parse(Path::new("digitised.tsv"), TEXT).unwrap()["a.mp4"];
        assert_eq!((rows[0].half_px, rows[0].hidden), (Some([50.0, 52.0]), false));
        assert_eq!((rows[1].item.as_str(), rows[1].at_px, rows[1].half_px, rows[1].hidden), ("hip", [90.0, 120.0], None, true));
    }

    #[test]
    fn a_faulty_place_names_its_line_and_a_floor_line_is_left_out() {
        let floor = parse(Path::new("digitised.tsv"), &TEXT.replace("90\t120", "\t120")).unwrap();
        assert_eq!(floor["a.mp4"].len(), 1);
        let e = parse(Path::new("digitised.tsv"), &TEXT.replace("90\t120", "9o\t120")).unwrap_err();
        assert!(e.message.contains("line 3: x"), "{}", e.message);
    }

    #[test]
    fn pooled_numbers_keep_sign_and_share() {
        let one = |error, inside| Reached { what: "trunk, set".into(), error, inside: Some(inside), side: true };
        let rows = [one(2.0, true), one(-4.0, true), one(-1.0, false)];
        let pooled = &pool(&rows.iter().collect::<Vec<_>>())["side: trunk, set"];
        assert_eq!((pooled.n, pooled.median_abs, pooled.bias), (3, 2.0, -1.0));
        assert_eq!((pooled.inside.unwrap().hits, pooled.inside.unwrap().of), (2, 3));
    }
}
