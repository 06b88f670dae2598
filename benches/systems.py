#!/usr/bin/env python3
"""Counts lines with codes in the logs of many systems, beside ripgrep and cat, and prints a table.

  systems.py PROGRAM [LOG_OR_FOLDER...] [--mib N] [--runs N] [--rg RG]

Each log is repeated to the size. Without logs, the kinds of `corpus.py` are used. The programs run in turn, on one thread, and
the medians of their processor time count, so another program on the machine disturbs little. `hits` are the triggers in a KiB,
each of which stops the packed search; `ns per hit` is the time beyond that of the log with the fewest hits, per hit.
"""
import argparse
import math
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = ["apache", "java", "kubernetes", "mixed", "nginx", "windows"]
KIB = 1024


def triggers():
    """An expression that finds what the packed search stops at."""
    rules = HERE.parent / "patterns/rules"
    words = tomllib.loads((rules / "keys.toml").read_text(encoding="utf-8"))["triggers"]
    for shape in tomllib.loads((rules / "shapes.toml").read_text(encoding="utf-8"))["shape"]:
        words += [word for word in shape["triggers"] if not word.startswith(tuple(words))]
    return re.compile("|".join(map(re.escape, words)).encode())


def processor_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def logs(names, folder):
    """The names of the logs and their contents."""
    for name in names:
        path = Path(name)
        for log in sorted(path.iterdir()) if path.is_dir() else [path]:
            if log.suffix == ".log" or log == path:
                yield log.stem, log.read_bytes()
    if not names:
        for kind in KINDS:
            path = Path(folder, kind)
            corpus = [HERE / "corpus.py", path, "--mib", "8", "--density", "0.001", "--shape", kind]
            subprocess.run(corpus, stdout=subprocess.DEVNULL, check=True)
            yield kind, path.read_bytes()


def measure(text, options, path):
    """The bytes, and the seconds of the program, of ripgrep and of cat."""
    text = text if text.endswith(b"\n") else text + b"\n"
    path.write_bytes(text * max(1, (options.mib << 20) // len(text)))
    commands = [
        [options.program, "-j1", "--count", path],
        [options.rg, "-j1", "-c", "-f", HERE / "peers/strict.regex", path],
        ["cat", path],
    ]
    times = [[] for _ in commands]
    for _ in range(options.runs):
        for command, seconds in zip(commands, times):
            seconds.append(processor_time(command))
    return path.stat().st_size, [statistics.median(seconds) for seconds in times]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("logs", nargs="*")
    parser.add_argument("--mib", type=int, default=192)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--rg", default=shutil.which("rg"))
    options = parser.parse_args()
    trigger, rows = triggers(), []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in logs(options.logs, folder):
            size, seconds = measure(text, options, Path(folder, "log"))
            hits = sum(1 for _ in trigger.finditer(text)) * KIB / len(text)
            rows.append((name, hits, size, *seconds))
    _, least_hits, size, seconds, *_ = min(rows, key=lambda row: row[1])
    fastest = seconds / size
    print("| log | hits per KiB | count, GB/s | rg, GB/s | cat, GB/s | rg / count | count / cat | ns per hit |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, hits, size, count, rg, cat in rows:
        more_hits = (hits - least_hits) * size / KIB
        ns = f"{(count - fastest * size) / more_hits * 1e9:.0f}" if hits - least_hits > 0.5 else "-"
        speeds = " | ".join(f"{size / each / 1e9:.2f}" for each in (count, rg, cat))
        print(f"| {name} | {hits:.2f} | {speeds} | {rg / count:.2f} | {count / cat:.2f} | {ns} |")
    ratios = [math.log(rg / count) for _, _, _, count, rg, _ in rows]
    print(f"\nGeometric mean of rg / count: {math.exp(sum(ratios) / len(ratios)):.2f}")


if __name__ == "__main__":
    main()
