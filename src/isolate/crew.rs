//! The parent's side: processes, what is heard of them, and how they ended.

use super::{Death, News, Order, Said, WORKER, limits};
use crate::progress::{Cancel, Progress};
use serde::Serialize;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the memory of a job is looked at: it can grow by some 100 MiB in between.
const LOOK: Duration = Duration::from_millis(50);
/// A job that is told to stop has this long to do so.
const GRACE: Duration = Duration::from_secs(5);
/// Jobs after which a process is replaced, so that what native libraries do not give back does not add up.
const JOBS_PER_PROCESS: usize = 64;
/// What is kept of a child's standard error.
const LAST_WORDS_BYTES: usize = 4096;

/// What the user lets each file's process take.
#[derive(Debug, Clone, Copy, Default)]
pub struct Isolation {
    /// `None`: its share of the machine's.
    pub memory_per_job: Option<u64>,
    /// Longest time without progress.
    pub timeout: Option<Duration>,
    /// Log lines that the processes tell, as `-v`.
    pub verbose: u8,
}

impl Isolation {
    /// The processes for this many files at a time.
    pub fn crew(&self, jobs: usize) -> Crew {
        let memory_bytes = self.memory_per_job.or_else(|| limits::default_memory(jobs));
        Crew { limits: Limits { memory_bytes, silent: self.timeout.unwrap_or(SILENT) }, verbose: self.verbose, idle: Mutex::default() }
    }
}

/// What a job may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Memory of its own; `None`: as much as there is.
    memory_bytes: Option<u64>,
    silent: Duration,
}

/// Time without a sign of life that no sound file needs, the hash of a long video on a slow drive included.
const SILENT: Duration = Duration::from_secs(300);

/// Processes that work for this one; idle ones are kept for the next job.
#[derive(Debug)]
pub struct Crew {
    limits: Limits,
    /// The log lines of the processes are passed on.
    verbose: u8,
    idle: Mutex<Vec<Worker>>,
}

impl Crew {
    /// Does one job of a sort in a process of its own and gives back what it said last. `cancel` stops it.
    pub fn run(&self, sort: &str, job: &impl Serialize, progress: &dyn Progress, cancel: &Cancel) -> Result<Value, Death> {
        let order = serde_json::to_value(job).and_then(|job| serde_json::to_string(&Order::Work(sort.into(), job)));
        let order = order.map_err(|e| Death::NotStarted(e.into()))? + "\n";
        let mut worker = match self.idle() {
            Some(worker) => worker,
            None => self.start()?,
        };
        loop {
            let result = worker.work(&order, self.limits, progress, cancel);
            worker.served += 1;
            match result {
                Ok(value) => {
                    if worker.served < JOBS_PER_PROCESS && !cancel.is_set() {
                        self.idle.lock().unwrap_or_else(|e| e.into_inner()).push(worker);
                    }
                    return Ok(value);
                }
                // An earlier file may be to blame, e.g. by what its decoder did to the memory.
                Err(death) if worker.served > 1 && death.may_be_inherited() && !cancel.is_set() => worker = self.start()?,
                Err(death) => return Err(death),
            }
        }
    }

    /// The list is only locked for a move, so a poisoned one is still whole.
    fn idle(&self) -> Option<Worker> {
        self.idle.lock().unwrap_or_else(|e| e.into_inner()).pop()
    }

    fn start(&self) -> Result<Worker, Death> {
        Worker::start(self.limits, self.verbose).map_err(Death::NotStarted)
    }
}

/// This very program, even where its file was replaced meanwhile.
fn own_program() -> std::io::Result<PathBuf> {
    let own = Path::new("/proc/self/exe");
    if own.exists() { Ok(own.to_owned()) } else { std::env::current_exe() }
}

/// Set for the processes that work for this one.
const WORKER_VARIABLE: &str = "FORMCHECK_WORKER";

/// Whether this process works for another one.
#[cfg(feature = "vision")]
pub fn is_worker() -> bool {
    std::env::var_os(WORKER_VARIABLE).is_some()
}

/// Longest time that loading a library may take.
#[cfg(feature = "vision")]
const TRIAL: Duration = Duration::from_secs(60);

/// Has a runtime library loaded by a process of its own; says how that went wrong.
#[cfg(feature = "vision")]
pub fn try_apart(library: &Path) -> Result<(), String> {
    let attempt = || -> std::io::Result<Child> {
        let mut command = Command::new(own_program()?);
        command.arg(WORKER).arg("--try-runtime").arg(library).env(WORKER_VARIABLE, "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()
    };
    let mut child = attempt().map_err(|e| e.to_string())?;
    let words = Arc::<Mutex<Vec<u8>>>::default();
    let listener = child.stderr.take().map(|err| {
        let words = words.clone();
        std::thread::spawn(move || keep_last(err, &words, false))
    });
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < TRIAL => std::thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill().and_then(|()| child.wait());
                return Err("loading it did not come to an end".into());
            }
        }
    };
    let _ = listener.map(JoinHandle::join);
    if status.success() {
        return Ok(());
    }
    let words = words.lock().map(|w| String::from_utf8_lossy(&w).into_owned()).unwrap_or_default();
    Err(match signal(status) {
        Some(_) => format!("loading it ended in a {}", how(status)),
        None => words.lines().last().unwrap_or("it was refused without a reason").to_owned(),
    })
}

