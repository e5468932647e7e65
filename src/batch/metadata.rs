//! What is known about a set besides its picture: `sets.csv`, else the file's name, else the
//! container's time. Where two of them disagree the first wins and the conflict is told.

use super::date::Day;
use super::pattern::{NameFacts, NamePattern};
use super::sets::{SetRow, Sets};
use super::text::{bare, path_text};
use crate::config::{Kind, Lifter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Facts about one set, each from the best source that has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SetFacts {
    pub lifter: Option<String>,
    pub date: Option<Day>,
    /// "sets.csv", "file name", "container" or "option".
    pub date_from: Option<String>,
    pub load_kg: Option<f64>,
    pub reps: Option<u32>,
    pub one_rep_max_kg: Option<f64>,
    pub rpe: Option<f64>,
    pub variant: Option<Kind>,
    pub height_cm: Option<f64>,
    pub pain: bool,
    pub notes: Option<String>,
    /// Number of the set within its session, from the file's name.
    pub set: Option<u32>,
}

/// Where metadata comes from in this run.
pub struct Sources {
    pub sets: Sets,
    pub pattern: NamePattern,
    /// Lifter of sets that name none.
    pub lifter: Option<String>,
}

/// What one set of a recording is assessed with and called, where the table tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnSet {
    pub name: Option<String>,
    pub lifter: Lifter,
}

/// A set's place among those of its recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbered {
    pub set: u32,
    /// Who lifts, in order of appearance, where several do.
    pub lifter: Option<u32>,
}

impl Sources {
    /// Facts about one set of a recording: its own row first, then what holds for all of the video. Of several lifters who take
    /// turns none is taken for another.
    pub fn facts_of_set(&self, relative: &Path, created: Option<&str>, of: Numbered) -> (SetFacts, Vec<String>) {
        let (mut facts, conflicts) = self.facts(relative, created);
        facts.set = Some(of.set);
        if let Some(n) = of.lifter {
            let day = bare(relative).file_name().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            facts.lifter = Some(format!("{}, lifter {n}", facts.lifter.unwrap_or(day)));
        }
        // Repetitions told of a whole recording are those of no set.
        facts.reps = None;
        let Some(row) = self.sets.row_of_set(relative, of.set) else { return (facts, conflicts) };
        if row.date.is_some() {
            (facts.date, facts.date_from) = (row.date, Some("sets.csv".into()));
        }
        let facts = SetFacts {
            lifter: row.lifter.clone().or(facts.lifter),
            load_kg: row.load_kg.or(facts.load_kg),
            reps: row.reps,
            one_rep_max_kg: row.one_rep_max_kg.or(facts.one_rep_max_kg),
            rpe: row.rpe.or(facts.rpe),
            variant: row.variant.or(facts.variant),
            height_cm: row.height_cm.or(facts.height_cm),
            pain: row.pain || facts.pain,
            notes: row.notes.clone().or(facts.notes),
            ..facts
        };
        (facts, conflicts)
    }

    /// What the table tells of single sets of a recording, by their number.
    pub fn own_sets(&self, run: &Lifter, relative: &Path) -> BTreeMap<u32, OwnSet> {
        let one = |row: &SetRow| {
            let set = row.set?;
            let facts = self.facts_of_set(relative, None, Numbered { set, lifter: None }).0;
            Some((set, OwnSet { name: row.lifter.clone(), lifter: lifter_for(run, &facts) }))
        };
        self.sets.rows_of_sets(relative).into_iter().filter_map(one).collect()
    }

