//! Which part of a plan a process works on, as its user or its queue says.

use crate::error::{Error, Result};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

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
}
