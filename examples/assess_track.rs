//! Assesses a saved track and prints what was found; with a folder it also writes the report there.
//!
//! Needs neither video nor networks:
//!
//! ```text
//! cargo run --release --no-default-features --example assess_track -- fixtures/tracks/side_e4_belt.track.json.gz out
//! ```

use formcheck::config::Config;
use formcheck::error::{Error, Result};
use formcheck::pipeline::{self, Cancel, Outputs, Silent};
use formcheck::report::Report;
use formcheck::track;
use std::path::PathBuf;
use std::process::ExitCode;

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
    let saved = arguments.next().ok_or_else(|| Error::usage("no track was given", "assess_track TRACK.json.gz [FOLDER]"))?;
    let track = track::load(&saved)?;
    let assessment = pipeline::assess(&track, None, &Config::default())?;
    print(&assessment.report);
    if let Some(folder) = arguments.next() {
        // Without the video there are no pictures: report.json, series.csv and a page without stills.
        let outputs = Outputs { html: true, ..Outputs::default() };
        for file in pipeline::write(&assessment, &track, None, &folder, outputs, &Silent, &Cancel::default())? {
            println!("wrote {}", file.display());
        }
    }
    Ok(())
}

fn print(report: &Report) {
    println!("{}", report.set.headline.text);
    for rep in &report.reps {
        let score = rep.score.map_or("no score".into(), |s| format!("{s:.0} of 100"));
        println!("rep {}: {score}, {:.0} % of what matters was judged", rep.index, 100.0 * rep.coverage);
        for check in rep.flags() {
            println!("  {} {}; cue: {}", check.code, check.named(), check.cue.as_deref().unwrap_or("none"));
        }
        // A check without a value says why.
        for (check, reason) in rep.checks.iter().filter_map(|c| Some((c, c.reason?))) {
            println!("  {} not judged: {}", check.code, reason.code());
        }
    }
}
