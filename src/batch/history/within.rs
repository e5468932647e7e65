//! O4 loss of bar speed and O5 decay of form within sets (SPEC 9). The worst set is told.

use super::metric::{Kind, Metric, graded};
use crate::batch::record::SetRecord;
use crate::config::Load;
use crate::patterns::{Reason, Severity};

/// With a sign that people write; nothing has none.
fn signed(value: f64, digits: usize) -> String {
    let text = format!("{value:+.digits$}");
    if text.chars().any(|c| ('1'..='9').contains(&c)) { text.replace('-', "−") } else { text.trim_start_matches(['+', '-']).to_owned() }
}

/// Fewest repetitions for either.
const MIN_REPS: u32 = 3;

/// O4: counts only together with a loss of form, and where the speed is known well enough.
pub fn speed_loss(sets: &[&SetRecord], load: &Load) -> Metric {
    let kind = Kind { id: "O4", name: "speed loss within a set", unit: "%", threshold: load.vloss.array() };
    let long: Vec<&&SetRecord> = sets.iter().filter(|s| s.rep_count >= MIN_REPS && s.velocity_loss_pct.is_some()).collect();
    let sure: Vec<&&&SetRecord> = long.iter().filter(|s| s.velocity_sigma_mps.is_some_and(|v| v <= load.vloss_sigma_mps)).collect();
    let judged = sure.iter().filter_map(|s| {
        let (loss, drop) = (s.velocity_loss_pct?, s.form_drop?);
        let counts = drop >= load.vloss_form_drop;
        let severity = if counts { graded(loss, load.vloss.array(), |v, step| v >= step) } else { Severity::None };
        Some((severity, loss, drop, s.called()))
    });
    match judged.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))) {
        Some((severity, loss, drop, name)) => kind.seen(
            loss,
            severity,
            format!("{name}: the bar lost {loss:.0} % of its speed while form changed by {} points", signed(-drop, 0)),
        ),
        None if long.is_empty() => kind.unknown(Reason::NoHistory, format!("needs a set of {MIN_REPS} repetitions with bar speeds")),
        None if sure.is_empty() => kind.unknown(Reason::NoScale, format!("needs bar speeds within ± {} m/s", load.vloss_sigma_mps)),
        None => kind.unknown(Reason::NoHistory, "needs scores of the first and the last repetition"),
    }
}

/// O5: Theil–Sen slope of the repetition scores.
pub fn form_decay(sets: &[&SetRecord], load: &Load) -> Metric {
    let kind = Kind { id: "O5", name: "form decay within a set", unit: "points per repetition", threshold: load.decay.array() };
    let slopes = sets.iter().filter(|s| s.counts() && s.rep_count >= MIN_REPS).filter_map(|s| Some((s.fatigue?, s.called())));
    match slopes.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((slope, name)) => {
            let severity = graded(slope, load.decay.array(), |v, step| v <= step);
            kind.seen(
                slope,
                severity,
                format!("{name}: form {} by {:.1} points per repetition", if slope < 0.0 { "fell" } else { "rose" }, slope.abs()),
            )
        }
        None => kind.unknown(Reason::NoHistory, format!("needs a set of {MIN_REPS} scored repetitions")),
    }
}
