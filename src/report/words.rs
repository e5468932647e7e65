//! How numbers and states are said to people, in one place for every form of the report.

pub use super::letters::{clean, lower, unbroken};
use crate::config::Config;
pub(crate) use crate::patterns::rep_list as reps;
use crate::patterns::{Level, MEDIUM, Severity, Status, decides};
use crate::report::{CheckPart, Finding, RepPart, Report, VariantPart};
use crate::reps::{RepKind, Style, Variant};
use crate::signals::View;

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::None => "none",
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    }
}

/// The severity of a finding; one that may as well be nothing says so (SPEC 11.1: low confidence).
pub fn graded(check: &CheckPart) -> String {
    let unsure = check.confidence.is_some_and(|c| c < MEDIUM);
    format!("{}{}", severity(check.severity), if unsure { ", unsure" } else { "" })
}

/// The state of a check in a word: the severity when flagged.
pub fn state(check: &CheckPart) -> &'static str {
    match check.status {
        Status::Ok => "fine",
        Status::Borderline => "watch it",
        Status::Flag => severity(check.severity),
        Status::NotAssessable => "cannot be judged",
        Status::NotApplicable => "does not apply",
    }
}

/// Confidence from which it is called so (SPEC 11.1); medium from [`MEDIUM`], low below.
const HIGH: f64 = 0.75;

pub fn confidence(confidence: f64) -> &'static str {
    match confidence {
        c if c >= HIGH => "high",
        c if c >= MEDIUM => "medium",
        _ => "low",
    }
}

pub fn kind(kind: RepKind) -> &'static str {
    match kind {
        RepKind::Full => "full",
        RepKind::Partial => "cut off by the clip",
        RepKind::Failed => "not locked out",
    }
}

pub fn variant(variant: Variant) -> &'static str {
    match variant {
        Variant::Conventional => "conventional deadlift",
        Variant::Sumo => "sumo deadlift",
        Variant::Romanian => "Romanian deadlift",
        Variant::Unknown => "deadlift",
    }
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Conventional => "conventional deadlift",
        Style::Sumo => "sumo deadlift",
        Style::Romanian => "Romanian deadlift",
        Style::TrapBar => "trap bar deadlift",
        Style::BlockPull => "block pull",
        Style::Kettlebell => "kettlebell deadlift",
    }
}

/// Below this a style is only probable; below half it is one of two.
const SURE: f64 = 0.7;

/// What was lifted, as surely as it is known: "sumo deadlift", "probably sumo deadlift".
pub fn lift(part: &VariantPart) -> String {
    match &part.likely[..] {
        _ if !part.assumed => variant(part.name).into(),
        [first, second, ..] if first.probability < 0.5 => format!("{} or {}, hard to tell", style(first.style), style(second.style)),
        [first, ..] if first.probability < SURE => format!("probably {}", style(first.style)),
        [first, ..] => format!("{} (assumed)", style(first.style)),
        [] => format!("{} (assumed)", variant(part.name)),
    }
}

/// What was taken for granted: "conventional deadlift, 82 % likely".
pub fn guessed(part: &VariantPart) -> String {
    let first = part.likely.first();
    first.map_or_else(|| variant(part.name).into(), |l| format!("{}, {} likely", style(l.style), percent(l.probability)))
}

/// SPEC 11.2's wording of the bands of a set's score.
pub fn band(level: Level) -> &'static str {
    match level {
        Level::MatchesGuide => "matches the guide",
        Level::SmallPoints => "small points",
        Level::FixFirst => "fix before adding weight",
        Level::Rebuild => "reduce the load and rebuild",
    }
}

/// A state as the report spells it, where that is a word for people as well.
pub fn spelt(state: impl serde::Serialize) -> String {
    serde_json::to_value(state).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub fn view(view: View) -> &'static str {
    match view {
        View::Side => "side view",
        View::Oblique => "view from an angle",
        View::Front => "front view",
        View::Rear => "rear view",
        View::Unknown => "unknown view",
    }
}

/// From where a set was filmed: "side view", "side view and front view".
pub fn views(report: &Report) -> String {
    let own = view(report.camera.view);
    report.front.as_ref().map_or_else(|| own.into(), |f| format!("{own} and {}", view(f.view)))
}

