//! `formcheck worker`: the private command that [`crate::isolate::Crew`] starts. Jobs come as lines
//! on standard input, progress and results go as lines to standard output.

use super::context::Context;
use crate::batch::isolated::{self, Kept};
use crate::error::{Error, ErrorKind, Result};
use crate::evaluate::isolated as evaluate;
use crate::isolate::{limits, serve};
use clap::Args;
use std::path::PathBuf;

/// Works for another formcheck; not for people
#[derive(Debug, Args)]
pub struct Worker {
    /// Memory it may take, bytes
    #[arg(long, value_name = "BYTES", hide = true)]
    pub memory_bytes: Option<u64>,
    /// Only load this runtime library
    #[arg(long, value_name = "FILE", hide = true)]
    pub try_runtime: Option<PathBuf>,
}

impl Worker {
    pub fn run(&self, context: &Context) -> Result<u8> {
        if let Some(library) = &self.try_runtime {
            #[cfg(not(feature = "vision"))]
            let tried = Err::<(), _>(format!("this program cannot load {}: it was built without `vision`", library.display()));
            #[cfg(feature = "vision")]
            let tried = crate::pose::runtime::try_library(library);
            if let Err(cause) = tried {
                // The last line is what the parent tells.
                eprintln!("{}", cause.lines().collect::<Vec<_>>().join(" "));
                return Ok(ErrorKind::Input.exit_code());
            }
            return Ok(0);
        }
        let mut kept = Kept::default();
        serve::serve(self.memory_bytes, |sort, job, progress, cancel| {
            Fault::asked_for(&job.to_string());
            let came = match sort {
                isolated::SORT => serde_json::to_value(isolated::serve(job, &mut kept, context.line, progress, cancel)),
                evaluate::SORT => Ok(evaluate::serve(job, progress, cancel)),
                _ => Err(serde::de::Error::custom(format!("{sort} is no job"))),
            };
            came.unwrap_or_default()
        });
        Err(Error::internal("the work ended before its parent did"))
    }
}

/// Ways to die, so that tests can have a file that kills its process: `FORMCHECK_WORKER_FAULT=KIND:TEXT` is heeded by
/// this command alone, for jobs that hold TEXT.
enum Fault {
    Abort,
    Kill,
    Segfault,
    Overflow,
    Memory,
    Silence,
}

impl Fault {
    fn asked_for(job: &str) {
        let Ok(asked) = std::env::var("FORMCHECK_WORKER_FAULT") else { return };
        let Some((kind, text)) = asked.split_once(':') else { return };
        let fault = match kind {
            "abort" => Fault::Abort,
            "kill" => Fault::Kill,
            "segfault" => Fault::Segfault,
            "overflow" => Fault::Overflow,
            "memory" => Fault::Memory,
            "silence" => Fault::Silence,
            _ => return,
        };
        if job.contains(text) {
            fault.happen();
        }
    }

    fn happen(self) {
        match self {
            Fault::Abort => std::process::abort(),
            Fault::Kill => limits::end_now(),
            Fault::Segfault => {
                // The runtime's own handler takes the first for a stack that overflowed, and lets go of the signal.
                #[cfg(unix)]
                for _ in 0..2 {
                    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::SEGV);
                }
            }
            Fault::Overflow => drop(std::hint::black_box(deeper(0))),
            Fault::Memory => {
                let mut taken = vec![];
                loop {
                    taken.push(std::hint::black_box(vec![1u8; 1 << 20]));
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            }
            Fault::Silence => std::thread::sleep(std::time::Duration::from_secs(3600)),
        }
    }
}

#[allow(unconditional_recursion, reason = "it is to overflow the stack")]
fn deeper(level: u64) -> u64 {
    let here = std::hint::black_box([level; 64]);
    deeper(here[0] + 1) + here[1]
}
