//! The report out of what the stages found: renaming and rounding, no judgement.

use super::words;
use super::{
    CameraPart, CheckPart, ChecklistItem, FileHash, Finding, FrontPart, HeadlinePart, LifterPart, NamedHash, Provenance, REPORT_SCHEMA,
    RepPart, Report, ScalePart, ScenePart, Seen, SetPart, VariantPart, VideoPart,
};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::files::sha256_text;
use crate::numeric::kept as rounded;
use crate::pair::Sync;
use crate::patterns::{self, Judged, JudgedRep, Judgement};
use crate::reps::{Likely, Rep, RepSet};
use crate::signals::{Signals, View};
use crate::track::{Event, Recording, Track};

/// SPEC 12's advice when the lifter reports pain.
const PAIN: &str = "You reported pain. Mild muscular soreness along the spine muscles can be normal after heavy pulling; sharp or localised \
pain, tingling, or pain radiating down the leg is not: stop and get it evaluated promptly. Pain during or right after lifting: stop the exercise. \
Chronic or recurring pain: see a physical therapist or sports physician before resuming. New numbness around the genitals or buttocks, new bladder \
or bowel problems, or worsening weakness or numbness in both legs: emergency care now.";

/// Puts the report together.
pub fn assemble(track: &Track, signals: &Signals, set: &RepSet, judged: &Judged, config: &Config) -> Result<Report> {
    let mut warnings = signals.warnings.clone();
    warnings.extend(set.warnings.iter().cloned());
    Ok(Report {
        schema_version: REPORT_SCHEMA.into(),
        provenance: Provenance {
            program_version: track.program_version.clone(),
            model: NamedHash { name: track.model.name.clone(), sha256: track.model.sha256.clone() },
            video: FileHash { file_name: track.video.file_name.clone(), sha256: track.video.sha256.clone() },
            config_sha256: config_sha256(config)?,
        },
        recording: track.recording.clone().map(|r| Recording { from_s: rounded(r.from_s), to_s: rounded(r.to_s), ..r }),
        video: VideoPart {
            width_px: track.video.width_px,
            height_px: track.video.height_px,
            frames: track.video.frames,
            duration_s: rounded(track.video.duration_s),
            mean_fps: rounded(track.video.mean_fps),
            variable_frame_rate: track.video.variable_frame_rate,
            rotation_deg: track.video.rotation_deg,
        },
        camera: CameraPart {
            view: signals.camera.view,
            yaw_deg: signals.camera.yaw_deg.map(rounded),
            yaw_sigma_deg: signals.camera.yaw_sigma_deg.map(rounded),
            roll_deg: rounded(signals.camera.roll_deg),
            roll_sigma_deg: rounded(signals.camera.roll_sigma_deg),
            roll_source: signals.camera.roll_source,
            facing: signals.camera.facing,
            moving: signals.camera.moving,
        },
        front: None,
        scale: ScalePart {
            plate_px_per_cm: signals.scale.plate_px_per_cm.map(rounded),
            body_px_per_cm: signals.scale.body_px_per_cm.map(rounded),
            source: signals.scale.source,
        },
        lifter: LifterPart {
            persons_seen: track.lifter.persons_seen,
            chosen_by: track.lifter.chosen_by.clone(),
            load_kg: config.lifter.load_kg,
        },
        variant: variant(set),
        scene: ScenePart {
            events: signals.events.iter().map(|e| Event { from_s: rounded(e.from_s), to_s: rounded(e.to_s), ..*e }).collect(),
        },
        warnings,
        reps: set.reps.iter().zip(&judged.reps).map(|(rep, judged)| rep_part(rep, judged, signals)).collect(),
        set: set_part(judged),
        checklist: judged.checklist.iter().map(checklist_item).collect(),
        pain: config.lifter.pain.then(|| PAIN.to_owned()),
        notice: judged.notice.into(),
    })
}

/// A second film, from the front, as the report tells of it.
pub fn front(track: &Track, view: View, laid: &Sync) -> FrontPart {
    FrontPart {
        video: FileHash { file_name: track.video.file_name.clone(), sha256: track.video.sha256.clone() },
        view,
        offset_s: rounded(laid.offset_s),
        offset_sigma_s: rounded(laid.sigma_s),
        clock_drift: (laid.drift * 1e8).round() / 1e8 + 0.0,
        middle_s: rounded(laid.middle_s),
        likeness: rounded(laid.correlation),
        shared_reps: laid.reps,
    }
}

