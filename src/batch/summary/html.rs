//! `index.html`: the overview for people, one self-contained file.

use super::card::{Card, Group, cards};
use super::charts::{self, Along, Series};
use super::compare::Compared;
use super::json::NOTICE;
use super::many::{self, Data};
use super::material::{FailureRow, Frequent, Material, Overview, UNNAMED, by_lifter, report_link, severity_name};
use super::point::point;
use crate::batch::agreement::Agreement;
use crate::batch::layout::THUMB_FILE;
use crate::batch::record::SetRecord;
use crate::batch::text::href;
use crate::error::{Error, Result};
use crate::files::{base64, write_whole_by};
use crate::patterns::{Level, Severity};
use crate::report::recording::{PAGE_FILE, RECORDING_FILE};
use crate::report::words;
use askama::Template;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Up to this many sets the drawings stand in the page itself; beyond it they are linked, so that
/// the page stays small enough for a phone.
const INLINE_THUMBS_MAX: usize = 1000;

/// The page allows these two texts and no others, by their hashes: no name of a file can bring a script.
const STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

/// Findings of a set that are seen without a click: few cues rather than many.
const FLAGS_SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "batch/summary/index.html")]
struct Page<'a> {
    style: &'static str,
    style_sha256: String,
    script: &'static str,
    script_sha256: String,
    version: &'static str,
    notice: &'static str,
    title: &'a str,
    /// From the page to the results; empty for the overview itself.
    up: &'a str,
    set_count: usize,
    lifter_count: usize,
    reps: u32,
    rows: Vec<Row<'a>>,
    /// Instead of rows and cards, where there are many.
    data: Option<Data<'a>>,
    lifters: Vec<Card<'a>>,
    charts: Vec<Chart>,
    legend: Vec<(usize, String)>,
    frequent: Vec<Bar<'a>>,
    failures: &'a [FailureRow],
    pending: &'a [String],
    notices: &'a [String],
    agreement: Vec<AgreementRow<'a>>,
}

/// One set; what stands in `*_key` is what the column is sorted by.
struct Row<'a> {
    set: &'a SetRecord,
    link: String,
    /// Which set of its recording, and that recording's page.
    of: Option<(u32, String)>,
    /// Page that compares it with the same lifter's set before.
    compared: Option<String>,
    /// The path's two parts; the first ends in `/` or is empty.
    folder: &'a str,
    file: &'a str,
    thumb: Thumb,
    date: String,
    load: String,
    load_key: String,
    score: String,
    score_key: String,
    score_class: &'static str,
    /// How much of what matters could be judged.
    judged: String,
    speed: String,
    speed_key: String,
    variant: &'static str,
    /// The worst first; those beyond [`FLAGS_SHOWN`] are folded.
    flags: Vec<Flag<'a>>,
    more: Vec<Flag<'a>>,
    flags_key: u32,
    /// The first finding by its fault and direction.
    fault: &'a str,
    cue: &'a str,
}

enum Thumb {
    Inline(String),
    Linked(String),
    None,
}

struct Flag<'a> {
    code: &'a str,
    title: &'a str,
    worst: Severity,
    severity: &'static str,
    reps: u32,
}

struct Chart {
    title: &'static str,
    svg: String,
}

struct Bar<'a> {
    row: &'a Frequent,
    percent: f64,
}

/// What a chart shows of a set, when it is known.
type Measure = fn(&SetRecord) -> Option<f64>;

struct AgreementRow<'a> {
    a: &'a Agreement,
    title: &'a str,
    precision: String,
    recall: String,
    kappa: String,
}

pub fn write(material: &Material, overview: &Overview, compared: &Compared) -> Result<()> {
    let groups = by_lifter(&overview.sets);
    let file = material.out.join("index.html");
    if overview.sets.len() <= many::WHOLE_MAX {
        let mut page = page(material, overview, &groups, "");
        let inline = overview.sets.len() <= INLINE_THUMBS_MAX;
        page.rows = overview.sets.iter().map(|set| row(set, overview, material.out, inline, compared)).collect();
        page.lifters = cards(&groups, &overview.lifters, material.out, "");
        return render(&page, &file);
    }
    let pages = many::pages(&overview.lifters);
    let last = |sets: &[&SetRecord]| sets.iter().filter_map(|s| s.score).next_back();
    let lifters = overview.lifters.iter().zip(&groups).zip(&pages).map(|((h, (_, sets)), page)| (h, last(sets), page.clone())).collect();
    let mut whole = page(material, overview, &groups, "");
    whole.data = Some(Data { overview, sets: overview.sets.iter().collect(), lifters, out: material.out, up: "" });
    render(&whole, &file)?;
    drop(whole);
    lifter_pages(material, overview, &groups, &pages)
}

