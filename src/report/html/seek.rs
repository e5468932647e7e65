//! Where times of the page lead: into the video beside it, or in it.

use super::link::VideoLink;
use crate::files::{base64, url_escape};
use crate::report::charts::Place;
use crate::report::{CheckPart, FrontPart};

/// A jump into the video.
#[derive(Debug, Clone)]
pub struct Seek {
    pub href: String,
    pub t: String,
}

/// Where a time leads: into the file beside the page, or to the player in it.
pub struct Links {
    target: Option<String>,
}

impl Links {
    pub fn new(video: Option<&VideoLink>) -> Links {
        Links {
            target: video.map(|v| match v {
                VideoLink::Embedded { .. } => "#video".to_owned(),
                VideoLink::Beside { file_name } => url_escape(file_name),
            }),
        }
    }

    pub fn seek(&self, time_s: Option<f64>) -> Option<Seek> {
        let (target, t) = (self.target.as_ref()?, format!("{:.3}", time_s?.max(0.0)));
        // A media fragment: the file opens at that time even without script.
        let href = if target.starts_with('#') { target.clone() } else { format!("{target}#t={t}") };
        Some(Seek { href, t })
    }

    /// To where a finding marked in a chart is seen best.
    pub fn to(&self, place: &Place) -> Option<Seek> {
        self.seek(Some(place.at_s))
    }
}

pub struct Video {
    pub src: String,
    pub link: Option<String>,
    pub name: String,
}

impl Video {
    pub fn of(video: &VideoLink) -> Video {
        match video {
            VideoLink::Embedded { mime, bytes } => {
                Video { src: format!("data:{mime};base64,{}", base64(bytes)), link: None, name: String::new() }
            }
            VideoLink::Beside { file_name } => {
                Video { src: url_escape(file_name), link: Some(url_escape(file_name)), name: file_name.clone() }
            }
        }
    }
}

/// The film from the front, kept in step with the other by the page's script: `at = (t − middle − offset)/(1 + drift) + middle`.
pub struct Front {
    pub src: String,
    pub offset: String,
    pub drift: String,
    pub middle: String,
    /// How well the two lie over each other.
    pub said: String,
}

impl Front {
    pub fn of(src: &str, part: &FrontPart) -> Front {
        Front {
            src: src.split('/').map(url_escape).collect::<Vec<_>>().join("/"),
            offset: format!("{:.3}", part.offset_s),
            drift: format!("{:.8}", part.clock_drift),
            middle: format!("{:.3}", part.middle_s),
            said: format!("From the front, in step by the bar's height, ±\u{a0}{:.2}\u{a0}s", part.offset_sigma_s.max(0.01)),
        }
    }
}

/// When a finding is seen best.
pub fn moment(check: &CheckPart) -> Option<f64> {
    check.frame_time_s.or(check.window_s.map(|w| w[0]))
}