/// One process.
#[derive(Debug)]
struct Worker {
    child: Child,
    orders: ChildStdin,
    said: Receiver<Said>,
    last_words: Arc<Mutex<Vec<u8>>>,
    listener: Option<JoinHandle<()>>,
    served: usize,
}

impl Worker {
    fn start(limits: Limits, verbose: u8) -> std::io::Result<Self> {
        let mut command = Command::new(own_program()?);
        command.arg(WORKER).env(WORKER_VARIABLE, "1");
        command.args((0..verbose).map(|_| "-v"));
        if let Some(bytes) = limits.memory_bytes {
            command.arg(format!("--memory-bytes={bytes}"));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C on a terminal goes to a whole group: it is the parent's to say what it means.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (Some(orders), Some(out), Some(err)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            return Err(std::io::Error::other("the process has no pipes"));
        };
        let (send, said) = mpsc::channel();
        std::thread::spawn(move || {
            // What is no message is a native library's print.
            for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                let Ok(said) = serde_json::from_slice(&line) else { continue };
                if send.send(said).is_err() {
                    break;
                }
            }
        });
        let last_words = Arc::<Mutex<Vec<u8>>>::default();
        let words = last_words.clone();
        let listener = std::thread::spawn(move || keep_last(err, &words, verbose > 0));
        Ok(Worker { child, orders, said, last_words, listener: Some(listener), served: 0 })
    }

    fn work(&mut self, order: &str, limits: Limits, progress: &dyn Progress, cancel: &Cancel) -> Result<Value, Death> {
        // One that died meanwhile is seen below.
        let _ = self.orders.write_all(order.as_bytes()).and_then(|()| self.orders.flush());
        let (mut heard, mut looked, mut stopped) = (Instant::now(), Instant::now(), None::<Instant>);
        loop {
            match self.said.recv_timeout(LOOK) {
                Ok(Said::End(value)) => return Ok(value),
                Ok(Said::News(news)) => {
                    heard = Instant::now();
                    match news {
                        News::Stage(stage, frames) => progress.stage(stage, frames),
                        News::Frames(done) => progress.frames(done),
                        News::Warn(message) => progress.warn(&message),
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.autopsy(limits)),
            }
            if cancel.is_set() && stopped.is_none() {
                let stop = serde_json::to_string(&Order::Stop).unwrap_or_default();
                let _ = writeln!(self.orders, "{stop}").and_then(|()| self.orders.flush());
                stopped = Some(Instant::now());
            }
            if stopped.is_some_and(|since| since.elapsed() > GRACE) {
                return Err(Death::Stopped);
            }
            if heard.elapsed() > limits.silent {
                return Err(Death::Silent { seconds: limits.silent.as_secs() });
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                let too_much = |limit| limits::resident_bytes(self.child.id()).is_some_and(|has| has > limit);
                if limits.memory_bytes.is_some_and(too_much) {
                    return Err(Death::Memory { limit_bytes: limits.memory_bytes });
                }
            }
        }
    }

    /// Why the process ended. The words depend on nothing but how: no thread's number, no address.
    fn autopsy(&mut self, limits: Limits) -> Death {
        let status = self.child.wait();
        // The pipe has ended with the process; one that panicked heard nothing.
        let _ = self.listener.take().map(JoinHandle::join);
        let words = self.last_words.lock().map(|w| String::from_utf8_lossy(&w).into_owned()).unwrap_or_default();
        if words.contains("memory allocation of") || words.contains("bad_alloc") || words.contains("Insufficient memory") {
            return Death::Memory { limit_bytes: limits.memory_bytes };
        }
        match status {
            // Nothing here killed it: the system does so where memory runs out.
            Ok(status) if signal(status) == Some(9) => Death::Memory { limit_bytes: None },
            _ if words.contains("overflowed its stack") => Death::Crashed { how: "the stack overflowed".into() },
            Ok(status) => Death::Crashed { how: how(status) },
            Err(_) => Death::Crashed { how: "it is not known how".into() },
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may hang, so it is not asked.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end and keeps the last of it; passes it on when that was asked for.
fn keep_last(mut err: impl Read, words: &Mutex<Vec<u8>>, pass_on: bool) {
    let mut piece = [0; 1024];
    while let Ok(n @ 1..) = err.read(&mut piece) {
        if pass_on {
            let _ = std::io::stderr().write_all(&piece[..n]);
        }
        let Ok(mut words) = words.lock() else { return };
        words.extend_from_slice(&piece[..n]);
        let surplus = words.len().saturating_sub(LAST_WORDS_BYTES);
        words.drain(..surplus);
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

fn how(status: ExitStatus) -> String {
    let name = match signal(status) {
        None => return format!("it ended with code {}", status.code().unwrap_or_default()),
        Some(4) => "illegal instruction",
        Some(6) => "abort",
        Some(7) => "bus error",
        Some(8) => "arithmetic error",
        Some(11) => "segmentation fault",
        Some(other) => return format!("signal {other}"),
    };
    name.into()
}
