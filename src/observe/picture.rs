//! The picture without its black bars as a part of the frame, and what is said when a picture cannot be read.

use crate::error::Error;
use crate::track::RectPx;
use opencv::core::{Mat, MatTraitConst, Rect};

/// The frame's pixels that show the picture.
pub(super) fn part(frame: &Mat, picture: RectPx) -> Rect {
    Rect::new(picture.x_px as i32, picture.y_px as i32, picture.width_px as i32, picture.height_px as i32)
        & Rect::new(0, 0, frame.cols(), frame.rows())
}

pub(super) fn picture_fault(e: opencv::Error) -> Error {
    Error::internal(format!("a decoded picture could not be read: {e}"))
}