    /// Facts about the video at `relative` (its path below the folder), and what disagreed.
    /// `created` is the container's own time, known only after the video was read.
    pub fn facts(&self, relative: &Path, created: Option<&str>) -> (SetFacts, Vec<String>) {
        let row = self.sets.row(relative);
        let name = self.pattern.read(relative);
        let mut conflicts = vec![];
        let file = path_text(relative);
        let mut facts = merge(row, &name, &file, &mut conflicts);
        let created = created.and_then(Day::parse);
        match (facts.date, created) {
            (None, Some(day)) => (facts.date, facts.date_from) = (Some(day), Some("container".into())),
            // One day of difference is a time zone.
            (Some(said), Some(day)) if (said.number() - day.number()).abs() > 1 => {
                let source = facts.date_from.as_deref().unwrap_or("its date");
                conflicts.push(format!("{file}: {source} says {said}, {OWN_TIME} says {day}; {said} is used"));
            }
            _ => {}
        }
        if facts.lifter.is_none() {
            facts.lifter.clone_from(&self.lifter);
        }
        if facts.lifter.is_none() {
            facts.lifter = folder_name(relative);
        }
        (facts, conflicts)
    }
}

/// How a note on a date names the video's own.
const OWN_TIME: &str = "the video's own time";

/// Notes with those on dates told once: copied and sent videos often carry the day they were made anew.
pub fn fold_dates(notes: &mut Vec<String>) {
    let dated: Vec<usize> = (0..notes.len()).filter(|i| notes[*i].contains(OWN_TIME)).collect();
    let [first, .., _] = dated.as_slice() else { return };
    let text = format!("{} files have another day as {OWN_TIME}, which is not used: {}", dated.len(), notes[*first]);
    let at = *first;
    let mut index = 0;
    notes.retain(|_| (dated.binary_search(&index).is_err(), index += 1).0);
    notes.insert(at, text);
}

/// The outermost folder as the lifter's name, where nothing else tells; a folder of a date or a number is none.
fn folder_name(relative: &Path) -> Option<String> {
    let mut parts = relative.iter();
    let first = parts.next()?.to_str()?.trim();
    // The last part is the file itself.
    parts.next()?;
    let dated = first.chars().next().is_some_and(|c| c.is_ascii_digit());
    (!dated && first.chars().any(char::is_alphabetic)).then(|| first.to_owned())
}

fn merge(row: Option<&SetRow>, name: &NameFacts, file: &str, conflicts: &mut Vec<String>) -> SetFacts {
    let empty = SetRow::default();
    let row = row.unwrap_or(&empty);
    let mut differ = |what: &str, a: Option<String>, b: Option<String>| {
        if let (Some(a), Some(b)) = (a, b)
            && a != b
        {
            conflicts.push(format!("{file}: sets.csv says {what} {a}, the file name says {b}; {a} is used"));
        }
    };
    differ("date", row.date.map(|d| d.to_string()), name.date.map(|d| d.to_string()));
    differ("lifter", row.lifter.clone(), name.lifter.clone());
    differ("load_kg", row.load_kg.map(|v| v.to_string()), name.load_kg.map(|v| v.to_string()));
    differ("variant", row.variant.map(|v| v.name().into()), name.variant.map(|v| v.name().into()));
    differ("reps", row.reps.map(|v| v.to_string()), name.reps.map(|v| v.to_string()));
    let date_from = match (row.date, name.date) {
        (Some(_), _) => Some("sets.csv".to_owned()),
        (None, Some(_)) => Some("file name".to_owned()),
        _ => None,
    };
    SetFacts {
        lifter: row.lifter.clone().or_else(|| name.lifter.clone()),
        date: row.date.or(name.date),
        date_from,
        load_kg: row.load_kg.or(name.load_kg),
        reps: row.reps.or(name.reps),
        one_rep_max_kg: row.one_rep_max_kg,
        rpe: row.rpe.or(name.rpe),
        variant: row.variant.or(name.variant),
        height_cm: row.height_cm,
        pain: row.pain,
        notes: row.notes.clone(),
        set: name.set,
    }
}

