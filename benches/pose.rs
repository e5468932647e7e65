//! Pre-processing, inference and decoding of one frame, and a stream through one and two workers.
//!
//! Needs the installed models. `FORMCHECK_BENCH_VIDEO` names the clip; without it the first fixture
//! video is taken; without either, a drawn frame (then nobody is found and outlines are not traced).

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use formcheck::media::{self, Frame, FrameSource, SyntheticSource};
use formcheck::pose::blazepose::outline::Tracer;
use formcheck::pose::follow::{Density, Follower};
use formcheck::pose::{Crop, Letterbox, Network, PoseError, Roi};
use opencv::prelude::*;
use std::cell::RefCell;
use std::hint::black_box;
use std::path::{Path, PathBuf};

const FRAMES: usize = 40;

fn fixture(folder: &Path) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    let video = entries.iter().find(|p| p.extension().is_some_and(|e| e == "mp4")).cloned();
    video.or_else(|| entries.iter().filter(|p| p.is_dir()).find_map(|p| fixture(p)))
}

fn frames() -> Vec<Frame> {
    let named = std::env::var_os("FORMCHECK_BENCH_VIDEO").map(PathBuf::from);
    let path = named.or_else(|| fixture(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")));
    let mut source: Box<dyn FrameSource> = match path {
        Some(path) => media::open(&path).expect("the bench video opens"),
        None => Box::new(SyntheticSource::steady(1280, 720, FRAMES as u32, 30.0, |_, _, _| Ok(()))),
    };
    std::iter::from_fn(|| source.next().expect("the bench video decodes")).take(FRAMES).collect()
}

fn copy(frame: &Frame) -> Frame {
    Frame { index: frame.index, time_s: frame.time_s, image: frame.image.try_clone().expect("memory for a frame") }
}

fn preprocessing(c: &mut Criterion) {
    let all = frames();
    let image = &all[0].image;
    let size_px = f64::from(image.rows()) * 0.9;
    let roi = Roi { x_px: f64::from(image.cols()) / 2.0, y_px: f64::from(image.rows()) / 2.0, size_px, rotation_rad: 0.4 };
    let mut group = c.benchmark_group("prepare");
    let (mut letterbox, mut crop) = (Letterbox::new(224), Crop::new(256, 256));
    group.bench_function("letterbox 224", |b| b.iter(|| letterbox.fill(black_box(image))));
    group.bench_function("crop 256", |b| b.iter(|| crop.fill(black_box(image), roi)));
    let mask: Vec<f32> = (0..256 * 256).map(|i| 60.0 - ((i % 256) as f32 - 128.0).hypot((i / 256) as f32 - 128.0)).collect();
    let mut tracer = Tracer::new(256, 256);
    group.bench_function("outline of a disc", |b| b.iter(|| tracer.trace(black_box(&mask))));
}

fn inference(c: &mut Criterion) {
    let all = frames();
    let image = &all[0].image;
    let mut group = c.benchmark_group("infer");
    group.sample_size(20);
    for model in ["heavy", "full", "lite"] {
        let Ok(network) = Network::open(model) else { continue };
        let mut detector = network.detector().expect("the detector loads");
        let mut estimator = network.estimator().expect("the network loads");
        let person = detector.detect(image).expect("the detector runs").first().copied();
        let middle = Roi { x_px: f64::from(image.cols()) / 2.0, y_px: f64::from(image.rows()) / 2.0, size_px: 600.0, rotation_rad: 0.0 };
        let roi = person.map_or(middle, |p| p.roi);
        if model == "heavy" {
            group.bench_function("detector", |b| b.iter(|| detector.detect(black_box(image))));
        }
        group.bench_function(model, |b| b.iter(|| estimator.estimate(black_box(image), roi)));
    }
}

fn stream(c: &mut Criterion) {
    let Ok(network) = Network::open("heavy") else { return };
    let all = frames();
    let mut detector = network.detector().expect("the detector loads");
    let Some(person) = detector.detect(&all[0].image).expect("the detector runs").first().copied() else { return };
    let mut group = c.benchmark_group("follow heavy");
    group.sample_size(10).throughput(Throughput::Elements(all.len() as u64));
    for workers in [1, 2] {
        let follower = RefCell::new(Follower::start(&network, workers, Density::All).expect("the workers start"));
        group.bench_function(format!("{workers} workers, {} frames", all.len()), |b| {
            b.iter_batched(
                || all.iter().map(copy).collect::<Vec<Frame>>(),
                |batch| -> Result<usize, PoseError> {
                    let mut follower = follower.borrow_mut();
                    for frame in batch {
                        follower.push(frame.image, frame.time_s, Some(person.roi))?;
                        black_box(follower.drain());
                    }
                    Ok(follower.finish()?.len())
                },
                BatchSize::PerIteration,
            )
        });
    }
}

criterion_group!(benches, preprocessing, inference, stream);
criterion_main!(benches);
