//! Looks at a video, keeps the track, assesses it and writes report and annotated video into a folder.
//!
//! Needs the networks (`make setup`):
//!
//! ```text
//! cargo run --release --example observe_video -- fixtures/lifts/demo_faults.mp4 out
//! ```

use formcheck::config::Config;
use formcheck::error::{Error, Result};
use formcheck::pipeline::{self, Cancel, ObserveOptions, Outputs, Progress, Stage};
use std::path::PathBuf;
use std::process::ExitCode;

/// Tells each stage as it begins.
struct Told;

impl Progress for Told {
    fn stage(&self, stage: Stage, frames_total: Option<u64>) {
        match frames_total {
            Some(frames) => eprintln!("{}, {frames} frames", stage.name()),
            None => eprintln!("{}", stage.name()),
        }
    }

    fn warn(&self, message: &str) {
        eprintln!("note: {message}");
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}; hint: {}", e.hint);
            ExitCode::from(e.kind.exit_code())
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(video), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(Error::usage("a video and a folder are needed", "observe_video VIDEO FOLDER"));
    };
    // A clone of it, set from a signal handler or another thread, stops the work between two frames.
    let cancel = Cancel::default();
    let track = pipeline::observe(&video, &ObserveOptions::default(), &Told, &cancel)?;
    let assessment = pipeline::assess(&track, None, &Config::default())?;
    println!("{}", assessment.report.set.headline.text);
    let outputs = Outputs { video: true, html: true, ..Outputs::default() };
    for file in pipeline::write(&assessment, &track, Some(&video), &folder, outputs, &Told, &cancel)? {
        println!("wrote {}", file.display());
    }
    Ok(())
}
