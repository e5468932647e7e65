//! Sets found in made-up recordings, against what is true of them.

use super::testkit::{ANNA, BEN, Film, Truth};
use super::{Day, Exercise, split};
use crate::config::Config;
use crate::track::{Track, cut};

/// Bounds may be off by this, s.
const WITHIN_S: f64 = 1.0;

/// A training day each, all different.
fn recordings() -> Vec<(&'static str, Film)> {
    use Exercise::*;
    vec![
        ("rests at the bar", Film::new(1).set(ANNA, 1, 3).stand(ANNA, 25.0).set(ANNA, 1, 2).stand(ANNA, 40.0).set(ANNA, 1, 1)),
        ("an empty gym", Film::new(2).empty(12.0).set(ANNA, 1, 2).empty(45.0).set(ANNA, 1, 4).empty(20.0)),
        ("walks off", Film::new(3).set(BEN, 1, 3).walk(BEN, 12.0).set(BEN, 1, 3).walk(BEN, 30.0)),
        ("two lifters", Film::new(4).set(ANNA, 1, 3).empty(8.0).set(BEN, 2, 3).empty(9.0).set(ANNA, 1, 2).empty(8.0).set(BEN, 2, 1)),
        ("squats between", Film::new(5).set(ANNA, 1, 3).stand(ANNA, 30.0).other(ANNA, Squat, 4).stand(ANNA, 30.0).set(ANNA, 1, 3)),
        ("rows and bench", Film::new(6).other(BEN, Row, 6).empty(25.0).set(BEN, 1, 5).empty(25.0).other(BEN, BenchPress, 5)),
        ("cuts", Film::new(7).set(ANNA, 1, 2).cut().set(ANNA, 1, 3).cut().stand(ANNA, 5.0).cut().set(BEN, 2, 2)),
        (
            "cleans and presses",
            Film::new(8).set(BEN, 1, 2).empty(30.0).other(BEN, Clean, 3).empty(30.0).other(BEN, Press, 5).stand(BEN, 24.0).set(BEN, 1, 2),
        ),
        (
            "kettlebell",
            Film::new(9).without_plate().set(ANNA, 1, 6).stand(ANNA, 26.0).other(ANNA, Swing, 8).stand(ANNA, 26.0).set(ANNA, 1, 5),
        ),
        ("carries", Film::new(10).set(BEN, 1, 2).empty(24.0).carry(BEN, 4.0).empty(24.0).set(BEN, 1, 2)),
        (
            "pull-ups and fiddling",
            Film::new(11)
                .other(ANNA, PullUp, 5)
                .empty(10.0)
                .fiddle(ANNA)
                .stand(ANNA, 24.0)
                .set(ANNA, 1, 4)
                .stand(ANNA, 12.0)
                .fiddle(ANNA)
                .stand(ANNA, 14.0)
                .set(ANNA, 1, 4),
        ),
        (
            "a long day",
            (0..6).fold(Film::new(12), |f, i| f.set(if i % 2 == 0 { ANNA } else { BEN }, 1 + i % 2, 2 + i).walk(ANNA, 15.0).empty(90.0)),
        ),
        ("singles", (0..5).fold(Film::new(13), |f, _| f.set(BEN, 1, 1).stand(BEN, 32.0))),
        ("no rest between exercises", Film::new(14).set(ANNA, 1, 4).other(ANNA, Row, 6).stand(ANNA, 22.0).set(ANNA, 1, 2)),
    ]
}

/// Sets of the truth that were found within a second at both ends, and sets that are none.
fn compare(day: &Day, truth: &[Truth]) -> (usize, usize, usize) {
    let sets: Vec<&Truth> = truth.iter().filter(|t| t.exercise.is_none()).collect();
    let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < WITHIN_S && (a[1] - b[1]).abs() < WITHIN_S;
    let hits = sets.iter().filter(|t| day.sets.iter().any(|s| near(s.lift_s, t.span_s))).count();
    (hits, sets.len(), day.sets.len())
}