/// "4.2 s", from a minute on "1:04.2".
pub fn time(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    match tenths / 600 {
        0 => format!("{}.{} s", tenths / 10, tenths % 10),
        minutes => format!("{minutes}:{:02}.{}", tenths / 10 % 60, tenths % 10),
    }
}

/// Beside a number that lies beyond or within its limit while the check says otherwise.
pub const OUTWEIGHED: &str = "what else was measured speaks against it";

/// A number with as many digits as its unit deserves.
pub fn number(value: f64, unit: &str) -> String {
    let digits = digits(unit) as usize;
    let text = format!("{value:.digits$}");
    // A rounded negative nothing reads as a measured sign.
    if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) {
        text.trim_start_matches('-').to_owned()
    } else {
        text.replace('-', "−")
    }
}

/// "3.4 cm", "12°", "1.2" (a ratio has no unit).
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        // What checks measure as a share of the lifter's height reads as percent of it.
        "share of stature" => format!("{} % of height", number(100.0 * value, "%")),
        "≈° per rep" => format!("≈ {}° per rep", number(value, unit)),
        "share" => number(value, unit),
        "deg" | "°" => format!("{}°", number(value, unit)),
        "≈°" => format!("≈ {}°", number(value, unit)),
        "ratio" | "" => number(value, unit),
        "% of own range" => format!("{} % of your range", number(value, unit)),
        "%" => format!("{} %", number(value, unit)),
        unit => format!("{} {unit}", number(value, unit)),
    }
}

/// A number rounded as it is told.
pub fn told(value: f64, unit: &str) -> f64 {
    let scale = 10_f64.powi(digits(unit));
    (value * scale).round() / scale
}

/// One in the last digit that is told of a unit: the error of a number whose error rounds to nothing. None would claim that there
/// is none.
fn least(unit: &str) -> f64 {
    match unit {
        "share of stature" => 0.01,
        _ => 10_f64.powi(-digits(unit)),
    }
}

/// Digits behind the point that a unit deserves.
fn digits(unit: &str) -> i32 {
    match unit {
        "s" | "m/s" | "ratio" | "share" | "trunk lengths" | "FL" => 2,
        "°" | "≈°" | "deg" | "%" | "points" | "% of own range" => 0,
        _ => 1,
    }
}

/// A score with its error: "82 ± 3". The error is told as a point at least.
pub fn score(score: f64, sigma: Option<f64>) -> String {
    format!("{score:.0}{}", points(sigma).map_or(String::new(), |s| format!(" ± {s}")))
}

/// The error of a score in whole points, one at least.
pub fn points(sigma: Option<f64>) -> Option<String> {
    sigma.map(|s| format!("{:.0}", s.max(1.0)))
}

/// "3.4 ± 1.0 cm" when the error is known.
pub fn measured(value: f64, sigma: Option<f64>, unit: &str) -> String {
    match sigma {
        None => quantity(value, unit),
        Some(sigma) => {
            let known = value;
            let plain = if matches!(unit, "°" | "≈°") { "deg" } else { unit };
            let error = quantity(sigma, plain);
            let value = match unit {
                "≈°" | "≈° per rep" => format!("≈ {}", number(value, unit)),
                "share of stature" => number(100.0 * value, "%"),
                _ => number(value, unit),
            };
            let error = error.trim_start_matches("≈ ").to_owned();
            if !error.contains(|c: char| ('1'..='9').contains(&c)) {
                return if sigma > 0.0 { measured(known, Some(least(unit)), unit) } else { quantity(known, unit) };
            }
            format!("{value} ± {error}")
        }
    }
}

