//! What can be wrong with a file that is to be converted.

use std::fmt;

/// Why a file could not be converted. No input, however damaged, causes a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConvertError {
    /// The file does not carry the TFLite identifier.
    NotTflite,
    /// A reference points past the end of the file.
    Truncated { offset: usize, wanted: usize, available: usize },
    /// The file is whole but contradicts itself or the TFLite schema.
    Malformed(String),
    /// A sound TFLite file that uses something this converter does not know.
    Unsupported(String),
}

pub type Result<T> = std::result::Result<T, ConvertError>;

impl ConvertError {
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }

    /// What a person can do about it, in one line.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotTflite => "give a .tflite file (its bytes 5 to 8 read TFL3)",
            Self::Truncated { .. } | Self::Malformed(_) => "fetch the file again and compare its checksum with models/MANIFEST.toml",
            Self::Unsupported(_) => "only the four BlazePose networks named in models/MANIFEST.toml are known to convert",
        }
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTflite => write!(f, "this is not a TFLite file"),
            Self::Truncated { offset, wanted, available } => {
                write!(f, "the file is truncated: {wanted} bytes wanted at offset {offset}, but it has only {available}")
            }
            Self::Malformed(what) => write!(f, "the file is damaged: {what}"),
            Self::Unsupported(what) => write!(f, "this network cannot be converted: {what}"),
        }
    }
}

impl std::error::Error for ConvertError {}
