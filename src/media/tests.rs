//! Good and bad files, all made here.

use super::*;
use crate::track::EventCode;
use opencv::core::{CV_8UC1, CV_8UC3, CV_8UC4, Rect, Scalar};
use opencv::imgcodecs;
use std::path::PathBuf;
use tempfile::TempDir;

const SIZE: (i32, i32) = (320, 240);
const FPS: f64 = 25.0;

fn error(path: &Path) -> MediaError {
    match open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(e) => e,
    }
}

fn message(path: &Path) -> String {
    crate::Error::from(error(path)).message
}

/// A white square walks 4 px a frame over a textured ground (so that frames have some weight).
fn scene(i: i32) -> Mat {
    let mut image = Mat::new_rows_cols_with_default(SIZE.1, SIZE.0, CV_8UC3, Scalar::new(40.0, 60.0, 80.0, 0.0)).unwrap();
    for k in 0..400 {
        let at = Rect::new((k * 73 + i * 7) % 310, (k * 131 + i * 3) % 230, 8, 8);
        let tone = f64::from((k * 37 + i * 11) % 255);
        imgproc::rectangle_def(&mut image, at, Scalar::new(tone, 255.0 - tone, 90.0, 0.0)).unwrap();
    }
    imgproc::rectangle(&mut image, Rect::new(4 * i, 100, 20, 20), Scalar::all(255.0), -1, 8, 0).unwrap();
    image
}

fn written(dir: &TempDir, name: &str, frames: i32) -> PathBuf {
    let size = (SIZE.0 as u32, SIZE.1 as u32);
    let mut writer = VideoWriter::create(&dir.path().join(name), size, FPS, None).unwrap();
    (0..frames).for_each(|i| writer.push(&scene(i), f64::from(i) / FPS).unwrap());
    writer.finish(f64::from(frames) / FPS).unwrap().path
}

fn all(mut source: Box<dyn FrameSource>) -> (Vec<Frame>, SourceInfo) {
    let mut frames = vec![];
    while let Some(frame) = source.next().unwrap() {
        frames.push(frame);
    }
    assert!(source.next().unwrap().is_none(), "a source that ended stays ended");
    let info = source.info().clone();
    (frames, info)
}

#[test]
fn a_video_gives_its_frames_in_order_with_times() {
    let dir = TempDir::new().unwrap();
    let (frames, info) = all(open(&written(&dir, "v.mp4", 30)).unwrap());
    assert_eq!((info.width_px, info.height_px, info.rotation_deg), (320, 240, 0));
    assert_eq!((frames.len(), info.announced_frames, info.has_audio), (30, Some(30), Some(false)));
    assert!(!info.truncated && info.repaired_times == 0 && info.warnings().is_empty());
    for (i, f) in frames.iter().enumerate() {
        assert_eq!((f.index as usize, f.image.typ()), (i, CV_8UC3));
        assert!((f.time_s - i as f64 / FPS).abs() < 1e-3, "frame {i} at {}", f.time_s);
        let walker = f.image.at_2d::<opencv::core::Vec3b>(110, 4 * i as i32 + 10).unwrap();
        assert!(walker.iter().all(|&v| v > 200), "frame {i} shows {walker:?}");
    }
}

#[test]
fn a_late_part_is_the_same_whether_what_lies_before_it_is_decoded_or_not() {
    let dir = TempDir::new().unwrap();
    // Two key pictures lie before its last seconds.
    let path = written(&dir, "v.mp4", 320);
    let (whole, _) = all(open(&path).unwrap());
    let from = whole[280].time_s;
    let (part, info) = all(Box::new(Part::new(open(&path).unwrap(), 280, 30, from).unwrap()));
    assert_eq!((part.len(), info.start_s), (30, from));
    for (i, frame) in part.iter().enumerate() {
        let same = &whole[280 + i];
        assert!(frame.index as usize == i && (frame.time_s - (same.time_s - from)).abs() < 1e-9, "frame {i} at {}", frame.time_s);
        assert!(frame.image.data_bytes().unwrap() == same.image.data_bytes().unwrap(), "frame {i} shows something else");
    }
    let decoder = || decode::Decoder::open(&path, decode::Effort::default()).unwrap();
    let mut late = decoder();
    assert!(late.skip_to(280, from, 0.01).unwrap());
    let first_s = late.next().unwrap().unwrap().stamp_s.unwrap();
    assert!(first_s > 5.0 && first_s <= from, "all was decoded: {first_s}");
    assert!(!decoder().skip_to(281, from, 0.01).unwrap(), "as many pictures lie before it");
    assert!(!decoder().skip_to(280, from + 0.02, 0.01).unwrap(), "no picture is shown then");
}

