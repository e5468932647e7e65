//! What the report says about the recording itself: damage, holes, changes of the picture.

use crate::track::{Event, EventCode};

/// One sentence per kind of event. A cut-off end has a warning of its own.
pub fn warnings(events: &[Event]) -> Vec<(EventCode, String)> {
    let mut kinds: Vec<EventCode> = events.iter().map(|e| e.code).filter(|c| *c != EventCode::Truncated).collect();
    kinds.dedup();
    kinds.sort();
    kinds.dedup();
    kinds.into_iter().map(|kind| (kind, sentence(kind, &events.iter().filter(|e| e.code == kind).collect::<Vec<_>>()))).collect()
}

fn sentence(kind: EventCode, events: &[&Event]) -> String {
    let (from, to) = events.first().map_or((0.0, 0.0), |e| (e.from_s, e.to_s));
    let more = match events.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    match kind {
        EventCode::SizeChanged => {
            format!("The picture changes its size at {from:.1} s{more}; all coordinates are those of the first size.")
        }
        EventCode::FormatChanged => format!("The coding of the picture changes at {from:.1} s{more}; it is read on."),
        EventCode::Damaged => {
            format!("Pictures are damaged from {from:.1} to {to:.1} s{more}: what happens there is not judged. Copy the file again from the camera.")
        }
        EventCode::Gap => format!("Pictures are missing from {from:.1} to {to:.1} s{more}: what happens there is not judged."),
        EventCode::Leap => format!(
            "The file's time leaps at {from:.1} s{more}: how much time passed there is not known; it is counted as one frame, and what happens there is not judged."
        ),
        EventCode::Stalled => format!(
            "The recorder stalled from {from:.1} to {to:.1} s{more}: the picture stands still while time runs on; what happens there is not judged."
        ),
        EventCode::Interlaced => {
            "The film is interlaced: of each picture only its first field is looked at, with half the lines. Film progressive (1080p, not 1080i).".into()
        }
        EventCode::Hdr => "The film is high dynamic range: its colours are read as they are coded, paler than shown.".into(),
        EventCode::Untimed => {
            "The pictures carry no times of their own; a steady rate is assumed (30 a second for a folder of pictures): speeds and durations are only as good as that.".into()
        }
        EventCode::Truncated => "The file ends before its announced length.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_said_once() {
        let event = |code, from_s| Event { code, from_s, to_s: from_s + 0.5 };
        let events =
            [event(EventCode::Gap, 1.0), event(EventCode::Damaged, 2.0), event(EventCode::Gap, 3.0), event(EventCode::Truncated, 4.0)];
        let said = warnings(&events);
        assert_eq!(said.iter().map(|w| w.0).collect::<Vec<_>>(), [EventCode::Damaged, EventCode::Gap]);
        assert!(said[1].1.contains("from 1.0 to 1.5 s (and 1 more)"), "{said:?}");
    }
}
