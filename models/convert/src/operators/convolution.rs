//! What moves a window over a picture: convolutions and pooling.

use super::{NCHW_FROM_NHWC, Translation};
use crate::error::Result;
use crate::model::Operator;
use crate::onnx::Attribute;

/// Depthwise weights are stored as [1, height, width, channels].
const DEPTHWISE_FROM_TFLITE: [usize; 4] = [3, 0, 1, 2];

/// Where the options keep what convolutions and pooling share.
mod window {
    pub const PADDING: usize = 0;
    pub const STRIDE_WIDTH: usize = 1;
    pub const STRIDE_HEIGHT: usize = 2;
}

mod pooling {
    pub const FILTER_WIDTH: usize = 3;
    pub const FILTER_HEIGHT: usize = 4;
    pub const ACTIVATION: usize = 5;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Full,
    Depthwise,
}

impl Translation<'_> {
    pub(super) fn convolution(&mut self, operator: &Operator, kind: Kind) -> Result<String> {
        let (input, weights, options) = (operator.input(0)?, operator.input(1)?, operator.options);
        let (activation_slot, dilation_width_slot, dilation_height_slot, axes) = match kind {
            Kind::Full => (3, 4, 5, NCHW_FROM_NHWC),
            Kind::Depthwise => (4, 5, 6, DEPTHWISE_FROM_TFLITE),
        };
        let kernel = self.constant(weights)?.permuted(axes)?;
        let window = Window {
            kernel: [kernel.shape[2] as i64, kernel.shape[3] as i64],
            strides: [options.positive(window::STRIDE_HEIGHT, 0)?, options.positive(window::STRIDE_WIDTH, 0)?],
            dilations: [options.positive(dilation_height_slot, 1)?, options.positive(dilation_width_slot, 1)?],
        };
        let [_, height, width, channels] = self.model.tensors[input].nhwc()?;
        let attributes = [
            Attribute::Ints("kernel_shape", window.kernel.into()),
            Attribute::Ints("strides", window.strides.into()),
            Attribute::Ints("dilations", window.dilations.into()),
            Attribute::Ints("pads", window.pads(options.i8(window::PADDING)?, [height, width])),
            Attribute::Int("group", if kind == Kind::Depthwise { channels as i64 } else { 1 }),
        ];
        let mut inputs = vec![self.value(input)?, self.graph.weights(format!("w{weights}"), &kernel)?];
        if let Ok(bias) = operator.input(2) {
            let constant = self.constant(bias)?.clone();
            inputs.push(self.graph.weights(format!("w{bias}"), &constant)?);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let result = self.graph.node("Conv", &inputs, &attributes);
        self.activation(result, options.i8(activation_slot)?)
    }

    pub(super) fn max_pooling(&mut self, operator: &Operator) -> Result<String> {
        let (input, options) = (operator.input(0)?, operator.options);
        let [_, height, width, _] = self.model.tensors[input].nhwc()?;
        let window = Window {
            kernel: [options.positive(pooling::FILTER_HEIGHT, 0)?, options.positive(pooling::FILTER_WIDTH, 0)?],
            strides: [options.positive(window::STRIDE_HEIGHT, 0)?, options.positive(window::STRIDE_WIDTH, 0)?],
            dilations: [1, 1],
        };
        let attributes = [
            Attribute::Ints("kernel_shape", window.kernel.into()),
            Attribute::Ints("strides", window.strides.into()),
            Attribute::Ints("pads", window.pads(options.i8(window::PADDING)?, [height, width])),
        ];
        let value = self.value(input)?;
        let result = self.graph.node("MaxPool", &[&value], &attributes);
        self.activation(result, options.i8(pooling::ACTIVATION)?)
    }
}

/// A window that moves over a picture, each pair as [height, width].
struct Window {
    kernel: [i64; 2],
    strides: [i64; 2],
    dilations: [i64; 2],
}

impl Window {
    /// ONNX pads `[top, left, bottom, right]`. TFLite's padding 0 is SAME: the output has ⌈input / stride⌉ cells and
    /// an odd pixel of padding goes below and right; 1 is VALID: none.
    fn pads(&self, padding: i8, input: [usize; 2]) -> Vec<i64> {
        const VALID: i8 = 1;
        if padding == VALID {
            return vec![0; 4];
        }
        let along = |axis: usize| {
            let input = input[axis] as i64;
            let reach = (self.kernel[axis] - 1) * self.dilations[axis] + 1;
            let cells = (input + self.strides[axis] - 1) / self.strides[axis];
            let total = ((cells - 1) * self.strides[axis] + reach - input).max(0);
            (total / 2, total - total / 2)
        };
        let ((top, bottom), (left, right)) = (along(0), along(1));
        vec![top, left, bottom, right]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(kernel: i64, stride: i64, dilation: i64) -> Window {
        Window { kernel: [kernel; 2], strides: [stride; 2], dilations: [dilation; 2] }
    }

    #[test]
    fn same_padding_puts_the_odd_pixel_below_and_right() {
        assert_eq!(window(3, 1, 1).pads(0, [8, 8]), [1, 1, 1, 1]);
        assert_eq!(window(3, 2, 1).pads(0, [256, 256]), [0, 0, 1, 1]);
        assert_eq!(window(5, 2, 1).pads(0, [7, 8]), [2, 1, 2, 2]);
        assert_eq!(window(3, 1, 2).pads(0, [8, 8]), [2, 2, 2, 2]);
        assert_eq!(window(1, 2, 1).pads(0, [8, 8]), [0, 0, 0, 0]);
    }

    #[test]
    fn valid_padding_is_none() {
        assert_eq!(window(5, 2, 1).pads(1, [7, 8]), [0; 4]);
    }
}
