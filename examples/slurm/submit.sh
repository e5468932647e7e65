#!/usr/bin/env bash
# Puts a plan into Slurm's queue: an array with a task per shard, then the merger.
#
#   formcheck plan season --out season.plan --shards 40
#   examples/slurm/submit.sh season.plan results [option of formcheck batch]…
#
# CPUS (4) cores and CPUS × MEM_PER_CPU_MB (1500) of memory for each task; FORMCHECK names the program.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PLAN=$(realpath "$1")
mkdir -p "$2"
RESULTS=$(realpath "$2")
shift 2
FORMCHECK=${FORMCHECK:-$(command -v formcheck)}
CPUS=${CPUS:-4}
export PLAN RESULTS FORMCHECK

# of NAME: a number of the plan's first line.
of() { head -n 1 "$PLAN" | sed -n "s/.*\"$1\":\([0-9.]*\)[,}].*/\1/p"; }
shards=$(of shards)
longest=$(of longest_shard_s)
[ -n "$shards" ] || { echo "the plan does not say of how many shards: make it with --shards N" >&2; exit 2; }
# Twice what is expected, for slower cores than those it was measured on, and a little for the start.
minutes=$(awk -v s="$longest" -v cpus="$CPUS" 'BEGIN { print int(2 * s / cpus / 60) + 10 }')

array=$(sbatch --parsable --array="1-$shards" --cpus-per-task="$CPUS" --mem="$((CPUS * ${MEM_PER_CPU_MB:-1500}))M" \
    --time="$minutes" --output="$RESULTS/.slurm-%A_%a.log" "$here/shard.sbatch" "$@")
# Whatever became of the shards: the merger says what is missing and why.
merger=$(sbatch --parsable --job-name=formcheck-merge --dependency="afterany:$array" --time=60 --mem=1500M \
    --output="$RESULTS/.slurm-merge.log" --wrap "'$FORMCHECK' merge '$PLAN' --out '$RESULTS'")
echo "array $array with $shards shards of up to $minutes minutes, merger $merger"
