//! Tests over the whole house: nothing that is declared may do nothing.

mod keys;
mod layouts;
mod metrics;
mod scale;
mod scenes;
