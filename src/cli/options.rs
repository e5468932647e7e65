//! Options that several commands share, and how they become the configuration of a run.

use super::console::Console;
use crate::batch::port::Finished;
use crate::config::{self, Config};
use crate::device::Device;
use crate::error::Result;
use crate::isolate::Isolation;
use crate::patterns::Severity;
use crate::pipeline::ObserveOptions;
use crate::report::opensim;
use crate::track::Track;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VariantChoice {
    Auto,
    Conventional,
    Sumo,
    Romanian,
}

impl VariantChoice {
    fn kind(self) -> config::Kind {
        match self {
            VariantChoice::Auto => config::Kind::Auto,
            VariantChoice::Conventional => config::Kind::Conventional,
            VariantChoice::Sumo => config::Kind::Sumo,
            VariantChoice::Romanian => config::Kind::Romanian,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeviceChoice {
    Auto,
    Cpu,
    Cuda,
    #[value(name = "openvino")]
    OpenVino,
    #[value(name = "coreml")]
    CoreMl,
}

impl DeviceChoice {
    fn device(self) -> Device {
        match self {
            DeviceChoice::Auto => Device::Auto,
            DeviceChoice::Cpu => Device::Cpu,
            DeviceChoice::Cuda => Device::Cuda,
            DeviceChoice::OpenVino => Device::OpenVino,
            DeviceChoice::CoreMl => Device::CoreMl,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Mild,
    Moderate,
    Severe,
}

impl FailOn {
    pub fn severity(self) -> Severity {
        match self {
            FailOn::Mild => Severity::Mild,
            FailOn::Moderate => Severity::Moderate,
            FailOn::Severe => Severity::Severe,
        }
    }
}

/// What is assessed, against which thresholds.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Assessment")]
pub struct Assess {
    /// Thresholds and settings (TOML); `formcheck config` prints all of them
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The lifter's height, 100 to 230 cm
    #[arg(long, value_name = "CM", value_parser = |s: &str| within(s, "lifter.height_cm"))]
    pub height: Option<f64>,
    /// Diameter of the near plate, 100 to 600 mm
    #[arg(long, value_name = "MM", value_parser = |s: &str| number(s, 100.0, 600.0, "mm"))]
    pub plate_diameter: Option<f64>,
    /// Kind of deadlift
    #[arg(long, value_enum, value_name = "KIND")]
    pub variant: Option<VariantChoice>,
    /// Weight on the bar, 0 to 1000 kg
    #[arg(long, value_name = "KG", value_parser = |s: &str| within(s, "lifter.load_kg"))]
    pub load: Option<f64>,
    /// The video plays this many times too slowly, 1 to 32
    #[arg(long, value_name = "TIMES", value_parser = |s: &str| within(s, "lifter.slow_motion"))]
    pub slow_motion: Option<f64>,
    /// Dropping the bar is intended
    #[arg(long)]
    pub drop_intended: bool,
    /// Pain was felt during or after the set: what to do comes first, and no score is given
    #[arg(long)]
    pub pain: bool,
    /// A clip of the lifter standing, hinging and rounding on purpose, or its saved track
    #[arg(long, value_name = "VIDEO")]
    pub calibration: Option<PathBuf>,
    /// Report these checks only, e.g. E1,E3
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these checks out
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Compare with another set or rep: a report.json, its folder, a saved track or a video; `#N` names a rep (a.mp4#2)
    #[arg(long, value_name = "OTHER")]
    pub compare: Option<PathBuf>,
    /// Exit with 1 when a finding is at least this severe
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
}

/// Which network looks at the video.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Pose network")]
pub struct Network {
    /// heavy, full, lite, or the path of an ONNX file
    #[arg(long, default_value = "heavy", value_name = "NAME|PATH")]
    pub model: String,
    /// How much is done at a time; by default as the machine allows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Where the network runs: auto, cpu, cuda, openvino or coreml; auto takes another than the processor only where that changes
    /// no number
    #[arg(long, default_value = "auto", value_enum, value_name = "NAME", hide_possible_values = true)]
    pub device: DeviceChoice,
    /// Look at every frame, where otherwise a body at rest is looked at less often
    #[arg(long)]
    pub thorough: bool,
}

impl Network {
    /// For one video at a time: `--jobs` workers.
    pub fn observe(&self) -> ObserveOptions {
        let default = ObserveOptions::default();
        ObserveOptions {
            model: self.model.clone(),
            workers: self.jobs.map_or(default.workers, usize::from),
            thorough: self.thorough,
            device: self.device.device(),
        }
    }
}

/// What one file may take, where each is worked in a process of its own.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Limits of each file")]
pub struct PerFile {
    /// Memory, MiB; by default a share of the machine's
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    pub memory_per_job: Option<u32>,
    /// Seconds without any progress after which a file is given up; by default 300
    #[arg(long, value_name = "S", value_parser = |s: &str| number(s, 1.0, 86_400.0, "s"))]
    pub timeout: Option<f64>,
}

impl PerFile {
    pub fn isolation(self, console: &Console) -> Isolation {
        Isolation {
            memory_per_job: self.memory_per_job.map(|mib| u64::from(mib) << 20),
            timeout: self.timeout.map(Duration::from_secs_f64),
            verbose: console.verbose,
        }
    }
}

/// Files for other programs.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Files")]
pub struct Export {
    /// Also write the joints for OpenSim: trc (places in metres), mot (angles in degrees), or trc,mot
    #[arg(long, value_enum, value_name = "FORMATS", value_delimiter = ',')]
    pub export: Vec<ExportFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Trc,
    Mot,
}

impl Export {
    /// Writes what was asked for into `dir` and notes it; without a scale there are no metres.
    pub fn write(&self, finished: &mut Finished, track: &Track, dir: &Path, console: &Console) -> Result<()> {
        let Some(signals) = &finished.signals else { return Ok(()) };
        let wanted = [(ExportFormat::Trc, opensim::Format::Trc), (ExportFormat::Mot, opensim::Format::Mot)];
        for (_, format) in wanted.into_iter().filter(|(asked, _)| self.export.contains(asked)) {
            match opensim::write(format, signals, &track.video, dir)? {
                Some(path) => finished.files.push(path),
                None => console.note("no .trc was written: without a plate in the picture metres need the lifter's --height"),
            }
        }
        Ok(())
    }
}

/// Which files are written.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Files")]
pub struct Files {
    /// Leave out annotated.mp4
    #[arg(long)]
    pub no_video: bool,
    /// Leave out report.html
    #[arg(long)]
    pub no_html: bool,
    /// Also cut one clip per repetition
    #[arg(long)]
    pub clips: bool,
    /// Also draw card.png to pass on: score, cue and bar paths, no frame of the video
    #[arg(long)]
    pub card: bool,
}

impl Files {
    pub fn outputs(self) -> crate::pipeline::Outputs {
        crate::pipeline::Outputs { video: !self.no_video, html: !self.no_html, stills: !self.no_html, clips: self.clips, card: self.card }
    }
}

impl Assess {
    /// The configuration file, with the options over it. Values were checked when they were read.
    pub fn config(&self) -> Result<Config> {
        let mut config = config::load(self.config.as_deref())?;
        let lifter = &mut config.lifter;
        lifter.height_cm = self.height.or(lifter.height_cm);
        lifter.load_kg = self.load.or(lifter.load_kg);
        lifter.slow_motion = self.slow_motion.or(lifter.slow_motion);
        lifter.drop_intended |= self.drop_intended;
        lifter.pain |= self.pain;
        if let Some(variant) = self.variant {
            lifter.variant = Some(variant.kind());
        }
        if let Some(mm) = self.plate_diameter {
            config.plate.diameter_cm = mm / 10.0;
        }
        let codes = |list: &[String]| list.iter().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()).collect::<Vec<_>>();
        if !self.select.is_empty() {
            config.checks.select = codes(&self.select);
        }
        config.checks.ignore.extend(codes(&self.ignore));
        crate::patterns::validate_selection(&config)?;
        Ok(config)
    }

    pub fn fail_on(&self) -> Option<Severity> {
        self.fail_on.map(FailOn::severity)
    }
}

/// A number within the range that is declared for a key, or a sentence.
fn within(text: &str, key: &str) -> std::result::Result<f64, String> {
    let doc = config::declared(key).ok_or_else(|| format!("{key} is not declared"))?;
    number(text, doc.min, doc.max, doc.unit)
}

/// A number within bounds, or a sentence.
pub fn number(text: &str, lowest: f64, highest: f64, unit: &str) -> std::result::Result<f64, String> {
    let wrong = || format!("a number from {lowest} to {highest} {unit} is needed");
    text.parse::<f64>().ok().filter(|v| (lowest..=highest).contains(v)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "[lifter]\nheight_cm = 170.0\nload_kg = 100.0\n[plate]\ndiameter_cm = 45.0\n").unwrap();
        let assess = Assess {
            config: Some(file),
            height: Some(181.0),
            plate_diameter: Some(350.0),
            variant: Some(VariantChoice::Sumo),
            ignore: vec!["e2".into()],
            ..Assess::default()
        };
        let config = assess.config().unwrap();
        assert_eq!((config.lifter.height_cm, config.lifter.load_kg), (Some(181.0), Some(100.0)));
        assert_eq!((config.plate.diameter_cm, config.lifter.variant), (35.0, Some(config::Kind::Sumo)));
        assert_eq!(config.checks.ignore, ["E2"]);
    }

    #[test]
    fn numbers_out_of_bounds_and_no_numbers_are_refused() {
        assert_eq!(number("178", 100.0, 230.0, "cm"), Ok(178.0));
        for wrong in ["99", "231", "NaN", "inf", "tall", ""] {
            assert!(number(wrong, 100.0, 230.0, "cm").unwrap_err().contains("100 to 230 cm"), "{wrong}");
        }
    }
}
