//! The program from outside: exit codes, what goes to which stream, help, and clear sentences.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::io::Read;
use std::process::Stdio;

fn formcheck() -> Command {
    let mut command = Command::cargo_bin("formcheck").unwrap();
    command.env_remove("NO_COLOR").env_remove("FORMCHECK_LOG");
    command
}

#[test]
fn help_has_examples_and_every_command_of_the_contract() {
    let commands = ["analyze", "batch", "score", "explain", "patterns", "evaluate", "doctor", "config", "completions", "man"];
    let mut help = formcheck().arg("--help").assert().code(0).stderr("");
    for command in commands {
        help = help.stdout(contains(command));
        formcheck().args([command, "--help"]).assert().code(0).stderr("").stdout(contains("Usage:"));
    }
    help.stdout(contains("Examples:")).stdout(contains("Exit codes:"));
    let shared = [
        "--config",
        "--model",
        "--height",
        "--plate-diameter",
        "--variant",
        "--load",
        "--calibration",
        "--jobs",
        "--select",
        "--ignore",
        "--fail-on",
        "--verbose",
        "--quiet",
        "--color",
        "--progress",
        "--out",
        "--json",
        "--no-video",
        "--no-html",
    ];
    let mut analyze = formcheck().args(["analyze", "--help"]).assert();
    for option in shared {
        analyze = analyze.stdout(contains(option));
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_allowed() {
    for (args, says) in [
        (vec![], "Usage"),
        (vec!["lift"], "unrecognized subcommand"),
        (vec!["analyze"], "<VIDEO>"),
        (vec!["analyze", "a.mp4", "--height", "17"], "100 to 230 cm"),
        (vec!["analyze", "a.mp4", "--plate-diameter", "45"], "100 to 600 mm"),
        (vec!["analyze", "a.mp4", "--load=-5"], "0 to 1000 kg"),
        (vec!["analyze", "a.mp4", "--variant", "squat"], "conventional"),
        (vec!["analyze", "a.mp4", "--jobs", "0"], "1..=256"),
        (vec!["batch", ".", "--name-pattern", "{dat}"], "{dat}"),
        (vec!["explain", "E99"], "there is no check"),
        (vec!["config", "--config", "no-such-file.toml"], "no-such-file.toml"),
    ] {
        formcheck().args(&args).assert().code(2).stdout("").stderr(contains(says));
    }
}

#[test]
fn an_error_is_one_sentence_with_a_hint_and_no_result() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut command = formcheck();
    let ran = command.args(["analyze", "no-such.mp4", "--out"]).arg(&out).assert().stdout("").stderr(contains("no-such.mp4"));
    ran.stderr(contains("error: ").and(contains("hint: ")).and(contains("\u{1b}").not())).code(predicate::in_iter([3, 75]));
    assert!(!out.exists(), "nothing is made before a video proved usable");
    std::fs::write(folder.path().join("c.toml"), "[filter]\nlandmark_hz = 900.0\n").unwrap();
    formcheck().args(["config", "--config"]).arg(folder.path().join("c.toml")).assert().code(2).stderr(contains("filter.landmark_hz"));
}

#[test]
fn tracks_that_are_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let track = folder.path().join("track.json.gz");
    for (bytes, says) in [(&b""[..], "is empty"), (b"plain text", "not a gzip file"), (b"\x1f\x8b\x08\x00", "cut short")] {
        std::fs::write(&track, bytes).unwrap();
        formcheck().arg("score").arg(&track).assert().code(3).stdout("").stderr(contains(says));
    }
    formcheck().arg("score").arg(folder.path().join("nowhere")).assert().code(3).stderr(contains("nowhere"));
}

