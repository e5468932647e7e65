//! A TFLite file as the converter sees it: tensors, operators in order of execution, inputs and outputs.
//!
//! The numbers in `slots` are field positions from TFLite's published FlatBuffers schema (version 3).

use crate::error::{ConvertError, Result};
use crate::flatbuffer::Table;

mod slots {
    pub mod model {
        pub const OPERATOR_CODES: usize = 1;
        pub const SUBGRAPHS: usize = 2;
        pub const BUFFERS: usize = 4;
    }
    pub mod subgraph {
        pub const TENSORS: usize = 0;
        pub const INPUTS: usize = 1;
        pub const OUTPUTS: usize = 2;
        pub const OPERATORS: usize = 3;
    }
    pub mod tensor {
        pub const SHAPE: usize = 0;
        pub const ELEMENT: usize = 1;
        pub const BUFFER: usize = 2;
        pub const NAME: usize = 3;
        pub const SPARSITY: usize = 6;
    }
    pub mod operator {
        pub const CODE: usize = 0;
        pub const INPUTS: usize = 1;
        pub const OUTPUTS: usize = 2;
        pub const OPTIONS: usize = 4;
    }
    pub mod operator_code {
        /// Codes up to 127 stand in the older 8-bit field, later ones in `CODE`: the larger of both counts.
        pub const DEPRECATED_CODE: usize = 0;
        pub const CUSTOM_NAME: usize = 1;
        pub const CODE: usize = 3;
    }
    pub mod buffer {
        pub const DATA: usize = 0;
    }
}

const FILE_IDENTIFIER: &[u8] = b"TFL3";

/// Larger extents mean a damaged file; the largest real one is 2304.
const MAX_EXTENT: i32 = 1 << 24;

pub struct Model<'a> {
    pub tensors: Vec<Tensor<'a>>,
    pub operators: Vec<Operator<'a>>,
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
}

pub struct Tensor<'a> {
    pub name: String,
    pub shape: Vec<usize>,
    /// TFLite's number of the element type.
    pub element: i8,
    /// Empty for tensors that are computed at run time.
    pub data: &'a [u8],
    pub sparsity: Option<Table<'a>>,
}

impl Tensor<'_> {
    /// The shape as `[batch, height, width, channels]`.
    pub fn nhwc(&self) -> Result<[usize; 4]> {
        <[usize; 4]>::try_from(self.shape.as_slice()).map_err(|_| {
            ConvertError::malformed(format!("tensor `{}` should have four axes but has the shape {:?}", self.name, self.shape))
        })
    }
}

pub struct Operator<'a> {
    pub code: i32,
    /// Set for operators that are not TFLite's own.
    pub custom_name: String,
    /// Indices of tensors; an optional input that is absent is left out (only trailing inputs are optional here).
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
    pub options: Options<'a>,
}

impl Operator<'_> {
    pub fn input(&self, position: usize) -> Result<usize> {
        self.inputs.get(position).copied().ok_or_else(|| ConvertError::malformed("an operator lacks an input"))
    }

    pub fn output(&self) -> Result<usize> {
        self.outputs.first().copied().ok_or_else(|| ConvertError::malformed("an operator lacks an output"))
    }
}

/// An operator's own settings; an absent table means that all are at their defaults.
#[derive(Clone, Copy)]
pub struct Options<'a>(Option<Table<'a>>);

impl Options<'_> {
    pub fn i8(&self, slot: usize) -> Result<i8> {
        self.0.map_or(Ok(0), |table| table.i8(slot, 0))
    }

    pub fn bool(&self, slot: usize) -> Result<bool> {
        Ok(self.i8(slot)? != 0)
    }

    pub fn i32(&self, slot: usize, default: i32) -> Result<i32> {
        self.0.map_or(Ok(default), |table| table.i32(slot, default))
    }

    /// A number that makes no sense below one: a stride, a kernel's extent, a dilation.
    pub fn positive(&self, slot: usize, default: i32) -> Result<i64> {
        match self.i32(slot, default)? {
            value if value >= 1 => Ok(i64::from(value)),
            value => Err(ConvertError::malformed(format!("an operator's stride, dilation or extent is {value}"))),
        }
    }
}

