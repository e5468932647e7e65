//! Gives the frames of an mp4 their true time stamps, without encoding again.
//!
//! Encoders that are fed pictures write a constant rate. The times live in small tables of the
//! file's index (`moov`): `stts` holds the time from one frame in decoding order to the next,
//! `ctts` how much later each is shown (B-frames). Both are rewritten here (ISO/IEC 14496-12).

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Ticks per second of the rewritten track: a whole number of ticks for all usual frame rates.
const TIMESCALE: u32 = 90_000;

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not the mp4 that was written: {what}"))
}

/// A box: its four letters and, from the file's or its parent's bytes, what is in it.
#[derive(Debug, Clone)]
struct Atom {
    kind: [u8; 4],
    body: Vec<u8>,
}

fn be32(bytes: &[u8], at: usize) -> io::Result<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).ok_or_else(|| wrong("a table is cut off"))
}

fn put32(bytes: &mut [u8], at: usize, value: u32) -> io::Result<()> {
    bytes.get_mut(at..at + 4).ok_or_else(|| wrong("a table is cut off"))?.copy_from_slice(&value.to_be_bytes());
    Ok(())
}

fn children(mut bytes: &[u8]) -> io::Result<Vec<Atom>> {
    let mut found = vec![];
    while !bytes.is_empty() {
        let size = be32(bytes, 0)? as usize;
        let kind = bytes.get(4..8).and_then(|k| k.try_into().ok()).ok_or_else(|| wrong("a box is cut off"))?;
        let body = bytes.get(8..size).ok_or_else(|| wrong("a box is longer than its parent"))?;
        found.push(Atom { kind, body: body.to_vec() });
        bytes = &bytes[size..];
    }
    Ok(found)
}

fn join(atoms: &[Atom]) -> Vec<u8> {
    let mut bytes = vec![];
    for atom in atoms {
        bytes.extend((atom.body.len() as u32 + 8).to_be_bytes());
        bytes.extend(atom.kind);
        bytes.extend(&atom.body);
    }
    bytes
}

fn find<'a>(atoms: &'a [Atom], kind: &[u8; 4]) -> Option<&'a Atom> {
    atoms.iter().find(|a| &a.kind == kind)
}

/// Lets `change` rewrite the body of the first child of that kind.
fn within(body: &mut Vec<u8>, kind: &[u8; 4], change: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut atoms = children(body)?;
    let atom = atoms.iter_mut().find(|a| &a.kind == kind).ok_or_else(|| wrong("a box is missing"))?;
    change(&mut atom.body)?;
    *body = join(&atoms);
    Ok(())
}

/// Rewrites the times of the only video track of `path` in place. `times_s` are the times at which
/// the frames are shown, rising, one per frame in showing order; the last is shown until `end_s`.
/// Works on files whose index is last, as encoders write it; others are refused untouched.
pub fn retime(path: &Path, times_s: &[f64], end_s: f64) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(path)?;
    let (start, mut moov) = index_at_the_end(&mut file)?;
    let start_s = times_s.first().copied().unwrap_or(0.0);
    let ticks: Vec<u32> = times_s.iter().map(|t| ((t - start_s) * f64::from(TIMESCALE)).round() as u32).collect();
    let end = (((end_s - start_s) * f64::from(TIMESCALE)).round() as u32).max(ticks.last().map_or(1, |t| t + 1));
    if ticks.windows(2).any(|w| w[1] <= w[0]) {
        return Err(wrong("the times do not rise"));
    }
    rewrite(&mut moov, &ticks, end)?;
    let atom = join(&[Atom { kind: *b"moov", body: moov }]);
    file.seek(SeekFrom::Start(start))?;
    file.write_all(&atom)?;
    file.set_len(start + atom.len() as u64)?;
    file.sync_all()
}