/// "3 reps", "2 good, 1 missed", "1 rep and 1 cut off by the clip"; "3 pulls" where the headline counts them itself.
pub fn made(report: &Report) -> String {
    let headline = &report.set.headline;
    let full = report.set.rep_count as usize;
    let cut = report.reps.iter().filter(|r| r.kind == RepKind::Partial).count();
    if full == 0 && cut > 0 && headline.reps_missed == 0 {
        return format!("{}, cut off by the clip", count(cut, "rep"));
    }
    let cut = if cut > 0 { format!(" and {cut} cut off by the clip") } else { String::new() };
    // Not locked out, and perhaps no deadlift.
    if full == 0 && cut.is_empty() && headline.reps_missed == 0 && !report.reps.is_empty() {
        return format!("{}, not locked out", count(report.reps.len(), "movement"));
    }
    if headline.reps_missed == 0 {
        return format!("{}{cut}", count(full, "rep"));
    }
    if headline.counts_pulls {
        return format!("{}{cut}", count(full + headline.reps_missed as usize, "pull"));
    }
    let faulty = (report.set.rep_count).saturating_sub(headline.reps_good);
    let parts = [(headline.reps_good, "good"), (faulty, "with a severe fault"), (headline.reps_missed, "missed")];
    let said: Vec<String> = parts.iter().filter(|p| p.0 > 0).map(|(n, what)| format!("{n} {what}")).collect();
    said.join(", ") + &cut
}

/// "140 kg", "17 % of the speed lost from the fastest rep to the last": what is known of the effort.
pub fn effort(report: &Report) -> Vec<String> {
    let load = report.lifter.load_kg.map(|kg| format!("{kg} kg on the bar"));
    let loss = report.set.velocity_loss_pct.map(|loss| match loss.round() {
        // A last rep that is the fastest has lost nothing.
        l if l <= 0.0 => "no speed lost from the fastest rep to the last".into(),
        _ => format!("{} of the speed lost from the fastest rep to the last", measured(loss, loss_sigma(report), "%")),
    });
    load.into_iter().chain(loss).collect()
}

/// Error of the loss of speed, %, from those of the fastest and of the last rep.
fn loss_sigma(report: &Report) -> Option<f64> {
    let of = |rep: &RepPart| {
        Some((rep.metric("mean_velocity_mps")?, rep.metric("velocity_sigma_mps").or_else(|| rep.metric("mean_velocity_mps_sigma"))?))
    };
    let speeds: Vec<(f64, f64)> = report.full_reps().filter_map(of).collect();
    let (fast, fast_sigma) = *speeds.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (last, last_sigma) = *speeds.last()?;
    (fast > 0.0 && last > 0.0).then(|| 100.0 * last / fast * (fast_sigma / fast).hypot(last_sigma / last))
}

/// What a pull that was not locked out asks for; `None` without one, or where pain comes first (SPEC 12: no load suggestion).
pub fn missed(report: &Report) -> Option<&'static str> {
    (report.set.headline.reps_missed > 0 && report.pain.is_none())
        .then_some("A pull was not locked out: take weight off before you try it again.")
}

/// Why the headline is worse than the score's own words; `None` where it is not (SPEC 11.3).
pub fn capped(report: &Report) -> Option<String> {
    let (score, level) = (report.set.score?, report.set.headline.level?);
    if level <= Level::of_score(score, &Config::default()) || level < Level::FixFirst {
        return None;
    }
    let deciding = |rep: &&RepPart| rep.flags().iter().any(|c| decides(&c.code, c.severity, c.confidence));
    let severe: Vec<u32> = report.reps.iter().filter(deciding).map(|r| r.index).collect();
    let what = match (severe.is_empty(), report.set.headline.reps_missed) {
        (false, _) => format!("the severe fault in {}", reps(&severe)),
        (true, 0) => return None,
        (true, _) => "the missed pull".into(),
    };
    // A pull that was missed has no part in the score.
    let of = if report.set.headline.reps_missed > 0 { " of what was locked out" } else { "" };
    Some(format!("The headline follows {what}, not the score{of}."))
}

/// A finding's fault; its check's title in a report that does not name it.
pub fn named(report: &Report, finding: &Finding) -> String {
    if finding.fault.is_empty() { lower(report.title(&finding.code)) } else { finding.fault.clone() }
}

/// Where a finding was made: its number is that of the worst rep, so that rep is named first.
pub fn places(finding: &Finding) -> String {
    match finding.worst_rep.filter(|_| finding.reps.len() > 1) {
        Some(worst) => {
            let others: Vec<u32> = finding.reps.iter().copied().filter(|r| *r != worst).collect();
            format!("rep {worst}; also {}", reps(&others))
        }
        None => reps(&finding.reps),
    }
}