impl<'a> Model<'a> {
    /// Reads the first sub-graph of a TFLite file.
    pub fn parse(file: &'a [u8]) -> Result<Self> {
        if file.get(4..8) != Some(FILE_IDENTIFIER) {
            return Err(ConvertError::NotTflite);
        }
        let root = Table::root(file)?;
        let buffers = root.tables(slots::model::BUFFERS)?;
        let codes = root.tables(slots::model::OPERATOR_CODES)?;
        let subgraphs = root.tables(slots::model::SUBGRAPHS)?;
        let graph = *subgraphs.first().ok_or_else(|| ConvertError::malformed("it holds no network"))?;

        let tensors = graph.tables(slots::subgraph::TENSORS)?;
        let tensors = tensors.into_iter().map(|table| tensor(table, &buffers)).collect::<Result<Vec<_>>>()?;
        let count = tensors.len();
        let operators = graph.tables(slots::subgraph::OPERATORS)?;
        let operators = operators.into_iter().map(|table| operator(table, &codes, count)).collect::<Result<Vec<_>>>()?;
        let inputs = tensor_indices(&graph.i32s(slots::subgraph::INPUTS)?, count)?;
        let outputs = tensor_indices(&graph.i32s(slots::subgraph::OUTPUTS)?, count)?;
        Ok(Self { tensors, operators, inputs, outputs })
    }
}

fn tensor<'a>(table: Table<'a>, buffers: &[Table<'a>]) -> Result<Tensor<'a>> {
    let name = table.string(slots::tensor::NAME)?;
    let buffer = buffers.get(table.u32(slots::tensor::BUFFER)?);
    let buffer = buffer.ok_or_else(|| ConvertError::malformed(format!("tensor `{name}` has no buffer")))?;
    let shape = table.i32s(slots::tensor::SHAPE)?;
    if shape.iter().any(|extent| !(0..=MAX_EXTENT).contains(extent)) {
        return Err(ConvertError::malformed(format!("tensor `{name}` has the shape {shape:?}")));
    }
    Ok(Tensor {
        shape: shape.into_iter().map(|extent| extent as usize).collect(),
        element: table.i8(slots::tensor::ELEMENT, 0)?,
        data: buffer.bytes(slots::buffer::DATA)?,
        sparsity: table.table(slots::tensor::SPARSITY)?,
        name,
    })
}

fn operator<'a>(table: Table<'a>, codes: &[Table<'a>], tensor_count: usize) -> Result<Operator<'a>> {
    let code = codes.get(table.u32(slots::operator::CODE)?);
    let code = code.ok_or_else(|| ConvertError::malformed("an operator has no code"))?;
    let deprecated = i32::from(code.i8(slots::operator_code::DEPRECATED_CODE, 0)?);
    let mut inputs = table.i32s(slots::operator::INPUTS)?;
    while inputs.last() == Some(&-1) {
        inputs.pop();
    }
    Ok(Operator {
        code: deprecated.max(code.i32(slots::operator_code::CODE, 0)?),
        custom_name: code.string(slots::operator_code::CUSTOM_NAME)?,
        inputs: tensor_indices(&inputs, tensor_count)?,
        outputs: tensor_indices(&table.i32s(slots::operator::OUTPUTS)?, tensor_count)?,
        options: Options(table.table(slots::operator::OPTIONS)?),
    })
}

fn tensor_indices(values: &[i32], count: usize) -> Result<Vec<usize>> {
    let index = |&value: &i32| {
        let index = usize::try_from(value).ok().filter(|&index| index < count);
        index.ok_or_else(|| ConvertError::malformed(format!("tensor {value} is named, but there are {count}")))
    };
    values.iter().map(index).collect()
}
