//! What is usual of lifters (standard segment tables [U]).

/// Hip to shoulder over stature (SPEC 4.2).
pub const TRUNK_OF_STATURE: f64 = 0.288;
/// Stature where none was told, cm; its scatter stands where it is used.
pub const TYPICAL_STATURE_CM: f64 = 172.0;
