//! Where networks run, as the user asks for it; `pose` looks for what there is.

use serde::{Deserialize, Serialize};

/// What the user may ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The first of the others that is there and agrees with the processor, else the processor.
    #[default]
    Auto,
    /// The processor: always there, and what the others are held against.
    Cpu,
    /// An NVIDIA card, through the runtime's CUDA provider.
    Cuda,
    /// Intel's processors and graphics, through OpenVINO.
    OpenVino,
    /// Apple's own, through Core ML.
    CoreMl,
}

impl Device {
    /// All that is not the processor, most wanted first.
    pub const OTHERS: [Device; 3] = [Device::Cuda, Device::CoreMl, Device::OpenVino];

    /// As the command line and saved options spell it.
    pub fn name(self) -> &'static str {
        match self {
            Device::Auto => "auto",
            Device::Cpu => "cpu",
            Device::Cuda => "cuda",
            Device::OpenVino => "openvino",
            Device::CoreMl => "coreml",
        }
    }

    /// How to get a runtime library that offers it.
    pub fn way(self) -> &'static str {
        match self {
            Device::Auto | Device::Cpu => "run `make setup`",
            Device::Cuda => {
                "let ORT_DYLIB_PATH name the libonnxruntime of PyPI's onnxruntime-gpu, with CUDA installed, or use --device cpu"
            }
            Device::OpenVino => "let ORT_DYLIB_PATH name the libonnxruntime of PyPI's onnxruntime-openvino, or use --device cpu",
            Device::CoreMl => "let ORT_DYLIB_PATH name a libonnxruntime of macOS, or use --device cpu",
        }
    }
}
