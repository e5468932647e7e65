//! One shard of a plan: which inputs are its own, and the work on them beside other shards that
//! write into the same folder.
//!
//! No shard knows of another. Who does what follows from the plan alone, and every result is made in
//! a folder of its own and moved into its place when it is whole ([`super::publish`]).

use super::discover::{Found, stat};
use super::events::{Event, Reporter};
use super::failure::Failure;
use super::job::{Ended, work};
use super::layout::SETS_FILE;
use super::manifest::{Entry, Manifest};
use super::options::Options;
use super::outcome::{Input, Need, Outcome, State};
pub use super::part::Shard;
use super::part::assign;
use super::plan::{self, Task, Terms};
use super::port::Line;
use super::publish::{self, Stage};
use super::work::{Shop, is_full};
use super::{runner, sources};
use crate::error::{Error, ErrorKind, Result};
use crate::isolate::limits;
use crate::pipeline::Cancel;
use runner::Interrupt;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// How one shard ended.
#[derive(Debug, Default)]
pub struct ShardEnd {
    pub files: usize,
    pub done: usize,
    pub unchanged: usize,
    /// Without a report, an earlier try's included.
    pub failed: usize,
    /// Of those: what another try may cure.
    pub curable: usize,
    /// Interrupted or not begun.
    pub left: usize,
    /// The disk was full.
    pub full: Option<Failure>,
}

impl ShardEnd {
    /// For a queue: 75 (another try may cure it) before 3 (it will not) before 0.
    pub fn exit_code(&self) -> u8 {
        if self.full.is_some() || self.curable > 0 || self.left > 0 {
            ErrorKind::Temporary.exit_code()
        } else if self.failed > 0 {
            ErrorKind::Input.exit_code()
        } else {
            0
        }
    }
}

/// One shard as the user or the queue asked for it.
pub struct Part<'a> {
    pub manifest: &'a Manifest,
    pub shard: Shard,
    /// After a request to end (SIGTERM) the running files have so long; then they are left for the next try.
    pub grace: Duration,
}

/// An input of this shard.
struct Own<'a> {
    task: Task,
    entry: &'a Entry,
    /// Why it cannot be begun: it is gone, or has another size.
    lost: Option<Failure>,
}

/// Works through one shard of a plan. Writes no summary: that is [`super::merge`]'s.
///
/// # Errors
/// The folder of the videos is not there, or the results' folder cannot be written.
pub fn run(options: &Options, part: &Part, line: &dyn Line, reporter: &dyn Reporter, interrupt: &Interrupt) -> Result<ShardEnd> {
    let start = Instant::now();
    let out = &options.search.out;
    std::fs::create_dir_all(out).map_err(|e| Error::io("make the folder", out, e))?;
    let _beside_others = super::Lock::shared(out)?;
    let stage = Stage::open(out, part.shard)?;
    let own = prepare(options, part, line, reporter)?;
    let mut end = ShardEnd { files: own.len(), ..ShardEnd::default() };
    standing(&own, out, reporter, &mut end)?;
    let tasks: Vec<Task> = own.iter().filter(|o| o.lost.is_none() && o.task.need != Need::Nothing).map(|o| o.task.clone()).collect();
    end.unchanged = own.len() - tasks.len() - own.iter().filter(|o| o.lost.is_some()).count();
    let order = plan::order(&tasks);
    let jobs = options.jobs.unwrap_or_else(|| limits::default_jobs(options.isolation.and_then(|i| i.memory_per_job)));
    let bytes_to_do = tasks.iter().map(|t| t.found.bytes).sum();
    reporter.event(&Event::Planned { files: own.len(), to_do: tasks.len(), unchanged: end.unchanged, jobs, bytes_to_do });
    let staff = options.staff(jobs.min(order.len()), stage.path())?;
    let shop = options.shop(line, stage.path(), reporter, interrupt, &staff);
    let entries: BTreeMap<&str, &Entry> = own.iter().map(|o| (o.task.name.as_str(), o.entry)).collect();
    let perform = |task: &Task| one(task, entries.get(task.name.as_str()).copied(), &shop, &stage, out);
    let over = Cancel::default();
    let tally = std::thread::scope(|scope| {
        let clock = scope.spawn(|| end_after_grace(interrupt, part.grace, &over));
        let tally = runner::run_with(&tasks, &order, jobs, &shop, interrupt, &perform);
        over.set();
        clock.thread().unpark();
        tally
    });
    end.done = tally.done;
    end.failed += tally.failed;
    end.curable += tally.failures.values().filter(|f| f.is_curable()).count();
    end.left = tally.left;
    end.full = tally.full;
    let ShardEnd { done, unchanged, failed, left, .. } = end;
    reporter.event(&Event::Finished { done, unchanged, failed, left, seconds: start.elapsed().as_secs_f64() });
    Ok(end)
}

