//! `index.html` of a recording: a line of time, a card per set, what else was done.

use super::RecordingReport;
use super::terminal::{came, minutes, rest, span};
use crate::error::{Error, Result};
use crate::files::{base64, write_whole};
use crate::report::html::STYLE;
use crate::report::words;
use askama::Template;
use sha2::{Digest, Sha256};
use std::path::Path;

const OWN_STYLE: &str = include_str!("page.css");

/// Drawing of a set as SVG text, where there is one.
pub type Thumb = Option<String>;

#[derive(Template)]
#[template(path = "report/recording/page.html")]
struct RecordingPage<'a> {
    style: &'a str,
    style_sha256: String,
    file_name: &'a str,
    headline: String,
    about: String,
    /// Several lifters, or one who is named.
    several: bool,
    /// How long the recording is, under the end of its line of time.
    end: String,
    /// Sets and what else was done, on the line of time.
    strips: Vec<Strip>,
    items: Vec<Item>,
    notice: &'a str,
}

/// A piece of the line of time, per cent of the recording.
struct Strip {
    from: String,
    width: String,
    class: String,
    title: String,
}

/// One entry of the list, in order of time.
struct Item {
    at_s: f64,
    set: Option<Set>,
    other: Option<String>,
    when: String,
}

struct Set {
    title: String,
    link: String,
    thumb: Thumb,
    score: String,
    /// The worst finding and its cue.
    finding: Option<String>,
    tone: &'static str,
    came: String,
    rest: Option<String>,
    who: Option<String>,
    colour: u32,
}

/// Colours of lifters that the style sheet has.
const COLOURS: u32 = 6;

/// Writes the page; `thumbs` stand in the order of the sets.
pub fn write(recording: &RecordingReport, thumbs: &[Thumb], path: &Path) -> Result<()> {
    write_whole(path, render(recording, thumbs)?.as_bytes())
}

fn render(recording: &RecordingReport, thumbs: &[Thumb]) -> Result<String> {
    let several = recording.lifters > 1 || recording.sets.iter().any(|s| s.lifter_name.is_some());
    let mut items: Vec<Item> = recording
        .sets
        .iter()
        .enumerate()
        .map(|(i, row)| Item {
            at_s: row.lift_off_s,
            when: span([row.lift_off_s, row.set_down_s]),
            other: None,
            set: Some(Set {
                title: format!("Set {}", row.set),
                link: format!("{}/report.html", row.folder),
                thumb: thumbs.get(i).cloned().flatten(),
                finding: row.finding.as_ref().map(|f| format!("{} – {}", words::sentence(&f.fault), f.cue)),
                score: row.score.map_or("–".into(), |s| words::score(s, row.score_sigma)),
                tone: super::super::html::tone_of(row.headline.level),
                came: came(row, false),
                rest: row.rest_s.map(|r| format!("after {} of rest", rest(r))),
                who: several.then(|| words::sentence(&row.who())),
                colour: colour(row.lifter),
            }),
        })
        .collect();
    items.extend(recording.others.iter().map(|o| Item {
        at_s: o.span_s[0],
        when: span(o.span_s),
        set: None,
        other: Some(words::sentence(&o.text())),
    }));
    items.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    let style = format!("{STYLE}{OWN_STYLE}");
    let page = RecordingPage {
        style_sha256: base64(&Sha256::digest(style.as_bytes())),
        style: &style,
        file_name: &recording.file,
        headline: headline(recording),
        about: format!("{} of film", minutes(recording.duration_s)),
        several,
        end: minutes(recording.duration_s),
        strips: strips(recording),
        items,
        notice: &recording.notice,
    };
    page.render().map_err(|e| Error::internal(format!("the page could not be made: {e}")).because(e))
}

fn headline(recording: &RecordingReport) -> String {
    let reps: u32 = recording.sets.iter().map(|s| s.rep_count).sum();
    let mut text = format!("{}, {}", words::count(recording.sets.len(), "set"), words::count(reps as usize, "full rep"));
    if recording.lifters > 1 {
        text.push_str(&format!(", {} lifters", recording.lifters));
    }
    text
}

fn colour(lifter: u32) -> u32 {
    (lifter.max(1) - 1) % COLOURS
}

fn strips(recording: &RecordingReport) -> Vec<Strip> {
    let whole = recording.duration_s.max(1e-3);
    let strip = |[from, to]: [f64; 2], class: String, title: String| Strip {
        from: format!("{:.2}", 100.0 * (from / whole).clamp(0.0, 1.0)),
        width: format!("{:.2}", (100.0 * (to - from) / whole).clamp(0.6, 100.0)),
        class,
        title,
    };
    let sets = recording.sets.iter().map(|s| {
        let at = [s.lift_off_s, s.set_down_s];
        strip(at, format!("l{}", colour(s.lifter)), format!("Set {}, {}", s.set, span(at)))
    });
    let others = recording.others.iter().map(|o| strip(o.span_s, "other".into(), o.text()));
    sets.chain(others).collect()
}
