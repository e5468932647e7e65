//! The rate at which a phone recorded, out of its metadata box: slow motion plays at fewer frames per second.

use super::boxes::{bytes, header};
use std::fs::File;
use std::io::Result;

/// Looks up the capture rate in a phone's metadata: a table of key names, and a list of values by their number.
pub fn rate_fps(file: &mut File, body: u64, end: u64) -> Result<Option<f64>> {
    // QuickTime's box starts with its children, ISO's with four bytes of version and flags.
    for start in [body, body + 4] {
        let (mut at, mut number, mut boxes) = (start, None, 0);
        while at + 8 <= end && boxes < MAX_KEYS {
            let Some((kind, inside, next)) = header(file, at, end)?.filter(|h| h.2 <= end) else { break };
            boxes += 1;
            match (&kind, number) {
                (b"keys", _) => number = key_number(file, inside, next)?,
                (b"ilst", Some(number)) => return item(file, inside, next, number),
                _ => {}
            }
            at = next;
        }
    }
    Ok(None)
}

const CAPTURE_KEY: &[u8; 23] = b"com.android.capture.fps";
/// A phone writes a handful.
const MAX_KEYS: u32 = 100;

/// Number of the capture rate's key, counted from 1.
fn key_number(file: &mut File, body: u64, end: u64) -> Result<Option<u32>> {
    if body + 8 > end {
        return Ok(None);
    }
    let count = u32::from_be_bytes(bytes(file, body + 4)?);
    let mut at = body + 8;
    for number in 1..=count.min(MAX_KEYS) {
        if at + 8 > end {
            break;
        }
        let size = u64::from(u32::from_be_bytes(bytes(file, at)?));
        if size == 8 + CAPTURE_KEY.len() as u64 && at + size <= end && bytes(file, at + 8)? == *CAPTURE_KEY {
            return Ok(Some(number));
        }
        if size < 8 {
            break;
        }
        at += size;
    }
    Ok(None)
}

/// The value of one key: a 32-bit float, big end first, as phones write it, or a text, as editors pass it on.
fn item(file: &mut File, body: u64, end: u64, number: u32) -> Result<Option<f64>> {
    const TEXT: u32 = 1;
    const FLOAT32: u32 = 23;
    const LONGEST_TEXT: u64 = 16;
    let mut at = body;
    while at + 24 <= end {
        let Some((kind, inside, next)) = header(file, at, end)? else { break };
        if u32::from_be_bytes(kind) == number && inside + 17 <= next && next <= end {
            let (kind, value) = (u32::from_be_bytes(bytes(file, inside + 8)?), inside + 16);
            let rate = match kind {
                FLOAT32 if value + 4 <= next => Some(f64::from(f32::from_be_bytes(bytes(file, value)?))),
                TEXT => {
                    let text = (value..next.min(value + LONGEST_TEXT)).map(|at| bytes::<1>(file, at).map(|b| char::from(b[0])));
                    text.collect::<Result<String>>()?.trim().parse().ok()
                }
                _ => None,
            };
            return Ok(rate.filter(|r| (1.0..=2000.0).contains(r)));
        }
        at = next;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::boxes::tests::{boxed, inspected, track};
    use super::*;

    #[test]
    fn the_rate_of_recording_is_read_where_a_phone_wrote_it() {
        let key = |name: &[u8]| [&(name.len() as u32 + 8).to_be_bytes()[..], b"mdta", name].concat();
        let keys = boxed(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 2][..], &key(b"com.android.version"), &key(CAPTURE_KEY)].concat());
        let value = |kind: u32, bytes: &[u8]| boxed(b"data", &[&kind.to_be_bytes()[..], &[0; 4], bytes].concat());
        let rates = [value(23, &240f32.to_be_bytes()), value(1, b"240.000000")];
        for (version, rate) in [&[][..], &[0; 4]].into_iter().zip(rates) {
            let items = [boxed(&1u32.to_be_bytes(), &value(1, b"14")), boxed(&2u32.to_be_bytes(), &rate)];
            let ilst = boxed(b"ilst", &items.concat());
            let meta = boxed(b"meta", &[version, &boxed(b"hdlr", &[0; 24]), &keys, &ilst].concat());
            let c = inspected(&[boxed(b"ftyp", b"isom"), boxed(b"moov", &[meta, track(b"vide")].concat())].concat());
            assert_eq!((c.capture_fps, c.has_picture), (Some(240.0), true));
        }
        let c = inspected(&[boxed(b"ftyp", b"isom"), boxed(b"moov", &boxed(b"meta", &boxed(b"keys", &[0xff; 9])))].concat());
        assert_eq!(c.capture_fps, None);
    }
}
