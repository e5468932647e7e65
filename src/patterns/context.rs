//! What a check sees of one repetition: its channels, and what several checks measure of it, measured once.

use super::body_plane::BodyPlane;
use super::outcome::Reason;
use super::repetition::Repetition;
use super::set_shape::set_shape;
use super::settled::settled;
use std::ops::Deref;

/// A repetition with the measures that checks share.
pub struct Context<'a> {
    of: Repetition<'a>,
    plane: Result<BodyPlane, Reason>,
    /// The last moment before lift-off at which the hips had settled, s.
    pub settled_s: Option<f64>,
    /// The back's index in the set position to compare with and its spread there, shares of the trunk's length (SPEC 6.1).
    pub set_shape: Option<(f64, f64)>,
}

impl<'a> Context<'a> {
    pub fn of(rep: Repetition<'a>) -> Context<'a> {
        Context {
            plane: rep.ascent().ok_or(Reason::TooFewFrames).and_then(|ascent| BodyPlane::of(&rep, ascent)),
            settled_s: settled(&rep),
            set_shape: rep.set_reference().and_then(|window| set_shape(&rep, window)),
            of: rep,
        }
    }

    /// The bar in the lifter's own plane, calibrated over the way up.
    ///
    /// # Errors
    /// Why it could not be calibrated.
    pub fn plane(&self) -> Result<&BodyPlane, Reason> {
        self.plane.as_ref().map_err(|reason| *reason)
    }
}

impl<'a> Deref for Context<'a> {
    type Target = Repetition<'a>;

    fn deref(&self) -> &Repetition<'a> {
        &self.of
    }
}
