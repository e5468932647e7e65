//! One TFLite operator at a time, written as ONNX nodes.
//!
//! TFLite keeps pictures as NHWC (channels last), ONNX as NCHW. Every rank-4 value inside the ONNX graph is NCHW; it is
//! turned at the graph's input and outputs, and around reshapes, whose order of elements depends on the layout.

mod arrangement;
mod convolution;

use std::collections::HashMap;

use crate::constant::Constant;
use crate::error::{ConvertError, Result};
use crate::model::{Model, Operator};
use crate::onnx::{Attribute, Graph};

/// Where each NCHW axis lies in NHWC; as a transposition it turns NHWC into NCHW.
pub const NCHW_FROM_NHWC: [usize; 4] = [0, 3, 1, 2];
/// Where each NHWC axis lies in NCHW.
pub const NHWC_FROM_NCHW: [usize; 4] = [0, 2, 3, 1];

/// TFLite's numbers of the operators that occur in the pose networks.
mod code {
    pub const ADD: i32 = 0;
    pub const CONCATENATION: i32 = 2;
    pub const CONV_2D: i32 = 3;
    pub const DEPTHWISE_CONV_2D: i32 = 4;
    pub const DEPTH_TO_SPACE: i32 = 5;
    pub const DEQUANTIZE: i32 = 6;
    pub const LOGISTIC: i32 = 14;
    pub const MAX_POOL_2D: i32 = 17;
    pub const RESHAPE: i32 = 22;
    pub const RESIZE_BILINEAR: i32 = 23;
    pub const PAD: i32 = 34;
    pub const DENSIFY: i32 = 124;
}

/// Where ADD keeps its activation.
const ADD_ACTIVATION_SLOT: usize = 0;

/// TFLite's numbers of the activations that occur.
mod activation {
    pub const NONE: i8 = 0;
    pub const RELU: i8 = 1;
    pub const RELU6: i8 = 3;
}

/// The translation of one network.
pub struct Translation<'m> {
    model: &'m Model<'m>,
    constants: HashMap<usize, Constant>,
    /// ONNX names of the values computed so far, by TFLite tensor.
    values: HashMap<usize, String>,
    pub graph: Graph,
}

impl<'m> Translation<'m> {
    pub fn new(model: &'m Model<'m>) -> Result<Self> {
        let mut constants = HashMap::new();
        for (index, tensor) in model.tensors.iter().enumerate() {
            if let Some(constant) = Constant::of(tensor)? {
                constants.insert(index, constant);
            }
        }
        Ok(Self { model, constants, values: HashMap::new(), graph: Graph::default() })
    }

    pub fn set_value(&mut self, tensor: usize, name: String) {
        self.values.insert(tensor, name);
    }

    /// The ONNX name of a TFLite tensor that an earlier operator has computed.
    pub fn value(&self, tensor: usize) -> Result<String> {
        let missing = || ConvertError::malformed(format!("tensor `{}` is used before it is computed", self.model.tensors[tensor].name));
        self.values.get(&tensor).cloned().ok_or_else(missing)
    }

    pub fn transposed(&mut self, value: &str, axes: [usize; 4]) -> String {
        self.graph.node("Transpose", &[value], &[permutation(axes)])
    }

    /// Translates the operator at `position` in the order of execution; its nodes follow those already written.
    pub fn operator(&mut self, position: usize, operator: &Operator) -> Result<()> {
        let output = operator.output()?;
        let result = match operator.code {
            code::DEQUANTIZE | code::DENSIFY => return self.pass_constant(operator),
            code::CONV_2D => self.convolution(operator, convolution::Kind::Full)?,
            code::DEPTHWISE_CONV_2D => self.convolution(operator, convolution::Kind::Depthwise)?,
            code::ADD => self.addition(operator)?,
            code::MAX_POOL_2D => self.max_pooling(operator)?,
            code::PAD => self.padding(position, operator)?,
            code::RESIZE_BILINEAR => self.bilinear_resize(position, operator)?,
            code::DEPTH_TO_SPACE => self.depth_to_space(operator)?,
            code::RESHAPE => self.reshape(position, operator)?,
            code::CONCATENATION => self.concatenation(operator)?,
            code::LOGISTIC => {
                let value = self.value(operator.input(0)?)?;
                self.graph.node("Sigmoid", &[&value], &[])
            }
            other => {
                return Err(ConvertError::unsupported(format!("it uses TFLite operator {other} {}", operator.custom_name).trim_end()));
            }
        };
        self.set_value(output, result);
        Ok(())
    }

    /// Weights are made dense when read and widened to single precision by a Cast, so both operators only rename.
    fn pass_constant(&mut self, operator: &Operator) -> Result<()> {
        let constant = self.constant(operator.input(0)?)?.clone();
        self.constants.insert(operator.output()?, constant);
        Ok(())
    }

    fn addition(&mut self, operator: &Operator) -> Result<String> {
        let [a, b] = [self.value(operator.input(0)?)?, self.value(operator.input(1)?)?];
        let result = self.graph.node("Add", &[&a, &b], &[]);
        self.activation(result, operator.options.i8(ADD_ACTIVATION_SLOT)?)
    }

    /// TFLite folds the activation into the operator before it; ONNX has a node of its own.
    fn activation(&mut self, value: String, kind: i8) -> Result<String> {
        match kind {
            activation::NONE => Ok(value),
            activation::RELU => Ok(self.graph.node("Relu", &[&value], &[])),
            activation::RELU6 => {
                let (low, high) = (self.graph.scalar("c0", 0.0), self.graph.scalar("c6", 6.0));
                Ok(self.graph.node("Clip", &[&value, &low, &high], &[]))
            }
            other => Err(ConvertError::unsupported(format!("it uses TFLite activation {other}"))),
        }
    }

    fn constant(&self, tensor: usize) -> Result<&Constant> {
        let unknown = || ConvertError::unsupported(format!("tensor `{}` is not known in advance", self.model.tensors[tensor].name));
        self.constants.get(&tensor).ok_or_else(unknown)
    }
}

pub fn permutation(axes: [usize; 4]) -> Attribute<'static> {
    Attribute::Ints("perm", axes.map(|axis| axis as i64).into())
}
