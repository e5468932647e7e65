//! Files appear whole or not at all: written beside their place under another name, then renamed.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;

/// How a half-written file's name begins; what a killed run left is known by it.
pub const PART_PREFIX: &str = ".formcheck-";

/// Writes `bytes` to `path` in one step; makes its folder where there is none.
///
/// # Errors
/// The place cannot be written: what stood there before still stands.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole_by(path, |out| out.write_all(bytes))
}

/// As [`write_whole`], with what `fill` writes, so that nothing large is held in memory.
///
/// # Errors
/// As [`write_whole`], or what `fill` says.
pub fn write_whole_by(path: &Path, fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
    let failed = |e| Error::io("write", path, e);
    let mut builder = tempfile::Builder::new();
    // A temporary file is readable by its owner alone; a result is readable like any other file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut temporary = builder.prefix(PART_PREFIX).suffix(".part").tempfile_in(folder).map_err(failed)?;
    let mut buffer = std::io::BufWriter::with_capacity(1 << 16, temporary.as_file_mut());
    fill(&mut buffer).and_then(|()| buffer.flush()).map_err(failed)?;
    drop(buffer);
    // Without it a power cut may leave the name and not the bytes.
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// Lower-case hexadecimal SHA-256 of a file, whatever its size.
///
/// # Errors
/// The file cannot be opened or read.
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

/// [`sha256`] with the path in its error.
///
/// # Errors
/// The file cannot be opened or read.
pub fn sha256_file(path: &Path) -> Result<String> {
    sha256(path).map_err(|e| Error::io("read", path, e))
}

/// SHA-256 of text, in lower-case hexadecimal.
pub fn sha256_text(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Lower-case hexadecimal, two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
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
    fn sha256_meets_the_standard_example() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(sha256(file.path()).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sha256_text("abc"), sha256(file.path()).unwrap());
    }

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
