//! `report.html`: one self-contained file for people, with no request to anywhere.
//!
//! The page works as a still report without its script. Whatever comes from outside (file names,
//! messages) goes through the template's escaping; only our own SVG, style and script do not.

mod end;
mod link;
mod path;
mod rep;
mod seek;
mod view;

pub use link::VideoLink;
pub(super) use view::tone_of;

use super::{Report, Still, charts};
use crate::error::{Error, Result};
use crate::files::{base64, write_whole};
use crate::signals::Signals;
use askama::Template;
use sha2::{Digest, Sha256};
use std::path::Path;

/// All pictures of one page together; charts and text take up to 0.3 MB more, and the page is to stay below 1 MB.
const STILLS_MAX_BYTES: usize = 680_000;

pub(super) const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// What a page is made of.
pub struct Page<'a> {
    pub report: &'a Report,
    /// Charts need them; without, the page has none.
    pub signals: Option<&'a Signals>,
    pub video: Option<VideoLink>,
    /// Link to the film from the front, where there is one to be shown in step.
    pub front: Option<String>,
    pub stills: &'a [Still],
}

#[derive(Template)]
#[template(path = "report/html/report.html")]
struct ReportPage {
    style: &'static str,
    script: &'static str,
    script_sha256: String,
    style_sha256: String,
    file_name: String,
    headline: String,
    /// Class of the verdict box: its colour.
    tone: &'static str,
    about: String,
    pain: Option<Vec<String>>,
    score: Option<view::Score>,
    coverage: String,
    /// Why the words are worse than the score.
    capped: Option<String>,
    cues: Vec<view::Cue>,
    watch_it: Option<view::Watch>,
    good_head: &'static str,
    good: String,
    again: Vec<String>,
    warnings: Vec<String>,
    video: Option<seek::Video>,
    front: Option<seek::Front>,
    width: u32,
    height: u32,
    /// Width over height of the picture.
    ratio: String,
    links: seek::Links,
    lead_charts: Vec<charts::Chart>,
    charts: Vec<charts::Chart>,
    /// Parts of a repetition that they shade: class and name.
    phases: Vec<(&'static str, &'static str)>,
    /// Severities of the findings that these mark.
    found: Vec<&'static str>,
    paths: Vec<path::PathView>,
    path_hint: &'static str,
    path_legend: Vec<(&'static str, &'static str)>,
    /// Load and loss of speed.
    effort: Option<String>,
    reps: Vec<rep::Rep>,
    checklist: Vec<end::ItemGroup>,
    /// How many things and what they need.
    unjudged_line: Option<String>,
    unjudged: Vec<end::Unjudged>,
    notice: Vec<String>,
    limits: Vec<String>,
    provenance: Vec<(&'static str, String)>,
}

/// The page as HTML text.
pub fn render(page: &Page) -> Result<String> {
    let report = page.report;
    let links = seek::Links::new(page.video.as_ref());
    let drawn = page.signals.map(|signals| charts::draw(report, signals));
    let (over_time, paths) = drawn.map_or((vec![], vec![]), |c| (c.over_time, c.paths));
    // Beside the video stands the chart that serves as its time line.
    let (lead_charts, charts) = over_time.into_iter().partition(|c| c.id == "height");
    let (good_head, good) = view::good(report);
    let html = ReportPage {
        style: STYLE,
        script: SCRIPT,
        script_sha256: base64(&Sha256::digest(SCRIPT.as_bytes())),
        style_sha256: base64(&Sha256::digest(STYLE.as_bytes())),
        file_name: report.called(),
        headline: view::headline(report),
        tone: view::tone(report),
        about: view::about(report),
        pain: report.pain.as_deref().map(end::paragraphs),
        score: view::Score::of(report),
        coverage: view::coverage(report),
        capped: super::words::capped(report),
        cues: view::cues(report, &links),
        watch_it: view::watch(report, &links),
        good_head,
        good,
        again: view::next(report),
        warnings: super::reasons::alarms(report).map(|w| w.message.clone()).collect(),
        video: page.video.as_ref().map(seek::Video::of),
        front: page.front.as_deref().zip(report.front.as_ref()).map(|(src, part)| seek::Front::of(src, part)),
        width: report.video.width_px.max(1),
        height: report.video.height_px.max(1),
        ratio: format!("{:.3}", f64::from(report.video.width_px.max(1)) / f64::from(report.video.height_px.max(1))),
        lead_charts,
        phases: charts::phases(report),
        found: charts::severities(&charts),
        charts,
        path_hint: path::path_hint(report),
        path_legend: path::path_legend(&paths),
        paths: paths.into_iter().map(|p| path::PathView::of(p, &links)).collect(),
        effort: view::effort(report),
        reps: rep::reps(report, &links, &rep::pictures(page.stills, STILLS_MAX_BYTES)),
        checklist: end::checklist(report),
        unjudged_line: super::unjudged::in_short(&super::unjudged::groups(report)),
        unjudged: end::unjudged(report),
        notice: end::paragraphs(&report.notice),
        limits: end::limits(report),
        provenance: end::provenance(report),
        links,
    };
    let page = html.render().map_err(|e| Error::internal(format!("the page could not be made: {e}")).because(e))?;
    Ok(super::sealed::sealed(&page))
}

pub fn write(page: &Page, path: &Path) -> Result<()> {
    write_whole(path, render(page)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    fn page(case: Case, video: Option<VideoLink>) -> String {
        let s = sample::build(case);
        render(&Page { report: &s.report, signals: Some(&s.signals), video, front: None, stills: &[] }).unwrap()
    }

    #[test]
    fn nothing_inline_is_allowed_but_by_its_checksum() {
        let html = page(Case::Faulty, None);
        let policy = html.split("Content-Security-Policy").nth(1).unwrap().split('>').next().unwrap();
        assert!(!policy.contains("unsafe-inline") && policy.contains("style-src-attr 'unsafe-hashes' 'sha256-"), "{policy}");
    }

    #[test]
    fn a_wild_file_name_stays_text() {
        let html = page(Case::Faulty, Some(VideoLink::Beside { file_name: "a \"'><script>x.mp4".into() }));
        assert_eq!(html.matches("<script>").count(), 1, "only our own script");
        assert!(html.contains("a%20%22%27%3E%3Cscript%3Ex.mp4"), "the link is escaped as a URL");
        assert!(html.contains("&#60;script&#62;alert") || html.contains("&lt;script&gt;alert"));
    }

    #[test]
    fn nothing_is_fetched_and_the_page_is_small() {
        for case in sample::CASES {
            let html = page(case, None);
            assert!(!html.contains("http://") && !html.contains("https://"), "{case:?}");
            assert!(html.len() < 400_000, "{case:?}: {} bytes", html.len());
        }
    }

    #[test]
    fn the_ten_second_answer_is_there() {
        let html = page(Case::Faulty, None);
        for text in ["Chest up.", "Drag the bar up your legs.", "78", "± 4", "small points", "not a medical device"] {
            assert!(html.to_lowercase().contains(&text.to_lowercase()), "{text}");
        }
        let unseen = page(Case::NotAssessable, None);
        assert!(unseen.contains("No score") && unseen.contains("Put the phone on a support"));
    }

    #[test]
    fn links_carry_their_time_even_without_script() {
        let beside = page(Case::Faulty, Some(VideoLink::Beside { file_name: "annotated.mp4".into() }));
        assert!(beside.contains(r#"href="annotated.mp4#t=5.800" data-t="5.800""#), "rep 2 starts at 5.8 s");
        assert!(!page(Case::Faulty, None).contains("data-t="), "without a video there is nowhere to go");
    }
}