/// A page for each lifter; those of lifters who are gone go.
fn lifter_pages(material: &Material, overview: &Overview, groups: &[Group], pages: &[PathBuf]) -> Result<()> {
    let folder = material.out.join(many::LIFTERS_FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
    for entry in std::fs::read_dir(&folder).map_err(|e| Error::io("look into", &folder, e))?.flatten() {
        let (name, own) = (entry.file_name(), entry.path().extension().is_some_and(|e| e == "html"));
        if own && !pages.iter().any(|p| p.file_name() == Some(&name)) {
            // An old page that stays is linked from nowhere.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    for ((history, group), place) in overview.lifters.iter().zip(groups).zip(pages) {
        let one = std::slice::from_ref(group);
        let mut page = page(material, overview, one, "../");
        page.title = history.lifter.as_deref().unwrap_or(UNNAMED);
        (page.frequent, page.failures, page.pending, page.notices, page.agreement) = (vec![], &[], &[], &[], vec![]);
        page.lifters = cards(one, std::slice::from_ref(history), material.out, "../");
        page.data = Some(Data { overview, sets: group.1.clone(), lifters: vec![], out: material.out, up: "../" });
        render(&page, &material.out.join(place))?;
    }
    Ok(())
}

/// What every page has; sets and lifters come in by one way or the other.
fn page<'a>(material: &Material, overview: &'a Overview, groups: &[Group<'a>], up: &'a str) -> Page<'a> {
    let most = overview.frequent.first().map_or(1, |f| f.sets).max(1);
    let sets = || groups.iter().flat_map(|(_, sets)| sets);
    let whole = up.is_empty();
    Page {
        style: STYLE,
        style_sha256: base64(&Sha256::digest(STYLE.as_bytes())),
        script: SCRIPT,
        script_sha256: base64(&Sha256::digest(SCRIPT.as_bytes())),
        version: env!("CARGO_PKG_VERSION"),
        notice: NOTICE,
        title: "Training overview",
        up,
        // On the whole a file under two names is two files; in a lifter's history it counts once.
        set_count: if whole { overview.sets.len() } else { sets().count() },
        lifter_count: groups.len(),
        reps: if whole { overview.sets.iter().map(|s| s.rep_count).sum() } else { sets().map(|s| s.rep_count).sum() },
        rows: vec![],
        data: None,
        lifters: vec![],
        charts: all_charts(groups, material.out, up),
        legend: legend(groups),
        frequent: overview.frequent.iter().take(8).map(|row| Bar { row, percent: f64::from(row.sets) / f64::from(most) * 100.0 }).collect(),
        failures: &overview.failures,
        pending: &overview.pending,
        notices: &overview.notices,
        agreement: overview.agreement.iter().map(|a| agreement(a, overview)).collect(),
    }
}

fn render(page: &Page, place: &Path) -> Result<()> {
    let mut problem = None;
    write_whole_by(place, |out| {
        let mut out = Utf8(out, None);
        if let Err(e) = page.render_into(&mut out) {
            problem = Some(e);
        }
        out.1.map_or(Ok(()), Err)
    })?;
    problem.map_or(Ok(()), |e| Err(Error::internal(format!("the overview cannot be rendered: {e}"))))
}

/// Lets the template write into a file; keeps the first fault of the disk.
struct Utf8<'a>(&'a mut dyn std::io::Write, Option<std::io::Error>);

impl std::fmt::Write for Utf8<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write_all(text.as_bytes()).map_err(|e| {
            self.1 = Some(e);
            std::fmt::Error
        })
    }
}

fn row<'a>(set: &'a SetRecord, overview: &'a Overview, out: &Path, inline: bool, compared: &Compared) -> Row<'a> {
    let score = set.score.map_or("–".into(), |score| words::score(score, set.score_sigma));
    let mut flags: Vec<Flag> = set
        .checks
        .iter()
        .filter(|c| c.severity > Severity::None)
        .map(|c| {
            let (code, worst, reps) = (&*c.code, c.severity, c.reps_flagged);
            Flag { code, title: overview.title(code), worst, severity: severity_name(worst), reps }
        })
        .collect();
    flags.sort_by_key(|f| std::cmp::Reverse(f.worst));
    // Folding one alone would save nothing.
    let shown = if flags.len() == FLAGS_SHOWN + 1 { flags.len() } else { FLAGS_SHOWN.min(flags.len()) };
    let more = flags.split_off(shown);
    let (folder, file) = set.name.rfind('/').map_or(("", set.name.as_str()), |at| set.name.split_at(at + 1));
    Row {
        link: report_link(set, out),
        of: set.number().map(|n| (n, recording_link(set, out))),
        compared: compared.get(&set.result).cloned(),
        folder,
        file,
        thumb: thumb(set, &out.join(&set.result), inline),
        date: set.facts.date.map_or("–".into(), |d| d.to_string()),
        load: set.facts.load_kg.map_or("–".into(), |kg| format!("{kg} kg")),
        load_key: key(set.facts.load_kg),
        score,
        score_key: key(set.score),
        score_class: tone(set),
        judged: if set.headline.reps_missed > 0 {
            format!("{} good, {} missed", set.headline.reps_good, set.headline.reps_missed)
        } else if set.rep_count == 0 {
            "no full rep".into()
        } else {
            format!("{:.0} % judged", 100.0 * set.coverage)
        },
        speed: set.mean_velocity_mps.map_or("–".into(), |v| words::measured(v, set.velocity_sigma_mps, "m/s")),
        speed_key: key(set.mean_velocity_mps),
        variant: set.variant.name(),
        more,
        flags_key: set.checks.iter().map(|c| c.severity as u32 * c.severity as u32).sum(),
        flags,
        fault: set.fault.as_deref().unwrap_or_default(),
        cue: set.top.as_ref().map_or("", |t| t.2.as_str()),
        set,
    }
}

