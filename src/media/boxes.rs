//! A look into the boxes of an mp4 or mov file, without decoding: creation time, sound, cut-off tail.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::path::Path;

/// Boxes looked at before giving up: a real file has some hundreds.
const MAX_BOXES: u32 = 20_000;
/// Seconds from 1904-01-01 (the container's zero) to 1970-01-01.
const EPOCH_1904_S: i64 = 2_082_844_800;

/// What the boxes say. All `None`/false when the file is of another kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// An mp4 or mov by its first box.
    pub is_mp4: bool,
    /// The index (`moov`) is there; without it nothing can be decoded.
    pub has_index: bool,
    pub has_picture: bool,
    pub has_sound: bool,
    /// RFC 3339, UTC.
    pub created: Option<String>,
    /// Frames per second at which the camera recorded (`com.android.capture.fps`), where a phone wrote it.
    pub capture_fps: Option<f64>,
    /// Turn that makes the picture upright, clockwise: 0, 90, 180 or 270; from the track's own matrix.
    pub rotation_deg: Option<i32>,
    /// A top-level box announces more bytes than the file has.
    pub cut_off: bool,
}

/// Walks the boxes of `path`; never reads more than headers, however large the file says it is.
pub fn inspect(path: &Path) -> Result<Container> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut found = Container::default();
    walk(&mut file, 0, length, &mut found, &mut 0, 0)?;
    Ok(found)
}

fn walk(file: &mut File, mut at: u64, end: u64, found: &mut Container, seen: &mut u32, depth: u32) -> Result<()> {
    while at + 8 <= end && *seen < MAX_BOXES {
        *seen += 1;
        let Some((kind, body, next)) = header(file, at, end)? else { return Ok(()) };
        if depth == 0 {
            let first = at == 0;
            let known = matches!(&kind, b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot");
            if first && !known {
                return Ok(());
            }
            found.is_mp4 = true;
            found.cut_off |= next > end;
        }
        let stop = next.min(end);
        match &kind {
            b"moov" => {
                found.has_index = true;
                walk(file, body, stop, found, seen, depth + 1)?;
            }
            b"trak" if depth > 0 => {
                // The matrix comes before the box that says whether this is the picture's track.
                let (pictures, before) = (found.has_picture, found.rotation_deg);
                walk(file, body, stop, found, seen, depth + 1)?;
                if pictures || !found.has_picture {
                    found.rotation_deg = before;
                }
            }
            b"mdia" if depth > 0 => walk(file, body, stop, found, seen, depth + 1)?,
            b"tkhd" if depth > 1 => found.rotation_deg = rotation(file, body)?,
            b"udta" if depth == 1 => walk(file, body, stop, found, seen, depth + 1)?,
            b"meta" if (1..=2).contains(&depth) => found.capture_fps = found.capture_fps.or(super::capture::rate_fps(file, body, stop)?),
            b"mvhd" if depth > 0 => found.created = creation_time(file, body)?,
            b"hdlr" if depth > 1 => match &handler(file, body)? {
                b"vide" => found.has_picture = true,
                b"soun" => found.has_sound = true,
                _ => {}
            },
            _ => {}
        }
        at = next;
    }
    Ok(())
}

/// Kind, start of the body and start of the next box; `None` where the bytes are no box.
pub(super) fn header(file: &mut File, at: u64, end: u64) -> Result<Option<([u8; 4], u64, u64)>> {
    let head: [u8; 8] = bytes(file, at)?;
    let [a, b, c, d, kind @ ..] = head;
    Ok(match u32::from_be_bytes([a, b, c, d]) {
        0 => Some((kind, at + 8, end)),
        1 if at + 16 <= end => {
            let size = u64::from_be_bytes(bytes(file, at + 8)?);
            at.checked_add(size).filter(|_| size >= 16).map(|next| (kind, at + 16, next))
        }
        size if size >= 8 => Some((kind, at + 8, at + u64::from(size))),
        _ => None,
    })
}

pub(super) fn bytes<const N: usize>(file: &mut File, at: u64) -> Result<[u8; N]> {
    let mut buffer = [0; N];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut buffer)?;
    Ok(buffer)
}

fn handler(file: &mut File, body: u64) -> Result<[u8; 4]> {
    bytes(file, body + 8)
}

