//! ONNX Runtime. The only file that names `ort`: its release candidates change their interface.

use super::{PoseError, models};
use crate::device::Device;
use crate::isolate;
use ndarray::{ArrayView, Dimension, StrideShape};
use ort::environment::Environment;
use ort::ep::{self, ExecutionProvider};
use ort::session::{Session as OrtSession, SessionOutputs, builder::GraphOptimizationLevel};
use ort::value::{TensorRef, ValueType};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// One environment for the process, made at first use; a failure is not kept, so that set-up can mend it.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

fn environment() -> Result<Environment, PoseError> {
    let mut slot = ENVIRONMENT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(environment) = &*slot {
        return Ok(environment.clone());
    }
    let path = ready()?;
    let environment = load(&path).map_err(|cause| {
        if own_path().is_some() {
            PoseError::OwnLibrary { path: path.clone(), cause }
        } else {
            PoseError::Library { path: path.clone(), cause }
        }
    })?;
    Ok(slot.insert(environment).clone())
}

fn load(path: &Path) -> Result<Environment, String> {
    let environment = ort::init_from(path).map_err(|e| e.to_string())?;
    environment.with_name("formcheck").with_telemetry(false).build().map_err(|e| e.to_string())
}

/// The library, found and known to be harmless to load: set-up's by its checksum (one that was cut off kills whoever maps
/// it), any other by a process that tried it first. A worker's was tried by the process that started it.
pub fn ready() -> Result<PathBuf, PoseError> {
    let path = library_path()?;
    let own = own_path().is_some();
    if !own && models::ModelFile::check(&path)?.listed || isolate::is_worker() {
        return Ok(path);
    }
    let refused = |path, cause| if own { PoseError::OwnLibrary { path, cause } } else { PoseError::Library { path, cause } };
    isolate::try_apart(&path).map_err(|cause| refused(path.clone(), cause))?;
    Ok(path)
}

/// Loads a library and says nothing if that works; for the process that tries it.
pub fn try_library(path: &Path) -> Result<(), String> {
    load(path).map(drop)
}

fn own_path() -> Option<PathBuf> {
    std::env::var_os("ORT_DYLIB_PATH").filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// The runtime library: `ORT_DYLIB_PATH`, else the first `libonnxruntime` of the model folders.
pub fn library_path() -> Result<PathBuf, PoseError> {
    let is_library = |p: &PathBuf| {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        (name.starts_with("libonnxruntime.") || name == "onnxruntime.dll") && p.is_file()
    };
    if let Some(path) = own_path() {
        return match path.is_file() {
            true => Ok(path),
            false => Err(PoseError::OwnLibrary { path, cause: "there is no such file".into() }),
        };
    }
    let looked = models::folders();
    looked
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())))
        .find(is_library)
        .ok_or(PoseError::Missing { what: "ONNX Runtime", file: "libonnxruntime".into(), looked })
}

/// Loads the library; for `doctor`.
pub fn load_library() -> Result<PathBuf, PoseError> {
    environment().and_then(|_| library_path())
}

/// Devices besides the processor that the library was built for.
pub fn offered() -> Result<Vec<Device>, PoseError> {
    environment()?;
    let there = |device: &Device| {
        let known = match device {
            Device::Auto | Device::Cpu => Ok(false),
            Device::Cuda => ep::CUDA::is_available(),
            Device::OpenVino => ep::OpenVINO::is_available(),
            Device::CoreMl => ep::CoreML::is_available(),
        };
        // A library that cannot list what it was built for offers nothing.
        known.unwrap_or(false)
    };
    Ok(Device::OTHERS.into_iter().filter(there).collect())
}

/// Name and shape of an input or output; −1 stands for a free dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    pub name: String,
    pub shape: Vec<i64>,
}

/// One loaded network. Runs on the calling thread alone: parallelism comes from workers with a
/// session each (measured: two threads with spinning cost 1.7 times the processor time).
pub struct Session {
    inner: OrtSession,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Session {
    /// From an ONNX file. The runtime reads the file itself: from bytes in memory it makes one more copy of
    /// the weights (measured: 50 MB more for two sessions of the heavy network).
    pub fn from_file(path: &Path, device: Device) -> Result<Self, PoseError> {
        let inner = commit(&environment()?, path, device).map_err(|e| PoseError::Inference { cause: e.to_string() })?;
        let ports = |outlets: &[ort::value::Outlet]| outlets.iter().map(port).collect();
        let (inputs, outputs) = (ports(inner.inputs()), ports(inner.outputs()));
        Ok(Session { inner, inputs, outputs })
    }

    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// Runs on one float tensor, fed to the first input.
    pub fn run(&mut self, shape: [usize; 4], data: &[f32]) -> Result<Outputs<'_>, PoseError> {
        let failed = |e: ort::Error| PoseError::Inference { cause: e.to_string() };
        let tensor = TensorRef::from_array_view((shape, data)).map_err(failed)?;
        let name = self.inputs.first().map_or("input", |p| p.name.as_str());
        self.inner.run(ort::inputs![name => tensor]).map(Outputs).map_err(failed)
    }
}

fn commit(environment: &Environment, path: &Path, device: Device) -> ort::Result<OrtSession> {
    let builder = OrtSession::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_intra_threads(1)?
        .with_intra_op_spinning(false)?;
    let provider = match device {
        Device::Auto | Device::Cpu => None,
        Device::Cuda => Some(ep::CUDA::default().build()),
        // In single precision: half of it moves landmarks by 1.5 px of 256.
        Device::OpenVino => Some(ep::OpenVINO::default().with_precision("FP32").with_num_threads(1).build()),
        Device::CoreMl => Some(ep::CoreML::default().build()),
    };
    match provider {
        None => builder,
        Some(provider) => builder.with_execution_providers([provider.error_on_failure()])?,
    }
    .commit_from_file(path)
}

fn port(outlet: &ort::value::Outlet) -> Port {
    let shape = match outlet.dtype() {
        ValueType::Tensor { shape, .. } => shape.to_vec(),
        _ => vec![],
    };
    Port { name: outlet.name().to_owned(), shape }
}

/// What one run gave.
pub struct Outputs<'s>(SessionOutputs<'s>);

impl Outputs<'_> {
    /// A float output by name, as an array of the shape that its network is known for.
    pub fn array<S, D>(&self, name: &str, shape: S) -> Result<ArrayView<'_, f32, D>, PoseError>
    where
        S: Into<StrideShape<D>>,
        D: Dimension,
    {
        let failed = |cause: String| PoseError::Inference { cause };
        let value = self.0.get(name).ok_or_else(|| failed(format!("the network has no output {name}")))?;
        let (found, data) = value.try_extract_tensor::<f32>().map_err(|e| failed(e.to_string()))?;
        let array = ArrayView::from_shape(shape, data).ok().filter(|a| a.len() == data.len());
        array.ok_or_else(|| failed(format!("output {name} has shape {found:?}, another is expected")))
    }
}