/// Whether a sentence carries the number of a check.
pub fn tells(check: &CheckPart, text: &str) -> bool {
    check.value.is_some_and(|v| {
        let number = quantity(v.abs(), &check.unit);
        let number = number.trim_start_matches("≈ ").split(['°', ' ']).next().unwrap_or_default().to_owned();
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|word| word.trim_end_matches('.') == number)
    })
}

/// "without it the score would be 91": what a finding cost the set, where it is a point or more.
pub fn gain(report: &Report, finding: &Finding) -> Option<String> {
    let gain = finding.gain_points.filter(|g| *g >= 1.0)?;
    Some(format!("without it the score would be {:.0}", report.set.score? + gain))
}

/// A share as whole percent: "93 %".
pub fn percent(share: f64) -> String {
    quantity(100.0 * share, "%")
}

/// "1 rep", "3 reps".
pub fn count(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// Titles in a row: the first as a sentence begins, the others within it.
pub fn titles(titles: &[String]) -> String {
    let lower: Vec<String> = titles.iter().map(|t| lower(t)).collect();
    sentence(&lower.join(", "))
}

/// First letter large.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_of_speed_has_its_error_and_a_missed_pull_its_advice() {
        let mut report = crate::report::sample::build(crate::report::sample::Case::Clean).report;
        for (rep, speed) in report.reps.iter_mut().zip([0.50, 0.45, 0.40]) {
            rep.metrics.insert("mean_velocity_mps".into(), Some(speed));
            rep.metrics.insert("mean_velocity_mps_sigma".into(), Some(0.01));
        }
        report.set.velocity_loss_pct = Some(20.0);
        assert_eq!(effort(&report), ["20 ± 3 % of the speed lost from the fastest rep to the last"]);
        report.set.velocity_loss_pct = Some(0.2);
        assert_eq!(effort(&report), ["no speed lost from the fastest rep to the last"]);
        assert_eq!(missed(&report), None);
        report.set.headline.reps_missed = 1;
        assert!(missed(&report).unwrap().contains("take weight off"));
        report.pain = Some("pain".into());
        assert_eq!(missed(&report), None, "no word on load where pain comes first");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(measured(3.44, Some(1.0), "cm"), "3.4 ± 1.0 cm");
        assert_eq!(measured(18.7, Some(4.2), "≈°"), "≈ 19 ± 4°");
        assert_eq!(measured(1.214, Some(0.07), "ratio"), "1.21 ± 0.07");
        assert_eq!(quantity(-0.01, "cm"), "0.0 cm");
        assert_eq!(quantity(-2.5, "cm"), "−2.5 cm");
        assert_eq!((time(4.24), time(64.25)), ("4.2 s".into(), "1:04.3".into()));
        assert_eq!(
            (measured(0.63, Some(0.004), "m/s"), measured(0.98, Some(0.04), "s")),
            ("0.63 ± 0.01 m/s".into(), "0.98 ± 0.04 s".into())
        );
        assert_eq!((measured(14.2, Some(0.3), "≈°"), measured(3.0, Some(0.0), "cm")), ("≈ 14 ± 1°".into(), "3.0 cm".into()));
        assert_eq!((score(95.2, Some(0.2)), score(82.0, Some(3.4)), score(82.0, None)), ("95 ± 1".into(), "82 ± 3".into(), "82".into()));
        assert_eq!((percent(-0.0), percent(0.934)), ("0 %".into(), "93 %".into()));
        assert_eq!((reps(&[1, 2, 5]), reps(&[1, 2, 3, 4])), ("reps 1, 2 and 5".into(), "reps 1 to 4".into()));
        assert_eq!(
            (reps(&[3]), reps(&[2, 3]), reps(&[1, 3, 4, 5, 9])),
            ("rep 3".into(), "reps 2 and 3".into(), "reps 1, 3 to 5 and 9".into())
        );
        assert_eq!((confidence(0.75), confidence(0.6), confidence(0.2)), ("high", "medium", "low"));
    }
}
