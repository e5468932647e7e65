//! Two films of one set, laid over each other in time by the height of the load.

mod sync;
#[cfg(test)]
mod tests;

pub use sync::{Sync, SyncError, partners, sync};
