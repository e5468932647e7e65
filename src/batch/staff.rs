//! What a batch and a shard work with: processes, and what is told to each of them.

use super::events::Reporter;
use super::isolated;
use super::options::Options;
use super::port::Line;
use super::runner::Interrupt;
use super::work::Shop;
use crate::error::Result;
use crate::isolate::Crew;
use std::path::Path;

/// Who does the work beside this process, for as long as it lasts.
pub(super) struct Staff {
    crew: Option<Crew>,
    /// Where the calibration's track lies for them.
    calibration_file: Option<tempfile::TempPath>,
}

impl Options {
    /// Processes for `jobs` files at a time, and what they need, below `out`; nobody where files are not worked apart.
    pub(super) fn staff(&self, jobs: usize, out: &Path) -> Result<Staff> {
        let crew = self.isolation.map(|isolation| isolation.crew(jobs));
        let calibration = crew.as_ref().and(self.calibration.as_ref());
        Ok(Staff { calibration_file: calibration.map(|(track, _)| isolated::lend(track, out)).transpose()?, crew })
    }

    pub(super) fn shop<'a>(
        &'a self,
        line: &'a dyn Line,
        out: &'a Path,
        reporter: &'a dyn Reporter,
        interrupt: &'a Interrupt,
        staff: &'a Staff,
    ) -> Shop<'a> {
        Shop {
            line,
            out,
            options: &self.observe,
            config: &self.config,
            outputs: self.outputs,
            calibration: self.calibration.as_ref().map(|c| &c.0),
            reporter,
            cancel: &interrupt.stop,
            crew: staff.crew.as_ref(),
            calibration_file: staff.calibration_file.as_deref(),
        }
    }
}
