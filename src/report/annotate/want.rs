//! Which moments get a picture.

use super::scene::Scene;
use crate::report::{CheckPart, RepPart};

/// More than this many flags get no picture each; the worst come first.
const MOST: usize = 24;

/// One picture asked for.
#[derive(Debug, Clone)]
pub struct Want {
    pub rep: u32,
    pub frame: u32,
    pub time_s: f64,
    pub check: CheckPart,
}

/// The flags' moments.
#[derive(Debug, Default)]
pub struct Wanted {
    wants: Vec<Want>,
}

impl Wanted {
    pub fn of(scene: &Scene) -> Wanted {
        let of_rep = |rep: &RepPart| -> Vec<Want> {
            let want =
                |check: &CheckPart| Some(Want { rep: rep.index, frame: check.frame?, time_s: check.frame_time_s?, check: check.clone() });
            // What the other camera saw is not seen in this film.
            rep.flags().into_iter().filter(|c| !c.from_front).filter_map(want).collect()
        };
        let mut wants: Vec<Want> = scene.report.reps.iter().flat_map(of_rep).collect();
        wants.sort_by(|a, b| b.check.severity.cmp(&a.check.severity).then(b.check.deduction.total_cmp(&a.check.deduction)));
        wants.truncate(MOST);
        Wanted { wants }
    }

    /// Pictures to be made of a frame.
    pub fn at(&mut self, frame: u32) -> Vec<Want> {
        let (now, later) = std::mem::take(&mut self.wants).into_iter().partition(|w| w.frame == frame);
        self.wants = later;
        now
    }
}
