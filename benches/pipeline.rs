//! The right half on a real track, and the whole left half against what its own inference allows:
//! frames inferred × single-inference time ÷ workers, both measured in this one run.

use criterion::{Criterion, criterion_group, criterion_main};
use formcheck::config::Config;
use formcheck::pipeline::{self, Cancel, ObserveOptions, Silent};
use formcheck::pose::{Network, Roi};
use formcheck::track::Track;
use formcheck::{media, observe, reps, signals};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn clip() -> PathBuf {
    let named = std::env::var_os("FORMCHECK_BENCH_VIDEO").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lifts/side_right_clean.mp4"))
}

/// Time of one landmark inference alone, s: the median of 40 on the clip's first frame.
fn single_inference_s(network: &Network) -> f64 {
    let frame = media::open(&clip()).expect("the clip opens").next().expect("it decodes").expect("it has a frame");
    let (mut detector, mut estimator) = (network.detector().expect("the detector loads"), network.estimator().expect("the network loads"));
    let person = detector.detect(&frame.image).expect("the detector runs").first().map(|p| p.roi);
    let roi = person.unwrap_or(Roi { x_px: 200.0, y_px: 300.0, size_px: 500.0, rotation_rad: 0.0 });
    let times = (0..40).map(|_| {
        let start = Instant::now();
        black_box(estimator.estimate(&frame.image, roi).expect("the network runs"));
        start.elapsed().as_secs_f64()
    });
    formcheck::numeric::median(times.collect::<Vec<_>>()).expect("forty times")
}

fn whole_line() -> Option<Track> {
    let options = ObserveOptions::default();
    let network = Network::open(&options.model).ok()?;
    let before = single_inference_s(&network);
    let start = Instant::now();
    let track = observe::observe(&clip(), &network, options.workers, Default::default(), &Silent, &Cancel::default())
        .expect("the clip is analysed");
    let wall = start.elapsed().as_secs_f64();
    let single = 0.5 * (before + single_inference_s(&network));
    let poses = track.frames.iter().filter(|f| f.pose.is_some()).count();
    let allowed = poses as f64 * single / options.workers as f64;
    println!(
        "whole left half: {} frames ({:.1} s of video), {poses} poses, {wall:.2} s with {} workers; one inference {:.1} ms; inference allows {allowed:.2} s: ratio {:.2}; {:.2} × real time",
        track.frames.len(),
        track.video.duration_s,
        options.workers,
        single * 1e3,
        allowed / wall,
        track.video.duration_s / wall
    );
    Some(track)
}

fn line(c: &mut Criterion) {
    let Some(track) = whole_line() else {
        println!("skipped: the networks are not installed (make setup)");
        return;
    };
    let config = Config::default();
    let mut group = c.benchmark_group("right half");
    group.bench_function("signals", |b| b.iter(|| signals::build(black_box(&track), &config).expect("signals")));
    let built = signals::build(&track, &config).expect("signals");
    group.bench_function("reps", |b| b.iter(|| reps::segment(black_box(&built), &config)));
    group.bench_function("assess", |b| b.iter(|| pipeline::assess(black_box(&track), None, &config).expect("assessed")));
}

criterion_group!(benches, line);
criterion_main!(benches);
