//! Files appear whole or not at all: written beside their place under another name, then renamed.

use crate::error::{Error, Result};
use std::io::Write;
use std::path::Path;

/// Writes `bytes` to `path` in one step.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
    let mut file = tempfile::Builder::new().prefix(".formcheck-").tempfile_in(folder).map_err(|e| Error::io("write into", folder, e))?;
    file.write_all(bytes).map_err(|e| Error::io("write", path, e))?;
    set_usual_mode(file.as_file(), path)?;
    // Without it a power cut may leave the name and not the bytes.
    file.as_file().sync_all().map_err(|e| Error::io("write", path, e))?;
    file.persist(path).map_err(|e| Error::io("write", path, e.error))?;
    Ok(())
}

/// A temporary file is readable by its owner alone; a result is readable like any other file.
#[cfg(unix)]
fn set_usual_mode(file: &std::fs::File, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(|e| Error::io("write", path, e))
}

#[cfg(not(unix))]
fn set_usual_mode(_: &std::fs::File, _: &Path) -> Result<()> {
    Ok(())
}

/// Standard base64 with padding (RFC 4648), for data URIs.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let index = (word >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= chunk.len() { char::from(DIGITS[index]) } else { '=' });
        }
    }
    text
}

/// A file name as the path of a URL: everything but letters, digits and `-._~` is escaped.
pub fn url_escape(name: &str) -> String {
    name.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_equals_the_vectors_of_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_wild_file_name_becomes_a_plain_url() {
        assert_eq!(url_escape("a b\"<script>#1?.mp4"), "a%20b%22%3Cscript%3E%231%3F.mp4");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_and_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("report.json");
        std::fs::create_dir(&place).unwrap();
        let error = write_whole(&place, b"x").unwrap_err();
        assert!(error.message.contains("report.json"), "{error:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the temporary file was left behind");
    }
}