/// This shard's inputs as they lie on the disk now.
fn prepare<'a>(options: &Options, part: &Part<'a>, line: &dyn Line, reporter: &dyn Reporter) -> Result<Vec<Own<'a>>> {
    let folder = &options.search.folder;
    if !folder.is_dir() {
        // On another machine, or in a minute, it may be mounted.
        let message = format!("the folder of the plan is not here: {}", folder.display());
        return Err(Error::temporary(message, "mount it, or name the place it has here: formcheck batch FOLDER --plan PLAN"));
    }
    let (sources, notices) = sources(options)?;
    let table = options.sets.clone().unwrap_or_else(|| folder.join(SETS_FILE));
    let same_table = same_table(part.manifest, &table)?;
    for notice in notices.iter().map(String::as_str).chain(same_table.as_deref()) {
        reporter.event(&Event::Notice { file: None, message: notice });
    }
    let model_id = line.model_id(&options.observe.model);
    let terms = Terms {
        folder,
        out: &options.search.out,
        config: &options.config,
        model: &options.observe.model,
        outputs: options.outputs,
        calibration_sha256: options.calibration.as_ref().map(|c| c.1.clone()),
        retry: options.retry,
    };
    let common = plan::common_text(&terms)?;
    let found = part.manifest.found();
    let results = plan::result_folders(&found, |_| None);
    let costs: Vec<f64> = part.manifest.entries.iter().map(|e| e.cost_s).collect();
    let of = assign(&costs, part.shard.of);
    let mut own = vec![];
    for (i, (mut found, result)) in found.into_iter().zip(results).enumerate() {
        if of[i] != part.shard.index - 1 {
            continue;
        }
        let entry = &part.manifest.entries[i];
        let now = stat(&folder.join(&found.relative));
        found.modified_ns = now.map_or(0, |(_, modified_ns)| modified_ns);
        let mut task =
            plan::task(&found, result, &terms, &sources, &common, &model_id, |found, _, before| same_input(entry, found, before))?;
        if task.need == Need::Nothing && is_half(&task, &options.search.out) {
            task.need = Need::Observe;
        }
        let lost = match now {
            _ if task.need == Need::Nothing => None,
            None => Some(publish::gone(&task.name)),
            Some((bytes, _)) if bytes != entry.size_bytes => Some(publish::changed(&task.name)),
            Some(_) => None,
        };
        own.push(Own { task, entry, lost });
    }
    let needs_network = own.iter().any(|o| o.lost.is_none() && o.task.need == Need::Observe && !o.task.found.is_track);
    match model_id {
        Err(e) if needs_network => Err(e),
        _ => Ok(own),
    }
}

/// Whether a result is of the input that was planned, whatever lies there now.
fn same_input(entry: &Entry, found: &Found, before: &Input) -> bool {
    let planned = |hash: &String| *hash == before.sha256;
    before.path == super::text::path_text(&found.relative) && entry.sha256.as_ref().is_some_and(planned)
}

fn is_half(task: &Task, out: &Path) -> bool {
    let place = out.join(&task.result);
    Outcome::read(&place).is_some_and(|o| o.status == State::Done) && !publish::whole(&place)
}

