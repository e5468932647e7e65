//! Where the networks and the runtime library lie, and whether they are what set-up installed.

use super::PoseError;
use crate::files;
use std::path::{Path, PathBuf};

/// Folders that may hold models, most wanted first: `FORMCHECK_MODELS`, the source tree's
/// `models/cache`, the user's data folder.
pub fn folders() -> Vec<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let data = var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")));
    [var("FORMCHECK_MODELS"), Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/cache")), data.map(|d| d.join("formcheck/models"))]
        .into_iter()
        .flatten()
        .collect()
}

/// First folder's file of that name.
pub fn find(what: &'static str, file: &str) -> Result<PathBuf, PoseError> {
    let looked = folders();
    looked.iter().map(|f| f.join(file)).find(|p| p.is_file()).ok_or(PoseError::Missing { what, file: file.into(), looked })
}

/// A model file with its checksum.
#[derive(Debug, Clone)]
pub struct ModelFile {
    pub path: PathBuf,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// The manifest names it: it is the file that set-up installed.
    pub listed: bool,
}

impl ModelFile {
    /// Hashes a file and refuses it when the manifest beside it says that it must be another.
    pub fn check(path: &Path) -> Result<Self, PoseError> {
        let sha256 = files::sha256(path).map_err(|source| PoseError::Read { path: path.to_path_buf(), source })?;
        let listed = Manifest::for_file(path).map_or(Ok(false), |manifest| manifest.check(path, &sha256))?;
        Ok(ModelFile { path: path.to_path_buf(), sha256, listed })
    }
}

/// `MANIFEST.toml`: what each installed file must be.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Manifest {
    #[serde(default, rename = "file")]
    files: Vec<Listed>,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Listed {
    name: String,
    sha256: String,
    /// "linux-x86_64"; none for a file that is the same everywhere.
    platform: Option<String>,
}

impl Manifest {
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The manifest in a file's folder or the one above. A file without one, as a user's own
    /// network, is taken as it is; so is one beside an unreadable manifest, which `doctor` reports.
    pub fn for_file(path: &Path) -> Option<Self> {
        let folder = path.canonicalize().ok()?.parent()?.to_path_buf();
        [Some(folder.as_path()), folder.parent()]
            .into_iter()
            .flatten()
            .find_map(|f| std::fs::read_to_string(f.join("MANIFEST.toml")).ok())
            .and_then(|text| Self::parse(&text).ok())
    }

    /// Refuses a listed file of another checksum; says whether the name is listed at all.
    pub fn check(&self, path: &Path, sha256: &str) -> Result<bool, PoseError> {
        let here = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        let listed = |l: &&Listed| {
            path.file_name().is_some_and(|n| n == l.name.as_str()) && l.platform.as_ref().is_none_or(|platform| *platform == here)
        };
        match self.files.iter().find(listed) {
            Some(l) if !l.sha256.eq_ignore_ascii_case(sha256) => {
                Err(PoseError::Damaged { path: path.to_path_buf(), expected: l.sha256.clone(), got: sha256.into() })
            }
            found => Ok(found.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        schema = 1
        [[file]]
        name = "a.onnx"
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        role = "test"
        [[file]]
        name = "lib.so"
        sha256 = "00"
        platform = "nowhere-z80"
    "#;

    #[test]
    fn a_changed_file_is_refused_and_others_pass() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("cache")).unwrap();
        std::fs::write(dir.path().join("MANIFEST.toml"), MANIFEST).unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join("cache").join(name);
            std::fs::write(&path, text).unwrap();
            ModelFile::check(&path)
        };
        assert!(put("a.onnx", "abc").unwrap().listed);
        assert!(!put("own.onnx", "whatever").unwrap().listed);
        assert!(!put("lib.so", "of another machine").unwrap().listed);
        let damaged = crate::Error::from(put("a.onnx", "abd").unwrap_err());
        assert_eq!(damaged.kind.exit_code(), 75);
        assert!(damaged.hint.contains("make setup"));
    }

    #[test]
    fn a_missing_model_points_to_set_up() {
        let e = crate::Error::from(find("the network", "no_such_network.onnx").unwrap_err());
        assert_eq!(e.kind.exit_code(), 75);
        assert!(e.message.contains("no_such_network.onnx") && e.hint.contains("make setup"));
    }
}
