//! Checksums of files, streamed.

use super::MediaError;
use sha2::{Digest, Sha256};
use std::io::Read;
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

/// Lower-case hexadecimal sha256 of a file, whatever its size.
pub fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_example_is_met() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(sha256_file(file.path()).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