/// Writes a pixel aspect into the index of an mp4 whose index is its last box.
fn with_pixel_aspect(mut mp4: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    let aspect = [&16u32.to_be_bytes()[..], b"pasp", &width.to_be_bytes(), &height.to_be_bytes()].concat();
    let (mut at, mut end) = (0, 0);
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"] {
        at += mp4[at..].windows(4).position(|w| w == kind).unwrap();
        let size = u32::from_be_bytes(mp4[at - 4..at].try_into().unwrap());
        end = at - 4 + size as usize;
        mp4[at - 4..at].copy_from_slice(&(size + 16).to_be_bytes());
    }
    mp4.splice(end..end, aspect);
    mp4
}

#[test]
fn pixels_are_made_square() {
    let dir = TempDir::new().unwrap();
    let path = written(&dir, "v.mp4", 5);
    std::fs::write(&path, with_pixel_aspect(std::fs::read(&path).unwrap(), 3, 2)).unwrap();
    let (frames, info) = all(open(&path).unwrap());
    assert_eq!((info.width_px, info.height_px, frames.len()), (480, 240, 5));
    assert!(frames.iter().all(|f| (f.image.cols(), f.image.rows()) == (480, 240)));
}

#[test]
fn prefetching_changes_nothing_and_can_stop_early() {
    let dir = TempDir::new().unwrap();
    let path = written(&dir, "v.mp4", 30);
    let (plain, _) = all(open(&path).unwrap());
    let (alone, _) = all(open_with(&path, &OpenOptions { decoder_threads: Some(1), ..Default::default() }).unwrap());
    let same = |(a, b): (&Frame, &Frame)| a.image.data_bytes().unwrap() == b.image.data_bytes().unwrap() && a.time_s == b.time_s;
    assert!(alone.len() == plain.len() && alone.iter().zip(&plain).all(same), "one thread shows another film than several");
    let ahead = Prefetch::new(open(&path).unwrap(), 2).unwrap();
    let times: Vec<f64> = ahead.map(|f| f.unwrap().time_s).collect();
    assert_eq!(times, plain.iter().map(|f| f.time_s).collect::<Vec<_>>());
    let mut early = Prefetch::new(open(&path).unwrap(), 2).unwrap();
    assert_eq!(early.next().unwrap().unwrap().index, 0);
}

/// Moves the index before the pictures, as players over a network want it.
fn index_first(mp4: &[u8]) -> Vec<u8> {
    let mut boxes = vec![];
    let mut rest = mp4;
    while !rest.is_empty() {
        let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        boxes.push(rest[..size].to_vec());
        rest = &rest[size..];
    }
    let at = boxes.iter().position(|b| &b[4..8] == b"moov").unwrap();
    let mut index = boxes.remove(at);
    let by = index.len() as u32;
    // The table of places counts from the file's start.
    let table = index.windows(4).position(|w| w == b"stco").unwrap();
    let count = u32::from_be_bytes(index[table + 8..table + 12].try_into().unwrap()) as usize;
    for entry in index[table + 12..table + 12 + 4 * count].chunks_mut(4) {
        let place = u32::from_be_bytes(entry.try_into().unwrap()) + by;
        entry.copy_from_slice(&place.to_be_bytes());
    }
    boxes.insert(1, index);
    boxes.concat()
}

#[test]
fn a_cut_off_tail_keeps_what_came_before() {
    let dir = TempDir::new().unwrap();
    let whole = index_first(&std::fs::read(written(&dir, "v.mp4", 90)).unwrap());
    let path = dir.path().join("cut.mp4");
    std::fs::write(&path, &whole).unwrap();
    assert!(!all(open(&path).unwrap()).1.truncated);
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (frames, info) = all(open(&path).unwrap());
    assert!((10..80).contains(&frames.len()), "{} frames", frames.len());
    assert!(info.truncated && info.warnings().len() == 1, "{info:?}");
    assert!(info.events.iter().any(|e| e.code == EventCode::Truncated), "{info:?}");
}

