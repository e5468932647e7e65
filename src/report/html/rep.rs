//! One repetition's card.

use super::seek::{Links, Seek, moment};
use crate::files::base64;
use crate::patterns::metric::{CONCENTRIC_S, ECCENTRIC_S, MEAN_VELOCITY_MPS, Metric, PEAK_VELOCITY_MPS, ROM_CM};
use crate::patterns::{BAR_DRIFT_CM, FAULT_AT_MOST, Severity, Status};
use crate::report::{CheckPart, RepPart, Report, Still, praise, reasons, words};
use crate::reps::RepKind;
use std::collections::HashMap;

/// A picture in the page.
#[derive(Debug, Clone)]
pub struct Picture {
    pub src: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    /// What its lines are.
    pub legend: String,
}

/// Stills by rep and code, as many as the page may weigh, in the order given.
pub fn pictures(stills: &[Still], most_bytes: usize) -> HashMap<(u32, String), Picture> {
    let mut weight = 0;
    let mut taken = HashMap::new();
    for still in stills {
        let src = format!("data:image/jpeg;base64,{}", base64(&still.jpeg));
        if weight + src.len() > most_bytes {
            continue;
        }
        weight += src.len();
        taken.insert(
            (still.rep, still.code.clone()),
            Picture { src, alt: still.alt.clone(), width: still.width_px, height: still.height_px, legend: still.legend.clone() },
        );
    }
    taken
}

pub struct Rep {
    pub index: u32,
    pub kind: Option<&'static str>,
    pub score: Option<String>,
    pub score_sigma: Option<String>,
    pub coverage: String,
    pub best: bool,
    pub span: Option<(String, String)>,
    pub seek: Option<Seek>,
    pub metrics: Vec<(&'static str, String)>,
    pub flags: Vec<Flag>,
    pub watch: Option<Flag>,
    pub good: String,
    /// In place of all that: nothing was found, measured or praised.
    pub empty: Option<&'static str>,
    pub checks: Vec<Row>,
}

pub struct Flag {
    pub title: String,
    pub severity: &'static str,
    pub word: String,
    pub text: String,
    pub cue: Option<String>,
    pub fine: String,
    pub seek: Option<Seek>,
    pub still: Option<Picture>,
}

pub struct Row {
    pub code: String,
    pub title: String,
    pub measured: String,
    pub limit: String,
    pub state: String,
    pub class: String,
    pub confidence: &'static str,
}

/// Numbers worth a place on the card: metric, label, unit.
const METRICS: [(Metric, &str, &str); 6] = [
    (ROM_CM, "Travel", "cm"),
    (CONCENTRIC_S, "Up", "s"),
    (ECCENTRIC_S, "Down", "s"),
    (MEAN_VELOCITY_MPS, "Mean speed", "m/s"),
    (PEAK_VELOCITY_MPS, "Peak speed", "m/s"),
    (BAR_DRIFT_CM, "Drift", "cm"),
];

/// State of a borderline check in the table.
const CLOSE: &str = "close to the limit";

/// The error of a metric: told beside it, or that of the check that measures it.
fn sigma_of(rep: &RepPart, name: &str) -> Option<f64> {
    let check = rep.checks.iter().find(|c| c.measure.as_deref() == Some(name));
    rep.metric(&format!("{name}_sigma")).or_else(|| check?.sigma)
}

pub fn reps(report: &Report, links: &Links, pictures: &HashMap<(u32, String), Picture>) -> Vec<Rep> {
    report.reps.iter().map(|rep| rep_view(report, rep, links, pictures)).collect()
}

/// A rep in which something was found, or came close to it, is no example, best or not.
pub fn is_example(rep: &RepPart) -> bool {
    rep.with_status(Status::Flag).chain(rep.with_status(Status::Borderline)).next().is_none()
}

/// Of a rep without a finding or praise.
fn nothing(rep: &RepPart) -> &'static str {
    match (rep.kind, rep.score) {
        (RepKind::Failed, _) => "Not locked out; no other fault was seen.",
        (RepKind::Partial, _) if rep.coverage <= 0.0 => "Cut off by the clip; nothing could be judged.",
        (RepKind::Partial, _) => "Cut off by the clip; no fault was seen in what there is.",
        (RepKind::Full, Some(_)) => "Nothing seen that needs work.",
        (RepKind::Full, None) if rep.coverage <= 0.0 => "Nothing could be judged.",
        (RepKind::Full, None) => "No fault seen, but little could be judged.",
    }
}

