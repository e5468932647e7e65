#!/usr/bin/env bash
# Ours and Python MediaPipe (heavy network, every frame) in turn on the same clips, whole processes, no video written.
#
#   benches/peer.sh [-n ROUNDS] VIDEO…
#
# Prints each clip's medians and their ratio. Single times mean little on a shared machine: the ratio of medians of one run does.
# MediaPipe comes from pip into target/peer; its heavy network comes out of the package that ours is made of.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rounds=3
if [ "${1:-}" = -n ]; then
    rounds=$2
    shift 2
fi
[ $# -gt 0 ] || set -- "$root/fixtures/lifts/side_right_clean.mp4"
peer=$root/target/peer
program=${FORMCHECK:-$root/target/release/formcheck}
[ -x "$program" ] || { echo "error: $program is missing" >&2; echo "hint: cargo build --release" >&2; exit 2; }

fetch() {
    [ -x "$peer/bin/python" ] || python3 -m venv "$peer"
    "$peer/bin/python" -c 'import mediapipe' 2>/dev/null || "$peer/bin/pip" install --quiet 'mediapipe==0.10.21' opencv-python-headless
    local modules
    modules=$("$peer/bin/python" -c 'import mediapipe, os; print(os.path.dirname(mediapipe.__file__))' 2>/dev/null)/modules/pose_landmark
    [ -f "$modules/pose_landmark_heavy.tflite" ] && return
    local version package
    version=$(awk -F'"' '/^package = "@mediapipe\/pose"/ {p=1} p && /^version/ {print $2; exit}' "$root/models/MANIFEST.toml")
    package=$(cd "$peer" && npm pack --silent --ignore-scripts "@mediapipe/pose@$version")
    tar -xzOf "$peer/$package" package/pose_landmark_heavy.tflite >"$modules/pose_landmark_heavy.tflite"
    rm -f "$peer/$package"
}

# ours VIDEO: "wall cpu", s
ours() {
    local out
    out=$(mktemp -d)
    TIMEFORMAT='%R %U %S'
    { time "$program" analyze "$1" --no-video --no-html --out "$out" --progress never --color never >/dev/null 2>&1; } 2>&1 |
        awk '{print $1, $2 + $3}'
    rm -rf "$out"
}

median() {
    sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

fetch
printf '%-28s %7s %12s %12s %8s %12s %12s %8s %8s\n' clip frames 'ours wall' 'peer wall' times 'ours cpu' 'peer cpu' share realtime
for video in "$@"; do
    mine='' theirs=''
    for _ in $(seq "$rounds"); do
        mine+=$(ours "$video")$'\n'
        theirs+=$("$peer/bin/python" "$root/benches/peer.py" "$video" 2>/dev/null)$'\n'
    done
    frames=$(head -n 1 <<<"$theirs" | cut -d ' ' -f 1)
    column() { grep . <<<"$1" | cut -d ' ' -f "$2" | median; }
    seconds=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$video" 2>/dev/null || echo 0)
    awk -v clip="$(basename "$video")" -v n="$frames" -v ow="$(column "$mine" 1)" -v pw="$(column "$theirs" 2)" \
        -v oc="$(column "$mine" 2)" -v pc="$(column "$theirs" 3)" -v s="$seconds" \
        'BEGIN {printf "%-28s %7d %10.2f s %10.2f s %8.2f %10.2f s %10.2f s %8.2f %8.2f\n", clip, n, ow, pw, pw / ow, oc, pc, oc / pc, s / ow}'
done
