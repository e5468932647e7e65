//! What the page says, ready for the template: the report in words.

use super::link::VideoLink;
use crate::files::{base64, url_escape};
use crate::patterns::{Level, Severity, Status};
use crate::report::charts::{PathPicture, Place};
use crate::report::{CheckPart, ChecklistItem, RepPart, Report, Seen, Still, praise, unjudged as groups, words};
use crate::reps::RepKind;
use crate::signals::Facing;
use std::collections::HashMap;

/// A jump into the video.
#[derive(Debug, Clone)]
pub struct Seek {
    pub href: String,
    pub t: String,
}

/// Where a time leads: into the file beside the page, or to the player in it.
pub struct Links {
    target: Option<String>,
}

impl Links {
    pub fn new(video: Option<&VideoLink>) -> Links {
        Links {
            target: video.map(|v| match v {
                VideoLink::Embedded { .. } => "#video".to_owned(),
                VideoLink::Beside { file_name } => url_escape(file_name),
            }),
        }
    }

    pub fn seek(&self, time_s: Option<f64>) -> Option<Seek> {
        let (target, t) = (self.target.as_ref()?, format!("{:.3}", time_s?.max(0.0)));
        // A media fragment: the file opens at that time even without script.
        let href = if target.starts_with('#') { target.clone() } else { format!("{target}#t={t}") };
        Some(Seek { href, t })
    }

    /// To where a finding marked in a chart is seen best.
    pub fn to(&self, place: &Place) -> Option<Seek> {
        self.seek(Some(place.at_s))
    }
}

pub struct Video {
    pub src: String,
    pub link: Option<String>,
    pub name: String,
}

impl Video {
    pub fn of(video: &VideoLink) -> Video {
        match video {
            VideoLink::Embedded { mime, bytes } => {
                Video { src: format!("data:{mime};base64,{}", base64(bytes)), link: None, name: String::new() }
            }
            VideoLink::Beside { file_name } => {
                Video { src: url_escape(file_name), link: Some(url_escape(file_name)), name: file_name.clone() }
            }
        }
    }
}

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
            sigma: report.set.score_sigma.map(|s| format!("{s:.0}")),
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
    match report.set.headline.level {
        Some(Level::MatchesGuide) => "good",
        Some(Level::SmallPoints) => "fair",
        Some(Level::FixFirst) => "weak",
        Some(Level::Rebuild) => "poor",
        None => "none",
    }
}

pub fn about(report: &Report) -> String {
    let assumed = if report.variant.assumed { " (assumed)" } else { "" };
    let reps = words::made(report);
    let view = words::view(report.camera.view);
    let duration = words::time(report.video.duration_s);
    format!("{}{assumed} · {reps} · {view} · {duration}", words::sentence(words::variant(report.variant.name)))
}

pub fn coverage(report: &Report) -> String {
    let share = format!("{:.0} % of what matters could be judged", 100.0 * report.set.coverage);
    match (report.set.score, report.pain.is_some()) {
        (None, false) => format!("{share}; a score needs more."),
        _ => format!("{share}."),
    }
}

pub struct Cue {
    pub text: String,
    pub title: String,
    pub reps: String,
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
                title: words::named(report, finding),
                reps: words::reps(&finding.reps),
                seek: links.seek(worst.and_then(moment)),
            }
        })
        .collect()
}

/// When a finding is seen best.
fn moment(check: &CheckPart) -> Option<f64> {
    check.frame_time_s.or(check.window_s.map(|w| w[0]))
}

pub fn good(report: &Report) -> (&'static str, String) {
    let parts = praise::of_set(report, 3);
    let head = if praise::well_done(report) { "Well done" } else { "What went well" };
    let best = report.set.best_rep.filter(|_| report.set.rep_count > 1 && !report.set.top_findings.is_empty());
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
    Some(Watch { rep: rep.index, text: plain_text(rep, check), fine: fine(check, true), seek: links.seek(moment(check)) })
}

pub fn path_hint(report: &Report) -> &'static str {
    match report.camera.facing {
        Some(Facing::Left | Facing::Right) => "Forward is right. Solid: up, dashed: down, dotted: straight up, ring: at the knee.",
        None => "Solid: up, dashed: down, dotted: straight up, ring: at the knee.",
    }
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

/// A picture in the page.
#[derive(Debug, Clone)]
pub struct Picture {
    pub src: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
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
            Picture { src, alt: still.alt.clone(), width: still.width_px, height: still.height_px },
        );
    }
    taken
}

