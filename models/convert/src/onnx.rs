//! The ONNX file: nodes, tensors and value descriptions as protobuf messages, and the graph that collects them.
//!
//! Field numbers are those of `onnx.proto` (IR version 8), given in comments where they are used.

use std::collections::HashSet;

use crate::constant::{Constant, ElementType};
use crate::error::{ConvertError, Result};
use crate::protobuf::Message;

const IR_VERSION: i64 = 8;
const OPERATOR_SET: i64 = 18;
const PRODUCER: &str = "tfl2onnx";

const FLOAT: i64 = 1;
const INT64: i64 = 7;
const FLOAT16: i64 = 10;

/// A node's setting.
pub enum Attribute<'a> {
    Int(&'a str, i64),
    Ints(&'a str, Vec<i64>),
    Text(&'a str, &'a str),
}

impl Attribute<'_> {
    fn message(&self) -> Message {
        const TYPE: u64 = 20; // name = 1, i = 3, s = 4, ints = 8
        match self {
            Self::Int(name, value) => Message::new().string(1, name).int(3, *value).int(TYPE, 2),
            Self::Ints(name, values) => {
                let named = Message::new().string(1, name);
                values.iter().fold(named, |message, &value| message.int(8, value)).int(TYPE, 7)
            }
            Self::Text(name, value) => Message::new().string(1, name).string(4, value).int(TYPE, 3),
        }
    }
}

fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Attribute]) -> Message {
    // input = 1, output = 2, op_type = 4, attribute = 5
    let message = inputs.iter().fold(Message::new(), |message, input| message.string(1, input));
    let message = message.string(2, output).string(4, operator);
    attributes.iter().fold(message, |message, attribute| message.message(5, &attribute.message()))
}

fn initializer(name: &str, data_type: i64, shape: &[usize], raw: &[u8]) -> Message {
    // dims = 1, data_type = 2, name = 8, raw_data = 9
    let message = shape.iter().fold(Message::new(), |message, &extent| message.int(1, extent as i64));
    message.int(2, data_type).string(8, name).bytes(9, raw)
}

fn value_info(name: &str, shape: &[usize]) -> Message {
    // ValueInfo {name = 1, type = 2}, Type {tensor = 1}, Tensor {elem_type = 1, shape = 2}, Shape {dim = 1}, Dim {dim_value = 1}
    let dimension = |&extent: &usize| Message::new().int(1, extent as i64);
    let shape = shape.iter().fold(Message::new(), |message, extent| message.message(1, &dimension(extent)));
    let tensor = Message::new().int(1, FLOAT).message(2, &shape);
    Message::new().string(1, name).message(2, &Message::new().message(1, &tensor))
}

/// An ONNX graph under construction. Values are known by name.
#[derive(Default)]
pub struct Graph {
    casts: Vec<Message>,
    nodes: Vec<Message>,
    initializers: Vec<Message>,
    inputs: Vec<Message>,
    outputs: Vec<Message>,
    known_initializers: HashSet<String>,
}

impl Graph {
    pub fn input(&mut self, name: &str, shape: &[usize]) {
        self.inputs.push(value_info(name, shape));
    }

    pub fn output(&mut self, name: &str, shape: &[usize]) {
        self.outputs.push(value_info(name, shape));
    }

    /// Appends a node and returns the name of its result.
    pub fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        let output = format!("t{}", self.nodes.len() + 1);
        self.named_node(operator, inputs, &output, attributes);
        output
    }

    pub fn named_node(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: &[Attribute]) {
        self.nodes.push(node(operator, inputs, output, attributes));
    }

    pub fn i64s(&mut self, name: String, values: &[i64]) -> String {
        if self.known_initializers.insert(name.clone()) {
            let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            self.initializers.push(initializer(&name, INT64, &[values.len()], &raw));
        }
        name
    }

    pub fn scalar(&mut self, name: &str, value: f32) -> String {
        if self.known_initializers.insert(name.to_owned()) {
            self.initializers.push(initializer(name, FLOAT, &[], &value.to_le_bytes()));
        }
        name.to_owned()
    }

    /// Adds weights. Half-precision weights stay so in the file, which halves it; the Cast behind them is folded by
    /// the runtime when it loads the network.
    pub fn weights(&mut self, name: String, weights: &Constant) -> Result<String> {
        if !self.known_initializers.insert(name.clone()) {
            return Ok(name);
        }
        match weights.element {
            ElementType::Float32 => self.initializers.push(initializer(&name, FLOAT, &weights.shape, &weights.raw)),
            ElementType::Float16 => {
                let half = format!("{name}h");
                self.initializers.push(initializer(&half, FLOAT16, &weights.shape, &weights.raw));
                self.casts.push(node("Cast", &[&half], &name, &[Attribute::Int("to", FLOAT)]));
            }
            ElementType::Int32 => return Err(ConvertError::unsupported("it has integer weights")),
        }
        Ok(name)
    }

    /// The finished ONNX file.
    pub fn into_file(self) -> Vec<u8> {
        // Graph {node = 1, name = 2, initializer = 5, input = 11, output = 12}
        let append = |field: u64| move |message: Message, part: &Message| message.message(field, part);
        let graph = self.casts.iter().chain(&self.nodes).fold(Message::new(), append(1)).string(2, "tflite");
        let graph = self.initializers.iter().fold(graph, append(5));
        let graph = self.inputs.iter().fold(graph, append(11));
        let graph = self.outputs.iter().fold(graph, append(12));
        // Model {ir_version = 1, producer_name = 2, graph = 7, opset_import = 8}, OperatorSet {domain = 1, version = 2}
        let operator_set = Message::new().string(1, "").int(2, OPERATOR_SET);
        Message::new().int(1, IR_VERSION).string(2, PRODUCER).message(7, &graph).message(8, &operator_set).into_bytes()
    }
}
