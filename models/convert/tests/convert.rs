//! A network small enough to write by hand, through the whole converter.

mod support;

use support::*;
use tflite_to_onnx::{ConvertError, convert};

const CONV_2D: i8 = 3;
const DEQUANTIZE: i8 = 6;
const LOGISTIC: i8 = 14;
const RESHAPE: i8 = 22;
const DENSIFY: i8 = 124;

const RELU6: i8 = 3;

fn tensor(name: &str, shape: &[i32], element: i8, buffer: i32) -> Vec<(usize, Field)> {
    vec![(0, ints(shape)), (1, byte(element)), (2, int(buffer)), (3, text(name))]
}

/// `code` counts from the start of the list of operator codes.
fn operator(code: i32, inputs: &[i32], output: i32, options: Vec<(usize, Field)>) -> Vec<(usize, Field)> {
    vec![(0, int(code)), (1, ints(inputs)), (2, ints(&[output])), (4, table(options))]
}

/// 4 × 4 pixels of one channel → 3 × 3 convolution to two channels, stride 2, ReLU6 → 8 numbers → sigmoid.
///
/// The weights are half-precision, sparse, and pass through DENSIFY and DEQUANTIZE as in the detector.
fn network() -> Vec<u8> {
    let mut weights = tensor("sparse", &[2, 3, 3, 1], 1, 1);
    weights.push((6, table(centres_only())));
    let tensors = vec![
        tensor("picture", &[1, 4, 4, 1], 0, 0),
        weights,
        tensor("dense", &[2, 3, 3, 1], 1, 0),
        tensor("weights", &[2, 3, 3, 1], 0, 0),
        tensor("bias", &[2], 0, 2),
        tensor("convolved", &[1, 2, 2, 2], 0, 0),
        tensor("flat", &[1, 8], 0, 0),
        tensor("Identity", &[1, 8], 0, 0),
    ];
    let convolution = vec![(0, byte(0)), (1, int(2)), (2, int(2)), (3, byte(RELU6))];
    let operators = vec![
        operator(0, &[1], 2, vec![]),
        operator(1, &[2], 3, vec![]),
        operator(2, &[0, 3, 4], 5, convolution),
        operator(3, &[5], 6, vec![]),
        operator(4, &[6], 7, vec![]),
    ];
    let codes = [DENSIFY, DEQUANTIZE, CONV_2D, RESHAPE, LOGISTIC];
    let bias: Vec<u8> = [0.5_f32, -0.5].iter().flat_map(|value| value.to_le_bytes()).collect();
    let graph = vec![(0, tables(tensors)), (1, ints(&[0])), (2, ints(&[7])), (3, tables(operators))];
    tflite(vec![
        (1, tables(codes.map(|code| vec![(0, byte(code))]).into())),
        (2, tables(vec![graph])),
        (4, tables(vec![vec![], vec![(0, bytes(&[0x11, 0x12, 0x21, 0x22]))], vec![(0, bytes(&bias))]])),
    ])
}

/// Sparsity of a [2, 3, 3, 1] tensor that stores only the middle cell of each 3 × 3 kernel.
fn centres_only() -> Vec<(usize, Field)> {
    let dense = |extent| vec![(0, byte(0)), (1, int(extent))];
    // The same numbers once as bytes, once as 16-bit and once as 32-bit numbers.
    let row =
        vec![(0, byte(1)), (2, byte(3)), (3, table(vec![(0, bytes(&[0, 1, 2]))])), (4, byte(3)), (5, table(vec![(0, bytes(&[1, 1]))]))];
    let column = vec![
        (0, byte(1)),
        (2, byte(2)),
        (3, table(vec![(0, Field::Reference(Value::Plain(3, vec![0, 0, 1, 0, 2, 0])))])),
        (4, byte(1)),
        (5, table(vec![(0, ints(&[1, 1]))])),
    ];
    vec![(0, ints(&[0, 1, 2, 3])), (2, tables(vec![dense(2), row, column, dense(1)]))]
}

fn graph_of(onnx: &[u8]) -> &[u8] {
    all(onnx, 7)[0]
}

