//! Why an mp4 or mov file cannot be opened: a look at its top boxes, without going into any.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::path::Path;

/// Boxes looked at before giving up: a real file has some dozens at its top, a fragmented one some thousands.
const MAX_BOXES: u32 = 20_000;

/// What stands at the top of a file; all false when it is of another kind.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TopBoxes {
    /// An mp4 or mov by its first box.
    pub is_mp4: bool,
    /// The index (`moov`) is there; without it nothing can be decoded.
    pub has_index: bool,
}

/// Reads the headers of the top boxes only, however large the file says they are.
pub fn inspect(path: &Path) -> Result<TopBoxes> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let (mut found, mut at) = (TopBoxes::default(), 0);
    for _ in 0..MAX_BOXES {
        if at + 8 > length {
            break;
        }
        let Some((kind, next)) = header(&mut file, at, length)? else { break };
        found.is_mp4 |= at == 0 && matches!(&kind, b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot");
        if !found.is_mp4 {
            break;
        }
        found.has_index |= &kind == b"moov";
        at = next;
    }
    Ok(found)
}

/// Kind of the box and start of the next; `None` where the bytes are no box.
fn header(file: &mut File, at: u64, end: u64) -> Result<Option<([u8; 4], u64)>> {
    let [a, b, c, d, kind @ ..]: [u8; 8] = bytes(file, at)?;
    let size = match u32::from_be_bytes([a, b, c, d]) {
        0 => end - at,
        1 if at + 16 <= end => u64::from_be_bytes(bytes(file, at + 8)?),
        size => u64::from(size),
    };
    Ok(at.checked_add(size).filter(|_| size >= 8).map(|next| (kind, next)))
}

fn bytes<const N: usize>(file: &mut File, at: u64) -> Result<[u8; N]> {
    let mut buffer = [0; N];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut buffer)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn inspected(bytes: &[u8]) -> TopBoxes {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        inspect(file.path()).unwrap()
    }

    #[test]
    fn a_missing_index_is_seen() {
        let (head, index, film) = (boxed(b"ftyp", b"isom"), boxed(b"moov", &[0; 40]), boxed(b"mdat", &[7; 300]));
        assert_eq!(inspected(&[head.clone(), film.clone(), index].concat()), TopBoxes { is_mp4: true, has_index: true });
        let cut = [head, film].concat();
        assert_eq!(inspected(&cut[..100]), TopBoxes { is_mp4: true, has_index: false });
    }

    #[test]
    fn other_bytes_are_not_taken_for_boxes() {
        assert_eq!(inspected(b"hello, this is a text and no video at all"), TopBoxes::default());
        assert_eq!(inspected(&[0xff; 64]), TopBoxes::default());
    }

    #[test]
    fn boxes_in_boxes_are_left_closed() {
        let nested = (0..10_000).fold(vec![], |inside, _| boxed(b"moov", &inside));
        assert!(inspected(&nested).has_index);
    }
}
