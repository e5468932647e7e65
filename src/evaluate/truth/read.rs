//! Reading and checking a truth file.

use super::{BodySide, Fault, Truth, TruthRep};
use crate::error::{Error, Result};
use crate::evaluate::dose;
use crate::evaluate::fields::{Channel, Fields, Points};
use crate::patterns::Severity;
use crate::reps::RepKind;
use crate::signals::Joint;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads and checks a truth file.
pub fn read(path: &Path) -> Result<Truth> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
    parse(path, &text)
}

/// `path` only names the file in complaints.
pub fn parse(path: &Path, text: &str) -> Result<Truth> {
    let value: Value = serde_json::from_str(text)
        .map_err(|e| Error::input(format!("{}: not valid JSON: {e}", path.display()), "make the truth file again"))?;
    let fields = Fields::new(path, &value)?;
    let fps = fields.required("fps")?;
    let frames = fields.required("frames")?;
    if fps <= 0.0 {
        return Err(fields.wrong("fps", "a rate above 0"));
    }
    if frames < 1.0 || frames.fract() != 0.0 {
        return Err(fields.wrong("frames", "a whole number of at least 1"));
    }
    if frames > crate::track::bounded::FRAMES_MAX as f64 {
        return Err(fields.wrong("frames", "at most a million"));
    }
    let n = frames as usize;
    let mut notes = vec![];
    let reps = fields.objects("reps")?.iter().map(|f| rep(f, &mut notes)).collect::<Result<Vec<_>>>()?;
    notes.sort();
    notes.dedup();
    let joints = by_joint(&fields, "joints", |f, key| f.points(key, n))?;
    let mut hidden = by_joint(&fields, "hidden", |f, key| f.flags(key, n))?;
    name_near_side(&joints, &mut hidden);
    Ok(Truth {
        time_s: times(&fields, n, fps)?,
        facing: fields.named("facing", "\"left\" or \"right\"")?,
        yaw_deg: fields.number("yaw_deg")?,
        view: fields.named("view", "side, oblique, front or rear")?,
        variant: fields.named("variant", "conventional, sumo or romanian")?,
        joints,
        hidden,
        bar_px: fields.points("bar_px", n)?,
        plate_radius_px: match fields.channel("plate_radius_px_per_frame", n)? {
            None => fields.number_or_channel("plate_radius_px", n)?,
            per_frame => per_frame,
        },
        bar_height_cm: fields.channel("bar_height_cm", n)?,
        bar_forward_cm: fields.channel("bar_forward_cm", n)?,
        lumbar_flexion_deg: fields.channel("lumbar_flexion_deg", n)?,
        angles_deg: angles(&fields, n)?,
        reps,
        notes,
    })
}

fn times(fields: &Fields, n: usize, fps: f64) -> Result<Vec<f64>> {
    let Some(given) = fields.channel("time_s", n)? else {
        return Ok((0..n).map(|i| i as f64 / fps).collect());
    };
    let times: Vec<f64> = given.into_iter().flatten().collect();
    if times.len() != n || times.windows(2).any(|w| w[1] <= w[0]) {
        return Err(fields.wrong("time_s", "rising times without gaps"));
    }
    Ok(times)
}

fn angles(fields: &Fields, n: usize) -> Result<BTreeMap<String, Channel>> {
    let mut out = BTreeMap::new();
    let Some((inner, _)) = fields.object("angles_deg")? else { return Ok(out) };
    for name in ["trunk", "hip", "knee"] {
        if let Some(channel) = inner.channel(name, n)? {
            out.insert(name.to_owned(), channel);
        }
    }
    Ok(out)
}

fn by_joint<'a, T>(
    fields: &Fields<'a>,
    key: &str,
    read: impl Fn(&Fields<'a>, &str) -> Result<Option<T>>,
) -> Result<BTreeMap<(BodySide, Joint), T>> {
    let mut out = BTreeMap::new();
    let Some((inner, names)) = fields.object(key)? else { return Ok(out) };
    for name in names {
        if let Some(joint) = joint_named(name)
            && let Some(value) = read(&inner, name)?
        {
            out.insert(joint, value);
        }
    }
    Ok(out)
}

