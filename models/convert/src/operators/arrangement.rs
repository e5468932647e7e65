//! What only rearranges or resamples values: padding, resizing, reshaping, joining.

use super::{NCHW_FROM_NHWC, NHWC_FROM_NCHW, Translation};
use crate::error::{ConvertError, Result};
use crate::model::Operator;
use crate::onnx::Attribute;

mod resize {
    pub const ALIGN_CORNERS: usize = 2;
    pub const HALF_PIXEL_CENTERS: usize = 3;
}

mod depth_to_space {
    pub const BLOCK: usize = 0;
}

mod concatenation {
    pub const AXIS: usize = 0;
    pub const ACTIVATION: usize = 1;
}

impl Translation<'_> {
    /// TFLite gives [before, after] per NHWC axis, ONNX wants all befores, then all afters, per NCHW axis.
    pub(super) fn padding(&mut self, position: usize, operator: &Operator) -> Result<String> {
        let amounts = self.constant(operator.input(1)?)?.i32s()?;
        if amounts.len() != 8 {
            return Err(ConvertError::unsupported("it pads a tensor that has not four axes"));
        }
        let side = |end: usize| NCHW_FROM_NHWC.map(|axis| i64::from(amounts[2 * axis + end]));
        let pads = self.graph.i64s(format!("pad{position}"), &[side(0), side(1)].concat());
        let value = self.value(operator.input(0)?)?;
        Ok(self.graph.node("Pad", &[&value, &pads], &[]))
    }

    pub(super) fn bilinear_resize(&mut self, position: usize, operator: &Operator) -> Result<String> {
        let shape = self.model.tensors[operator.output()?].nhwc()?;
        let sizes = self.graph.i64s(format!("sz{position}"), &NCHW_FROM_NHWC.map(|axis| shape[axis] as i64));
        let mode = if operator.options.bool(resize::ALIGN_CORNERS)? {
            "align_corners"
        } else if operator.options.bool(resize::HALF_PIXEL_CENTERS)? {
            "half_pixel"
        } else {
            "asymmetric"
        };
        let value = self.value(operator.input(0)?)?;
        let attributes = [Attribute::Text("mode", "linear"), Attribute::Text("coordinate_transformation_mode", mode)];
        Ok(self.graph.node("Resize", &[&value, "", "", &sizes], &attributes))
    }

    pub(super) fn depth_to_space(&mut self, operator: &Operator) -> Result<String> {
        let block = operator.options.positive(depth_to_space::BLOCK, 0)?;
        let value = self.value(operator.input(0)?)?;
        Ok(self.graph.node("DepthToSpace", &[&value], &[Attribute::Int("blocksize", block), Attribute::Text("mode", "DCR")]))
    }

    pub(super) fn reshape(&mut self, position: usize, operator: &Operator) -> Result<String> {
        let input = operator.input(0)?;
        let mut value = self.value(input)?;
        if self.model.tensors[input].shape.len() == 4 {
            value = self.transposed(&value, NHWC_FROM_NCHW);
        }
        let shape: Vec<i64> = self.model.tensors[operator.output()?].shape.iter().map(|&extent| extent as i64).collect();
        let target = self.graph.i64s(format!("shape{position}"), &shape);
        let reshaped = self.graph.node("Reshape", &[&value, &target], &[]);
        Ok(if shape.len() == 4 { self.transposed(&reshaped, NCHW_FROM_NHWC) } else { reshaped })
    }

    pub(super) fn concatenation(&mut self, operator: &Operator) -> Result<String> {
        let rank = self.model.tensors[operator.output()?].shape.len();
        let axis = operator.options.i32(concatenation::AXIS, 0)?;
        let from_front = if axis < 0 { i64::from(axis) + rank as i64 } else { i64::from(axis) };
        let axis = usize::try_from(from_front).ok().filter(|&axis| axis < rank);
        let axis = axis.ok_or_else(|| ConvertError::malformed("tensors are joined along an axis that they do not have"))?;
        let axis = if rank == 4 { NHWC_FROM_NCHW[axis] } else { axis };
        let parts = operator.inputs.iter().map(|&part| self.value(part)).collect::<Result<Vec<_>>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let result = self.graph.node("Concat", &parts, &[Attribute::Int("axis", axis as i64)]);
        self.activation(result, operator.options.i8(concatenation::ACTIVATION)?)
    }
}