/// Fingerprint of the effective configuration.
pub fn config_sha256(config: &Config) -> Result<String> {
    let text = toml::to_string(config).map_err(|e| Error::internal(format!("the configuration cannot be represented: {e}")))?;
    Ok(sha256_text(&text))
}

fn rep_part(rep: &Rep, judged: &JudgedRep, signals: &Signals) -> RepPart {
    RepPart {
        index: rep.index,
        kind: rep.kind,
        lift_off_s: rep.lift_off_s.map(rounded),
        knee_pass_s: rep.knee_pass_s.map(rounded),
        lockout_s: rep.lockout_s.map(rounded),
        descent_s: rep.descent_s.map(rounded),
        knee_pass_down_s: rep.knee_pass_down_s.map(rounded),
        floor_s: rep.floor_s.map(rounded),
        score: judged.score.map(rounded),
        score_sigma: judged.score_sigma.map(rounded),
        coverage: rounded(judged.coverage),
        metrics: judged.metrics.iter().map(|(name, value)| ((*name).to_owned(), value.map(rounded))).collect(),
        checks: judged.checks.iter().map(|check| check_part(check, signals)).collect(),
    }
}

fn check_part(check: &Judgement, signals: &Signals) -> CheckPart {
    let measured = check.measured();
    CheckPart {
        code: check.info.code.into(),
        name: check.info.name.into(),
        title: check.info.title.into(),
        status: check.status(),
        severity: check.severity(),
        fault: check.fault(),
        measure: measured.and_then(|m| m.measure).map(|metric| metric.name.to_owned()),
        value: measured.map(|m| rounded(m.value)),
        unit: check.unit().into(),
        sigma: measured.map(|m| rounded(m.sigma)),
        p_flag: measured.map(|m| rounded(m.p_flag)),
        confidence: measured.map(|m| rounded(m.confidence)),
        threshold: measured.map(|m| m.thresholds),
        window_s: measured.map(|m| m.window_s.map(rounded)),
        frame: check.frame.map(|f| f as u32),
        frame_time_s: check.frame.and_then(|f| signals.frame_time_s.get(f)).copied().map(rounded),
        reason: check.reason(),
        from_front: check.from_front,
        text: check.text(),
        cue: check.cue().map(str::to_owned),
        deduction: rounded(check.deduction),
    }
}

fn set_part(judged: &Judged) -> SetPart {
    let set = &judged.set;
    SetPart {
        rep_count: set.rep_count,
        score: set.score.map(rounded),
        score_sigma: set.score_sigma.map(rounded),
        coverage: rounded(set.coverage),
        band: set.band.map(|level| words::band(level).to_owned()),
        headline: HeadlinePart {
            text: set.headline.text.clone(),
            level: set.headline.level,
            cap: set.headline.cap,
            reps_good: set.headline.reps_good,
            reps_missed: set.headline.reps_missed,
            counts_pulls: set.headline.counts_pulls,
        },
        top_findings: set
            .top_findings
            .iter()
            .map(|f| Finding {
                code: f.code.into(),
                fault: f.fault.clone(),
                severity: f.severity,
                reps: f.reps.clone(),
                worst_rep: Some(f.worst_rep),
                gain_points: f.gain.map(rounded),
                cue: f.cue.into(),
            })
            .collect(),
        velocity_loss_pct: set.velocity_loss_pct.map(rounded),
        fatigue: set.fatigue.map(rounded),
        best_rep: set.best_rep,
    }
}

fn checklist_item(line: &patterns::ChecklistLine) -> ChecklistItem {
    let seen = match line.seen {
        patterns::Seen::Yes => Seen::Yes,
        patterns::Seen::No => Seen::No,
        patterns::Seen::CannotBeSeen => Seen::CannotBeSeen,
    };
    ChecklistItem { item: line.item.clone(), seen, note: line.note.clone() }
}

fn variant(set: &RepSet) -> VariantPart {
    let likely: Vec<Likely> = set.likely.iter().map(|l| Likely { probability: rounded(l.probability), ..*l }).collect();
    VariantPart { name: set.variant, assumed: set.variant_assumed, probability: likely.first().map(|l| l.probability), likely }
}
