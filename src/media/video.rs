//! Films: the decoder's pictures with true times, and what happened to the recording.

use super::decode::{Decoder, Effort, Label, Pictures};
use super::{Clock, Frame, FrameSource, MediaError, OpenOptions, Skip, SourceInfo, checked_size};
use crate::track::{Event, EventCode};
use opencv::core::Mat;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A wait for the next picture that is a hole: longer than this and than [`GAP_STEPS`], s. Shorter than the fastest pull.
const GAP_S: f64 = 0.2;
const GAP_STEPS: f64 = 3.5;
/// The end is missing where the last picture ends this many steps, and this share of the length, before the promise.
const LACKING_STEPS: f64 = 3.0;
const LACKING_SHARE: f64 = 0.02;
/// A file that has more to tell is broken throughout.
const MOST_EVENTS: usize = 1000;
/// A later start is looked for among the packets, s.
const WORTH_SKIPPING_S: f64 = 10.0;
/// A picture is the one asked for when its stamp lies within so many steps.
const SAME_STEPS: f64 = 0.25;
/// Pictures that may be shown after one that was coded later: the most that H.264 and HEVC allow.
const REORDERED: u32 = 16;
/// Share of pictures whose stamps had to be replaced that makes the film one without times.
const UNTIMED_SHARE: f64 = 0.5;
/// Share of pictures marked interlaced that makes the film so.
const INTERLACED_SHARE: f64 = 0.1;

/// A video file. The first frame is decoded on opening, so size and readability are known.
pub struct VideoSource {
    path: PathBuf,
    options: OpenOptions,
    decoder: Decoder,
    pictures: Pictures,
    clock: Clock,
    info: SourceInfo,
    first: Option<Frame>,
    next_index: u32,
    last_s: f64,
    /// When the last picture ends, s.
    end_s: f64,
    /// The event that goes on: damage of the last frames.
    damage: Option<Event>,
    /// Damaged frames in it.
    damaged_run: u32,
    interlaced: u32,
    high_dynamic_range: bool,
    skips: bool,
    ended: bool,
}

impl VideoSource {
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, MediaError> {
        super::quiet();
        sniff(path)?;
        let effort = Effort { threads: options.decoder_threads.unwrap_or(0), skip: options.skip, rough: options.rough };
        let decoder = Decoder::open(path, effort)?;
        let facts = decoder.facts();
        let info = SourceInfo {
            announced_frames: facts.announced_frames.and_then(|n| u32::try_from(n).ok()),
            mean_fps: 1.0 / facts.step_s,
            created: facts.created.clone(),
            capture_fps: facts.capture_fps,
            has_audio: Some(facts.has_audio),
            ..SourceInfo::default()
        };
        let mut source = VideoSource {
            path: path.to_path_buf(),
            options: options.clone(),
            clock: Clock::new(facts.step_s, facts.joined),
            decoder,
            pictures: Pictures::new(options.output, options.long_side_px),
            info,
            first: None,
            next_index: 0,
            last_s: 0.0,
            end_s: 0.0,
            damage: None,
            damaged_run: 0,
            interlaced: 0,
            high_dynamic_range: false,
            skips: options.skip != Skip::Nothing,
            ended: false,
        };
        let first = source.decode(&mut |_| true)?.ok_or_else(|| MediaError::NoFrames { path: path.to_path_buf() })?;
        (source.info.width_px, source.info.height_px) = checked_size(path, &first.image, options.output)?;
        source.info.rotation_deg = source.pictures.orientation().clockwise_deg();
        source.first = Some(first);
        Ok(source)
    }

    fn decode(&mut self, wanted: &mut dyn FnMut(f64) -> bool) -> Result<Option<Frame>, MediaError> {
        let Some(label) = self.decoder.next()? else {
            self.finish();
            return Ok(None);
        };
        if self.next_index == 0 {
            self.info.start_s = label.stamp_s.unwrap_or(self.decoder.facts().start_s);
        }
        let usual_s = self.clock.usual_step_s();
        let stamp = self.clock.stamp(label.stamp_s);
        self.info.repaired_times = self.clock.repaired();
        let time_s = stamp.time_s;
        let image = if wanted(time_s) { self.picture(&label, time_s)? } else { Mat::default() };
        if self.next_index > 0 {
            let waited_s = time_s - self.last_s;
            if stamp.leap {
                // Where two recordings are joined their packets do not count on: the last of the first looks lost and is
                // whole, and so do the pictures that are shown after it.
                self.damage.take_if(|_| self.damaged_run <= REORDERED);
                self.tell(EventCode::Leap, self.last_s, time_s);
            } else if !self.skips && waited_s > GAP_S.max(GAP_STEPS * usual_s) {
                self.tell(EventCode::Gap, self.last_s, time_s);
            }
        }
        self.follow_damage(label.damaged, time_s);
        self.interlaced += u32::from(label.interlaced);
        self.high_dynamic_range |= label.high_dynamic_range;
        self.last_s = time_s;
        self.end_s = time_s + label.lasts_s.filter(|l| *l < 1.0).unwrap_or(self.decoder.facts().step_s);
        let index = self.next_index;
        self.next_index += 1;
        Ok(Some(Frame { index, time_s, image }))
    }

