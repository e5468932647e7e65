//! What of the machine a queue gave this process: cores and memory, as its control group and its variables say.

use std::path::Path;

/// Cores; at least one.
pub fn cores() -> usize {
    // The standard library counts by affinity and by the control group's quota.
    let machine = std::thread::available_parallelism().map_or(1, |n| n.get());
    fewest(machine, variable("SLURM_CPUS_PER_TASK").as_deref())
}

fn fewest(machine: usize, per_task: Option<&str>) -> usize {
    per_task.and_then(|n| n.parse().ok()).filter(|n| *n > 0).map_or(machine, |n: usize| n.min(machine))
}

/// Bytes; `None` where nothing says.
pub fn memory_bytes() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = group_limit(&groups, Path::new("/sys/fs/cgroup"));
    [group, slurm_memory(variable)].into_iter().flatten().min()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The smallest limit from this process's group up to the root, version 2 (`0::/path`) or 1 (`n:memory:/path`).
fn group_limit(groups: &str, root: &Path) -> Option<u64> {
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let (root, file) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            c if c.split(',').any(|c| c == "memory") => (root.join("memory"), "memory.limit_in_bytes"),
            _ => return None,
        };
        let own = root.join(path.trim_start_matches('/'));
        let places = own.ancestors().take_while(|p| p.starts_with(&root));
        places.filter_map(|p| std::fs::read_to_string(p.join(file)).ok()?.trim().parse::<u64>().ok()).min()
    });
    limits.min()
}

/// What Slurm gave this job on this node; it counts in MiB.
fn slurm_memory(variable: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let number = |name: &str| variable(name)?.parse::<u64>().ok().filter(|n| *n > 0);
    let per_cpu = || Some(number("SLURM_MEM_PER_CPU")? * number("SLURM_CPUS_ON_NODE").unwrap_or(1));
    number("SLURM_MEM_PER_NODE").or_else(per_cpu).map(|mib| mib << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_what_is_said_counts_and_rubbish_says_nothing() {
        assert_eq!(
            [fewest(8, Some("2")), fewest(2, Some("8")), fewest(8, Some("0")), fewest(8, Some("x")), fewest(8, None)],
            [2, 2, 8, 8, 8]
        );
        let slurm =
            |pairs: &'static [(&str, &str)]| slurm_memory(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()));
        assert_eq!(slurm(&[("SLURM_MEM_PER_NODE", "512")]), Some(512 << 20));
        assert_eq!(slurm(&[("SLURM_MEM_PER_CPU", "100"), ("SLURM_CPUS_ON_NODE", "4")]), Some(400 << 20));
        assert_eq!(slurm(&[("SLURM_MEM_PER_NODE", "0")]), None, "0 is all of it");
    }

    #[test]
    fn a_control_group_is_bound_by_the_groups_above_it() {
        let root = tempfile::tempdir().unwrap();
        let at = root.path();
        std::fs::create_dir_all(at.join("job/step")).unwrap();
        std::fs::create_dir_all(at.join("memory/old")).unwrap();
        std::fs::write(at.join("job/memory.max"), "1000\n").unwrap();
        std::fs::write(at.join("job/step/memory.max"), "max\n").unwrap();
        std::fs::write(at.join("memory/old/memory.limit_in_bytes"), "500\n").unwrap();
        assert_eq!(group_limit("0::/job/step\n", at), Some(1000));
        assert_eq!(group_limit("5:cpu,memory:/old\n3:pids:/x\n", at), Some(500));
        assert_eq!(group_limit("", at), None);
    }
}
