//! File names as text: lossless for people, for links and for spreadsheets.

use std::ffi::OsStr;
use std::path::Path;

#[cfg(unix)]
fn bytes(name: &OsStr) -> &[u8] {
    std::os::unix::ffi::OsStrExt::as_bytes(name)
}

#[cfg(not(unix))]
fn bytes(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}

/// A path as text with `/` between its parts; bytes that are not UTF-8 become `\xNN`, so that two
/// different names never look the same.
pub fn path_text(path: &Path) -> String {
    let parts: Vec<String> = path.iter().map(part_text).collect();
    parts.join("/")
}

fn part_text(part: &OsStr) -> String {
    let mut text = String::new();
    for chunk in bytes(part).utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|b| text.push_str(&format!("\\x{b:02x}")));
    }
    text
}

/// Any path through serde, names that are not UTF-8 included.
pub mod path {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        path.as_os_str().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        OsString::deserialize(from).map(PathBuf::from)
    }
}

/// The same on one terminal line: control characters are shown, not sent.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// A relative link to a path: every byte that is not plainly allowed is percent-encoded.
pub fn href(path: &Path) -> String {
    let part = |part: &OsStr| {
        bytes(part).iter().fold(String::new(), |mut text, &b| {
            match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(b as char),
                _ => text.push_str(&format!("%{b:02X}")),
            }
            text
        })
    };
    let parts: Vec<String> = path.iter().map(part).collect();
    parts.join("/")
}

/// A text cell that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn hostile_names_stay_apart_and_harmless() {
        let odd = Path::new(OsStr::from_bytes(b"a b/\xffx\n<script>\".mp4"));
        assert_eq!(path_text(odd), "a b/\\xffx\n<script>\".mp4");
        assert_eq!(one_line(&path_text(odd)), "a b/\\xffx\\n<script>\".mp4");
        assert_eq!(href(odd), "a%20b/%FFx%0A%3Cscript%3E%22.mp4");
        assert_eq!(cell("=1+1.mp4"), "'=1+1.mp4");
        assert_eq!(cell("set 1.mp4"), "set 1.mp4");
    }
}
