#!/usr/bin/env python3
"""Mutated inputs through the program itself: films in five containers, saved tracks, configurations, tables.

    fuzz/campaign.py target/release/formcheck 2000 [first seed]

Each seed damages one input and runs one command. The counts by kind and exit status are printed every hundred and at the
end. A fault is a status other than 0, 2, 3 and 4 (a panic is 70, a signal negative), more than 30 s of computing or 180 s
of waiting, more than 1 GB, or a file that was left half-written; it is told with its seed and ends the campaign with 1.
Needs ffmpeg on the path and the lite network (`make setup`).
"""

import collections
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIFT = ROOT / "fixtures/lifts/side_e4_belt.mp4"
CPU_S, WALL_S, MOST_KB = 30, 180, 1_000_000
ALLOWED = {0, 2, 3, 4}
TABLE = b"""video,lifter,date,load_kg,reps,one_rep_max_kg,rpe,variant,height_cm,pain,notes,E1,E3
s,anna,2026-01-05,100,3,140,8.5,conventional,171,no,"a ""b\"\"",y,n
"""
ODD = [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"[[[[[[", b"1e999", b"-0.0", b"\r\n", b"nan", b"{any}{any}", b"-1", b"99999999999"]


def damaged(data, dice, edges):
    """One or two faults; of a film up to six, half of them where indexes stand."""
    data = bytearray(data)
    for _ in range(dice.randrange(1, 7 if edges else 3)):
        n = max(len(data), 1)
        at = dice.choice([dice.randrange(min(n, 2048)), n - 1 - dice.randrange(min(n, 2048)), dice.randrange(n), dice.randrange(n)]
                         if edges else [dice.randrange(n)])
        span = 1 + dice.randrange(400 if edges else 40)
        way = dice.randrange(8)
        if way == 0 and data:
            data[at % len(data)] ^= 1 << dice.randrange(8)
        elif way == 1:
            data[at:at + span] = dice.randbytes(len(data[at:at + span]))
        elif way == 2:
            data[at:at + min(span, 8)] = b"\xff" * min(span, 8)
        elif way == 3:
            data[at:at + span] = bytes(len(data[at:at + span]))
        elif way == 4 and dice.random() < 0.5:
            del data[at:]
        elif way == 5:
            data[at:at] = data[at:at + span]
        elif way == 6:
            del data[at:at + span]
        else:
            data[at:at] = dice.choice(ODD)
    return bytes(data)


def wild(value, dice):
    """One value deep in a track made wild."""
    while isinstance(value, (dict, list)) and value:
        key = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
        if isinstance(value, dict) and "frames" in value and dice.random() < 0.8:
            key = "frames"
        inner = value[key]
        if not isinstance(inner, (dict, list)) or not inner or dice.random() < 0.08:
            number = inner if isinstance(inner, (int, float)) and not isinstance(inner, bool) else 1
            if dice.random() < 0.5:
                value[key] = number * dice.choice([0, 0.9, 1.1, 2, -1])
                return
            value[key] = dice.choice([None, -1, 0, 2**63, 1e308, -1e-308, "", "x" * 5000, [], 1e5, number * 10, number * 0.5, -number])
            return
        value = inner


