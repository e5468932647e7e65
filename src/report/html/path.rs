//! The row of bar paths.

use super::seek::{Links, Seek};
use crate::report::Report;
use crate::report::charts::PathPicture;
use crate::signals::Facing;

pub fn path_hint(report: &Report) -> &'static str {
    match report.camera.facing {
        Some(Facing::Left | Facing::Right) => "Forward is right; all to one scale.",
        None => "All to one scale.",
    }
}

/// Lines of the bar's path: class of the sample, name.
pub fn path_legend(paths: &[PathPicture]) -> Vec<(&'static str, &'static str)> {
    let mut lines = vec![("s1", "up")];
    lines.extend(paths.iter().any(|p| p.down).then_some(("down", "down")));
    lines.push(("ideal", "straight up from lift-off"));
    lines.extend(paths.iter().any(|p| p.mid_foot).then_some(("midfoot", "middle of the foot")));
    lines.extend(paths.iter().any(|p| p.knee).then_some(("dot", "passing the knee")));
    lines
}

pub struct PathView {
    pub rep: u32,
    pub svg: String,
    pub summary: String,
    pub seek: Seek,
}

impl PathView {
    pub fn of(picture: PathPicture, links: &Links) -> PathView {
        let here = Seek { href: format!("#rep-{}", picture.rep), t: String::new() };
        PathView { rep: picture.rep, svg: picture.svg, summary: picture.summary, seek: links.seek(Some(picture.at_s)).unwrap_or(here) }
    }
}
