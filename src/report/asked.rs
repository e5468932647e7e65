//! What is asked of a report: its repetitions, findings, metrics.

use super::letters;
use super::types::{CheckPart, HeadlinePart, RepPart, Report};
use crate::patterns::{self, Reason, Severity, Status, TRUNK_GIVE_DEG};
use crate::reps::RepKind;
use crate::signals::{Warning, WarningCode};

/// A borderline number further from its limit than this many σ is not close to it: P = 0.90.
const CLOSE_SIGMAS: f64 = 1.3;

impl Report {
    /// Those lifted off and locked out.
    pub fn full_reps(&self) -> impl Iterator<Item = &RepPart> {
        self.reps.iter().filter(|rep| rep.kind == RepKind::Full)
    }

    /// A repetition by its number, from 1.
    pub fn rep(&self, index: u32) -> Option<&RepPart> {
        self.reps.iter().find(|rep| rep.index == index)
    }

    /// The file's name, and which of its sets this is.
    pub fn called(&self) -> String {
        let file = &self.provenance.video.file_name;
        let set = self.recording.as_ref().and_then(|r| r.set);
        set.map_or_else(|| file.clone(), |set| format!("{file}, set {set}"))
    }

    /// Title of a check for people; the code itself when no rep lists it.
    pub fn title<'a>(&'a self, code: &'a str) -> &'a str {
        self.reps.iter().flat_map(|rep| &rep.checks).find(|c| c.code == code).map_or(code, |c| &c.title)
    }

    /// Adds what was noticed of the whole film. Where that looks like another exercise and no repetition was full, nothing says that
    /// this is a deadlift: no pull was missed, there is nothing to work on, and no check of a deadlift applies.
    pub fn note(&mut self, notes: &[Warning]) {
        self.warnings.extend(notes.iter().cloned());
        if notes.iter().any(|n| n.code == WarningCode::OtherExercise) && !self.reps.is_empty() && self.full_reps().next().is_none() {
            let text = "Hard to tell whether this is a deadlift".into();
            (self.set.headline, self.set.band) = (HeadlinePart { text, ..HeadlinePart::default() }, None);
            self.set.top_findings.clear();
            (self.set.score, self.set.score_sigma, self.set.coverage) = (None, None, 0.0);
            self.reps.iter_mut().for_each(RepPart::withhold);
        }
    }

    /// Whether the headline itself says why there is no score: neither score nor finding decides it, though full reps were seen.
    pub fn explains_missing_score(&self) -> bool {
        self.set.headline.level.is_none() && self.pain.is_none() && self.full_reps().next().is_some()
    }

    /// The one "watch it" of a set: the most probable borderline check, none that is a finding in another rep (SPEC 11.3).
    pub fn watch(&self) -> Option<(&RepPart, &CheckPart)> {
        let flagged = |code: &str| self.reps.iter().any(|rep| rep.with_status(Status::Flag).any(|c| c.code == code));
        let close = self.reps.iter().flat_map(|rep| rep.with_status(Status::Borderline).map(move |check| (rep, check)));
        close
            .filter(|(rep, check)| !flagged(&check.code) && check.tells() && !(check.code == "E1" && rep.gives()))
            .max_by(|a, b| a.1.p_flag.unwrap_or(0.0).total_cmp(&b.1.p_flag.unwrap_or(0.0)))
    }
}

impl CheckPart {
    /// What a person reads of a finding: its fault, or the check's title in a report that does not name it.
    pub fn named(&self) -> String {
        self.fault.clone().unwrap_or_else(|| letters::lower(&self.title))
    }

    /// Whether its number says anything: a borderline one with an error wider than the way from mild to severe does not.
    pub fn tells(&self) -> bool {
        let narrow = self.sigma.zip(self.threshold).is_none_or(|(s, t)| t[0] == t[2] || s < (t[2] - t[0]).abs());
        self.value.is_some() && (narrow || self.status != Status::Borderline)
    }

    /// Whether a smaller number is worse. A report of before 1.1 does not name its measure: of a check that has but one it is known.
    pub fn falls(&self) -> bool {
        let phrases = patterns::find(&self.code).map_or(&[][..], |known| known.info().phrases);
        let only = || phrases.first().filter(|_| self.measure.is_none() && phrases.len() == 1);
        let phrase = phrases.iter().find(|p| Some(p.measure.name) == self.measure.as_deref()).or_else(only);
        patterns::falls(phrase, self.value.unwrap_or_default(), self.threshold.unwrap_or_default())
    }

    /// Whether the number alone would say otherwise: what else the check looks at speaks against it, and that must be said beside
    /// the number and its limit.
    pub fn outweighed(&self) -> bool {
        let (Some(value), Some(sigma), Some(limits)) = (self.value, self.sigma, self.threshold) else { return false };
        let past = if self.falls() { limits[0] - value } else { value - limits[0] };
        match self.status {
            Status::Ok => past > 0.0,
            Status::Borderline => past.abs() > CLOSE_SIGMAS * sigma,
            _ => false,
        }
    }
}