def other_numbers(config, dice):
    """A configuration with up to three of its numbers changed, so that most stay readable."""
    parts = re.split(rb"(?<== )(-?[0-9.]+)(?=\n)", config)
    for _ in range(dice.randrange(1, 4)):
        at = 2 * dice.randrange(len(parts) // 2) + 1
        parts[at] = dice.choice([b"0", b"-1.0", b"1e300", b"nan", b"inf", b"1e-300", parts[at] + b"1", b"1", b"90.0", b"1000000"])
    return b"".join(parts)


def seeds(place, program):
    films = {}
    small = "-t 1.4 -ss 3 -an -vf scale=180:-2,fps=15"
    for name, how in {
        "mp4": "-c:v libx264", "mkv": "-c:v libx264", "webm": "-c:v libvpx -deadline realtime -cpu-used 8",
        "avi": "-c:v mjpeg -q:v 5", "ts": "-c:v libx264",
    }.items():
        film = place / f"seed.{name}"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", LIFT, *f"{small} {how}".split(), film], check=True)
        films[name] = film.read_bytes()
    out = place / "seed"
    subprocess.run([program, "analyze", "--model", "lite", "--no-video", "--no-html", "--out", out, LIFT], check=True, capture_output=True)
    track = next(out.rglob("track.json.gz")).read_bytes()
    config = subprocess.run([program, "config"], check=True, capture_output=True).stdout
    return films, track, config


def command(program, kind, seed, place, inputs):
    """Writes the mutant of a seed, gives the command that reads it."""
    films, track, config = inputs
    dice = random.Random(seed)
    out = place / "out"
    if kind in films:
        path = place / f"mutant.{kind}"
        path.write_bytes(damaged(films[kind], dice, True))
        return [program, "analyze", "--model", "lite", "--no-video", "--no-html", "--out", out, path]
    whole, settings, table = place / "s.track.json.gz", place / "mutant.toml", place / "sets.csv"
    whole.write_bytes(track)
    if kind == "track":
        if dice.random() < 0.3:
            whole.write_bytes(damaged(track, dice, False))
        else:
            value = json.loads(gzip.decompress(track))
            for _ in range(dice.randrange(1, 3)):
                wild(value, dice)
            whole.write_bytes(gzip.compress(json.dumps(value).encode(), 1))
        return [program, "score", whole, "--out", out]
    if kind == "configuration":
        settings.write_bytes(other_numbers(config, dice) if dice.random() < 0.7 else damaged(config, dice, False))
        return [program, "score", whole, "--no-html", "--config", settings, "--out", out]
    table.write_bytes(damaged(TABLE, dice, False))
    season = place / "season"
    season.mkdir(exist_ok=True)
    shutil.copy(whole, season / "s.track.json.gz")
    return [program, "batch", season, "--no-html", "--jobs", "1", "--sets", table, "--out", out]


def run(arguments):
    """Status, seconds of computing, kB, last words; status None where it had to be ended."""
    with tempfile.TemporaryFile() as said:
        begun = time.monotonic()
        child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True)
        pid, ended = 0, False
        while not pid:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            if not pid and time.monotonic() - begun > WALL_S and not ended:
                os.killpg(child.pid, signal.SIGKILL)
                ended = True
            time.sleep(0 if pid else 0.01)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read()[-400:].decode(errors="replace")
    return None if ended else child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss, words


def half_written(out):
    """A file under a temporary name, or one that cannot be read back."""
    for path in out.rglob("*"):
        if path.name == ".formcheck.lock":
            continue
        if path.is_file() and (path.name.startswith(".") or path.suffix == ".tmp"):
            return path.name
        try:
            if path.suffix == ".json":
                json.loads(path.read_bytes())
            elif path.suffix == ".gz":
                gzip.decompress(path.read_bytes())
        except (ValueError, OSError, EOFError) as error:
            return f"{path.name}: {error}"
    return None


def main():
    program, count = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    counts, faults, most, slowest = collections.Counter(), [], 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        inputs = seeds(place, program)
        kinds = ["mp4", "track", "mkv", "configuration", "webm", "track", "avi", "table", "ts", "track"]
        for seed in range(first, first + count):
            kind = kinds[seed % len(kinds)]
            work = place / "work"
            work.mkdir()
            status, cpu_s, kb, words = run(command(program, kind, seed, work, inputs))
            left = half_written(work / "out")
            counts[kind, status] += 1
            most, slowest = max(most, kb), max(slowest, cpu_s)
            if status not in ALLOWED or cpu_s > CPU_S or kb > MOST_KB or left:
                faults.append((seed, kind, status))
                print(f"FAULT seed {seed} {kind}: status {status}, {cpu_s:.1f} s, {kb} kB, left {left}: {words}", flush=True)
            shutil.rmtree(work)
            if (seed + 1 - first) % 50 == 0 or seed + 1 == first + count:
                table = ", ".join(f"{k} {s}: {n}" for (k, s), n in sorted(counts.items(), key=str))
                print(f"{seed + 1 - first} tried, {len(faults)} faults, most {most} kB, longest {slowest:.1f} s; {table}", flush=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
