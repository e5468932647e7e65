//! One shard of a plan: which inputs are its own, and the work on them beside other shards that
//! write into the same folder.
//!
//! No shard knows of another. Who does what follows from the plan alone, and every result is made in
//! a folder of its own and moved into its place when it is whole ([`super::publish`]).

use super::discover::{Found, stat};
use super::events::{Event, Reporter};
use super::manifest::{Entry, Manifest};
use super::outcome::{Failure, Input, Need, Outcome, State};
use super::plan::{self, Task, Terms};
use super::port::Line;
use super::publish::{self, Stage};
use super::work::{Ended, Shop, is_full, work};
use super::{Options, SETS_FILE, runner, sources};
use crate::error::{Error, ErrorKind, Result};
use crate::isolate::limits;
use crate::pipeline::Cancel;
use runner::Interrupt;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;
use std::time::{Duration, Instant};

/// Part `index` (from 1) of `of` parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub index: u32,
    pub of: u32,
}

/// More shards than this are a slip of the keyboard.
const SHARDS_MAX: u32 = 1_000_000;

impl Shard {
    /// Refuses 0/0, 9/8 and the like.
    pub fn new(index: u32, of: u32) -> Result<Shard> {
        match (1..=of).contains(&index) && of <= SHARDS_MAX {
            true => Ok(Shard { index, of }),
            false => Err(Error::usage(format!("there is no shard {index}/{of}"), "shards are numbered from 1: 1/8, 2/8, … 8/8")),
        }
    }

    /// `i/n`, or `i` alone where the plan says of how many.
    pub fn parse(text: &str, planned: Option<u32>) -> Result<Shard> {
        let wrong = || Error::usage(format!("{text:?} is not a shard"), "write it as 3/8: part 3 of 8");
        let number = |s: &str| s.trim().parse::<u32>().ok();
        match (text.split_once('/'), planned) {
            (Some((index, of)), _) => Shard::new(number(index).ok_or_else(wrong)?, number(of).ok_or_else(wrong)?),
            (None, Some(of)) => Shard::new(number(text).ok_or_else(wrong)?, of),
            (None, None) => Err(wrong()),
        }
    }

    /// The part that a queue gave this process, by its variables; `None` outside of one.
    ///
    /// Slurm's arrays count from 1 (`--array=1-8`), or from 0 when the whole array runs (`--array=0-7`);
    /// Kubernetes' indexed jobs count from 0 and do not tell of how many, which the plan then must.
    pub fn from_queue(variable: impl Fn(&str) -> Option<String>, planned: Option<u32>) -> Result<Option<Shard>> {
        let number = |name: &str| -> Result<Option<u32>> {
            let Some(text) = variable(name) else { return Ok(None) };
            let wrong = || Error::usage(format!("{name} is {text:?}, which is no number"), "give --shard i/n instead");
            text.trim().parse().map(Some).map_err(|_| wrong())
        };
        if let Some(id) = number("SLURM_ARRAY_TASK_ID")? {
            let count = number("SLURM_ARRAY_TASK_COUNT")?;
            let (low, high) = (number("SLURM_ARRAY_TASK_MIN")?, number("SLURM_ARRAY_TASK_MAX")?);
            return slurm(id, count, low, high, planned).map(Some);
        }
        let Some(index) = number("JOB_COMPLETION_INDEX")? else { return Ok(None) };
        let of = planned.ok_or_else(|| {
            Error::usage(
                "JOB_COMPLETION_INDEX does not tell of how many shards",
                "make the plan with --shards N, as many as the job's completions",
            )
        })?;
        Shard::new(index.saturating_add(1), of).map(Some)
    }
}

/// A part of an array may be run again alone (`--array=3,7`): its numbers then tell, not its count.
fn slurm(id: u32, count: Option<u32>, low: Option<u32>, high: Option<u32>, planned: Option<u32>) -> Result<Shard> {
    let low = low.unwrap_or(u32::from(id > 0));
    let whole = |of: u32| count.is_none_or(|c| c == of) && high.is_none_or(|h| h.checked_sub(low) == Some(of - 1));
    match planned.or(count) {
        Some(of) if of > 0 && low == 0 && whole(of) => Shard::new(id.saturating_add(1), of),
        Some(of) if low > 0 && (planned.is_some() || (low == 1 && whole(of))) => Shard::new(id, of),
        _ => Err(Error::usage(
            "this job array does not tell how the work is shared out",
            "make the plan with --shards N and run sbatch --array=1-N; of such an array parts can be run again",
        )),
    }
}