impl RepPart {
    /// From the first to the last event known, s.
    pub fn span_s(&self) -> Option<[f64; 2]> {
        let known = [self.lift_off_s, self.knee_pass_s, self.lockout_s, self.descent_s, self.knee_pass_down_s, self.floor_s];
        let times = || known.iter().flatten().copied();
        let first = times().reduce(f64::min)?;
        Some([first, times().reduce(f64::max)?])
    }

    /// Says nothing of a movement that looks like another exercise.
    fn withhold(&mut self) {
        (self.score, self.score_sigma, self.coverage) = (None, None, 0.0);
        for check in self.checks.iter_mut().filter(|c| matches!(c.status, Status::Ok | Status::Borderline | Status::Flag)) {
            (check.status, check.severity, check.reason) = (Status::NotApplicable, Severity::None, Some(Reason::VariantNa));
            check.text = patterns::inapplicable(&check.title, Reason::VariantNa);
            (check.fault, check.measure, check.cue, check.deduction) = (None, None, None, 0.0);
            (check.value, check.sigma, check.p_flag, check.confidence, check.threshold) = (None, None, None, None, None);
            (check.window_s, check.frame, check.frame_time_s) = (None, None, None);
        }
    }

    /// A metric's value; `None` where it is not known.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.get(name).copied().flatten()
    }

    /// Whether its plate was seen through enough of it: stray points are no path.
    pub fn has_path(&self) -> bool {
        self.check("E4").is_none_or(|c| c.reason != Some(Reason::NoBar))
    }

    /// The check of a code, if it was judged.
    pub fn check(&self, code: &str) -> Option<&CheckPart> {
        self.checks.iter().find(|check| check.code == code)
    }

    /// The checks that came to a status.
    pub fn with_status(&self, status: Status) -> impl Iterator<Item = &CheckPart> {
        self.checks.iter().filter(move |check| check.status == status)
    }

    /// Whether the trunk giving at lift-off is a finding: the change of the back's outline that E1 measures too.
    fn gives(&self) -> bool {
        self.with_status(Status::Flag).any(|c| c.code == "E5" && c.measure.as_deref() == Some(TRUNK_GIVE_DEG.name))
    }

    /// Flags, worst first; what two checks measure of one change is told once, by the one that costs points (SPEC 6.5).
    pub fn flags(&self) -> Vec<&CheckPart> {
        let round = self.with_status(Status::Flag).any(|c| c.code == "E1") && self.gives();
        let mut flags: Vec<&CheckPart> = self.with_status(Status::Flag).filter(|c| !(round && c.code == "E5")).collect();
        flags.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.deduction.total_cmp(&a.deduction)));
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    fn squat() -> [Warning; 1] {
        [Warning::new(WarningCode::OtherExercise, "What was seen looks like 1 squat, not judged.")]
    }

    #[test]
    fn what_looks_like_another_exercise_is_no_missed_pull() {
        let mut report = sample::build(Case::Faulty).report;
        report.note(&squat());
        assert_eq!((report.set.headline.text.as_str(), report.set.top_findings.len()), ("Small points to work on", 2), "full reps decide");
        report.reps.truncate(1);
        report.reps[0].kind = RepKind::Failed;
        report.set.headline.reps_missed = 1;
        report.note(&squat());
        assert_eq!(report.set.headline.text, "Hard to tell whether this is a deadlift");
        assert_eq!((report.set.headline.level, report.set.headline.reps_missed, report.set.top_findings.len()), (None, 0, 0));
        assert_eq!(crate::report::words::missed(&report), None, "no word on load");
        assert!(report.reps[0].flags().is_empty() && report.watch().is_none() && report.reps[0].coverage == 0.0, "no word on technique");
    }

    #[test]
    fn a_number_that_its_check_does_not_follow_is_told_as_that() {
        let mut check = sample::build(Case::Clean).report.reps[0].check("E4").unwrap().clone();
        let mut with = |status: Status, value: f64, threshold: [f64; 3]| {
            (check.status, check.value, check.sigma, check.threshold) = (status, Some(value), Some(1.0), Some(threshold));
            check.outweighed()
        };
        let (rising, falling) = ([3.0, 5.0, 8.0], [3.0, 2.0, 1.0]);
        assert!(with(Status::Ok, 3.5, rising) && !with(Status::Ok, 2.5, rising));
        assert!(with(Status::Ok, 2.5, falling) && !with(Status::Ok, 3.5, falling));
        assert!(with(Status::Borderline, 5.0, rising) && !with(Status::Borderline, 3.5, rising));
        assert!(!with(Status::Flag, 9.0, rising));
        // A single limit has the side of its measure's fault: a chest that hangs is the lower number.
        let hung = patterns::find("S6").unwrap().info().phrases.iter().find(|p| p.high.is_none()).unwrap();
        (check.code, check.measure) = ("S6".into(), Some(hung.measure.name.into()));
        let mut with = |value: f64| {
            (check.status, check.value, check.sigma, check.threshold) = (Status::Ok, Some(value), Some(0.1), Some([-0.25; 3]));
            check.outweighed()
        };
        assert!(with(-0.3) && !with(-0.2));
    }
}
