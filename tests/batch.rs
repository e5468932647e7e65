//! A folder of videos with a line that needs no video: what is done, kept, resumed and told.

mod fake;

use fake::{FakeLine, Heard, empty_folder, options, put, run, summary, tree};
use formcheck::batch::{self, Interrupt};
use formcheck::config::Up;
use formcheck::report::Severity;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

fn season(folder: &Path) {
    put(
        folder,
        &[
            ("2026-01-05_anna_100kg_set1.mp4", "clean"),
            ("2026-01-05_anna_110kg_set2.mp4", "faulty"),
            ("2026-01-12_anna_120kg.mp4", "faulty"),
            ("bo/2026-01-06_bo_140kg.mov", "clean"),
            ("bo/notes.txt", "not looked at"),
            ("broken.mp4", "this is text"),
            ("crash.mp4", "panic"),
            ("front.mp4", "front"),
        ],
    );
}

#[test]
fn one_bad_file_does_not_stop_the_folder_and_a_second_run_does_nothing() {
    let (folder, out) = (empty_folder(), empty_folder());
    season(folder.path());
    let (options, line) = (options(folder.path(), out.path()), FakeLine::default());
    let end = run(&options, &line);
    assert_eq!((end.done, end.failed, end.unchanged, end.exit_code(None)), (5, 2, 0, 4));
    assert_eq!(end.worst, Severity::Moderate);
    for file in ["bo/2026-01-06_bo_140kg/report.json", "front/track.json.gz", "summary.csv", "summary.json", "index.html"] {
        assert!(out.path().join(file).is_file(), "{file}");
    }
    let told = summary(out.path());
    assert_eq!(told["failures"][0]["file"], "broken.mp4");
    assert_eq!(told["failures"][0]["kind"], "input");
    assert_eq!(told["failures"][0]["message"], "broken.mp4 is not a video", "the name, not the place");
    assert!(told["failures"][1]["message"].as_str().unwrap().contains("the network fell over"));
    let before = tree(out.path());
    let end = run(&options, &line);
    assert_eq!((end.done, end.unchanged, end.failed), (0, 7, 2));
    assert_eq!(line.observed.load(Ordering::SeqCst), 7, "nothing is looked at twice");
    assert!(tree(out.path()) == before, "and no byte changes");
}

#[test]
fn the_table_has_a_row_per_repetition() {
    let (folder, out) = (empty_folder(), empty_folder());
    season(folder.path());
    run(&options(folder.path(), out.path()), &FakeLine::default());
    let mut table = csv::Reader::from_path(out.path().join("summary.csv")).unwrap();
    let head = table.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 15, "five sets of three");
    let first = &rows[0];
    let cells = ["file", "lifter", "date", "load_kg", "rep"].map(|c| first[column(c)].to_owned());
    assert_eq!(cells, ["2026-01-05_anna_100kg_set1.mp4", "anna", "2026-01-05", "100", "1"]);
    assert!(!first[column("lift_off_s")].is_empty() && !first[column("score")].is_empty());
    assert_eq!((&rows[4][column("E3_status")], &rows[4][column("E3_severity")]), ("flag", "moderate"));
    assert_eq!(&rows[14][column("date")], "2026-01-05", "the container's time serves where the name tells none");
}