/// Where a joint is given both as the near one and by its anatomical side, `hidden` of the near one
/// holds for that side too.
fn name_near_side(joints: &BTreeMap<(BodySide, Joint), Points>, hidden: &mut BTreeMap<(BodySide, Joint), Vec<bool>>) {
    for joint in Joint::ALL {
        let Some(near) = joints.get(&(BodySide::Near, joint)) else { continue };
        let side = [BodySide::Left, BodySide::Right].into_iter().find(|side| joints.get(&(*side, joint)) == Some(near));
        if let Some((side, flags)) = side.zip(hidden.get(&(BodySide::Near, joint)).cloned()) {
            hidden.entry((side, joint)).or_insert(flags);
        }
    }
}

/// "hip", "near_hip", "far_hip", "left_hip", "right_foot_index"; other points of the body (pelvis,
/// spine) have no counterpart in the program and give `None`.
fn joint_named(name: &str) -> Option<(BodySide, Joint)> {
    let sides = [("near_", BodySide::Near), ("far_", BodySide::Far), ("left_", BodySide::Left), ("right_", BodySide::Right)];
    let (side, rest) = sides.iter().find_map(|(prefix, side)| Some((*side, name.strip_prefix(prefix)?))).unwrap_or((BodySide::Near, name));
    let rest = if rest == "foot_index" { "toe" } else { rest };
    Joint::ALL.into_iter().find(|j| j.name() == rest).map(|joint| (side, joint))
}

fn rep(fields: &Fields, notes: &mut Vec<String>) -> Result<TruthRep> {
    let lockout_s = fields.number("lockout_s")?;
    let default_kind = if lockout_s.is_some() { RepKind::Full } else { RepKind::Failed };
    let rep = TruthRep {
        kind: fields.named("kind", "full, partial or failed")?.unwrap_or(default_kind),
        lift_off_s: fields.number("lift_off_s")?,
        knee_pass_s: fields.number("knee_pass_s")?,
        lockout_s,
        descent_s: fields.number("descent_s")?,
        knee_pass_down_s: fields.number("knee_pass_down_s")?,
        floor_s: fields.number("floor_s")?,
        faults: faults(fields, notes)?,
        measured: measured(fields)?,
    };
    match rep.span_s() {
        None => Err(fields.wrong("lift_off_s", "at least one event of the rep in seconds")),
        Some(_) if rep.lift_off_s.zip(rep.lockout_s).is_some_and(|(up, top)| top <= up) => {
            Err(fields.wrong("lockout_s", "a time after lift_off_s"))
        }
        Some(_) => Ok(rep),
    }
}

fn measured(fields: &Fields) -> Result<BTreeMap<String, f64>> {
    let mut out = BTreeMap::new();
    let Some((inner, names)) = fields.object("measured")? else { return Ok(out) };
    for name in names {
        out.extend(inner.number(name)?.map(|value| (name.to_owned(), value)));
    }
    Ok(out)
}

/// A fault is a dose (number), a severity by name, `{dose, severity}`, or null for "not known".
fn faults(fields: &Fields, notes: &mut Vec<String>) -> Result<BTreeMap<String, Fault>> {
    let mut out = BTreeMap::new();
    let Some((inner, codes)) = fields.object("faults")? else { return Ok(out) };
    for code in codes {
        let fault = match inner.get(code) {
            None => Fault { dose: None, severity: None },
            Some(Value::String(_)) => Fault { dose: None, severity: inner.named(code, "none, mild, moderate or severe")? },
            Some(Value::Object(_)) => match inner.object(code)? {
                Some((both, _)) => {
                    let dose = both.number("dose")?;
                    let named = both.named("severity", "none, mild, moderate or severe")?;
                    Fault { dose, severity: named.or_else(|| graded(code, dose)) }
                }
                None => continue,
            },
            Some(_) => {
                let dose = inner.number(code)?;
                Fault { dose, severity: graded(code, dose) }
            }
        };
        if fault.dose.is_some() && fault.severity.is_none() {
            notes.push(format!("faults.{code}: no steps are known for this dose, so it is not scored"));
        }
        out.insert(code.to_owned(), fault);
    }
    Ok(out)
}

