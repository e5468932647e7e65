//! What is said of a set at a glance: the worst finding leads, whatever the score (SPEC 11.3).

use super::checks::e5::TRUNK_GIVE_DEG;
use super::judged::{JudgedRep, Judgement};
use super::{Severity, Status};
use crate::config::Config;
use crate::reps::RepKind;
use serde::{Deserialize, Serialize};

/// The four steps that words and colours of a set follow, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// "Matches the guide".
    MatchesGuide,
    /// "Small points to work on".
    SmallPoints,
    /// "Fix this before you add weight".
    FixFirst,
    /// "Reduce the load and rebuild".
    Rebuild,
}

impl Level {
    fn sentence(self) -> &'static str {
        match self {
            Level::MatchesGuide => "This set matches the guide",
            Level::SmallPoints => "Small points to work on",
            Level::FixFirst => "Fix this before you add weight",
            Level::Rebuild => "Reduce the load and rebuild",
        }
    }

    /// By the score alone (SPEC 11.2).
    pub fn of_score(score: f64, config: &Config) -> Level {
        let [good, fair, poor] = config.score.bands.array();
        match score {
            s if s >= good => Level::MatchesGuide,
            s if s >= fair => Level::SmallPoints,
            s if s >= poor => Level::FixFirst,
            _ => Level::Rebuild,
        }
    }
}

/// The set in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    pub text: String,
    /// What words and colour follow: the score's band, capped; `None` where neither score nor finding says anything.
    pub level: Option<Level>,
    /// The best that the findings allow; `None` where they allow everything.
    pub cap: Option<Level>,
    /// Full repetitions without a severe finding of [`MAJOR`].
    pub reps_good: u32,
    /// Pulls that were begun and not locked out.
    pub reps_missed: u32,
    /// The text itself counts the pulls.
    pub counts_pulls: bool,
}

/// Checks whose severe finding caps the headline.
const MAJOR: [&str; 5] = ["E1", "E2", "E3", "E4", "P6"];
/// Confidence from which it is called medium (SPEC 11.1); a finding below it is unsure: it caps nothing and praises nothing.
pub const MEDIUM: f64 = 0.5;
/// Share of what matters that must have been judged before a set "matches the guide".
const COVERAGE_MATCH: f64 = 0.75;

/// Whether a finding alone keeps a set from being called good.
pub fn caps(check: &Judgement) -> bool {
    check.status() == Status::Flag && decides(check.info.code, check.severity(), check.measured().map(|m| m.confidence))
}

/// Whether a finding is told without "unsure".
pub fn sure(check: &Judgement) -> bool {
    check.measured().is_some_and(|m| m.confidence >= MEDIUM)
}

/// Whether a flag of this check and severity decides the headline, whatever the score.
pub fn decides(code: &str, severity: Severity, confidence: Option<f64>) -> bool {
    MAJOR.contains(&code) && severity == Severity::Severe && confidence.is_some_and(|c| c >= MEDIUM)
}

/// The headline of judged repetitions with the set's score and coverage.
pub fn headline(reps: &[JudgedRep], score: Option<f64>, coverage: f64, config: &Config) -> Headline {
    let severe = |r: &JudgedRep| r.checks.iter().any(caps);
    let full: Vec<&JudgedRep> = reps.iter().filter(|r| r.kind == RepKind::Full).collect();
    let reps_missed = reps.iter().filter(|r| r.kind == RepKind::Failed).count() as u32;
    let reps_good = full.iter().filter(|r| !severe(r)).count() as u32;
    if config.lifter.pain {
        // SPEC 12: no score, no load suggestion, nothing to fix.
        return Headline { text: "Pain comes first".into(), level: None, cap: None, reps_good, reps_missed, counts_pulls: false };
    }
    let worst = reps.iter().flat_map(|r| &r.checks).filter(|c| c.status() == Status::Flag).map(Judgement::severity).max();
    let clean = full.iter().all(|r| r.score.is_some()) && worst.is_none_or(|w| w <= Severity::Mild) && coverage >= COVERAGE_MATCH;
    let cap = match reps.iter().filter(|r| severe(r)).count() {
        _ if reps_missed > 0 => Some(Level::Rebuild),
        0 if clean => None,
        0 => Some(Level::SmallPoints),
        1 => Some(Level::FixFirst),
        _ => Some(Level::Rebuild),
    };
    let scored = score.map(|s| Level::of_score(s, config));
    // Without a score only a cap that says more than "not everything was seen" is told.
    let level = match (scored, cap) {
        (Some(scored), cap) => Some(cap.map_or(scored, |c| c.max(scored))),
        (None, Some(cap)) if cap > Level::SmallPoints => Some(cap),
        (None, _) => None,
    };
    let counts_pulls = reps_missed > 0 && reps_good == full.len() as u32 && scored.is_none_or(|s| s < Level::FixFirst);
    let text = match level {
        _ if reps.is_empty() => "No deadlift was found".into(),
        _ if counts_pulls => match (reps_good, reps_missed) {
            (0, 1) => "1 pull missed".into(),
            (0, many) => format!("{many} pulls missed"),
            (good, missed) => format!("{good} good, {missed} missed"),
        },
        // Only what was not judged keeps it from matching: there are no points to work on.
        Some(Level::SmallPoints) if worst.is_none() => "No fault seen, but a part could not be judged".into(),
        Some(Level::SmallPoints) => points(reps).said().into(),
        // Mild points keep no set from matching, but they are told below: a headline that knows of none would deny them.
        Some(Level::MatchesGuide) if worst.is_some() => format!("{}, but for {}", Level::MatchesGuide.sentence(), points(reps).few()),
        Some(level) => level.sentence().into(),
        None if full.is_empty() => "No full repetition was seen".into(),
        None if worst.is_some() => format!("{}; too little was seen for a score", points(reps).said()),
        None => "Too little could be seen for a score".into(),
    };
    Headline { text, level, cap, reps_good, reps_missed, counts_pulls }
}

