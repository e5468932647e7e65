//! Tracks kept between runs: after a change of thresholds no network needs to run again.

use crate::error::{Error, Result};
use crate::track::{TRACK_SCHEMA, Track};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Where the track of a video lies. The name holds the video's content, the network and the
/// program version: a change of any of them is another file.
pub fn path(dir: &Path, name: &str, video: &Path, model: &str) -> Result<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(sha256_of(video)?);
    hash.update(model.as_bytes());
    hash.update([0]);
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    let key: String = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
    Ok(dir.join(format!("{name}-{key}.track.json.gz")))
}

fn sha256_of(file: &Path) -> Result<Vec<u8>> {
    let mut input = std::fs::File::open(file).map_err(|e| Error::io("read", file, e))?;
    let (mut hash, mut block) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match input.read(&mut block).map_err(|e| Error::io("read", file, e))? {
            0 => return Ok(hash.finalize().to_vec()),
            n => hash.update(&block[..n]),
        }
    }
}

/// A kept track; one that is missing, torn or of another schema is simply made again.
pub fn load(path: &Path) -> Option<Track> {
    let file = std::fs::File::open(path).ok()?;
    let track: Track = serde_json::from_reader(std::io::BufReader::new(flate2::read::GzDecoder::new(file))).ok()?;
    (track.schema == TRACK_SCHEMA).then_some(track)
}

/// Keeps a track: whole or not at all.
pub fn save(path: &Path, track: &Track) -> Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        let mut gz = flate2::write::GzEncoder::new(std::io::BufWriter::new(&mut file), flate2::Compression::fast());
        serde_json::to_writer(&mut gz, track)?;
        gz.finish()?.flush()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|e| Error::io("write", path, e))
}
