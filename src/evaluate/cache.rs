//! Tracks kept between runs: after a change of thresholds no network needs to run again.

use crate::error::{Error, Result};
use crate::files::{hex, sha256_file};
use crate::track::{Track, file};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Where the track of a video lies. The name holds the video's content, the network and the
/// program version: a change of any of them is another file.
pub fn path(dir: &Path, name: &str, video: &Path, model: &str) -> Result<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(sha256_file(video)?.as_bytes());
    hash.update(model.as_bytes());
    hash.update([0]);
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    let key = hex(&hash.finalize()[..8]);
    Ok(dir.join(format!("{name}-{key}.track.json.gz")))
}

/// A kept track; one that is missing, torn or of another schema is simply made again.
pub fn load(path: &Path) -> Option<Track> {
    file::load(path).ok()
}

/// Keeps a track: whole or not at all.
pub fn save(path: &Path, track: &Track) -> Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(|e| Error::io("make the folder", dir, e))?;
    }
    file::save(track, path)
}
