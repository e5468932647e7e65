#!/bin/sh
# fuzz.sh SECONDS: every target of fuzz/ for so long. Without a nightly compiler or cargo-fuzz the same entry points get a
# thousand mutations each from tests/mutations.rs.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
if cargo +nightly fuzz --version >/dev/null 2>&1; then
    for target in saved_track configuration sets_table name_pattern index_table truth_file boxes; do
        seeds=fuzz/corpus/$target
        mkdir -p "$seeds"
        case $target in
            truth_file) cp fixtures/lifts/side_e4_belt.truth.json fixtures/lifts/demo_clean.truth.json "$seeds" ;;
            boxes) cp fixtures/lifts/front_s1_t2.mp4 "$seeds" ;;
        esac
        cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -timeout=30 -rss_limit_mb=1024
    done
else
    echo "fuzz: cargo-fuzz or a nightly compiler is missing; the tests' own mutations run instead"
    FORMCHECK_MUTATIONS=1000 cargo test --release --test mutations -- --nocapture
fi