fn rep_view(report: &Report, rep: &RepPart, links: &Links, pictures: &HashMap<(u32, String), Picture>) -> Rep {
    let picture = |check: &CheckPart| pictures.get(&(rep.index, check.code.clone())).cloned();
    let praise = praise::of_rep(rep, 2);
    let watch = report.watch().filter(|(r, _)| r.index == rep.index).map(|(_, check)| flag(rep, check, links, None));
    let flags: Vec<Flag> = rep.flags().into_iter().map(|check| flag(rep, check, links, picture(check))).collect();
    let good = match (praise.is_empty(), flags.is_empty()) {
        (true, _) => String::new(),
        (false, true) if rep.score.is_some() && is_example(rep) => format!("A good rep: {}.", praise::list(&praise)),
        (false, _) => format!("Good: {}.", praise::list(&praise)),
    };
    let metrics: Vec<(&'static str, String)> = METRICS
        .iter()
        .filter_map(|(metric, label, unit)| Some((*label, words::measured(rep.metric(metric.name)?, sigma_of(rep, metric.name), unit))))
        .collect();
    let bare = flags.is_empty() && watch.is_none() && good.is_empty();
    Rep {
        index: rep.index,
        kind: (rep.kind != RepKind::Full).then(|| words::kind(rep.kind)),
        score: rep.score.map(|s| format!("{s:.0}")),
        score_sigma: words::points(rep.score_sigma),
        coverage: format!("{} judged", words::percent(rep.coverage)),
        best: report.set.best_rep == Some(rep.index) && report.set.rep_count > 1 && is_example(rep),
        span: rep.span_s().map(|[from, to]| (format!("{from:.3}"), format!("{to:.3}"))),
        seek: links.seek(rep.span_s().map(|s| s[0])),
        metrics,
        flags,
        watch,
        good,
        empty: bare.then_some(nothing(rep)),
        checks: rep.checks.iter().map(|check| row(rep, check)).collect(),
    }
}

fn flag(rep: &RepPart, check: &CheckPart, links: &Links, still: Option<Picture>) -> Flag {
    let text = plain_text(rep, check);
    let said = words::tells(check, &text);
    Flag {
        title: words::unbroken(&words::sentence(&check.named())),
        severity: words::severity(check.severity),
        word: if check.status == Status::Flag { words::graded(check) } else { words::state(check).to_owned() },
        text: words::unbroken(&text),
        cue: check.cue.clone(),
        fine: fine(check, said),
        seek: links.seek(moment(check)),
        still,
    }
}

/// Limit, confidence, cost and moment of a finding, and its number where the sentence does not carry it. Each part stays on one line.
pub fn fine(check: &CheckPart, said: bool) -> String {
    let mut fine = vec![];
    // A bare number that no sentence explains says nothing to a person; the table of measurements has it.
    let bare = !said && matches!(check.unit.as_str(), "ratio" | "");
    fine.extend(check.value.filter(|_| !said && !bare).map(|v| format!("measured {}", words::measured(v, check.sigma, &check.unit))));
    fine.extend(check.threshold.filter(|_| !bare).map(|t| limits(t, &check.unit)));
    fine.extend(check.outweighed().then(|| words::OUTWEIGHED.to_owned()));
    fine.extend(check.confidence.map(|c| format!("confidence {}", words::confidence(c))));
    fine.extend((check.deduction >= 0.5).then(|| format!("cost {}", words::count(check.deduction.round() as usize, "point"))));
    fine.extend(moment(check).map(|t| format!("at {}", words::time(t))));
    words::sentence(&fine.iter().map(|part| part.replace(' ', "\u{a0}")).collect::<Vec<_>>().join(" · "))
}

/// "limit 15°, moderate from 20°, severe from 30°": a number at a step explains the word beside it.
fn limits([mild, moderate, severe]: [f64; 3], unit: &str) -> String {
    let mut said = format!("limit {}", words::quantity(mild, unit));
    for (word, step, below) in [(Severity::Moderate, moderate, mild), (Severity::Severe, severe, moderate)] {
        if step != below {
            said += &format!(", {} from {}", words::severity(word), words::quantity(step, unit));
        }
    }
    said
}

/// The card already says which rep it is, and the cue stands on its own line.
pub fn plain_text(rep: &RepPart, check: &CheckPart) -> String {
    let text = check.text.strip_prefix(&format!("Rep {}: ", rep.index)).unwrap_or(&check.text);
    let text = text.split(" Cue: ").next().unwrap_or(text);
    // The severity stands beside the title.
    let text = match text.trim_end().rsplit_once(&format!(" ({})", words::severity(check.severity))) {
        Some((head, "." | "")) => format!("{head}."),
        _ => text.replace(" (borderline: watch it)", ""),
    };
    words::sentence(&text)
}

fn row(rep: &RepPart, check: &CheckPart) -> Row {
    let flagged = check.status == Status::Flag;
    let told = rep.flags().iter().any(|flag| flag.code == check.code);
    let state = match (check.status, check.reason) {
        // The trunk that gives at lift-off is part of the change of the back (SPEC 6.5).
        (Status::Flag, _) if !told => format!("{}, told as rounded back", words::state(check)),
        (Status::NotAssessable | Status::NotApplicable, Some(reason)) => reasons::explain(reason).why.to_owned(),
        // One of a set is told as "watch it"; in the table each is what it is.
        (Status::Borderline, _) if check.outweighed() => format!("{CLOSE}: {}", words::OUTWEIGHED),
        (Status::Borderline, _) => CLOSE.to_owned(),
        _ if check.outweighed() => format!("{}: {}", words::state(check), words::OUTWEIGHED),
        // As the checklist has it, which ticks nothing that may well be a fault.
        (Status::Ok, _) if check.p_flag.is_some_and(|p| p > FAULT_AT_MOST) => format!("probably {}", words::state(check)),
        _ => words::state(check).to_owned(),
    };
    Row {
        code: check.code.clone(),
        title: check.title.clone(),
        measured: check.value.map_or("–".into(), |v| words::measured(v, check.sigma, &check.unit)),
        limit: check.threshold.map_or("–".into(), |t| {
            format!("{} {}", if check.falls() { "at least" } else { "at most" }, words::quantity(t[0], &check.unit))
        }),
        class: match check.severity {
            severity if flagged && severity != Severity::None => format!("flagged {}", words::severity(severity)),
            _ => "quiet".into(),
        },
        state,
        confidence: check.confidence.map_or("–", words::confidence),
    }
}
