//! What is known before anything is seen: of lifters (standard segment tables [U]), and of what is let go.

/// Hip to shoulder over stature (SPEC 4.2).
pub const TRUNK_OF_STATURE: f64 = 0.288;
/// Stature where none was told, cm; its scatter stands where it is used.
pub const TYPICAL_STATURE_CM: f64 = 172.0;
/// Free fall, cm/s².
pub const GRAVITY_CM_S2: f64 = 981.0;
