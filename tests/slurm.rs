//! A real Slurm on this machine: an array over two nodes, one of which dies in the middle.
//!
//! `tests/slurm/install.sh` installs what it needs. Without that it is skipped, under `CI` it fails.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TRACKS: usize = 48;
const SHARDS: u32 = 3;
const NODES: [&str; 2] = ["n1", "n2"];

/// A controller and two nodes, with time-outs of seconds. They end with it.
struct Slurm {
    place: PathBuf,
}

impl Slurm {
    fn start(place: &Path) -> Slurm {
        let listeners: Vec<TcpListener> = (0..3).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
        drop(listeners);
        let said = |program: &str, args: &[&str]| String::from_utf8(Command::new(program).args(args).output().unwrap().stdout).unwrap();
        let (host, user) = (said("hostname", &["-s"]), said("id", &["-un"]));
        for folder in ["state", "spool-n1", "spool-n2", "log"] {
            std::fs::create_dir_all(place.join(folder)).unwrap();
        }
        let text = include_str!("slurm/slurm.conf")
            .replace("@PLACE@", place.to_str().unwrap())
            .replace("@HOST@", host.trim())
            .replace("@USER@", user.trim())
            .replace("@CONTROLLER@", &ports[0].to_string())
            .replace("@N1@", &ports[1].to_string())
            .replace("@N2@", &ports[2].to_string());
        std::fs::write(place.join("slurm.conf"), text).unwrap();
        let slurm = Slurm { place: place.into() };
        slurm.daemon("slurmctld", &["-c"]);
        NODES.iter().for_each(|node| slurm.daemon("slurmd", &["-N", node]));
        until("both nodes are idle", 60, || slurm.ask("sinfo", &["-h", "-N", "-o", "%t"]).lines().filter(|l| *l == "idle").count() == 2);
        slurm
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env("SLURM_CONF", self.place.join("slurm.conf")).env("PATH", path());
        command
    }

    fn daemon(&self, program: &str, args: &[&str]) {
        let conf = self.place.join("slurm.conf");
        let done = self.command(program, args).arg("-f").arg(conf).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(done.success(), "{program} does not start");
    }

    fn ask(&self, program: &str, args: &[&str]) -> String {
        String::from_utf8_lossy(&self.command(program, args).output().unwrap().stdout).into_owned()
    }

    /// The node loses its power: its daemon, its step and all that the step runs.
    fn kill_node(&self, node: &str) {
        let daemon = std::fs::read_to_string(self.place.join(format!("slurmd-{node}.pid"))).unwrap().trim().parse().unwrap();
        let spool = self.place.join(format!("spool-{node}"));
        let scripts = processes().into_iter().filter(|p| p.line.contains(spool.to_str().unwrap())).collect::<Vec<_>>();
        assert!(!scripts.is_empty(), "nothing runs on {node}");
        kill(daemon);
        for script in scripts {
            let own = descendants(script.pid);
            // The step's daemon first: it would tell how the script ended.
            kill(script.parent);
            own.into_iter().for_each(kill);
        }
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        for node in NODES {
            let spool = self.place.join(format!("spool-{node}"));
            processes()
                .into_iter()
                .filter(|p| p.line.contains(spool.to_str().unwrap()))
                .for_each(|p| descendants(p.pid).into_iter().for_each(kill));
        }
        for file in ["slurmd-n1.pid", "slurmd-n2.pid", "slurmctld.pid"] {
            if let Some(pid) = std::fs::read_to_string(self.place.join(file)).ok().and_then(|t| t.trim().parse().ok()) {
                // A pid file may outlive its daemon, and its number may be another's by now.
                if processes().iter().any(|p| p.pid == pid && p.line.contains("slurm")) {
                    kill(pid);
                }
            }
        }
    }
}

fn path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

struct Process {
    pid: u32,
    parent: u32,
    line: String,
}

fn processes() -> Vec<Process> {
    let one = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let line = String::from_utf8_lossy(&std::fs::read(entry.path().join("cmdline")).ok()?).replace('\0', " ");
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
        Some(Process { pid, parent, line })
    };
    std::fs::read_dir("/proc").unwrap().flatten().filter_map(one).collect()
}

/// A process and all below it.
fn descendants(pid: u32) -> Vec<u32> {
    let (all, mut found) = (processes(), vec![pid]);
    let mut at = 0;
    while at < found.len() {
        let parent = found[at];
        found.extend(all.iter().filter(|p| p.parent == parent).map(|p| p.pid));
        at += 1;
    }
    found
}

fn kill(pid: u32) {
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).stderr(Stdio::null()).status();
}

