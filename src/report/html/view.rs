//! What the page says first, ready for the template: the set in words.

use super::rep::{fine, is_example, plain_text};
use super::seek::{Links, Seek, moment};
use crate::patterns::Level;
use crate::report::{Report, praise, words};

pub struct Score {
    pub text: String,
    pub sigma: Option<String>,
    /// Places on the scale, %.
    pub value: String,
    pub from: String,
    pub width: String,
}

impl Score {
    pub fn of(report: &Report) -> Option<Score> {
        let score = report.set.score?;
        let sigma = report.set.score_sigma.unwrap_or(0.0);
        let (from, to) = ((score - sigma).clamp(0.0, 100.0), (score + sigma).clamp(0.0, 100.0));
        Some(Score {
            text: format!("{score:.0}"),
            sigma: words::points(report.set.score_sigma),
            value: format!("{:.1}", score.clamp(0.0, 100.0)),
            from: format!("{from:.1}"),
            width: format!("{:.1}", to - from),
        })
    }
}

pub fn headline(report: &Report) -> String {
    match (report.set.headline.text.is_empty(), &report.set.band) {
        (false, _) => report.set.headline.text.clone(),
        // A report of the first version: only the band.
        (true, Some(band)) => words::sentence(band),
        (true, None) => "No verdict".into(),
    }
}

/// The page's colour: that of the words.
pub fn tone(report: &Report) -> &'static str {
    tone_of(report.set.headline.level)
}

/// Class of a level: its colour.
pub fn tone_of(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::MatchesGuide) => "good",
        Some(Level::SmallPoints) => "fair",
        Some(Level::FixFirst) => "weak",
        Some(Level::Rebuild) => "poor",
        None => "none",
    }
}

pub fn about(report: &Report) -> String {
    if report.reps.is_empty() {
        return format!("{} · {}", words::sentence(&words::views(report)), words::time(report.video.duration_s));
    }
    let reps = words::made(report);
    let view = words::views(report);
    let duration = words::time(report.video.duration_s);
    format!("{} · {reps} · {view} · {duration}", words::sentence(&words::lift(&report.variant)))
}

pub fn coverage(report: &Report) -> String {
    let share = format!("{} of what matters could be judged", words::percent(report.set.coverage));
    match (report.set.score, report.pain.is_some()) {
        (None, false) => format!("{share}; a score needs more."),
        _ => format!("{share}."),
    }
}

/// What to do before and at the next film, in whole sentences.
pub fn next(report: &Report) -> Vec<String> {
    words::missed(report).map(str::to_owned).into_iter().chain(crate::report::unjudged::film_again(report)).collect()
}

pub struct Cue {
    pub text: String,
    pub title: String,
    pub reps: String,
    /// What it cost the set.
    pub gain: Option<String>,
    pub seek: Option<Seek>,
}

pub fn cues(report: &Report, links: &Links) -> Vec<Cue> {
    report
        .set
        .top_findings
        .iter()
        .take(2)
        .map(|finding| {
            let worst = finding.reps.iter().filter_map(|r| report.rep(*r)?.checks.iter().find(|c| c.code == finding.code));
            let worst = worst.max_by(|a, b| a.severity.cmp(&b.severity).then(a.deduction.total_cmp(&b.deduction)));
            Cue {
                text: words::sentence(&finding.cue),
                title: words::unbroken(&words::named(report, finding)),
                reps: words::places(finding),
                gain: words::gain(report, finding),
                seek: links.seek(worst.and_then(moment)),
            }
        })
        .collect()
}

pub fn good(report: &Report) -> (&'static str, String) {
    let parts = praise::of_set(report, 3);
    let head = if praise::well_done(report) { "Well done" } else { "What went well" };
    let example = |b: &u32| report.rep(*b).is_some_and(is_example);
    let best = report.set.best_rep.filter(|b| report.set.rep_count > 1 && !report.set.top_findings.is_empty() && example(b));
    let best = best.map_or(String::new(), |b| format!(" Rep {b} was your best: look at it again."));
    (head, if parts.is_empty() { best.trim().to_owned() } else { format!("{}.{best}", words::sentence(&praise::list(&parts))) })
}

/// The one thing that is close to its limit.
pub struct Watch {
    pub rep: u32,
    pub text: String,
    pub fine: String,
    pub seek: Option<Seek>,
}

pub fn watch(report: &Report, links: &Links) -> Option<Watch> {
    let (rep, check) = report.watch()?;
    let text = plain_text(rep, check);
    let fine = fine(check, words::tells(check, &text));
    Some(Watch { rep: rep.index, text: words::unbroken(&text), fine, seek: links.seek(moment(check)) })
}

/// Load and loss of speed, where they are known.
pub fn effort(report: &Report) -> Option<String> {
    let parts = words::effort(report);
    (!parts.is_empty()).then(|| parts.join(" · "))
}
