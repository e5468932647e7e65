//! Converts the BlazePose networks from TFLite to ONNX.
//!
//! ```text
//! bytes ─▶ flatbuffer ─▶ model ─▶ operators ─▶ onnx ─▶ protobuf ─▶ bytes
//!                          constant, sparse ──┘
//! ```
//!
//! The result has operator set 18 and IR version 8. Its input is called `input` and is, like its outputs, laid out as in
//! the TFLite file (NHWC); outputs keep their TFLite names (`Identity`, `Identity_1`, …). The same input gives the same
//! bytes, so the result can be checked by its checksum.

mod constant;
mod error;
mod flatbuffer;
mod model;
mod onnx;
mod operators;
mod protobuf;
mod sparse;

pub use error::{ConvertError, Result};

use model::Model;
use operators::{NCHW_FROM_NHWC, NHWC_FROM_NCHW, Translation, permutation};

/// What the networks' only input is called, whatever its name in the TFLite file.
const INPUT_NAME: &str = "input";

/// Turns the bytes of a TFLite file into those of an ONNX file.
///
/// # Errors
/// A file that is damaged, foreign or uses an operator outside the pose networks is refused with the reason.
pub fn convert(tflite: &[u8]) -> Result<Vec<u8>> {
    let model = Model::parse(tflite)?;
    let &[input] = model.inputs.as_slice() else {
        return Err(ConvertError::unsupported(format!("it has {} inputs instead of one", model.inputs.len())));
    };
    model.tensors[input].nhwc()?;
    let mut translation = Translation::new(&model)?;

    let turned = translation.transposed(INPUT_NAME, NCHW_FROM_NHWC);
    translation.set_value(input, turned);
    for (position, operator) in model.operators.iter().enumerate() {
        translation.operator(position, operator)?;
    }
    translation.graph.input(INPUT_NAME, &model.tensors[input].shape);
    for &output in &model.outputs {
        write_output(&mut translation, &model, output)?;
    }
    Ok(translation.graph.into_file())
}

/// Gives an output its TFLite name and layout.
fn write_output(translation: &mut Translation, model: &Model, output: usize) -> Result<()> {
    let tensor = &model.tensors[output];
    let value = translation.value(output)?;
    if tensor.shape.len() == 4 {
        translation.graph.named_node("Transpose", &[&value], &tensor.name, &[permutation(NHWC_FROM_NCHW)]);
    } else {
        translation.graph.named_node("Identity", &[&value], &tensor.name, &[]);
    }
    translation.graph.output(&tensor.name, &tensor.shape);
    Ok(())
}
