//! The program from outside: exit codes, messages, and never half a file.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder of its own for each test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tflite-to-onnx-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tflite-to-onnx")).args(arguments).output().unwrap()
}

#[test]
fn without_arguments_it_says_how_to_use_it() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage:"));
}

#[test]
fn a_foreign_file_gives_a_sentence_a_hint_and_no_output() {
    let folder = Folder::new("foreign");
    let [input, result] = ["in.tflite", "out.onnx"].map(|name| folder.0.join(name));
    fs::write(&input, "this is text").unwrap();
    let output = run(&[input.to_str().unwrap(), result.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 2, "{message}");
    assert!(message.starts_with("error: ") && message.contains("not a TFLite file") && message.contains("\nhint: "), "{message}");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "only the input is there");
}

#[test]
fn a_missing_file_is_named() {
    let output = run(&["no-such.tflite", "out.onnx"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: no-such.tflite: cannot be read"));
}
