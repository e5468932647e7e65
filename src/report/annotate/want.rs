//! Which moments get a picture.

use super::scene::Scene;
use crate::report::{CheckPart, RepPart};

/// More than this many flags get no picture each; the worst come first.
const MOST: usize = 24;

/// Pictures of one fault: the worst of it; the other reps look alike.
const MOST_OF_ONE: usize = 3;

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
        // The rep that the page's head names comes first of its kind.
        let named = |w: &Want| scene.report.set.top_findings.iter().any(|f| f.code == w.check.code && f.worst_rep == Some(w.rep));
        wants.sort_by_key(|w| !named(w));
        let mut drawn: Vec<(String, usize)> = vec![];
        wants.retain(|w| match drawn.iter_mut().find(|(code, _)| *code == w.check.code) {
            Some((_, n)) => {
                *n += 1;
                *n <= MOST_OF_ONE
            }
            None => {
                drawn.push((w.check.code.clone(), 1));
                true
            }
        });
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