fn graded(code: &str, dose: Option<f64>) -> Option<Severity> {
    Some(dose::find(code)?.severity(dose?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::Side;

    fn read_text(text: &str) -> Result<Truth> {
        parse(Path::new("lift.truth.json"), text)
    }

    fn complaint(text: &str) -> String {
        read_text(text).unwrap_err().message
    }

    #[test]
    fn the_contract_and_its_additions_are_read() {
        let truth = read_text(
            r#"{"fps": 30, "frames": 2, "facing": "right", "yaw_deg": -170, "variant": "conventional", "view": "side", "seed": 7,
                "joints": {"hip": [[1, 2], null], "left_foot_index": [[3, 4], [5, 6]], "pelvis": [[0, 0], [0, 0]]},
                "hidden": {"hip": [0, 1]}, "width_px": 540, "bar_px": [[1, 1], [2, 2]], "plate_radius_px": 40.5,
                "angles_deg": {"trunk": [80.0, null]},
                "reps": [{"lift_off_s": 1.0, "lockout_s": 2.0, "descent_s": null, "floor_s": 4.0, "faults": {"E4": 6, "E1": "mild", "S2": null}, "measured": {"drift_cm": 6.2, "arm_deg": null}},
                         {"lift_off_s": 5.0, "lockout_s": null, "faults": {}}]}"#,
        )
        .unwrap();
        assert_eq!(truth.time_s, [0.0, 1.0 / 30.0]);
        assert_eq!(truth.joints.len(), 2);
        assert_eq!(truth.joints[&(BodySide::Near, Joint::Hip)], [Some([1.0, 2.0]), None]);
        assert!(Truth::of_side(&truth.joints, Joint::Toe, true, Side::Left).is_some());
        assert!(Truth::of_side(&truth.joints, Joint::Toe, true, Side::Right).is_none());
        assert_eq!(truth.plate_radius_px, Some(vec![Some(40.5); 2]));
        assert_eq!(truth.folded_yaw_deg(), Some(10.0));
        let rep = &truth.reps[0];
        assert_eq!(rep.measured, BTreeMap::from([("drift_cm".to_owned(), 6.2)]));
        assert_eq!(rep.severity("E4"), Some(Severity::Moderate));
        assert_eq!(rep.severity("E1"), Some(Severity::Mild));
        assert_eq!(rep.severity("S2"), None);
        assert_eq!(rep.severity("P4"), Some(Severity::None));
        assert!(!rep.is_clean() && truth.reps[1].is_clean());
        assert_eq!(truth.reps[1].kind, RepKind::Failed);
    }

    #[test]
    fn complaints_name_file_and_key() {
        assert!(complaint("[]").starts_with("lift.truth.json: expected an object"));
        assert!(complaint(r#"{"frames": 3}"#).contains("fps: expected a number, found nothing"));
        let short = complaint(r#"{"fps": 30, "frames": 3, "joints": {"hip": [[1, 2]]}}"#);
        assert!(short.contains("joints.hip: 1 values for 3 frames"), "{short}");
        let word = complaint(r#"{"fps": 30, "frames": 1, "reps": [{"lift_off_s": "soon"}]}"#);
        assert!(word.contains("reps[0].lift_off_s: expected a number, found \"soon\""), "{word}");
        let order = complaint(r#"{"fps": 30, "frames": 1, "reps": [{"lift_off_s": 2, "lockout_s": 1}]}"#);
        assert!(order.contains("reps[0].lockout_s"), "{order}");
        assert!(complaint("{").contains("not valid JSON"));
    }

    #[test]
    fn a_dose_without_steps_is_noted_and_not_scored() {
        let truth = read_text(r#"{"fps": 30, "frames": 1, "reps": [{"lift_off_s": 0, "lockout_s": 1, "faults": {"S6": 9}}]}"#).unwrap();
        assert_eq!(truth.reps[0].severity("S6"), None);
        assert!(truth.notes[0].contains("faults.S6"));
    }
}
