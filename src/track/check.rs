//! What a saved track must be before anything is computed from it: bounded, finite, in order. A file may be damaged, of
//! another program or made to harm; the sentence names the frame.

use super::{FrameObs, Layout, PlateObs, PoseObs, Track, VideoInfo};

/// Points of one person's outlines: some ten times what the finest mask gives.
const OUTLINE_POINTS_MAX: usize = 20_000;
const LANDMARKS_MAX: usize = 256;
/// Cuts, freezes and the like.
const EVENTS_MAX: usize = 10_000;
/// Names and hashes.
const TEXT_MAX_BYTES: usize = 4096;
const SIDE_MAX_PX: u32 = 32_768;
/// No landmark is this far from its picture; far enough for those a network puts outside.
const PLACE_MAX_PX: f64 = 1e6;
/// A month: what a clock that leaps may say, and no sum of it loses its microseconds.
const TIME_MAX_S: f64 = 2.7e6;
const RATE_MAX_FPS: f64 = 1e5;

type Said = Result<(), String>;

/// What is wrong with a track, as the rest of a sentence that begins with its file.
pub fn check(track: &Track) -> Said {
    let layout = Layout::by_name(&track.skeleton);
    head(track)?;
    let mut before = None::<(u32, f64)>;
    for frame in &track.frames {
        self::frame(frame, layout).map_err(|what| format!("has {what} in frame {}", frame.index))?;
        if let Some((index, time_s)) = before {
            if frame.index <= index {
                return Err(format!("has frame {} after frame {index}", frame.index));
            }
            if frame.time_s <= time_s {
                return Err(format!("has frame {} at {} s, which is not after the frame before it", frame.index, frame.time_s));
            }
        }
        before = Some((frame.index, frame.time_s));
    }
    Ok(())
}

fn head(track: &Track) -> Said {
    let texts = [&track.program_version, &track.model.name, &track.model.sha256, &track.skeleton].map(String::as_str);
    let video = [&track.video.file_name, &track.video.sha256].into_iter().chain(&track.video.created).map(String::as_str);
    if texts.into_iter().chain(video).chain([track.lifter.chosen_by.text()]).any(|t| t.len() > TEXT_MAX_BYTES) {
        return Err(format!("has a name of more than {TEXT_MAX_BYTES} bytes"));
    }
    picture(&track.video)?;
    if let Some(recording) = &track.recording {
        if recording.file.len() > TEXT_MAX_BYTES {
            return Err(format!("has a name of more than {TEXT_MAX_BYTES} bytes"));
        }
        [recording.from_s, recording.to_s].into_iter().try_for_each(|t| finite("place in its recording", t, -TIME_MAX_S, TIME_MAX_S))?;
    }
    let (lifter, scene) = (&track.lifter, &track.scene);
    finite("share of overlap", lifter.overlap_share, 0.0, 1.0)?;
    let times = || scene.cuts_s.iter().chain(scene.freezes_s.iter().flatten());
    if scene.cuts_s.len() > EVENTS_MAX || scene.freezes_s.len() > EVENTS_MAX {
        return Err(format!("has more than {EVENTS_MAX} cuts or freezes"));
    }
    times().try_for_each(|&t| finite("time of a cut or freeze", t, -TIME_MAX_S, TIME_MAX_S))?;
    for (name, value, most) in [
        ("roll", scene.roll_deg, 360.0),
        ("error of the roll", scene.roll_sigma_deg, 360.0),
        ("lens bow", scene.lens_bow, 1.0),
        ("camera speed", scene.camera_speed_per_s, 1e6),
        ("camera residual", scene.camera_residual_px, PLACE_MAX_PX),
    ] {
        value.map_or(Ok(()), |v| finite(name, v, -most, most))?;
    }
    Ok(())
}

fn picture(video: &VideoInfo) -> Said {
    if !(1..=SIDE_MAX_PX).contains(&video.width_px) || !(1..=SIDE_MAX_PX).contains(&video.height_px) {
        return Err(format!("has a picture of {} × {} px", video.width_px, video.height_px));
    }
    finite("duration", video.duration_s, 0.0, TIME_MAX_S)?;
    finite("frame rate", video.mean_fps, 0.0, RATE_MAX_FPS)?;
    video.capture_fps.map_or(Ok(()), |v| finite("recorded frame rate", v, 0.0, RATE_MAX_FPS))?;
    let p = &video.picture;
    [p.x_px, p.y_px, p.width_px, p.height_px].into_iter().try_for_each(|v| finite("picture without bars", v, -PLACE_MAX_PX, PLACE_MAX_PX))
}

fn finite(name: &str, value: f64, least: f64, most: f64) -> Said {
    if (least..=most).contains(&value) { Ok(()) } else { Err(format!("has a {name} of {value}")) }
}

/// What is wrong in one frame, as a noun.
fn frame(frame: &FrameObs, layout: Option<&Layout>) -> Said {
    let time = |t: f64| (-TIME_MAX_S..=TIME_MAX_S).contains(&t);
    if !time(frame.time_s) {
        return Err(format!("a time of {} s", frame.time_s));
    }
    if let Some(pose) = &frame.pose {
        self::pose(pose, layout)?;
    }
    if let Some(plate) = &frame.plate {
        self::plate(plate)?;
    }
    match frame.camera_shift_px {
        Some([x, y]) if !(place(x) && place(y)) => Err(format!("a camera shift of {x}, {y} px")),
        _ => Ok(()),
    }
}

fn place(px: f64) -> bool {
    (-PLACE_MAX_PX..=PLACE_MAX_PX).contains(&px)
}

fn pose(pose: &PoseObs, layout: Option<&Layout>) -> Said {
    let points = pose.landmarks.len();
    match layout {
        Some(layout) if layout.points.len() != points => {
            return Err(format!("{points} landmarks where {} has {}", layout.name, layout.points.len()));
        }
        _ if points > LANDMARKS_MAX => return Err(format!("{points} landmarks")),
        _ => {}
    }
    // Logits of some networks go a little beyond 1.
    let sure = |v: f64| (-10.0..=10.0).contains(&v);
    if !sure(pose.score) {
        return Err(format!("a score of {}", pose.score));
    }
    if let Some(bad) = pose.landmarks.iter().find(|l| !(place(l.x_px) && place(l.y_px) && sure(l.visibility))) {
        return Err(format!("a landmark at {}, {} px with visibility {}", bad.x_px, bad.y_px, bad.visibility));
    }
    if !(0.0..=PLACE_MAX_PX).contains(&pose.mask_cell_px) {
        return Err(format!("a mask of {} px a cell", pose.mask_cell_px));
    }
    let outline = pose.outline.iter().map(Vec::len).sum::<usize>();
    if outline > OUTLINE_POINTS_MAX {
        return Err(format!("an outline of {outline} points"));
    }
    if let Some([x, y]) = pose.outline.iter().flatten().find(|[x, y]| !(place(*x) && place(*y))) {
        return Err(format!("an outline through {x}, {y} px"));
    }
    Ok(())
}

fn plate(p: &PlateObs) -> Said {
    let size = |v: f64| (0.0..=PLACE_MAX_PX).contains(&v);
    let known = place(p.x_px) && place(p.y_px) && size(p.major_px) && size(p.minor_px) && size(p.sigma_px);
    if known && (-360.0..=360.0).contains(&p.angle_deg) && (-0.1..=1.5).contains(&p.coverage) {
        return Ok(());
    }
    Err(format!("a plate at {}, {} px with half axes {} and {} px", p.x_px, p.y_px, p.major_px, p.minor_px))
}
