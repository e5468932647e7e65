//! How the program's flags agree with the coach's own labels (SPEC 14.3).

use super::record::SetRecord;
use crate::patterns::Severity;
use serde::Serialize;
use std::collections::BTreeMap;

/// One check against the coach, counted in sets. A set is positive when any repetition shows the
/// fault; borderline counts as not flagged; what the program could not judge is counted apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Agreement {
    pub code: String,
    pub both: u32,
    pub only_program: u32,
    pub only_coach: u32,
    pub neither: u32,
    pub not_assessable: u32,
    /// `None` where nothing was flagged, labelled, or could differ by chance.
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    /// Cohen's κ.
    pub kappa: Option<f64>,
}

/// Sets with labels, added one by one.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, Agreement>);

impl Tally {
    pub fn add(&mut self, set: &SetRecord, coach: &BTreeMap<String, bool>) {
        for (code, &seen) in coach {
            let sum = set.checks.iter().find(|c| *c.code == **code);
            let a = self.0.entry(code.clone()).or_insert_with(|| Agreement { code: code.clone(), ..Agreement::default() });
            match (sum.filter(|s| s.assessed).map(|s| s.severity > Severity::None), seen) {
                (None, _) => a.not_assessable += 1,
                (Some(true), true) => a.both += 1,
                (Some(true), false) => a.only_program += 1,
                (Some(false), true) => a.only_coach += 1,
                (Some(false), false) => a.neither += 1,
            }
        }
    }

    pub fn finish(self) -> Vec<Agreement> {
        self.0.into_values().map(rates).collect()
    }
}

fn rates(mut a: Agreement) -> Agreement {
    let [both, program, coach, neither] = [a.both, a.only_program, a.only_coach, a.neither].map(f64::from);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let n = both + program + coach + neither;
    a.precision = share(both, both + program);
    a.recall = share(both, both + coach);
    let chance = ((both + program) * (both + coach) + (coach + neither) * (program + neither)) / (n * n);
    a.kappa = (n > 0.0 && chance < 1.0).then(|| ((both + neither) / n - chance) / (1.0 - chance));
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_textbooks() {
        // Cohen's κ of 20/5/10/15 is 0.4.
        let a = rates(Agreement { both: 20, only_program: 5, only_coach: 10, neither: 15, ..Agreement::default() });
        assert_eq!((a.precision, a.kappa.map(|k| (k * 1e9).round() / 1e9)), (Some(0.8), Some(0.4)));
        assert!((a.recall.unwrap() - 2.0 / 3.0).abs() < 1e-12);
        let none = rates(Agreement { neither: 4, not_assessable: 2, ..Agreement::default() });
        assert_eq!((none.precision, none.recall, none.kappa), (None, None, None));
    }
}