pub struct Rep {
    pub index: u32,
    pub kind: Option<&'static str>,
    pub score: Option<String>,
    pub coverage: String,
    pub best: bool,
    pub span: Option<(String, String)>,
    pub seek: Option<Seek>,
    pub metrics: Vec<(&'static str, String)>,
    pub flags: Vec<Flag>,
    pub watch: Option<Flag>,
    pub good: String,
    pub checks: Vec<Row>,
}

pub struct Flag {
    pub title: String,
    pub severity: &'static str,
    pub word: &'static str,
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
const METRICS: [(&str, &str, &str); 6] = [
    ("rom_cm", "Travel", "cm"),
    ("concentric_s", "Up", "s"),
    ("eccentric_s", "Down", "s"),
    ("mean_velocity_mps", "Mean speed", "m/s"),
    ("peak_velocity_mps", "Peak speed", "m/s"),
    ("bar_drift_cm", "Drift forward", "cm"),
];

/// The error of a metric: told beside it, or that of the check that measures it.
fn sigma_of(rep: &RepPart, name: &str) -> Option<f64> {
    let check = rep.checks.iter().find(|c| c.measure.as_deref() == Some(name));
    rep.metric(&format!("{name}_sigma")).or_else(|| check?.sigma)
}

/// Load and loss of speed, where they are known.
pub fn effort(report: &Report) -> Option<String> {
    let parts = words::effort(report);
    (!parts.is_empty()).then(|| parts.join(" · "))
}

pub fn reps(report: &Report, links: &Links, pictures: &HashMap<(u32, String), Picture>) -> Vec<Rep> {
    report.reps.iter().map(|rep| rep_view(report, rep, links, pictures)).collect()
}

fn rep_view(report: &Report, rep: &RepPart, links: &Links, pictures: &HashMap<(u32, String), Picture>) -> Rep {
    let picture = |check: &CheckPart| pictures.get(&(rep.index, check.code.clone())).cloned();
    let praise = praise::of_rep(rep, 2);
    let watch = report.watch().filter(|(r, _)| r.index == rep.index).map(|(_, check)| flag(rep, check, links, None));
    let flags: Vec<Flag> = rep.flags().into_iter().map(|check| flag(rep, check, links, picture(check))).collect();
    let good = match (praise.is_empty(), flags.is_empty()) {
        (true, _) => String::new(),
        (false, true) if rep.score.is_some() && watch.is_none() => format!("A good rep: {}.", praise::list(&praise)),
        (false, _) => format!("Good: {}.", praise::list(&praise)),
    };
    Rep {
        index: rep.index,
        kind: (rep.kind != RepKind::Full).then(|| words::kind(rep.kind)),
        score: rep.score.map(|s| format!("{s:.0}")),
        coverage: format!("{:.0} % judged", 100.0 * rep.coverage),
        best: report.set.best_rep == Some(rep.index) && report.set.rep_count > 1,
        span: rep.span_s().map(|[from, to]| (format!("{from:.3}"), format!("{to:.3}"))),
        seek: links.seek(rep.span_s().map(|s| s[0])),
        metrics: METRICS
            .iter()
            .filter_map(|(name, label, unit)| Some((*label, words::measured(rep.metric(name)?, sigma_of(rep, name), unit))))
            .collect(),
        flags,
        watch,
        good,
        checks: rep.checks.iter().map(row).collect(),
    }
}

fn flag(rep: &RepPart, check: &CheckPart, links: &Links, still: Option<Picture>) -> Flag {
    let text = plain_text(rep, check);
    let said = check.value.is_some_and(|v| {
        let number = words::quantity(v.abs(), &check.unit);
        let number = number.trim_start_matches("≈ ").split(['°', ' ']).next().unwrap_or_default().to_owned();
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|word| word.trim_end_matches('.') == number)
    });
    Flag {
        title: words::sentence(&check.named()),
        severity: words::severity(check.severity),
        word: words::state(check),
        text,
        cue: check.cue.clone(),
        fine: fine(check, said),
        seek: links.seek(moment(check)),
        still,
    }
}

/// Limit, confidence and moment of a finding, and its number where the sentence does not carry it. Each part stays on one line.
fn fine(check: &CheckPart, said: bool) -> String {
    let mut fine = vec![];
    fine.extend(check.value.filter(|_| !said).map(|v| format!("measured {}", words::measured(v, check.sigma, &check.unit))));
    fine.extend(check.threshold.map(|t| format!("limit {}", words::quantity(t[0], &check.unit))));
    fine.extend(check.confidence.map(|c| format!("confidence {}", words::confidence(c))));
    fine.extend(moment(check).map(|t| format!("at {}", words::time(t))));
    fine.iter().map(|part| part.replace(' ', "\u{a0}")).collect::<Vec<_>>().join(" · ")
}

/// The card already says which rep it is, and the cue stands on its own line.
fn plain_text(rep: &RepPart, check: &CheckPart) -> String {
    let text = check.text.strip_prefix(&format!("Rep {}: ", rep.index)).unwrap_or(&check.text);
    let text = text.split(" Cue: ").next().unwrap_or(text);
    // The severity stands beside the title.
    let text = match text.trim_end().rsplit_once(&format!(" ({})", words::severity(check.severity))) {
        Some((head, "." | "")) => format!("{head}."),
        _ => text.replace(" (borderline: watch it)", ""),
    };
    words::sentence(&text)
}

fn row(check: &CheckPart) -> Row {
    let flagged = check.status == Status::Flag;
    let state = match (check.status, check.reason) {
        (Status::NotAssessable | Status::NotApplicable, Some(reason)) => crate::report::reasons::explain(reason).why.to_owned(),
        _ => words::state(check).to_owned(),
    };
    Row {
        code: check.code.clone(),
        title: check.title.clone(),
        measured: check.value.map_or("–".into(), |v| words::measured(v, check.sigma, &check.unit)),
        limit: check.threshold.map_or("–".into(), |t| words::quantity(t[0], &check.unit)),
        class: match check.severity {
            severity if flagged && severity != Severity::None => format!("flagged {}", words::severity(severity)),
            _ => "quiet".into(),
        },
        state,
        confidence: check.confidence.map_or("–", words::confidence),
    }
}

pub struct Item {
    pub class: &'static str,
    pub mark: &'static str,
    pub said: &'static str,
    pub text: String,
    pub note: String,
}

impl Item {
    pub fn of(item: &ChecklistItem) -> Item {
        let (class, mark, said) = match item.seen {
            Seen::Yes => ("yes", "✓", "seen"),
            Seen::No => ("no", "✗", "not as it should be"),
            Seen::CannotBeSeen => ("unseen", "?", "cannot be seen, check yourself"),
        };
        // The group's title says it for all.
        let note = item.note.trim_start_matches("cannot be seen on video: ").trim_end_matches(" - check yourself").to_owned();
        Item { class, mark, said, text: item.item.clone(), note }
    }
}

/// What was seen, and what the lifter must see to.
pub struct ItemGroup {
    pub title: &'static str,
    pub items: Vec<Item>,
}

pub fn checklist(report: &Report) -> Vec<ItemGroup> {
    let (unseen, seen): (Vec<&ChecklistItem>, Vec<&ChecklistItem>) =
        report.checklist.iter().partition(|item| item.seen == Seen::CannotBeSeen);
    let group = |title, items: Vec<&ChecklistItem>| ItemGroup { title, items: items.into_iter().map(Item::of).collect() };
    let groups = [group("Seen in this video", seen), group("For you to check", unseen)];
    groups.into_iter().filter(|g| !g.items.is_empty()).collect()
}

pub struct Unjudged {
    pub titles: String,
    pub why: String,
    pub film: &'static str,
    pub code: String,
}

pub fn unjudged(report: &Report) -> Vec<Unjudged> {
    groups::groups(report)
        .into_iter()
        .map(|g| Unjudged {
            titles: words::titles(&g.titles),
            why: words::sentence(g.why) + ".",
            film: g.film_better,
            code: g.reason.code(),
        })
        .collect()
}

/// A blank line parts paragraphs.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

pub fn limits(report: &Report) -> Vec<String> {
    let mut limits = vec![
        "A finding is shown when it is at least 80 % likely to be beyond its limit; “watch it” from 50 %. What could not be seen takes no points and earns none.".to_owned(),
        "Near joints behind the plate are guesses and are not measured with. The shape of your back is read from your outline; it is not the angle of your spine.".to_owned(),
    ];
    if report.variant.assumed {
        limits.push(format!("The kind of lift was assumed ({}); say it with --variant.", words::variant(report.variant.name)));
    }
    if report.camera.roll_source == "assumed" {
        limits.push("The camera was assumed level to within 2°: a tilted picture looks like a drifting bar.".to_owned());
    }
    limits
}

pub fn provenance(report: &Report) -> Vec<(&'static str, String)> {
    let (p, video, camera) = (&report.provenance, &report.video, &report.camera);
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let rate = if video.variable_frame_rate { "frames/s on average, variable" } else { "frames/s" };
    let yaw = camera.yaw_deg.map_or(String::new(), |y| format!(", turned {}", words::measured(y, camera.yaw_sigma_deg, "°")));
    let scale = report.scale.plate_px_per_cm.map_or("none".into(), |s| format!("{s:.2} px/cm at the plate ({})", report.scale.source));
    vec![
        ("Video", format!("{} × {} px, {} frames, {:.2} {rate}", video.width_px, video.height_px, video.frames, video.mean_fps)),
        ("File", format!("{} (sha256 {}…)", p.video.file_name, short(&p.video.sha256))),
        (
            "Camera",
            format!(
                "{}{yaw}; roll {} ({}){}",
                words::view(camera.view),
                words::measured(camera.roll_deg, Some(camera.roll_sigma_deg), "°"),
                camera.roll_source,
                if camera.moving { "; moving" } else { "" }
            ),
        ),
        ("Scale", scale),
        (
            "Lifter",
            format!(
                "{}; {}",
                report.lifter.chosen_by,
                words::count(report.lifter.persons_seen as usize, "person").replace("persons", "people")
            ),
        ),
        (
            "Program",
            format!(
                "formcheck {}, model {} ({}…), configuration {}…",
                p.program_version,
                p.model.name,
                short(&p.model.sha256),
                short(&p.config_sha256)
            ),
        ),
    ]
}