/// The table of metadata is to be everywhere what it was: `None` when it is, else what to know.
pub fn same_table(manifest: &Manifest, table: &Path) -> Result<Option<String>> {
    let Some(planned) = &manifest.head.sets_sha256 else { return Ok(None) };
    match crate::files::sha256_file(table) {
        Ok(hash) if hash == *planned => Ok(None),
        Ok(_) => Ok(Some(format!("{} has changed since the plan was made; it is used as it is now", table.display()))),
        Err(e) => {
            Err(Error::temporary(format!("{} was there when the plan was made and is not here", table.display()), "mount its folder")
                .because(e))
        }
    }
}

/// Counts what an earlier try left without a report, and writes down what cannot be begun.
fn standing(own: &[Own], out: &Path, reporter: &dyn Reporter, end: &mut ShardEnd) -> Result<()> {
    for Own { task, entry, lost } in own {
        if let Some(failure) = lost {
            let (file, bytes) = (task.name.as_str(), task.found.bytes);
            reporter.event(&Event::Failed { file, bytes, error: failure, seconds: 0.0 });
            publish::keep(failure, task, entry, out)?;
            end.failed += 1;
        } else if task.need == Need::Nothing && plan::standing_failure(task, out).is_some() {
            end.failed += 1;
        }
    }
    Ok(())
}

/// The work on one input: apart, then into its place.
fn one(task: &Task, entry: Option<&Entry>, shop: &Shop, stage: &Stage, out: &Path) -> Ended {
    if task.need == Need::Report {
        stage.bring(task, out);
    }
    let ended = work(task, shop);
    let published = match (&ended, entry) {
        (Ended::Full(_), _) | (_, None) => Ok(None),
        // Left: a track that is saved spares the next try the networks.
        (_, Some(entry)) => stage.publish(task, entry, out),
    };
    stage.clear(task);
    let failure = match published {
        Ok(None) => return ended,
        Ok(Some(failure)) => failure,
        Err(e) if is_full(&e) => return Ended::Full(Failure::from(&e)),
        Err(e) => Failure::from(&e),
    };
    let (file, bytes) = (task.name.as_str(), task.found.bytes);
    shop.reporter.event(&Event::Failed { file, bytes, error: &failure, seconds: 0.0 });
    Ended::Failed(failure)
}

/// A queue asks once, waits, and kills: what would not end in time is left while there is time to say so.
fn end_after_grace(interrupt: &Interrupt, grace: Duration, over: &Cancel) {
    let mut asked: Option<Instant> = None;
    while !over.is_set() {
        if interrupt.finish.is_set() && asked.get_or_insert_with(Instant::now).elapsed() >= grace {
            return interrupt.stop.set();
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shards_cover_every_file_exactly_once_and_are_balanced(costs in prop::collection::vec(0.0f64..900.0, 0..300), n in 1u32..=64) {
            let of = assign(&costs, n);
            prop_assert_eq!(&of, &assign(&costs, n));
            prop_assert!(of.len() == costs.len() && of.iter().all(|&shard| shard < n));
            let mut loads = vec![0.0; n as usize];
            of.iter().zip(&costs).for_each(|(&shard, cost)| loads[shard as usize] += cost);
            let most = loads.iter().copied().fold(0.0, f64::max);
            let largest = costs.iter().copied().fold(0.0, f64::max);
            // No sharing out can do better than the mean and than the largest file.
            let bound = costs.iter().sum::<f64>() / f64::from(n) + largest;
            prop_assert!(most <= bound + 0.5, "{most} of at most {bound}");
        }
    }

    #[test]
    fn files_that_cost_nothing_are_shared_out_too() {
        let mut counts = [0; 4];
        assign(&[0.0; 40], 4).into_iter().for_each(|s| counts[s as usize] += 1);
        assert_eq!(counts, [10; 4]);
    }

    #[test]
    fn what_another_try_may_cure_comes_first() {
        let end = |failed, curable, left| ShardEnd { failed, curable, left, ..ShardEnd::default() }.exit_code();
        assert_eq!([end(0, 0, 0), end(2, 0, 0), end(2, 1, 0), end(0, 0, 3)], [0, 3, 75, 75]);
    }
}