/// What one set is assessed with: the run's own, with what is known of this set.
pub fn lifter_for(run: &Lifter, facts: &SetFacts) -> Lifter {
    Lifter {
        height_cm: facts.height_cm.or(run.height_cm),
        load_kg: facts.load_kg.or(run.load_kg),
        variant: facts.variant.or(run.variant),
        pain: facts.pain || run.pain,
        ..run.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_on_dates_are_told_once() {
        let dated = |n: u32| format!("{n}.mp4: file name says 2026-10-03, {OWN_TIME} says 2024-11-11; 2026-10-03 is used");
        let mut notes = vec!["a".to_owned(), dated(1), "b".into(), dated(2), dated(3)];
        fold_dates(&mut notes);
        assert_eq!((notes.len(), notes[0].as_str(), notes[2].as_str()), (3, "a", "b"));
        assert!(notes[1].starts_with("3 files have another day") && notes[1].ends_with(&dated(1)), "{}", notes[1]);
        let mut one = vec![dated(1)];
        fold_dates(&mut one);
        assert_eq!(one, [dated(1)]);
    }

    #[test]
    fn a_folder_is_the_lifter_where_nothing_else_tells() {
        let s = Sources { lifter: None, ..sources("video\n") };
        let lifter = |path: &str| s.facts(Path::new(path), None).0.lifter;
        assert_eq!(lifter("anna/monday/x.mp4").as_deref(), Some("anna"));
        assert_eq!((lifter("2026-03/x.mp4"), lifter("x.mp4")), (None, None));
        assert_eq!(sources("video\n").facts(Path::new("anna/x.mp4"), None).0.lifter.as_deref(), Some("me"), "--lifter tells");
    }

    fn sources(csv: &str) -> Sources {
        Sources { sets: Sets::read(csv.as_bytes()).0, pattern: NamePattern::default(), lifter: Some("me".into()) }
    }

    #[test]
    fn the_table_wins_over_the_name_and_the_conflict_is_told() {
        let s = sources("video,lifter,date,load_kg,pain\n2026-03-14_anna_140kg_set2.mp4,anna,2026-03-15,142.5,yes\n");
        let (facts, conflicts) = s.facts(Path::new("a/2026-03-14_anna_140kg_set2.mp4"), Some("2026-03-14T22:00:00Z"));
        assert_eq!((facts.lifter.as_deref(), facts.load_kg, facts.set, facts.pain), (Some("anna"), Some(142.5), Some(2), true));
        assert_eq!(facts.date, Day::new(2026, 3, 15));
        assert_eq!(conflicts.len(), 2, "{conflicts:?}");
        assert!(conflicts[0].contains("date 2026-03-15") && conflicts[1].contains("load_kg 142.5"));
        assert!(lifter_for(&Lifter::default(), &facts).pain);
    }

    #[test]
    fn a_set_of_a_recording_has_its_own_row_and_no_other_lifters_name() {
        let s = sources("video,set,lifter,load_kg,reps\nday.mp4,2,ben,120,3\nday.mp4,,,60,9\n");
        let of = |set, lifter| s.facts_of_set(Path::new("day.mp4"), None, Numbered { set, lifter }).0;
        let (first, second) = (of(1, Some(1)), of(2, Some(2)));
        assert_eq!((first.lifter.as_deref(), first.load_kg, first.reps), (Some("me, lifter 1"), Some(60.0), None));
        assert_eq!((second.lifter.as_deref(), second.load_kg, second.reps), (Some("ben"), Some(120.0), Some(3)));
        assert_eq!(of(1, None).lifter.as_deref(), Some("me"), "one lifter is who the run says");
        let own = s.own_sets(&Lifter::default(), Path::new("day.mp4"));
        assert_eq!(own.keys().copied().collect::<Vec<_>>(), [2]);
        assert_eq!((own[&2].name.as_deref(), own[&2].lifter.load_kg), (Some("ben"), Some(120.0)));
    }

    #[test]
    fn the_container_serves_when_nothing_else_knows_the_day() {
        let (facts, conflicts) = sources("video\n").facts(Path::new("IMG_1.MOV"), Some("2025-12-31T10:00:00Z"));
        assert_eq!((facts.date, facts.date_from.as_deref()), (Day::new(2025, 12, 31), Some("container")));
        assert_eq!((facts.lifter.as_deref(), facts.load_kg, conflicts.len()), (Some("me"), None, 0));
        let (_, conflicts) = sources("video\n").facts(Path::new("2025-12-01_bo_100kg.mp4"), Some("2025-12-31T10:00:00Z"));
        assert!(conflicts[0].contains("2025-12-31"), "{conflicts:?}");
    }
}
