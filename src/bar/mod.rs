//! bar
