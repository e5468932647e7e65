//! Constant tensors: weights, biases, padding amounts.

use crate::error::{ConvertError, Result};
use crate::model::Tensor;
use crate::sparse;

/// Larger tensors are refused, so that a damaged shape cannot exhaust the memory. The largest real one has 1 MB.
const MAX_TENSOR_BYTES: usize = 1 << 25;

/// Element types that the pose networks use, with TFLite's numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    Float32,
    Float16,
    Int32,
}

impl ElementType {
    pub fn from_tflite(code: i8) -> Option<Self> {
        match code {
            0 => Some(Self::Float32),
            1 => Some(Self::Float16),
            2 => Some(Self::Int32),
            _ => None,
        }
    }

    pub fn size_bytes(self) -> usize {
        match self {
            Self::Float32 | Self::Int32 => 4,
            Self::Float16 => 2,
        }
    }
}

/// A tensor known at conversion time: little-endian elements in row-major order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    pub element: ElementType,
    pub shape: Vec<usize>,
    pub raw: Vec<u8>,
}

impl Constant {
    /// The content of `tensor`, made dense if it is stored sparse; `None` if the tensor is computed at run time.
    pub fn of(tensor: &Tensor) -> Result<Option<Self>> {
        if tensor.data.is_empty() {
            return Ok(None);
        }
        let element = ElementType::from_tflite(tensor.element)
            .ok_or_else(|| ConvertError::unsupported(format!("constant `{}` has element type {}", tensor.name, tensor.element)))?;
        let expected = byte_count(&tensor.shape, element)
            .ok_or_else(|| ConvertError::malformed(format!("constant `{}` has the shape {:?}", tensor.name, tensor.shape)))?;
        let raw = match tensor.sparsity {
            Some(sparsity) => sparse::densify(sparsity, &tensor.shape, tensor.data, element.size_bytes())?,
            None => tensor.data.to_vec(),
        };
        if raw.len() != expected {
            let found = raw.len();
            return Err(ConvertError::malformed(format!(
                "constant `{}` holds {found} bytes where its shape asks for {expected}",
                tensor.name
            )));
        }
        Ok(Some(Self { element, shape: tensor.shape.clone(), raw }))
    }

    pub fn i32s(&self) -> Result<Vec<i32>> {
        if self.element != ElementType::Int32 {
            return Err(ConvertError::malformed("an operator's parameters are not integers"));
        }
        Ok(self.raw.as_chunks::<4>().0.iter().map(|e| i32::from_le_bytes(*e)).collect())
    }

    /// Reorders the axes of a rank-4 constant: axis `k` of the result is axis `axes[k]` of this one.
    pub fn permuted(&self, axes: [usize; 4]) -> Result<Self> {
        let Ok([d0, d1, d2, d3]) = <[usize; 4]>::try_from(self.shape.as_slice()) else {
            return Err(ConvertError::malformed(format!("a convolution's weights have the shape {:?}", self.shape)));
        };
        let size = self.element.size_bytes();
        let stride = [d1 * d2 * d3, d2 * d3, d3, 1].map(|elements| elements * size);
        let [n0, n1, n2, n3] = axes.map(|axis| [d0, d1, d2, d3][axis]);
        let [s0, s1, s2, s3] = axes.map(|axis| stride[axis]);
        let mut raw = Vec::with_capacity(self.raw.len());
        for i0 in 0..n0 {
            for i1 in 0..n1 {
                for i2 in 0..n2 {
                    for i3 in 0..n3 {
                        let from = i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3;
                        raw.extend_from_slice(&self.raw[from..from + size]);
                    }
                }
            }
        }
        Ok(Self { element: self.element, shape: vec![n0, n1, n2, n3], raw })
    }
}

/// The size of a dense tensor, `None` if it is beyond reason.
fn byte_count(shape: &[usize], element: ElementType) -> Option<usize> {
    let elements = shape.iter().try_fold(1_usize, |product, &extent| product.checked_mul(extent))?;
    elements.checked_mul(element.size_bytes()).filter(|&bytes| bytes <= MAX_TENSOR_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int32(shape: &[usize], values: impl IntoIterator<Item = i32>) -> Constant {
        let raw = values.into_iter().flat_map(i32::to_le_bytes).collect();
        Constant { element: ElementType::Int32, shape: shape.to_vec(), raw }
    }

    #[test]
    fn permuting_moves_the_last_axis_forward() {
        let channels_last = int32(&[1, 2, 2, 3], 0..12);
        let channels_first = channels_last.permuted([0, 3, 1, 2]).unwrap();
        assert_eq!(channels_first, int32(&[1, 3, 2, 2], [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]));
        assert_eq!(channels_first.permuted([0, 2, 3, 1]).unwrap(), channels_last);
    }

    #[test]
    fn only_rank_four_is_permuted() {
        assert!(int32(&[2, 2], 0..4).permuted([0, 3, 1, 2]).is_err());
    }

    #[test]
    fn absurd_shapes_have_no_size() {
        assert_eq!(byte_count(&[2, 3], ElementType::Float16), Some(12));
        assert_eq!(byte_count(&[usize::MAX, 2], ElementType::Float32), None);
        assert_eq!(byte_count(&[1 << 20, 1 << 20], ElementType::Float32), None);
    }
}
