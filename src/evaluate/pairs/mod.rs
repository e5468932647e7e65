//! The same set filmed twice: how far two films of it differ, per metric and check (SPEC 14.3).

mod compare;
mod find;
mod show;

use super::run::{Line, Options, track_of};
use super::summary::Failure;
use super::{isolated, stamp::Stamp};
use crate::error::{Error, Result};
use crate::pipeline::{Assessment, Cancel, Progress, Stage};
use crate::track::file;
use serde::Serialize;
use std::path::Path;

pub use compare::{CheckRepeated, Differences, Repeatability, Repeated};
pub use find::Film;
pub use show::{markdown, text};

/// All that comparing the pairs of a folder gives.
#[derive(Debug, Clone, Serialize)]
pub struct PairSummary {
    pub date: String,
    pub command: String,
    pub program_version: String,
    pub model: String,
    pub pairs: Vec<PairRow>,
    pub failures: Vec<Failure>,
    pub repeatability: Repeatability,
}

/// Two films of one set.
#[derive(Debug, Clone, Serialize)]
pub struct PairRow {
    pub first: String,
    pub second: String,
    /// To be added to the second film's time to get the first one's, s; `null` where their repetitions were taken in order.
    pub offset_s: Option<f64>,
    pub offset_sigma_s: Option<f64>,
    /// Repetitions that both show, and that one alone does.
    pub reps_shared: usize,
    pub reps_alone: usize,
    /// Of the set, in each.
    pub scores: [Option<f64>; 2],
}

