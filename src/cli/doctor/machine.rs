//! The machine: cores, memory, a place for temporary files.

use super::finding::Finding;
use crate::isolate::limits::default_jobs;

pub fn findings() -> Vec<Finding> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = default_jobs(None);
    let detail = format!("{cores} cores; a batch works on {jobs} at a time");
    let machine = match jobs < cores {
        true => Finding::warning(
            "machine",
            format!("{detail}, fewer than cores because memory is short"),
            "close other programs, or set --jobs",
        ),
        false => Finding::ok("machine", detail),
    };
    let temporary = std::env::temp_dir();
    let place = match tempfile::tempfile_in(&temporary) {
        Ok(_) => Finding::ok("temporary files", format!("{} is writable", temporary.display())),
        Err(e) => {
            Finding::fault("temporary files", format!("{} is not writable: {e}", temporary.display()), "free space there, or set TMPDIR")
        }
    };
    vec![machine, place]
}
