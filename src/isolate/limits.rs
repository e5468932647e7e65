//! What a process may take, and what it takes.

use super::allotted;
use std::path::Path;

/// Memory that a job gets at most where nobody says otherwise.
const MOST_BYTES: u64 = 4 << 30;
/// No job is given less: the networks, two decoders and the queue between them need it.
pub const LEAST_BYTES: u64 = 600 << 20;
/// Above the limit that the parent watches: address space that is mapped but not used (stacks of threads, a
/// decoder's pools) counts in the system's own limit.
const MAPPED_BYTES: u64 = 1 << 30;

/// Files at a time: as many as cores, fewer where memory is short.
pub fn default_jobs(memory_per_job: Option<u64>) -> usize {
    let memory = available_bytes().map_or(usize::MAX, |b| (b / memory_per_job.unwrap_or(LEAST_BYTES).max(1)) as usize);
    allotted::cores().min(memory).max(1)
}

/// Each job's share of what can still be used; `None` where the system does not say.
pub fn default_memory(jobs: usize) -> Option<u64> {
    let share = available_bytes()? / 10 * 9 / jobs.max(1) as u64;
    Some(share.clamp(LEAST_BYTES, MOST_BYTES))
}

/// What the machine, or the control group that the program runs in, has left.
pub fn available_bytes() -> Option<u64> {
    let machine = meminfo("MemAvailable:");
    let left = |limit: &str, used: &str| {
        let group = Path::new("/sys/fs/cgroup");
        let number = |file| std::fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
        Some(number(limit)?.saturating_sub(number(used)?))
    };
    // An unlimited group says "max", or a number beyond all memory.
    let group = left("memory.max", "memory.current").or_else(|| left("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"));
    [machine, group, allotted::memory_bytes()].into_iter().flatten().min()
}

fn meminfo(key: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix(key))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kb| kb << 10)
}

/// Memory that a process holds for itself, files mapped by many left out; `None` where the system does not say.
#[cfg(target_os = "linux")]
pub fn resident_bytes(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut pages = text.split_whitespace().skip(1).map(|n| n.parse::<u64>().ok());
    let (resident, shared) = (pages.next()??, pages.next()??);
    Some(resident.saturating_sub(shared) * rustix::param::page_size() as u64)
}

#[cfg(not(target_os = "linux"))]
pub fn resident_bytes(_: u32) -> Option<u64> {
    None
}

/// Binds this process: a single huge allocation fails at once (the parent's watch sees only what grows), no core is
/// dumped, and where memory runs out on the whole machine this process goes first.
#[cfg(unix)]
pub fn apply(memory_bytes: Option<u64>) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let lower = |resource, to: u64| {
        let had = getrlimit(resource);
        let at_most = had.maximum.map_or(to, |m| m.min(to));
        // A system that refuses leaves the parent's watch.
        let _ = setrlimit(resource, Rlimit { current: Some(at_most), maximum: had.maximum });
    };
    lower(Resource::Core, 0);
    if let Some(bytes) = memory_bytes {
        lower(Resource::Data, bytes.saturating_add(MAPPED_BYTES));
    }
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

#[cfg(not(unix))]
pub fn apply(_: Option<u64>) {}

/// Ends this process without a look back: destructors of native libraries would wait for threads that hang.
pub fn end_now() -> ! {
    #[cfg(unix)]
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_within_their_bounds() {
        assert!(default_jobs(Some(u64::MAX)) == 1 && default_jobs(Some(1)) >= 1);
        if let Some(bytes) = default_memory(1_000_000) {
            assert_eq!(bytes, LEAST_BYTES);
        }
        if cfg!(target_os = "linux") {
            let own = resident_bytes(std::process::id()).unwrap();
            assert!((1 << 18..64 << 30).contains(&own), "{own}");
            assert!(available_bytes().unwrap() > 0);
        }
    }
}