/// Compares the pairs of `dir`, by a table or by the names of the films. A pair that cannot be compared is listed and does not stop the others.
///
/// # Errors
/// The folder or the table cannot be read, no two films are a pair, or the run was interrupted.
pub fn compare(
    dir: &Path,
    table: Option<&Path>,
    options: &Options,
    line: &dyn Line,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<PairSummary> {
    let films = find::films(dir)?;
    let pairs = match table {
        Some(table) => find::by_table(table, dir, &films)?,
        None => find::by_name(&films),
    };
    if pairs.is_empty() {
        return Err(Error::input(
            format!("{} holds no two films of one set", dir.display()),
            "call them NAME_a and NAME_b, or NAME@cam1 and NAME@cam2, or name them in a table: --pairs=pairs.csv with first,second",
        ));
    }
    progress.stage(Stage::Assess, Some(pairs.len() as u64));
    let (mut rows, mut failures, mut found) = (vec![], vec![], vec![]);
    for (i, (name, films)) in pairs.into_iter().enumerate() {
        cancel.check()?;
        match films.and_then(|films| pair(&films, options, line, progress, cancel)) {
            Ok((row, differences)) => {
                rows.push(row);
                found.push(differences);
            }
            Err(e) => {
                progress.warn(&format!("{name}: {e}"));
                failures.push(Failure { name, kind: isolated::kind(&e).into(), error: e.message, hint: e.hint });
            }
        }
        progress.frames(i as u64 + 1);
    }
    let Stamp { date, command } = options.stamp.clone();
    let program_version = env!("CARGO_PKG_VERSION").into();
    Ok(PairSummary { date, command, program_version, model: line.model(), pairs: rows, failures, repeatability: compare::pool(&found) })
}

fn pair(films: &[Film; 2], options: &Options, line: &dyn Line, progress: &dyn Progress, cancel: &Cancel) -> Result<(PairRow, Differences)> {
    let assessed = |film: &Film| -> Result<Assessment> {
        let track = match film.saved {
            true => file::load(&film.path)?,
            false => track_of(&film.name, &film.path, options, line, progress, cancel)?,
        };
        line.assess(&track)
    };
    let [first, second] = films;
    let found = compare::differences(&assessed(first)?, &assessed(second)?).map_err(|e| {
        Error::input(
            format!("{} and {} do not show the same set: {e}", first.name, second.name),
            "give two films of the same set, both with the whole of at least one repetition",
        )
    })?;
    let row = PairRow {
        first: first.name.clone(),
        second: second.name.clone(),
        offset_s: found.offset_s,
        offset_sigma_s: found.offset_sigma_s,
        reps_shared: found.shared,
        reps_alone: found.alone,
        scores: found.scores,
    };
    Ok((row, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::evaluate::RealLine;
    use crate::pipeline::{ObserveOptions, Silent};
    use crate::track::{Track, save};
    use std::path::PathBuf;

    fn lift(name: &str) -> Track {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tracks");
        file::load(&folder.join(format!("{name}.track.json.gz"))).unwrap()
    }

    /// The lift filmed by another camera: it began earlier, and takes the plate for larger by so much.
    fn again(mut track: Track, earlier_s: f64, plate: f64) -> Track {
        for frame in &mut track.frames {
            frame.time_s += earlier_s;
            if let Some(seen) = &mut frame.plate {
                (seen.major_px, seen.minor_px) = (seen.major_px * plate, seen.minor_px * plate);
            }
        }
        track
    }

    fn compared(films: &[(&str, Track)], table: Option<&str>) -> Result<PairSummary> {
        let dir = tempfile::tempdir().unwrap();
        for (name, track) in films {
            save(track, &dir.path().join(format!("{name}.track.json.gz"))).unwrap();
        }
        let table: Option<PathBuf> = table.map(|text| {
            let path = dir.path().join("pairs.csv");
            std::fs::write(&path, text).unwrap();
            path
        });
        let line = RealLine { options: ObserveOptions::default(), config: Config::default(), crew: None };
        let stamp = Stamp { date: "2025-01-01".into(), command: "formcheck evaluate films --pairs".into() };
        let options = Options { tracks: None, fresh: false, jobs: 1, only: None, stamp };
        compare(dir.path(), table.as_deref(), &options, &line, &Silent, &Cancel::default())
    }

    #[test]
    fn what_differs_between_two_films_of_a_set_is_found_and_nothing_else() {
        let e3 = lift("side_e3");
        let clean = lift("side_right_clean");
        let summary = compared(
            &[("e3_a", e3.clone()), ("e3_b", again(e3, 0.4, 1.0)), ("clean@cam1", clean.clone()), ("clean@cam2", again(clean, 0.0, 1.02))],
            None,
        )
        .unwrap();
        let (first, second) = (&summary.pairs[0], &summary.pairs[1]);
        assert!(first.first == "clean@cam1" && second.first == "e3_a" && first.reps_alone + second.reps_alone == 0);
        assert!((second.offset_s.unwrap() + 0.4).abs() < 0.01, "{second:?}");
        let found = &summary.repeatability;
        let rom = &found.metrics["rom_cm"];
        // The plate is 45 cm: taken for larger, the bar's way is shorter. Only one of the two films differs so.
        let clean_reps = first.reps_shared as f64;
        let rom_cm = 0.02 / 1.02 * clean_reps / rom.n as f64 * 60.0;
        assert!(rom.sets == 2 && (rom.mean_difference + rom_cm).abs() < 0.5 * rom_cm, "{rom:?}");
        assert!(found.metrics["concentric_s"].mean_difference.abs() < 0.02, "{:?}", found.metrics["concentric_s"]);
        let e3 = &found.checks["E3"];
        let agreed = e3.same_flag.unwrap();
        assert!(agreed.hits == agreed.of && e3.flagged_twice > 0 && e3.flagged_once == 0, "{e3:?}");
        assert!(found.score.is_some() && text(&summary).contains("rom_cm") && markdown(&summary).contains("| E3 |"));
    }

    #[test]
    fn films_of_two_sets_are_refused_and_cost_no_other_pair() {
        let (clean, e3) = (lift("side_right_clean"), lift("side_e3"));
        let summary = compared(&[("x", clean.clone()), ("y", clean), ("z", e3)], Some("first,second\nx,z\nx,y\n")).unwrap();
        assert_eq!((summary.pairs.len(), summary.failures.len()), (1, 1));
        assert!(summary.failures[0].error.contains("x and z do not show the same set"), "{:?}", summary.failures);
        assert!(compared(&[("x", lift("side_e2"))], None).is_err(), "no pair is an error");
        // From before the pull to standing: less than can be told from any other pull, and one repetition in each.
        let pull = crate::track::cut(&lift("side_right_clean"), 2.0, 4.9).unwrap();
        let summary = compared(&[("x_a", pull.clone()), ("x_b", pull)], None).unwrap();
        assert_eq!((summary.pairs[0].offset_s, summary.pairs[0].reps_shared), (None, 1), "{:?}", summary.failures);
    }
}
