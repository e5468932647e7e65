//! The comparison as a page: bar paths laid over each other, differences with their errors.

use super::{Change, Row, difference, lift_off, rows, said, summary};
use crate::error::{Error, Result};
use crate::files::base64;
use crate::report::charts::{BarTrace, OverlayPath, overlay_paths};
use crate::report::{Report, words};
use askama::Template;
use sha2::{Digest, Sha256};

/// One of the two sets.
#[derive(Clone)]
pub struct Side<'a> {
    pub report: &'a Report,
    /// For the bar paths; may be missing.
    pub path: Option<&'a BarTrace>,
    /// Link to its video from where the page lies.
    pub video: Option<String>,
}

#[derive(Template)]
#[template(path = "report/compare/compare.html")]
struct ComparePage {
    style: &'static str,
    style_sha256: String,
    script: &'static str,
    script_sha256: String,
    videos: Vec<Clip>,
    /// What they are: sets or reps.
    what: &'static str,
    before: Head,
    after: Head,
    summary: String,
    path: Option<OverlayPath>,
    rows: Vec<Line>,
    notice: String,
}

/// A video with the second at which its bar leaves the floor.
struct Clip {
    src: String,
    at: String,
    /// The same for people.
    said: String,
    name: &'static str,
}

/// Plays both from the same moment of the lift.
const SCRIPT: &str = include_str!("compare.js");

struct Head {
    file_name: String,
    about: String,
    score: String,
    /// What is said of it at a glance; the score alone could praise a set with a severe fault.
    verdict: String,
}

struct Line {
    title: String,
    unit: String,
    before: String,
    after: String,
    difference: String,
    word: &'static str,
    class: &'static str,
}

impl Head {
    fn of(report: &Report) -> Head {
        Head {
            file_name: report.called(),
            about: format!("{}, {}", words::count(report.set.rep_count as usize, "rep"), words::views(report)),
            verdict: report.set.headline.text.clone(),
            score: report.set.score.map_or("no score".into(), |s| words::score(s, report.set.score_sigma)),
        }
    }
}

impl Line {
    fn of(row: &Row) -> Line {
        let class = match row.change {
            Change::Better => "better",
            Change::Worse => "worse",
            _ => "same",
        };
        Line {
            title: row.title.clone(),
            unit: if row.unit == "share of stature" { "% of height".into() } else { row.unit.clone() },
            before: said(row, row.before),
            after: said(row, row.after),
            difference: difference(row),
            word: row.change.word(),
            class,
        }
    }
}

/// One self-contained page, with both videos side by side where they are known; it reads whole without its script.
pub fn render_html(before: Side, after: Side) -> Result<String> {
    let rows = rows(before.report, after.report);
    let clip = |side: &Side, name| {
        let at = lift_off(side.report)?;
        Some(Clip { src: side.video.clone()?, at: format!("{at:.3}"), said: words::time(at), name })
    };
    // One video alone has nothing beside it.
    let videos = clip(&before, "before").zip(clip(&after, "after")).map_or(vec![], |(b, a)| vec![b, a]);
    let path = before.path.zip(after.path).and_then(|(b, a)| overlay_paths((before.report, b), (after.report, a)));
    let page = ComparePage {
        style: crate::report::html::STYLE,
        style_sha256: base64(&Sha256::digest(crate::report::html::STYLE.as_bytes())),
        script: SCRIPT,
        script_sha256: base64(&Sha256::digest(SCRIPT.as_bytes())),
        videos,
        what: if [before.report, after.report].iter().all(|r| r.reps.len() == 1) { "reps" } else { "sets" },
        before: Head::of(before.report),
        after: Head::of(after.report),
        summary: summary(&rows),
        path,
        rows: rows.iter().map(Line::of).collect(),
        notice: after.report.notice.clone(),
    };
    let page = page.render().map_err(|e| Error::internal(format!("the page could not be made: {e}")).because(e))?;
    Ok(crate::report::sealed::sealed(&page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Case};

    #[test]
    fn the_page_has_both_paths_and_no_way_out() {
        let (a, b) = (sample::build(Case::Clean), sample::build(Case::Faulty));
        let html = render_html(
            Side { report: &a.report, path: Some(&BarTrace::of(&a.signals)), video: Some("a/annotated.mp4".into()) },
            Side { report: &b.report, path: Some(&BarTrace::of(&b.signals)), video: Some("annotated.mp4".into()) },
        )
        .unwrap();
        assert!(html.contains(r#"src="a/annotated.mp4" data-at="1.2"#) || html.matches("data-at=").count() == 2);
        assert!(html.contains("series s1") && html.contains("series s2"));
        assert!(
            html.matches("<script>").count() == 1 && !html.contains("http:") && !html.contains("https:"),
            "names are text, nothing is fetched"
        );
        assert!(html.contains("Clearly worse"));
    }
}