    /// The frame that is known to be shown then, and whether it was found.
    fn found(&mut self, index: u32, time_s: f64) -> Result<bool, MediaError> {
        let (stamp_s, near_s) = (self.info.start_s + time_s, SAME_STEPS * self.clock.usual_step_s());
        if !self.decoder.skip_to(index.into(), stamp_s, near_s)? {
            return Ok(false);
        }
        while let Some(label) = self.decoder.next()? {
            let Some(at_s) = label.stamp_s.filter(|at| *at <= stamp_s + near_s) else { break };
            if at_s >= stamp_s - near_s {
                self.clock.go_on(at_s, time_s);
                let image = self.picture(&label, time_s)?;
                self.first = Some(Frame { index, time_s, image });
                (self.next_index, self.last_s) = (index + 1, time_s);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn picture(&mut self, label: &Label, time_s: f64) -> Result<Mat, MediaError> {
        let made = self.pictures.make(&mut self.decoder.picture(), label.interlaced);
        let after_frame = self.next_index.saturating_sub(1);
        let (image, changed) = made.map_err(|source| MediaError::Decoding { path: self.path.clone(), after_frame, source })?;
        if changed.size {
            self.tell(EventCode::SizeChanged, time_s, time_s);
        }
        if changed.format {
            self.tell(EventCode::FormatChanged, time_s, time_s);
        }
        if changed.shape && self.info.reshaped_s.len() < MOST_EVENTS {
            self.info.reshaped_s.push(time_s);
        }
        Ok(image)
    }

    fn tell(&mut self, code: EventCode, from_s: f64, to_s: f64) {
        if self.info.events.len() < MOST_EVENTS {
            self.info.events.push(Event { code, from_s, to_s });
        }
    }

    /// From the last good frame to the next one.
    fn follow_damage(&mut self, damaged: bool, time_s: f64) {
        self.damaged_run = if damaged { self.damaged_run + 1 } else { 0 };
        match (&mut self.damage, damaged) {
            (None, true) => self.damage = Some(Event { code: EventCode::Damaged, from_s: self.last_s, to_s: time_s }),
            (Some(event), _) => {
                event.to_s = time_s;
                if !damaged {
                    self.info.events.extend(self.damage.take());
                }
            }
            (None, false) => {}
        }
    }

    fn finish(&mut self) {
        if self.ended {
            return;
        }
        self.ended = true;
        self.info.events.extend(self.damage.take());
        let facts = self.decoder.facts();
        let lacks = |announced: f64| announced - self.end_s > (LACKING_STEPS * facts.step_s).max(LACKING_SHARE * announced);
        let leapt = self.info.events.iter().any(|e| e.code == EventCode::Leap);
        // The container's index counts all pictures: where as many were shown, only the last one's length is not known.
        let whole = facts.announced_frames.is_some_and(|n| u64::from(self.next_index) >= n);
        // A promise that counts leaps, or pictures that were left out on purpose, cannot be held against the film.
        self.info.truncated = self.decoder.broke_off() || (!self.skips && !leapt && !whole && facts.announced_s.is_some_and(lacks));
        let (last_s, end_s) = (self.last_s, self.end_s);
        if self.info.truncated {
            self.tell(EventCode::Truncated, last_s, last_s);
        }
        if f64::from(self.interlaced) > INTERLACED_SHARE * f64::from(self.next_index) {
            self.tell(EventCode::Interlaced, 0.0, end_s);
        }
        if f64::from(self.info.repaired_times) > UNTIMED_SHARE * f64::from(self.next_index) {
            self.tell(EventCode::Untimed, 0.0, end_s);
        }
        if self.high_dynamic_range {
            self.tell(EventCode::Hdr, 0.0, end_s);
        }
        self.info.events.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    }
}

impl FrameSource for VideoSource {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        self.next_if(&mut |_| true)
    }

    fn next_if(&mut self, wanted: &mut dyn FnMut(f64) -> bool) -> Result<Option<Frame>, MediaError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(if wanted(first.time_s) { first } else { Frame { image: Mat::default(), ..first } }));
        }
        if self.ended { Ok(None) } else { self.decode(wanted) }
    }

    fn skip_to(&mut self, index: u32, time_s: f64) -> Result<(), MediaError> {
        if time_s >= WORTH_SKIPPING_S && self.first.is_some() && !self.found(index, time_s)? {
            *self = VideoSource::open(&self.path, &self.options)?;
        }
        Ok(())
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}

/// Looks at the kind of file and its first bytes: what is certainly no video is refused before FFmpeg sees it.
fn sniff(path: &Path) -> Result<(), MediaError> {
    let refused = |found| Err(MediaError::NotAVideo { path: path.to_path_buf(), found });
    // Before opening: a pipe without a writer would hang.
    regular(path, &std::fs::metadata(path).map_err(|e| MediaError::io(path, e))?)?;
    let mut head = Vec::new();
    let file = File::open(path).map_err(|e| MediaError::io(path, e))?;
    file.take(512).read_to_end(&mut head).map_err(|e| MediaError::io(path, e))?;
    if head.is_empty() {
        return Err(MediaError::Empty { path: path.to_path_buf() });
    }
    if is_text(&head) {
        return refused("it is a text file");
    }
    Ok(())
}

/// Pipes, devices and sockets have no end that could be waited for.
pub(super) fn regular(path: &Path, meta: &std::fs::Metadata) -> Result<(), MediaError> {
    if meta.is_file() { Ok(()) } else { Err(MediaError::NotAVideo { path: path.to_path_buf(), found: "it is no regular file" }) }
}

/// Printable in every byte. A multi-byte letter cut by the window's end is still text.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(_) => head.len(),
        Err(e) if e.error_len().is_none() => e.valid_up_to(),
        Err(_) => return false,
    };
    !head[..valid].iter().any(|b| b.is_ascii_control() && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c))
}
