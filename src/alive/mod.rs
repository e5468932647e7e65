//! Tests over the whole house: nothing that is declared may do nothing.

mod keys;
mod metrics;
mod scenes;
