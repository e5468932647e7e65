//! `track.json.gz`: how a track is saved and read back.

use super::{FrameObs, TRACK_SCHEMA, Track};
use crate::error::{Error, Result};
use crate::files::write_whole_by;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind as Io, Read};
use std::path::Path;

/// The name the file has in a result folder.
pub const TRACK_FILE: &str = "track.json.gz";
/// An unpacked track beyond this is taken for a damaged or hostile file (1 h at 60 frames/s is about 0.5 GB).
const UNPACKED_MAX_BYTES: u64 = 768 << 20;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Writes the track whole or not at all: into a temporary file in the same folder, then renamed.
///
/// Numbers are written as [`settle`] leaves them, so `load` gives back `settle(track)`.
pub fn save(track: &Track, path: &Path) -> Result<()> {
    let mut settled = track.clone();
    settle(&mut settled);
    write_whole_by(path, |out| {
        // The encoder clears a buffer of 32 KiB at every write, however short, and JSON comes in thousands of short ones.
        let mut text = BufWriter::with_capacity(1 << 16, GzEncoder::new(out, Compression::new(4)));
        serde_json::to_writer(&mut text, &settled)?;
        text.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish().map(drop)
    })
}

/// Reads a saved track; refuses what is not gzip, cut short, damaged, of another schema, or holds what no track can
/// ([`super::check`]). It is unpacked and read in one stream.
pub fn load(path: &Path) -> Result<Track> {
    let foreign =
        || Error::input(format!("{} does not hold a track", path.display()), "give the track.json.gz that `formcheck analyze` wrote");
    let track = match parse::<Track>(path)? {
        Ok(track) => track,
        // Another schema has other fields: it is named, rather than the first field that does not fit.
        Err(e) => match parse::<Head>(path)? {
            Ok(Head { schema: Some(schema) }) if schema != TRACK_SCHEMA => return Err(wrong_schema(path, &schema)),
            _ => return Err(foreign().because(e)),
        },
    };
    if track.schema != TRACK_SCHEMA {
        return Err(wrong_schema(path, &track.schema));
    }
    super::check::check(&track)
        .map_err(|what| Error::input(format!("{} {what}", path.display()), "analyse the video again to get a sound track"))?;
    Ok(track)
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

fn wrong_schema(path: &Path, found: &str) -> Error {
    let found: String = found.chars().take(40).collect();
    Error::input(
        format!("{} has track schema {found}, this program reads {TRACK_SCHEMA}", path.display()),
        "analyse the video again with this version",
    )
}

/// The text as a `T`, or why it is none; a file that cannot be unpacked is an error of its own.
fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<serde_json::Result<T>> {
    let file = File::open(path).map_err(|e| Error::io("read the track", path, e))?;
    if !file.metadata().is_ok_and(|m| m.is_file()) {
        return Err(Error::input(format!("{} is not a file", path.display()), "give the track.json.gz that `formcheck analyze` wrote"));
    }
    let mut packed = BufReader::with_capacity(1 << 16, file);
    check_magic(&mut packed, path)?;
    let mut text = BufReader::with_capacity(1 << 17, MultiGzDecoder::new(packed).take(UNPACKED_MAX_BYTES + 1));
    let parsed = serde_json::from_reader(&mut text);
    if let Err(e) = &parsed
        && let Some(kind) = e.io_error_kind()
    {
        return Err(unreadable(path, std::io::Error::from(kind)));
    }
    // The checksum stands at the end, and a text that ends too early may be one that was cut.
    std::io::copy(&mut text, &mut std::io::sink()).map_err(|e| unreadable(path, e))?;
    if text.get_ref().limit() == 0 {
        let most = UNPACKED_MAX_BYTES >> 20;
        return Err(Error::input(
            format!("{} unpacks to more than {most} MiB", path.display()),
            "this is not a track that formcheck wrote",
        ));
    }
    Ok(parsed)
}

/// How much of an unpacked track is read to find its length: the head stands before the frames.
const HEAD_BYTES: u64 = 1 << 14;

/// Frames and seconds of the video a track was saved from, out of its first bytes; `None` where they do not tell.
pub fn length(path: &Path) -> Option<(u64, f64)> {
    #[derive(Deserialize)]
    struct Video {
        frames: u64,
        duration_s: f64,
    }
    let mut head = vec![];
    MultiGzDecoder::new(BufReader::with_capacity(1 << 12, File::open(path).ok()?)).take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    let key = b"\"video\":";
    let at = head.windows(key.len()).position(|w| w == key)? + key.len();
    let mut values = serde_json::Deserializer::from_slice(&head[at..]).into_iter::<Video>();
    values.next()?.ok().map(|v| (v.frames, v.duration_s))
}

fn check_magic(reader: &mut BufReader<File>, path: &Path) -> Result<()> {
    use std::io::BufRead;
    let start = reader.fill_buf().map_err(|e| Error::io("read the track", path, e))?;
    if start.starts_with(&GZIP_MAGIC) {
        return Ok(());
    }
    let what = if start.is_empty() { "is empty" } else { "is not a gzip file" };
    Err(Error::input(format!("{} {what}", path.display()), "give the track.json.gz that `formcheck analyze` wrote"))
}

fn unreadable(path: &Path, e: std::io::Error) -> Error {
    let hint = "analyse the video again to get a whole track";
    match e.kind() {
        Io::UnexpectedEof => Error::input(format!("{} is cut short", path.display()), hint).because(e),
        Io::InvalidInput | Io::InvalidData => Error::input(format!("{} is damaged", path.display()), hint).because(e),
        _ => Error::io("read the track", path, e),
    }
}

/// Rounds every number to the precision it is saved with: pixels to 0.01 (landmarks) and 0.001
/// (plate), times to 1 µs, probabilities to 0.001; all far below what a network or a camera can
/// tell. Assessing a settled track gives the same bytes as assessing the saved file.
pub fn settle(track: &mut Track) {
    track.frames.iter_mut().for_each(settle_frame);
}

fn settle_frame(frame: &mut FrameObs) {
    round(&mut frame.time_s, 1e6);
    if let Some(pose) = &mut frame.pose {
        round(&mut pose.score, 1e3);
        round(&mut pose.mask_cell_px, 1e3);
        for landmark in &mut pose.landmarks {
            round(&mut landmark.x_px, 1e2);
            round(&mut landmark.y_px, 1e2);
            round(&mut landmark.visibility, 1e3);
        }
        pose.outline.iter_mut().flatten().flatten().for_each(|v| round(v, super::outline_codec::STEPS_PER_PX));
    }
    if let Some(p) = &mut frame.plate {
        [&mut p.x_px, &mut p.y_px, &mut p.major_px, &mut p.minor_px, &mut p.angle_deg, &mut p.coverage, &mut p.sigma_px]
            .into_iter()
            .for_each(|v| round(v, 1e3));
    }
    frame.camera_shift_px.iter_mut().flatten().for_each(|v| round(v, 1e3));
}

fn round(value: &mut f64, per_unit: f64) {
    *value = (*value * per_unit).round() / per_unit;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::track::*;
    use std::io::Write;

    /// A lift of `frames` frames with 33 landmarks and an outline of 200 points.
    fn sample(frames: u32) -> Track {
        let wave = |i: u32, k: usize| 300.0 + 200.0 * (f64::from(i) / 17.0 + k as f64).sin();
        let frame = |i: u32| FrameObs {
            index: i,
            time_s: f64::from(i) / 29.97,
            pose: Some(PoseObs {
                score: 0.987_654_321,
                landmarks: (0..33).map(|k| LandmarkObs { x_px: wave(i, k), y_px: wave(i, k + 40), visibility: 0.912_345_6 }).collect(),
                outline: vec![(0..200).map(|k| [wave(i, k), wave(i, k + 3)]).collect()],
                mask_cell_px: 2.345_678_9,
            }),
            plate: Some(PlateObs {
                x_px: wave(i, 1),
                y_px: wave(i, 2),
                major_px: 80.0,
                minor_px: 77.7,
                angle_deg: 1.0,
                coverage: 0.5,
                sigma_px: 0.3,
            }),
            camera_shift_px: None,
        };
        Track {
            schema: TRACK_SCHEMA.into(),
            program_version: "0.0.0".into(),
            model: ModelInfo { name: "heavy".into(), sha256: "m".into() },
            video: VideoInfo {
                file_name: "a.mp4".into(),
                sha256: "v".into(),
                width_px: 1280,
                height_px: 720,
                frames,
                duration_s: f64::from(frames) / 29.97,
                mean_fps: 29.97,
                variable_frame_rate: false,
                rotation_deg: 0,
                created: None,
                capture_fps: None,
                picture: RectPx { x_px: 0.0, y_px: 0.0, width_px: 1280.0, height_px: 720.0 },
                truncated: false,
            },
            skeleton: "blazepose33".into(),
            lifter: LifterInfo { persons_seen: 1, chosen_by: ChosenBy::Only, overlap_share: 0.0 },
            scene: SceneInfo::default(),
            recording: None,
            frames: (0..frames).map(frame).collect(),
        }
    }

    #[test]
    fn a_saved_track_is_read_back_as_it_was_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(TRACK_FILE);
        let mut track = sample(40);
        save(&track, &path).unwrap();
        let first = std::fs::read(&path).unwrap();
        let read = load(&path).unwrap();
        settle(&mut track);
        assert_eq!(read, track);
        save(&read, &path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first, "saving what was read changes nothing");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn numbers_of_any_length_are_read_back_to_the_last_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(TRACK_FILE);
        let mut track = sample(1);
        track.video.duration_s = 3.8999999999999995;
        track.video.mean_fps = 29.970029970029962;
        save(&track, &path).unwrap();
        assert_eq!(load(&path).unwrap().video, track.video);
    }

    #[test]
    fn what_is_not_a_whole_track_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(TRACK_FILE);
        save(&sample(40), &path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let says = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let e = load(&path).unwrap_err();
            assert_eq!(e.kind, ErrorKind::Input);
            e.message
        };
        assert!(says(b"").contains("is empty"));
        assert!(says(b"{\"schema\": \"1.0\"}").contains("not a gzip"));
        assert!(says(&whole[..whole.len() / 2]).contains("cut short"));
        assert!(says(&[&whole[..100], &[0x55; 400], &whole[500..]].concat()).contains("damaged"));
        assert!(says(&gzip(b"{\"schema\": \"9.9\"}")).contains("schema 9.9"));
        assert!(says(&gzip(b"{\"pigs\": 3}")).contains("does not hold a track"));
        assert!(load(&folder.path().join("nowhere")).unwrap_err().message.contains("nowhere"));
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn fifteen_hundred_frames_are_read_back_and_the_time_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(TRACK_FILE);
        let start = std::time::Instant::now();
        save(&sample(1500), &path).unwrap();
        let saved = start.elapsed();
        assert_eq!(load(&path).unwrap().frames.len(), 1500);
        println!("saved in {saved:?}, {} bytes, read in {:?}", std::fs::metadata(&path).unwrap().len(), start.elapsed() - saved);
    }
}
