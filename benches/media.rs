//! Decoding: milliseconds per frame at 720p and 1080p, plain and ahead on a thread.
//!
//! H.264 where FFmpeg can encode it; the name says which. `FORMCHECK_BENCH_VIDEO`
//! adds a video of one's own.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use formcheck::media::{self, Prefetch};
use opencv::core::{CV_8UC3, Mat, Rect, Scalar};
use opencv::imgproc;
use std::path::{Path, PathBuf};

const FRAMES: i32 = 60;
const FPS: f64 = 30.0;

/// Rectangles that move over a patterned ground: enough for the codec to have work.
fn scene(width: i32, height: i32, i: i32) -> opencv::Result<Mat> {
    let mut image = Mat::new_rows_cols_with_default(height, width, CV_8UC3, Scalar::new(40.0, 60.0, 80.0, 0.0))?;
    for k in 0..600 {
        let at = Rect::new((k * 73 + i * (k % 5)) % (width - 40), (k * 131 + i * (k % 3)) % (height - 40), 10 + k % 30, 8 + k % 25);
        let tone = f64::from((k * 37) % 255);
        imgproc::rectangle(&mut image, at, Scalar::new(tone, 255.0 - tone, 90.0, 0.0), -1, 8, 0)?;
    }
    Ok(image)
}

/// The written clip and its codec, or none when nothing could be written.
fn clip(dir: &Path, width: i32, height: i32) -> Option<(PathBuf, &'static str)> {
    let path = dir.join(format!("{height}.mp4"));
    let mut writer = media::VideoWriter::create(&path, (width as u32, height as u32), FPS, None).ok()?;
    for i in 0..FRAMES {
        writer.push(&scene(width, height, i).ok()?, f64::from(i) / FPS).ok()?;
    }
    let written = writer.finish(f64::from(FRAMES) / FPS).ok()?;
    Some((written.path, written.codec))
}

fn decode_all(path: &Path) -> Result<u32, media::MediaError> {
    let mut source = media::open(path)?;
    let mut frames = 0;
    while source.next()?.is_some() {
        frames += 1;
    }
    Ok(frames)
}

fn decoding(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut group = c.benchmark_group("decode");
    group.sample_size(10);
    let own = std::env::var_os("FORMCHECK_BENCH_VIDEO").map(|p| (PathBuf::from(p), "own video"));
    let made = [(1280, 720), (1920, 1080)].into_iter().filter_map(|(w, h)| clip(dir.path(), w, h));
    for (path, codec) in made.chain(own) {
        let frames = decode_all(&path).expect("the clip decodes");
        let name = format!("{codec} {}", path.file_stem().unwrap_or_default().to_string_lossy());
        group.throughput(Throughput::Elements(u64::from(frames)));
        group.bench_function(&name, |b| b.iter(|| decode_all(&path)));
        group.bench_function(format!("{name} ahead"), |b| b.iter(|| Prefetch::new(media::open(&path)?, 4).map(|p| p.count())));
    }
}

criterion_group!(benches, decoding);
criterion_main!(benches);