#[test]
fn a_recording_of_several_sets_has_rows_for_each_and_is_resumed() {
    let (folder, out) = (empty_folder(), empty_folder());
    let table = "video,set,lifter,load_kg,coach_E3\nday.mp4,2,ben,120,n\nday,9,eve,1,\nday.mp4,,anna,,\n";
    put(folder.path(), &[("day.mp4", "twice"), ("one.mp4", "clean"), ("sets.csv", table)]);
    let (mut options, line) = (options(folder.path(), out.path()), FakeLine::default());
    options.outputs.html = true;
    let end = run(&options, &line);
    assert_eq!((end.done, end.failed), (2, 0));
    for file in
        ["day/recording.json", "day/index.html", "day/set-1/report.json", "day/set-2/report.json", "day/set-2/thumb.svg", "one/report.json"]
    {
        assert!(out.path().join(file).is_file(), "{file}");
    }
    assert!(!out.path().join("day/report.json").exists(), "two sets have no report in common");
    let told = summary(out.path());
    let set = |at: usize, key: &str| told["sets"][at][key].clone();
    assert_eq!((set(0, "name"), set(1, "name")), ("day.mp4".into(), "day.mp4".into()));
    assert_eq!([0, 1, 2].map(|at| set(at, "recording")["set"].as_u64()), [Some(1), Some(2), None]);
    assert_eq!([0, 1].map(|at| set(at, "facts")["lifter"].clone()), ["anna", "ben"]);
    assert_eq!([0, 1].map(|at| set(at, "facts")["load_kg"].as_f64()), [None, Some(120.0)]);
    let notices = told["notices"].to_string();
    assert!(notices.contains("holds the sets 1, 2, not set 9") && !notices.contains("there is no video"), "{notices}");
    assert_eq!(told["agreement_with_coach"][0]["code"], "E3", "the coach's label of one set");
    let mut rows = csv::Reader::from_path(out.path().join("summary.csv")).unwrap();
    let head = rows.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let cells: Vec<[String; 3]> =
        rows.records().map(|r| r.unwrap()).map(|r| ["file", "set", "E3_coach"].map(|c| r[column(c)].to_owned())).collect();
    assert_eq!(cells.len(), 9, "three sets of three");
    assert_eq!([&cells[0], &cells[3], &cells[6]], [&["day.mp4", "1", ""], &["day.mp4", "2", "no"], &["one.mp4", "", ""]]);
    let page = std::fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(page.contains("day/set-2/report") && page.contains("day/index.html") && page.contains("Set 2"), "{page}");

    let before = tree(out.path());
    assert_eq!((run(&options, &line).unchanged, line.observed.load(Ordering::SeqCst)), (2, 2));
    assert!(tree(out.path()) == before, "no byte changes");
    std::fs::write(out.path().join("day/set-1/report.json"), "damaged").unwrap();
    assert_eq!(run(&options, &line).done, 1);
    assert!(tree(out.path()) == before, "a damaged set is made again");
    put(folder.path(), &[("sets.csv", &table.replace("120", "130"))]);
    assert_eq!((run(&options, &line).done, line.observed.load(Ordering::SeqCst)), (1, 2), "only what depends on the row is scored again");
    put(folder.path(), &[("day.mp4", "clean")]);
    run(&options, &line);
    assert!(out.path().join("day/report.json").is_file() && !out.path().join("day/set-1").exists(), "nothing old stays beside the new");
}

#[test]
fn a_new_threshold_needs_no_second_look_and_a_new_network_does() {
    let (folder, out) = (empty_folder(), empty_folder());
    season(folder.path());
    let (mut options, line) = (options(folder.path(), out.path()), FakeLine::default());
    run(&options, &line);
    let score = |at: usize| summary(out.path())["sets"][at]["score"].as_f64().unwrap();
    let before = score(0);
    options.config.e4.drift_cm = Up::of([2.0, 5.0, 8.0]);
    let end = run(&options, &line);
    assert_eq!((end.done, line.observed.load(Ordering::SeqCst)), (5, 7), "five scored again, failures left alone");
    assert_eq!(score(0), before - 2.0);
    put(folder.path(), &[("front.mp4", "clean")]);
    assert_eq!(run(&options, &line).done, 1, "a changed video is looked at again");
    let newer = FakeLine { model: Some("newer".into()), ..FakeLine::default() };
    run(&options, &newer);
    assert_eq!(newer.observed.load(Ordering::SeqCst), 7);
    std::fs::write(out.path().join("front/track.json.gz"), "damaged").unwrap();
    options.config.e4.drift_cm = Up::of([2.5, 5.0, 8.0]);
    run(&options, &newer);
    assert_eq!(newer.observed.load(Ordering::SeqCst), 8, "a damaged track is made again");
}

