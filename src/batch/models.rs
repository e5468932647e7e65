//! Where installed networks lie, and what identifies them.

use super::outcome::sha256_file;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Folders that may hold models, most wanted first.
pub fn folders() -> Vec<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let data = var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")));
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/cache");
    [var("FORMCHECK_MODELS"), Some(own), data.map(|d| d.join("formcheck/models"))].into_iter().flatten().collect()
}

/// First folder's file of that name.
pub fn find(file: &str) -> Option<PathBuf> {
    folders().iter().map(|f| f.join(file)).find(|p| p.is_file())
}

/// "heavy", "full", "lite" or a path → the network's file.
pub fn network(model: &str) -> Result<PathBuf> {
    let missing = |what: &str| Error::temporary(format!("the network {what} is not installed"), "run `make setup`, then `formcheck doctor`");
    match model {
        "heavy" | "full" | "lite" => {
            let name = format!("pose_landmark_{model}.onnx");
            find(&name).ok_or_else(|| missing(&name))
        }
        path if Path::new(path).is_file() => Ok(path.into()),
        path => Err(Error::usage(format!("there is no network {path}"), "--model takes heavy, full, lite or the path of an .onnx file")),
    }
}

/// SHA-256 of a network, in hexadecimal.
pub fn model_sha256(model: &str) -> Result<String> {
    sha256_file(&network(model)?)
}
