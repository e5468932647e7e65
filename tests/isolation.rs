//! The program itself over a folder in which one file kills the process that works on it. The fault is
//! made by a variable that the private worker command alone heeds.

mod fake;

use fake::sample::{self, Case};
use formcheck::track;
use std::path::Path;
use std::process::{Command, Output};

const FILES: usize = 20;

/// Saved tracks of one made-up set.
fn season(folder: &Path) {
    let made = sample::build(Case::Clean);
    for i in 0..FILES {
        track::save(&made.track, &folder.join(format!("s{i:02}.track.json.gz"))).unwrap();
    }
}

fn batch(folder: &Path, out: &Path, fault: Option<&str>, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_formcheck"));
    command.arg("batch").arg(folder).arg("--out").arg(out).args(["--no-html", "--jobs", "2"]).args(more);
    command.env_remove("FORMCHECK_WORKER_FAULT");
    if let Some(fault) = fault {
        command.env("FORMCHECK_WORKER_FAULT", fault);
    }
    command.output().unwrap()
}

fn reports(out: &Path) -> usize {
    (0..FILES).filter(|i| out.join(format!("s{i:02}/report.json")).is_file()).count()
}

#[test]
fn one_file_that_kills_its_process_costs_that_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    season(folder.path());
    let faults = [
        ("segfault", "crashed", "segmentation fault"),
        ("abort", "crashed", "abort"),
        ("overflow", "crashed", "the stack overflowed"),
        ("kill", "memory", "more memory than there is"),
        ("memory", "memory", "more memory than its 300 MiB"),
        ("silence", "timeout", "no progress for 3 s"),
    ];
    for (fault, kind, says) in faults {
        let out = tempfile::tempdir().unwrap();
        let fault = format!("{fault}:s07.track");
        let limits = ["--memory-per-job", "300", "--timeout", "3"];
        let first = batch(folder.path(), out.path(), Some(&fault), &limits);
        let told = String::from_utf8_lossy(&first.stderr).into_owned();
        assert_eq!(first.status.code(), Some(4), "{fault}: {told}");
        assert_eq!(reports(out.path()), FILES - 1, "{fault}: {told}");
        let summary = fake::summary(out.path());
        let failures = summary["failures"].as_array().unwrap();
        assert_eq!((failures.len(), failures[0]["kind"].as_str()), (1, Some(kind)), "{fault}");
        assert!(failures[0]["message"].as_str().unwrap().contains(says), "{fault}: {}", failures[0]);
        assert!(failures[0]["hint"].as_str().unwrap().len() > 20);
        let second = batch(folder.path(), out.path(), Some(&fault), &limits);
        let told = String::from_utf8_lossy(&second.stderr).into_owned();
        assert_eq!(second.status.code(), Some(4), "{told}");
        assert!(told.contains("0 to do, 20 unchanged"), "{fault}: the next run leaves it alone: {told}");
        let again = batch(folder.path(), out.path(), None, &["--retry"]);
        assert_eq!((again.status.code(), reports(out.path())), (Some(0), FILES), "and --retry mends it");
    }
}

#[test]
fn results_are_the_same_bytes_as_without_processes_of_their_own() {
    let (folder, alone, apart) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    season(folder.path());
    let mut options = fake::options(folder.path(), alone.path());
    options.outputs = formcheck::pipeline::Outputs { video: true, html: false, stills: false, clips: false, card: false };
    options.observe.model = "heavy".into();
    let quiet = formcheck::batch::events::Quiet;
    formcheck::batch::run(&options, &formcheck::batch::port::RealLine, &quiet, &formcheck::batch::Interrupt::default()).unwrap();
    assert_eq!(batch(folder.path(), apart.path(), None, &[]).status.code(), Some(0));
    assert!(fake::tree(alone.path()) == fake::tree(apart.path()));
}

#[test]
fn a_folder_that_is_not_there_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let ended = batch(&place.path().join("nowhere"), &out, None, &[]);
    assert_eq!(ended.status.code(), Some(3));
    assert!(!out.exists());
}