fn creation_time(file: &mut File, body: u64) -> Result<Option<String>> {
    let [version, ..]: [u8; 4] = bytes(file, body)?;
    let since_1904 = match version {
        0 => i64::from(u32::from_be_bytes(bytes(file, body + 4)?)),
        _ => i64::try_from(u64::from_be_bytes(bytes(file, body + 4)?)).unwrap_or(0),
    };
    // Cameras without a clock write 0; years beyond 9999 are noise.
    let unix = since_1904 - EPOCH_1904_S;
    Ok((0..253_402_300_800).contains(&unix).then(|| rfc3339(unix)))
}

/// Clockwise quarter turns of a track header's matrix; `None` for a matrix that is no turn.
fn rotation(file: &mut File, body: u64) -> Result<Option<i32>> {
    let [version, ..]: [u8; 4] = bytes(file, body)?;
    let matrix = body + if version == 0 { 40 } else { 52 };
    let entry = |file: &mut File, i: u64| -> Result<f64> { Ok(f64::from(i32::from_be_bytes(bytes(file, matrix + 4 * i)?)) / 65_536.0) };
    let (a, b) = (entry(file, 0)?, entry(file, 1)?);
    if (a.hypot(b) - 1.0).abs() > 0.05 {
        return Ok(None);
    }
    let quarters = (b.atan2(a).to_degrees() / 90.0).round() as i32;
    Ok(Some((90 * quarters).rem_euclid(360)))
}

/// Days to a calendar date after Howard Hinnant's `civil_from_days` (years from March, 400-year eras).
fn rfc3339(unix_s: i64) -> String {
    let (days, second) = (unix_s.div_euclid(86_400), unix_s.rem_euclid(86_400));
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    pub fn track(handler: &[u8; 4]) -> Vec<u8> {
        boxed(b"trak", &boxed(b"mdia", &boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat())))
    }

    /// A track whose header turns the picture: a and b of its matrix.
    fn turned(handler: &[u8; 4], a: i32, b: i32) -> Vec<u8> {
        let one = 1i32 << 16;
        let matrix: Vec<u8> = [a * one, b * one, 0, -b * one, a * one, 0, 0, 0, 1 << 30].iter().flat_map(|v| v.to_be_bytes()).collect();
        let header = boxed(b"tkhd", &[&[0; 40][..], &matrix, &[0; 8]].concat());
        let kind = boxed(b"mdia", &boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat()));
        boxed(b"trak", &[header, kind].concat())
    }

    #[test]
    fn the_pictures_turn_is_read_and_not_the_sounds() {
        for (a, b, turn) in [(1, 0, 0), (0, 1, 90), (-1, 0, 180), (0, -1, 270)] {
            for tracks in [[turned(b"soun", 1, 0), turned(b"vide", a, b)], [turned(b"vide", a, b), turned(b"soun", 1, 0)]] {
                let c = inspected(&[boxed(b"ftyp", b"isom"), boxed(b"moov", &tracks.concat())].concat());
                assert_eq!(c.rotation_deg, Some(turn));
            }
        }
    }

    pub fn inspected(bytes: &[u8]) -> Container {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        inspect(file.path()).unwrap()
    }

    #[test]
    fn dates_are_calendar_dates() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_709_251_199), "2024-02-29T23:59:59Z");
    }

    #[test]
    fn creation_time_sound_and_picture_are_found() {
        let time = (1_709_251_199 + EPOCH_1904_S) as u32;
        let mvhd = boxed(b"mvhd", &[&[0; 4][..], &time.to_be_bytes(), &[0; 92]].concat());
        let moov = boxed(b"moov", &[mvhd, track(b"vide"), track(b"soun")].concat());
        let c = inspected(&[boxed(b"ftyp", b"isom"), moov, boxed(b"mdat", &[7; 30])].concat());
        assert!(c.is_mp4 && c.has_index && c.has_picture && c.has_sound && !c.cut_off);
        assert_eq!(c.created.as_deref(), Some("2024-02-29T23:59:59Z"));
    }

    #[test]
    fn a_cut_off_tail_and_a_missing_index_are_seen() {
        let mut file = [boxed(b"ftyp", b"isom"), boxed(b"mdat", &[7; 300])].concat();
        file.truncate(100);
        let c = inspected(&file);
        assert!(c.is_mp4 && c.cut_off && !c.has_index);
    }

    #[test]
    fn other_bytes_are_not_taken_for_boxes() {
        assert_eq!(inspected(b"hello, this is a text and no video at all"), Container::default());
        assert_eq!(inspected(&[0xff; 64]), Container::default());
    }
}
