//! A part of a track as a track of its own.

use super::{Event, EventCode, FrameObs, Recording, SceneInfo, Track, VideoInfo};

/// The frames from `from_s` to `to_s` (seconds of the track, both ends included) as a clip of their own: frames and
/// times count from its first frame, and what is told about the scene is what happened within. Where it lies is kept in
/// [`Track::recording`]; cut from a cut, the place is that in the first recording. `None` where no frame lies within.
pub fn cut(track: &Track, from_s: f64, to_s: f64) -> Option<Track> {
    let first = track.frames.iter().position(|f| f.time_s >= from_s)?;
    let end = track.frames.partition_point(|f| f.time_s <= to_s);
    let kept = track.frames.get(first..end).filter(|k| !k.is_empty())?;
    let (start_s, last_s) = (kept[0].time_s, kept[kept.len() - 1].time_s);
    let place = Place { start_s, last_s, whole: kept.len() == track.frames.len() };
    let earlier = track.recording.as_ref();
    let recording = Recording {
        file: earlier.map_or_else(|| track.video.file_name.clone(), |r| r.file.clone()),
        set: None,
        lifter: None,
        first_frame: earlier.map_or(0, |r| r.first_frame) + kept[0].index,
        from_s: earlier.map_or(0.0, |r| r.from_s) + start_s,
        to_s: earlier.map_or(0.0, |r| r.from_s) + last_s,
    };
    let index = kept[0].index;
    let frame = |f: &FrameObs| FrameObs { index: f.index - index, time_s: f.time_s - start_s, ..f.clone() };
    Some(Track {
        video: place.video(&track.video, kept.len()),
        scene: place.scene(&track.scene),
        recording: Some(recording),
        ..track.with_frames(kept.iter().map(frame).collect())
    })
}

impl Track {
    /// The same recording with other frames; nobody copies those that go.
    #[must_use]
    pub fn with_frames(&self, frames: Vec<FrameObs>) -> Track {
        Track {
            schema: self.schema.clone(),
            program_version: self.program_version.clone(),
            model: self.model.clone(),
            video: self.video.clone(),
            skeleton: self.skeleton.clone(),
            lifter: self.lifter.clone(),
            scene: self.scene.clone(),
            recording: self.recording.clone(),
            frames,
        }
    }
}

/// First and last kept time.
struct Place {
    start_s: f64,
    last_s: f64,
    whole: bool,
}

impl Place {
    fn video(&self, video: &VideoInfo, frames: usize) -> VideoInfo {
        if self.whole {
            return video.clone();
        }
        let steps = self.last_s - self.start_s;
        let mean_fps = if frames > 1 && steps > 0.0 { (frames - 1) as f64 / steps } else { video.mean_fps };
        VideoInfo {
            frames: frames as u32,
            duration_s: steps + 1.0 / video.mean_fps.max(1.0),
            // A rate measured over few frames differs from the recording's by its stamps' rounding alone.
            mean_fps: if (mean_fps / video.mean_fps - 1.0).abs() < SAME_RATE { video.mean_fps } else { mean_fps },
            truncated: video.truncated && self.last_s + END_S >= video.duration_s,
            ..video.clone()
        }
    }

    fn scene(&self, scene: &SceneInfo) -> SceneInfo {
        let shift = |t: f64| t.clamp(self.start_s, self.last_s) - self.start_s;
        let event = |e: &Event| Event { from_s: shift(e.from_s), to_s: shift(e.to_s), ..*e };
        let told = |e: &&Event| of_the_file(e.code) || e.touches(self.start_s, self.last_s);
        SceneInfo {
            cuts_s: scene.cuts_s.iter().filter(|c| **c > self.start_s && **c <= self.last_s).map(|c| c - self.start_s).collect(),
            freezes_s: scene
                .freezes_s
                .iter()
                .filter(|[from, to]| *from < self.last_s && *to > self.start_s)
                .map(|f| f.map(shift))
                .collect(),
            events: scene.events.iter().filter(told).map(event).collect(),
            ..scene.clone()
        }
    }
}

/// Rates within this of each other are one rate.
const SAME_RATE: f64 = 0.01;
/// A cut that ends this near the file's end reaches it, s.
const END_S: f64 = 0.5;

/// What holds for every frame of a file, wherever it was noted.
fn of_the_file(code: EventCode) -> bool {
    matches!(code, EventCode::Interlaced | EventCode::Hdr | EventCode::Untimed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{Case, build};

    fn track() -> Track {
        let mut track = build(Case::Clean).track;
        track.scene.cuts_s = vec![2.0, 9.0];
        track.scene.freezes_s = vec![[3.5, 5.0], [12.0, 12.5]];
        track.scene.events = vec![
            Event { code: EventCode::Hdr, from_s: 0.0, to_s: 0.0 },
            Event { code: EventCode::Gap, from_s: 1.0, to_s: 1.5 },
            Event { code: EventCode::Gap, from_s: 6.0, to_s: 6.5 },
        ];
        track
    }

    #[test]
    fn the_whole_track_is_itself() {
        let track = track();
        let mut whole = cut(&track, f64::NEG_INFINITY, f64::INFINITY).unwrap();
        assert_eq!(whole.recording.take().map(|r| (r.first_frame, r.from_s)), Some((0, 0.0)));
        assert_eq!(whole, track);
    }

    #[test]
    fn times_and_frames_count_from_the_cut_and_only_what_lies_within_is_told() {
        let track = track();
        let part = cut(&track, 4.0, 8.0).unwrap();
        let at = part.recording.clone().unwrap();
        assert!((at.from_s - 4.0).abs() < 0.04 && (at.to_s - 8.0).abs() < 0.04, "{at:?}");
        assert_eq!((part.frames[0].index, part.frames[0].time_s), (0, 0.0));
        assert_eq!(part.frames[9].pose, track.frames[at.first_frame as usize + 9].pose);
        assert_eq!(part.video.frames as usize, part.frames.len());
        assert!(part.scene.cuts_s.is_empty());
        assert_eq!(part.scene.freezes_s.len(), 1);
        assert!((part.scene.freezes_s[0][1] - (5.0 - at.from_s)).abs() < 1e-9 && part.scene.freezes_s[0][0] == 0.0);
        assert_eq!(part.scene.events.iter().map(|e| e.code).collect::<Vec<_>>(), [EventCode::Hdr, EventCode::Gap]);
        let inner = cut(&part, 1.0, 2.0).unwrap().recording.unwrap();
        assert!((inner.from_s - (at.from_s + 1.0)).abs() < 0.04, "{inner:?}");
        assert_eq!(track.frames[inner.first_frame as usize].time_s, inner.from_s);
    }

    #[test]
    fn without_a_frame_there_is_no_clip() {
        assert!(cut(&track(), 1e4, 2e4).is_none() && cut(&track(), 5.0, 4.0).is_none());
    }
}
