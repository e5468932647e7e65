//! What set-up installs: the networks and the runtime library, held against the manifest.

use super::finding::Finding;
use crate::device::Device;
use crate::files::sha256_file;
use crate::pose::{models, runtime};
use serde::Deserialize;

const CURE: &str = "run `make setup`";
/// The manifest this program was built with.
const MANIFEST: &str = include_str!("../../../models/MANIFEST.toml");

#[derive(Deserialize)]
struct Manifest {
    file: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    role: String,
    sha256: String,
    platform: Option<String>,
}

pub fn findings() -> Vec<Finding> {
    let mut found: Vec<Finding> = match toml::from_str::<Manifest>(MANIFEST) {
        Ok(manifest) => manifest.file.iter().filter(|f| here(f)).map(checked).collect(),
        Err(e) => vec![Finding::fault("manifest", format!("cannot be read: {}", e.message()), "build the program again")],
    };
    found.push(match runtime::load_library() {
        Ok(path) => Finding::ok("ONNX Runtime", format!("loads from {}; {}", path.display(), devices())),
        Err(e) => {
            let e = crate::Error::from(e);
            Finding::fault("ONNX Runtime", e.message, e.hint)
        }
    });
    found
}

/// What `--device` may name here.
fn devices() -> String {
    let offered = runtime::offered().unwrap_or_default();
    let names: Vec<&str> = std::iter::once(Device::Cpu).chain(offered).map(Device::name).collect();
    format!("devices: {}", names.join(", "))
}

fn here(file: &Listed) -> bool {
    let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    file.platform.as_ref().is_none_or(|p| *p == platform)
}

fn checked(file: &Listed) -> Finding {
    let Some(path) = models::folders().iter().map(|f| f.join(&file.name)).find(|p| p.is_file()) else {
        let looked: Vec<String> = models::folders().iter().map(|f| f.display().to_string()).collect();
        return Finding::fault(&file.name, format!("missing ({}); looked in {}", file.role, looked.join(", ")), CURE);
    };
    match sha256_file(&path) {
        Ok(hash) if hash.eq_ignore_ascii_case(&file.sha256) => Finding::ok(&file.name, format!("{}; checksum is right", file.role)),
        Ok(hash) => {
            let detail = format!("checksum of {} is {}…, not {}…", path.display(), &hash[..12], file.sha256.get(..12).unwrap_or_default());
            Finding::fault(&file.name, detail, format!("remove the file, then {CURE}"))
        }
        Err(e) => Finding::fault(&file.name, e.message, e.hint),
    }
}
