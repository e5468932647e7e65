//! Checks of the guide without a measurement on one video: what needs a log of earlier sets, and what a camera
//! cannot see. They stand in every report, each with its reason (SPEC 2, 9, 10).

use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};

/// A check with the same answer for every video.
pub struct Unseen {
    info: CheckInfo,
    reason: Reason,
}

impl Check for Unseen {
    fn info(&self) -> &CheckInfo {
        &self.info
    }

    fn judge(&self, _context: &Context) -> Verdict {
        Verdict::NotAssessable(self.reason)
    }
}

const fn unseen(
    code: &'static str,
    name: &'static str,
    title: &'static str,
    cue: &'static str,
    keys: &'static [&'static str],
    page: &'static str,
) -> Unseen {
    let history = !keys.is_empty();
    Unseen {
        info: CheckInfo {
            code,
            name,
            title,
            unit: "",
            cue,
            cluster: None,
            sight: if history { Sight::History } else { Sight::Never },
            draw: Draw::Body,
            parts: &[],
            phrases: &[],
            praise: None,
            metrics: &[],
            keys,
            page,
        },
        reason: if history { Reason::NoHistory } else { Reason::NotVisibleByNature },
    }
}

pub static E6: Unseen = unseen(
    "E6",
    "overloading",
    "Overloading too soon",
    "start with a moderate weight and master form",
    &["load."],
    include_str!("../pages/E6.md"),
);
pub static O1: Unseen = unseen(
    "O1",
    "form-load-slope",
    "Form against load",
    "start with a moderate weight and master form",
    &["load.slope"],
    include_str!("../pages/O1.md"),
);
pub static O2: Unseen = unseen(
    "O2",
    "technique-ceiling",
    "Working above the clean load",
    "start with a moderate weight and master form",
    &["load.ceiling"],
    include_str!("../pages/O2.md"),
);
pub static O3: Unseen = unseen(
    "O3",
    "load-jump",
    "Adding weight before fixing form",
    "start with a moderate weight and master form",
    &["load.jump"],
    include_str!("../pages/O3.md"),
);
pub static O4: Unseen = unseen(
    "O4",
    "velocity-loss",
    "Loss of speed, set by set",
    "start with a moderate weight and master form",
    &["load.vloss"],
    include_str!("../pages/O4.md"),
);
pub static O5: Unseen = unseen(
    "O5",
    "form-decay",
    "Loss of form, set by set",
    "start with a moderate weight and master form",
    &["load.decay"],
    include_str!("../pages/O5.md"),
);
pub static O6: Unseen = unseen(
    "O6",
    "sessions-per-week",
    "Sessions in seven days",
    "start with a moderate weight and master form",
    &["load.sessions7"],
    include_str!("../pages/O6.md"),
);
pub static O7: Unseen = unseen(
    "O7",
    "rest-between-sessions",
    "Rest between heavy sessions",
    "start with a moderate weight and master form",
    &["load.rest_h"],
    include_str!("../pages/O7.md"),
);
pub static S8: Unseen = unseen(
    "S8",
    "core-braced",
    "Core braced, deep belly breath",
    "big breath into your belly, brace as if for a punch",
    &[],
    include_str!("../pages/S8.md"),
);
pub static S10: Unseen = unseen(
    "S10",
    "mind-muscle",
    "Mind-muscle connection",
    "hips drive forward, not pull with the back",
    &[],
    include_str!("../pages/S10.md"),
);
pub static D1: Unseen = unseen(
    "D1",
    "breathing",
    "Breathing through the set",
    "big breath into your belly, brace as if for a punch",
    &[],
    include_str!("../pages/D1.md"),
);
pub static T1: Unseen = unseen(
    "T1",
    "warm-up",
    "Warm-up of the posterior chain",
    "start with a moderate weight and master form",
    &[],
    include_str!("../pages/T1.md"),
);
pub static T3: Unseen =
    unseen("T3", "shoes", "Barefoot or flat shoes", "drive through the whole foot", &[], include_str!("../pages/T3.md"));
pub static F3: Unseen =
    unseen("F3", "glutes", "Glutes doing their part", "hips drive forward, not pull with the back", &[], include_str!("../pages/F3.md"));
