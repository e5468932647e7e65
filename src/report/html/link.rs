//! Where the page finds its video.

use crate::error::{Error, Result};
use std::path::Path;

/// A video up to this size lies in the page itself.
pub const EMBED_MAX_BYTES: u64 = 2 * 1024 * 1024;
/// The video as the page shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum VideoLink {
    Embedded { mime: &'static str, bytes: Vec<u8> },
    Beside { file_name: String },
}

impl VideoLink {
    /// Embeds a small file, links a large one; the page must then lie in the same folder.
    pub fn of(path: &Path) -> Result<VideoLink> {
        let size = std::fs::metadata(path).map_err(|e| Error::io("read", path, e))?.len();
        if size <= EMBED_MAX_BYTES {
            let bytes = std::fs::read(path).map_err(|e| Error::io("read", path, e))?;
            let mime = if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("webm")) { "video/webm" } else { "video/mp4" };
            return Ok(VideoLink::Embedded { mime, bytes });
        }
        let file_name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(VideoLink::Beside { file_name })
    }
}