fn until(what: &str, seconds: u64, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(seconds), "it never came that {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Saved tracks of one rendered lift, each of other bytes.
fn season(folder: &Path, work: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let lift = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lifts/front_s1_t2.mp4");
    let out = work.to_str().unwrap();
    assert_eq!(formcheck(&["analyze", lift, "--model", "lite", "--no-video", "--no-html", "--out", out, "-q"]), Some(0));
    let mut packed = std::fs::read(work.join("front_s1_t2/track.json.gz")).unwrap();
    for i in 0..TRACKS {
        // The time of packing stands there.
        packed[4..8].copy_from_slice(&(i as u32 + 1).to_le_bytes());
        let name = format!("2026-03-{:02}_l{}_{}kg_{i}.track.json.gz", i % 28 + 1, i % 5, 80 + i);
        std::fs::write(folder.join(name), &packed).unwrap();
    }
}

fn formcheck(args: &[&str]) -> Option<i32> {
    Command::new(env!("CARGO_BIN_EXE_formcheck")).args(args).stdout(Stdio::null()).status().unwrap().code()
}

fn overview(out: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    ["summary.csv", "summary.json", "index.html"].into_iter().map(|n| (n, std::fs::read(out.join(n)).unwrap())).collect()
}

fn outcomes(out: &Path) -> usize {
    let folders = std::fs::read_dir(out).into_iter().flatten().flatten();
    folders.filter(|f| f.path().join("outcome.json").is_file()).count()
}

#[test]
fn a_job_array_that_loses_a_node_gives_one_machines_bytes() {
    let found =
        Command::new("sh").args(["-c", "command -v slurmctld && command -v slurmd && command -v sbatch"]).env("PATH", path()).output();
    if !found.is_ok_and(|o| o.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "Slurm is not installed; tests/slurm/install.sh installs it");
        return eprintln!("skipped: Slurm is not installed; tests/slurm/install.sh installs it");
    }
    let start = Instant::now();
    let tell = |what: &str| println!("{:6.1} s  {what}", start.elapsed().as_secs_f64());
    // Sockets of Slurm want short paths.
    let place = tempfile::Builder::new().prefix("fc-slurm").tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    season(Path::new(&at("in")), Path::new(&at("once")));
    assert_eq!(formcheck(&["batch", &at("in"), "--out", &at("whole"), "-q"]), Some(0));
    assert_eq!(formcheck(&["plan", &at("in"), "--out", &at("plan"), "--shards", &SHARDS.to_string()]), Some(0));
    tell("one machine is done");
    let slurm = Slurm::start(place.path());
    tell("Slurm runs");
    let submit = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/slurm/submit.sh");
    let submitted = slurm
        .command(submit, &[&at("plan"), &at("out")])
        .env("FORMCHECK", env!("CARGO_BIN_EXE_formcheck"))
        .env("CPUS", "1")
        .output()
        .unwrap();
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
    tell(String::from_utf8_lossy(&submitted.stdout).trim());
    let out = PathBuf::from(at("out"));
    let on_n2 = || slurm.ask("squeue", &["-h", "-t", "R", "-w", "n2", "-o", "%F %K"]).trim().to_owned();
    until("both nodes are at work", 120, || outcomes(&out) >= 6 && !on_n2().is_empty());
    let lost = on_n2();
    slurm.kill_node("n2");
    let done_before = outcomes(&out);
    tell(&format!("n2 is killed at {done_before} of {TRACKS} files; it ran {lost}"));
    assert!(done_before < TRACKS);
    until("the lost shard is in the queue again", 90, || slurm.ask("sinfo", &["-h", "-n", "n2", "-o", "%t"]).contains("down"));
    tell("n2 is down");
    // Slurm lets a job that lost its node wait for some minutes, in case the node comes back.
    until("the lost shard waits in the queue", 30, || !slurm.ask("squeue", &["-h", "-t", "PD", "-o", "%K"]).trim().is_empty());
    slurm.ask("scontrol", &["update", &format!("JobId={}", lost.replace(' ', "_")), "StartTime=now"]);
    until("the queue is empty", 180, || slurm.ask("squeue", &["-h"]).trim().is_empty());
    tell("the queue is empty");
    let logs: String = std::fs::read_dir(&out)
        .unwrap()
        .flatten()
        .filter(|f| f.file_name().to_string_lossy().starts_with(".slurm-"))
        .map(|f| std::fs::read_to_string(f.path()).unwrap())
        .collect();
    logs.lines().filter(|l| l.contains(" on n") || l.contains(" done, ")).for_each(tell);
    assert!(logs.contains("try 2"), "the lost shard was tried again: {logs}");
    assert_eq!(formcheck(&["merge", &at("plan"), "--out", &at("out"), "-q"]), Some(0));
    let (merged, whole) = (overview(&out), overview(Path::new(&at("whole"))));
    whole.iter().for_each(|(name, bytes)| assert!(merged[name] == *bytes, "{name} differs"));
    tell("the merged bytes are one machine's");
}
