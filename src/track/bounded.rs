//! A list of frames that no file can make longer than memory holds.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// More than four hours at 60 frames a second.
pub const FRAMES_MAX: usize = 1 << 20;

/// Reads the frames; a file that holds too many is given up there, not after all were taken in.
pub fn frames<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Frames<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Frames<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "a list of at most {FRAMES_MAX} frames")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut frames = vec![];
            while let Some(frame) = list.next_element()? {
                if frames.len() == FRAMES_MAX {
                    return Err(Error::invalid_length(FRAMES_MAX + 1, &self));
                }
                frames.push(frame);
            }
            Ok(frames)
        }
    }
    from.deserialize_seq(Frames(PhantomData))
}
