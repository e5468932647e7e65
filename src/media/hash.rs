//! Checksums of what is looked at.

use super::MediaError;
use crate::files::{hex, sha256};
use sha2::{Digest, Sha256};
use std::path::Path;

/// [`sha256`] of a video; of a folder of pictures that of their names and bytes in order. Anything else is refused at
/// once: a pipe would hang.
pub fn sha256_file(path: &Path) -> Result<String, MediaError> {
    let meta = std::fs::metadata(path).map_err(|e| MediaError::io(path, e))?;
    if !meta.is_dir() {
        super::video::regular(path, &meta)?;
        return sha256(path).map_err(|e| MediaError::io(path, e));
    }
    let mut hasher = Sha256::new();
    for picture in super::folder::pictures(path)? {
        let name = picture.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let own = sha256(&picture).map_err(|e| MediaError::io(&picture, e))?;
        hasher.update(format!("{own} {name}\n"));
    }
    Ok(hex(&hasher.finalize()))
}