fn index_at_the_end(file: &mut std::fs::File) -> io::Result<(u64, Vec<u8>)> {
    let length = file.metadata()?.len();
    let mut at = 0u64;
    while at + 8 <= length {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0u8; 16];
        let got = file.read(&mut head)?;
        let size = match be32(&head, 0)? {
            0 => length - at,
            1 if got == 16 => u64::from(be32(&head, 8)?) << 32 | u64::from(be32(&head, 12)?),
            size => u64::from(size),
        };
        if size < 8 {
            return Err(wrong("a box has no length"));
        }
        if &head[4..8] == b"moov" {
            if at + size != length {
                return Err(wrong("its index is not last"));
            }
            let mut moov = vec![0; (size - 8) as usize];
            file.seek(SeekFrom::Start(at + 8))?;
            file.read_exact(&mut moov)?;
            return Ok((at, moov));
        }
        at += size;
    }
    Err(wrong("it has no index"))
}

fn rewrite(moov: &mut Vec<u8>, shown: &[u32], end: u32) -> io::Result<()> {
    let movie_scale = find(&children(moov)?, b"mvhd").map(|a| be32(&a.body, 12)).ok_or_else(|| wrong("no mvhd"))??;
    let movie_end = (u64::from(end) * u64::from(movie_scale)).div_ceil(u64::from(TIMESCALE)) as u32;
    // Version 0 of these boxes has 32-bit times, which encoders use below 13 hours.
    let v0 = |body: &[u8]| if body.first() == Some(&0) { Ok(()) } else { Err(wrong("64-bit times")) };
    within(moov, b"mvhd", |b| v0(b).and_then(|()| put32(b, 16, movie_end)))?;
    within(moov, b"trak", |trak| {
        within(trak, b"tkhd", |b| v0(b).and_then(|()| put32(b, 20, movie_end)))?;
        let mut delay = 0;
        within(trak, b"mdia", |mdia| {
            within(mdia, b"mdhd", |b| {
                v0(b)?;
                put32(b, 12, TIMESCALE)?;
                put32(b, 16, end)
            })?;
            within(mdia, b"minf", |minf| {
                within(minf, b"stbl", |stbl| {
                    delay = tables(stbl, shown, end)?;
                    Ok(())
                })
            })
        })?;
        let edits = Atom { kind: *b"elst", body: edit_list(movie_end, delay) };
        let mut atoms = children(trak)?;
        atoms.retain(|a| &a.kind != b"edts");
        let place = atoms.iter().position(|a| &a.kind == b"tkhd").map_or(0, |p| p + 1);
        atoms.insert(place, Atom { kind: *b"edts", body: join(&[edits]) });
        *trak = join(&atoms);
        Ok(())
    })
}

/// New `stts` and `ctts`; gives the delay between decoding and showing that the edit list undoes.
fn tables(stbl: &mut Vec<u8>, shown: &[u32], end: u32) -> io::Result<u32> {
    let mut atoms = children(stbl)?;
    let old = decode_times(find(&atoms, b"stts").ok_or_else(|| wrong("no stts"))?)?;
    let offsets = match find(&atoms, b"ctts") {
        Some(ctts) => runs(&ctts.body)?.into_iter().map(|o| i64::from(o as i32)).collect(),
        None => vec![0i64; old.len()],
    };
    if old.len() != shown.len() || offsets.len() != old.len() {
        return Err(wrong("its number of frames differs"));
    }
    // Rank of each frame, in decoding order, among the times at which frames are shown.
    let mut order: Vec<usize> = (0..old.len()).collect();
    order.sort_by_key(|&i| old[i] as i64 + offsets[i]);
    let mut show_at = vec![0u32; old.len()];
    order.iter().zip(shown).for_each(|(&i, &t)| show_at[i] = t);
    // Frame i in decoding order is decoded when frame i in showing order is shown, less a delay
    // that is just enough for none to be shown before it is decoded.
    let delay = show_at.iter().zip(shown).map(|(show, decode)| i64::from(*decode) - i64::from(*show)).max().unwrap_or(0).max(0);
    let steps = shown.iter().zip(shown.iter().skip(1).chain([&end])).map(|(a, b)| b - a);
    let ctts = show_at.iter().zip(shown).map(|(show, decode)| (i64::from(*show) - i64::from(*decode) + delay) as u32);
    let replace = |atoms: &mut Vec<Atom>, kind: [u8; 4], body: Vec<u8>| {
        atoms.retain(|a| a.kind != kind);
        let place = atoms.iter().position(|a| &a.kind == b"stsd").map_or(0, |p| p + 1);
        atoms.insert(place, Atom { kind, body });
    };
    replace(&mut atoms, *b"ctts", run_table(ctts));
    replace(&mut atoms, *b"stts", run_table(steps));
    *stbl = join(&atoms);
    Ok(delay as u32)
}