/// How many kinds of finding a set has, and how many of them are more than small.
struct Points {
    all: usize,
    /// Moderate or severe.
    large: usize,
    /// Severe and sure: one that may as well be nothing leads no headline.
    severe: usize,
}

/// A point that is called moderate or severe below is not small: the checks of less weight cap nothing, but the words follow them too.
fn points(reps: &[JudgedRep]) -> Points {
    let kinds = |counts: &dyn Fn(&Judgement) -> bool| {
        let flags = reps.iter().flat_map(|r| r.checks.iter().filter(|c| c.status() == Status::Flag && !told_by_another(r, c)));
        flags.filter(|c| counts(c)).map(|c| c.info.code).collect::<std::collections::BTreeSet<_>>().len()
    };
    Points {
        all: kinds(&|_| true),
        large: kinds(&|c| c.severity() >= Severity::Moderate),
        severe: kinds(&|c| c.severity() == Severity::Severe && sure(c)),
    }
}

/// The trunk that gives at lift-off is the change of the back that E1 tells of: one fact is one point.
fn told_by_another(rep: &JudgedRep, check: &Judgement) -> bool {
    let gives = check.measured().is_some_and(|m| m.measure == Some(TRUNK_GIVE_DEG));
    gives && rep.check("E1").is_some_and(|e1| e1.status() == Status::Flag)
}