#[test]
fn the_graph_has_the_expected_nodes() {
    let onnx = convert(&network()).unwrap();
    let graph = graph_of(&onnx);
    let operators: Vec<String> = all(graph, 1).into_iter().map(|node| strings(node, 4).remove(0)).collect();
    assert_eq!(operators, ["Cast", "Transpose", "Conv", "Clip", "Transpose", "Reshape", "Sigmoid", "Identity"]);
    let last = *all(graph, 1).last().unwrap();
    assert_eq!(strings(last, 2), ["Identity"]);
}

#[test]
fn the_header_names_versions_input_and_outputs() {
    let onnx = convert(&network()).unwrap();
    assert_eq!(numbers(&onnx, 1), [8], "IR version");
    assert_eq!(numbers(all(&onnx, 8)[0], 2), [18], "operator set");
    let graph = graph_of(&onnx);
    let names = |field| all(graph, field).into_iter().map(|value| strings(value, 1).remove(0)).collect::<Vec<_>>();
    assert_eq!(names(11), ["input"]);
    assert_eq!(names(12), ["Identity"]);
}

#[test]
fn the_convolution_keeps_its_settings() {
    let onnx = convert(&network()).unwrap();
    let convolution = all(graph_of(&onnx), 1)[2];
    let attributes: Vec<(String, Vec<u64>)> =
        all(convolution, 5).into_iter().map(|attribute| (strings(attribute, 1).remove(0), numbers(attribute, 8))).collect();
    let expected = [("kernel_shape", vec![3, 3]), ("strides", vec![2, 2]), ("dilations", vec![1, 1]), ("pads", vec![0, 0, 1, 1])];
    for (name, values) in expected {
        assert!(attributes.contains(&(name.to_owned(), values.clone())), "{name} {values:?}: {attributes:?}");
    }
}

#[test]
fn sparse_weights_come_out_dense_and_channels_first() {
    let onnx = convert(&network()).unwrap();
    let initializers = all(graph_of(&onnx), 5);
    let weights = initializers.iter().find(|tensor| strings(tensor, 8) == ["w3h"]).unwrap();
    assert_eq!(numbers(weights, 1), [2, 1, 3, 3]);
    let mut expected = [0_u8; 36];
    expected[8..10].copy_from_slice(&[0x11, 0x12]);
    expected[26..28].copy_from_slice(&[0x21, 0x22]);
    assert_eq!(all(weights, 9), [expected]);
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    assert_eq!(convert(&network()), convert(&network()));
}

#[test]
fn a_truncated_file_is_refused_at_every_length() {
    let whole = network();
    for length in 0..whole.len() {
        assert!(convert(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_damaged_byte_never_panics() {
    let whole = network();
    for position in 0..whole.len() {
        for value in [0x00, 0x01, 0x7f, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[position] = value;
            let _ = convert(&damaged);
        }
    }
}

#[test]
fn a_foreign_file_is_refused() {
    assert_eq!(convert(b""), Err(ConvertError::NotTflite));
    assert_eq!(convert(b"\x89PNG\r\n\x1a\n and so on"), Err(ConvertError::NotTflite));
    assert!(matches!(convert(b"\xff\xff\xff\xffTFL3"), Err(ConvertError::Truncated { .. })));
}

#[test]
fn an_unknown_operator_is_named() {
    let tensors = vec![tensor("a", &[1, 2, 2, 1], 0, 0), tensor("b", &[1, 2, 2, 1], 0, 0)];
    let graph = vec![(0, tables(tensors)), (1, ints(&[0])), (2, ints(&[1])), (3, tables(vec![operator(0, &[0], 1, vec![])]))];
    let file = tflite(vec![
        (1, tables(vec![vec![(0, byte(32)), (1, text("Landmarks2Matrix"))]])),
        (2, tables(vec![graph])),
        (4, tables(vec![vec![]])),
    ]);
    let error = convert(&file).unwrap_err();
    assert_eq!(error.to_string(), "this network cannot be converted: it uses TFLite operator 32 Landmarks2Matrix");
}