fn decode_times(stts: &Atom) -> io::Result<Vec<u64>> {
    Ok(runs(&stts.body)?
        .into_iter()
        .scan(0u64, |at, step| {
            let now = *at;
            *at += u64::from(step);
            Some(now)
        })
        .collect())
}

/// Expands a table of (count, value).
fn runs(body: &[u8]) -> io::Result<Vec<u32>> {
    /// More frames than a day of slow motion: the table is damaged.
    const MOST: usize = 100_000_000;
    let mut values = vec![];
    for entry in 0..be32(body, 4)? as usize {
        let (count, value) = (be32(body, 8 + 8 * entry)? as usize, be32(body, 12 + 8 * entry)?);
        if values.len() + count > MOST {
            return Err(wrong("a table is too long"));
        }
        values.extend(std::iter::repeat_n(value, count));
    }
    Ok(values)
}

fn run_table(values: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut entries: Vec<(u32, u32)> = vec![];
    for value in values {
        match entries.last_mut() {
            Some((count, last)) if *last == value => *count += 1,
            _ => entries.push((1, value)),
        }
    }
    let mut body = vec![0u8; 4];
    body.extend((entries.len() as u32).to_be_bytes());
    entries.iter().for_each(|(count, value)| body.extend([count.to_be_bytes(), value.to_be_bytes()].concat()));
    body
}

/// One edit: show all of the track, from its first shown frame.
fn edit_list(movie_duration: u32, media_start: u32) -> Vec<u8> {
    let mut body = vec![0u8; 4];
    [1, movie_duration, media_start, 0x0001_0000].iter().for_each(|v: &u32| body.extend(v.to_be_bytes()));
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_runs_are_read_back() {
        let values = vec![3003, 3003, 3003, 1500, 3003];
        assert_eq!(runs(&run_table(values.clone().into_iter())).unwrap(), values);
    }

    #[test]
    fn b_frames_keep_their_order_and_are_never_shown_before_they_are_decoded() {
        // Decoded I P B B, shown I B B P.
        let mut stbl = join(&[
            Atom { kind: *b"stsd", body: vec![] },
            Atom { kind: *b"stts", body: run_table([10; 4].into_iter()) },
            Atom { kind: *b"ctts", body: run_table([10, 30, 0, 0].into_iter()) },
        ]);
        let delay = tables(&mut stbl, &[0, 100, 150, 400], 500).unwrap();
        let atoms = children(&stbl).unwrap();
        let decode = decode_times(find(&atoms, b"stts").unwrap()).unwrap();
        let offsets = runs(&find(&atoms, b"ctts").unwrap().body).unwrap();
        let shown: Vec<u64> = decode.iter().zip(&offsets).map(|(d, o)| d + u64::from(*o) - u64::from(delay)).collect();
        assert_eq!(shown, [0, 400, 100, 150]);
    }

    #[test]
    fn another_file_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.mp4");
        std::fs::write(&path, b"no video at all").unwrap();
        assert!(retime(&path, &[0.0, 0.1], 0.2).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"no video at all");
    }
}
