//! Still pictures of the moment a fault was seen best.

use crate::error::Result;
use crate::files;
use std::path::{Path, PathBuf};

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Still {
    /// Index of the rep, from 1.
    pub rep: u32,
    /// Code of the check.
    pub code: String,
    pub frame: u32,
    pub time_s: f64,
    pub jpeg: Vec<u8>,
    pub width_px: u32,
    pub height_px: u32,
    /// What is to be seen, for people who cannot.
    pub alt: String,
    /// What its lines are, for people who can.
    pub legend: String,
}

/// Writes stills as `rep2-E3.jpg` into a folder.
pub fn write(stills: &[Still], folder: &Path) -> Result<Vec<PathBuf>> {
    let name = |still: &Still| folder.join(format!("rep{}-{}.jpg", still.rep, still.code));
    stills.iter().map(|still| files::write_whole(&name(still), &still.jpeg).map(|()| name(still))).collect()
}
