//! pose