#[test]
fn the_configuration_is_printed_and_read_back() {
    let printed = formcheck().args(["config", "--height", "178.5", "--variant", "sumo"]).assert().code(0).stderr("");
    let text = String::from_utf8(printed.get_output().stdout.clone()).unwrap();
    assert!(text.contains("height_cm = 178.5") && text.contains("variant = \"sumo\"") && text.contains("# low-pass of the landmarks; Hz"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, &text).unwrap();
    formcheck().arg("config").arg("--config").arg(&file).assert().code(0).stdout(text);
}

#[test]
fn completions_and_the_manual_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        formcheck().args(["completions", shell]).assert().code(0).stderr("").stdout(contains("formcheck"));
    }
    formcheck().arg("man").assert().code(0).stderr("").stdout(contains(".TH formcheck"));
}

#[test]
fn the_doctor_tells_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let told = formcheck().args(["doctor", "--json"]).assert().code(predicate::in_iter([0, 75]));
    let findings: serde_json::Value = serde_json::from_slice(&told.get_output().stdout).unwrap();
    for finding in findings.as_array().unwrap() {
        let fault = finding["state"] == "fault";
        assert!(!fault || finding["cure"].as_str().is_some_and(|c| !c.is_empty()), "{finding}");
    }
    let code = told.get_output().status.code();
    assert_eq!(code == Some(75), findings.as_array().unwrap().iter().any(|f| f["state"] == "fault"));
    let broken = empty.path().join("pose_landmark_heavy.onnx");
    std::fs::write(broken, "not a network").unwrap();
    formcheck()
        .arg("doctor")
        .env("FORMCHECK_MODELS", empty.path())
        .assert()
        .code(75)
        .stdout(contains("checksum").and(contains("make setup")));
}

#[test]
fn a_reader_that_leaves_is_no_fault() {
    let program = assert_cmd::cargo::cargo_bin("formcheck");
    let mut child =
        std::process::Command::new(program).args(["completions", "zsh"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn a_folder_without_videos_gives_an_empty_overview_and_a_file_gives_advice() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    formcheck().arg("batch").arg(place.path()).arg("--out").arg(&out).assert().code(0).stdout(contains("index.html"));
    let page = std::fs::read_to_string(out.join("index.html")).unwrap();
    assert!(page.contains("No set has a report yet"));
    let told = formcheck().arg("batch").arg(place.path()).arg("--json-events").arg("--out").arg(&out).assert().code(0);
    let text = String::from_utf8(told.get_output().stdout.clone()).unwrap();
    let events: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(events.iter().map(|e| e["event"].as_str().unwrap()).collect::<Vec<_>>(), ["planned", "finished"]);
    formcheck().arg("batch").arg(out.join("index.html")).arg("--out").arg(&out).assert().code(2).stderr(contains("formcheck analyze"));
}

#[test]
fn colour_is_asked_for_or_not_there() {
    formcheck().args(["--color", "always", "score", "nowhere"]).assert().stderr(contains("\u{1b}[1;31merror"));
    formcheck().args(["score", "nowhere"]).assert().stderr(contains("\u{1b}").not());
    formcheck().args(["--quiet", "score", "nowhere"]).assert().code(3).stderr(contains("error: "));
}

#[test]
fn a_film_that_is_not_from_the_front_costs_the_side_nothing() {
    let out = tempfile::tempdir().unwrap();
    let run = formcheck()
        .args(["score", "fixtures/tracks/side_right_clean.track.json.gz", "--front", "fixtures/tracks/side_e2.track.json.gz"])
        .arg("--out")
        .arg(out.path())
        .output()
        .unwrap();
    let (said, told) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(3), "{told}");
    assert!(told.contains("is no film from the front") && told.contains("hint:"), "{told}");
    assert!(said.contains("2 reps"), "the side is scored alone: {said}");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.path().join("side_right_clean/report.json")).unwrap()).unwrap();
    assert!(report["set"]["score"].is_number() && report["front"].is_null(), "{}", report["set"]);
    assert!(report["warnings"].as_array().unwrap().iter().any(|w| w["code"] == "FRONT_REFUSED"), "{}", report["warnings"]);
    assert!(out.path().join("side_right_clean/front/report.json").is_file());
}
