//! `tflite-to-onnx IN.tflite OUT.onnx`

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: tflite-to-onnx IN.tflite OUT.onnx";
const EXIT_USAGE: u8 = 2;
const EXIT_INPUT: u8 = 3;
const EXIT_OUTPUT: u8 = 1;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "-h" || argument == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let [input, output] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(EXIT_USAGE);
    };
    run(Path::new(input), Path::new(output)).map_or_else(
        |failure| {
            eprintln!("error: {}\nhint: {}", failure.sentence, failure.hint);
            ExitCode::from(failure.exit_code)
        },
        |()| ExitCode::SUCCESS,
    )
}

struct Failure {
    exit_code: u8,
    sentence: String,
    hint: &'static str,
}

fn run(input: &Path, output: &Path) -> Result<(), Failure> {
    let at_input = |cause: String, hint| Failure { exit_code: EXIT_INPUT, sentence: format!("{}: {cause}", input.display()), hint };
    let tflite = fs::read(input).map_err(|cause| at_input(format!("cannot be read: {cause}"), "check the path and its permissions"))?;
    let onnx = tflite_to_onnx::convert(&tflite).map_err(|cause| at_input(cause.to_string(), cause.hint()))?;
    write_whole(output, &onnx).map_err(|cause| Failure {
        exit_code: EXIT_OUTPUT,
        sentence: format!("{}: cannot be written: {cause}", output.display()),
        hint: "check that the folder exists, is writable and has space left",
    })
}

/// Writes through a temporary neighbour, so that `path` is whole at every moment: the old file, the new one or none.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = neighbour(path)?;
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to report; the leftover may not even exist.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn neighbour(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(temporary))
}
