//! Still pictures of the moment a fault was seen best, with the evidence drawn on them.

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
}