/// Which shard (from 0) does each file: the costliest first, each to the shard with the least so far.
/// No shard gets more than 4/3 of what the best sharing out would give its fullest one (Graham's bound).
pub fn assign(costs_s: &[f64], shards: u32) -> Vec<u32> {
    // Whole milliseconds: sums of fractions would depend on their order.
    let cost_ms: Vec<u64> = costs_s.iter().map(|s| ((s * 1e3).round() as u64).max(1)).collect();
    let mut order: Vec<usize> = (0..cost_ms.len()).collect();
    order.sort_by_key(|&i| (Reverse(cost_ms[i]), i));
    let mut loads: BinaryHeap<Reverse<(u64, u32)>> = (0..shards.max(1)).map(|shard| Reverse((0, shard))).collect();
    let mut of = vec![0; cost_ms.len()];
    for i in order {
        // The heap is never empty: what is taken out goes back in.
        let Some(Reverse((load, shard))) = loads.pop() else { break };
        of[i] = shard;
        loads.push(Reverse((load + cost_ms[i], shard)));
    }
    of
}

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
    let _beside_others = super::lock_shared(out)?;
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
    match super::outcome::sha256_file(table) {
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
    fn shards_are_numbered_from_one() {
        assert_eq!(Shard::parse("3/8", None).unwrap(), Shard { index: 3, of: 8 });
        assert_eq!(Shard::parse("3", Some(5)).unwrap(), Shard { index: 3, of: 5 });
        for wrong in ["0/0", "0/8", "9/8", "1/", "/1", "a/b", "-1/2", "1/4000000000", "3", ""] {
            assert_eq!(Shard::parse(wrong, None).unwrap_err().kind, ErrorKind::Usage, "{wrong}");
        }
    }

    fn queue(pairs: &[(&str, &str)], planned: Option<u32>) -> Option<Option<(u32, u32)>> {
        let variable = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Shard::from_queue(variable, planned).ok().map(|s| s.map(|s| (s.index, s.of)))
    }

    #[test]
    fn a_queue_tells_which_shard_or_why_it_cannot() {
        let array = |id: &'static str, count, low, high| {
            vec![
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_ARRAY_TASK_MIN", low),
                ("SLURM_ARRAY_TASK_MAX", high),
            ]
        };
        assert_eq!(queue(&[], None), Some(None));
        assert_eq!(queue(&array("3", "8", "1", "8"), None), Some(Some((3, 8))));
        assert_eq!(queue(&array("0", "8", "0", "7"), None), Some(Some((1, 8))));
        assert_eq!(queue(&array("7", "8", "0", "7"), Some(8)), Some(Some((8, 8))));
        assert_eq!(queue(&array("7", "2", "3", "7"), Some(8)), Some(Some((7, 8))), "a part of the array again");
        assert_eq!(queue(&array("7", "2", "3", "7"), None), None, "of how many?");
        assert_eq!(queue(&array("0", "2", "0", "3"), Some(8)), None, "which part of which array?");
        assert_eq!(queue(&array("9", "9", "1", "9"), Some(8)), None, "one too many");
        assert_eq!(queue(&[("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_COUNT", "2")], None), Some(Some((2, 2))));
        assert_eq!(queue(&[("SLURM_ARRAY_TASK_ID", "x")], None), None);
        assert_eq!(queue(&[("JOB_COMPLETION_INDEX", "0")], Some(4)), Some(Some((1, 4))));
        assert_eq!(queue(&[("JOB_COMPLETION_INDEX", "4")], Some(4)), None);
        assert_eq!(queue(&[("JOB_COMPLETION_INDEX", "0")], None), None);
    }

    #[test]
    fn what_another_try_may_cure_comes_first() {
        let end = |failed, curable, left| ShardEnd { failed, curable, left, ..ShardEnd::default() }.exit_code();
        assert_eq!([end(0, 0, 0), end(2, 0, 0), end(2, 1, 0), end(0, 0, 3)], [0, 3, 75, 75]);
    }
}
