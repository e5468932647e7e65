//! How much work a film may make.

/// Largest coded picture, pixels: 8192 × 4320. A file may claim any size, and each picture costs its memory.
pub const MAX_PIXELS: i64 = 8192 * 4320;

/// Which pictures the decoder may leave out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Skip {
    #[default]
    Nothing,
    /// Pictures that no other is built upon: a half or more of H.264 with B pictures, hardly any of other codecs.
    NonReference,
}

/// How to decode.
#[derive(Debug, Clone, Copy, Default)]
pub struct Effort {
    /// Decoding threads; 0: one per core, four at most.
    pub threads: u32,
    pub skip: Skip,
    /// No deblocking: a third faster, and blocky up to the next key picture. For a look round, not for measuring.
    pub rough: bool,
}