#[test]
fn brightness_alone_is_that_of_the_whole_picture_and_sizes_are_as_asked() {
    let dir = TempDir::new().unwrap();
    let path = written(&dir, "v.mp4", 5);
    let at = |output, side| all(open_with(&path, &OpenOptions { output, long_side_px: side, ..Default::default() }).unwrap()).0;
    let (bgr, luma, small, planes) =
        (at(Output::Bgr, None), at(Output::Luma, None), at(Output::Luma, Some(160)), at(Output::I420, Some(160)));
    for (b, l) in bgr.iter().zip(&luma) {
        let mut grey = Mat::default();
        imgproc::cvt_color_def(&b.image, &mut grey, imgproc::COLOR_BGR2GRAY).unwrap();
        let off = core::norm2(&grey, &l.image, core::NORM_L1, &core::no_array()).unwrap() / f64::from(SIZE.0 * SIZE.1);
        // BT.709's weights against OpenCV's BT.601: a few levels in strong colours.
        assert!(off < 8.0 && l.image.typ() == CV_8UC1, "{off} levels");
    }
    assert_eq!((small[0].image.cols(), small[0].image.rows()), (160, 120));
    assert_eq!((planes[0].image.cols(), planes[0].image.rows()), (160, 180));
    assert_eq!([luma.len(), small.len(), planes.len()], [5; 3]);
}

#[test]
fn an_mp4_without_its_index_says_so() {
    let dir = TempDir::new().unwrap();
    let whole = std::fs::read(written(&dir, "v.mp4", 30)).unwrap();
    let cut = dir.path().join("cut.mp4");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    assert!(message(&cut).contains("its index is missing"), "{}", message(&cut));
}

#[test]
fn what_is_no_video_is_told_apart() {
    let dir = TempDir::new().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert!(matches!(error(&dir.path().join("none.mp4")), MediaError::NotFound { .. }));
    assert!(matches!(error(dir.path()), MediaError::FolderWithoutImages { .. }));
    assert!(matches!(error(&file("empty.mp4", b"")), MediaError::Empty { .. }));
    assert!(message(&file("text.mp4", "Rücken gerade\n".repeat(60).as_bytes())).contains("text file"));
    assert!(message(&file("list.mp4", b"#EXTM3U\nother.mp4\n")).contains("text file"));
    assert!(message(&file("noise.mp4", &(0..5000u32).map(|i| (i * i % 251) as u8).collect::<Vec<_>>())).contains("not known"));
    let wave =
        [b"RIFF", &36u32.to_le_bytes()[..], b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data", &[0; 4]].concat();
    assert!(message(&file("sound.mp4", &wave)).contains("only sound"));
    for e in [error(&dir.path().join("none.mp4")), error(&file("e.mp4", b""))] {
        let e = crate::Error::from(e);
        assert_eq!(e.kind.exit_code(), 3);
        assert!(!e.hint.is_empty());
    }
}

#[test]
fn pictures_are_sorted_converted_and_timed() {
    let dir = TempDir::new().unwrap();
    for (name, kind, value) in [("f10.png", CV_8UC1, 30.0), ("f2.png", CV_8UC4, 20.0), ("f1.jpg", CV_8UC3, 10.0)] {
        let image = Mat::new_rows_cols_with_default(64, 80, kind, Scalar::all(value)).unwrap();
        assert!(imgcodecs::imwrite_def(dir.path().join(name).to_str().unwrap(), &image).unwrap());
    }
    std::fs::write(dir.path().join("notes.txt"), "x").unwrap();
    std::fs::write(dir.path().join("f3.png"), "not a picture").unwrap();
    let (frames, info) = all(open_with(dir.path(), &OpenOptions { folder_fps: Some(10.0), ..Default::default() }).unwrap());
    assert_eq!((info.width_px, info.height_px, frames.len()), (80, 64, 3));
    let seen: Vec<(f64, u8)> = frames.iter().map(|f| (f.time_s, f.image.at_2d::<opencv::core::Vec3b>(5, 5).unwrap()[0])).collect();
    assert_eq!(seen, [(0.0, 10), (0.1, 20), (0.3, 30)], "an unreadable picture leaves a gap in time");
}

#[test]
fn tiny_pictures_are_refused() {
    let dir = TempDir::new().unwrap();
    let image = Mat::new_rows_cols_with_default(10, 10, CV_8UC3, Scalar::all(9.0)).unwrap();
    assert!(imgcodecs::imwrite_def(dir.path().join("a.png").to_str().unwrap(), &image).unwrap());
    assert!(message(dir.path()).contains("10 × 10"));
}