/// Not a test of its own: the process that the next test kills.
#[test]
#[ignore = "started by another test"]
fn child_runs_a_slow_batch() {
    let Some(place) = std::env::var_os("FORMCHECK_TEST_PLACE") else { return };
    let place = Path::new(&place);
    let line = FakeLine { slow: Duration::from_millis(10), ..FakeLine::default() };
    run(&options(&place.join("in"), &place.join("killed")), &line);
}

#[test]
fn a_killed_run_is_completed_to_the_same_bytes() {
    let place = empty_folder();
    let at = |name: &str| place.path().join(name);
    for i in 0..12 {
        put(&at("in"), &[(&format!("2026-02-{:02}_anna_{}kg.mp4", i + 1, 100 + i), ["clean", "faulty", "junk"][i % 3])]);
    }
    for outcomes in [1, 4, 8] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_runs_a_slow_batch", "--ignored"])
            .env("FORMCHECK_TEST_PLACE", place.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let done = || tree(&at("killed")).keys().filter(|f| f.ends_with("outcome.json")).count();
        while done() < outcomes && start.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(!at("killed/summary.csv").is_file(), "it was killed before its end");
    let line = FakeLine::default();
    let end = run(&options(&at("in"), &at("killed")), &line);
    assert!(end.unchanged > 0, "what was done stays done");
    run(&options(&at("in"), &at("whole")), &FakeLine::default());
    let (killed, whole) = (tree(&at("killed")), tree(&at("whole")));
    assert_eq!(killed.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "and nothing half written is left");
    for (name, bytes) in &whole {
        assert!(killed[name] == *bytes, "{name} differs");
    }
}

#[test]
fn the_first_interrupt_finishes_what_runs_and_the_second_stops_it() {
    let (folder, out) = (empty_folder(), empty_folder());
    let names: Vec<String> = (0..6).map(|i| format!("{i}.mp4")).collect();
    names.iter().for_each(|n| put(folder.path(), &[(n, "clean")]));
    let line = FakeLine { slow: Duration::from_millis(20), ..FakeLine::default() };
    let (options, heard, interrupt) = (options(folder.path(), out.path()), Heard::default(), Interrupt::default());
    let press = |times: usize, after: u64| {
        let interrupt = interrupt.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(after));
            (0..times).for_each(|_| assert!(!interrupt.press()));
        })
    };
    let pressing = press(1, 100);
    let end = batch::run(&options, &line, &heard, &interrupt).unwrap();
    pressing.join().unwrap();
    assert_eq!((end.done, end.left, end.exit_code(None)), (2, 4, 130));
    assert_eq!(heard.named("notice").len(), 1, "the first Ctrl-C is answered while the files go on");
    assert_eq!(summary(out.path())["pending"].as_array().unwrap().len(), 4);
    let interrupt2 = Interrupt::default();
    let pressing = {
        let interrupt = interrupt2.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            interrupt.press();
            interrupt.press();
        })
    };
    let end = batch::run(&options, &line, &heard, &interrupt2).unwrap();
    pressing.join().unwrap();
    assert_eq!((end.done, end.left), (0, 4));
    assert_eq!(heard.named("left").len(), 2);
    let end = run(&options, &FakeLine::default());
    assert_eq!((end.done, end.unchanged, end.failed), (4, 2, 0));
}

#[test]
fn hostile_names_are_text_and_their_results_are_found() {
    let (folder, out) = (empty_folder(), empty_folder());
    put(folder.path(), &[("<script>alert(1)<∕script>.mp4", "clean"), ("a \"quoted' & new\nline.mp4", "faulty"), ("=1+1.mp4", "clean")]);
    std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.mp4")), "clean").unwrap();
    put(
        folder.path(),
        &[("x.mp4", "clean"), ("x.mov", "faulty"), ("sets.csv", "video,lifter,notes\nx.mp4,</script><b>eve</b>,\"a\"\"b\"\n")],
    );
    let end = run(&options(folder.path(), out.path()), &FakeLine::default());
    assert_eq!((end.done, end.failed), (6, 0));
    let page = std::fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<b>eve"), "a name is not markup");
    assert!(page.contains("href=\"%FF%FE/report.json\"") && page.contains("\\xff\\xfe.mp4"));
    assert!(out.path().join("x-2/report.json").is_file());
    let told = summary(out.path());
    assert!(told["notices"].as_array().unwrap().iter().any(|n| n.as_str().unwrap().contains("same stem")));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(out.path().join("summary.csv")).unwrap().records().map(Result::unwrap).collect();
    assert!(rows.iter().any(|r| &r[0] == "a \"quoted' & new\nline.mp4") && rows.iter().any(|r| &r[0] == "'=1+1.mp4"));
}