impl Points {
    fn said(&self) -> &'static str {
        match (self.severe, self.large, self.all) {
            (1, _, 1) => "One severe point to work on",
            (1, ..) => "Points to work on, one of them severe",
            (2.., ..) => "Points to work on, some of them severe",
            (0, 0, 1) => "One small point to work on",
            (0, 0, _) => Level::SmallPoints.sentence(),
            (0, _, 1) => "One point to work on",
            (0, ..) => "Points to work on",
        }
    }

    fn few(&self) -> &'static str {
        if self.all == 1 { "one small point" } else { "small points" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::testkit::Lift;
    use crate::patterns::{Judged, Verdict};

    fn said(judged: &Judged, score: Option<f64>, coverage: f64) -> (String, Option<Level>, u32, u32) {
        let h = headline(&judged.reps, score, coverage, &Config::default());
        (h.text, h.level, h.reps_good, h.reps_missed)
    }

    /// Makes a check of a rep a severe flag.
    fn severe(judged: &mut Judged, rep: usize, code: &str, confidence: f64) {
        let check = judged.reps[rep].checks.iter_mut().find(|c| c.info.code == code).unwrap();
        let Verdict::Measured(m) = &mut check.verdict else { panic!("{code}") };
        (m.status, m.severity, m.confidence) = (Status::Flag, Severity::Severe, confidence);
    }

    #[test]
    fn a_clean_set_matches_the_guide_and_a_thin_one_does_not() {
        let judged = Lift { reps: 3, ..Lift::default() }.judged();
        assert_eq!(said(&judged, Some(98.0), 0.9), ("This set matches the guide".into(), Some(Level::MatchesGuide), 3, 0));
        let thin = said(&judged, Some(98.0), 0.7);
        assert_eq!((thin.0.as_str(), thin.1), ("No fault seen, but a part could not be judged", Some(Level::SmallPoints)));
        assert_eq!(said(&judged, None, 0.4), ("Too little could be seen for a score".into(), None, 3, 0));
    }

    #[test]
    fn one_severe_main_fault_caps_the_words_whatever_the_score_and_two_cap_more() {
        let mut judged = Lift { reps: 3, ..Lift::default() }.judged();
        severe(&mut judged, 1, "E1", 0.4);
        assert_eq!(said(&judged, Some(95.0), 0.9).1, Some(Level::SmallPoints), "unsure caps nothing more");
        severe(&mut judged, 1, "E1", 0.6);
        assert_eq!(said(&judged, Some(95.0), 0.9), ("Fix this before you add weight".into(), Some(Level::FixFirst), 2, 0));
        assert_eq!(said(&judged, None, 0.4).1, Some(Level::FixFirst), "without a score as well");
        severe(&mut judged, 2, "P6", 0.9);
        assert_eq!(said(&judged, Some(95.0), 0.9), ("Reduce the load and rebuild".into(), Some(Level::Rebuild), 1, 0));
    }

    #[test]
    fn a_severe_point_of_less_weight_is_not_called_small() {
        let mut judged = Lift { reps: 3, ..Lift::default() }.judged();
        severe(&mut judged, 1, "P4", 0.4);
        assert_eq!(said(&judged, Some(95.0), 0.9).0, "One point to work on", "unsure, but called severe below");
        assert_eq!(said(&judged, None, 0.4).0, "One point to work on; too little was seen for a score");
        severe(&mut judged, 1, "P4", 0.9);
        severe(&mut judged, 2, "P4", 0.9);
        let one = said(&judged, Some(95.0), 0.9);
        assert_eq!((one.0.as_str(), one.1), ("One severe point to work on", Some(Level::SmallPoints)));
        severe(&mut judged, 2, "S4", 0.4);
        assert_eq!(said(&judged, Some(95.0), 0.9).0, "Points to work on, one of them severe", "the other is unsure");
        severe(&mut judged, 2, "S4", 0.9);
        assert_eq!(said(&judged, Some(95.0), 0.9).0, "Points to work on, some of them severe");
        let mut graded = |severity: Severity| {
            for check in judged.reps.iter_mut().flat_map(|r| &mut r.checks).filter(|c| ["P4", "S4"].contains(&c.info.code)) {
                let Verdict::Measured(m) = &mut check.verdict else { panic!("not measured") };
                (m.status, m.severity) = (Status::Flag, severity);
            }
            (said(&judged, Some(95.0), 0.9).0, said(&judged, Some(85.0), 0.9).0)
        };
        assert_eq!(graded(Severity::Moderate).0, "Points to work on", "a moderate point is not small");
        let (matches, small) = graded(Severity::Mild);
        assert_eq!((matches.as_str(), small.as_str()), ("This set matches the guide, but for small points", "Small points to work on"));
        let round = Lift { back_set: 0.0, back_pull: 0.06, ..Lift::default() }.judged();
        assert_eq!(round.reps[0].check("E5").map(Judgement::status), Some(Status::Flag));
        assert_eq!(said(&round, Some(95.0), 0.9).0, "One point to work on", "what the back did is told once");
        let none = headline(&[], None, 0.0, &Config::default());
        assert_eq!((none.text.as_str(), none.level), ("No deadlift was found", None));
    }

    #[test]
    fn a_missed_pull_is_named_and_has_no_verdict_on_what_it_lacks() {
        let mut judged = Lift { reps: 3, ..Lift::default() }.judged();
        judged.reps[2].kind = RepKind::Failed;
        assert_eq!(said(&judged, Some(98.0), 0.9), ("2 good, 1 missed".into(), Some(Level::Rebuild), 2, 1));
        assert_eq!(said(&judged, Some(50.0), 0.9).0, "Reduce the load and rebuild");
    }

    #[test]
    fn with_pain_nothing_is_to_be_fixed() {
        let mut config = Config::default();
        config.lifter.pain = true;
        let judged = Lift { reps: 3, back_pull: 0.2, ..Lift::default() }.judged_with(&config);
        let h = &judged.set.headline;
        assert_eq!((h.text.as_str(), h.level, h.cap), ("Pain comes first", None, None));
    }
}