#[test]
fn sets_are_found_within_a_second_and_other_exercises_are_named() {
    let (mut hits, mut sets, mut found) = (0, 0, 0);
    let (mut named, mut others) = (0, 0);
    let mut wrong = vec![];
    for (name, film) in recordings() {
        let (track, truth) = film.done();
        let day = split(&track, &Config::default());
        let (h, s, f) = compare(&day, &truth);
        (hits, sets, found) = (hits + h, sets + s, found + f);
        for t in &truth {
            match t.exercise {
                None => {
                    let own = day.sets.iter().find(|s| (s.lift_s[0] - t.span_s[0]).abs() < WITHIN_S);
                    if own.map(|s| (s.reps, s.lifter)) != Some((t.reps, t.lifter)) {
                        wrong.push(format!("{name}: {t:?} was {own:?}"));
                    }
                }
                Some(exercise) => {
                    others += 1;
                    let there: Vec<_> = day.others.iter().filter(|o| o.span_s[0] < t.span_s[1] && o.span_s[1] > t.span_s[0]).collect();
                    let right = there.len() == 1 && there[0].exercise == exercise && there[0].count.abs_diff(t.reps) <= 1;
                    named += usize::from(right);
                    if !right {
                        wrong.push(format!("{name}: {t:?} was {there:?}"));
                    }
                }
            }
        }
        if (h, f) != (s, s) {
            wrong.push(format!("{name}: {h} of {s} sets, {f} found: {:?}", day.sets));
        }
    }
    assert!(wrong.is_empty(), "{hits} of {sets} sets, {found} found; {named} of {others} named\n{}", wrong.join("\n"));
}

#[test]
fn a_clip_of_one_set_is_one_and_a_cut_of_a_recording_is_the_set_alone() {
    let alone = |film: Film| film.done().0;
    for (name, film) in [
        ("set", Film::new(20).set(ANNA, 1, 3)),
        ("with fiddling", Film::new(21).fiddle(ANNA).stand(ANNA, 3.0).set(ANNA, 1, 2).fiddle(ANNA)),
        ("nobody lifts", Film::new(22).stand(ANNA, 10.0)),
        ("squats alone", Film::new(23).other(ANNA, Exercise::Squat, 3)),
    ] {
        let day = split(&alone(film), &Config::default());
        assert!(day.is_one(), "{name}: {day:?}");
    }
    let track = alone(Film::new(24).set(ANNA, 1, 3).stand(ANNA, 30.0).set(ANNA, 1, 2));
    let day = split(&track, &Config::default());
    assert_eq!(day.sets.len(), 2, "{day:?}");
    let clip = |n: usize| -> Track {
        let [from, to] = day.sets[n].window_s;
        cut(&track, from, to).unwrap()
    };
    let reps = |t: &Track| crate::reps::segment(&crate::signals::build(t, &Config::default()).unwrap(), &Config::default()).full().count();
    assert_eq!((reps(&clip(0)), reps(&clip(1))), (3, 2));
}

#[test]
fn a_set_in_a_shorter_shot_is_cut_out_and_nothing_but_squats_is_something_else() {
    let day = |film: Film| split(&film.done().0, &Config::default());
    let aside = day(Film::new(25).stand(ANNA, 40.0).cut().set(ANNA, 1, 2));
    assert!(aside.sets.len() == 1 && !aside.is_one(), "{aside:?}");
    let squats = day(Film::new(26).other(ANNA, Exercise::Squat, 3));
    assert!(squats.is_something_else(), "{squats:?}");
    let one = day(Film::new(28).other(ANNA, Exercise::Squat, 1));
    let told = one.note().map(|n| n.message).unwrap_or_default();
    assert!(one.is_one() && told.contains("1 squat, not judged"), "{one:?} {told}");
    assert!(squats.note().is_none() && aside.note().is_none(), "that is said elsewhere");
    assert!(!day(Film::new(27).stand(ANNA, 10.0)).is_something_else(), "who does nothing does nothing else");
}

#[test]
fn a_set_that_the_film_cuts_off_says_so() {
    let (track, truth) = Film::new(30).set(ANNA, 1, 2).stand(ANNA, 25.0).set(ANNA, 1, 2).done();
    // In the middle of the second lowering.
    let short = cut(&track, 0.0, truth[1].span_s[1] - 0.9).unwrap();
    let day = split(&short, &Config::default());
    assert_eq!(day.sets.iter().map(|s| s.runs_over).collect::<Vec<_>>(), [false, true], "{day:?}");
}

#[test]
fn what_follows_a_set_without_a_plate_does_not_outvote_its_plate() {
    // An end card with somebody on it, of whom the network makes now this and now that.
    let (track, truth) = Film::new(31).set(ANNA, 1, 3).without_plate().jitter(ANNA, 30.0).done();
    let day = split(&track, &Config::default());
    assert_eq!((compare(&day, &truth), day.sets[0].reps), ((1, 1, 1), 3), "{day:?}");
}

#[test]
fn names_are_told_with_their_doubt() {
    let other = |probability, count| super::OtherSpan { exercise: Exercise::Squat, probability, count, span_s: [0.0, 1.0] };
    assert_eq!(other(0.9, 2).text(), "2 squats, not judged");
    assert_eq!(other(0.6, 1).text(), "probably 1 squat, not judged");
}