/// The page of the recording that a set lies in, where it was written.
fn recording_link(set: &SetRecord, out: &Path) -> String {
    let folder = set.result.parent().unwrap_or(Path::new(""));
    let page = folder.join(PAGE_FILE);
    href(&if out.join(&page).is_file() { page } else { folder.join(RECORDING_FILE) })
}

/// The colour follows the headline, which the worst finding caps; by the score's band in a report that has none.
fn tone(set: &SetRecord) -> &'static str {
    match (set.headline.level, set.score) {
        (Some(Level::MatchesGuide), _) => "good",
        (Some(Level::SmallPoints), _) => "fair",
        (Some(Level::FixFirst), _) => "weak",
        (Some(Level::Rebuild), _) => "poor",
        (None, Some(score)) if set.headline.text.is_empty() => band(score),
        (None, _) => "none",
    }
}

/// SPEC 11.2's bands.
fn band(score: f64) -> &'static str {
    match score {
        s if s >= 90.0 => "good",
        s if s >= 75.0 => "fair",
        s if s >= 60.0 => "weak",
        _ => "poor",
    }
}

/// What is not known sorts last.
fn key(value: Option<f64>) -> String {
    value.map_or(String::new(), |v| v.to_string())
}

fn thumb(set: &SetRecord, folder: &Path, inline: bool) -> Thumb {
    let file = folder.join(THUMB_FILE);
    if !inline {
        return if file.is_file() { Thumb::Linked(href(&set.result.join(THUMB_FILE))) } else { Thumb::None };
    }
    // Written by this program out of numbers alone; anything else in its place is not let in.
    let own =
        |text: &String| text.starts_with("<svg ") && !text.contains("<script") && !text.contains("<foreignObject") && !text.contains(" on");
    std::fs::read_to_string(file).ok().filter(own).map_or(Thumb::None, Thumb::Inline)
}

/// Lifters with something to draw, and their colours.
fn legend(groups: &[Group]) -> Vec<(usize, String)> {
    let drawn =
        |s: &&SetRecord| (s.score.is_some() || s.mean_velocity_mps.is_some()) && (s.facts.date.is_some() || s.facts.load_kg.is_some());
    let known = groups.iter().enumerate().take(charts::COLOURS).filter(|(_, (_, sets))| sets.iter().any(drawn));
    known.map(|(i, (lifter, _))| (i, lifter.unwrap_or(UNNAMED).to_owned())).collect()
}

fn all_charts(groups: &[Group], out: &Path, up: &str) -> Vec<Chart> {
    let draw = |title, along, digits, y: Measure| {
        let x = |s: &SetRecord| match along {
            Along::Days => s.facts.date.map(|d| d.number() as f64),
            Along::Kilograms => s.facts.load_kg,
        };
        let one = |(colour, (_, sets)): (usize, &Group)| {
            let points = sets.iter().filter_map(|s| Some(point(s, x(s)?, y(s)?, digits, out, up)));
            Series { points: points.collect(), colour }
        };
        let series: Vec<Series> = groups.iter().enumerate().map(one).collect();
        charts::scatter(&series, along, digits).map(|svg| Chart { title, svg })
    };
    let (score, speed): (Measure, Measure) = (|s| s.score, |s| s.mean_velocity_mps);
    let drawn = [
        draw("Form score over time", Along::Days, 0, score),
        draw("Form score against load", Along::Kilograms, 0, score),
        draw("Bar speed over time (mean, fastest repetition, m/s)", Along::Days, 2, speed),
    ];
    drawn.into_iter().flatten().collect()
}

fn agreement<'a>(a: &'a Agreement, overview: &'a Overview) -> AgreementRow<'a> {
    let share = |v: Option<f64>| v.map_or("–".into(), |v| format!("{v:.2}"));
    AgreementRow { a, title: overview.title(&a.code), precision: share(a.precision), recall: share(a.recall), kappa: share(a.kappa) }
}
