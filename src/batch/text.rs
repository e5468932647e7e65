//! File names as text: lossless for people, for links and for spreadsheets.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

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
    let text = parts.join("/");
    // The root is a part of its own, called as the stroke is.
    text.strip_prefix("//").map_or(text.clone(), |rest| format!("/{rest}"))
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
    text.chars().map(|c| if steers(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// The same where a text may have several lines.
pub fn harmless(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// What a terminal obeys rather than shows: controls, and marks that turn the direction of writing.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

/// A text cell that no spreadsheet takes for a formula: neither as it stands nor behind what spreadsheets skip or take
/// for the same sign.
pub fn cell(text: &str) -> String {
    let skipped = |c: char| c.is_whitespace() || c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}';
    let formula = text.trim_start_matches(skipped).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫']);
    if formula || text.starts_with(['\t', '\r', '\u{feff}']) { format!("'{text}") } else { text.to_owned() }
}

/// A file's path without what says that it is a video or a saved track.
pub fn bare(path: &Path) -> PathBuf {
    let named = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".track.json.gz"));
    named.map_or_else(|| path.with_extension(""), |name| path.with_file_name(name))
}

/// The stem of a file's name as the name of a folder: `...mp4` has the stem `..`, which would be the folder above.
pub fn folder_stem(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default();
    let only_dots = bytes(stem).iter().all(|b| *b == b'.');
    if only_dots { PathBuf::from("video") } else { PathBuf::from(stem) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn hostile_names_stay_apart_and_harmless() {
        let odd = Path::new(OsStr::from_bytes(b"a b/\xffx\n<script>\".mp4"));
        assert_eq!(path_text(odd), "a b/\\xffx\n<script>\".mp4");
        assert_eq!((path_text(Path::new("/a/b.mp4")), path_text(Path::new("a/b.mp4"))), ("/a/b.mp4".into(), "a/b.mp4".into()));
        assert_eq!(one_line(&path_text(odd)), "a b/\\xffx\\n<script>\".mp4");
        assert_eq!(href(odd), "a%20b/%FFx%0A%3Cscript%3E%22.mp4");
        assert_eq!(cell("=1+1.mp4"), "'=1+1.mp4");
        assert_eq!(cell("set 1.mp4"), "set 1.mp4");
        for odd in ["＝1+1", "\u{feff}=1+1", " =1+1", "\u{feff}x", "＠sum"] {
            assert_eq!(cell(odd), format!("'{odd}"));
        }
        assert_eq!(one_line("a\u{1b}[2J\u{202e}4pm"), "a\\u{1b}[2J\\u{202e}4pm");
        assert_eq!(harmless("a\u{7}\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn no_name_leads_out_of_the_results() {
        for (name, folder) in [("a/...mp4", "video"), ("..mp4", "video"), (".mp4", ".mp4"), ("a.b.mp4", "a.b"), ("x", "x")] {
            assert_eq!(folder_stem(Path::new(name)), Path::new(folder), "{name}");
        }
    }
}