#[test]
fn the_coachs_labels_are_compared_and_pain_gives_no_score() {
    let (folder, out) = (empty_folder(), empty_folder());
    let table = "video,lifter,pain,reps,mood,E1,E3\na.mp4,anna,no,3,,y,n\nb.mp4,anna,no,5,,n,n\nc.mp4,bo,yes,3,,?,y\n";
    put(folder.path(), &[("a.mp4", "faulty"), ("b.mp4", "clean"), ("c.mp4", "faulty "), ("sets.csv", table)]);
    run(&options(folder.path(), out.path()), &FakeLine::default());
    let told = summary(out.path());
    let e1 = &told["agreement_with_coach"][0];
    assert_eq!(
        (e1["code"].as_str(), e1["precision"].as_f64(), e1["recall"].as_f64(), e1["kappa"].as_f64()),
        (Some("E1"), Some(1.0), Some(1.0), Some(1.0))
    );
    assert_eq!(told["agreement_with_coach"][1]["only_program"], 1);
    assert!(told["sets"][2]["score"].is_null() && told["lifters"][1]["pain_reported"] == true);
    let notices = told["notices"].to_string();
    assert!(notices.contains("column 5: unknown column") && notices.contains("b.mp4: 5 repetitions were noted, 3 were seen"), "{notices}");
    let page = std::fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(page.contains("Pain was reported") && page.contains("pain reported"));
}

#[test]
fn two_films_of_a_set_are_one_report_and_films_that_do_not_fit_cost_the_side_nothing() {
    let (folder, out) = (empty_folder(), empty_folder());
    let films = [("x_side.mp4", "clean"), ("x_front.mp4", "front"), ("y_side.mp4", "faulty"), ("y_front.mp4", "clean"), ("z.mp4", "clean")];
    put(folder.path(), &films);
    put(folder.path(), &[("view2.mp4", "front"), ("sets.csv", "video,front\nz.mp4,view2.mp4\n")]);
    let (options, line, heard) = (options(folder.path(), out.path()), FakeLine::default(), Heard::default());
    let end = batch::run(&options, &line, &heard, &Interrupt::default()).unwrap();
    assert_eq!((end.done, end.failed, end.exit_code(None)), (3, 0, 0));
    let report = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(out.path().join(name).join("report.json")).unwrap()).unwrap()
    };
    for pair in ["x_side", "z"] {
        assert_eq!(report(pair)["front"]["shared_reps"], 3, "{pair}");
        assert!(out.path().join(pair).join("front/track.json.gz").is_file(), "{pair}");
    }
    assert!(report("y_side")["front"].is_null() && report("y_side")["set"]["score"].is_number(), "the side is scored alone");
    assert!(out.path().join("y_side/front/report.json").is_file(), "and the other film has its own report");
    assert!(!out.path().join("x_front").exists() && !out.path().join("y_front").exists(), "no film counts twice");
    let told = heard.0.lock().unwrap().iter().any(|e| e.to_string().contains("cannot be laid over each other"));
    assert!(told, "{:?}", heard.0.lock().unwrap());
    // Another film from the front is another report; what did not change is not done again.
    let seen = line.observed.load(Ordering::SeqCst);
    assert_eq!((seen, run(&options, &line).unchanged), (6, 3));
    put(folder.path(), &[("x_front.mp4", "front, filmed anew")]);
    let end = run(&options, &line);
    assert_eq!((end.done, end.unchanged, line.observed.load(Ordering::SeqCst)), (1, 2, seen + 1), "the side need not be looked at again");
}
